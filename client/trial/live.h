/*
 * live: a trial against a relay or Bedrock, in real time, on a loop of its
 * own.  Any thread; several at once.
 */
#ifndef CLIENT_TRIAL_LIVE_H
#define CLIENT_TRIAL_LIVE_H

#include "client/trial/simulated.h"

/* As simulated_run(); the backend is what settings say.  A service that cannot
 * be reached is an error in the report. */
int live_run(const struct simulated_settings *s, struct report_case *out,
	     struct problem *p);

#endif
