/* Baselines: a run stored, another compared with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/report/baseline.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/report.h"

enum { CASES = 20, RUNS = 5 };

/* What a run is like. */
struct plan {
	double later_ms;   /* than 600 ms and a little that varies */
	double wer;        /* of each run */
	unsigned failing;  /* cases whose runs all fail */
	unsigned flaky;    /* cases of which one run fails */
	unsigned errors;   /* cases whose environment fails */
	unsigned from, to; /* numbers of the cases; to 0: CASES */
	bool once;         /* no repeats */
	bool without_wer;
};

static struct report_case *plan_case(const struct plan *p, unsigned number)
{
	char name[32];
	struct report_case *c;

	snprintf(name, sizeof name, "case %u", number);
	c = report_case_new(name, (struct report_place){"a.yaml", number, 1});
	assert_non_null(c);
	c->runs = c->passed = p->once ? 1 : RUNS;
	if (number % 2)
		report_case_text(c, &c->condition, "noise 10 dB");
	for (unsigned i = 0; i < c->runs; i++) {
		report_case_add_measure(c, "latency_ms",
					600 + p->later_ms + 10 * number +
						(number * 7 + i * 13) % 9);
		if (!p->without_wer)
			report_case_add_measure(c, "wer", p->wer);
	}
	if (number < p->failing) {
		c->verdict = REPORT_FAILED;
		c->passed = 0;
	} else if (number < p->failing + p->flaky) {
		c->verdict = REPORT_FLAKY;
		c->passed = RUNS - 1;
	} else if (number < p->failing + p->flaky + p->errors) {
		c->verdict = REPORT_ERROR;
		c->passed = c->runs = 0;
	}
	return c;
}

static struct test_report *plan_report(const struct plan *p)
{
	struct test_report *r = test_report_new("a.yaml", "sim");

	assert_non_null(r);
	for (unsigned i = p->from; i < (p->to ? p->to : CASES); i++)
		assert_int_equal(test_report_add(r, plan_case(p, i)), 0);
	return r;
}

struct store {
	char *folder, *path;
};

static struct store save(const struct plan *p)
{
	struct test_report *r = plan_report(p);
	struct store s = {.folder = folder_make()};
	struct problem problem = {0};

	s.path = text_format("%s/base.json", s.folder);
	assert_non_null(s.path);
	assert_int_equal(baseline_save(r, s.path, &problem), 0);
	test_report_free(r);
	return s;
}

static void remove_store(struct store *s)
{
	free(s->path);
	folder_remove(s->folder);
}

static struct baseline_result *compare(const struct plan *before,
				       const struct plan *now)
{
	struct store s = save(before);
	struct test_report *r = plan_report(now);
	struct baseline_result *b;
	struct problem p = {0};

	if (baseline_compare(&b, r, s.path, 1, &p))
		fail_msg("%s", p.text);
	test_report_free(r);
	remove_store(&s);
	return b;
}

