#include "net/bedrock/http2_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nghttp2/nghttp2.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/endpoint.h"
#include "net/bedrock/failures.h"
#include "net/loop/loop.h"
#include "net/loop/transport.h"

enum {
	CONNECT_LIMIT_MS = 10000,
	/* speech comes faster than it is spoken, in bursts of seconds */
	RECEIVE_WINDOW = 8 * 1024 * 1024,
	DEFAULT_WINDOW = 65535,
	BODY_MAX = 8 * 1024 * 1024,
	/* one message of the largest size, and what came behind it */
	RECEIVED_MAX = 17 * 1024 * 1024,
	/* bytes at the front of the body that are sent before they are moved
	 * out of the way */
	SENT_KEPT = 64 * 1024,
	WRITE_SIZE = 64 * 1024,
};

struct http2_client {
	char *name; /* owned */
	struct transport *transport;
	nghttp2_session *session;
	void (*progress)(void *arg);
	void *arg;
	struct timer later; /* tells of an end that was noticed while sending */

	nghttp2_nv *headers; /* owned until sent, values in header_text */
	size_t header_count;
	char *header_text;
	int32_t stream; /* id; 0 before the connection is open */

	struct bytes body; /* from sent on: what is still to be sent */
	size_t sent;
	bool finished;
	struct bytes out; /* frames on their way to the transport */

	struct http2_response response, partial;
	bool has_response;
	struct bytes received;
	bool heard;  /* something came from the other side */
	bool goaway; /* no new streams; ours may go on */
	uint32_t goaway_code;
	bool ended;
	struct problem why;
};

static void end_with(struct http2_client *c, enum bedrock_own id,
		     const char *detail)
{
	if (c->ended)
		return;
	c->ended = true;
	bedrock_own_problem(&c->why, id, c->name, detail);
}

static void end_in_order(struct http2_client *c)
{
	if (c->ended)
		return;
	c->ended = true;
	c->why = (struct problem){0};
}

/* The connection or the stream is gone, for that reason, or because the
 * service had said so. */
static void end_lost(struct http2_client *c, enum bedrock_own id,
		     const char *detail)
{
	if (c->goaway)
		end_with(c, BEDROCK_GOAWAY,
			 nghttp2_http2_strerror(c->goaway_code));
	else
		end_with(c, id, detail);
}

/* --- nghttp2's callbacks; they note and never call out --- */

static void take_header(char *out, size_t size, const uint8_t *value,
			size_t length)
{
	if (length >= size)
		return;
	memcpy(out, value, length);
	out[length] = '\0';
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
		     const uint8_t *name, size_t name_length,
		     const uint8_t *value, size_t length, uint8_t flags,
		     void *arg)
{
	struct http2_client *c = arg;
	struct http2_response *r = &c->partial;
	const char *key = (const char *)name;
	char status[8] = "";

	(void)session;
	(void)name_length;
	(void)flags;
	if (frame->hd.stream_id != c->stream || c->has_response)
		return 0;
	if (strcmp(key, ":status") == 0) {
		/* also after a 1xx response, whose headers do not count */
		*r = (struct http2_response){0};
		take_header(status, sizeof status, value, length);
		r->status = atoi(status);
	} else if (strcmp(key, "content-type") == 0) {
		take_header(r->content_type, sizeof r->content_type, value,
			    length);
	} else if (strcmp(key, "x-amzn-errortype") == 0) {
		take_header(r->error_type, sizeof r->error_type, value, length);
	} else if (strcmp(key, "x-amzn-requestid") == 0) {
		take_header(r->request_id, sizeof r->request_id, value, length);
	} else if (strcmp(key, "date") == 0) {
		take_header(r->date, sizeof r->date, value, length);
	} else if (strcmp(key, "retry-after") == 0) {
		take_header(r->retry_after, sizeof r->retry_after, value,
			    length);
	}
	return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame,
		    void *arg)
{
	struct http2_client *c = arg;

	(void)session;
	if (frame->hd.type == NGHTTP2_GOAWAY) {
		c->goaway = true;
		c->goaway_code = frame->goaway.error_code;
		log_info("bedrock", "%s: GOAWAY (%s)", c->name,
			 nghttp2_http2_strerror(frame->goaway.error_code));
		return 0;
	}
	if (frame->hd.stream_id != c->stream || c->stream == 0)
		return 0;
	if (frame->hd.type == NGHTTP2_HEADERS && !c->has_response &&
	    c->partial.status >= 200) {
		c->response = c->partial;
		c->has_response = true;
	}
	if ((frame->hd.type == NGHTTP2_HEADERS ||
	     frame->hd.type == NGHTTP2_DATA) &&
	    frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		end_in_order(c);
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream,
		   const uint8_t *data, size_t length, void *arg)
{
	struct http2_client *c = arg;

	(void)session;
	(void)flags;
	if (stream != c->stream || c->ended)
		return 0;
	return bytes_append(&c->received, data, length)
		       ? NGHTTP2_ERR_CALLBACK_FAILURE
		       : 0;
}

static int on_stream_close(nghttp2_session *session, int32_t stream,
			   uint32_t error_code, void *arg)
{
	struct http2_client *c = arg;

	(void)session;
	if (stream == c->stream)
		end_lost(c, BEDROCK_RESET, nghttp2_http2_strerror(error_code));
	return 0;
}

static ssize_t read_body(nghttp2_session *session, int32_t stream, uint8_t *to,
			 size_t size, uint32_t *flags,
			 nghttp2_data_source *source, void *arg)
{
	struct http2_client *c = source->ptr;
	size_t left = c->body.length - c->sent;

	(void)session;
	(void)stream;
	(void)arg;
	if (left == 0 && !c->finished)
		return NGHTTP2_ERR_DEFERRED; /* until http2_client_flush() */
	if (size > left)
		size = left;
	if (size > 0)
		memcpy(to, c->body.data + c->sent, size);
	c->sent += size;
	if (c->finished && size == left)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)size;
}

