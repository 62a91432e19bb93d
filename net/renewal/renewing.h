/*
 * renewing: a nova_stream that outlives the 8 minutes of a real one.
 *
 * Wraps a factory of any other kind.  From renew_after_ms, or in time before
 * the credentials of the present stream expire, it opens the next stream with
 * the same opening and the history, and moves over between turns (at
 * force_after_ms even within an answer).  docs/nova-sonic.md, "Limits";
 * docs/architecture.md, "Past eight minutes".
 *
 *   owner -> [renewing: history, learner's sound, order] -> present stream
 *                                                        -> next stream
 *
 * The owner sees one stream: opened() once, events of whichever stream is the
 * present one, closed() when that one is lost and no other is ready.  Loop
 * thread only (memory: the thread that steps the clock).
 *
 * Between turns means: the last answer is whole and has had the time to be
 * heard, no tool and no typed text waits, and the learner is quiet or in the
 * middle of speaking; not in the time after the end of speech in which an
 * answer may be on its way.
 *
 * The next stream's audio begins with the sample after the end of the last
 * turn that was answered (learner_turns.h says where that is).  Of silence
 * only the last 3 s are given; with unanswered speech it may be 30 s.  A turn
 * that is heard again that way is left out of the history, and a transcript of
 * it that the owner has seen is not told twice.
 *
 * Everything that the old stream still says after the move is dropped, but
 * its usage, which the owner sees as one sum over all streams.  A forced move
 * ends the answer for the owner: its blocks get their contentEnd, what was
 * planned and came as sound gets its FINAL text, and is history.  Sound that
 * the owner has is played on; when the learner speaks into it, the owner is
 * told so as the service would.
 *
 * A tool's result that comes after its stream has gone is given as typed text,
 * when the model takes text; else it is dropped, and the turn that asked for
 * the tool is heard again.
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
	unsigned number;        /* 1 for the first */
	uint32_t replayed_ms;   /* learner's sound given to the next stream
				 * again */
	uint32_t gap_ms;        /* time in which no stream listened; 0 but when
				 * the service refuses a second stream.  What
				 * was said in it is given to the next one */
	bool forced;            /* within an answer */
	bool lost;              /* the old stream broke, the next was ready */
	const char *session_id; /* of the new stream, or NULL */
	/* code 0: done.  Else why the next stream could not be had, once for a
	 * renewal; it is tried again while there is time. */
	const struct problem *why;
};

struct renewing_settings {
	struct clock *clock;
	struct nova_upstream *upstream; /* borrowed; outlives it */
	const char *model;              /* copied; NULL: NOVA_MODEL_DEFAULT */
	uint32_t renew_after_ms;        /* 0: 360000 */
	uint32_t force_after_ms;        /* 0: 5/4 of renew_after_ms, which is
					 * 450000 for the default */
	uint32_t credentials_margin_ms; /* 0: 60000 */
	size_t history_bytes;           /* 0: HISTORY_TOTAL_BYTES */
	/* May be NULL. */
	void (*renewed)(void *arg, const struct renewal_report *report);
	void *arg;
};

/* A nova_upstream whose streams renew themselves; its name is upstream's. */
int renewing_upstream_create(struct nova_upstream **out,
			     const struct renewing_settings *settings);
/* Streams it opened must be freed before it. */
struct nova_upstream *renewing_upstream_free(struct nova_upstream *u);
/* Every stream of u renews as soon as it can, for tests of it. */
void renewing_upstream_renew_now(struct nova_upstream *u);

#endif
