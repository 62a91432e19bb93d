#include "net/relay/server/origin.h"

#include <string.h>
#include <strings.h>

#include "net/base/host.h"

enum { HOST_SIZE = 256 };

/* "http://localhost:3000" to "localhost"; false when it is no origin of a
 * page ("null", a path behind it). */
static bool host_of(const char *origin, char host[HOST_SIZE])
{
	const char *start = strstr(origin, "://");
	size_t n;

	if (!start)
		return false;
	start += 3;
	if (*start == '[') {
		start++;
		n = strcspn(start, "]");
		if (start[n] != ']')
			return false;
		if (start[n + 1] != '\0' && start[n + 1] != ':')
			return false;
	} else {
		n = strcspn(start, ":");
	}
	if (n == 0 || n >= HOST_SIZE || strpbrk(start, "/@?#"))
		return false;
	memcpy(host, start, n);
	host[n] = '\0';
	return true;
}

static bool is_named(const char *origin, const char *allowed)
{
	while (*allowed) {
		allowed += strspn(allowed, ", ");
		size_t n = strcspn(allowed, ", ");
		size_t used = n > 0 && allowed[n - 1] == '/' ? n - 1 : n;
		if (used > 0 && strlen(origin) == used &&
		    strncasecmp(origin, allowed, used) == 0)
			return true;
		allowed += n;
	}
	return false;
}

bool origin_allowed(const char *origin, const char *allowed)
{
	char host[HOST_SIZE];

	if (!origin || !*origin)
		return true;
	if (host_of(origin, host) && host_is_loopback(host))
		return true;
	return allowed && is_named(origin, allowed);
}
