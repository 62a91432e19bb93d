/*
 * failure: a failure that a person can meet, as a row of a table.
 *
 * A room's table of failures is the one source of what it says about them and
 * of docs/troubleshooting.md (tests/unit/bedrock/test_troubleshooting.c).
 */
#ifndef NET_BASE_FAILURE_H
#define NET_BASE_FAILURE_H

#include <stddef.h>

struct problem;

struct failure {
	const char *id; /* "content-filter": its name in documents */
	int code;       /* PROBLEM_*; problem_retry() says what follows */
	/* "%M" in them stands for the word with the mark 'M'. */
	const char *cause, *remedy;
	/* --- for the document */
	const char *sign; /* what the other side does; NULL: it follows from
			   * other members of the room's row */
	const char *also; /* what habla does besides trying again, or NULL */
};

struct failure_word {
	char mark;
	const char *text;
};

/* Copies text with its words filled in; what does not fit is cut. */
void failure_fill(char *out, size_t size, const char *text,
		  const struct failure_word *words, size_t count);

/* Fills p (which may be NULL) with "thing: cause; remedy" and returns the
 * code. */
int failure_set(struct problem *p, const struct failure *f, const char *thing,
		const struct failure_word *words, size_t count);

#endif
