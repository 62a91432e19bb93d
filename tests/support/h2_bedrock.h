/* h2_bedrock: a Bedrock stream and the scripted server at its other end. */
#ifndef TESTS_SUPPORT_H2_BEDROCK_H
#define TESTS_SUPPORT_H2_BEDROCK_H

#include "net/bedrock/bedrock.h"
#include "tests/support/h2_server.h"
#include "tests/support/nova_probe.h"

struct h2_bedrock {
	struct loop *loop;
	struct h2_server *server;
	struct credentials_source *keys;
	struct nova_upstream *upstream;
	struct nova_probe probe;
	size_t want; /* for the conditions below */
};

/* Opens all of it.  settings may be NULL; its endpoint is filled in, with
 * host ("127.0.0.1" when NULL), and the credentials: key id AKIDEXAMPLE, secret
 * key "secret", session token TOKEN==, unless it has some. */
void h2_bedrock_open(struct h2_bedrock *b, const struct h2_script *script,
		     const struct bedrock_settings *settings, const char *host);
/* Runs on for a while of no meaning, then frees all: what should not be called
 * has had its chance. */
void h2_bedrock_close(struct h2_bedrock *b);

/* Sends an event that must be taken. */
void h2_bedrock_send(struct h2_bedrock *b, const struct nova_event *e);
/* Lets the server send an output event, or an exception. */
void h2_bedrock_serve(struct h2_bedrock *b, const struct nova_event *e);
void h2_bedrock_serve_exception(struct h2_bedrock *b, const char *type,
				const char *message);

/* Runs until closed, and checks the code and a part of its text. */
void h2_bedrock_expect_closed(struct h2_bedrock *b, int code, const char *part);
void h2_bedrock_until(struct h2_bedrock *b, bool (*done)(void *b));
/* Conditions; arg is the h2_bedrock. */
bool h2_bedrock_asked(void *b);   /* the request's headers have come */
bool h2_bedrock_ended(void *b);   /* and its END_STREAM */
bool h2_bedrock_came(void *b);    /* `want` bytes of body */
bool h2_bedrock_heard(void *b);   /* the probe has `want` events */
bool h2_bedrock_is_gone(void *b); /* the connection */

#endif
