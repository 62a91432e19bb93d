/*
 * suite: many cases, run once or several times each, into one report.
 *
 *   (case, repeat) -> threads -> runs -> a case of the report each
 *
 * Repeats interleave: all cases once, then all again.  The order in which
 * threads finish changes nothing in the report.
 */
#ifndef CLIENT_TRIAL_SUITE_H
#define CLIENT_TRIAL_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct problem;
struct script_case;
struct settings;
struct test_report;

enum suite_keep { SUITE_KEEP_ALL, SUITE_KEEP_FAILED, SUITE_KEEP_NONE };

struct suite_settings {
	const struct script_case *const *cases; /* borrowed */
	size_t count;
	const struct settings *settings; /* backend and who pays */
	unsigned jobs, repeat, retry, timeout_s;
	bool fail_fast;
	uint64_t seed;
	enum suite_keep keep;
	const char *keep_dir;  /* made when it is missing */
	const char *cache_dir; /* of speech and judges; NULL: none */
	FILE *progress;        /* a line that is written anew; NULL: none */
};

/* Adds a case to the report for each.  A script that cannot be run (a sound
 * that is missing, no voice) is PROBLEM_USAGE and fills p; what was run is in
 * the report all the same.  Waits for everything. */
int suite_run(const struct suite_settings *settings, struct test_report *report,
	      struct problem *p);

#endif
