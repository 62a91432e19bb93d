/*
 * talk: the parts of `habla talk`, wired together.
 *
 * Each is described in its own header; here is only who hears from whom, and
 * how a conversation with recordings goes on by itself.
 */
#ifndef CLIENT_TALK_TALK_H
#define CLIENT_TALK_TALK_H

#include <stdio.h>

struct problem;
struct settings;
struct talk;

/* Starts the conversation on a thread of its own.  people: where text for
 * people goes.  done_fd: an eventfd that is written to at the end.  Returns 0
 * or a problem code. */
int talk_start(struct talk **out, const struct settings *settings, FILE *people,
	       int done_fd, struct problem *p);

/* Any thread.  Ends in order; a second time at once. */
void talk_end(struct talk *t);

/* Waits for what is still being written, says where the conversation is kept,
 * frees.  Returns the exit code. */
int talk_close(struct talk *t);

#endif
