/*
 * bench_script: scripted conversations with the simulator under the virtual
 * clock (habla test), speech cached, devices at 16 and 24 kHz.
 *
 *   script_cpu        CPU time of one thread for a second of conversation
 *   script_suite_200  200 conversations of a minute, two at once
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "client/report/test_report.h"
#include "client/script/script.h"
#include "client/settings/settings.h"
#include "client/trial/suite.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/bench/bench.h"

enum { CASES = 200, FEW = 10 };

static const char script_text[] =
	"name: A minute of conversation ${n}\n"
	"backend: sim\n"
	"table: rows.csv\n"
	"scenario:\n"
	"  stream: {turn_pause_ms: 800}\n"
	"  repeat: true\n"
	"  turns:\n"
	"    - on: speech\n"
	"      say:\n"
	"        - {text: A leaf makes sugar., tone: {hz: 330, ms: 5000}}\n"
	"        - {text: It is green., tone: {hz: 440, ms: 5000}}\n"
	"turns:\n"
	"  - {say: What is a leaf?, expect: {reply: sugar}}\n"
	"  - {say: What is a leaf?, expect: {reply: sugar}}\n"
	"  - {say: What is a leaf?, expect: {reply: sugar}}\n"
	"  - {say: What is a leaf?, expect: {reply: sugar}}\n"
	"  - {silence: 14000}\n";

static int write_file(const struct bench *b, const char *name, const char *text,
		      bool rows)
{
	char *path = text_format("%s/%s", b->folder, name);
	FILE *out = path ? fopen(path, "w") : NULL;

	free(path);
	if (!out)
		return PROBLEM_FILE;
	fputs(text, out);
	for (int i = 1; rows && i <= CASES; i++)
		fprintf(out, "%d\n", i);
	return fclose(out) ? PROBLEM_FILE : 0;
}

/* *seconds: of conversation. */
static int run(const struct bench *b, const struct script *s,
	       const struct settings *settings, size_t count, unsigned jobs,
	       double *seconds, struct problem *p)
{
	const struct suite_settings suite = {
		.cases = (const struct script_case *const *)s->cases,
		.count = count,
		.settings = settings,
		.jobs = jobs,
		.repeat = 1,
		.timeout_s = 600,
		.seed = 1,
		.keep = SUITE_KEEP_NONE,
		.cache_dir = b->folder,
	};
	struct test_report *r = test_report_new("bench", "sim");
	int err = r ? suite_run(&suite, r, p) : PROBLEM_MEMORY;

	*seconds = 0;
	for (size_t i = 0; !err && i < r->count; i++) {
		*seconds += r->cases[i]->duration_ms / 1000;
		if (r->cases[i]->verdict != REPORT_PASSED)
			err = problem_set(p, PROBLEM_FORMAT,
					  "a conversation did not pass");
	}
	test_report_free(r);
	return err;
}

static int measure(struct bench *b, const struct script *s,
		   const struct settings *settings, struct problem *p)
{
	/* 200 times real time is 5 ms for a second */
	static const struct figure_name cpu = {"script_cpu", "ms/s", 5},
					all = {"script_suite_200", "s", 60};
	clock_t before = clock();
	double seconds;
	int err = run(b, s, settings, FEW, 1, &seconds, p);

	if (err)
		return err;
	err = figures_add_value(&b->figures, &cpu,
				1000.0 * (double)(clock() - before) /
					CLOCKS_PER_SEC / seconds);
	uint64_t start_us = clock_now_us(clock_system());
	if (!err)
		err = run(b, s, settings, CASES, 2, &seconds, p);
	if (!err)
		err = figures_add_value(&b->figures, &all,
					(double)(clock_now_us(clock_system()) -
						 start_us) /
						1e6);
	return err;
}

int bench_script(struct bench *b, struct problem *p)
{
	static char name[] = "test";
	char *const argv[] = {name, NULL};
	struct settings *settings = NULL;
	struct script *s = NULL;
	char *path = text_format("%s/minute.yaml", b->folder);
	double seconds;
	int err = path ? write_file(b, "minute.yaml", script_text, false)
		       : PROBLEM_MEMORY;

	if (!err)
		err = write_file(b, "rows.csv", "n\n", true);
	if (!err)
		err = script_read(&s, path, p);
	if (!err)
		err = settings_load(&settings, COMMAND_TEST, 1, argv, p);
	if (!err) /* the speech is cached then */
		err = run(b, s, settings, 1, 1, &seconds, p);
	for (unsigned i = 0; !err && i < b->runs; i++)
		err = measure(b, s, settings, p);
	settings_free(settings);
	script_free(s);
	free(path);
	return err ? problem_add(p, err, "scripts: %s", problem_name(err)) : 0;
}
