/* login_source: AWS credentials by a school's login, for habla talk. */
#ifndef CLIENT_LOGIN_LOGIN_SOURCE_H
#define CLIENT_LOGIN_LOGIN_SOURCE_H

#include <stdbool.h>

struct credentials_source;
struct loop;
struct problem;
struct provider;
struct settings;

/* By --guest, or --identity-pool as a flag: whatever other AWS credentials
 * there are. */
bool login_is_asked_for(const struct settings *s);
/* There is one to fall back on: HABLA_IDENTITY_POOL, or a login that names an
 * identity pool (also one that cannot be read, so that its cause is told). */
bool login_gives_credentials(const struct settings *s);

/* On the loop's thread; l outlives the result.  A provider for a chain, or a
 * source by itself.  PROBLEM_USAGE, PROBLEM_MEMORY; that nobody is signed in is
 * told when credentials are asked for. */
int login_provider(struct provider **out, struct loop *l,
		   const struct settings *s, struct problem *p);
int login_credentials_source(struct credentials_source **out, struct loop *l,
			     const struct settings *s, struct problem *p);

#endif
