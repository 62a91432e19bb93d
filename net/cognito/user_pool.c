#include "net/cognito/user_pool.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/cognito/place.h"
#include "net/cognito/tokens.h"
#include "net/cognito/user_pool_internal.h"

struct user_pool_call {
	struct user_pool *pool;
	struct exchange exchange;
	char *refresh_token, *user_id;
	struct problem first; /* why REFRESH_TOKEN_AUTH was refused */
	user_pool_done *done;
	void *arg;
};

int user_pool_create(struct user_pool **out, struct http *http,
		     const struct clock *clock,
		     const struct user_pool_settings *settings,
		     struct problem *p)
{
	char region[AWS_REGION_SIZE];
	struct user_pool *u = calloc(1, sizeof *u);
	int err = cognito_region(region, settings->id, '_', settings->region,
				 p);

	if (!err && !u)
		err = PROBLEM_MEMORY;
	if (!err)
		err = cognito_url(&u->url, "cognito-idp", region,
				  settings->endpoint, p);
	if (err)
		goto out;
	u->clock = clock;
	u->name = text_format("user pool %s", settings->id);
	u->id = text_copy(settings->id);
	u->client_id = text_copy(settings->client_id);
	u->client_secret = text_copy(settings->client_secret);
	if (!u->name || !u->id || !u->client_id ||
	    !u->client_secret != !settings->client_secret)
		err = PROBLEM_MEMORY;
	u->to = (struct exchange_to){
		.http = http,
		.name = u->name,
		.url = u->url,
		.service = COGNITO_USER_POOLS,
	};
out:
	if (err) {
		problem_add(p, err, "user pool: not enough memory; try again");
		user_pool_free(u);
	} else {
		*out = u;
	}
	return err;
}

struct user_pool *user_pool_free(struct user_pool *u)
{
	if (!u)
		return NULL;
	free(u->name);
	free(u->url);
	free(u->id);
	free(u->client_id);
	text_wipe(u->client_secret);
	free(u);
	return NULL;
}

void user_pool_write_hash(const struct user_pool *u, struct bytes *body,
			  const char *user)
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	struct bytes text;

	if (!u->client_secret)
		return;
	bytes_init(&text, USER_POOL_BODY_MOST);
	bytes_append_text(&text, user);
	bytes_append_text(&text, u->client_id);
	if (!text.failed &&
	    HMAC(EVP_sha256(), u->client_secret, (int)strlen(u->client_secret),
		 text.data, text.length, raw, &length))
		json_base64(body, "SECRET_HASH", raw, length);
	else
		body->failed = text.failed ? text.failed : PROBLEM_MEMORY;
	bytes_deinit(&text);
}

/* --- refresh and revocation --- */

struct user_pool_call *user_pool_call_free(struct user_pool_call *c)
{
	if (!c)
		return NULL;
	exchange_cancel(&c->exchange);
	text_wipe(c->refresh_token);
	free(c->user_id);
	free(c);
	return NULL;
}

static int call_create(struct user_pool_call **out, struct user_pool *u,
		       const char *refresh_token, const char *user_id,
		       user_pool_done *done, void *arg, struct problem *p)
{
	struct user_pool_call *c = calloc(1, sizeof *c);

	if (c) {
		c->pool = u;
		c->done = done;
		c->arg = arg;
		c->refresh_token = text_copy(refresh_token);
		c->user_id = text_copy(user_id);
	}
	if (!c || !c->refresh_token || !c->user_id) {
		user_pool_call_free(c);
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: not enough memory; try again", u->name);
	}
	*out = c;
	return 0;
}

/* Members of GetTokensFromRefreshToken and RevokeToken, but for the token. */
static void write_client(struct bytes *body, const struct user_pool *u)
{
	json_string(body, "ClientId", u->client_id);
	if (u->client_secret)
		json_string(body, "ClientSecret", u->client_secret);
}

static void refuse(const struct user_pool_call *c, struct problem *p,
		   enum cognito_purpose purpose,
		   const struct cognito_refusal *refusal)
{
	const char *secrets[] = {c->refresh_token, c->pool->client_secret,
				 NULL};

	cognito_refusal_problem(p, c->pool->name, purpose, refusal, secrets);
}

