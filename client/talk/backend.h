/*
 * backend: where the tutor of this conversation is, made from the settings.
 */
#ifndef CLIENT_TALK_BACKEND_H
#define CLIENT_TALK_BACKEND_H

#include "net/aws/credentials.h"

struct builtin;
struct loop;
struct renewal_report;
struct nova_upstream;
struct problem;
struct settings;
struct teaching;

struct talk_backend {
	struct nova_upstream *upstream;
	struct nova_upstream *below; /* --bedrock: what upstream renews */
	/* Set by whoever wants to hear of renewals, after opening. */
	void (*renewed)(void *arg, const struct renewal_report *report);
	void *renewed_arg;
	struct builtin *builtin;                /* --sim */
	struct credentials_source *credentials; /* --bedrock */
	struct credentials_call asked;
	int kind;       /* enum backend */
	char line[256]; /* "Tutor: ...", for people */
};

/* On the loop's thread.  teaching: what the built-in tutor teaches (borrowed
 * until talk_backend_close()), or NULL.  Returns 0 or a problem code; then
 * there is nothing to close. */
int talk_backend_open(struct talk_backend *b, struct loop *loop,
		      const struct settings *settings,
		      const struct teaching *teaching, struct problem *p);
/* What the built-in tutor lacks and was not told yet: its code, p filled; or
 * 0. */
int talk_backend_trouble(struct talk_backend *b, struct problem *p);
/* On the loop's thread: tells where the AWS credentials come from, once they
 * are there; never from within.  What fails is told by the conversation. */
void talk_backend_ask_source(struct talk_backend *b, credentials_done *done,
			     void *arg);
/* On the loop's thread. */
void talk_backend_close_upstream(struct talk_backend *b);
/* After that, on any other thread. */
void talk_backend_close(struct talk_backend *b);

#endif
