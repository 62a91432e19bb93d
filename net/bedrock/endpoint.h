/* endpoint: where a Bedrock stream is opened, from a URL or a region. */
#ifndef NET_BEDROCK_ENDPOINT_H
#define NET_BEDROCK_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

struct problem;

enum { ENDPOINT_HOST_SIZE = 254 };

struct endpoint {
	bool tls;
	char host[ENDPOINT_HOST_SIZE]; /* "::1" without brackets */
	uint16_t port;
	/* as in :authority and in the signed host header: brackets, and the
	 * port when it is not the scheme's own */
	char authority[ENDPOINT_HOST_SIZE + 10];
};

/* "https://host[:port][/]" or, to loopback only, "http://...".
 * PROBLEM_USAGE with a line about the URL. */
int endpoint_parse(struct endpoint *out, const char *url, struct problem *p);

/* https://bedrock-runtime.<region>.amazonaws.com (.cn for China).
 * PROBLEM_USAGE when region cannot be one; PROBLEM_MEMORY. */
int endpoint_for_region(struct endpoint *out, const char *region,
			struct problem *p);

#endif
