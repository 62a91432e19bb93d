#include "net/bedrock/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/aws/region.h"
#include "net/base/host.h"
#include "net/base/problem.h"
#include "net/base/text.h"

static int bad_url(struct problem *p, const char *url, const char *cause)
{
	return problem_set(p, PROBLEM_USAGE,
			   "endpoint %s: %s; give --endpoint "
			   "https://HOST[:PORT]",
			   url, cause);
}

/* The host at *at, in brackets when it is an IPv6 address; moves on. */
static int take_host(struct endpoint *e, const char **at)
{
	bool brackets = **at == '[';
	const char *from = *at + brackets;
	size_t length = strcspn(from, brackets ? "]" : ":/?#");
	struct in6_addr v6;

	if (length == 0 || length >= sizeof e->host)
		return PROBLEM_USAGE;
	memcpy(e->host, from, length);
	e->host[length] = '\0';
	*at = from + length;
	if (!brackets)
		return strpbrk(e->host, " @[]\\%\"<>") ? PROBLEM_USAGE : 0;
	if (**at != ']' || inet_pton(AF_INET6, e->host, &v6) != 1)
		return PROBLEM_USAGE;
	(*at)++;
	return 0;
}

static int take_port(struct endpoint *e, const char **at)
{
	unsigned long port;
	char *end;

	e->port = e->tls ? 443 : 80;
	if (**at != ':')
		return 0;
	const char *digits = *at + 1;
	if (*digits < '0' || *digits > '9')
		return PROBLEM_USAGE;
	port = strtoul(digits, &end, 10);
	if (port == 0 || port > UINT16_MAX || end - digits > 5)
		return PROBLEM_USAGE;
	e->port = (uint16_t)port;
	*at = end;
	return 0;
}

static void write_authority(struct endpoint *e)
{
	bool v6 = strchr(e->host, ':') != NULL;
	char port[8] = "";

	if (e->port != (e->tls ? 443 : 80))
		snprintf(port, sizeof port, ":%u", (unsigned)e->port);
	snprintf(e->authority, sizeof e->authority, "%s%s%s%s", v6 ? "[" : "",
		 e->host, v6 ? "]" : "", port);
}

int endpoint_parse(struct endpoint *out, const char *url, struct problem *p)
{
	struct endpoint e = {.tls = true};
	const char *at = url;

	if (strncasecmp(url, "https://", 8) == 0) {
		at += 8;
	} else if (strncasecmp(url, "http://", 7) == 0) {
		at += 7;
		e.tls = false;
	} else {
		return bad_url(p, url, "it does not begin with https://");
	}
	if (take_host(&e, &at))
		return bad_url(p, url, "its host name is wrong");
	if (take_port(&e, &at))
		return bad_url(p, url, "its port is not a number to 65535");
	if (*at == '/')
		at++;
	if (*at)
		return bad_url(p, url, "it has something behind the host");
	if (!e.tls && !host_is_loopback(e.host))
		return bad_url(p, url,
			       "clear text (http) is allowed to this machine "
			       "only, because the signature's keys and the "
			       "learner's voice could be overheard");
	write_authority(&e);
	*out = e;
	return 0;
}

int endpoint_for_region(struct endpoint *out, const char *region,
			struct problem *p)
{
	char *url;
	int err;

	if (!aws_region_is_name(region, strlen(region)))
		return problem_set(p, PROBLEM_USAGE,
				   "region \"%s\": not the name of an AWS "
				   "region; give one such as --region "
				   "us-east-1",
				   region);
	url = aws_service_url("bedrock-runtime", region);
	err = url ? endpoint_parse(out, url, p)
		  : problem_set(p, PROBLEM_MEMORY, "AWS: out of memory");
	free(url);
	return err;
}
