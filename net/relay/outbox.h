/*
 * outbox: messages that wait for a WebSocket to become writable.
 *
 * One growing buffer holds them with the room that libwebsockets needs in
 * front of each, so that a message is written once and sent from there.
 * Loop thread only.
 */
#ifndef NET_RELAY_OUTBOX_H
#define NET_RELAY_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/bytes.h"

struct lws;
struct relay_message;

struct outbox {
	struct bytes waiting; /* records: length, room, JSON */
	size_t sent;          /* bytes at the front that are done with */
};

/* limit: most bytes that may wait. */
void outbox_init(struct outbox *o, size_t limit);
void outbox_deinit(struct outbox *o);

/* Appends m.  0, PROBLEM_LIMIT or PROBLEM_MEMORY; then nothing was added. */
int outbox_add(struct outbox *o, const struct relay_message *m,
	       int64_t wall_ms);

/* Bytes waiting, with their overhead. */
size_t outbox_queued(const struct outbox *o);

/* Forgets what has not been sent. */
void outbox_drop(struct outbox *o);

/* In the writable callback only: sends until the socket has enough, and asks
 * for the next callback when something is left.  0 or PROBLEM_CLOSED. */
int outbox_flush(struct outbox *o, struct lws *wsi);

#endif
