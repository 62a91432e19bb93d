/*
 * status_lines: the block under the transcript, as lines that fit.
 *
 * What is not known is not shown; what does not fit is left out, the least
 * important first.
 */
#ifndef CLIENT_TERMINAL_STATUS_LINES_H
#define CLIENT_TERMINAL_STATUS_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct screen_block;
struct status;

struct status_look {
	size_t columns;     /* of the terminal */
	unsigned elapsed_s; /* since the conversation began */
	bool details;       /* the diagnostics panel */
	const char *typed;  /* the line being typed; NULL: none */
	bool push_to_talk;
};

void status_lines_make(struct screen_block *out, const struct status *s,
		       const struct status_look *look);
/* The state in words for people. */
const char *status_lines_state(const struct status *s);

#endif
