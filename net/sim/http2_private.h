/*
 * http2_private: the parts of the HTTP/2 front.
 *
 *   http2_server.c      listening, certificates, sim.h's functions
 *   http2_connection.c  a client's connection: the only file with nghttp2
 *   http2_session.c     one request = one session: its core and its answer
 *   http2_input.c       frames in, with their signatures
 *   http2_request.c, http2_auth.c  the request's head
 *
 * Everything on the loop's thread.
 */
#ifndef NET_SIM_HTTP2_PRIVATE_H
#define NET_SIM_HTTP2_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/aws/sigv4.h"
#include "net/sim/http2_request.h"
#include "net/sim/sim.h"

struct http2_connection;
struct transport;

struct sim_server {
	struct loop *loop;
	struct clock *clock;
	struct sim_server_settings settings; /* texts owned below */
	struct sim_front_plan plan;
	char *key_id, *secret, *record_dir;
	struct brain_maker *maker;
	struct tls_server *tls;
	struct acceptor *acceptor;
	struct http2_connection *connections;
	unsigned arrived;  /* requests that may open a session, refused too */
	unsigned sessions; /* opened */
	unsigned live;
};

struct http2_session {
	struct http2_session *next, **link; /* in the connection */
	struct http2_connection *connection;
	struct sim_server *server;
	int32_t stream; /* HTTP/2's id */
	struct http2_request request;

	struct sim_core *core; /* NULL: refused, or not asked yet */
	bool signed_events;    /* chain is checked */
	struct sigv4_chain chain;
	struct bytes in; /* start of a frame whose end has not come */

	struct bytes out;
	size_t out_taken; /* of out; removed now and then */
	bool out_ended;   /* END_STREAM behind what is in out */
	bool stop_upload; /* RST_STREAM NO_ERROR behind END_STREAM */
	bool responded;   /* head of the response was given */
	bool first_event_taken;
	struct timer headers_timer;
};

/* --- http2_session.c --- */
int http2_session_create(struct http2_session **out, struct http2_connection *c,
			 struct sim_server *server, int32_t stream);
struct http2_session *http2_session_free(struct http2_session *s);
/* The request's head is complete. */
void http2_session_begin(struct http2_session *s);
/* The client's END_STREAM. */
void http2_session_input_ended(struct http2_session *s);
/* Takes up to room bytes of the response; *end: nothing follows, ever. */
size_t http2_session_take(struct http2_session *s, uint8_t *out, size_t room,
			  bool *end);

/* Gives the response's head at its time: now, or after the set delay. */
void http2_accept_soon(struct http2_session *s);

/* --- http2_input.c --- */
void http2_session_receive(struct http2_session *s, const uint8_t *data,
			   size_t length);

/* --- http2_connection.c --- */
/* Takes t. */
void http2_connection_accept(struct sim_server *server, struct transport *t);
struct http2_connection *http2_connection_free(struct http2_connection *c);
struct http2_connection *http2_connection_next(struct http2_connection *c);
void http2_connection_reset_all(struct http2_connection *c);
/* Gives the head of s's response; its body is http2_session_take(). */
struct http2_field {
	const char *name, *value;
};
void http2_respond(struct http2_session *s, unsigned status,
		   const struct http2_field *fields, size_t count);
/* There is more to take. */
void http2_resume(struct http2_session *s);
void http2_reset(struct http2_session *s);
/* GOAWAY that excludes every stream, then the connection ends. */
void http2_go_away(struct http2_connection *c);
/* Drops the TCP connection, soon. */
void http2_drop(struct http2_connection *c);

#endif
