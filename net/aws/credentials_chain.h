/*
 * credentials_chain: a credentials_source that looks where AWS tools look, in
 * their order (docs/settings.md, "AWS credentials"):
 *
 *   a profile named by hand; AWS_ACCESS_KEY_ID and the like; AWS_PROFILE's or
 *   the default profile; a web identity token; a container's service; the
 *   login that is given, or else the instance's metadata service.
 *
 * The first that is configured is used.  When it fails, that is the answer:
 * nothing further is tried, so that nobody speaks as somebody else by accident.
 * Each fetch looks anew, so changed files count.  Loop thread only.
 */
#ifndef NET_AWS_CREDENTIALS_CHAIN_H
#define NET_AWS_CREDENTIALS_CHAIN_H

#include <stdbool.h>

struct aws_environment;
struct credentials_source;
struct loop;
struct problem;
struct provider;

/* Texts are copied; environment too, but not what its arg leads to. */
struct credentials_chain_settings {
	const struct aws_environment *environment; /* NULL: the process's */
	const char *profile; /* NULL: AWS_PROFILE's, else default */
	bool profile_first;  /* named by hand: goes before keys */
	const char *key_id;  /* keys from elsewhere than the environment, in */
	const char *secret;  /* place of its own; NULL: the environment's */
	const char *token;
	const char *keys_from; /* where that is, for people; NULL: "settings" */
	const char *region;    /* for STS; NULL: AWS_REGION's, the profile's,
				* else us-east-1 */
	const char *ca_file;   /* PEM trust in place of the system's, or NULL */
	/* Taken, also on failure; a person's own login goes before what the
	 * machine is allowed to do.  NULL: none. */
	struct provider *login;
	const char *hint; /* what else gives credentials, said when there are
			   * none; or NULL */
	const char *container_base; /* NULL: http://169.254.170.2; for tests */
};

/* Reads no file yet.  PROBLEM_FILE or PROBLEM_TLS for a bad CA file,
 * PROBLEM_MEMORY. */
int credentials_chain_create(struct credentials_source **out, struct loop *l,
			     const struct credentials_chain_settings *settings,
			     struct problem *p);

#endif
