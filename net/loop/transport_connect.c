/* transport_connect: from a host name to a connected socket. */
#include "net/loop/transport.h"

#include <assert.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/loop/loop.h"
#include "net/loop/proxy.h"
#include "net/loop/tls_internal.h"
#include "net/loop/transport_internal.h"

struct transport_dial {
	uv_getaddrinfo_t resolve;
	uv_connect_t connect;
	struct addrinfo *addresses; /* owned */
	struct addrinfo *next;      /* the one to try next */
	uint64_t deadline_us;
	int last_status;
	bool resolving;
};

void transport_dial_free(struct transport *t)
{
	if (!t->dial)
		return;
	uv_freeaddrinfo(t->dial->addresses);
	free(t->dial);
	t->dial = NULL;
}

static void fail_by_status(struct transport *t, int status)
{
	enum transport_failure id = transport_failure_of(status);

	if (id == TRANSPORT_CONNECT_LIMIT)
		transport_fail_limit(t, id);
	else
		transport_fail(t, id, uv_strerror(status));
}

static void try_next(struct transport *t);

static void on_attempt_closed(uv_handle_t *handle)
{
	struct transport *t = handle->data;

	if (t->state == TRANSPORT_CONNECTING && !t->freed)
		try_next(t);
	transport_release(t); /* the socket's hold */
}

/* A socket serves one attempt, so it is closed before the next one. */
static void give_up_attempt(struct transport *t, int status)
{
	timer_stop(&t->limit);
	t->dial->last_status = status;
	t->tcp_open = false;
	uv_close((uv_handle_t *)&t->tcp, on_attempt_closed);
}

static void on_connected(uv_connect_t *connect, int status)
{
	struct transport *t = connect->data;

	/* cancelled: who closed the socket knows what comes next */
	if (status == UV_ECANCELED || t->freed || !t->tcp_open)
		return;
	if (status < 0) {
		give_up_attempt(t, status);
		return;
	}
	uint64_t deadline_us = t->dial->deadline_us;
	transport_dial_free(t);
	timer_start_at(&t->limit, deadline_us);
	transport_hold(t);
	transport_connected(t);
	transport_release(t);
}

/* Each address gets an equal share of what is left, so that one that never
 * answers does not hide one that would. */
static void start_limit(struct transport *t)
{
	uint64_t now_us = clock_now_us(loop_clock(t->loop));
	uint64_t left_us = t->dial->deadline_us > now_us
				   ? t->dial->deadline_us - now_us
				   : 0;
	unsigned addresses = 1;

	for (const struct addrinfo *a = t->dial->next; a; a = a->ai_next)
		addresses++;
	timer_start(&t->limit, left_us / addresses);
}

static void try_next(struct transport *t)
{
	struct transport_dial *d = t->dial;
	struct addrinfo *a = d->next;

	if (!a) {
		fail_by_status(t, d->last_status);
		return;
	}
	d->next = a->ai_next;
	int status = transport_open_socket(t);
	if (status < 0) {
		fail_by_status(t, status);
		return;
	}
	start_limit(t);
	d->connect.data = t;
	status = uv_tcp_connect(&d->connect, &t->tcp, a->ai_addr, on_connected);
	if (status < 0)
		give_up_attempt(t, status);
}

static void on_resolved(uv_getaddrinfo_t *request, int status,
			struct addrinfo *addresses)
{
	struct transport *t = request->data;

	t->dial->resolving = false;
	t->dial->addresses = addresses;
	t->dial->next = addresses;
	t->dial->last_status = UV_EAI_NONAME;
	if (t->freed || t->state == TRANSPORT_CLOSED) {
		/* nobody waits any more */
	} else if (status < 0) {
		fail_by_status(t, status);
	} else {
		try_next(t);
	}
	transport_release(t); /* the resolver's hold */
}

void transport_dial_limit(struct transport *t)
{
	if (t->dial->resolving)
		transport_fail_limit(t, TRANSPORT_NAME_LIMIT);
	else if (t->tcp_open && t->dial->next)
		give_up_attempt(t, UV_ETIMEDOUT);
	else
		fail_by_status(t, UV_ETIMEDOUT);
}

static int start_resolving(struct transport *t, const char *host, uint16_t port)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	char service[8];

	snprintf(service, sizeof service, "%u", (unsigned)port);
	t->dial->resolve.data = t;
	int status = uv_getaddrinfo(loop_uv(t->loop), &t->dial->resolve,
				    on_resolved, host, service, &hints);
	if (status == UV_ENOMEM)
		return PROBLEM_MEMORY;
	if (status < 0)
		return PROBLEM_USAGE; /* no host name by its form */
	t->dial->resolving = true;
	transport_hold(t);
	return 0;
}

/* Until the tunnel stands, what goes wrong is the proxy's. */
static int prepare_tunnel(struct transport *t, const struct proxy *proxy)
{
	int err = transport_tunnel_create(&t->tunnel, proxy, t->name);

	if (!err)
		proxy_name(t->name, proxy);
	return err;
}

int transport_connect(struct transport **out, struct loop *l, const char *host,
		      uint16_t port, const struct tls_client *tls,
		      uint32_t timeout_ms,
		      const struct transport_listener *listener)
{
	return transport_connect_through(out, l, NULL, host, port, tls,
					 timeout_ms, listener);
}

int transport_connect_through(struct transport **out, struct loop *l,
			      const struct proxy *proxy, const char *host,
			      uint16_t port, const struct tls_client *tls,
			      uint32_t timeout_ms,
			      const struct transport_listener *listener)
{
	bool through = proxy && proxy->host;
	struct transport *t;

	assert(loop_on_thread(l));
	int err = transport_create(&t, l, timeout_ms);
	if (err)
		return err;
	t->listener = *listener;
	t->listening = true;
	transport_set_name(t, host, port);
	t->dial = calloc(1, sizeof *t->dial);
	if (!t->dial)
		err = PROBLEM_MEMORY;
	if (!err && tls)
		err = transport_tls_create(&t->tls, tls_client_context(tls),
					   host);
	if (!err && through) {
		err = prepare_tunnel(t, proxy);
		host = proxy->host;
		port = proxy->port;
	}
	if (!err)
		err = start_resolving(t, host, port);
	if (err) {
		transport_free(t);
		return err;
	}
	uint64_t limit_us = (uint64_t)timeout_ms * 1000;
	t->dial->deadline_us = clock_now_us(loop_clock(l)) + limit_us;
	timer_start_at(&t->limit, t->dial->deadline_us);
	*out = t;
	return 0;
}
