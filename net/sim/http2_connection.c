/*
 * http2_connection: one client's HTTP/2 connection, on nghttp2.
 *
 * Sending happens in the pump only, which runs from a timer or after input,
 * never from within a core's callback: a stream may end there, and with it the
 * core.
 */
#include "net/sim/http2_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nghttp2/nghttp2.h>

#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/loop/transport.h"

enum {
	/* What waits for the kernel; more stays in the sessions' own queues,
	 * which are bounded. */
	QUEUED_MOST = 256 * 1024,
	STREAMS_MOST = 1000,
	STREAM_WINDOW = 1024 * 1024,
	CONNECTION_WINDOW = 8 * 1024 * 1024,
	RESPONSE_FIELDS_MOST = 8,
};

struct http2_connection {
	struct http2_connection *next, **link; /* in the server */
	struct sim_server *server;
	struct transport *transport;
	nghttp2_session *h2;
	struct http2_session *sessions;
	struct timer pump_timer;
	bool dropped; /* the pump frees it */
};

static struct http2_session *session_of(nghttp2_session *h2, int32_t stream)
{
	return nghttp2_session_get_stream_user_data(h2, stream);
}

/* --- out --- */

/* False when the connection is gone. */
static bool pump(struct http2_connection *c)
{
	int err = c->dropped ? PROBLEM_CLOSED : 0;

	while (err == 0 && transport_queued(c->transport) < QUEUED_MOST) {
		const uint8_t *data;
		ssize_t n = nghttp2_session_mem_send(c->h2, &data);

		if (n == 0)
			break;
		err = n < 0 ? PROBLEM_SERVER
			    : transport_write(c->transport, data, (size_t)n);
	}
	if (err == 0 && (nghttp2_session_want_read(c->h2) ||
			 nghttp2_session_want_write(c->h2) ||
			 transport_queued(c->transport) > 0))
		return true;
	http2_connection_free(c);
	return false;
}

static void pump_soon(void *arg)
{
	pump(arg);
}

static void schedule(struct http2_connection *c)
{
	if (!c->pump_timer.active)
		timer_start(&c->pump_timer, 0);
}

static ssize_t read_body(nghttp2_session *h2, int32_t stream, uint8_t *out,
			 size_t room, uint32_t *flags,
			 nghttp2_data_source *source, void *arg)
{
	bool end;
	size_t n = http2_session_take(source->ptr, out, room, &end);

	(void)h2;
	(void)stream;
	(void)arg;
	if (end)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	else if (n == 0)
		return NGHTTP2_ERR_DEFERRED;
	return (ssize_t)n;
}

static nghttp2_nv name_value(const char *name, const char *value)
{
	return (nghttp2_nv){
		.name = (uint8_t *)name,
		.value = (uint8_t *)value,
		.namelen = strlen(name),
		.valuelen = strlen(value),
	};
}

void http2_respond(struct http2_session *s, unsigned status,
		   const struct http2_field *fields, size_t count)
{
	nghttp2_nv nv[RESPONSE_FIELDS_MOST];
	nghttp2_data_provider body = {
		.source.ptr = s,
		.read_callback = read_body,
	};
	char code[16];
	size_t n = 0;

	snprintf(code, sizeof code, "%u", status);
	nv[n++] = name_value(":status", code);
	for (size_t i = 0; i < count && n < RESPONSE_FIELDS_MOST; i++)
		nv[n++] = name_value(fields[i].name, fields[i].value);
	if (nghttp2_submit_response(s->connection->h2, s->stream, nv, n,
				    &body) != 0)
		http2_reset(s);
	schedule(s->connection);
}

void http2_resume(struct http2_session *s)
{
	/* Fails when the body is not deferred: then it is asked for anyway. */
	nghttp2_session_resume_data(s->connection->h2, s->stream);
	schedule(s->connection);
}

void http2_reset(struct http2_session *s)
{
	nghttp2_submit_rst_stream(s->connection->h2, NGHTTP2_FLAG_NONE,
				  s->stream, NGHTTP2_INTERNAL_ERROR);
	schedule(s->connection);
}

void http2_go_away(struct http2_connection *c)
{
	nghttp2_session_terminate_session2(c->h2, 0, NGHTTP2_NO_ERROR);
	schedule(c);
}

void http2_drop(struct http2_connection *c)
{
	c->dropped = true;
	schedule(c);
}

void http2_connection_reset_all(struct http2_connection *c)
{
	for (struct http2_session *s = c->sessions; s; s = s->next)
		http2_reset(s);
}

/* --- nghttp2's callbacks --- */

