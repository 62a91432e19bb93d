/*
 * report_write: a test_report in each of the forms that somebody reads
 * (docs/reports.md).  They only read it; any thread, not two at a time on one
 * file.
 */
#ifndef CLIENT_REPORT_REPORT_WRITE_H
#define CLIENT_REPORT_REPORT_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "client/report/test_report.h"

struct problem;

/* For people at a terminal: what went wrong first, then figures. */
struct report_style {
	bool colour;
	bool all;       /* the cases that passed or were skipped too */
	size_t columns; /* lines are broken there; 0: 100 */
};
/* 0, PROBLEM_MEMORY or PROBLEM_FILE (out cannot be written). */
int report_print(const struct test_report *r, FILE *out,
		 const struct report_style *style);

/* On GitHub's build servers ($GITHUB_ACTIONS is "true") an unmet expectation is
 * shown at its line of the script when this is printed, else it prints nothing.
 * 0, PROBLEM_MEMORY or PROBLEM_FILE. */
int report_annotate(const struct test_report *r, FILE *out);

/* For programs: a file each. */
enum report_kind {
	REPORT_JUNIT, /* XML as Jenkins reads it */
	REPORT_TAP,   /* Test Anything Protocol 14 */
	REPORT_JSON,  /* assets/report.schema.json */
	REPORT_HTML,  /* one page with all in it, sound too */
	REPORT_KINDS
};
/* What `habla test` calls the flag of that kind: "--junit". */
const char *report_flag(enum report_kind kind);

/* Where each is to go: a path, "-" for stdout, NULL: it is not wanted. */
struct report_files {
	const char *path[REPORT_KINDS];
};
/* Before a long run: whether each of them can be written.  A file that is not
 * there is made, one that is there stays as it is.  0 or PROBLEM_USAGE with
 * flag, path and cause. */
int report_files_check(const struct report_files *f, struct problem *p);
/* Writes them all, also when one fails; p tells of the first that did.  0,
 * PROBLEM_FILE (an asset of the page too), PROBLEM_DISK_FULL or PROBLEM_MEMORY.
 */
int report_files_write(const struct report_files *f,
		       const struct test_report *r, struct problem *p);

#endif
