/* http2_client_session: nghttp2's half of an http2_client. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/log.h"
#include "net/base/text.h"
#include "net/bedrock/http2_client_private.h"

enum {
	/* speech comes faster than it is spoken, in bursts of seconds */
	RECEIVE_WINDOW = 8 * 1024 * 1024,
	DEFAULT_WINDOW = 65535,
};

void http2_client_end(struct http2_client *c, enum bedrock_own id,
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

void http2_client_end_lost(struct http2_client *c, enum bedrock_own id,
			   const char *detail)
{
	if (c->goaway)
		http2_client_end(c, BEDROCK_GOAWAY,
				 nghttp2_http2_strerror(c->goaway_code));
	else
		http2_client_end(c, id, detail);
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
		http2_client_end_lost(c, BEDROCK_RESET,
				      nghttp2_http2_strerror(error_code));
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

int http2_client_session_open(struct http2_client *c)
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

int http2_client_submit(struct http2_client *c)
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
