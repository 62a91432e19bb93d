#include "net/loop/proxy.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/transport_failures.h"

enum { HTTP_PORT = 80, HOST_MOST = 253 };

static const char *either(const char *lower, const char *upper)
{
	const char *value = getenv(lower);

	return value ? value : getenv(upper);
}

void proxy_environment_read(struct proxy_environment *out)
{
	*out = (struct proxy_environment){
		.https_proxy = either("https_proxy", "HTTPS_PROXY"),
		.http_proxy = getenv("http_proxy"),
		.no_proxy = either("no_proxy", "NO_PROXY"),
	};
}

/* --- exceptions --- */

struct address {
	unsigned char bytes[16];
	unsigned bits; /* 32, 128, or 0: a name */
};

static struct address read_address(const char *text)
{
	struct address a = {.bits = 0};

	if (inet_pton(AF_INET, text, a.bytes) == 1)
		a.bits = 32;
	else if (inet_pton(AF_INET6, text, a.bytes) == 1)
		a.bits = 128;
	return a;
}

static bool same_network(const struct address *a, const struct address *b,
			 unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a->bytes, b->bytes, whole) != 0)
		return false;
	return rest == 0 ||
	       (a->bytes[whole] ^ b->bytes[whole]) >> (8 - rest) == 0;
}

/* Digits alone, at most `most`; -1: something else. */
static long read_number(const char *text, long most)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5 || text[digits])
		return -1;
	long n = strtol(text, NULL, 10);
	return n <= most ? n : -1;
}

/* Takes ":443" off the end of item.  False: it is for another port. */
static bool take_item_port(char *item, uint16_t port)
{
	char *colon = strrchr(item, ':');

	if (item[0] == '[') {
		char *end = strchr(item, ']');
		colon = end && end[1] == ':' ? end + 1 : NULL;
		if (end)
			*end = '\0';
		memmove(item, item + 1, strlen(item));
		if (colon)
			return read_number(colon + 1, UINT16_MAX) == port;
		return true;
	}
	if (!colon || strchr(item, ':') != colon)
		return true; /* none, or an IPv6 address without brackets */
	*colon = '\0';
	return read_number(colon + 1, UINT16_MAX) == port;
}

static bool names_network(char *item, const struct address *a)
{
	char *slash = strchr(item, '/');
	long bits = -1;

	if (slash) {
		*slash = '\0';
		bits = read_number(slash + 1, 128);
	}
	struct address network = read_address(item);
	if (!slash)
		bits = network.bits;
	return network.bits == a->bits && bits >= 0 &&
	       bits <= (long)network.bits &&
	       same_network(&network, a, (unsigned)bits);
}

static size_t without_last_dot(const char *host)
{
	size_t length = strlen(host);

	return length > 0 && host[length - 1] == '.' ? length - 1 : length;
}

/* "example.com", ".example.com" and "*.example.com" all mean that name and
 * those below it, as they do for curl. */
static bool names_host(const char *item, const char *host)
{
	if (text_starts(item, "*."))
		item++;
	if (item[0] == '.')
		item++;
	size_t n = without_last_dot(item), length = without_last_dot(host);
	if (n == 0 || n > length ||
	    strncasecmp(host + length - n, item, n) != 0)
		return false;
	return n == length || host[length - n - 1] == '.';
}

static bool is_excepted(char *item, const char *host, uint16_t port)
{
	struct address a = read_address(host);

	if (text_equal(item, "*"))
		return true;
	if (!take_item_port(item, port))
		return false;
	return a.bits ? names_network(item, &a) : names_host(item, host);
}

static int find_exception(bool *found, const char *list, const char *host,
			  uint16_t port)
{
	char *rest = NULL, *copy = text_copy(list ? list : "");

	if (!copy)
		return PROBLEM_MEMORY;
	*found = false;
	for (char *item = strtok_r(copy, ", \t", &rest); item && !*found;
	     item = strtok_r(NULL, ", \t", &rest))
		*found = is_excepted(item, host, port);
	free(copy);
	return 0;
}

/* --- the proxy's address --- */

/* Decodes %XX in place; false when one is broken or hides a NUL. */
static bool decode_percent(char *text)
{
	char *to = text;

	for (; *text; text++, to++) {
		char digits[3] = "", *end;
		*to = *text;
		if (*text != '%')
			continue;
		memcpy(digits, text + 1, strnlen(text + 1, 2));
		*to = (char)strtoul(digits, &end, 16);
		if (end != digits + 2 || digits[0] == '+' || digits[0] == '-' ||
		    digits[0] == ' ' || *to == '\0')
			return false;
		text += 2;
	}
	*to = '\0';
	return true;
}

