/*
 * credentials_cache: a credentials_source that asks a provider, keeps what it
 * gave, and asks anew in time.
 */
#ifndef NET_AWS_CREDENTIALS_CACHE_H
#define NET_AWS_CREDENTIALS_CACHE_H

struct clock;
struct credentials_source;
struct provider;

/* Takes provider, also when it fails.  0 or PROBLEM_MEMORY.  When a renewal
 * fails while the old credentials are still good, those are given on and the
 * failure is logged. */
int credentials_cache_create(struct credentials_source **out, struct clock *c,
			     struct provider *provider);

#endif
