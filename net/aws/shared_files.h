/*
 * shared_files: the profiles of ~/.aws/config and ~/.aws/credentials (or
 * AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE).
 *
 * "[profile school]" in the first and "[school]" in the second are one profile;
 * a name that both set is taken from the second, as the SDKs do.  Indented
 * lines (nested settings of other tools) are passed over.
 */
#ifndef NET_AWS_SHARED_FILES_H
#define NET_AWS_SHARED_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct aws_environment;
struct problem;
struct shared_files;

/* A file that is not there has no profiles.  PROBLEM_FORMAT ("path:line: ...",
 * never with the line itself, which may be a secret), PROBLEM_FILE,
 * PROBLEM_LIMIT or PROBLEM_MEMORY. */
int shared_files_load(struct shared_files **out,
		      const struct aws_environment *e, struct problem *p);
/* Wipes what it held.  NULL is fine; returns NULL. */
struct shared_files *shared_files_free(struct shared_files *f);

/* The profile that AWS_PROFILE or AWS_DEFAULT_PROFILE names, else "default". */
const char *shared_files_profile(const struct aws_environment *e);

bool shared_files_has(const struct shared_files *f, const char *profile);
/* Value of a setting (lower case) of a profile, or NULL; never "".  Borrowed
 * from f. */
const char *shared_files_get(const struct shared_files *f, const char *profile,
			     const char *name);
/* The profile whose name is nearest, or NULL. */
const char *shared_files_nearest(const struct shared_files *f,
				 const char *profile);

#endif
