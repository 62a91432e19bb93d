#include "tests/support/h2_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nghttp2/nghttp2.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/loop/loop.h"
#include "net/loop/transport.h"

enum { BODY_MAX = 64 * 1024 * 1024 };

struct h2_server {
	struct loop *loop;
	struct h2_script script;
	struct acceptor *acceptor;
	struct transport *transport;
	nghttp2_session *session;
	struct h2_request request;
	struct bytes out; /* body of the response that is still to be sent */
	size_t untaken;   /* bytes whose window was not given back */
	bool end, data_given;
	int32_t stream;
	unsigned connections;
};

static void changed(struct h2_server *s)
{
	if (s->script.changed)
		s->script.changed(s->script.arg);
}

static void clear_request(struct h2_request *r)
{
	for (size_t i = 0; i < r->header_count; i++) {
		free(r->names[i]);
		free(r->values[i]);
	}
	bytes_deinit(&r->body);
	memset(r, 0, sizeof *r);
	bytes_init(&r->body, BODY_MAX);
}

/* --- nghttp2 --- */

static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
		     const uint8_t *name, size_t name_length,
		     const uint8_t *value, size_t length, uint8_t flags,
		     void *arg)
{
	struct h2_server *s = arg;
	struct h2_request *r = &s->request;

	(void)session;
	(void)flags;
	s->stream = frame->hd.stream_id;
	assert_true(r->header_count < H2_HEADERS_MAX);
	r->names[r->header_count] = strndup((const char *)name, name_length);
	r->values[r->header_count] = strndup((const char *)value, length);
	r->header_count++;
	return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame,
		    void *arg)
{
	struct h2_server *s = arg;

	(void)session;
	if (frame->hd.type == NGHTTP2_HEADERS)
		s->request.has_headers = true;
	if (frame->hd.type == NGHTTP2_RST_STREAM)
		s->request.reset = true;
	if ((frame->hd.type == NGHTTP2_DATA ||
	     frame->hd.type == NGHTTP2_HEADERS) &&
	    frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		s->request.ended = true;
	if (frame->hd.type == NGHTTP2_DATA)
		s->request.data_frames++;
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream,
		   const uint8_t *data, size_t length, void *arg)
{
	struct h2_server *s = arg;

	(void)session;
	(void)flags;
	(void)stream;
	s->untaken += length;
	return bytes_append(&s->request.body, data, length);
}

static ssize_t read_out(nghttp2_session *session, int32_t stream, uint8_t *to,
			size_t size, uint32_t *flags,
			nghttp2_data_source *source, void *arg)
{
	struct h2_server *s = source->ptr;

	(void)session;
	(void)stream;
	(void)arg;
	if (s->out.length == 0 && !s->end)
		return NGHTTP2_ERR_DEFERRED;
	if (size > s->out.length)
		size = s->out.length;
	if (size > 0)
		memcpy(to, s->out.data, size);
	bytes_drop_front(&s->out, size);
	if (s->end && s->out.length == 0)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)size;
}

static void flush(struct h2_server *s)
{
	const uint8_t *data;
	ssize_t n;

	while (s->session && s->transport &&
	       (n = nghttp2_session_mem_send(s->session, &data)) > 0)
		transport_write(s->transport, data, (size_t)n);
}

static void give_window_back(struct h2_server *s)
{
	if (s->untaken > 0) {
		nghttp2_session_consume_connection(s->session, s->untaken);
		nghttp2_session_consume_stream(s->session, s->stream,
					       s->untaken);
		s->untaken = 0;
	}
}

static void open_session(struct h2_server *s)
{
	nghttp2_session_callbacks *calls;
	nghttp2_option *option;
	nghttp2_settings_entry window = {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
					 s->script.window};

	assert_int_equal(0, nghttp2_session_callbacks_new(&calls));
	assert_int_equal(0, nghttp2_option_new(&option));
	nghttp2_option_set_no_auto_window_update(option, 1);
	nghttp2_session_callbacks_set_on_header_callback(calls, on_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls,
								  on_data);
	assert_int_equal(0, nghttp2_session_server_new2(&s->session, calls, s,
							option));
	nghttp2_session_callbacks_del(calls);
	nghttp2_option_del(option);
	nghttp2_submit_settings(s->session, NGHTTP2_FLAG_NONE, &window,
				s->script.window ? 1 : 0);
}

/* --- the connection --- */

static void drop_connection(struct h2_server *s)
{
	s->transport = transport_free(s->transport);
	nghttp2_session_del(s->session);
	s->session = NULL;
	s->request.gone = true;
}

static void on_received(void *arg, const uint8_t *data, size_t length)
{
	struct h2_server *s = arg;

	if (s->script.garbage) {
		transport_write(s->transport, s->script.garbage,
				strlen(s->script.garbage));
		return;
	}
	bool before = s->request.has_headers;
	assert_int_equal(length,
			 nghttp2_session_mem_recv(s->session, data, length));
	if (!s->script.slow)
		give_window_back(s);
	if (!before && s->request.has_headers && !s->script.silent)
		h2_server_answer(s);
	flush(s);
	changed(s);
}

