/* cognito_srp_server: the user pool's side of USER_SRP_AUTH, for tests.  It
 * shares no code with ours. */
#ifndef TESTS_SUPPORT_COGNITO_SRP_SERVER_H
#define TESTS_SUPPORT_COGNITO_SRP_SERVER_H

#include <stdbool.h>

struct srp_server;

/* pool_name: behind the "_".  client_public: SRP_A.  NULL when that is no
 * number, or 0 modulo N. */
struct srp_server *srp_server_start(const char *pool_name, const char *user_id,
				    const char *password,
				    const char *client_public);
struct srp_server *srp_server_free(struct srp_server *s);
/* Borrowed: SALT, SRP_B in hex. */
const char *srp_server_salt(const struct srp_server *s);
const char *srp_server_public(const struct srp_server *s);
/* block: the bytes of SECRET_BLOCK; signature: base64. */
bool srp_server_accepts(const struct srp_server *s, const char *block,
			const char *timestamp, const char *signature);

#endif
