/* report_read: a report in JSON (assets/report.schema.json) as a test_report
 * again: names, conditions, verdicts, runs and measures; the rest is passed
 * over. */
#ifndef CLIENT_REPORT_REPORT_READ_H
#define CLIENT_REPORT_REPORT_READ_H

#include "client/report/test_report.h"

struct problem;

/* PROBLEM_FILE, PROBLEM_FORMAT, PROBLEM_LIMIT (REPORT_READ_MOST bytes) or
 * PROBLEM_MEMORY; p names path and cause. */
enum { REPORT_READ_MOST = 256 * 1024 * 1024 };
int report_read(struct test_report **out, const char *path, struct problem *p);

#endif
