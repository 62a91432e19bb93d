/*
 * http2_request: the head of a request to the simulator's HTTP/2 front, and
 * what a request that cannot be taken is answered with.  Private to the room.
 */
#ifndef NET_SIM_HTTP2_REQUEST_H
#define NET_SIM_HTTP2_REQUEST_H

#include <stddef.h>
#include <stdint.h>

struct sigv4_chain;

enum { HTTP2_HEADERS_MOST = 64, HTTP2_HEADERS_BYTES_MOST = 32 * 1024 };

struct http2_header {
	char *name, *value;
};

struct http2_request {
	struct http2_header headers[HTTP2_HEADERS_MOST]; /* ":path" too */
	size_t count, bytes;
};

/* Copies both.  PROBLEM_LIMIT or PROBLEM_MEMORY. */
int http2_request_add(struct http2_request *r, const uint8_t *name,
		      size_t name_length, const uint8_t *value,
		      size_t value_length);
void http2_request_clear(struct http2_request *r);
/* The value, or NULL. */
const char *http2_request_find(const struct http2_request *r, const char *name);

/* An answer before the stream: status, x-amzn-errortype, {"message":...}. */
struct http2_refusal {
	unsigned status;
	char exception[64];
	char message[512];
	unsigned retry_after_s; /* 0: none is given */
};
/* Fills why and returns PROBLEM_DENIED. */
__attribute__((format(printf, 4, 5))) int
http2_refuse(struct http2_refusal *why, unsigned status, const char *exception,
	     const char *format, ...);
/* The HTTP status of an exception's name, in any case; 500 when unknown. */
unsigned http2_status_of(const char *exception);

/* Checks method and path and copies the model's id out of it. */
int http2_request_model(const struct http2_request *r, char *model, size_t room,
			struct http2_refusal *why);

/* http2_auth.c.  Checks key, date and signature of the request; chain is then
 * ready for the first event. */
struct http2_keys {
	const char *key_id, *secret;
	int64_t now_ms; /* UTC */
	int64_t skew_limit_ms;
};
/* The date alone. */
int http2_check_date(const struct http2_request *r,
		     const struct http2_keys *keys, struct http2_refusal *why);
int http2_authenticate(const struct http2_request *r,
		       const struct http2_keys *keys, struct sigv4_chain *chain,
		       struct http2_refusal *why);

#endif
