/*
 * talk: the parts of `habla talk`, wired together.
 *
 * Each is described in its own header; here is only who hears from whom, and
 * how a conversation with recordings goes on by itself.
 */
#ifndef CLIENT_TALK_TALK_H
#define CLIENT_TALK_TALK_H

#include <stdbool.h>
#include <stdio.h>

#include "client/talk/orders.h"

struct problem;
struct settings;
struct status;
struct talk;

/* How a conversation is shown. */
struct talk_face {
	FILE *people; /* where text for people goes; borrowed */
	bool colour;
	bool live;      /* levels are wanted, 20 times a second */
	int changed_fd; /* eventfd, written to when the status changes; or -1 */
	int done_fd;    /* eventfd, written to at the end */
};

/* Starts the conversation on a thread of its own.  face is copied.  Returns 0
 * or a problem code. */
int talk_start(struct talk **out, const struct settings *settings,
	       const struct talk_face *face, struct problem *p);

/* Any thread, until talk_close(). */
void talk_order(struct talk *t, enum order_kind kind, const char *text);
void talk_status(struct talk *t, struct status *out);

/* Any thread.  Ends in order; a second time at once. */
void talk_end(struct talk *t);

/* Waits for what is still being written, says where the conversation is kept,
 * frees.  Returns the exit code. */
int talk_close(struct talk *t);

#endif
