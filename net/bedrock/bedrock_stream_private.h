/* bedrock_stream_private: one stream, for the files that are about it. */
#ifndef NET_BEDROCK_BEDROCK_STREAM_PRIVATE_H
#define NET_BEDROCK_BEDROCK_STREAM_PRIVATE_H

#include <stdbool.h>

#include "net/aws/credentials.h"
#include "net/aws/sigv4.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/bedrock/bedrock_internal.h"
#include "net/bedrock/failures.h"

enum {
	/* about 45 s of audio that the service does not take */
	BEDROCK_QUEUE_MAX = 4 * 1024 * 1024,
};

struct bedrock_stream {
	struct nova_stream base;    /* first */
	struct bedrock_upstream *u; /* borrowed; outlives the stream */
	struct credentials_call question;
	struct credentials credentials; /* once they have come */
	struct http2_client *http;      /* owned; NULL before that */
	struct sigv4_chain chain;
	/* The inner messages that were sent, until the service has accepted
	 * the request: before there are credentials they cannot be signed, and
	 * with a wrong clock they have to be signed anew. */
	struct bytes kept;
	bool keeps;         /* they are all there */
	bool corrected;     /* the clock was, once */
	struct timer limit; /* of waiting for the answer, or the end */
	bool answered;      /* the response's headers were judged */
	bool refused;       /* they were an error, whose body is to come */
	bool opened;        /* listener.opened was called */
	bool finished;      /* sessionEnd was sent */
	bool closed;        /* listener.closed was called */
	bool freed;         /* by its owner, while a callback of ours runs */
	unsigned depth;     /* callbacks of ours that run */
};

/* --- bedrock_stream.c: its life */

bool bedrock_stream_is_over(const struct bedrock_stream *s);
void bedrock_stream_problem(const struct bedrock_stream *s, struct problem *p,
			    enum bedrock_own id, const char *detail);
void bedrock_stream_close(struct bedrock_stream *s, const struct problem *why);
void bedrock_stream_report_opened(struct bedrock_stream *s);
/* (Re)starts the wait for an answer, or for the end. */
void bedrock_stream_start_limit(struct bedrock_stream *s);

/* --- bedrock_receive.c */

/* Hands over all whole messages that have come; the stream may be over then. */
void bedrock_receive(struct bedrock_stream *s);

/* --- bedrock_send.c */

/* As nova_stream_send(). */
int bedrock_send(struct bedrock_stream *s, const struct nova_event *e);
size_t bedrock_send_queued(const struct bedrock_stream *s);
/* Signs and sends what was kept, on a fresh connection. */
int bedrock_send_kept(struct bedrock_stream *s);
/* Nothing has to be sent anew any more. */
void bedrock_send_forget(struct bedrock_stream *s);

#endif
