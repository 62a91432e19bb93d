/*
 * environment: the variables that AWS programs share (AWS_PROFILE, HOME, ...),
 * as a function, so that a test has its own.
 */
#ifndef NET_AWS_ENVIRONMENT_H
#define NET_AWS_ENVIRONMENT_H

#include <stdbool.h>

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

#endif
