/* client_private: what the files of the relay kind of nova_stream share. */
#ifndef NET_RELAY_CLIENT_PRIVATE_H
#define NET_RELAY_CLIENT_PRIVATE_H

#include <netdb.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/loop/proxy.h"
#include "net/loop/tls_failure.h"
#include "net/nova/stream.h"
#include "net/relay/address.h"
#include "net/relay/client.h"
#include "net/relay/client_opening.h"
#include "net/relay/client_replies.h"
#include "net/relay/outbox.h"

struct loop;
struct lws;
struct relay_message;
struct relay_stream;
struct resolution;
struct websocket;

struct relay_upstream {
	struct nova_upstream upstream; /* first */
	struct loop *loop;
	struct websocket *websocket;
	struct relay_address address;
	struct proxy proxy;             /* owned; without a host: none */
	char *token, *course, *student; /* owned */
	unsigned connect_timeout_ms, ready_timeout_ms;
	/* client_failure.c: the socket whose TLS handshake is under way or has
	 * failed, and how; -1: none */
	int handshake_fd;
	struct tls_failure handshake;
};

/* An event that was sent before the relay had named the session. */
struct early {
	struct early *next;
	struct nova_event event; /* owned */
};

enum relay_stage {
	STAGE_CONNECTING,
	STAGE_OPENING, /* a WebSocket; the session is not ready */
	STAGE_READY,
	STAGE_ENDING, /* end_session was sent */
	STAGE_CLOSED, /* closed() has been called or is about to be */
};

struct relay_stream {
	struct nova_stream stream; /* first */
	struct relay_upstream *upstream;
	enum relay_stage stage;
	bool half_closed; /* sessionEnd was sent to us */

	/* client_connect.c */
	struct resolution *resolution;
	struct addrinfo *addresses, *next_address; /* owned */
	struct lws *wsi;
	bool asked; /* connected, TLS done, the request is on its way */
	bool established;
	unsigned http_status;
	int socket, socket_error; /* when it ended; 0: no error */
	int close_code;           /* of the peer; 0: it gave none */

	struct client_opening opening;
	struct client_replies replies;
	struct early *early, **early_end;
	size_t early_bytes;
	char *session_id;
	struct outbox outbox;
	struct bytes inbox;
	struct timer limit;   /* of connecting, opening or ending */
	struct timer deliver; /* calls closed() */
	struct problem why;

	/* Freed inside one of its own callbacks, it lives on to their end. */
	unsigned busy;
	bool freed;
};

/* --- client.c --- */

/* The stream ends: closed() comes by a timer.  The first call counts. */
__attribute__((format(printf, 3, 4))) void
relay_stream_end(struct relay_stream *s, int code, const char *format, ...);
/* Says an event of the owner's to the relay.  0, PROBLEM_LIMIT and the like. */
int relay_stream_say(struct relay_stream *s, const struct nova_event *e);
/* Forgets what waits for the session's name. */
void relay_stream_drop_early(struct relay_stream *s);
void relay_stream_enter(struct relay_stream *s);
/* Returns false when s is gone. */
bool relay_stream_leave(struct relay_stream *s);

/* --- client_incoming.c --- */

/* For messages. */
const char *relay_stream_name(const struct relay_stream *s);
/* The WebSocket is there. */
void relay_stream_connected(struct relay_stream *s);
/* One whole message. */
void relay_stream_message(struct relay_stream *s, const char *json, size_t n);

/* --- client_connect.c --- */

struct lws_protocols;
extern const struct lws_protocols relay_client_protocols[];

/* Finds the host and connects, in the background. */
void relay_stream_connect(struct relay_stream *s);
/* Lets go of the socket; says close 1000 when it is a WebSocket. */
void relay_stream_disconnect(struct relay_stream *s);

/* --- client_failure.c --- */

/* ssl_ctx: an SSL_CTX, of all connections of u. */
void relay_handshakes_watch(struct relay_upstream *u, void *ssl_ctx);
/* Keeps the socket and its error, while libwebsockets reports the end of wsi.
 */
void relay_stream_look_at_socket(struct relay_stream *s, struct lws *wsi);
/* The failure may be one of the address only. */
bool relay_stream_may_try_next(const struct relay_stream *s);
/* Each of these ends the stream with its line.  The look-up has failed with a
 * status of libuv's; no address can be connected to; connecting takes too long;
 * libwebsockets gives up, for a cause in its words; an open WebSocket is over.
 */
void relay_stream_no_name(struct relay_stream *s, int status);
void relay_stream_no_connection(struct relay_stream *s);
void relay_stream_no_answer(struct relay_stream *s);
void relay_stream_unconnected(struct relay_stream *s, const char *cause);
void relay_stream_closed(struct relay_stream *s);

/* --- client_proxy.c --- */

/* 0, PROBLEM_USAGE (fills p) or PROBLEM_MEMORY. */
int relay_proxy_choose(struct relay_upstream *u,
		       const struct proxy_environment *proxies,
		       struct problem *p);
/* Whose name is to be looked up. */
const char *relay_proxy_or_host(const struct relay_upstream *u);
/* The next connection goes through the upstream's proxy, which has that
 * address.  0 or PROBLEM_MEMORY. */
int relay_proxy_use(struct relay_upstream *u, const char *numeric);
/* Ends the stream; cause is libwebsockets'. */
void relay_proxy_failed(struct relay_stream *s, const char *cause);

#endif
