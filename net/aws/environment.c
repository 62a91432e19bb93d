#include "net/aws/environment.h"

#include <stdlib.h>

#include "net/aws/shared_files.h"
#include "net/base/problem.h"
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

int aws_region(char **out, const struct aws_environment *e, const char *profile,
	       struct problem *p)
{
	const char *region = aws_environment_get(e, "AWS_REGION");
	struct shared_files *files = NULL;
	int err = 0;

	*out = NULL;
	if (!region)
		region = aws_environment_get(e, "AWS_DEFAULT_REGION");
	if (!region) {
		err = shared_files_load(&files, e, p);
		if (err)
			return err;
		region = shared_files_get(files,
					  profile ? profile
						  : shared_files_profile(e),
					  "region");
	}
	if (region) {
		*out = text_copy(region);
		if (!*out)
			err = problem_set(p, PROBLEM_MEMORY,
					  "AWS: out of memory");
	}
	shared_files_free(files);
	return err;
}
