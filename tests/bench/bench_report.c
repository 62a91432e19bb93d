/*
 * bench_report: a report of many cases, made and opened.
 *
 *   report_write_500   the page of 500 cases of 60 s, and of as much JSON
 *   report_open_500    that page in headless Chromium, from the start of
 *                      loading until all is there and the first case laid out,
 *                      as the page's own clock tells (assets/report/list.js)
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/report/report_write.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/bench/bench.h"

enum {
	CASES = 500,
	TURNS = 6, /* of 10 s */
	TURN_MS = 10000,
	WAVE_HZ = 8000,
	LINE_SIZE = 4096,
};

/* --- a report --- */

static void add_turn(struct report_case *c, size_t turn)
{
	double at_ms = (double)(turn - 1) * TURN_MS;

	report_case_add_turn(
		c, &(struct report_turn){"say: What does a leaf take in?",
					 at_ms, at_ms + 2000});
	report_case_add_line(
		c, &(struct report_line){REPORT_LEARNER, at_ms,
					 "What does a leaf take in?", false});
	report_case_add_line(
		c,
		&(struct report_line){REPORT_TUTOR, at_ms + 2800,
				      "A leaf takes in carbon dioxide from the "
				      "air, and water from its roots.",
				      false});
	report_case_add_span(c, &(struct report_span){REPORT_LEARNER, at_ms,
						      at_ms + 2000});
	report_case_add_span(c,
			     &(struct report_span){REPORT_TUTOR, at_ms + 2800,
						   at_ms + 9000});
	for (size_t i = 0; i < 4; i++)
		report_case_add_part(
			c, &(struct report_part){turn, "model",
						 at_ms + 2000 + 200 * (double)i,
						 200});
	for (size_t i = 0; i < 8; i++)
		report_case_add_event(
			c, &(struct report_event){at_ms + 1000 * (double)i,
						  "contentStart",
						  "AUDIO ASSISTANT"});
	for (size_t i = 0; i < 3; i++)
		report_case_add_expectation(
			c, &(struct report_expectation){
				   .turn = turn,
				   .name = "reply contains",
				   .expected = "carbon dioxide",
				   .got = "A leaf takes in carbon dioxide from "
					  "the air.",
				   .state = c->verdict == REPORT_FAILED
						    ? REPORT_UNMET
						    : REPORT_MET,
				   .at_ms = at_ms + 2800});
	report_case_add_measure(c, "latency_ms", 800);
}

static int add_case(struct test_report *r, size_t number,
		    const int16_t *samples, size_t count)
{
	char name[64];
	struct report_place at = {"scripts/leaf.yaml", (unsigned)number, 3};

	snprintf(name, sizeof name, "a leaf and what it takes in, %zu", number);
	struct report_case *c = report_case_new(name, at);
	if (!c)
		return PROBLEM_MEMORY;
	c->verdict = number % 10 ? REPORT_PASSED : REPORT_FAILED;
	c->runs = 1;
	c->passed = c->verdict == REPORT_PASSED;
	c->duration_ms = TURNS * TURN_MS;
	report_case_add_tag(c, number % 2 ? "leaf" : "light");
	for (size_t i = 1; i <= TURNS; i++)
		add_turn(c, i);
	report_case_set_wave(c, REPORT_LEARNER, samples, count, WAVE_HZ);
	report_case_set_wave(c, REPORT_TUTOR, samples, count, WAVE_HZ);
	return test_report_add(r, c);
}

static struct test_report *make_report(void)
{
	enum { COUNT = TURNS * TURN_MS / 1000 * WAVE_HZ };
	struct test_report *r = test_report_new("bench", "sim");
	int16_t *samples = malloc(COUNT * sizeof *samples);
	int err = r && samples ? 0 : PROBLEM_MEMORY;

	for (size_t i = 0; !err && i < COUNT; i++)
		samples[i] = (int16_t)(12000 * sin((double)i / 700) *
				       sin((double)i / 5));
	for (size_t i = 1; !err && i <= CASES; i++)
		err = add_case(r, i, samples, COUNT);
	free(samples);
	return err ? test_report_free(r) : r;
}

/* --- opening it --- */

static int open_page(const char *path, double *opened_ms, struct problem *p)
{
	static const char mark[] = "data-opened-ms=\"";
	char line[LINE_SIZE];
	char *command = text_format(
		"chromium --headless=new --no-sandbox --disable-gpu "
		"--no-first-run --disable-background-networking "
		"--user-data-dir='%s.profile' --dump-dom 'file://%s' "
		"2>/dev/null",
		path, path);
	FILE *out = command ? popen(command, "re") : NULL;

	*opened_ms = -1;
	free(command);
	if (!out)
		return problem_set(p, PROBLEM_MEMORY,
				   "chromium: cannot be started");
	while (fgets(line, sizeof line, out)) {
		const char *found = strstr(line, mark);
		if (found && *opened_ms < 0)
			*opened_ms = strtod(found + sizeof mark - 1, NULL);
	}
	pclose(out);
	return *opened_ms < 0
		       ? problem_set(p, PROBLEM_SERVER,
				     "chromium: did not open the page; install "
				     "the package chromium")
		       : 0;
}

/* --- figures --- */

static int measure(struct bench *b, const struct test_report *r,
		   const char *path, struct problem *p)
{
	static const struct figure_name write = {"report_write_500", "ms", 0},
					open = {"report_open_500", "ms", 2000};
	struct report_files files = {.path = {[REPORT_HTML] = path}};
	uint64_t start_us = clock_now_us(clock_system());
	double opened_ms;
	int err = report_files_write(&files, r, p);

	if (err)
		return err;
	err = figures_add_value(
		&b->figures, &write,
		(double)(clock_now_us(clock_system()) - start_us) / 1000);
	if (!err)
		err = open_page(path, &opened_ms, p);
	if (!err)
		err = figures_add_value(&b->figures, &open, opened_ms);
	return err;
}

int bench_report(struct bench *b, struct problem *p)
{
	struct test_report *r = make_report();
	char *path = text_format("%s/report.html", b->folder);
	int err = r && path ? 0 : PROBLEM_MEMORY;

	for (unsigned i = 0; !err && i < b->runs; i++)
		err = measure(b, r, path, p);
	free(path);
	test_report_free(r);
	return err ? problem_add(p, err, "the report: %s", problem_name(err))
		   : 0;
}
