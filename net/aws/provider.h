/*
 * provider: one way of getting credentials; what a credentials_source of the
 * kinds "chain" and "cognito" is made of.  Loop thread only.
 *
 * A provider is asked with start(), again and again, one question at a time,
 * and answers each with one done(), which may come from within start() and is
 * the last thing it does: it may be freed there.  credentials_cache.h makes a
 * source out of one.
 */
#ifndef NET_AWS_PROVIDER_H
#define NET_AWS_PROVIDER_H

#include <stdbool.h>

#include "net/aws/credentials.h"

struct aws_environment;
struct http;
struct http_answer;
struct loop;
struct problem;
struct provider;
struct shared_files;

struct provider_ops {
	void (*start)(struct provider *v);
	/* Also in the middle of a question; no done() comes then. */
	void (*free)(struct provider *v);
};

/* First member of every kind. */
struct provider {
	const struct provider_ops *ops;
	credentials_done *done;
	void *arg;
};

void provider_start(struct provider *v, credentials_done *done, void *arg);
/* NULL is fine; returns NULL. */
struct provider *provider_free(struct provider *v);

/* Answers; the provider's last act.  c is cleared afterwards.  Keys with
 * blanks in them are answered as a problem that names where they are from. */
void provider_give(struct provider *v, struct credentials *c);
void provider_fail(struct provider *v, const struct problem *why);

/* What the providers of one chain share; borrowed by them. */
struct provider_context {
	struct loop *loop;
	struct http *http;
	const struct aws_environment *environment;
	const char *region; /* for STS; never NULL */
	/* "http://169.254.170.2": what a relative container URI follows */
	const char *container_base;
};

/* The constructors return 0 or a problem code with a line in p. */

/* AWS_ACCESS_KEY_ID and the like, as given; answers with them. */
int provider_keys_create(struct provider **out, const char *key_id,
			 const char *secret, const char *token,
			 int64_t expires_ms, const char *source,
			 struct problem *p);

/* The profile's own way; *out is NULL when it names none. */
int provider_profile_create(struct provider **out,
			    const struct provider_context *x,
			    const struct shared_files *files,
			    const char *profile, struct problem *p);

/* A credential_process: split into words as a shell would, but not run by one.
 */
int provider_process_create(struct provider **out,
			    const struct provider_context *x,
			    const char *command, const char *profile,
			    struct problem *p);
/* The AWS CLI as a credential_process, for the sign-ins that only it knows.
 * sign_in: the command that a person runs for it, "aws sso login". */
int provider_cli_create(struct provider **out, const struct provider_context *x,
			const char *profile, const char *sign_in,
			struct problem *p);

/* What a role is assumed with; texts are copied. */
struct provider_role {
	const char *arn;
	const char *session_name;     /* NULL: "habla" */
	const char *external_id;      /* or NULL */
	const char *duration_seconds; /* or NULL: STS's own */
	const char *where;            /* "profile school" */
};
/* Takes source, which the role is assumed with, also when it fails. */
int provider_role_create(struct provider **out,
			 const struct provider_context *x,
			 const struct provider_role *role,
			 struct provider *source, struct problem *p);
/* With the token in a file, which is read each time. */
int provider_web_identity_create(struct provider **out,
				 const struct provider_context *x,
				 const struct provider_role *role,
				 const char *token_file, struct problem *p);

/* AWS_CONTAINER_CREDENTIALS_...; *out is NULL when that is not set. */
int provider_container_create(struct provider **out,
			      const struct provider_context *x,
			      struct problem *p);
/* The instance metadata service; *out is NULL when it is switched off.  Fails
 * with code PROBLEM_CONNECT when this machine has none, or has no role. */
int provider_imds_create(struct provider **out,
			 const struct provider_context *x, struct problem *p);

/* --- what several providers need --- */

/* A program's {"Version": 1, "AccessKeyId", "SecretAccessKey", "SessionToken",
 * "Expiration"}, or a service's without "Version" and with "Token"; the last
 * two may be missing. */
enum credentials_form { CREDENTIALS_OF_PROCESS, CREDENTIALS_OF_SERVICE };
/* Fills out, which the caller clears, but for its source.  what: for messages.
 * PROBLEM_FORMAT, PROBLEM_MEMORY. */
int credentials_from_json(struct credentials *out, const char *text,
			  size_t length, enum credentials_form form,
			  const char *what, struct problem *p);
/* "2026-01-02T03:04:05Z", also with a fraction or another zone, in UTC
 * milliseconds; PROBLEM_FORMAT. */
int aws_time_parse(int64_t *out_ms, const char *text);

/* The host of an http:// URL is one of the list (NULL ends it). */
bool aws_url_has_host(const char *url, const char *const *hosts);

#endif
