/*
 * retry: whether a conversation connects again after a problem, and when.
 *
 *   may be back soon (PROBLEM_RETRY_STEADY)  step x attempt
 *   some of them pass (..._ONCE)             the same, but once only
 *   too many ask (..._BACK_OFF)              anything up to step x
 * 2^(attempt-1) the other side named a time              not before that
 *
 * Attempts are counted in a row: an answer of the tutor, or a session that
 * lived for a while, sets them back.
 */
#ifndef CLIENT_CONVERSATION_RETRY_H
#define CLIENT_CONVERSATION_RETRY_H

#include <stdbool.h>

struct problem;

enum {
	RETRY_STEP_MS = 3000,
	RETRY_BACK_OFF_MOST_MS = 30000,
	/* Who is asked to wait longer ends with the problem's own line: a
	 * person does not sit before it for that long. */
	RETRY_AFTER_MOST_MS = 120000,
};

struct retry {
	unsigned tries;   /* most attempts in a row */
	unsigned step_ms; /* never 0 */
	unsigned attempt; /* the last one, from 1; 0: none yet */
	bool once_used;
};

/* step_ms 0: RETRY_STEP_MS. */
void retry_init(struct retry *r, unsigned tries, unsigned step_ms);
/* True: another attempt, in *delay_ms; it is counted.  A first connection is
 * tried again only where somebody answered who may be ready soon. */
bool retry_next(struct retry *r, const struct problem *why, bool was_connected,
		unsigned *delay_ms);
/* The conversation goes on. */
void retry_reset(struct retry *r);

#endif
