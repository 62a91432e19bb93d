/* origin: which web pages may talk to this relay. */
#ifndef NET_RELAY_SERVER_ORIGIN_H
#define NET_RELAY_SERVER_ORIGIN_H

#include <stdbool.h>

/* origin is the header's value; NULL or "" (no browser) is allowed, pages from
 * loopback are, and those that `allowed` (may be NULL, comma-separated) names
 * by scheme, host and port. */
bool origin_allowed(const char *origin, const char *allowed);

#endif
