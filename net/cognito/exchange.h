/*
 * exchange: one request to a Cognito service and its answer, in the JSON 1.1
 * protocol of AWS: unsigned POST, the operation in X-Amz-Target.
 *
 * For this room alone.  Loop thread only.
 */
#ifndef NET_COGNITO_EXCHANGE_H
#define NET_COGNITO_EXCHANGE_H

#include "net/cognito/refusal.h"

struct bytes;
struct cJSON;
struct http;
struct http_call;
struct problem;

#define COGNITO_USER_POOLS     "AWSCognitoIdentityProviderService"
#define COGNITO_IDENTITY_POOLS "AWSCognitoIdentityService"

struct exchange_to {
	struct http *http;
	const char *name;    /* for people: "user pool eu-west-1_AbC" */
	const char *url;     /* cognito_url() */
	const char *service; /* COGNITO_... */
};

/* Exactly one of the three says something; all are borrowed for the call. */
struct exchange_answer {
	const struct cJSON *json;              /* an object; NULL: none */
	const struct cognito_refusal *refusal; /* NULL: none */
	const struct problem *why;             /* NULL: there was an answer */
};

typedef void exchange_done(void *arg, const struct exchange_answer *a);

/* Zero bytes: none under way. */
struct exchange {
	struct http_call *call;
	const char *name;
	exchange_done *done;
	void *arg;
};

/* Takes what is in body (also on failure): sends, wipes and empties it.
 * done() is never called from within.  The next one may be sent inside
 * done().  As http_send(). */
int exchange_send(struct exchange *x, const struct exchange_to *to,
		  const char *operation, struct bytes *body,
		  exchange_done *done, void *arg, struct problem *p);
/* No done() comes after. */
void exchange_cancel(struct exchange *x);

/* A member that is a text, or NULL. */
const char *exchange_text(const struct cJSON *object, const char *key);

#endif
