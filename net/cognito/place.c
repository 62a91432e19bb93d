#include "net/cognito/place.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/aws/region.h"
#include "net/base/host.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* Behind the separator: letters and digits, in an identity pool's UUID "-"
 * too.  What is allowed goes into JSON, URLs and messages as it is. */
static bool is_name(const char *text, char separator)
{
	size_t n = 0;

	for (; text[n]; n++)
		if (!isalnum((unsigned char)text[n]) &&
		    !(separator == ':' && text[n] == '-'))
			return false;
	return n > 0 && n <= 64;
}

int cognito_region(char out[AWS_REGION_SIZE], const char *pool_id,
		   char separator, const char *region, struct problem *p)
{
	const char *behind = strchr(pool_id, separator);
	size_t length = behind ? (size_t)(behind - pool_id) : 0;

	if (!behind || !aws_region_is_name(pool_id, length) ||
	    !is_name(behind + 1, separator))
		return problem_set(
			p, PROBLEM_USAGE, "%s \"%s\": not such a pool's id; %s",
			separator == '_' ? "user pool" : "identity pool",
			pool_id,
			separator == '_'
				? "it looks like eu-west-1_AbCdEfGhI, ask your "
				  "school for it"
				: "it looks like eu-west-1:01234567-89ab-cdef-"
				  "0123-456789abcdef, ask your school for it");
	if (region && !aws_region_is_name(region, strlen(region)))
		return problem_set(p, PROBLEM_USAGE,
				   "region \"%s\": not the name of an AWS "
				   "region; give one such as eu-west-1",
				   region);
	snprintf(out, AWS_REGION_SIZE, "%.*s",
		 (int)(region ? strlen(region) : length),
		 region ? region : pool_id);
	return 0;
}

/* The URL itself is not in the messages: it may hold a password. */
static int check_endpoint(const char *url, struct problem *p)
{
	if (strncasecmp(url, "http://", 7) != 0 &&
	    strncasecmp(url, "https://", 8) != 0)
		return problem_set(p, PROBLEM_USAGE,
				   "HABLA_COGNITO_ENDPOINT: it does not begin "
				   "with https://; give https://HOST[:PORT]");
	if (strpbrk(url, "@ \t\r\n\\\"<>?#"))
		return problem_set(p, PROBLEM_USAGE,
				   "HABLA_COGNITO_ENDPOINT: it holds more than "
				   "a host and a port; give "
				   "https://HOST[:PORT]");
	if (!host_url_is_safe(url))
		return problem_set(p, PROBLEM_USAGE,
				   "HABLA_COGNITO_ENDPOINT: clear text (http) "
				   "is allowed to this machine only, because "
				   "passwords and tokens could be overheard; "
				   "use https://");
	return 0;
}

int cognito_url(char **out, const char *service, const char *region,
		const char *endpoint, struct problem *p)
{
	int err = endpoint ? check_endpoint(endpoint, p) : 0;

	if (err)
		return err;
	char *base = endpoint ? text_copy(endpoint)
			      : aws_service_url(service, region);
	bool ends = base && base[strlen(base) - 1] == '/';
	*out = base ? text_format("%s%s", base, ends ? "" : "/") : NULL;
	free(base);
	return *out ? 0
		    : problem_set(p, PROBLEM_MEMORY,
				  "Cognito: not enough memory; try again");
}
