#include "net/relay/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/base/language.h"
#include "net/base/problem.h"

static int wrong(struct problem *p, const char *url, const char *why)
{
	return problem_set(p, PROBLEM_USAGE,
			   "relay %s: %s; use ws://host:port or wss://host",
			   url, why);
}

static bool take_scheme(struct relay_address *a, const char **at)
{
	if (strncasecmp(*at, "ws://", 5) == 0) {
		*at += 5;
		return true;
	}
	if (strncasecmp(*at, "wss://", 6) == 0) {
		*at += 6;
		a->tls = true;
		return true;
	}
	return false;
}

/* The host, with or without brackets; *at stands behind it then. */
static bool take_host(struct relay_address *a, const char **at)
{
	bool brackets = **at == '[';
	const char *start = *at + brackets;
	size_t n = strcspn(start, brackets ? "]" : ":/?#");

	if (n == 0 || n >= sizeof a->host || (brackets && start[n] != ']'))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)start[i] <= ' ' || start[i] == '@')
			return false;
	memcpy(a->host, start, n);
	a->host[n] = '\0';
	*at = start + n + brackets;
	return true;
}

static bool take_port(struct relay_address *a, const char **at, bool *given)
{
	char *end;

	a->port = a->tls ? 443 : 80;
	*given = **at == ':';
	if (!*given)
		return true;
	if ((*at)[1] < '0' || (*at)[1] > '9')
		return false;
	unsigned long port = strtoul(*at + 1, &end, 10);
	if (port == 0 || port > 65535)
		return false;
	a->port = (uint16_t)port;
	*at = end;
	return true;
}

static bool take_path(struct relay_address *a, const char *at)
{
	size_t n = strcspn(at, "#");

	if (*at && !strchr("/?#", *at))
		return false;
	if (n + 2 > sizeof a->path || strpbrk(at, " \t\r\n"))
		return false;
	snprintf(a->path, sizeof a->path, "%s%.*s", *at == '/' ? "" : "/",
		 (int)n, at);
	return true;
}

int relay_address_parse(struct relay_address *out, const char *url,
			struct problem *p)
{
	struct relay_address a = {0};
	const char *at = url;
	bool port_given;

	if (!take_scheme(&a, &at))
		return wrong(p, url, _("not a WebSocket address"));
	if (!take_host(&a, &at))
		return wrong(p, url, _("has no usable host name"));
	if (!take_port(&a, &at, &port_given))
		return wrong(p, url, _("has no usable port"));
	if (!take_path(&a, at))
		return wrong(p, url, _("has a path that cannot be sent"));
	bool six = strchr(a.host, ':') != NULL;
	int n = snprintf(a.header, sizeof a.header, "%s%s%s", six ? "[" : "",
			 a.host, six ? "]" : "");
	if (port_given)
		snprintf(a.header + n, sizeof a.header - (size_t)n, ":%u",
			 a.port);
	snprintf(a.name, sizeof a.name, "%s://%s", a.tls ? "wss" : "ws",
		 a.header);
	*out = a;
	return 0;
}
