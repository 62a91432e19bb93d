#include "net/loop/transport.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/log.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/loop/transport_internal.h"

struct outgoing {
	uv_write_t request;
	struct transport *transport;
	size_t length;
	char data[];
};

void transport_hold(struct transport *t)
{
	assert(t->holds > 0); /* one that nobody holds is gone */
	t->holds++;
}

void transport_release(struct transport *t)
{
	if (--t->holds > 0)
		return;
	transport_dial_free(t);
	transport_tunnel_free(t->tunnel);
	transport_tls_free(t->tls);
	free(t);
}

static void on_limit(void *arg)
{
	struct transport *t = arg;

	if (t->state == TRANSPORT_CONNECTING)
		transport_dial_limit(t);
	else if (t->state == TRANSPORT_TUNNEL)
		transport_tunnel_limit(t);
	else
		transport_fail_limit(t, TRANSPORT_TLS_LIMIT);
}

static void on_socket_closed(uv_handle_t *handle)
{
	transport_release(handle->data);
}

static void close_socket(struct transport *t)
{
	if (!t->tcp_open)
		return;
	t->tcp_open = false;
	t->reading = false;
	uv_close((uv_handle_t *)&t->tcp, on_socket_closed);
}

static void shut(struct transport *t)
{
	t->state = TRANSPORT_CLOSED;
	timer_stop(&t->limit);
	timer_stop(&t->later);
	close_socket(t);
}

void transport_close_with(struct transport *t, const struct problem *why)
{
	if (t->freed || t->state == TRANSPORT_CLOSED)
		return;
	if (!t->acceptor && !t->listening) {
		t->failure = *why; /* transport_listen() goes on with it */
		return;
	}
	transport_hold(t);
	shut(t);
	if (t->acceptor) {
		log_info("transport", "%s", why->text);
		acceptor_handshake_done(t, why->code);
	} else {
		t->listener.closed(t->listener.arg, why);
	}
	transport_release(t);
}

/* A host name in it may hold anything: failure_set() cleans the line. */
static void describe(const struct transport *t, struct problem *p,
		     enum transport_failure id, const char *detail)
{
	const struct failure_word words[] = {
		{'D', detail ? detail : ""},
		{'T', t->tunnel ? transport_tunnel_target(t->tunnel) : ""},
	};

	failure_set(p, transport_failure(id), t->name, words, 2);
}

void transport_fail(struct transport *t, enum transport_failure id,
		    const char *detail)
{
	struct problem why = {0};

	describe(t, &why, id, detail);
	transport_close_with(t, &why);
}

void transport_fail_limit(struct transport *t, enum transport_failure id)
{
	char ms[16];

	snprintf(ms, sizeof ms, "%u", (unsigned)t->limit_ms);
	transport_fail(t, id, ms);
}

int transport_fail_later(struct transport *t, enum transport_failure id,
			 const char *detail)
{
	if (t->failure.code == 0) {
		describe(t, &t->failure, id, detail);
		timer_start(&t->later, 0);
	}
	return transport_failure(id)->code;
}

static void close_in_order(struct transport *t)
{
	struct problem why = {0};

	problem_set(&why, PROBLEM_NONE, "%s: ended by the other side", t->name);
	transport_close_with(t, &why);
}

void transport_peer_ended(struct transport *t)
{
	t->peer_ended = true;
	if (t->tcp_open && t->reading) {
		uv_read_stop((uv_stream_t *)&t->tcp);
		t->reading = false;
	}
	/* it may have finished its half only, and still wait for ours */
	if (t->queued == 0)
		close_in_order(t);
}

/* --- reading --- */

bool transport_may_deliver(const struct transport *t)
{
	return t->state == TRANSPORT_OPEN && !t->freed && t->listening &&
	       !t->paused && !t->peer_ended;
}

void transport_deliver(struct transport *t, const uint8_t *data, size_t length)
{
	t->listener.received(t->listener.arg, data, length);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	(void)handle;
	buffer->base = malloc(suggested);
	buffer->len = buffer->base ? suggested : 0; /* 0: read tells ENOBUFS */
}

