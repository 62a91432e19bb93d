/*
 * renewing: a nova_stream that outlives the 8 minutes of a real one.
 *
 * Wraps a factory of any other kind.  From renew_after_ms, or in time before
 * the credentials of the present stream expire, it opens the next stream with
 * the same opening and the history, and moves over between turns (at
 * force_after_ms even within an answer).  docs/nova-sonic.md, "Going past 8
 * minutes".
 *
 *   owner -> [renewing: history, learner's sound, order] -> present stream
 *                                                        -> next stream
 *
 * The owner sees one stream: opened() once, events of whichever stream is the
 * present one, closed() when that one is lost.  Loop thread only (memory: the
 * thread that steps the clock).
 */
#ifndef NET_RENEWAL_RENEWING_H
#define NET_RENEWAL_RENEWING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/nova/stream.h"

struct clock;
struct problem;

/* What happened at a renewal, for people and the session folder. */
struct renewal_report {
	unsigned number;       /* 1 for the first */
	uint32_t replayed_ms;  /* learner's sound given to the next stream
				* again */
	uint32_t gap_ms;       /* time in which no stream listened; 0 but when
				* the service refuses a second stream */
	bool forced;           /* within an answer */
	/* code 0: done.  Else why the next stream could not be had; it is tried
	 * again while there is time. */
	const struct problem *why;
};

struct renewing_settings {
	struct clock *clock;
	struct nova_upstream *upstream; /* borrowed; outlives it */
	uint32_t renew_after_ms;        /* 0: 360000 */
	uint32_t force_after_ms;        /* 0: 450000, or what is left in
					 * proportion when renew_after_ms is
					 * given */
	uint32_t credentials_margin_ms; /* 0: 60000 */
	size_t history_bytes;           /* 0: HISTORY_TOTAL_BYTES */
	/* May be NULL. */
	void (*renewed)(void *arg, const struct renewal_report *report);
	void *arg;
};

/* A nova_upstream whose streams renew themselves. */
int renewing_upstream_create(struct nova_upstream **out,
			     const struct renewing_settings *settings);
/* Streams it opened must be freed before it. */
struct nova_upstream *renewing_upstream_free(struct nova_upstream *u);
/* Every stream of u renews as soon as it can, for tests of it. */
void renewing_upstream_renew_now(struct nova_upstream *u);

#endif
