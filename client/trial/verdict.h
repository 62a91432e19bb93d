/*
 * verdict: what a trial's log says of a script's expectations, put into a
 * report.  Each expectation is met, unmet, or not measured, which counts as
 * unmet: nothing passes because nothing happened.
 */
#ifndef CLIENT_TRIAL_VERDICT_H
#define CLIENT_TRIAL_VERDICT_H

#include <stdint.h>

#include "client/report/test_report.h"

struct judge_program;
struct problem;
struct script_case;
struct trial_log;

struct verdict_trial {
	const struct script_case *script;
	const struct trial_log *log;
	uint64_t start_us;         /* of the conversation */
	const struct problem *end; /* code 0: in order */
	struct judge_program *judge;
};

/* Gives out its turns, expectations, latency parts, measures, and verdict:
 * passed, failed, or error with its reason. */
void verdict_write(const struct verdict_trial *t, struct report_case *out);

#endif
