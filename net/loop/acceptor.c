/* acceptor: a listening socket, and handshakes that are under way. */
#include "net/loop/transport.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/log.h"
#include "net/loop/loop.h"
#include "net/loop/tls_internal.h"
#include "net/loop/transport_internal.h"

enum {
	BACKLOG = 1024,
	HANDSHAKE_LIMIT_MS = 10 * 1000,
	RETRY_US = 100 * 1000, /* to accept again, when memory was short */
};

struct acceptor {
	struct loop *loop; /* borrowed */
	uv_tcp_t tcp;
	uint16_t port;
	const struct tls_server *tls; /* borrowed; NULL: clear text */
	void (*accepted)(void *arg, struct transport *t);
	void *arg;
	struct timer retry;
	struct transport *handshakes; /* owned until they are handed out */
};

static void link_handshake(struct acceptor *a, struct transport *t)
{
	t->acceptor = a;
	t->next = a->handshakes;
	if (t->next)
		t->next->link = &t->next;
	t->link = &a->handshakes;
	a->handshakes = t;
}

static void unlink_handshake(struct transport *t)
{
	*t->link = t->next;
	if (t->next)
		t->next->link = t->link;
	t->acceptor = NULL;
	t->next = NULL;
	t->link = NULL;
}

void acceptor_handshake_done(struct transport *t, int err)
{
	struct acceptor *a = t->acceptor;

	unlink_handshake(t);
	if (err)
		transport_free(t);
	else
		a->accepted(a->arg, t);
}

/* Splits an address of the system into text and port. */
static int read_address(char *host, size_t size, uint16_t *port,
			const struct sockaddr_storage *address)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;

	if (address->ss_family == AF_INET) {
		*port = ntohs(four->sin_port);
		return uv_ip4_name(four, host, size);
	}
	*port = ntohs(six->sin6_port);
	return uv_ip6_name(six, host, size);
}

static void name_by_peer(struct transport *t)
{
	struct sockaddr_storage address;
	int length = sizeof address;
	char host[64];
	uint16_t port = 0;

	if (uv_tcp_getpeername(&t->tcp, (struct sockaddr *)&address, &length) ==
		    0 &&
	    read_address(host, sizeof host, &port, &address) == 0)
		transport_set_name(t, host, port);
	else
		transport_set_name(t, "unknown", 0);
}

/* PROBLEM_MEMORY: the connection still waits. */
static int accept_one(struct acceptor *a)
{
	struct transport *t;
	int err = transport_create(&t, a->loop, HANDSHAKE_LIMIT_MS);

	if (err)
		return err;
	if (a->tls)
		err = transport_tls_create(&t->tls, tls_server_context(a->tls),
					   NULL);
	if (!err && transport_open_socket(t) != 0)
		err = PROBLEM_MEMORY;
	if (err) {
		transport_free(t);
		return err;
	}
	if (uv_accept((uv_stream_t *)&a->tcp, (uv_stream_t *)&t->tcp) != 0) {
		transport_free(t); /* it has gone again */
		return 0;
	}
	name_by_peer(t);
	link_handshake(a, t);
	timer_start(&t->limit, (uint64_t)HANDSHAKE_LIMIT_MS * 1000);
	transport_connected(t); /* may lead to accepted() */
	return 0;
}

static void try_accept(struct acceptor *a)
{
	if (accept_one(a) == 0)
		return;
	log_error("acceptor", "no memory for a connection, trying again");
	timer_start(&a->retry, RETRY_US);
}

static void on_retry(void *arg)
{
	try_accept(arg);
}

static void on_connection(uv_stream_t *stream, int status)
{
	if (status < 0)
		log_warn("acceptor", "accept: %s", uv_strerror(status));
	else
		try_accept(stream->data);
}

static int parse_address(struct sockaddr_storage *out, const char *address,
			 uint16_t port)
{
	if (strcmp(address, "localhost") == 0)
		address = "127.0.0.1";
	if (uv_ip4_addr(address, port, (struct sockaddr_in *)out) == 0)
		return 0;
	return uv_ip6_addr(address, port, (struct sockaddr_in6 *)out);
}

static int listen_problem(struct problem *p, int status, const char *address,
			  uint16_t port)
{
	switch (status) {
	case UV_EADDRINUSE:
		return problem_set(p, PROBLEM_BUSY,
				   "port %u on %s is in use; choose another "
				   "with --port",
				   (unsigned)port, address);
	case UV_EACCES:
		return problem_set(p, PROBLEM_DENIED,
				   "port %u on %s needs privileges; choose one "
				   "above 1023 with --port",
				   (unsigned)port, address);
	case UV_EADDRNOTAVAIL:
		return problem_set(p, PROBLEM_USAGE,
				   "%s: is no address of this computer; use "
				   "127.0.0.1, or 0.0.0.0 for all",
				   address);
	default:
		return problem_set(p, PROBLEM_CONNECT,
				   "port %u on %s: %s; choose another address",
				   (unsigned)port, address,
				   uv_strerror(status));
	}
}

static int start_listening(struct acceptor *a, const char *address,
			   uint16_t port, struct problem *p)
{
	struct sockaddr_storage where;
	int length = sizeof where;
	char host[64];

	memset(&where, 0, sizeof where);
	if (parse_address(&where, address, port) != 0)
		return problem_set(p, PROBLEM_USAGE,
				   "%s: is no IP address; use 127.0.0.1, or "
				   "0.0.0.0 for all",
				   address);
	int status = uv_tcp_bind(&a->tcp, (struct sockaddr *)&where, 0);
	if (status == 0)
		status = uv_listen((uv_stream_t *)&a->tcp, BACKLOG,
				   on_connection);
	if (status == 0)
		status = uv_tcp_getsockname(&a->tcp, (struct sockaddr *)&where,
					    &length);
	if (status == 0)
		status = read_address(host, sizeof host, &a->port, &where);
	return status == 0 ? 0 : listen_problem(p, status, address, port);
}

int acceptor_open(struct acceptor **out, struct loop *l, const char *address,
		  uint16_t port, const struct tls_server *tls,
		  void (*accepted)(void *arg, struct transport *t), void *arg,
		  struct problem *p)
{
	assert(loop_on_thread(l));
	struct acceptor *a = calloc(1, sizeof *a);

	if (!a || uv_tcp_init(loop_uv(l), &a->tcp) != 0) {
		free(a);
		return problem_set(p, PROBLEM_MEMORY,
				   "port %u on %s: out of memory; close other "
				   "programs",
				   (unsigned)port, address);
	}
	a->loop = l;
	a->tcp.data = a;
	a->tls = tls;
	a->accepted = accepted;
	a->arg = arg;
	timer_init(&a->retry, loop_clock(l), on_retry, a);
	int err = start_listening(a, address, port, p);
	if (err)
		acceptor_free(a);
	else
		*out = a;
	return err;
}

uint16_t acceptor_port(const struct acceptor *a)
{
	return a->port;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

struct acceptor *acceptor_free(struct acceptor *a)
{
	if (!a)
		return NULL;
	assert(loop_on_thread(a->loop));
	timer_stop(&a->retry);
	while (a->handshakes) {
		struct transport *t = a->handshakes;
		unlink_handshake(t);
		transport_free(t);
	}
	uv_close((uv_handle_t *)&a->tcp, on_closed);
	return NULL;
}
