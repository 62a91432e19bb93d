/* refusal: what Cognito says no to, as one line with cause and remedy. */
#ifndef NET_COGNITO_REFUSAL_H
#define NET_COGNITO_REFUSAL_H

#include <stddef.h>

struct problem;

enum { COGNITO_EXCEPTION_SIZE = 64, COGNITO_MESSAGE_SIZE = 256 };

struct cognito_refusal {
	int status;
	char exception[COGNITO_EXCEPTION_SIZE]; /* "NotAuthorizedException",
						 * or "" */
	char message[COGNITO_MESSAGE_SIZE];     /* the service's own, or "" */
};

/* One name means different things by what was asked. */
enum cognito_purpose {
	COGNITO_SIGN_IN,
	COGNITO_ANSWER, /* to a challenge: new password, code */
	COGNITO_REFRESH,
	COGNITO_REVOKE,
	COGNITO_IDENTITY,
};

/* name: the pool, for people.  secrets (ends with NULL, or NULL): a message of
 * the service that contains one of them is left out.  Returns the code. */
int cognito_refusal_problem(struct problem *p, const char *name,
			    enum cognito_purpose purpose,
			    const struct cognito_refusal *r,
			    const char *const *secrets);

/* exception is "NotAuthorizedException" and the like. */
int cognito_refusal_is(const struct cognito_refusal *r, const char *exception);

#endif