static int on_begin_headers(nghttp2_session *h2, const nghttp2_frame *frame,
			    void *arg)
{
	struct http2_connection *c = arg;
	struct http2_session *s;

	if (frame->hd.type != NGHTTP2_HEADERS ||
	    frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	if (http2_session_create(&s, c, c->server, frame->hd.stream_id) != 0)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	s->next = c->sessions;
	s->link = &c->sessions;
	if (s->next)
		s->next->link = &s->next;
	c->sessions = s;
	nghttp2_session_set_stream_user_data(h2, s->stream, s);
	return 0;
}

static int on_header(nghttp2_session *h2, const nghttp2_frame *frame,
		     const uint8_t *name, size_t name_length,
		     const uint8_t *value, size_t value_length, uint8_t flags,
		     void *arg)
{
	struct http2_session *s = session_of(h2, frame->hd.stream_id);

	(void)flags;
	(void)arg;
	if (!s || s->core)
		return 0;
	return http2_request_add(&s->request, name, name_length, value,
				 value_length) == 0
		       ? 0
		       : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static int on_frame(nghttp2_session *h2, const nghttp2_frame *frame, void *arg)
{
	struct http2_session *s = session_of(h2, frame->hd.stream_id);

	(void)arg;
	if (!s)
		return 0;
	if (frame->hd.type == NGHTTP2_HEADERS &&
	    frame->headers.cat == NGHTTP2_HCAT_REQUEST)
		http2_session_begin(s);
	if ((frame->hd.type == NGHTTP2_DATA ||
	     frame->hd.type == NGHTTP2_HEADERS) &&
	    frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		http2_session_input_ended(s);
	return 0;
}

static int on_data(nghttp2_session *h2, uint8_t flags, int32_t stream,
		   const uint8_t *data, size_t length, void *arg)
{
	struct http2_session *s = session_of(h2, stream);

	(void)flags;
	(void)arg;
	if (s)
		http2_session_receive(s, data, length);
	return 0;
}

/* After a whole answer the rest of an upload is of no use: RFC 9113, 8.1. */
static int on_sent(nghttp2_session *h2, const nghttp2_frame *frame, void *arg)
{
	struct http2_session *s = session_of(h2, frame->hd.stream_id);

	(void)arg;
	if (s && s->stop_upload && frame->hd.type == NGHTTP2_DATA &&
	    frame->hd.flags & NGHTTP2_FLAG_END_STREAM &&
	    !nghttp2_session_get_stream_remote_close(h2, s->stream))
		nghttp2_submit_rst_stream(h2, NGHTTP2_FLAG_NONE, s->stream,
					  NGHTTP2_NO_ERROR);
	return 0;
}

static void session_remove(struct http2_session *s)
{
	*s->link = s->next;
	if (s->next)
		s->next->link = s->link;
	http2_session_free(s);
}

static int on_stream_close(nghttp2_session *h2, int32_t stream, uint32_t code,
			   void *arg)
{
	struct http2_session *s = session_of(h2, stream);

	(void)code;
	(void)arg;
	if (s)
		session_remove(s);
	return 0;
}

static int make_session(struct http2_connection *c)
{
	nghttp2_session_callbacks *calls;
	static const nghttp2_settings_entry settings[] = {
		{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS_MOST},
		{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW},
	};
	int err = nghttp2_session_callbacks_new(&calls);

	if (err)
		return PROBLEM_MEMORY;
	nghttp2_session_callbacks_set_on_begin_headers_callback(
		calls, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(calls, on_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls,
								  on_data);
	nghttp2_session_callbacks_set_on_frame_send_callback(calls, on_sent);
	nghttp2_session_callbacks_set_on_stream_close_callback(calls,
							       on_stream_close);
	err = nghttp2_session_server_new(&c->h2, calls, c);
	nghttp2_session_callbacks_del(calls);
	if (err == 0)
		err = nghttp2_submit_settings(
			c->h2, NGHTTP2_FLAG_NONE, settings,
			sizeof settings / sizeof *settings);
	if (err == 0)
		err = nghttp2_session_set_local_window_size(
			c->h2, NGHTTP2_FLAG_NONE, 0, CONNECTION_WINDOW);
	return err ? PROBLEM_MEMORY : 0;
}

/* --- the transport --- */

static void received(void *arg, const uint8_t *data, size_t length)
{
	struct http2_connection *c = arg;
	ssize_t n = nghttp2_session_mem_recv(c->h2, data, length);

	if (n < 0) {
		log_info("sim", "%s: no HTTP/2: %s",
			 transport_peer(c->transport),
			 nghttp2_strerror((int)n));
		c->dropped = true;
	}
	pump(c);
}

static void drained(void *arg)
{
	pump(arg);
}

static void closed(void *arg, const struct problem *why)
{
	(void)why;
	http2_connection_free(arg);
}

void http2_connection_accept(struct sim_server *server, struct transport *t)
{
	struct http2_connection *c = calloc(1, sizeof *c);

	if (!c) {
		transport_free(t);
		return;
	}
	c->server = server;
	c->transport = t;
	timer_init(&c->pump_timer, server->clock, pump_soon, c);
	c->next = server->connections;
	c->link = &server->connections;
	if (c->next)
		c->next->link = &c->next;
	server->connections = c;
	if (make_session(c) != 0) {
		http2_connection_free(c);
		return;
	}
	transport_listen(t, &(struct transport_listener){
				    .received = received,
				    .drained = drained,
				    .closed = closed,
				    .arg = c,
			    });
	schedule(c);
}

struct http2_connection *http2_connection_free(struct http2_connection *c)
{
	if (!c)
		return NULL;
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	timer_stop(&c->pump_timer);
	nghttp2_session_del(c->h2);
	while (c->sessions)
		session_remove(c->sessions);
	transport_free(c->transport);
	free(c);
	return NULL;
}

struct http2_connection *http2_connection_next(struct http2_connection *c)
{
	return c->next;
}
