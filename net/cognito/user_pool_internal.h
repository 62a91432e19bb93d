/* user_pool_internal: what user_pool.c and sign_in.c share. */
#ifndef NET_COGNITO_USER_POOL_INTERNAL_H
#define NET_COGNITO_USER_POOL_INTERNAL_H

#include "net/cognito/exchange.h"
#include "net/cognito/user_pool.h"

struct bytes;

enum { USER_POOL_BODY_MOST = 64 * 1024 };

struct user_pool {
	const struct clock *clock; /* borrowed */
	struct exchange_to to;
	char *name, *url; /* owned, in `to` */
	char *id, *client_id;
	char *client_secret; /* NULL: none */
};

/* base64(HMAC-SHA256(client secret, user | client id)) as member SECRET_HASH;
 * nothing when the client has no secret. */
void user_pool_write_hash(const struct user_pool *u, struct bytes *body,
			  const char *user);

#endif
