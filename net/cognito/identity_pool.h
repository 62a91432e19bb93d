/*
 * identity_pool: AWS credentials from an Amazon Cognito identity pool, for a
 * user pool's ID token or for a guest.  Loop thread only.
 */
#ifndef NET_COGNITO_IDENTITY_POOL_H
#define NET_COGNITO_IDENTITY_POOL_H

struct credentials;
struct http;
struct identity_call;
struct problem;

struct identity_pool {
	const char *id;       /* "eu-west-1:01234567-..." */
	const char *region;   /* NULL: the one in the id */
	const char *endpoint; /* NULL: the region's */
	/* Both NULL: a guest, whom the pool must allow. */
	const char *user_pool;
	const char *user_pool_region; /* NULL: the one in user_pool */
	const char *id_token;         /* not the access token */
};

/* credentials is borrowed for the call and NULL when why says what happened. */
typedef void identity_done(void *arg, const struct credentials *credentials,
			   const struct problem *why);

/* GetId and GetCredentialsForIdentity.  Copies all it needs.  No done() from
 * within.  PROBLEM_USAGE (an id, the endpoint), PROBLEM_MEMORY. */
int identity_pool_get(struct identity_call **out, struct http *h,
		      const struct identity_pool *pool, identity_done *done,
		      void *arg, struct problem *p);
/* No done() comes after; may be called inside it.  NULL is fine; returns
 * NULL. */
struct identity_call *identity_call_free(struct identity_call *c);

#endif
