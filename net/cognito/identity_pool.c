#include "net/cognito/identity_pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/aws/credentials.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/cognito/exchange.h"
#include "net/cognito/place.h"

enum { BODY_MOST = 64 * 1024 };

struct identity_call {
	struct exchange exchange;
	struct exchange_to to;
	char *name, *url; /* owned, in `to` */
	char *pool_id;
	char *provider, *id_token; /* NULL: a guest */
	identity_done *done;
	void *arg;
};

struct identity_call *identity_call_free(struct identity_call *c)
{
	if (!c)
		return NULL;
	exchange_cancel(&c->exchange);
	free(c->name);
	free(c->url);
	free(c->pool_id);
	free(c->provider);
	text_wipe(c->id_token);
	free(c);
	return NULL;
}

static void fail(struct identity_call *c, const struct exchange_answer *a)
{
	const char *secrets[] = {c->id_token, NULL};
	struct problem p = {0};

	if (a->refusal)
		cognito_refusal_problem(&p, c->name, COGNITO_IDENTITY,
					a->refusal, secrets);
	else
		p = *a->why;
	c->done(c->arg, NULL, &p);
}

static void fail_format(struct identity_call *c, const char *what)
{
	struct problem p = {0};

	problem_set(&p, PROBLEM_FORMAT,
		    "%s: its answer has no %s; check the endpoint, and try "
		    "again",
		    c->name, what);
	c->done(c->arg, NULL, &p);
}

static void write_logins(const struct identity_call *c, struct bytes *body)
{
	if (!c->id_token)
		return;
	json_open_object(body, "Logins");
	json_string(body, c->provider, c->id_token);
	json_close_object(body);
}

static void on_credentials(void *arg, const struct exchange_answer *a)
{
	struct identity_call *c = arg;
	struct credentials out = {0};
	struct problem p = {0};

	if (!a->json) {
		fail(c, a);
		return;
	}
	const cJSON *from = cJSON_GetObjectItemCaseSensitive(a->json,
							     "Credentials");
	/* SecretKey, where STS says SecretAccessKey */
	const char *key_id = exchange_text(from, "AccessKeyId");
	const char *secret = exchange_text(from, "SecretKey");
	const char *token = exchange_text(from, "SessionToken");
	const cJSON *expires = cJSON_GetObjectItemCaseSensitive(from,
								"Expiration");
	/* seconds since 1970, with a fraction or without */
	if (!key_id || !secret || !token || !cJSON_IsNumber(expires) ||
	    expires->valuedouble < 0 || expires->valuedouble > 1e12) {
		fail_format(c, "credentials");
		return;
	}
	out.key_id = text_copy(key_id);
	out.secret = text_copy(secret);
	out.token = text_copy(token);
	out.expires_ms = (int64_t)(expires->valuedouble * 1000);
	snprintf(out.source, sizeof out.source, "%s%s", c->name,
		 c->id_token ? "" : " (guest)");
	if (out.key_id && out.secret && out.token) {
		c->done(c->arg, &out, NULL);
	} else {
		problem_set(&p, PROBLEM_MEMORY,
			    "%s: not enough memory; try again", c->name);
		c->done(c->arg, NULL, &p);
	}
	credentials_clear(&out);
}

static void on_identity(void *arg, const struct exchange_answer *a)
{
	struct identity_call *c = arg;
	const char *identity = a->json ? exchange_text(a->json, "IdentityId")
				       : NULL;
	struct problem p = {0};
	struct bytes body;

	if (!a->json) {
		fail(c, a);
		return;
	}
	if (!identity) {
		fail_format(c, "IdentityId");
		return;
	}
	bytes_init_secret(&body, BODY_MOST);
	json_open_object(&body, NULL);
	json_string(&body, "IdentityId", identity);
	write_logins(c, &body);
	json_close_object(&body);
	if (exchange_send(&c->exchange, &c->to, "GetCredentialsForIdentity",
			  &body, on_credentials, c, &p))
		c->done(c->arg, NULL, &p);
}

static int send_first(struct identity_call *c, struct problem *p)
{
	struct bytes body;

	bytes_init_secret(&body, BODY_MOST);
	json_open_object(&body, NULL);
	json_string(&body, "IdentityPoolId", c->pool_id);
	write_logins(c, &body);
	json_close_object(&body);
	return exchange_send(&c->exchange, &c->to, "GetId", &body, on_identity,
			     c, p);
}

static int take_settings(struct identity_call *c,
			 const struct identity_pool *pool, struct problem *p)
{
	char region[AWS_REGION_SIZE], school[AWS_REGION_SIZE];
	int err = cognito_region(region, pool->id, ':', pool->region, p);

	if (!err && pool->id_token)
		err = cognito_region(school, pool->user_pool, '_',
				     pool->user_pool_region, p);
	if (!err)
		err = cognito_url(&c->url, "cognito-identity", region,
				  pool->endpoint, p);
	if (err)
		return err;
	c->name = text_format("identity pool %s", pool->id);
	c->pool_id = text_copy(pool->id);
	if (pool->id_token) {
		/* the provider's name, wherever the pool is reached */
		c->provider = text_format("cognito-idp.%s.amazonaws.com/%s",
					  school, pool->user_pool);
		c->id_token = text_copy(pool->id_token);
	}
	return c->name && c->pool_id && !c->provider == !pool->id_token &&
			       !c->id_token == !pool->id_token
		       ? 0
		       : PROBLEM_MEMORY;
}

int identity_pool_get(struct identity_call **out, struct http *h,
		      const struct identity_pool *pool, identity_done *done,
		      void *arg, struct problem *p)
{
	struct identity_call *c = calloc(1, sizeof *c);
	int err = c ? take_settings(c, pool, p) : PROBLEM_MEMORY;

	if (!err) {
		c->done = done;
		c->arg = arg;
		c->to = (struct exchange_to){
			.http = h,
			.name = c->name,
			.url = c->url,
			.service = COGNITO_IDENTITY_POOLS,
		};
		err = send_first(c, p);
	}
	if (err) {
		problem_add(p, err,
			    "identity pool: not enough memory; try again");
		identity_call_free(c);
	} else {
		*out = c;
	}
	return err;
}
