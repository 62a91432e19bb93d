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

#endif
