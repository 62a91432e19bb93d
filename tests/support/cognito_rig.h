/* cognito_rig: a loop, an HTTP client and a cognito_server, for tests of
 * net/cognito. */
#ifndef TESTS_SUPPORT_COGNITO_RIG_H
#define TESTS_SUPPORT_COGNITO_RIG_H

#include "net/base/problem.h"
#include "net/cognito/login_file.h"
#include "net/cognito/tokens.h"
#include "net/cognito/user_pool.h"
#include "tests/support/cognito_server.h"

struct http;
struct loop;

struct cognito_rig {
	struct loop *loop;
	struct http *http;
	struct cognito_server *server;
	struct user_pool *pool;
	char *folder;   /* made when asked for */
	char path[512]; /* of a login in it */
};

void cognito_rig_open(struct cognito_rig *r,
		      const struct cognito_server_settings *settings);
void cognito_rig_close(struct cognito_rig *r);

/* A login as sign_in gives it, whose tokens live left_ms more (may be
 * negative); written to r->path.  The caller clears it. */
void cognito_rig_login(struct cognito_rig *r, struct login *out,
		       int64_t left_ms);

/* Signs the user in, without questions; the caller clears the tokens. */
void cognito_rig_tokens(struct cognito_rig *r, struct cognito_tokens *out);

#endif
