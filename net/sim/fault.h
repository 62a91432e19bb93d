/*
 * fault: a failure that the simulator makes on purpose.
 *
 *   NAME[@MS][*N]     "throttled", "throttled@2000", "reset@500*0"
 *
 * NAME is a row of net/bedrock/failures.h.  With @MS it comes inside the
 * stream, so long after the prompt was opened; without, in place of the stream
 * where the service can do that, else at once inside.  It befalls the first N
 * streams (1), with *0 each of them.
 */
#ifndef NET_SIM_FAULT_H
#define NET_SIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "net/sim/brain.h"

struct problem;
struct sim_front_plan;

enum sim_fault_kind {
	SIM_FAULT_NONE,
	/* --- in place of the stream */
	SIM_FAULT_REFUSE,
	SIM_FAULT_PAGE,   /* 200 with a web page */
	SIM_FAULT_SILENT, /* no answer at all */
	SIM_FAULT_CLOCK,  /* the service's clock is an hour ahead */
	/* --- inside */
	SIM_FAULT_EXCEPTION,
	SIM_FAULT_CUT,
};

/* All texts are constants of the program. */
struct sim_fault {
	enum sim_fault_kind kind;
	unsigned at_ms;
	unsigned first; /* so many streams; 0: each */
	int status;
	const char *exception; /* NULL: only the status */
	const char *message;
	enum sim_cut cut;
};

/* PROBLEM_USAGE names what is wrong, and the nearest name. */
int sim_fault_parse(struct sim_fault *out, const char *text, struct problem *p);
/* The name with this number, or NULL behind the last; *inside: may have @MS. */
const char *sim_fault_name(size_t number, bool *inside);

/* Sets what the front does for it; the inside ones are the core's. */
void sim_fault_plan(const struct sim_fault *f, struct sim_front_plan *plan);
bool sim_fault_befalls(const struct sim_fault *f, unsigned stream_number);

#endif
