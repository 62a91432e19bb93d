/*
 * baseline: a run compared with one that was stored (docs/reports.md).
 *
 * A baseline is a report in JSON, which --report-json and --save-baseline both
 * write.  Compared are the cases that both have, by script, name and condition:
 *
 *   each measure  the change of the median, with its 95 % bootstrap interval
 *   pass rate     runs that passed, of those that ended; Fisher's exact test
 *   flake rate    flaky cases, of those that ran twice or more; the same
 *
 * A change is significant when the interval excludes 0, or when Fisher's
 * p is below 0.05.  Only one for the worse fails.  Measures are of the kind
 * that less is better.  Any thread.
 */
#ifndef CLIENT_REPORT_BASELINE_H
#define CLIENT_REPORT_BASELINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "client/report/stats.h"
#include "client/report/test_report.h"

struct problem;

enum baseline_outcome {
	BASELINE_SAME, /* no significant change */
	BASELINE_BETTER,
	BASELINE_WORSE,
	/* Less than BASELINE_VALUES_LEAST values of a measure on a side, or no
	 * run that a rate could be of: nothing can be said. */
	BASELINE_TOO_FEW,
};

enum { BASELINE_VALUES_LEAST = 5 };

struct baseline_row {
	char *name;                     /* owned: "latency_ms", "pass rate" */
	bool is_rate;                   /* values are shares */
	size_t before_count, now_count; /* values, runs or cases */
	/* Only of measures that have values on both sides, and of rates with a
	 * count on both. */
	bool has_change;
	struct stats_change change;
	double p; /* of rates */
	enum baseline_outcome outcome;
};

struct baseline_result {
	size_t common, added, gone; /* cases */
	struct baseline_row *rows;
	size_t count;
	bool worse; /* any row is */
};

/* The figures of the report, for a later comparison.  The file is whole or as
 * it was.  0, PROBLEM_FILE, PROBLEM_DISK_FULL or PROBLEM_MEMORY. */
int baseline_save(const struct test_report *r, const char *path,
		  struct problem *p);

/* Compares r with the report in the file.  seed decides the draws of the
 * bootstrap.  0; what report_read() says; or PROBLEM_USAGE: no case is in
 * both, so nothing would be compared. */
int baseline_compare(struct baseline_result **out, const struct test_report *r,
		     const char *path, uint64_t seed, struct problem *p);
/* NULL is fine; returns NULL. */
struct baseline_result *baseline_result_free(struct baseline_result *b);

/* The figures and intervals, a line each.  0, PROBLEM_MEMORY or PROBLEM_FILE.
 */
int baseline_print(const struct baseline_result *b, FILE *out, bool colour);

#endif
