/*
 * renewing_private: the parts of a stream that renews itself.
 *
 *   renewing.c   the seam: factory, what the owner sends, life
 *   leg.c        one stream of those below: opening it, feeding it, ending it
 *   calls.c      tools that the model has called
 *   renewal.c    when to prepare and to move over
 *   move.c       how
 *   deliver.c    what the owner gets of the service's events
 *
 *   opening, learner_audio, learner_turns, account, answer_watch: what is
 *   known of the conversation.
 */
#ifndef NET_RENEWAL_RENEWING_PRIVATE_H
#define NET_RENEWAL_RENEWING_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/nova/session.h"
#include "net/nova/stream.h"
#include "net/renewal/account.h"
#include "net/renewal/answer_watch.h"
#include "net/renewal/learner_audio.h"
#include "net/renewal/learner_turns.h"
#include "net/renewal/opening.h"
#include "net/renewal/renewing.h"

struct renewing;

/* One stream of those below.  Owned by its place in struct renewing. */
struct leg {
	struct renewing *r;
	struct leg *next; /* among the ending ones */
	struct nova_stream *stream;
	struct nova_session session; /* says the common things on it */
	bool opened;
	char session_id[128];    /* "" when none was told */
	uint64_t born_us;        /* its 8 minutes count from here */
	struct nova_usage usage; /* as told last */
	struct timer end_limit;
};

/* A toolUse that was not answered yet. */
struct tool_call {
	char *id, *name; /* owned */
	bool old;        /* of a stream that is gone */
};

struct renewing_upstream {
	struct nova_upstream base;
	struct renewing_settings settings; /* no zero left but model */
	char *model;                       /* owned; settings lead here */
	struct renewing *streams;
};

struct renewing {
	struct nova_stream base;
	struct renewing_upstream *u;
	struct clock *clock;
	struct renewing *next, **link; /* among u's */

	/* --- streams below */
	struct leg *present; /* NULL: closed before the next one is there */
	struct leg *coming;  /* prepared, or NULL */
	struct leg *ending;  /* told to end, not closed yet */

	/* --- life */
	bool opened;    /* told */
	bool finishing; /* the owner has sent promptEnd */
	bool finished;  /* and sessionEnd */
	bool closed;    /* told */
	bool freed;     /* while a callback of ours runs */
	unsigned depth; /* callbacks of ours that run */

	/* --- what is known of the conversation */
	struct opening opening;
	struct learner_audio audio; /* no room until its container is open */
	struct learner_turns turns;
	struct account account;
	struct answer_watch answer;
	struct tool_call *calls; /* owned */
	size_t call_count, call_capacity;
	bool swallows_result; /* the block being sent answers an old call */
	bool cannot_renew;    /* its names are longer than ours may be */

	/* --- what the owner gets */
	bool completion_told;
	struct nova_usage spent;   /* by streams that are gone */
	bool cut_rest;             /* sound of a stream that is gone may still
				    * be playing: the learner can cut it */
	uint64_t repeats_until_us; /* the next transcript was told before */
	char *swallowed_id;        /* owned: of that block, while it is open */

	/* --- the renewal */
	struct timer step;
	bool asked;         /* by renewing_upstream_renew_now() */
	uint64_t retry_us;  /* not before */
	unsigned refusals;  /* in a row */
	bool refusal_told;  /* of this renewal */
	unsigned throttled; /* of them */
	uint64_t deaf_us;   /* since when no stream listens */
	unsigned number;    /* of renewals */
};

/* --- renewing.c --- */
/* Around everything that may call the owner, who may free the stream there.
 * leave() returns false when it did: r is gone. */
void renewing_enter(struct renewing *r);
bool renewing_leave(struct renewing *r);
void renewing_close(struct renewing *r, const struct problem *why);

/* --- calls.c --- */
int calls_add(struct renewing *r, const char *id, const char *name);
void calls_free(struct renewing *r);
/* Some stream that is still there waits for a result. */
bool calls_wait(const struct renewing *r);
/* The stream that asked goes. */
void calls_make_old(struct renewing *r);
/* The owner begins a block that answers a call of a stream that is gone. */
bool calls_is_old_result(const struct renewing *r, const struct nova_event *e);
/* A result was given whole.  0, or what sending it said. */
int calls_take_result(struct renewing *r, const char *id, const char *result);

/* --- leg.c --- */
int leg_open(struct leg **out, struct renewing *r, struct problem *p);
/* At once. */
struct leg *leg_free(struct leg *l);
/* The opening as the owner gave it, without history and audio. */
int leg_prepare(struct leg *l);
/* History, audio container, the learner's sound from that position on, and
 * what was typed and not answered. */
int leg_feed(struct leg *l, uint64_t from);
/* Says goodbye in order; l ends in the background. */
void leg_end(struct leg *l);

/* --- renewal.c --- */
/* Looks whether something can be done; soon, never from within the call. */
void renewal_poke(struct renewing *r);
void renewal_step(void *arg);
/* Looks then, at the latest. */
void renewal_look_at(struct renewing *r, uint64_t due_us);
/* Nobody notices when it moves now. */
bool renewal_between_turns(const struct renewing *r);
void renewal_leg_opened(struct leg *l);
void renewal_leg_closed(struct leg *l, const struct problem *why);

/* --- move.c --- */
/* All return false when the owner has freed r. */
/* To the prepared stream; lost: the present one has broken. */
bool move_over(struct renewing *r, bool lost);
/* The service takes no second stream: the present one makes room. */
bool move_aside(struct renewing *r);
/* The next stream could not be had; it will be tried again. */
bool move_refused(struct renewing *r, const struct problem *why);

/* --- deliver.c --- */
/* Both return false when the owner has freed r; depth is held by the caller. */
bool deliver_event(struct renewing *r, struct leg *l,
		   const struct nova_event *e);
bool deliver_made(void *r, const struct nova_event *e);
/* Tells the owner that the learner speaks into what still plays. */
bool deliver_cut_rest(struct renewing *r);
void deliver_usage_of_old(struct renewing *r, struct leg *l,
			  const struct nova_usage *u);
void deliver_leg_gone(struct renewing *r, struct leg *l);

#endif
