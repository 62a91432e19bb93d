#include "net/aws/environment.h"

#include <stdlib.h>

#include "net/base/text.h"

const char *aws_environment_get(const struct aws_environment *e,
				const char *name)
{
	const char *value = e && e->get ? e->get(e->arg, name) : getenv(name);

	return value && *value ? value : NULL;
}

bool aws_environment_is_true(const struct aws_environment *e, const char *name)
{
	return text_equal_fold(aws_environment_get(e, name), "true");
}
