/* What `habla test` does with its report, as one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/report/report_finish.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/report.h"

static char *folder;
static char *paths[8];

/* FOLDER/name; it lives as long as the folder. */
static const char *path(const char *name)
{
	size_t i = 0;

	while (paths[i])
		i++;
	paths[i] = text_format("%s/%s", folder, name);
	assert_non_null(paths[i]);
	return paths[i];
}

static int make_folder(void **state)
{
	(void)state;
	folder = folder_make();
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		free(paths[i]);
		paths[i] = NULL;
	}
	folder_remove(folder);
	return 0;
}

/* What is printed to stdout meanwhile; caller frees. */
static char *finish(const struct report_options *o, const struct test_report *r,
		    int wanted, bool *worse, struct problem *p)
{
	fflush(stdout);
	int kept = dup(STDOUT_FILENO);
	char *name = text_format("%s/stdout", folder);
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
	int err = report_finish(o, r, worse, p);
	fflush(stdout);
	assert_true(dup2(kept, STDOUT_FILENO) >= 0);
	close(kept);
	fclose(file);
	free(name);
	assert_int_equal(err, wanted);
	return folder_read(folder, "stdout", NULL);
}

static void what_would_fail_in_the_end_is_told_at_once(void **state)
{
	const char *a = path("a"), *b = path("b");
	const struct {
		struct report_options o;
		int code;
		const char *text;
	} rows[] = {
		{{.files.path = {[REPORT_JUNIT] = a, [REPORT_HTML] = a}},
		 PROBLEM_USAGE,
		 "--junit and --html: both are to be written to"},
		{{.files.path = {[REPORT_TAP] = "-", [REPORT_JSON] = "-"}},
		 PROBLEM_USAGE,
		 "--tap and --report-json: both"},
		{{.files.path = {[REPORT_JSON] = b}, .save_baseline = b},
		 PROBLEM_USAGE,
		 "--report-json and --save-baseline: both"},
		{{.files.path = {[REPORT_TAP] = "/no/such/file"}},
		 PROBLEM_USAGE,
		 "--tap /no/such/file: cannot be written"},
		{{.baseline = "/no/such/base"},
		 PROBLEM_FILE,
		 "/no/such/base: cannot be read"},
	};
	struct problem p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		p = (struct problem){0};
		assert_int_equal(report_options_check(&rows[i].o, &p),
				 rows[i].code);
		assert_holds(p.text, rows[i].text);
	}
	assert_int_equal(
		report_options_check(&(struct report_options){.baseline = NULL},
				     &p),
		0);
}

static void a_baseline_is_read_before_it_is_written_anew(void **state)
{
	struct test_report *r = report_example();
	const char *base = path("base.json");
	struct report_options o = {.save_baseline = base};
	struct problem p = {0};
	bool worse;

	(void)state;
	free(finish(&o, r, 0, &worse, &p));
	/* the flaky case does not pass any more */
	o.baseline = base;
	r->cases[2]->runs = 40;
	r->cases[2]->passed = 0;
	assert_int_equal(report_options_check(&o, &p), 0);
	char *text = finish(&o, r, 0, &worse, &p);
	assert_true(worse);
	assert_holds(text, "5 cases: 1 passed");
	/* the name of one is no UTF-8, and so is no longer the same */
	assert_holds(text, "Against the baseline: 4 cases in both, 1 new, 1 "
			   "not run now\n");
	assert_holds(text, "WORSE");
	free(text);
	/* that has become the baseline */
	text = finish(&o, r, 0, &worse, &p);
	assert_false(worse);
	free(text);
	test_report_free(r);
}

static void a_report_on_stdout_has_it_for_itself(void **state)
{
	struct test_report *r = report_example();
	struct report_options o = {.files.path = {[REPORT_TAP] = "-"}};
	struct problem p = {0};
	bool worse;

	(void)state;
	assert_true(report_stream(&o) == stderr);
	char *text = finish(&o, r, 0, &worse, &p);
	assert_int_equal(strncmp(text, "TAP version 14\n1..5\n", 20), 0);
	assert_lacks(text, "FAILED");
	free(text);
	test_report_free(r);
}

static void one_that_fails_keeps_none_of_the_others_back(void **state)
{
	struct test_report *r = report_example();
	struct report_options o = {
		.files.path = {[REPORT_JUNIT] = "/dev/full",
			       [REPORT_JSON] = path("r.json")},
		.baseline = "/no/such/base",
		.save_baseline = path("base.json"),
	};
	struct problem p = {0};
	bool worse;

	(void)state;
	free(finish(&o, r, PROBLEM_DISK_FULL, &worse, &p));
	assert_holds(p.text, "--junit /dev/full: cannot be written");
	assert_false(worse);
	assert_int_equal(access(o.files.path[REPORT_JSON], R_OK), 0);
	assert_int_equal(access(o.save_baseline, R_OK), 0);
	test_report_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_would_fail_in_the_end_is_told_at_once, make_folder,
			remove_folder),
		cmocka_unit_test_setup_teardown(
			a_baseline_is_read_before_it_is_written_anew,
			make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			a_report_on_stdout_has_it_for_itself, make_folder,
			remove_folder),
		cmocka_unit_test_setup_teardown(
			one_that_fails_keeps_none_of_the_others_back,
			make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
