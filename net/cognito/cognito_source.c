#include "net/cognito/cognito_source.h"

#include <stdbool.h>
#include <stdlib.h>

#include "net/aws/credentials.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/cognito/fresh_login.h"
#include "net/cognito/identity_pool.h"
#include "net/cognito/login_file.h"
#include "net/loop/loop.h"

struct cognito_source {
	struct credentials_source source; /* first, for the seam */
	struct loop *loop;
	struct http *http;
	char *login_path, *identity_pool, *endpoint;

	struct credentials kept;                    /* key_id NULL: none */
	struct credentials_call *waiting, *telling; /* oldest first */
	struct timer timer; /* the turn of the loop after a get() */
	struct fresh_login *login_call;
	struct identity_call *identity_call;
};

static struct cognito_source *of(struct credentials_source *s)
{
	return (struct cognito_source *)s;
}

static void end_calls(struct cognito_source *s)
{
	s->login_call = fresh_login_free(s->login_call);
	s->identity_call = identity_call_free(s->identity_call);
}

/* Who asks again inside done() waits for the next round. */
static void tell(struct cognito_source *s, const struct problem *why)
{
	s->telling = s->waiting;
	s->waiting = NULL;
	while (s->telling) {
		struct credentials_call *c = s->telling;
		s->telling = c->next;
		c->source = NULL;
		c->done(c->arg, why ? NULL : &s->kept, why);
	}
}

static void fail(struct cognito_source *s, const struct problem *why)
{
	struct problem p = *why; /* why may be in what is freed here */

	end_calls(s);
	tell(s, &p);
}

static void on_credentials(void *arg, const struct credentials *credentials,
			   const struct problem *why)
{
	struct cognito_source *s = arg;
	struct problem p = {0};

	if (!credentials) {
		fail(s, why);
		return;
	}
	credentials_clear(&s->kept);
	if (credentials_copy(&s->kept, credentials)) {
		problem_set(&p, PROBLEM_MEMORY,
			    "AWS credentials: not enough memory; try again");
		fail(s, &p);
		return;
	}
	end_calls(s);
	tell(s, NULL);
}

static void ask_pool(struct cognito_source *s, const struct login *login)
{
	struct problem p = {0};
	struct identity_pool pool = {
		.id = s->identity_pool,
		.endpoint = s->endpoint,
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
		err = identity_pool_get(&s->identity_call, s->http, &pool,
					on_credentials, s, &p);
	if (err)
		fail(s, &p);
}

static void on_login(void *arg, const struct login *login,
		     const struct problem *why)
{
	struct cognito_source *s = arg;

	if (login)
		ask_pool(s, login);
	else
		fail(s, why);
}

static bool kept_is_good(const struct cognito_source *s)
{
	return s->kept.key_id &&
	       s->kept.expires_ms - clock_wall_ms(loop_clock(s->loop)) >=
		       CREDENTIALS_MARGIN_MS;
}

static void begin(void *arg)
{
	struct cognito_source *s = arg;
	struct problem p = {0};

	if (!s->waiting || s->login_call || s->identity_call)
		return;
	if (kept_is_good(s)) {
		tell(s, NULL);
	} else if (!s->login_path) {
		ask_pool(s, NULL);
	} else if (fresh_login_get(&s->login_call, s->loop, s->http,
				   s->login_path, on_login, s)) {
		problem_set(&p, PROBLEM_MEMORY,
			    "AWS credentials: not enough memory; try again");
		fail(s, &p);
	}
}

static void get(struct credentials_source *source, struct credentials_call *c)
{
	struct cognito_source *s = of(source);
	struct credentials_call **at = &s->waiting;

	while (*at)
		at = &(*at)->next;
	*at = c;
	if (!s->timer.active)
		timer_start(&s->timer, 0);
}

static void take_out(struct credentials_call **at,
		     const struct credentials_call *c)
{
	while (*at && *at != c)
		at = &(*at)->next;
	if (*at)
		*at = c->next;
}

/* What is under way goes on: its result is kept for the next one. */
static void cancel(struct credentials_source *source,
		   struct credentials_call *c)
{
	take_out(&of(source)->waiting, c);
	take_out(&of(source)->telling, c);
}

static void free_source(struct credentials_source *source)
{
	struct cognito_source *s = of(source);

	timer_stop(&s->timer);
	end_calls(s);
	credentials_clear(&s->kept);
	free(s->login_path);
	free(s->identity_pool);
	free(s->endpoint);
	free(s);
}

int cognito_source_create(struct credentials_source **out, struct loop *l,
			  struct http *h,
			  const struct cognito_source_settings *settings,
			  struct problem *p)
{
	static const struct credentials_source_ops ops = {
		.get = get,
		.cancel = cancel,
		.free = free_source,
	};
	struct cognito_source *s;

	if (!settings->login_path && !settings->identity_pool)
		return problem_set(p, PROBLEM_USAGE,
				   "guest: no identity pool is named; give "
				   "--identity-pool ID");
	s = calloc(1, sizeof *s);
	if (!s)
		return problem_set(p, PROBLEM_MEMORY,
				   "AWS credentials: not enough memory; try "
				   "again");
	s->source.ops = &ops;
	s->loop = l;
	s->http = h;
	s->login_path = text_copy(settings->login_path);
	s->identity_pool = text_copy(settings->identity_pool);
	s->endpoint = text_copy(settings->endpoint);
	timer_init(&s->timer, loop_clock(l), begin, s);
	if (!s->login_path != !settings->login_path ||
	    !s->identity_pool != !settings->identity_pool ||
	    !s->endpoint != !settings->endpoint) {
		free_source(&s->source);
		return problem_set(p, PROBLEM_MEMORY,
				   "AWS credentials: not enough memory; try "
				   "again");
	}
	*out = &s->source;
	return 0;
}
