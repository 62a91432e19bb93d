#include "tests/support/report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { RATE_HZ = 8000 };

static struct report_case *new_case(const char *name, unsigned line,
				    enum report_verdict verdict)
{
	struct report_place at = {"scripts/leaf.yaml", line, 3};
	struct report_case *c = report_case_new(name, at);

	assert_non_null(c);
	c->verdict = verdict;
	c->seed = 7;
	c->runs = 1;
	c->passed = verdict == REPORT_PASSED;
	c->duration_ms = 4000;
	return c;
}

static void add(struct test_report *r, struct report_case *c)
{
	assert_int_equal(test_report_add(r, c), 0);
}

/* A tone from start to end, silence around it. */
static void add_speech(struct report_case *c, enum report_speaker who,
		       double start_ms, double end_ms, double all_ms)
{
	size_t n = (size_t)(all_ms * RATE_HZ / 1000);
	int16_t *samples = calloc(n, sizeof *samples);

	assert_non_null(samples);
	for (size_t i = 0; i < n; i++) {
		double ms = (double)i * 1000 / RATE_HZ;
		if (ms >= start_ms && ms < end_ms)
			samples[i] = (int16_t)(16000 * sin((double)i / 5) *
					       sin(ms / 90));
	}
	report_case_set_wave(c, who, samples, n, RATE_HZ);
	free(samples);
	report_case_add_span(c, &(struct report_span){who, start_ms, end_ms});
}

static void add_talk(struct report_case *c)
{
	report_case_add_turn(
		c, &(struct report_turn){"say: What does a leaf take in?", 200,
					 1400});
	add_speech(c, REPORT_LEARNER, 200, 1400, 4000);
	add_speech(c, REPORT_TUTOR, 2640, 3900, 4000);
	report_case_add_line(
		c, &(struct report_line){REPORT_LEARNER, 1400,
					 "What does a leaf take in?", false});
	report_case_add_line(c, &(struct report_line){
					REPORT_TUTOR, 2640,
					"It takes in <oxygen> & light.", true});
	report_case_add_part(c, &(struct report_part){1, "gate", 1400, 480});
	report_case_add_part(c, &(struct report_part){1, "network", 1880, 60});
	report_case_add_part(c, &(struct report_part){1, "model", 1940, 600});
	report_case_add_part(c, &(struct report_part){1, "playout", 2540, 100});
	report_case_add_event(c, &(struct report_event){2000, "toolUse",
							"look_up {\"a\":1}"});
	report_case_add_event(c, &(struct report_event){3900, "interrupted",
							NULL});
	report_case_add_measure(c, "latency_ms", 1240);
	report_case_add_measure(c, "wer", 0.25);
}

static void add_failures(struct report_case *c)
{
	const struct report_expectation list[] = {
		{.place = {"scripts/leaf.yaml", 31, 9},
		 .turn = 1,
		 .name = "reply contains",
		 .expected = "carbon dioxide",
		 .got = "It takes in <oxygen> & light.",
		 .diff = "... {+takes in+} [-carbon dioxide-] oxygen ...",
		 .state = REPORT_UNMET,
		 .at_ms = 2640},
		{.place = {"scripts/leaf.yaml", 32, 9},
		 .turn = 1,
		 .name = "latency",
		 .expected = "<= 800 ms",
		 .got = "1240 ms",
		 .state = REPORT_UNMET,
		 .at_ms = 2640},
		{.place = {"scripts/leaf.yaml", 33, 9},
		 .turn = 1,
		 .name = "transcript wer",
		 .expected = "<= 30 %",
		 .got = "25 %",
		 .state = REPORT_MET,
		 .at_ms = 1400},
		{.place = {"scripts/leaf.yaml", 40, 5},
		 .name = "tool call",
		 .expected = "save_answer {\"step\":2}",
		 .why = "no tool of that name was called ]]>",
		 .state = REPORT_NOT_MEASURED,
		 .at_ms = -1},
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		report_case_add_expectation(c, &list[i]);
}

static void add_others(struct test_report *r)
{
	struct report_case *c = new_case("often | right", 50, REPORT_FLAKY);

	c->runs = 5;
	c->passed = 3;
	report_case_text(c, &c->condition, "noise 10 dB");
	report_case_add_expectation(
		c, &(struct report_expectation){.turn = 1,
						.name = "respond",
						.expected = "an answer",
						.got = "none in 10 s",
						.state = REPORT_UNMET,
						.at_ms = 0});
	add(r, c);

	c = new_case("nobody there", 60, REPORT_ERROR);
	report_case_text(c, &c->reason,
			 "relay wss://127.0.0.1:1: refused; start it");
	add(r, c);

	c = new_case("not here", 70, REPORT_SKIPPED);
	report_case_text(c, &c->reason, "of another shard");
	c->runs = 0;
	add(r, c);
}

struct test_report *report_example(void)
{
	struct test_report *r = test_report_new("scripts", "sim");
	struct report_case *c = new_case("leaf, clean", 12, REPORT_PASSED);

	assert_non_null(r);
	r->seed = 7;
	r->started_ms = 1767323045678;
	r->duration_ms = 12345;
	report_case_add_tag(c, "leaf");
	report_case_add_expectation(
		c, &(struct report_expectation){.place = {"scripts/leaf.yaml",
							  14, 9},
						.turn = 1,
						.name = "reply contains",
						.expected = "light",
						.got = "It takes in light.",
						.state = REPORT_MET,
						.at_ms = 2000});
	report_case_add_measure(c, "latency_ms", 640);
	report_case_add_measure(c, "latency_ms", 700);
	add(r, c);

	c = new_case("leaf \"asks\" <back> & \x1b[31m'it'\xff", 20,
		     REPORT_FAILED);
	report_case_text(c, &c->condition, "noise 10 dB");
	report_case_text(c, &c->folder, "/tmp/kept/2");
	report_case_text(c, &c->again,
			 "habla test scripts/leaf.yaml --filter back");
	report_case_add_tag(c, "leaf");
	report_case_add_tag(c, "barge-in");
	add_talk(c);
	add_failures(c);
	c->usage = (struct report_usage){100, 200, 30, 40};
	add(r, c);

	add_others(r);
	return r;
}
