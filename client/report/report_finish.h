/*
 * report_finish: all that `habla test` does with a report, before the first
 * case and after the last.
 *
 *   report_options_check()   nothing is wrong that would be found out later
 *   ... cases ...
 *   report_finish()          terminal, annotations, files, baseline
 */
#ifndef CLIENT_REPORT_REPORT_FINISH_H
#define CLIENT_REPORT_REPORT_FINISH_H

#include <stdbool.h>
#include <stdint.h>

#include "client/report/report_write.h"

/* Borrowed. */
struct report_options {
	struct report_files files; /* --junit, --tap, --report-json, --html */
	const char *baseline;      /* --baseline FILE, or NULL */
	const char *save_baseline; /* --save-baseline FILE, or NULL */
	struct report_style style;
	uint64_t seed; /* of the baseline's draws */
};

/* The files can be written, no two are the same, the baseline can be read.
 * 0, PROBLEM_USAGE, or what report_read() says. */
int report_options_check(const struct report_options *o, struct problem *p);

/* Where people read: stdout, or stderr when stdout is one of the files. */
FILE *report_stream(const struct report_options *o);

/* Prints the report (and, on GitHub, annotations) to report_stream(), writes
 * the files, compares with the baseline and prints that, then saves the new
 * one.  *worse: the comparison found a change for the worse.  What fails does
 * not keep the rest from being done; p tells of the first. */
int report_finish(const struct report_options *o, const struct test_report *r,
		  bool *worse, struct problem *p);

#endif