static void fail_reading(struct transport *t, int status)
{
	if (t->state == TRANSPORT_TUNNEL)
		transport_tunnel_cut(t);
	else if (t->state == TRANSPORT_HANDSHAKE)
		transport_fail(t, TRANSPORT_TLS_ENDED, NULL);
	else if (status == UV_EOF && t->tls)
		transport_fail(t, TRANSPORT_CUT, NULL);
	else if (status == UV_EOF)
		transport_peer_ended(t);
	else
		transport_fail(t,
			       status == UV_ENOBUFS ? TRANSPORT_MEMORY
						    : TRANSPORT_LOST,
			       uv_strerror(status));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
	struct transport *t = stream->data;

	transport_hold(t);
	if (n < 0)
		fail_reading(t, (int)n);
	else if (n > 0 && t->state == TRANSPORT_TUNNEL)
		transport_tunnel_input(t, (uint8_t *)buffer->base, (size_t)n);
	else if (n > 0 && t->tls)
		transport_tls_input(t, (uint8_t *)buffer->base, (size_t)n);
	else if (n > 0)
		transport_deliver(t, (uint8_t *)buffer->base, (size_t)n);
	free(buffer->base);
	/* clang-tidy cannot count: it is held until here. */
	transport_release(t); // NOLINT(clang-analyzer-unix.Malloc)
}

/* Makes the socket read exactly while somebody wants its bytes. */
static void update_reading(struct transport *t)
{
	bool wanted = t->tcp_open && (t->state == TRANSPORT_TUNNEL ||
				      t->state == TRANSPORT_HANDSHAKE ||
				      transport_may_deliver(t));

	if (!t->tcp_open || wanted == t->reading)
		return;
	t->reading = wanted;
	if (!wanted) {
		uv_read_stop((uv_stream_t *)&t->tcp);
		return;
	}
	int status = uv_read_start((uv_stream_t *)&t->tcp, on_allocate,
				   on_read);
	if (status < 0)
		transport_fail_later(t, TRANSPORT_LOST, uv_strerror(status));
}

static void on_later(void *arg)
{
	struct transport *t = arg;

	/* either of them may free t */
	if (t->failure.code != 0) {
		struct problem why = t->failure;
		transport_close_with(t, &why);
	} else if (t->tls && transport_may_deliver(t)) {
		transport_tls_pump(t);
	}
}

/* --- writing --- */

static void on_written(uv_write_t *request, int status)
{
	struct outgoing *o = request->data;
	struct transport *t = o->transport;

	transport_hold(t);
	t->queued -= o->length;
	free(o);
	if (status == UV_ECANCELED || t->freed) {
		/* closed meanwhile */
	} else if (status < 0) {
		transport_fail(t, TRANSPORT_LOST, uv_strerror(status));
	} else if (t->queued == 0 && t->peer_ended) {
		close_in_order(t);
	} else if (t->queued == 0 && t->state == TRANSPORT_OPEN &&
		   t->listening && t->listener.drained) {
		t->listener.drained(t->listener.arg);
	}
	transport_release(t); // NOLINT(clang-analyzer-unix.Malloc)
}

static int queue(struct transport *t, const char *data, size_t length)
{
	struct outgoing *o = malloc(sizeof *o + length);

	if (!o)
		/* a part may be out already: the stream is broken */
		return transport_fail_later(t, TRANSPORT_MEMORY, NULL);
	o->transport = t;
	o->length = length;
	o->request.data = o;
	memcpy(o->data, data, length);
	uv_buf_t buffer = {.base = o->data, .len = length};
	int status = uv_write(&o->request, (uv_stream_t *)&t->tcp, &buffer, 1,
			      on_written);
	if (status < 0) {
		free(o);
		return transport_fail_later(t, TRANSPORT_LOST,
					    uv_strerror(status));
	}
	t->queued += length;
	return 0;
}

int transport_send(struct transport *t, const void *data, size_t length)
{
	const char *at = data;

	if (!t->tcp_open || t->failure.code != 0)
		return PROBLEM_CLOSED;
	if (t->queued == 0) {
		uv_buf_t buffer = {.base = (char *)at, .len = length};
		int n = uv_try_write((uv_stream_t *)&t->tcp, &buffer, 1);
		if (n < 0 && n != UV_EAGAIN)
			return transport_fail_later(t, TRANSPORT_LOST,
						    uv_strerror(n));
		if (n > 0) {
			at += n;
			length -= (size_t)n;
		}
	}
	return length > 0 ? queue(t, at, length) : 0;
}

