/*
 * http2_client_private: the two halves of an http2_client.
 *
 *   http2_client.c          connecting, sending, what the owner looks at
 *   http2_client_session.c  nghttp2: the request, and what comes of the answer
 */
#ifndef NET_BEDROCK_HTTP2_CLIENT_PRIVATE_H
#define NET_BEDROCK_HTTP2_CLIENT_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nghttp2/nghttp2.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/bedrock/failures.h"
#include "net/bedrock/http2_client.h"

struct transport;

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

/* It ends with that row; the first end counts. */
void http2_client_end(struct http2_client *c, enum bedrock_own id,
		      const char *detail);
/* The connection or the stream is gone, for that reason, or because the
 * service had said so. */
void http2_client_end_lost(struct http2_client *c, enum bedrock_own id,
			   const char *detail);

/* Both return 0 or PROBLEM_MEMORY. */
/* Nothing is sent yet. */
int http2_client_session_open(struct http2_client *c);
/* The settings, and the request's headers. */
int http2_client_submit(struct http2_client *c);

#endif
