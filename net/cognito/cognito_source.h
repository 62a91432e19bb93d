/*
 * cognito_source: credentials_source of the kind "cognito": an identity pool's
 * credentials for the login that is kept on disk, or for a guest.
 *
 * The ID token is renewed first when it is old.  Loop thread only.
 */
#ifndef NET_COGNITO_COGNITO_SOURCE_H
#define NET_COGNITO_COGNITO_SOURCE_H

struct credentials_source;
struct http;
struct loop;
struct problem;

struct cognito_source_settings {
	const char *login_path;    /* login_file.h; NULL: a guest */
	const char *identity_pool; /* NULL: the one that the login names */
	const char *endpoint;      /* for a guest; NULL: the region's */
};

/* Copies the settings; loop and http are borrowed and outlive it.
 * PROBLEM_USAGE: a guest without an identity pool.  PROBLEM_MEMORY. */
int cognito_source_create(struct credentials_source **out, struct loop *l,
			  struct http *h,
			  const struct cognito_source_settings *settings,
			  struct problem *p);

#endif