static const struct baseline_row *row(const struct baseline_result *b,
				      const char *name)
{
	for (size_t i = 0; i < b->count; i++)
		if (text_equal(b->rows[i].name, name))
			return &b->rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

static void only_a_significant_change_for_the_worse_fails(void **state)
{
	static const struct plan usual = {.wer = 0.1};
	static const struct {
		struct plan now;
		enum baseline_outcome latency, wer, passed, flaky;
	} rows[] = {
		{{.wer = 0.1},
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME},
		{{.wer = 0.1, .later_ms = 40},
		 BASELINE_WORSE,
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME},
		{{.wer = 0.1, .later_ms = -40},
		 BASELINE_BETTER,
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME},
		{{.wer = 0.2},
		 BASELINE_SAME,
		 BASELINE_WORSE,
		 BASELINE_SAME,
		 BASELINE_SAME},
		{{.wer = 0.05},
		 BASELINE_SAME,
		 BASELINE_BETTER,
		 BASELINE_SAME,
		 BASELINE_SAME},
		/* 5 of 100 runs: p 0.059; 10 of 100: p 0.0015 */
		{{.wer = 0.1, .failing = 1},
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME},
		{{.wer = 0.1, .failing = 2},
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_WORSE,
		 BASELINE_SAME},
		/* 5 of 20 cases: p 0.047, but 5 of 100 runs */
		{{.wer = 0.1, .flaky = 5},
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_WORSE},
		{{.wer = 0.1, .flaky = 4},
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME},
		/* what is not known is not a change */
		{{.wer = 0.1, .errors = 10},
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME},
		{{.wer = 0.1, .without_wer = true},
		 BASELINE_SAME,
		 BASELINE_TOO_FEW,
		 BASELINE_SAME,
		 BASELINE_SAME},
		{{.wer = 0.1, .once = true},
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_SAME,
		 BASELINE_TOO_FEW},
		{{.wer = 0.2, .to = 3, .once = true},
		 BASELINE_TOO_FEW,
		 BASELINE_TOO_FEW,
		 BASELINE_SAME,
		 BASELINE_TOO_FEW},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct baseline_result *b = compare(&usual, &rows[i].now);
		bool worse = false;
		const struct {
			const char *name;
			enum baseline_outcome wanted;
		} wanted[] = {{"latency_ms", rows[i].latency},
			      {"wer", rows[i].wer},
			      {"pass rate", rows[i].passed},
			      {"flake rate", rows[i].flaky}};
		for (size_t k = 0; k < 4; k++) {
			if (row(b, wanted[k].name)->outcome != wanted[k].wanted)
				fail_msg("row %zu, %s: outcome %d, wanted %d",
					 i, wanted[k].name,
					 row(b, wanted[k].name)->outcome,
					 wanted[k].wanted);
			worse |= wanted[k].wanted == BASELINE_WORSE;
		}
		assert_int_equal(b->worse, worse);
		baseline_result_free(b);
	}
}

static void a_rate_that_gets_better_is_better(void **state)
{
	static const struct plan bad = {.wer = 0.1, .failing = 3},
				 unsteady = {.wer = 0.1, .flaky = 8},
				 good = {.wer = 0.1};

	(void)state;
	struct baseline_result *b = compare(&bad, &good);
	assert_int_equal(row(b, "pass rate")->outcome, BASELINE_BETTER);
	assert_false(b->worse);
	baseline_result_free(b);
	b = compare(&unsteady, &good);
	assert_int_equal(row(b, "flake rate")->outcome, BASELINE_BETTER);
	assert_false(b->worse);
	baseline_result_free(b);
}

static void cases_of_one_side_are_counted_not_compared(void **state)
{
	static const struct plan before = {.to = 12},
				 now = {.from = 4, .to = 20, .later_ms = 5};
	struct baseline_result *b = compare(&before, &now);

	(void)state;
	assert_int_equal(b->common, 8);
	assert_int_equal(b->added, 8);
	assert_int_equal(b->gone, 4);
	assert_int_equal(row(b, "latency_ms")->before_count, 8 * RUNS);
	assert_int_equal(row(b, "pass rate")->now_count, 8 * RUNS);
	/* numbers 4 to 11 on both sides, the same but for 5 ms */
	assert_float_equal(row(b, "latency_ms")->change.change, 5, 0);
	baseline_result_free(b);
}

static void figures_and_intervals_are_printed(void **state)
{
	static const struct plan before = {.wer = 0.1}, now = {.wer = 0.1,
							       .later_ms = 40,
							       .failing = 2,
							       .to = 19};
	struct baseline_result *b = compare(&before, &now);
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	assert_non_null(out);
	assert_int_equal(baseline_print(b, out, false), 0);
	fclose(out);
	assert_string_equal(
		text, "Against the baseline: 19 cases in both, 1 not run now\n"
		      "latency_ms   median 694.0 -> 734.0, change +40.0 (95 %: "
		      "+36.0 to +44.0), of 95 and 95: WORSE\n"
		      "wer          median 10.0 % -> 10.0 %, change +0.0 (95 "
		      "%: +0.0 to +0.0), of 95 and 95: no significant change\n"
		      "pass rate    100.0 % -> 89.5 %, change -10.5 (95 %: "
		      "-18.3 to -4.4), Fisher p 0.0015, of 95 and 95: WORSE\n"
		      "flake rate   0.0 % -> 0.0 %, change +0.0 (95 %: -16.8 "
		      "to +16.8), Fisher p 1.0000, of 19 and 19: no "
		      "significant change\n");
	free(text);
	baseline_result_free(b);
}

static void the_file_is_a_report_that_follows_the_schema(void **state)
{
	static const struct plan plan = {.wer = 0.1, .flaky = 1};
	struct store s = save(&plan);
	struct process p;

	(void)state;
	process_start(&p,
		      (const char *const[]){"python3",
					    HABLA_SOURCE_DIR
					    "/tests/support/validate_json.py",
					    HABLA_SOURCE_DIR
					    "/assets/report.schema.json",
					    s.path, NULL},
		      NULL);
	if (process_wait(&p) != 0)
		fail_msg("%s", p.text);
	remove_store(&s);
}

static void what_cannot_be_compared_is_told_in_one_line(void **state)
{
	static const struct {
		const char *text, *wanted;
	} rows[] = {
		{"", "base.json: not a report of habla test: no JSON; write "
		     "one with --report-json or --save-baseline"},
		{"[]", "no number \"format\""},
		{"{\"format\":2}", "a report of format 2, and this habla reads "
				   "format 1"},
		{"{\"format\":1}", "no list \"cases\""},
		{"{\"format\":1,\"cases\":[1]}", "a case has no \"name\""},
		{"{\"format\":1,\"cases\":[{\"name\":\"a\"}]}",
		 "a case has no \"verdict\""},
		{"{\"format\":1,\"cases\":[{\"name\":\"a\",\"verdict\":"
		 "\"passed\",\"runs\":-1}]}",
		 "a case has no number \"runs\""},
		{"{\"format\":1,\"cases\":[{\"name\":\"a\",\"verdict\":"
		 "\"passed\",\"runs\":1,\"passed\":2}]}",
		 "passed more often than it ran: \"a\""},
		{"{\"format\":1,\"cases\":[{\"name\":\"a\",\"verdict\":"
		 "\"passed\",\"runs\":1,\"passed\":1,\"measures\":{\"wer\":"
		 "[\"x\"]}}]}",
		 "no list of numbers: \"wer\""},
		{"{\"format\":1,\"cases\":[]}",
		 "none of its 0 cases is among the 20 that were run"},
	};
	static const struct plan plan = {.wer = 0.1};
	struct test_report *r = plan_report(&plan);
	char *folder = folder_make();
	char *path = text_format("%s/base.json", folder);
	struct baseline_result *b;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct problem p = {0};
		folder_write(folder, "base.json", rows[i].text);
		assert_true(baseline_compare(&b, r, path, 1, &p) < 0);
		assert_null(b);
		assert_holds(p.text, rows[i].wanted);
	}
	struct problem p = {0};
	assert_int_equal(baseline_compare(&b, r, "/no/such", 1, &p),
			 PROBLEM_FILE);
	assert_holds(p.text, "/no/such: cannot be read: No such file");
	assert_int_equal(baseline_save(r, "/no/such/x", &p), PROBLEM_FILE);
	assert_holds(p.text, "--save-baseline /no/such/x: cannot be written");
	free(path);
	folder_remove(folder);
	test_report_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_significant_change_for_the_worse_fails),
		cmocka_unit_test(a_rate_that_gets_better_is_better),
		cmocka_unit_test(cases_of_one_side_are_counted_not_compared),
		cmocka_unit_test(figures_and_intervals_are_printed),
		cmocka_unit_test(the_file_is_a_report_that_follows_the_schema),
		cmocka_unit_test(what_cannot_be_compared_is_told_in_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