static void on_closed(void *arg, const struct problem *why)
{
	struct h2_server *s = arg;

	(void)why;
	drop_connection(s);
	changed(s);
}

static void on_accepted(void *arg, struct transport *t)
{
	struct h2_server *s = arg;
	const struct transport_listener listener = {
		.received = on_received,
		.closed = on_closed,
		.arg = s,
	};

	if (s->transport)
		drop_connection(s);
	clear_request(&s->request);
	bytes_clear(&s->out);
	s->end = s->data_given = false;
	s->untaken = 0;
	s->stream = 0;
	s->connections++;
	s->transport = t;
	open_session(s);
	transport_listen(t, &listener);
	if (!s->script.garbage)
		flush(s);
}

/* --- what tests call --- */

struct h2_server *h2_server_open(struct loop *l, const struct h2_script *script)
{
	struct h2_server *s = calloc(1, sizeof *s);

	assert_non_null(s);
	s->loop = l;
	s->script = *script;
	bytes_init(&s->out, BODY_MAX);
	bytes_init(&s->request.body, BODY_MAX);
	assert_int_equal(
		0, acceptor_open(&s->acceptor, l,
				 script->listen ? script->listen : "127.0.0.1",
				 0, script->tls, on_accepted, s, NULL));
	return s;
}

struct h2_server *h2_server_free(struct h2_server *s)
{
	if (!s)
		return NULL;
	drop_connection(s);
	acceptor_free(s->acceptor);
	clear_request(&s->request);
	bytes_deinit(&s->out);
	free(s);
	return NULL;
}

uint16_t h2_server_port(const struct h2_server *s)
{
	return acceptor_port(s->acceptor);
}

unsigned h2_server_connections(const struct h2_server *s)
{
	return s->connections;
}

struct h2_request *h2_server_request(struct h2_server *s)
{
	return &s->request;
}

const char *h2_request_header(const struct h2_request *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (strcmp(r->names[i], name) == 0)
			return r->values[i];
	return "";
}

void h2_server_answer(struct h2_server *s)
{
	const struct h2_script *script = &s->script;
	char status[16];
	const char *type = script->content_type
				   ? script->content_type
				   : "application/vnd.amazon.eventstream";
	const char *pairs[][2] = {
		{":status", status},
		{"content-type", type},
		{"x-amzn-errortype", script->error_type},
		{"x-amzn-requestid", script->request_id},
		{"date", script->date},
	};
	nghttp2_nv headers[5];
	size_t count = 0;
	nghttp2_data_provider body = {.source.ptr = s,
				      .read_callback = read_out};

	snprintf(status, sizeof status, "%u",
		 script->status ? script->status : 200);
	for (size_t i = 0; i < 5; i++) {
		if (!pairs[i][1] || !*pairs[i][1])
			continue;
		headers[count++] = (nghttp2_nv){
			(uint8_t *)(uintptr_t)pairs[i][0],
			(uint8_t *)(uintptr_t)pairs[i][1], strlen(pairs[i][0]),
			strlen(pairs[i][1]), NGHTTP2_NV_FLAG_NONE};
	}
	if (script->body) {
		bytes_append_text(&s->out, script->body);
		s->end = true;
	}
	assert_int_equal(0, nghttp2_submit_response(s->session, s->stream,
						    headers, count, &body));
	flush(s);
}

void h2_server_send(struct h2_server *s, const void *data, size_t length)
{
	bytes_append(&s->out, data, length);
	nghttp2_session_resume_data(s->session, s->stream);
	flush(s);
}

void h2_server_end(struct h2_server *s)
{
	s->end = true;
	nghttp2_session_resume_data(s->session, s->stream);
	flush(s);
}

void h2_server_reset(struct h2_server *s, uint32_t error_code)
{
	nghttp2_submit_rst_stream(s->session, NGHTTP2_FLAG_NONE, s->stream,
				  error_code);
	flush(s);
}

void h2_server_goaway(struct h2_server *s, int32_t last_stream)
{
	nghttp2_submit_goaway(s->session, NGHTTP2_FLAG_NONE, last_stream,
			      NGHTTP2_NO_ERROR, NULL, 0);
	flush(s);
}

void h2_server_cut(struct h2_server *s)
{
	drop_connection(s);
}

void h2_server_take(struct h2_server *s)
{
	give_window_back(s);
	flush(s);
}

void h2_server_windows(const struct h2_server *s, int32_t *connection,
		       int32_t *stream)
{
	*connection = nghttp2_session_get_remote_window_size(s->session);
	*stream = nghttp2_session_get_stream_remote_window_size(s->session,
								s->stream);
}
