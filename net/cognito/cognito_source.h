/*
 * cognito_source: AWS credentials of an identity pool, for the login that is
 * kept on disk or for a guest; the credentials_source of the kind "cognito",
 * and the provider that it is made of, for a chain.
 *
 * The ID token is renewed first when it is old.  Loop thread only.
 */
#ifndef NET_COGNITO_COGNITO_SOURCE_H
#define NET_COGNITO_COGNITO_SOURCE_H

struct credentials_source;
struct loop;
struct problem;
struct provider;

struct cognito_source_settings {
	const char *login_path;    /* login_file.h; NULL: a guest */
	const char *identity_pool; /* NULL: the one that the login names */
	const char *endpoint;      /* for a guest; NULL: the region's */
	const char *ca_file;       /* PEM trust in place of the system's */
};

/* Both copy the settings and read no file yet; l outlives the result.
 * PROBLEM_USAGE: a guest without an identity pool.  PROBLEM_TLS and the like
 * for a bad CA file, PROBLEM_MEMORY. */
int cognito_source_create(struct credentials_source **out, struct loop *l,
			  const struct cognito_source_settings *settings,
			  struct problem *p);
int cognito_provider_create(struct provider **out, struct loop *l,
			    const struct cognito_source_settings *settings,
			    struct problem *p);

#endif
