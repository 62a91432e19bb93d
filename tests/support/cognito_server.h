/*
 * cognito_server: a user pool and an identity pool on 127.0.0.1 for tests.
 *
 * It computes its own side of SRP from the password, so it accepts a sign-in
 * only when our side is right, and it checks what each request must hold.
 * One user.  Any thread.
 */
#ifndef TESTS_SUPPORT_COGNITO_SERVER_H
#define TESTS_SUPPORT_COGNITO_SERVER_H

#include <stdbool.h>
#include <stddef.h>

struct cognito_server;

#define COGNITO_POOL     "eu-west-1_TestPool1"
#define COGNITO_CLIENT   "1example23456789"
#define COGNITO_SECRET   "client-secret-0042"
#define COGNITO_USER     "ana@school.example"
#define COGNITO_USER_ID  "7c9b7f2e-0000-4000-8000-abcdefabcdef"
#define COGNITO_PASSWORD "Corr3ct-Horse! \xc3\xa9"
#define COGNITO_IDENTITY "eu-west-1:01234567-89ab-cdef-0123-456789abcdef"
#define COGNITO_CODE     "424242"
/* What the identity pool gives; the token has the number of the identity
 * behind it. */
#define COGNITO_KEY_ID "ASIAEXAMPLE"
#define COGNITO_KEY    "identity-secret-key"

struct cognito_server_settings {
	bool with_secret;  /* the client has COGNITO_SECRET */
	bool new_password; /* the first password must be replaced */
	bool with_code;    /* COGNITO_CODE is asked for */
	bool rotation;     /* refresh tokens work once, by the other call */
	const char *rotation_says; /* the exception by which such a pool refuses
				    * REFRESH_TOKEN_AUTH; NULL:
				    * InvalidParameterException */
	bool guests;               /* credentials without a login */
	const char *challenge;     /* asked in place of all others */
	const char *required;      /* requiredAttributes of a new password */
	unsigned lifetime_s;       /* of tokens; 0: an hour */
	const char *expiration; /* of credentials, as JSON; NULL: in an hour */
};

struct cognito_server *
cognito_server_start(const struct cognito_server_settings *settings);
/* NULL is fine. */
void cognito_server_stop(struct cognito_server *s);
/* "http://127.0.0.1:4711" */
const char *cognito_server_url(const struct cognito_server *s);
/* Its requests and held answers. */
struct http_server *cognito_server_http(struct cognito_server *s);

/* How often an operation ("InitiateAuth") was asked for, and how often it was
 * granted. */
unsigned cognito_server_asked(struct cognito_server *s, const char *operation);
unsigned cognito_server_granted(struct cognito_server *s,
				const char *operation);
/* What was wrong with the last request that no client of ours should send, or
 * "". */
const char *cognito_server_complaint(struct cognito_server *s);
bool cognito_server_revoked(struct cognito_server *s);
/* The password that the user has now. */
const char *cognito_server_password(struct cognito_server *s);

enum cognito_name_place {
	NAME_IN_TYPE, /* "__type": "prefix#Name" */
	NAME_IN_CODE,
	NAME_IN_HEADER, /* x-amzn-errortype: Name:http://... */
};

struct cognito_server_failure {
	const char *operation; /* refused from here on */
	int status;
	const char *exception, *message;
	enum cognito_name_place place;
	const char *body; /* in place of all of that, with the status */
};

/* Texts are borrowed as long as it lasts. */
void cognito_server_fail(struct cognito_server *s,
			 const struct cognito_server_failure *failure);
/* Answers are held until http_server_release(). */
void cognito_server_hold(struct cognito_server *s);

#endif
