/* Each allocation of a report fails once: from the first case to the last
 * file.  Whatever fails, it is told as PROBLEM_MEMORY, nothing is leaked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/report/baseline.h"
#include "client/report/report_finish.h"
#include "client/report/word_diff.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/short_of_memory.h"

static char *paths[REPORT_KINDS], *base;

/* --- what is done --- */

static int add_case(struct test_report *r, const char *name, bool good)
{
	static const int16_t samples[1000] = {1, 2, 3};
	struct report_place at = {"a.yaml", 1, 1};
	struct report_case *c = report_case_new(name, at);

	if (!c)
		return PROBLEM_MEMORY;
	c->verdict = good ? REPORT_PASSED : REPORT_FAILED;
	c->runs = 2;
	c->passed = good ? 2 : 0;
	report_case_text(c, &c->folder, "/tmp/kept");
	report_case_add_tag(c, "tag");
	report_case_add_turn(c, &(struct report_turn){"say: x", 0, 1});
	report_case_add_line(c, &(struct report_line){REPORT_TUTOR, 0, "x",
						      false});
	report_case_add_event(c, &(struct report_event){0, "x", "y"});
	report_case_add_part(c, &(struct report_part){1, "gate", 0, 1});
	report_case_add_span(c, &(struct report_span){REPORT_TUTOR, 0, 1});
	report_case_add_expectation(
		c, &(struct report_expectation){.turn = 1,
						.name = "reply",
						.expected = "x",
						.diff = "[-x-] {+y+}",
						.got = "y",
						.state = good ? REPORT_MET
							      : REPORT_UNMET});
	for (size_t i = 0; i < 5; i++)
		report_case_add_measure(c, "latency_ms", good ? 1 : 2);
	report_case_set_wave(c, REPORT_TUTOR, samples, 1000, 8000);
	return test_report_add(r, c);
}

static int compare_words(void)
{
	struct word_diff d;
	int err = word_diff_make(&d, LESSON_ENGLISH, "a red leaf", "a leaf",
				 WORD_DIFF_WHOLE);

	if (!err)
		word_diff_deinit(&d);
	return err;
}

static int report_all(struct problem *p)
{
	struct report_options o = {.baseline = base, .style.all = true};
	struct test_report *r = test_report_new("a", "sim");
	bool worse;
	int err = r ? 0 : PROBLEM_MEMORY;

	memcpy(o.files.path, paths, sizeof paths);
	if (!err)
		err = add_case(r, "one", true);
	if (!err)
		err = add_case(r, "two", false);
	if (!err)
		err = compare_words();
	if (!err)
		err = report_options_check(&o, p);
	if (!err)
		err = report_finish(&o, r, &worse, p);
	if (!err)
		err = baseline_save(r, base, p);
	test_report_free(r);
	return err;
}

/* --- the tests --- */

static void each_allocation_fails_once_and_is_told(void **state)
{
	struct problem p = {0};
	bool failed;
	unsigned n = 1;

	/* the first one is the baseline of all others */
	folder_write((char *)*state, "base.json",
		     "{\"format\":1,\"cases\":[{\"name\":\"one\",\"file\":"
		     "\"a.yaml\",\"verdict\":\"passed\",\"runs\":2,\"passed\":"
		     "2,\"measures\":{\"latency_ms\":[1,1,1,1,1]}}]}");
	do {
		p = (struct problem){0};
		short_of_memory_begin(n);
		int err = report_all(&p);
		short_of_memory_end(&failed);
		if (failed && err != PROBLEM_MEMORY)
			fail_msg("allocation %u: %d \"%s\"", n, err, p.text);
		if (!failed && err)
			fail_msg("without a failure: %d \"%s\"", err, p.text);
		n++;
	} while (failed);
	/* far fewer: something was not counted */
	assert_true(n > 100);
	print_message("%u allocations\n", n - 2);
}

static int begin(void **state)
{
	char *folder = folder_make();

	for (int k = 0; k < REPORT_KINDS; k++)
		paths[k] = text_format("%s/report-%d", folder, k);
	base = text_format("%s/base.json", folder);
	/* what is printed for people is not looked at here */
	assert_non_null(freopen("/dev/null", "w", stdout));
	*state = folder;
	return 0;
}

static int end(void **state)
{
	for (int k = 0; k < REPORT_KINDS; k++)
		free(paths[k]);
	free(base);
	folder_remove(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_allocation_fails_once_and_is_told, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
