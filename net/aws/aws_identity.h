/*
 * aws_identity: whose credentials these are: STS's GetCallerIdentity, which
 * needs no permission.  Loop thread only.
 */
#ifndef NET_AWS_AWS_IDENTITY_H
#define NET_AWS_AWS_IDENTITY_H

struct aws_environment;
struct aws_identity_call;
struct credentials;
struct http;
struct loop;
struct problem;

struct aws_identity {
	const char *account; /* "123456789012" */
	const char *arn;     /* "arn:aws:sts::123456789012:assumed-role/..." */
	const char *user_id;
};

/* identity is borrowed for the call and NULL when there was no answer; then why
 * is one line.  Never called from within aws_identity_ask(). */
typedef void aws_identity_done(void *arg, const struct aws_identity *identity,
			       const struct problem *why);

struct aws_identity_settings {
	struct loop *loop;
	struct http *http;                         /* outlives the call */
	const struct aws_environment *environment; /* NULL: the process's */
	const char *region;                        /* NULL: us-east-1 */
	const struct credentials *credentials;     /* used at once */
};
/* 0, PROBLEM_USAGE (region or endpoint; fills p) or PROBLEM_MEMORY. */
int aws_identity_ask(struct aws_identity_call **out,
		     const struct aws_identity_settings *settings,
		     aws_identity_done *done, void *arg, struct problem *p);
/* Before or after done(), or inside it; no done() comes then.  NULL is fine;
 * returns NULL. */
struct aws_identity_call *aws_identity_free(struct aws_identity_call *c);

#endif
