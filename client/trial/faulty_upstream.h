/*
 * faulty_upstream: a network with trouble, around any kind of stream.
 *
 * Delays, jitter, stalls, a slow reader and losses, as a script asks for them.
 * The order of events stays, as TCP keeps it.  Without trouble nothing is
 * copied or queued.  Loop thread only (virtual clock: who steps it).
 */
#ifndef CLIENT_TRIAL_FAULTY_UPSTREAM_H
#define CLIENT_TRIAL_FAULTY_UPSTREAM_H

#include "client/script/script.h"
#include "net/nova/stream.h"

struct clock;
struct faulty_upstream;

/* inner is borrowed and outlives it.  0 or PROBLEM_MEMORY. */
int faulty_upstream_create(struct faulty_upstream **out, struct clock *clock,
			   struct nova_upstream *inner);
struct nova_upstream *faulty_upstream_base(struct faulty_upstream *f);
/* Streams it opened must be freed before it.  NULL is fine; returns NULL. */
struct faulty_upstream *faulty_upstream_free(struct faulty_upstream *f);

/* Holds from now on; stall and reset happen now, or at cut_ms. */
void faulty_upstream_trouble(struct faulty_upstream *f,
			     const struct script_fault *trouble);
/* All streams that are open are lost, now. */
void faulty_upstream_cut(struct faulty_upstream *f);

#endif
