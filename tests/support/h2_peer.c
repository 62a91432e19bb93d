#include "tests/support/h2_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <nghttp2/nghttp2.h>

#include "net/base/clock.h"
#include "net/loop/loop.h"
#include "net/loop/transport.h"

enum { BODY_LIMIT = 64 * 1024 * 1024 };

static struct h2_peer_stream *stream_of(nghttp2_session *h2, int32_t id)
{
	return nghttp2_session_get_stream_user_data(h2, id);
}

static void pump(struct h2_peer *p)
{
	const uint8_t *data;
	ssize_t n;

	if (!p->connected || p->lost)
		return;
	while ((n = nghttp2_session_mem_send(p->h2, &data)) > 0)
		assert_int_equal(transport_write(p->transport, data, (size_t)n),
				 0);
	assert_int_equal(n, 0);
}

/* --- nghttp2 --- */

static int on_header(nghttp2_session *h2, const nghttp2_frame *frame,
		     const uint8_t *name, size_t name_length,
		     const uint8_t *value, size_t value_length, uint8_t flags,
		     void *arg)
{
	struct h2_peer_stream *s = stream_of(h2, frame->hd.stream_id);

	(void)name_length;
	(void)value_length;
	(void)flags;
	(void)arg;
	if (strcmp((const char *)name, ":status") == 0) {
		s->status = (unsigned)atoi((const char *)value);
		return 0;
	}
	assert_true(s->header_count < H2_PEER_HEADERS);
	snprintf(s->headers[s->header_count].name, 64, "%s", name);
	snprintf(s->headers[s->header_count++].value, 256, "%s", value);
	return 0;
}

static int on_data(nghttp2_session *h2, uint8_t flags, int32_t id,
		   const uint8_t *data, size_t length, void *arg)
{
	struct h2_peer *p = arg;

	(void)flags;
	assert_int_equal(bytes_append(&stream_of(h2, id)->body, data, length),
			 0);
	for (size_t left = length; p->grant && left > 0;) {
		size_t n = left < p->grant ? left : p->grant;
		nghttp2_session_consume(h2, id, n);
		nghttp2_submit_window_update(h2, NGHTTP2_FLAG_NONE, id, 0);
		left -= n;
	}
	return 0;
}

static int on_frame(nghttp2_session *h2, const nghttp2_frame *frame, void *arg)
{
	struct h2_peer_stream *s = stream_of(h2, frame->hd.stream_id);

	(void)arg;
	if (s && frame->hd.flags & NGHTTP2_FLAG_END_STREAM &&
	    (frame->hd.type == NGHTTP2_DATA ||
	     frame->hd.type == NGHTTP2_HEADERS))
		s->ended = true;
	return 0;
}

static int on_close(nghttp2_session *h2, int32_t id, uint32_t error, void *arg)
{
	struct h2_peer_stream *s = stream_of(h2, id);

	(void)arg;
	s->closed = true;
	s->error = error;
	return 0;
}

static ssize_t read_out(nghttp2_session *h2, int32_t id, uint8_t *buffer,
			size_t room, uint32_t *flags,
			nghttp2_data_source *source, void *arg)
{
	struct h2_peer_stream *s = source->ptr;
	size_t left = s->out.length - s->out_taken;
	size_t n = left < room ? left : room;

	(void)h2;
	(void)id;
	(void)arg;
	if (n)
		memcpy(buffer, s->out.data + s->out_taken, n);
	s->out_taken += n;
	if (s->out_taken == s->out.length && s->out_ended)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	else if (n == 0)
		return NGHTTP2_ERR_DEFERRED;
	return (ssize_t)n;
}

/* --- the transport --- */

static void opened(void *arg)
{
	struct h2_peer *p = arg;

	p->connected = true;
	pump(p);
}

static void received(void *arg, const uint8_t *data, size_t length)
{
	struct h2_peer *p = arg;

	assert_int_equal(nghttp2_session_mem_recv(p->h2, data, length),
			 (ssize_t)length);
	pump(p);
}

static void lost(void *arg, const struct problem *why)
{
	(void)why;
	((struct h2_peer *)arg)->lost = true;
}

