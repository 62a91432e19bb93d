/*
 * h2_server: an HTTP/2 server for one request at a time, which does what a
 * test tells it, wrong things too.  On the loop of the test.
 */
#ifndef TESTS_SUPPORT_H2_SERVER_H
#define TESTS_SUPPORT_H2_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/base/bytes.h"

struct h2_server;
struct loop;
struct tls_server;

enum { H2_HEADERS_MAX = 32 };

struct h2_script {
	const struct tls_server *tls; /* NULL: clear text */
	const char *listen;           /* address; NULL: 127.0.0.1 */
	bool silent;              /* the test calls h2_server_answer() itself */
	unsigned status;          /* 0: 200 */
	const char *content_type; /* NULL: the event stream's; "": none */
	const char *error_type;   /* x-amzn-errortype */
	const char *request_id;   /* x-amzn-requestid */
	const char *date;
	const char *body;    /* sent at once, then END_STREAM */
	uint32_t window;     /* of the stream, for what the client sends;
			      * 0: the default */
	bool slow;           /* gives no window back until
			      * h2_server_take() */
	const char *garbage; /* written in place of HTTP/2 */
	/* Something has come, or the connection is gone. */
	void (*changed)(void *arg);
	void *arg;
};

/* What has come of the last request. */
struct h2_request {
	char *names[H2_HEADERS_MAX], *values[H2_HEADERS_MAX]; /* owned */
	size_t header_count;
	bool has_headers;
	struct bytes body;
	size_t data_frames;
	bool ended; /* END_STREAM */
	bool reset; /* RST_STREAM */
	bool gone;  /* its connection */
};

/* Fails the test when it cannot listen. */
struct h2_server *h2_server_open(struct loop *l,
				 const struct h2_script *script);
struct h2_server *h2_server_free(struct h2_server *s);
uint16_t h2_server_port(const struct h2_server *s);
unsigned h2_server_connections(const struct h2_server *s);

struct h2_request *h2_server_request(struct h2_server *s);
/* A header's value, or "". */
const char *h2_request_header(const struct h2_request *r, const char *name);

/* Response headers as in the script. */
void h2_server_answer(struct h2_server *s);
/* DATA of the response; end: with END_STREAM. */
void h2_server_send(struct h2_server *s, const void *data, size_t length);
void h2_server_end(struct h2_server *s);
void h2_server_reset(struct h2_server *s, uint32_t error_code);
/* last_stream 0 refuses the request with it. */
void h2_server_goaway(struct h2_server *s, int32_t last_stream);
/* Closes the connection without a word. */
void h2_server_cut(struct h2_server *s);
/* slow: gives back window for all that has come. */
void h2_server_take(struct h2_server *s);

/* What the client lets the server send now, in bytes. */
void h2_server_windows(const struct h2_server *s, int32_t *connection,
		       int32_t *stream);

#endif
