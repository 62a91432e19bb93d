/*
 * event_queue: copies of session events on their way to a slower thread.
 *
 * Bounded by memory: beyond the limit new events are lost and counted.  No
 * lock of its own; copying and freeing need none and are done outside of the
 * owner's.
 */
#ifndef CLIENT_SESSION_EVENT_QUEUE_H
#define CLIENT_SESSION_EVENT_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "client/session/sink.h"
#include "net/base/problem.h"

struct queued_event {
	struct queued_event *next;
	struct session_event event; /* its pointers lead into this struct */
	struct nova_event nova;
	struct problem problem;
	size_t cost; /* bytes, about */
	char text[]; /* all texts of the event */
};

/* Deep copy.  Returns 0 or PROBLEM_MEMORY. */
int queued_event_create(struct queued_event **out,
			const struct session_event *e);
struct queued_event *queued_event_free(struct queued_event *q);

struct event_queue {
	struct queued_event *first, *last;
	size_t cost, limit; /* bytes */
	uint64_t lost;      /* events, since the start */
};

void event_queue_init(struct event_queue *q, size_t limit);
/* Takes item and returns NULL; or counts it as lost and returns it, for the
 * caller to free.  item NULL counts one that could not be copied. */
struct queued_event *event_queue_push(struct event_queue *q,
				      struct queued_event *item);
/* All of it, oldest first, linked by next; the caller owns them. */
struct queued_event *event_queue_take(struct event_queue *q);

#endif
