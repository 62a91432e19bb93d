/*
 * http2_client: one HTTP/2 request with both directions open, on a connection
 * of its own.  docs/nova-sonic.md, "Connection".
 *
 * Pull, not push: progress() says that something has happened; the owner then
 * looks at response, received bytes and end.  progress() is the last thing
 * done with the client in a callback of the loop, so the owner may free it
 * there; it is never called from within a function of this header.
 * Loop thread only.
 */
#ifndef NET_BEDROCK_HTTP2_CLIENT_H
#define NET_BEDROCK_HTTP2_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes;
struct endpoint;
struct http2_client;
struct loop;
struct problem;
struct proxy;
struct tls_client;

struct http2_header {
	const char *name; /* lower case; pseudo headers first */
	const char *value;
	bool secret; /* kept out of the compression's table */
};

/* Of the final response; a text that is missing or too long is "". */
struct http2_response {
	int status;
	char content_type[128];
	char error_type[128]; /* x-amzn-errortype */
	char request_id[128]; /* x-amzn-requestid */
	char date[64];
	char retry_after[64];
};

struct http2_client_settings {
	const char *name; /* for messages: "Bedrock us-east-1" */
	const struct endpoint *endpoint;
	const struct tls_client *tls; /* used when the endpoint wants it;
				       * outlives the client */
	const struct proxy *proxy;    /* net/loop/proxy.h; NULL: none */
	const struct http2_header *headers;
	size_t header_count;
	void (*progress)(void *arg);
	void *arg;
};

/* Connects in the background; copies all but tls.  0 or a problem code. */
int http2_client_open(struct http2_client **out, struct loop *l,
		      const struct http2_client_settings *settings);
/* Closes at once.  NULL is fine; returns NULL. */
struct http2_client *http2_client_free(struct http2_client *c);

/* Where the request's body is appended; then http2_client_flush(). */
struct bytes *http2_client_body(struct http2_client *c);
/* Sends as much as the peer's windows take; the rest follows by itself. */
void http2_client_flush(struct http2_client *c);
/* The body is complete: END_STREAM follows its last byte. */
void http2_client_finish(struct http2_client *c);
/* Body bytes that have not reached the kernel. */
size_t http2_client_queued(const struct http2_client *c);

/* NULL until the response's headers have come. */
const struct http2_response *
http2_client_response(const struct http2_client *c);
/* What came of the response's body; the owner drops what it has read. */
struct bytes *http2_client_received(struct http2_client *c);
/* True when nothing comes any more; *why (may be NULL): code 0 after the
 * peer's END_STREAM, else what went wrong. */
bool http2_client_ended(const struct http2_client *c, struct problem *why);

#endif
