/*
 * transport_internal: what the files of the transport share.
 *
 *   transport.c          life, reading, writing, closing
 *   transport_connect.c  names and addresses, until TCP stands
 *   transport_tunnel.c   through a proxy, from there to the server
 *   transport_tls.c      records between TCP and the owner
 *   acceptor.c           the listening socket
 */
#ifndef NET_LOOP_TRANSPORT_INTERNAL_H
#define NET_LOOP_TRANSPORT_INTERNAL_H

#include <uv.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/loop/transport.h"
#include "net/loop/transport_failures.h"

enum { TRANSPORT_NAME_SIZE = 280 }; /* a host name, brackets and a port */

enum transport_state {
	TRANSPORT_CONNECTING,
	TRANSPORT_TUNNEL, /* TCP stands to a proxy */
	TRANSPORT_HANDSHAKE,
	TRANSPORT_OPEN,
	TRANSPORT_CLOSED,
};

struct transport {
	struct loop *loop; /* borrowed; outlives the transport */
	struct transport_listener listener;
	enum transport_state state;
	bool listening; /* listener is set */
	bool freed;     /* by the owner: no callback from here on */
	unsigned holds; /* the owner, open handles, callbacks under way */
	char name[TRANSPORT_NAME_SIZE]; /* "host:port" */

	uv_tcp_t tcp;
	bool tcp_open;
	bool reading;
	bool paused;
	bool peer_ended; /* told as closed once all is written */
	size_t queued;
	bool finishing;
	uv_shutdown_t shutdown;

	struct timer limit; /* of connecting and of the handshake */
	uint32_t limit_ms;
	struct timer later; /* what must not happen inside the owner's call */
	struct problem failure; /* told by later, when it has a code */

	struct transport_dial *dial;     /* owned; while connecting */
	struct transport_tunnel *tunnel; /* owned; NULL: none, or done */
	struct transport_tls *tls;       /* owned; NULL: clear text */

	/* While an accepted one is in its handshake; NULL later. */
	struct acceptor *acceptor;
	struct transport *next, **link; /* in the acceptor's list */
};

/* --- transport.c --- */
int transport_create(struct transport **out, struct loop *l, uint32_t limit_ms);
int transport_open_socket(struct transport *t);
/* t stays in memory from a hold to its release. */
void transport_hold(struct transport *t);
void transport_release(struct transport *t);
/* TCP stands: asks the proxy, shakes hands or opens. */
void transport_connected(struct transport *t);
/* TLS stands, or was not wanted. */
void transport_opened(struct transport *t);
/* Closes and tells.  Not inside a call of the owner. */
void transport_fail(struct transport *t, enum transport_failure id,
		    const char *detail);
/* The detail is limit_ms. */
void transport_fail_limit(struct transport *t, enum transport_failure id);
void transport_close_with(struct transport *t, const struct problem *why);
/* As transport_fail(), soon; returns the code. */
int transport_fail_later(struct transport *t, enum transport_failure id,
			 const char *detail);
/* The peer will send nothing more. */
void transport_peer_ended(struct transport *t);
bool transport_may_deliver(const struct transport *t);
void transport_deliver(struct transport *t, const uint8_t *data, size_t length);
/* Bytes for the socket: 0, PROBLEM_MEMORY or PROBLEM_CLOSED. */
int transport_send(struct transport *t, const void *data, size_t length);
void transport_set_name(struct transport *t, const char *host, uint16_t port);

/* --- transport_connect.c --- */
void transport_dial_limit(struct transport *t);
void transport_dial_free(struct transport *t);

/* --- transport_tunnel.c --- */
/* target: "host:port".  0, PROBLEM_USAGE or PROBLEM_MEMORY. */
int transport_tunnel_create(struct transport_tunnel **out,
			    const struct proxy *proxy, const char *target);
struct transport_tunnel *transport_tunnel_free(struct transport_tunnel *n);
/* Goes on with transport_connected(), once more, when the proxy agrees. */
void transport_tunnel_start(struct transport *t);
void transport_tunnel_input(struct transport *t, const uint8_t *data,
			    size_t length);
/* The proxy has closed the connection; no answer came in time. */
void transport_tunnel_cut(struct transport *t);
void transport_tunnel_limit(struct transport *t);
/* "host:port" that the proxy is asked for. */
const char *transport_tunnel_target(const struct transport_tunnel *n);

/* --- transport_tls.c --- */
/* host NULL: the server's end. */
int transport_tls_create(struct transport_tls **out, void *ssl_ctx,
			 const char *host);
struct transport_tls *transport_tls_free(struct transport_tls *tls);
/* Goes on with the handshake, or delivers what is there. */
void transport_tls_pump(struct transport *t);
void transport_tls_input(struct transport *t, const uint8_t *data,
			 size_t length);
int transport_tls_write(struct transport *t, const void *data, size_t length);
void transport_tls_finish(struct transport *t);

/* --- acceptor.c --- */
/* The handshake is over; err 0: it stands. */
void acceptor_handshake_done(struct transport *t, int err);

#endif
