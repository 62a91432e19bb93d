/*
 * user_pool: a school's Amazon Cognito user pool, and what one may ask of it
 * with a login's tokens.  Signing in is sign_in.h.  Loop thread only.
 */
#ifndef NET_COGNITO_USER_POOL_H
#define NET_COGNITO_USER_POOL_H

#include <stdint.h>

struct cognito_tokens;
struct http;
struct clock;
struct problem;
struct user_pool;
struct user_pool_call;

struct user_pool_settings {
	const char *id; /* "eu-west-1_AbCdEfGhI" */
	const char *client_id;
	const char *client_secret; /* NULL: the client has none */
	const char *region;        /* NULL: the one in the id */
	const char *endpoint;      /* NULL: the region's */
};

/* Copies the settings; http and clock are borrowed and outlive it.
 * PROBLEM_USAGE (an id, the endpoint) or PROBLEM_MEMORY fill p. */
int user_pool_create(struct user_pool **out, struct http *http,
		     const struct clock *clock,
		     const struct user_pool_settings *settings,
		     struct problem *p);
/* Its calls and sign-ins must be freed before it.  NULL is fine; returns
 * NULL. */
struct user_pool *user_pool_free(struct user_pool *u);

/* tokens is borrowed, may be taken from (it is cleared afterwards), and is
 * NULL when why says what happened.  After a revocation both are NULL. */
typedef void user_pool_done(void *arg, struct cognito_tokens *tokens,
			    const struct problem *why);

/* New tokens for an old refresh token, by REFRESH_TOKEN_AUTH or, where the
 * pool rotates refresh tokens and so refuses that, by
 * GetTokensFromRefreshToken.  user_id: the pool's own name for the user.
 * PROBLEM_DENIED: the login has ended. */
int user_pool_refresh(struct user_pool_call **out, struct user_pool *u,
		      const char *refresh_token, const char *user_id,
		      user_pool_done *done, void *arg, struct problem *p);
/* Ends the login: the refresh token and what came from it. */
int user_pool_revoke(struct user_pool_call **out, struct user_pool *u,
		     const char *refresh_token, user_pool_done *done, void *arg,
		     struct problem *p);
/* No done() comes after; may be called inside it.  NULL is fine; returns
 * NULL. */
struct user_pool_call *user_pool_call_free(struct user_pool_call *c);

#endif