static void on_shut_down(uv_shutdown_t *request, int status)
{
	(void)status; /* a socket that is gone tells its reader */
	transport_release(request->data);
}

static void finish_now(struct transport *t)
{
	if (t->tls)
		transport_tls_finish(t);
	t->shutdown.data = t;
	if (uv_shutdown(&t->shutdown, (uv_stream_t *)&t->tcp, on_shut_down) ==
	    0)
		transport_hold(t);
}

/* --- life --- */

int transport_create(struct transport **out, struct loop *l, uint32_t limit_ms)
{
	struct transport *t = calloc(1, sizeof *t);

	if (!t)
		return PROBLEM_MEMORY;
	t->loop = l;
	t->holds = 1;
	t->limit_ms = limit_ms;
	timer_init(&t->limit, loop_clock(l), on_limit, t);
	timer_init(&t->later, loop_clock(l), on_later, t);
	*out = t;
	return 0;
}

int transport_open_socket(struct transport *t)
{
	int status = uv_tcp_init(loop_uv(t->loop), &t->tcp);

	if (status < 0)
		return status;
	t->tcp.data = t;
	t->tcp_open = true;
	transport_hold(t);
	return 0;
}

void transport_connected(struct transport *t)
{
	uv_tcp_nodelay(&t->tcp, 1);
	if (t->tunnel) {
		t->state = TRANSPORT_TUNNEL;
		update_reading(t);
		transport_tunnel_start(t);
		return;
	}
	if (!t->tls) {
		transport_opened(t);
		return;
	}
	t->state = TRANSPORT_HANDSHAKE;
	update_reading(t);
	transport_tls_pump(t);
}

void transport_opened(struct transport *t)
{
	transport_hold(t);
	timer_stop(&t->limit);
	t->state = TRANSPORT_OPEN;
	if (t->acceptor)
		acceptor_handshake_done(t, 0);
	else
		t->listener.opened(t->listener.arg);
	if (t->state == TRANSPORT_OPEN && !t->freed) {
		update_reading(t);
		if (t->finishing)
			finish_now(t);
	}
	transport_release(t);
}

void transport_listen(struct transport *t,
		      const struct transport_listener *listener)
{
	assert(loop_on_thread(t->loop));
	t->listener = *listener;
	t->listening = true;
	update_reading(t);
	if (t->tls || t->failure.code != 0)
		timer_start(&t->later, 0); /* what came with the handshake */
}

int transport_write(struct transport *t, const void *data, size_t length)
{
	assert(loop_on_thread(t->loop));
	if (t->state == TRANSPORT_CLOSED || t->finishing)
		return PROBLEM_CLOSED;
	if (t->state != TRANSPORT_OPEN)
		return PROBLEM_ORDER;
	if (length == 0)
		return 0;
	return t->tls ? transport_tls_write(t, data, length)
		      : transport_send(t, data, length);
}

size_t transport_queued(const struct transport *t)
{
	return t->queued;
}

void transport_pause(struct transport *t, bool paused)
{
	assert(loop_on_thread(t->loop));
	if (t->paused == paused)
		return;
	t->paused = paused;
	update_reading(t);
	if (!paused && t->tls && t->state == TRANSPORT_OPEN)
		timer_start(&t->later, 0); /* records held back */
}

void transport_finish(struct transport *t)
{
	assert(loop_on_thread(t->loop));
	if (t->finishing || t->state == TRANSPORT_CLOSED)
		return;
	t->finishing = true;
	if (t->state == TRANSPORT_OPEN)
		finish_now(t);
}

struct transport *transport_free(struct transport *t)
{
	if (!t)
		return NULL;
	assert(loop_on_thread(t->loop));
	assert(!t->freed);
	/* a peer can then tell an end from a cut; if the kernel does not take
	 * it now, it is lost */
	if (t->tls && t->state == TRANSPORT_OPEN && !t->finishing)
		transport_tls_finish(t);
	t->freed = true;
	shut(t);
	transport_release(t);
	return NULL;
}

void transport_set_name(struct transport *t, const char *host, uint16_t port)
{
	snprintf(t->name, sizeof t->name,
		 strchr(host, ':') ? "[%.253s]:%u" : "%.253s:%u", host,
		 (unsigned)port);
}

const char *transport_peer(const struct transport *t)
{
	return t->name;
}
