#include "net/cognito/fresh_login.h"

#include <stdbool.h>
#include <stdlib.h>

#include "net/base/clock.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/cognito/login_file.h"
#include "net/cognito/login_lock.h"
#include "net/cognito/tokens.h"
#include "net/cognito/user_pool.h"
#include "net/loop/loop.h"

/* Nobody tells of a lock that is let go.  Its holder waits for two answers at
 * most, each within HTTP_TIMEOUT_MS. */
enum { LOOK_US = 50 * 1000, LOOKS_MOST = 600 };

struct fresh_login {
	struct clock *clock;
	struct http *http;
	char *path;
	struct timer timer;
	unsigned looks;
	struct login_lock lock; /* fd -1: not held */
	struct login login;
	struct user_pool *pool;
	struct user_pool_call *call;
	fresh_login_done *done;
	void *arg;
};

struct fresh_login *fresh_login_free(struct fresh_login *f)
{
	if (!f)
		return NULL;
	timer_stop(&f->timer);
	user_pool_call_free(f->call);
	user_pool_free(f->pool);
	login_lock_release(&f->lock);
	login_clear(&f->login);
	free(f->path);
	free(f);
	return NULL;
}

static void fail(struct fresh_login *f, const struct problem *p)
{
	login_lock_release(&f->lock);
	f->done(f->arg, NULL, p);
}

static void succeed(struct fresh_login *f)
{
	login_lock_release(&f->lock);
	f->done(f->arg, &f->login, NULL);
}

static int read_again(struct fresh_login *f, struct problem *p)
{
	bool found;

	login_clear(&f->login);
	int err = login_read(&f->login, &found, f->path, p);
	if (err || found)
		return err;
	return problem_set(p, PROBLEM_DENIED,
			   "not signed in; sign in with habla login");
}

static bool is_good(const struct fresh_login *f)
{
	return f->login.expires_ms - clock_wall_ms(f->clock) >=
	       FRESH_LOGIN_MARGIN_MS;
}

static void on_tokens(void *arg, struct cognito_tokens *tokens,
		      const struct problem *why)
{
	struct fresh_login *f = arg;
	struct problem p = {0};

	if (!tokens) {
		p = *why;
		fail(f, &p);
		return;
	}
	login_take_tokens(&f->login, tokens);
	/* the tokens are good for now, even if they cannot be kept */
	if (login_write(f->path, &f->login, &p))
		log_warn("cognito", "the renewed login is not kept: %s",
			 p.text);
	succeed(f);
}

static int renew(struct fresh_login *f, struct problem *p)
{
	struct user_pool_settings pool = login_pool(&f->login);

	if (!f->login.refresh_token)
		return problem_set(p, PROBLEM_DENIED,
				   "the login of %s has ended; sign in again: "
				   "habla login",
				   f->login.user);
	int err = user_pool_create(&f->pool, f->http, f->clock, &pool, p);
	if (!err)
		err = user_pool_refresh(&f->call, f->pool,
					f->login.refresh_token,
					f->login.user_id, on_tokens, f, p);
	return err;
}

/* Under the lock: another process may have renewed it meanwhile. */
static void look(void *arg)
{
	struct fresh_login *f = arg;
	struct problem p = {0};
	int err = login_lock_take(&f->lock, f->path, false, &p);

	if (err == PROBLEM_BUSY && ++f->looks < LOOKS_MOST) {
		timer_init(&f->timer, f->clock, look, f);
		timer_start(&f->timer, LOOK_US);
		return;
	}
	if (!err)
		err = read_again(f, &p);
	if (!err && is_good(f)) {
		succeed(f);
		return;
	}
	if (!err)
		err = renew(f, &p);
	if (err)
		fail(f, &p);
}

/* Without the lock, because most often nothing is to be done. */
static void begin(void *arg)
{
	struct fresh_login *f = arg;
	struct problem p = {0};

	if (read_again(f, &p))
		fail(f, &p);
	else if (is_good(f))
		succeed(f);
	else
		look(f);
}

int fresh_login_get(struct fresh_login **out, struct loop *l, struct http *h,
		    const char *path, fresh_login_done *done, void *arg)
{
	struct fresh_login *f = calloc(1, sizeof *f);

	if (!f)
		return PROBLEM_MEMORY;
	f->lock.fd = -1;
	f->clock = loop_clock(l);
	f->http = h;
	f->path = text_copy(path);
	f->done = done;
	f->arg = arg;
	timer_init(&f->timer, f->clock, begin, f);
	if (!f->path) {
		fresh_login_free(f);
		return PROBLEM_MEMORY;
	}
	timer_start(&f->timer, 0);
	*out = f;
	return 0;
}
