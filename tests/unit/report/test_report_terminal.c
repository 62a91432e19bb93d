/* The report at a terminal, as a person sees it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/report/report_write.h"
#include "tests/support/document.h"
#include "tests/support/report.h"

/* Caller frees. */
static char *printed(const struct test_report *r, struct report_style style)
{
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	assert_int_equal(report_print(r, out, &style), 0);
	fclose(out);
	return text;
}

static void failures_come_first_with_all_that_explains_them(void **state)
{
	struct test_report *r = report_example();
	char *text = printed(r, (struct report_style){.columns = 100});

	(void)state;
	assert_string_equal(
		text,
		"FAILED  leaf \"asks\" <back> & ?[31m'it'? [noise 10 dB]  "
		"scripts/leaf.yaml:20:3\n"
		"  turn 1, say: What does a leaf take in?\n"
		"    reply contains  scripts/leaf.yaml:31:9\n"
		"      expected  carbon dioxide\n"
		"      got       It takes in <oxygen> & light.\n"
		"      diff      ... {+takes in+} [-carbon dioxide-] oxygen "
		"...\n"
		"    latency  scripts/leaf.yaml:32:9\n"
		"      expected  <= 800 ms\n"
		"      got       1240 ms\n"
		"  the whole conversation\n"
		"    tool call  scripts/leaf.yaml:40:5\n"
		"      expected  save_answer {\"step\":2}\n"
		"      got       (never measured)\n"
		"      why       no tool of that name was called ]]>\n"
		"  session   /tmp/kept/2\n"
		"  again     habla test scripts/leaf.yaml --filter back\n"
		"ERROR   nobody there  scripts/leaf.yaml:60:3\n"
		"  reason    relay wss://127.0.0.1:1: refused; start it\n"
		"FLAKY   often | right [noise 10 dB]  passed 3 of 5 (60 %)  "
		"scripts/leaf.yaml:50:3\n"
		"  turn 1\n"
		"    respond\n"
		"      expected  an answer\n"
		"      got       none in 10 s\n"
		"             cases  passed  failed   flaky   error  medians\n"
		"clean            3       1       0       0       1  latency "
		"670 ms, WER -\n"
		"noise 10 dB      2       0       1       1       0  latency "
		"1240 ms, WER 25.0 %\n"
		"latency_ms: median 700 ms, 95 % below 1186 ms, most 1240 ms "
		"(3 measured)\n"
		"wer: median 25.0 %, 95 % below 25.0 %, most 25.0 % (1 "
		"measured)\n"
		"5 cases: 1 passed, 1 failed, 1 flaky, 1 error, 1 skipped; "
		"12.3 s; sim; seed 7\n");
	free(text);
	test_report_free(r);
}

static void nothing_steers_the_terminal_and_colour_is_asked_for(void **state)
{
	struct test_report *r = report_example();
	char *plain = printed(r, (struct report_style){.all = true});
	char *coloured = printed(r, (struct report_style){.colour = true});

	(void)state;
	assert_null(strchr(plain, '\033'));
	assert_holds(plain, "passed  leaf, clean  scripts/leaf.yaml:12:3\n");
	assert_holds(plain, "skipped not here");
	assert_holds(plain, "of another shard");
	assert_lacks(coloured, "\033[31m'it'");
	assert_holds(coloured, "\033[31m[-carbon dioxide-]\033[0m");
	assert_holds(coloured, "\033[32m{+takes in+}\033[0m");
	free(plain);
	free(coloured);
	test_report_free(r);
}

static void lines_fit_the_columns(void **state)
{
	struct test_report *r = test_report_new("scripts", "sim");
	struct report_case *c = report_case_new("long", (struct report_place){
								.file = NULL});

	(void)state;
	assert_non_null(r);
	assert_non_null(c);
	c->verdict = REPORT_FAILED;
	report_case_add_expectation(
		c, &(struct report_expectation){
			   .name = "reply contains",
			   .expected = "red green blue pink grey black white "
				       "yellow brown purple orange",
			   .got = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
				  "nnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
			   .state = REPORT_UNMET});
	assert_int_equal(test_report_add(r, c), 0);
	char *text = printed(r, (struct report_style){.columns = 50});
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (strlen(line) > 50)
			fail_msg("%zu columns: %s", strlen(line), line);
	free(text);
	test_report_free(r);
}

static void a_report_of_nothing_is_not_a_green_one(void **state)
{
	struct test_report *r = test_report_new("scripts", "sim");
	char *text = printed(r, (struct report_style){.colour = true});

	(void)state;
	assert_string_equal(text, "\033[1m\033[31m0 cases\033[0m; 0.0 s; sim; "
				  "seed 0\n");
	free(text);
	test_report_free(r);
}

static void a_full_disk_is_told(void **state)
{
	struct test_report *r = report_example();
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_true(report_print(r, full, &(struct report_style){.all = true}) <
		    0);
	fclose(full);
	test_report_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			failures_come_first_with_all_that_explains_them),
		cmocka_unit_test(
			nothing_steers_the_terminal_and_colour_is_asked_for),
		cmocka_unit_test(lines_fit_the_columns),
		cmocka_unit_test(a_report_of_nothing_is_not_a_green_one),
		cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
