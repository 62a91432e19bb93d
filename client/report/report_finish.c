#include "client/report/report_finish.h"

#include <errno.h>
#include <string.h>

#include "client/report/baseline.h"
#include "client/report/report_read.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* --- before --- */

/* Text by text; a file of two names is the user's own affair. */
static int check_different(const struct report_options *o, struct problem *p)
{
	for (int a = 0; a < REPORT_KINDS; a++) {
		const char *path = o->files.path[a];
		for (int b = a + 1; path && b < REPORT_KINDS; b++)
			if (text_equal(path, o->files.path[b]))
				return problem_set(
					p, PROBLEM_USAGE,
					"%s and %s: both are to be written to "
					"%s; give each a file of its own",
					report_flag((enum report_kind)a),
					report_flag((enum report_kind)b), path);
		if (path && text_equal(path, o->save_baseline))
			return problem_set(p, PROBLEM_USAGE,
					   "%s and --save-baseline: both are "
					   "to be written to %s; give each a "
					   "file of its own",
					   report_flag((enum report_kind)a),
					   path);
	}
	return 0;
}

static int check_baseline(const struct report_options *o, struct problem *p)
{
	struct test_report *before;
	int err;

	if (!o->baseline)
		return 0;
	err = report_read(&before, o->baseline, p);
	test_report_free(before);
	return err;
}

int report_options_check(const struct report_options *o, struct problem *p)
{
	int err = check_different(o, p);

	if (!err)
		err = check_baseline(o, p);
	if (!err)
		err = report_files_check(&o->files, p);
	return err;
}

FILE *report_stream(const struct report_options *o)
{
	for (int k = 0; k < REPORT_KINDS; k++)
		if (text_equal(o->files.path[k], "-"))
			return stderr;
	return stdout;
}

/* --- after --- */

static int print(const struct report_options *o, const struct test_report *r,
		 struct problem *p)
{
	FILE *out = report_stream(o);
	int err = report_print(r, out, &o->style);

	if (!err)
		err = report_annotate(r, out);
	return err ? problem_set(p, err, "the report: cannot be printed: %s",
				 err == PROBLEM_FILE ? strerror(errno)
						     : problem_name(err))
		   : 0;
}

static int compare(const struct report_options *o, const struct test_report *r,
		   bool *worse, struct problem *p)
{
	struct baseline_result *result;
	int err = baseline_compare(&result, r, o->baseline, o->seed, p);

	if (err)
		return err;
	*worse = result->worse;
	err = baseline_print(result, report_stream(o), o->style.colour);
	baseline_result_free(result);
	return err ? problem_set(p, err, "the baseline: cannot be printed: %s",
				 problem_name(err))
		   : 0;
}

int report_finish(const struct report_options *o, const struct test_report *r,
		  bool *worse, struct problem *p)
{
	struct problem later;
	int first = print(o, r, p);
	int err = report_files_write(&o->files, r, first ? &later : p);

	*worse = false;
	first = first ? first : err;
	if (o->baseline) {
		err = compare(o, r, worse, first ? &later : p);
		first = first ? first : err;
	}
	if (o->save_baseline) {
		err = baseline_save(r, o->save_baseline, first ? &later : p);
		first = first ? first : err;
	}
	return first;
}
