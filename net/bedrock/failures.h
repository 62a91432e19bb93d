/*
 * failures: every failure of a Bedrock stream, in two tables: what the service
 * says (service_failures.c), and what our side finds (own_problems.c).
 *
 * They are the source of the messages, of docs/troubleshooting.md, and of what
 * the simulator can be told to do (`habla sim --fault`).
 */
#ifndef NET_BEDROCK_FAILURES_H
#define NET_BEDROCK_FAILURES_H

#include <stdbool.h>
#include <stddef.h>

#include "net/base/failure.h"

enum {
	FAILURE_BEFORE = 1, /* an HTTP answer in place of the stream */
	FAILURE_INSIDE = 2, /* a message of type exception in it */
};

/* What the service says.  f.cause NULL: its own message is the cause. */
struct bedrock_failure {
	struct failure f;      /* marks: M model, R region */
	unsigned where;        /* FAILURE_... */
	int status;            /* HTTP, before the stream */
	const char *exception; /* name in the answer before the stream; inside
				* its first letter is small.  NULL: any */
	const char *alias;     /* another name of it, or NULL */
	const char *match;     /* part of the message, or NULL: any */
	const char *message;   /* as the service says it, for the simulator */
	bool by_text;          /* match decides, whatever the exception */
	int from, to; /* without an exception: HTTP statuses; 0, 0: the one
		       * above */
};
/* In the order of matching: the first row that fits is the one. */
const struct bedrock_failure *bedrock_failures(size_t *count);

/* What our side finds.  Mark: D, a detail that is known only then. */
enum bedrock_own {
	BEDROCK_UNREADABLE,
	BEDROCK_NO_EVENT_STREAM,
	BEDROCK_CUT_MESSAGE,
	BEDROCK_ENDED_EARLY,
	BEDROCK_NO_END,
	BEDROCK_NO_ANSWER,
	BEDROCK_RESET,
	BEDROCK_GOAWAY,
	BEDROCK_CONNECTION_CLOSED,
	BEDROCK_CONNECTION_LOST,
	BEDROCK_NO_HTTP2,
	BEDROCK_RULES_BROKEN,
	BEDROCK_CLOCK,
	BEDROCK_MEMORY,
	BEDROCK_OWN_COUNT
};
const struct failure *bedrock_own_failure(enum bedrock_own id);
/* Fills p with "name: cause; remedy"; detail may be NULL.  Returns the code. */
int bedrock_own_problem(struct problem *p, enum bedrock_own id,
			const char *name, const char *detail);

#endif
