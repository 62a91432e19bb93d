/*
 * environment: the variables that AWS programs share (AWS_PROFILE, HOME, ...),
 * as a function, so that a test has its own.
 */
#ifndef NET_AWS_ENVIRONMENT_H
#define NET_AWS_ENVIRONMENT_H

#include <stdbool.h>

struct problem;

struct aws_environment {
	/* The value or NULL; borrowed from arg.  NULL: this process's. */
	const char *(*get)(void *arg, const char *name);
	void *arg;
};

/* NULL when it is not set or empty.  e NULL: this process's. */
const char *aws_environment_get(const struct aws_environment *e,
				const char *name);
/* Set to "true", in any case. */
bool aws_environment_is_true(const struct aws_environment *e, const char *name);

/* The region by AWS_REGION, AWS_DEFAULT_REGION, then the region of the profile
 * (NULL: AWS_PROFILE's, else default); *out is NULL when none names one, else
 * the caller frees it.  PROBLEM_FORMAT, PROBLEM_FILE (a shared file that cannot
 * be read) or PROBLEM_MEMORY. */
int aws_region(char **out, const struct aws_environment *e, const char *profile,
	       struct problem *p);

#endif