static void deliver(struct user_pool_call *c, const struct cJSON *json)
{
	struct cognito_tokens tokens;
	struct problem p = {0};
	int err = cognito_tokens_read(&tokens, json,
				      clock_wall_ms(c->pool->clock));

	if (err) {
		problem_set(&p, err, "%s: its tokens are not usable; try again",
			    c->pool->name);
		c->done(c->arg, NULL, &p);
		return;
	}
	c->done(c->arg, &tokens, NULL);
	cognito_tokens_clear(&tokens);
}

static void on_rotated(void *arg, const struct exchange_answer *a)
{
	struct user_pool_call *c = arg;
	struct problem p = c->first; /* done() may free c */

	if (a->json) {
		deliver(c, a->json);
		return;
	}
	/* a login that has ended is that, whatever is said of rotation */
	if (a->refusal && p.code != PROBLEM_DENIED)
		refuse(c, &p, COGNITO_REFRESH, a->refusal);
	c->done(c->arg, NULL, a->why ? a->why : &p);
}

static int send_rotating(struct user_pool_call *c, struct problem *p)
{
	struct bytes body;

	bytes_init_secret(&body, USER_POOL_BODY_MOST);
	json_open_object(&body, NULL);
	json_string(&body, "RefreshToken", c->refresh_token);
	write_client(&body, c->pool);
	json_close_object(&body);
	return exchange_send(&c->exchange, &c->pool->to,
			     "GetTokensFromRefreshToken", &body, on_rotated, c,
			     p);
}

/* With rotation on, the pool refuses REFRESH_TOKEN_AUTH; the API reference
 * does not fix the name of that exception. */
static bool may_be_rotation(const struct cognito_refusal *r)
{
	return cognito_refusal_is(r, "NotAuthorizedException") ||
	       cognito_refusal_is(r, "InvalidParameterException") ||
	       cognito_refusal_is(r, "UnsupportedOperationException") ||
	       cognito_refusal_is(r, "OperationNotEnabledException");
}

static void on_refreshed(void *arg, const struct exchange_answer *a)
{
	struct user_pool_call *c = arg;
	struct problem p = {0};

	if (a->json) {
		deliver(c, a->json);
		return;
	}
	if (a->why) {
		c->done(c->arg, NULL, a->why);
		return;
	}
	refuse(c, &p, COGNITO_REFRESH, a->refusal);
	c->first = p;
	if (may_be_rotation(a->refusal)) {
		p.code = 0;
		if (send_rotating(c, &p) == 0)
			return;
	}
	c->done(c->arg, NULL, &p);
}

int user_pool_refresh(struct user_pool_call **out, struct user_pool *u,
		      const char *refresh_token, const char *user_id,
		      user_pool_done *done, void *arg, struct problem *p)
{
	struct user_pool_call *c = NULL;
	struct bytes body;
	int err = call_create(&c, u, refresh_token, user_id, done, arg, p);

	if (err)
		return err;
	bytes_init_secret(&body, USER_POOL_BODY_MOST);
	json_open_object(&body, NULL);
	json_string(&body, "AuthFlow", "REFRESH_TOKEN_AUTH");
	json_string(&body, "ClientId", u->client_id);
	json_open_object(&body, "AuthParameters");
	json_string(&body, "REFRESH_TOKEN", refresh_token);
	user_pool_write_hash(u, &body, user_id);
	json_close_object(&body);
	json_close_object(&body);
	err = exchange_send(&c->exchange, &u->to, "InitiateAuth", &body,
			    on_refreshed, c, p);
	if (err)
		user_pool_call_free(c);
	else
		*out = c;
	return err;
}

static void on_revoked(void *arg, const struct exchange_answer *a)
{
	struct user_pool_call *c = arg;
	struct problem p = {0};

	if (a->refusal)
		refuse(c, &p, COGNITO_REVOKE, a->refusal);
	c->done(c->arg, NULL, a->why ? a->why : p.code ? &p : NULL);
}

int user_pool_revoke(struct user_pool_call **out, struct user_pool *u,
		     const char *refresh_token, user_pool_done *done, void *arg,
		     struct problem *p)
{
	struct user_pool_call *c = NULL;
	struct bytes body;
	int err = call_create(&c, u, refresh_token, "", done, arg, p);

	if (err)
		return err;
	bytes_init_secret(&body, USER_POOL_BODY_MOST);
	json_open_object(&body, NULL);
	json_string(&body, "Token", refresh_token);
	write_client(&body, u);
	json_close_object(&body);
	err = exchange_send(&c->exchange, &u->to, "RevokeToken", &body,
			    on_revoked, c, p);
	if (err)
		user_pool_call_free(c);
	else
		*out = c;
	return err;
}