static int open_session(struct http2_client *c)
{
	nghttp2_session_callbacks *calls;

	if (nghttp2_session_callbacks_new(&calls))
		return PROBLEM_MEMORY;
	nghttp2_session_callbacks_set_on_header_callback(calls, on_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls,
								  on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(calls,
							       on_stream_close);
	int err = nghttp2_session_client_new(&c->session, calls, c);
	nghttp2_session_callbacks_del(calls);
	return err ? PROBLEM_MEMORY : 0;
}

/* --- sending --- */

static void write_out(struct http2_client *c)
{
	if (c->out.length > 0 && !c->ended) {
		int err = transport_write(c->transport, c->out.data,
					  c->out.length);
		if (err == PROBLEM_MEMORY)
			end_with(c, BEDROCK_MEMORY, NULL);
		else if (err)
			end_lost(c, BEDROCK_CONNECTION_LOST, NULL);
	}
	bytes_drop_front(&c->out, c->out.length);
	c->out.failed = 0;
}

/* Several frames share one write: the opening is one packet, not six. */
static void send_frames(struct http2_client *c)
{
	const uint8_t *data;
	ssize_t n;

	if (c->stream == 0 || c->ended)
		return;
	while ((n = nghttp2_session_mem_send(c->session, &data)) > 0) {
		bytes_append(&c->out, data, (size_t)n);
		if (c->out.failed) {
			end_with(c, BEDROCK_MEMORY, NULL);
			break;
		}
		if (c->out.length >= WRITE_SIZE)
			write_out(c);
	}
	write_out(c);
	if (n < 0)
		end_with(c, BEDROCK_MEMORY, NULL); /* nothing else fails */
	if (!nghttp2_session_want_read(c->session) &&
	    !nghttp2_session_want_write(c->session))
		end_lost(c, BEDROCK_RULES_BROKEN, NULL);
	/* room for more at the back, moved rarely */
	if (c->sent == c->body.length || c->sent >= SENT_KEPT) {
		bytes_drop_front(&c->body, c->sent);
		c->sent = 0;
	}
}

void http2_client_flush(struct http2_client *c)
{
	bool ended = c->ended;

	if (c->stream == 0 || ended)
		return;
	/* fails when it was not deferred, and then it goes on by itself */
	nghttp2_session_resume_data(c->session, c->stream);
	send_frames(c);
	if (c->ended)
		timer_start(&c->later, 0);
}

void http2_client_finish(struct http2_client *c)
{
	c->finished = true;
	http2_client_flush(c);
}

/* --- the transport's callbacks --- */

static int submit_request(struct http2_client *c)
{
	const nghttp2_settings_entry settings[] = {
		{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
		{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
		 DEFAULT_WINDOW + RECEIVE_WINDOW},
	};
	nghttp2_data_provider body = {.source.ptr = c,
				      .read_callback = read_body};

	if (nghttp2_submit_settings(c->session, NGHTTP2_FLAG_NONE, settings,
				    2) ||
	    nghttp2_session_set_local_window_size(
		    c->session, NGHTTP2_FLAG_NONE, 0,
		    DEFAULT_WINDOW + RECEIVE_WINDOW))
		return PROBLEM_MEMORY;
	int32_t id = nghttp2_submit_request(c->session, NULL, c->headers,
					    c->header_count, &body, NULL);
	if (id < 0)
		return PROBLEM_MEMORY;
	c->stream = id;
	return 0;
}

static void on_opened(void *arg)
{
	struct http2_client *c = arg;
	int err = submit_request(c);

	if (err)
		end_with(c, BEDROCK_MEMORY, NULL);
	free(c->headers);
	free(c->header_text);
	c->headers = NULL;
	c->header_text = NULL;
	send_frames(c);
	if (c->ended)
		c->progress(c->arg);
}

static void on_received(void *arg, const uint8_t *data, size_t length)
{
	struct http2_client *c = arg;

	if (c->ended)
		return;
	/* to HTTP/2 an old answer is just a frame that is too long */
	if (!c->heard && length >= 5 && memcmp(data, "HTTP/", 5) == 0) {
		end_with(c, BEDROCK_NO_HTTP2, "HTTP/1");
		c->progress(c->arg);
		return;
	}
	c->heard = true;
	ssize_t n = nghttp2_session_mem_recv(c->session, data, length);
	if (n == NGHTTP2_ERR_NOMEM || c->received.failed == PROBLEM_MEMORY)
		end_with(c, BEDROCK_MEMORY, NULL);
	else if (n == NGHTTP2_ERR_CALLBACK_FAILURE)
		end_with(c, BEDROCK_UNREADABLE, "it has no end");
	else if (n < 0)
		end_with(c, BEDROCK_NO_HTTP2, nghttp2_strerror((int)n));
	send_frames(c);
	c->progress(c->arg);
}

static void on_closed(void *arg, const struct problem *why)
{
	struct http2_client *c = arg;

	if (c->ended)
		return;
	if (c->stream == 0 && why->code) {
		c->why = *why; /* its own line says why */
		c->ended = true;
	} else {
		end_lost(c, BEDROCK_CONNECTION_CLOSED, NULL);
	}
	c->progress(c->arg);
}

static void on_later(void *arg)
{
	struct http2_client *c = arg;

	c->progress(c->arg);
}

/* --- making --- */

static size_t copy_text(char **at, const char *text)
{
	size_t length = strlen(text);

	memcpy(*at, text, length + 1);
	*at += length + 1;
	return length;
}

static int copy_headers(struct http2_client *c,
			const struct http2_header *headers, size_t count)
{
	size_t size = 0;

	for (size_t i = 0; i < count; i++)
		size += strlen(headers[i].name) + strlen(headers[i].value) + 2;
	c->headers = calloc(count ? count : 1, sizeof *c->headers);
	c->header_text = malloc(size ? size : 1);
	if (!c->headers || !c->header_text)
		return PROBLEM_MEMORY;

	char *at = c->header_text;
	for (size_t i = 0; i < count; i++) {
		nghttp2_nv *nv = &c->headers[i];
		nv->name = (uint8_t *)at;
		nv->namelen = copy_text(&at, headers[i].name);
		nv->value = (uint8_t *)at;
		nv->valuelen = copy_text(&at, headers[i].value);
		if (headers[i].secret)
			nv->flags = NGHTTP2_NV_FLAG_NO_INDEX;
	}
	c->header_count = count;
	return 0;
}

int http2_client_open(struct http2_client **out, struct loop *l,
		      const struct http2_client_settings *settings)
{
	const struct endpoint *e = settings->endpoint;
	struct http2_client *c = calloc(1, sizeof *c);
	int err;

	if (!c)
		return PROBLEM_MEMORY;
	bytes_init(&c->body, BODY_MAX);
	bytes_init(&c->out, 2 * BODY_MAX);
	bytes_init(&c->received, RECEIVED_MAX);
	timer_init(&c->later, loop_clock(l), on_later, c);
	c->progress = settings->progress;
	c->arg = settings->arg;
	c->name = text_copy(settings->name);
	err = c->name ? 0 : PROBLEM_MEMORY;
	if (!err)
		err = copy_headers(c, settings->headers,
				   settings->header_count);
	if (!err)
		err = open_session(c);
	if (err)
		goto out;

	const struct transport_listener listener = {
		.opened = on_opened,
		.received = on_received,
		.closed = on_closed,
		.arg = c,
	};
	err = transport_connect_through(&c->transport, l, settings->proxy,
					e->host, e->port,
					e->tls ? settings->tls : NULL,
					CONNECT_LIMIT_MS, &listener);
out:
	if (err)
		http2_client_free(c);
	else
		*out = c;
	return err;
}

struct http2_client *http2_client_free(struct http2_client *c)
{
	if (!c)
		return NULL;
	timer_stop(&c->later);
	transport_free(c->transport); /* no callback runs after this */
	nghttp2_session_del(c->session);
	bytes_deinit(&c->body);
	bytes_deinit(&c->out);
	bytes_deinit(&c->received);
	free(c->headers);
	free(c->header_text);
	free(c->name);
	free(c);
	return NULL;
}

/* --- looking --- */

struct bytes *http2_client_body(struct http2_client *c)
{
	return &c->body;
}

size_t http2_client_queued(const struct http2_client *c)
{
	size_t below = c->transport ? transport_queued(c->transport) : 0;

	return c->body.length - c->sent + below;
}

const struct http2_response *http2_client_response(const struct http2_client *c)
{
	return c->has_response ? &c->response : NULL;
}

struct bytes *http2_client_received(struct http2_client *c)
{
	return &c->received;
}

bool http2_client_ended(const struct http2_client *c, struct problem *why)
{
	if (c->ended && why)
		*why = c->why;
	return c->ended;
}
