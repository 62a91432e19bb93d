/*
 * connection_private: the two halves of a connection.
 *
 *   connection.c           its WebSocket: beginning, writing, closing
 *   connection_messages.c  what the client says, and its sessions
 */
#ifndef NET_RELAY_SERVER_CONNECTION_PRIVATE_H
#define NET_RELAY_SERVER_CONNECTION_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/relay/outbox.h"
#include "net/relay/server/server_private.h"

struct lws;
struct relay_message;
struct session;

enum { CONNECTION_SESSIONS = 16 };

struct connection {
	struct relay_server *server;
	struct connection *next, *previous;
	struct lws *wsi;
	bool raw; /* ?events=raw */
	bool paused;
	struct bytes inbox; /* a message in several pieces */
	struct outbox outbox;
	struct session *sessions[CONNECTION_SESSIONS];
	struct timer resume;
	/* Once set, nothing more is taken or said; the code is sent when the
	 * outbox is empty, and the socket is closed when that takes too long.
	 */
	int close_code;
	const char *close_text;
	bool close_said;
	struct timer close_limit;
	struct timer overflow;
};

/* --- connection.c --- */

/* What does not go, because the client does not read, ends the sessions; not
 * within the call. */
void connection_say(struct connection *c, const struct relay_message *m);
/* session: its id, or NULL; code: PROBLEM_*. */
void connection_say_error(struct connection *c, const char *session, int code,
			  const char *text);
/* Nothing more is taken or said; text is a constant.  The first call counts. */
void connection_close_with(struct connection *c, int code, const char *text);

/* --- connection_messages.c --- */

/* A piece of a message, as libwebsockets gives it. */
void connection_receive(struct connection *c, const void *in, size_t length);
/* Reads on when the upstreams have taken what waits for them. */
void connection_check_resume(void *arg);

#endif
