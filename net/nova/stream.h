/*
 * nova_stream: one live conversation with a Nova Sonic; a seam.
 *
 * Kinds: bedrock (HTTP/2), relay (WebSocket), memory (simulator in-process).
 * Loop thread only (memory: the thread that steps the clock).
 *
 * Life: open -> opened() -> send/event ... -> closed().  Events may be sent
 * at once, before opened(); they are queued in order.  Sending sessionEnd
 * half-closes: nothing can be sent after it, events still come.
 */
#ifndef NET_NOVA_STREAM_H
#define NET_NOVA_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "net/nova/event.h"

struct nova_stream;
struct problem;

struct nova_stream_listener {
	/* The service has accepted the session (not: the socket is open).
	 * session_id is the service's or relay's name for it, or NULL. */
	void (*opened)(void *arg, const char *session_id);
	/* e is borrowed for the call. */
	void (*event)(void *arg, const struct nova_event *e);
	/* Once, last, also when opening failed; why->code 0: ended in order.
	 * Never called from within open, send or free. */
	void (*closed)(void *arg, const struct problem *why);
	void *arg;
};

struct nova_stream_ops {
	int (*send)(struct nova_stream *s, const struct nova_event *e);
	size_t (*queued)(const struct nova_stream *s);
	void (*free)(struct nova_stream *s);
	/* May be NULL: never. */
	int64_t (*expires_ms)(const struct nova_stream *s);
};

/* First member of every kind. */
struct nova_stream {
	const struct nova_stream_ops *ops;
	struct nova_stream_listener listener;
};

/* Copies what it needs.  0, PROBLEM_CLOSED (already closed or half-closed),
 * PROBLEM_LIMIT (the peer does not read and the queue is full),
 * PROBLEM_REJECTED (an event that cannot be sent there) or PROBLEM_MEMORY. */
int nova_stream_send(struct nova_stream *s, const struct nova_event *e);

/* When what it was opened with (credentials) ends, in UTC milliseconds; 0:
 * never, or not known yet. */
int64_t nova_stream_expires_ms(const struct nova_stream *s);

/* Bytes accepted by send that have not left yet. */
size_t nova_stream_queued(const struct nova_stream *s);

/* Ends it at once when it still lives; no callback comes after.  May be called
 * inside a callback.  NULL is fine; returns NULL. */
struct nova_stream *nova_stream_free(struct nova_stream *s);

/* Opens streams of one kind with settings fixed when it was made.  First
 * member of every kind's factory. */
struct nova_upstream {
	int (*open)(struct nova_upstream *u,
		    const struct nova_stream_listener *listener,
		    struct nova_stream **out, struct problem *p);
	/* "ws://127.0.0.1:8080", "Bedrock us-east-1": for people. */
	const char *name;
};

/* Builds without NDEBUG check the order of what is sent on it
 * (checked_stream.h); u->open() itself does not, for tests that break it. */
int nova_upstream_open(struct nova_upstream *u,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p);

#endif