static int take_login(struct proxy *x, char *login)
{
	char *colon = strchr(login, ':');

	if (colon)
		*colon = '\0';
	x->user = text_copy(login);
	x->password = text_copy(colon ? colon + 1 : "");
	if (!x->user || !x->password)
		return PROBLEM_MEMORY;
	/* a colon would move the border between the two (RFC 7617, 2) */
	if (!decode_percent(x->user) || !decode_percent(x->password) ||
	    strchr(x->user, ':'))
		return PROBLEM_USAGE;
	return 0;
}

static int take_host(struct proxy *x, char *host)
{
	size_t length = strlen(host);

	if (length > 0 && host[length - 1] == '/')
		host[length - 1] = '\0';
	char *colon = strrchr(host, ':');
	bool v6 = host[0] == '[';
	if (v6) {
		char *end = strchr(host, ']');
		if (!end || (end[1] && end[1] != ':'))
			return PROBLEM_USAGE;
		colon = end[1] ? end + 1 : NULL;
		*end = '\0';
		host++;
	}
	long port = HTTP_PORT;
	if (colon) {
		port = read_number(colon + 1, UINT16_MAX);
		*colon = '\0';
	}
	/* it stands in messages and in a request */
	bool plain = v6 ? read_address(host).bits == 128
			: strspn(host, "abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789-._") == strlen(host);
	if (port <= 0 || !plain || !*host || strlen(host) > HOST_MOST)
		return PROBLEM_USAGE;
	x->port = (uint16_t)port;
	x->host = text_copy(host);
	return x->host ? 0 : PROBLEM_MEMORY;
}

/* Cuts copy into pieces. */
static int parse(struct proxy *x, char *copy, const char **cause)
{
	char *scheme_end = strstr(copy, "://");
	int err = 0;

	*cause = "it is not http://[USER:PASSWORD@]HOST:PORT";
	if (scheme_end) {
		*scheme_end = '\0';
		if (strcasecmp(copy, "http") != 0) {
			*cause = "only proxies that are reached by http:// "
				 "are supported";
			return PROBLEM_USAGE;
		}
		copy = scheme_end + 3;
	}
	char *at = strrchr(copy, '@');
	if (at) {
		*at = '\0';
		err = take_login(x, copy);
		copy = at + 1;
	}
	return err ? err : take_host(x, copy);
}

int proxy_for(struct proxy *out, const char *scheme, const char *host,
	      uint16_t port, const struct proxy_environment *environment,
	      struct problem *p)
{
	bool https = !text_equal(scheme, "http");
	const char *url = https ? environment->https_proxy
				: environment->http_proxy;
	const char *cause = "out of memory";
	char *copy = NULL;
	bool direct = true;
	int err = 0;

	*out = (struct proxy){0};
	if (!url || !*url)
		return 0;
	err = find_exception(&direct, environment->no_proxy, host, port);
	if (err || direct)
		goto out;
	copy = text_copy(url);
	err = copy ? parse(out, copy, &cause) : PROBLEM_MEMORY;
out:
	if (err == PROBLEM_MEMORY)
		problem_set(p, err,
			    "proxy: out of memory; close other programs");
	else if (err) /* not its value, which may hold a password */
		problem_set(p, err,
			    "%s: %s; set it to http://HOST:PORT, or name %s "
			    "in NO_PROXY",
			    https ? "HTTPS_PROXY" : "http_proxy", cause, host);
	if (copy)
		explicit_bzero(copy, strlen(url));
	free(copy);
	if (err)
		proxy_deinit(out);
	return err;
}

void proxy_name(char out[PROXY_NAME_SIZE], const struct proxy *x)
{
	snprintf(out, PROXY_NAME_SIZE,
		 strchr(x->host, ':') ? "proxy [%s]:%u" : "proxy %s:%u",
		 x->host, (unsigned)x->port);
}

static enum transport_failure failure_of(int status)
{
	switch (status) {
	case 0:
		return TRANSPORT_NO_PROXY;
	case 407:
		return TRANSPORT_PROXY_PASSWORD;
	case 502:
	case 503:
	case 504:
		return TRANSPORT_PROXY_UNABLE;
	default:
		return TRANSPORT_PROXY_FORBIDS;
	}
}

int proxy_problem(struct problem *p, const char *proxy, const char *target,
		  int status)
{
	char number[16];
	const struct failure_word words[] = {{'D', number}, {'T', target}};

	snprintf(number, sizeof number, "%d", status);
	return failure_set(p, transport_failure(failure_of(status)), proxy,
			   words, 2);
}

void proxy_deinit(struct proxy *x)
{
	free(x->host);
	free(x->user);
	text_wipe(x->password);
	*x = (struct proxy){0};
}
