#include "tests/support/cognito_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/base/text.h"
#include "net/cognito/sign_in.h"
#include "net/http/http.h"
#include "net/loop/loop.h"
#include "tests/support/folder.h"
#include "tests/support/loop_until.h"

void cognito_rig_open(struct cognito_rig *r,
		      const struct cognito_server_settings *settings)
{
	struct problem p = {0};

	*r = (struct cognito_rig){.server = cognito_server_start(settings)};
	assert_int_equal(loop_create(&r->loop), 0);
	assert_int_equal(http_create(&r->http, r->loop, NULL, &p), 0);

	const struct user_pool_settings pool = {
		.id = COGNITO_POOL,
		.client_id = COGNITO_CLIENT,
		.client_secret = settings->with_secret ? COGNITO_SECRET : NULL,
		.endpoint = cognito_server_url(r->server),
	};
	assert_int_equal(user_pool_create(&r->pool, r->http,
					  loop_clock(r->loop), &pool, &p),
			 0);
}

void cognito_rig_close(struct cognito_rig *r)
{
	assert_string_equal(cognito_server_complaint(r->server), "");
	user_pool_free(r->pool);
	http_free(r->http);
	loop_free(r->loop);
	cognito_server_stop(r->server);
	if (r->folder)
		folder_remove(r->folder);
}

struct result {
	struct cognito_tokens *out;
	struct problem why;
	bool done;
};

static void on_asked(void *arg, enum sign_in_question question,
		     const char *detail)
{
	(void)arg;
	fail_msg("asked %d %s", (int)question, detail);
}

static void on_done(void *arg, struct cognito_tokens *tokens,
		    const struct problem *why)
{
	struct result *result = arg;

	result->done = true;
	if (why) {
		result->why = *why;
		return;
	}
	*result->out = *tokens;
	*tokens = (struct cognito_tokens){0};
}

static bool is_done(void *arg)
{
	return ((struct result *)arg)->done;
}

void cognito_rig_tokens(struct cognito_rig *r, struct cognito_tokens *out)
{
	struct result result = {.out = out};
	const struct sign_in_listener listener = {.asked = on_asked,
						  .done = on_done,
						  .arg = &result};
	struct sign_in *s = NULL;

	assert_int_equal(sign_in_start(&s, r->pool, SIGN_IN_SRP, COGNITO_USER,
				       COGNITO_PASSWORD, &listener,
				       &result.why),
			 0);
	loop_until(r->loop, is_done, &result);
	assert_string_equal(result.why.text, "");
	sign_in_free(s);
}

void cognito_rig_login(struct cognito_rig *r, struct login *out,
		       int64_t left_ms)
{
	struct cognito_tokens tokens;
	struct problem p = {0};

	if (!r->folder) {
		r->folder = folder_make();
		snprintf(r->path, sizeof r->path, "%s/login.json", r->folder);
	}
	cognito_rig_tokens(r, &tokens);
	*out = (struct login){
		.user = text_copy(COGNITO_USER),
		.user_pool = text_copy(COGNITO_POOL),
		.client_id = text_copy(COGNITO_CLIENT),
		.identity_pool = text_copy(COGNITO_IDENTITY),
		.endpoint = text_copy(cognito_server_url(r->server)),
	};
	login_take_tokens(out, &tokens);
	out->expires_ms = clock_wall_ms(loop_clock(r->loop)) + left_ms;
	if (login_write(r->path, out, &p))
		fail_msg("%s", p.text);
}
