#include "net/aws/region.h"

#include <string.h>

#include "net/aws/environment.h"
#include "net/aws/shared_files.h"
#include "net/base/problem.h"
#include "net/base/text.h"

static const char *by_variable(const struct aws_environment *e)
{
	const char *region = aws_environment_get(e, "AWS_REGION");

	return region ? region : aws_environment_get(e, "AWS_DEFAULT_REGION");
}

const char *aws_region_of(const struct aws_environment *e,
			  const struct shared_files *f, const char *profile)
{
	const char *region = by_variable(e);

	if (region || !f)
		return region;
	return shared_files_get(f, profile ? profile : shared_files_profile(e),
				"region");
}

int aws_region(char **out, const struct aws_environment *e, const char *profile,
	       struct problem *p)
{
	struct shared_files *files = NULL;
	int err = 0;

	*out = NULL;
	/* a variable needs no file, and so no whole one */
	if (!by_variable(e))
		err = shared_files_load(&files, e, p);
	if (err)
		return err;
	const char *region = aws_region_of(e, files, profile);
	if (region) {
		*out = text_copy(region);
		if (!*out)
			err = problem_set(p, PROBLEM_MEMORY,
					  "AWS: out of memory");
	}
	shared_files_free(files);
	return err;
}

bool aws_region_is_name(const char *text, size_t length)
{
	return length > 0 && length < AWS_REGION_SIZE &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") >= length;
}

char *aws_service_url(const char *service, const char *region)
{
	return text_format("https://%s.%s.amazonaws.com%s", service, region,
			   text_starts(region, "cn-") ? ".cn" : "");
}
