/* login_source: AWS credentials by a school's login, for habla talk. */
#ifndef CLIENT_LOGIN_LOGIN_SOURCE_H
#define CLIENT_LOGIN_LOGIN_SOURCE_H

#include <stdbool.h>

struct credentials_source;
struct loop;
struct problem;
struct provider;
struct settings;

/* Whether a person has set that up: --guest, --identity-pool, or a login that
 * names an identity pool (also one that cannot be read, so that its cause is
 * told).  For use when no AWS credentials are configured. */
bool login_gives_credentials(const struct settings *s);

/* On the loop's thread; l outlives the result.  A provider for a chain, or a
 * source by itself.  PROBLEM_USAGE, PROBLEM_MEMORY; that nobody is signed in is
 * told when credentials are asked for. */
int login_provider(struct provider **out, struct loop *l,
		   const struct settings *s, struct problem *p);
int login_credentials_source(struct credentials_source **out, struct loop *l,
			     const struct settings *s, struct problem *p);

#endif
