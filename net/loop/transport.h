/*
 * transport: a TCP connection, with TLS or without, on a loop.
 *
 * For the HTTP/2 parts (libwebsockets brings its own sockets).  Loop thread
 * only.  Bytes are delivered as they come; writes are queued without a bound
 * of their own, the owner watches transport_queued().
 */
#ifndef NET_LOOP_TRANSPORT_H
#define NET_LOOP_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct problem;
struct proxy;
struct transport;
struct tls_client; /* settings and trust for connecting, tls.h */
struct tls_server;

struct transport_listener {
	/* Connected, TLS done, ALPN agreed.  Not called for accepted ones
	 * without TLS: those are ready at once. */
	void (*opened)(void *arg);
	void (*received)(void *arg, const uint8_t *data, size_t length);
	/* All queued bytes have gone to the kernel.  Not called for a write
	 * that went at once: transport_queued() is 0 after it.  May be NULL. */
	void (*drained)(void *arg);
	/* Once, last.  code 0: the peer closed in order, and what was queued
	 * has gone.  Not called after transport_free(), which is still due. */
	void (*closed)(void *arg, const struct problem *why);
	void *arg;
};

/* Connects in the background.  tls NULL: clear text.  host is a name or an
 * address ("::1" without brackets).  No answer in timeout_ms: closed with
 * PROBLEM_TIMEOUT.  Returns 0 or a problem code (nothing to free then):
 * PROBLEM_MEMORY, or PROBLEM_USAGE for what cannot be a host name. */
int transport_connect(struct transport **out, struct loop *l, const char *host,
		      uint16_t port, const struct tls_client *tls,
		      uint32_t timeout_ms,
		      const struct transport_listener *listener);

/* The same through an HTTP proxy; the name server of the proxy knows host.
 * proxy (proxy_for()) is used for this call only; NULL, or without a host:
 * directly. */
int transport_connect_through(struct transport **out, struct loop *l,
			      const struct proxy *proxy, const char *host,
			      uint16_t port, const struct tls_client *tls,
			      uint32_t timeout_ms,
			      const struct transport_listener *listener);

/* Copies data.  Returns 0, PROBLEM_MEMORY, PROBLEM_CLOSED (also after
 * transport_finish()) or PROBLEM_ORDER (before it has opened).  Never calls
 * the listener; when the connection breaks here, closed follows soon. */
int transport_write(struct transport *t, const void *data, size_t length);
/* Bytes written that the kernel has not taken yet. */
size_t transport_queued(const struct transport *t);
/* Stops and starts reading, for a peer that sends faster than we can use. */
void transport_pause(struct transport *t, bool paused);
/* Sends what is queued, then FIN (and close_notify); reading goes on. */
void transport_finish(struct transport *t);
/* Closes at once.  May be called inside a callback.  Returns NULL. */
struct transport *transport_free(struct transport *t);

/* --- the accepting side --- */
struct acceptor;

/* Calls accepted(arg, t) for each connection, after TLS and ALPN if tls is
 * given; the callee owns t and must call transport_listen(), then or later;
 * nothing is read before.  A handshake may take 10 s.  Port 0: any free one.
 * PROBLEM_BUSY, PROBLEM_DENIED, PROBLEM_USAGE (no such address here). */
int acceptor_open(struct acceptor **out, struct loop *l, const char *address,
		  uint16_t port, const struct tls_server *tls,
		  void (*accepted)(void *arg, struct transport *t), void *arg,
		  struct problem *p);
/* The real port when 0 was asked for. */
uint16_t acceptor_port(const struct acceptor *a);
/* Stops listening and drops open handshakes; accepted ones live on.  May be
 * called inside accepted().  NULL is fine; returns NULL. */
struct acceptor *acceptor_free(struct acceptor *a);
void transport_listen(struct transport *t,
		      const struct transport_listener *listener);
/* "127.0.0.1:4711" of the peer; the name asked for on the connecting side. */
const char *transport_peer(const struct transport *t);

#endif
