#include "net/cognito/cognito_source.h"

#include <stdlib.h>

#include "net/aws/credentials.h"
#include "net/aws/credentials_cache.h"
#include "net/aws/provider.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/cognito/fresh_login.h"
#include "net/cognito/identity_pool.h"
#include "net/cognito/login_file.h"
#include "net/http/http.h"
#include "net/loop/loop.h"

struct cognito {
	struct provider base; /* first */
	struct loop *loop;    /* borrowed */
	struct http *http;    /* owned */
	char *login_path, *identity_pool, *endpoint;

	/* --- of the fetch that is under way */
	struct fresh_login *login_call;
	struct identity_call *identity_call;
	/* The answer is given in a turn of its own, because the one who gets it
	 * may free us, and http must not be freed inside its own callback. */
	struct timer turn;
	struct credentials got;
	struct problem why; /* code 0: got holds */
};

static struct cognito *cognito_of(struct provider *v)
{
	return (struct cognito *)(void *)v;
}

static void end_fetch(struct cognito *c)
{
	c->login_call = fresh_login_free(c->login_call);
	c->identity_call = identity_call_free(c->identity_call);
}

static void on_turn(void *arg)
{
	struct cognito *c = arg;

	end_fetch(c);
	if (c->why.code)
		provider_fail(&c->base, &c->why);
	else
		provider_give(&c->base, &c->got);
}

static void fail(struct cognito *c, const struct problem *why)
{
	c->why = *why;
	timer_start(&c->turn, 0);
}

static void on_credentials(void *arg, const struct credentials *credentials,
			   const struct problem *why)
{
	struct cognito *c = arg;

	if (!credentials) {
		fail(c, why);
		return;
	}
	if (credentials_copy(&c->got, credentials))
		problem_set(&c->why, PROBLEM_MEMORY,
			    "AWS credentials: not enough memory; try again");
	timer_start(&c->turn, 0);
}

static void ask_pool(struct cognito *c, const struct login *login)
{
	struct problem p = {0};
	struct identity_pool pool = {
		.id = c->identity_pool,
		.endpoint = c->endpoint,
	};
	int err = 0;

	if (login) {
		pool.endpoint = login->endpoint;
		pool.region = login->region;
		pool.user_pool = login->user_pool;
		pool.user_pool_region = login->region;
		pool.id_token = login->id_token;
		if (!pool.id)
			pool.id = login->identity_pool;
	}
	if (!pool.id)
		err = problem_set(&p, PROBLEM_DENIED,
				  "AWS credentials: no identity pool is named; "
				  "set HABLA_IDENTITY_POOL, or sign in with "
				  "habla login --identity-pool ID");
	if (!err)
		err = identity_pool_get(&c->identity_call, c->http, &pool,
					on_credentials, c, &p);
	if (err)
		fail(c, &p);
}

static void on_login(void *arg, const struct login *login,
		     const struct problem *why)
{
	struct cognito *c = arg;

	if (login)
		ask_pool(c, login);
	else
		fail(c, why);
}

static void cognito_start(struct provider *v)
{
	struct cognito *c = cognito_of(v);
	struct problem p = {0};

	c->why = (struct problem){0};
	if (!c->login_path) {
		ask_pool(c, NULL);
	} else if (fresh_login_get(&c->login_call, c->loop, c->http,
				   c->login_path, on_login, c)) {
		problem_set(&p, PROBLEM_MEMORY,
			    "AWS credentials: not enough memory; try again");
		fail(c, &p);
	}
}

static void cognito_free(struct provider *v)
{
	struct cognito *c = cognito_of(v);

	timer_stop(&c->turn);
	end_fetch(c);
	http_free(c->http);
	credentials_clear(&c->got);
	free(c->login_path);
	free(c->identity_pool);
	free(c->endpoint);
	free(c);
}

int cognito_provider_create(struct provider **out, struct loop *l,
			    const struct cognito_source_settings *settings,
			    struct problem *p)
{
	static const struct provider_ops ops = {cognito_start, cognito_free};

	if (!settings->login_path && !settings->identity_pool)
		return problem_set(p, PROBLEM_USAGE,
				   "guest: no identity pool is named; give "
				   "--identity-pool ID");

	struct cognito *c = calloc(1, sizeof *c);
	if (!c)
		return problem_set(p, PROBLEM_MEMORY,
				   "AWS credentials: not enough memory; try "
				   "again");
	c->base.ops = &ops;
	c->loop = l;
	c->login_path = text_copy(settings->login_path);
	c->identity_pool = text_copy(settings->identity_pool);
	c->endpoint = text_copy(settings->endpoint);
	timer_init(&c->turn, loop_clock(l), on_turn, c);
	int err = http_create(&c->http, l, settings->ca_file, p);
	if (!c->login_path != !settings->login_path ||
	    !c->identity_pool != !settings->identity_pool ||
	    !c->endpoint != !settings->endpoint)
		err = problem_set(p, PROBLEM_MEMORY,
				  "AWS credentials: not enough memory; try "
				  "again");
	if (err)
		cognito_free(&c->base);
	else
		*out = &c->base;
	return err;
}

int cognito_source_create(struct credentials_source **out, struct loop *l,
			  const struct cognito_source_settings *settings,
			  struct problem *p)
{
	struct provider *provider = NULL;
	int err = cognito_provider_create(&provider, l, settings, p);

	if (err)
		return err;
	err = credentials_cache_create(out, loop_clock(l), provider);
	return err ? problem_set(p, err,
				 "AWS credentials: not enough memory; try "
				 "again")
		   : 0;
}
