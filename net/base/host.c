#include "net/base/host.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "net/base/text.h"

enum { HOST_SIZE = 256 };

static bool is_six(const char *address)
{
	struct in6_addr six;

	return inet_pton(AF_INET6, address, &six) == 1 &&
	       IN6_IS_ADDR_LOOPBACK(&six);
}

bool host_address_is_loopback(const char *address)
{
	struct in_addr four;

	if (inet_pton(AF_INET, address, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return is_six(address);
}

bool host_is_loopback(const char *host)
{
	char inside[INET6_ADDRSTRLEN];
	size_t n = strlen(host);

	if (*host != '[')
		return text_equal_fold(host, "localhost") ||
		       host_address_is_loopback(host);
	if (n < 2 || n - 2 >= sizeof inside || host[n - 1] != ']')
		return false;
	memcpy(inside, host + 1, n - 2);
	inside[n - 2] = '\0';
	return is_six(inside);
}

bool host_url_is_safe(const char *url)
{
	static const char clear[] = "http://";
	char host[HOST_SIZE];

	if (strncasecmp(url, "https://", 8) == 0)
		return true;
	if (strncasecmp(url, clear, sizeof clear - 1) != 0)
		return false;
	url += sizeof clear - 1;

	/* a user in front of "@" would hide the host behind it */
	size_t length = strcspn(url, "/?#");
	if (memchr(url, '@', length))
		return false;
	size_t n = *url == '[' ? strcspn(url, "]") + 1 : strcspn(url, ":/?#");
	if (n > length || n >= sizeof host || (n < length && url[n] != ':'))
		return false;
	memcpy(host, url, n);
	host[n] = '\0';
	return host_is_loopback(host);
}
