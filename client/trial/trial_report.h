/* trial_report: a trial that has ended, as a case of the report. */
#ifndef CLIENT_TRIAL_TRIAL_REPORT_H
#define CLIENT_TRIAL_TRIAL_REPORT_H

#include <stdint.h>

struct judge_program;
struct report_case;
struct report_recorder;
struct script_case;
struct trial;

/* Waves, usage, turns, expectations, verdict.  recorder was a sink of it. */
void trial_report(struct trial *t, const struct script_case *script,
		  struct judge_program *judge, uint64_t start_us,
		  struct report_case *out, struct report_recorder *recorder);
/* Where its session was kept, and its sound. */
void trial_report_folder(struct report_case *out, const char *folder);

#endif
