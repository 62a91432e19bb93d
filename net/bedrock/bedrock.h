/*
 * bedrock: the nova_stream kind that speaks Bedrock's HTTP/2 event stream.
 *
 * Each stream has a connection of its own, as the official SDK does.
 */
#ifndef NET_BEDROCK_BEDROCK_H
#define NET_BEDROCK_BEDROCK_H

#include <stdint.h>

#include "net/nova/stream.h"

struct credentials_source;
struct loop;
struct problem;
struct proxy_environment;

/* Texts are copied by bedrock_upstream_create(). */
struct bedrock_settings {
	const char *region;   /* NULL: us-east-1 */
	const char *endpoint; /* URL; NULL: the region's.  http:// only to
			       * loopback */
	const char *ca_file;  /* PEM trust in place of the system's, or NULL */
	/* net/loop/proxy.h, for https:// endpoints; NULL: the process's own */
	const struct proxy_environment *proxies;
	const char *model;                      /* NULL: NOVA_MODEL_DEFAULT */
	struct credentials_source *credentials; /* borrowed; outlives the
						 * upstream */
	uint32_t wait_limit_ms; /* longest wait for an answer once an event was
				 * sent, and for the end once it was sent and
				 * nothing comes any more; 0: 20000 */
};

/* PROBLEM_USAGE for an endpoint or a proxy that cannot be used, PROBLEM_FILE or
 * PROBLEM_TLS for a bad CA file, PROBLEM_MEMORY.  Nothing is asked or connected
 * before a stream is opened: missing credentials come as its closed().  A
 * stream keeps the credentials that it began with (nova_stream_expires_ms()).
 * When the service refuses our time, its own is taken, by this stream and
 * those after it.  Streams it opened must be freed before it. */
int bedrock_upstream_create(struct nova_upstream **out, struct loop *l,
			    const struct bedrock_settings *settings,
			    struct problem *p);
struct nova_upstream *bedrock_upstream_free(struct nova_upstream *u);

/* One table of what Bedrock answers with: name of the exception (any case, as
 * in x-amzn-errortype or :exception-type) and message to code and line.
 * Fills p and returns its code. */
int bedrock_problem(struct problem *p, int http_status, const char *exception,
		    const char *message, const char *model, const char *region);

#endif
