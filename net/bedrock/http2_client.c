#include "net/bedrock/http2_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/text.h"
#include "net/bedrock/endpoint.h"
#include "net/bedrock/http2_client_private.h"
#include "net/loop/loop.h"
#include "net/loop/transport.h"

enum {
	CONNECT_LIMIT_MS = 10000,
	BODY_MAX = 8 * 1024 * 1024,
	/* one message of the largest size, and what came behind it */
	RECEIVED_MAX = 17 * 1024 * 1024,
	/* bytes at the front of the body that are sent before they are moved
	 * out of the way */
	SENT_KEPT = 64 * 1024,
	WRITE_SIZE = 64 * 1024,
};

/* --- sending --- */

static void write_out(struct http2_client *c)
{
	if (c->out.length > 0 && !c->ended) {
		int err = transport_write(c->transport, c->out.data,
					  c->out.length);
		if (err == PROBLEM_MEMORY)
			http2_client_end(c, BEDROCK_MEMORY, NULL);
		else if (err)
			http2_client_end_lost(c, BEDROCK_CONNECTION_LOST, NULL);
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
			http2_client_end(c, BEDROCK_MEMORY, NULL);
			break;
		}
		if (c->out.length >= WRITE_SIZE)
			write_out(c);
	}
	write_out(c);
	if (n < 0)
		http2_client_end(c, BEDROCK_MEMORY,
				 NULL); /* nothing else fails */
	if (!nghttp2_session_want_read(c->session) &&
	    !nghttp2_session_want_write(c->session))
		http2_client_end_lost(c, BEDROCK_RULES_BROKEN, NULL);
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

static void on_opened(void *arg)
{
	struct http2_client *c = arg;
	int err = http2_client_submit(c);

	if (err)
		http2_client_end(c, BEDROCK_MEMORY, NULL);
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
		http2_client_end(c, BEDROCK_NO_HTTP2, "HTTP/1");
		c->progress(c->arg);
		return;
	}
	c->heard = true;
	ssize_t n = nghttp2_session_mem_recv(c->session, data, length);
	if (n == NGHTTP2_ERR_NOMEM || c->received.failed == PROBLEM_MEMORY)
		http2_client_end(c, BEDROCK_MEMORY, NULL);
	else if (n == NGHTTP2_ERR_CALLBACK_FAILURE)
		http2_client_end(c, BEDROCK_UNREADABLE, "it has no end");
	else if (n < 0)
		http2_client_end(c, BEDROCK_NO_HTTP2, nghttp2_strerror((int)n));
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
		http2_client_end_lost(c, BEDROCK_CONNECTION_CLOSED, NULL);
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
		err = http2_client_session_open(c);
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
