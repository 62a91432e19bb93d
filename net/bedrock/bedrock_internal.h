/* bedrock_internal: what bedrock_upstream and bedrock_stream share. */
#ifndef NET_BEDROCK_BEDROCK_INTERNAL_H
#define NET_BEDROCK_BEDROCK_INTERNAL_H

#include <stdint.h>

#include "net/base/bytes.h"
#include "net/bedrock/bedrock.h"
#include "net/bedrock/endpoint.h"
#include "net/loop/proxy.h"

struct credentials;
struct credentials_source;
struct http2_client;
struct http2_response;
struct sigv4_chain;
struct tls_client;

enum {
	BEDROCK_EVENT_MAX = 1024 * 1024,
	BEDROCK_MESSAGE_MAX = 16 * 1024 * 1024,
};

struct bedrock_upstream {
	struct nova_upstream base; /* first */
	struct loop *loop;         /* borrowed; outlives it */
	struct endpoint endpoint;
	struct proxy proxy;     /* owned; without a host: none */
	struct tls_client *tls; /* owned; NULL in clear text */
	struct credentials_source *credentials; /* borrowed; outlives it */
	char *region, *model, *name;            /* owned */
	char *path;                             /* owned; as on the wire */
	uint32_t wait_limit_ms;
	/* What our wall clock lacks, by the service's Date; 0 until it refused
	 * our time. */
	int64_t clock_offset_ms;
	/* Reused from event to event by whichever stream sends, or receives:
	 * each is done with it before another can begin. */
	struct bytes json, inner, arrived;
};

/* UTC milliseconds as the service counts them. */
int64_t bedrock_now_ms(const struct bedrock_upstream *u);

int bedrock_stream_open(struct bedrock_upstream *u,
			const struct nova_stream_listener *listener,
			struct nova_stream **out, struct problem *p);

/* bedrock_request.c.  Opens the connection with a signed request, and the chain
 * for its events; clear that in any case.  0 or a problem code. */
int bedrock_request_open(struct http2_client **out, struct sigv4_chain *chain,
			 const struct bedrock_upstream *u,
			 const struct credentials *c,
			 void (*progress)(void *arg), void *arg);

/* Fills p from an HTTP answer that is an error; now_ms is our UTC time. */
int bedrock_answer_problem(struct problem *p, const struct bedrock_upstream *u,
			   const struct http2_response *r, const char *body,
			   size_t length, int64_t now_ms);
/* Of a Retry-After (RFC 9110, 10.2.3), seconds or a date; 0: none, or no sense
 * in it. */
unsigned bedrock_retry_after_ms(const char *text, int64_t now_ms);

/* The part of an error's name that counts: "a.b#Name:http://..." is "Name". */
void bedrock_error_name(char out[64], const char *text);

#endif
