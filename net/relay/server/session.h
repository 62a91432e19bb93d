/*
 * session: one learner's conversation inside the relay: the client's messages
 * on one side, a nova_stream on the other.
 *
 * Knows no sockets: what it says goes through its host.  All times come from
 * the clock.  The clock's thread only.
 */
#ifndef NET_RELAY_SERVER_SESSION_H
#define NET_RELAY_SERVER_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/nova/stream.h"
#include "net/relay/protocol.h"

struct clock;
struct problem;
struct relay_server_counts;
struct session;

/* Borrowed; outlives the sessions. */
struct session_settings {
	struct clock *clock;
	struct nova_upstream *upstream;
	const char *model, *voice, *mode;
	struct relay_server_counts *counts;
};

struct session_host {
	/* m is borrowed for the call; never calls back into the session. */
	void (*send)(void *arg, const struct relay_message *m);
	/* The session is over and has said so; the host frees it, at once if
	 * it likes.  Never called from within session_open() and free. */
	void (*over)(void *arg, struct session *s);
	void *arg;
};

/* Opens the upstream for an initialize_session whose token was accepted.  On
 * failure p is the cause, and nothing has been sent. */
int session_open(struct session **out, const struct session_settings *settings,
		 const struct relay_message *initialize,
		 const struct session_host *host, struct problem *p);

/* A UUID, made here; the client learns it when the session is ready. */
const char *session_id(const struct session *s);

/* audio_input, text_input, tool_result, end_session.  May end in over(). */
void session_receive(struct session *s, const struct relay_message *m);

/* Bytes that the upstream has not taken yet. */
size_t session_queued(const struct session *s);

/* Ends it without a word.  NULL is fine; returns NULL. */
struct session *session_free(struct session *s);

#endif