void h2_peer_open(struct h2_peer *p, struct loop *l, uint16_t port,
		  uint32_t window, unsigned grant)
{
	nghttp2_session_callbacks *calls;
	nghttp2_option *option;
	nghttp2_settings_entry settings = {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
					   window};
	nghttp2_session *h2;

	memset(p, 0, sizeof *p);
	p->loop = l;
	p->grant = grant;
	nghttp2_session_callbacks_new(&calls);
	nghttp2_session_callbacks_set_on_header_callback(calls, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls,
								  on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(calls, on_close);
	nghttp2_option_new(&option);
	nghttp2_option_set_no_auto_window_update(option, 1);
	assert_int_equal(nghttp2_session_client_new2(&h2, calls, p, option), 0);
	nghttp2_option_del(option);
	nghttp2_session_callbacks_del(calls);
	nghttp2_submit_settings(h2, NGHTTP2_FLAG_NONE, &settings, 1);
	p->h2 = h2;
	assert_int_equal(transport_connect(&p->transport, l, "127.0.0.1", port,
					   NULL, 10000,
					   &(struct transport_listener){
						   .opened = opened,
						   .received = received,
						   .closed = lost,
						   .arg = p,
					   }),
			 0);
}

void h2_peer_close(struct h2_peer *p)
{
	transport_free(p->transport);
	nghttp2_session_del(p->h2);
	for (size_t i = 0; i < p->count; i++) {
		bytes_deinit(&p->streams[i].out);
		bytes_deinit(&p->streams[i].body);
	}
}

struct h2_peer_stream *h2_peer_request(struct h2_peer *p,
				       const struct h2_header *headers,
				       size_t count)
{
	struct h2_peer_stream *s = &p->streams[p->count++];
	nghttp2_data_provider body = {.source.ptr = s,
				      .read_callback = read_out};
	nghttp2_nv nv[H2_PEER_HEADERS];

	assert_true(p->count <= H2_PEER_STREAMS && count <= H2_PEER_HEADERS);
	for (size_t i = 0; i < count; i++)
		nv[i] = (nghttp2_nv){
			.name = (uint8_t *)headers[i].name,
			.value = (uint8_t *)headers[i].value,
			.namelen = strlen(headers[i].name),
			.valuelen = strlen(headers[i].value),
		};
	bytes_init(&s->out, BODY_LIMIT);
	bytes_init(&s->body, BODY_LIMIT);
	s->id = nghttp2_submit_request(p->h2, NULL, nv, count, &body, s);
	assert_true(s->id > 0);
	pump(p);
	return s;
}

void h2_peer_send(struct h2_peer *p, struct h2_peer_stream *s, const void *data,
		  size_t length)
{
	assert_int_equal(bytes_append(&s->out, data, length), 0);
	nghttp2_session_resume_data(p->h2, s->id);
	pump(p);
}

void h2_peer_end(struct h2_peer *p, struct h2_peer_stream *s)
{
	s->out_ended = true;
	nghttp2_session_resume_data(p->h2, s->id);
	pump(p);
}

const char *h2_peer_header(const struct h2_peer_stream *s, const char *name)
{
	for (size_t i = 0; i < s->header_count; i++)
		if (strcmp(s->headers[i].name, name) == 0)
			return s->headers[i].value;
	return NULL;
}

/* --- waiting --- */

struct wait {
	struct loop *loop;
	struct timer timer;
	bool (*done)(void *arg);
	void *arg;
	uint64_t until_us;
	bool hangs;
};

static void look(void *arg)
{
	struct wait *w = arg;

	w->hangs = clock_now_us(loop_clock(w->loop)) > w->until_us;
	if (w->done(w->arg) || w->hangs)
		loop_stop(w->loop);
	else
		timer_start(&w->timer, 1000);
}

void h2_peer_run(struct loop *l, bool (*done)(void *arg), void *arg)
{
	struct wait w = {
		.loop = l,
		.done = done,
		.arg = arg,
		.until_us = clock_now_us(loop_clock(l)) + UINT64_C(120000000),
	};

	timer_init(&w.timer, loop_clock(l), look, &w);
	timer_start(&w.timer, 0);
	loop_run(l);
	assert_false(w.hangs);
}
