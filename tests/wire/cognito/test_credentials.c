/* From a login on disk to AWS credentials: renewal, rotation, revocation, the
 * identity pool, and what happens when two ask at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/base/clock.h"
#include "net/base/text.h"
#include "net/cognito/cognito_source.h"
#include "net/cognito/fresh_login.h"
#include "net/cognito/login_lock.h"
#include "net/loop/loop.h"
#include "tests/support/cognito_rig.h"
#include "tests/support/http_server.h"
#include "tests/support/loop_until.h"

enum { HOUR_MS = 3600 * 1000 };

/* One question of credentials, and its answer. */
struct ask {
	struct credentials_call call;
	struct credentials got;
	struct problem why;
	unsigned answered;
};

static void on_credentials(void *arg, const struct credentials *credentials,
			   const struct problem *why)
{
	struct ask *a = arg;

	assert_true(!credentials == !!why);
	a->answered++;
	credentials_clear(&a->got);
	a->why = (struct problem){0};
	if (why)
		a->why = *why;
	else
		assert_int_equal(credentials_copy(&a->got, credentials), 0);
}

static bool is_answered(void *arg)
{
	return ((struct ask *)arg)->answered > 0;
}

static void ask_and_wait(struct cognito_rig *r, struct credentials_source *s,
			 struct ask *a)
{
	a->answered = 0;
	credentials_get(s, &a->call, on_credentials, a);
	assert_int_equal(a->answered, 0); /* never from within */
	loop_until(r->loop, is_answered, a);
	assert_int_equal(a->answered, 1);
}

static struct credentials_source *source_of(struct cognito_rig *r,
					    const char *identity_pool)
{
	const struct cognito_source_settings settings = {
		.login_path = r->path, .identity_pool = identity_pool};
	struct credentials_source *s = NULL;
	struct problem p = {0};

	assert_int_equal(cognito_source_create(&s, r->loop, &settings, &p), 0);
	return s;
}

static void assert_good(const struct ask *a)
{
	if (a->why.code)
		fail_msg("%s", a->why.text);
	assert_string_equal(a->got.key_id, COGNITO_KEY_ID);
	assert_string_equal(a->got.secret, COGNITO_KEY);
	assert_string_equal(a->got.token, "token-of-eu-west-1:identity-ana");
	assert_string_equal(a->got.source, "identity pool " COGNITO_IDENTITY);
}

/* --- renewal --- */

static const struct {
	const char *why;
	struct cognito_server_settings server;
	int64_t left_ms;
	unsigned by_auth, by_rotation; /* renewals granted */
} lives[] = {
	{"the tokens are good", {0}, HOUR_MS, 0, 0},
	{"just long enough", {0}, 10 * FRESH_LOGIN_MARGIN_MS, 0, 0},
	{"not long enough", {0}, FRESH_LOGIN_MARGIN_MS / 2, 1, 0},
	{"run out", {0}, -HOUR_MS, 1, 0},
	{"with a secret", {.with_secret = true}, -1, 1, 0},
	{"rotation", {.rotation = true}, -1, 0, 1},
	{"rotation, refused as not authorized",
	 {.rotation = true, .rotation_says = "NotAuthorizedException"},
	 -1,
	 0,
	 1},
	{"rotation, refused as not supported",
	 {.rotation = true, .rotation_says = "UnsupportedOperationException"},
	 -1,
	 0,
	 1},
	{"rotation, refused as not enabled",
	 {.rotation = true, .rotation_says = "OperationNotEnabledException"},
	 -1,
	 0,
	 1},
	{"rotation with a secret",
	 {.rotation = true, .with_secret = true},
	 -1,
	 0,
	 1},
};

static void a_login_gives_credentials_and_is_renewed_first(void **state)
{
	struct cognito_rig r;
	struct login login, kept;
	struct problem p = {0};
	bool found;

	(void)state;
	for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
		struct ask a = {.answered = 0};

		cognito_rig_open(&r, &lives[i].server);
		cognito_rig_login(&r, &login, lives[i].left_ms);
		if (lives[i].server.with_secret) {
			login.client_secret = text_copy(COGNITO_SECRET);
			assert_int_equal(login_write(r.path, &login, &p), 0);
		}

		unsigned before = cognito_server_granted(r.server,
							 "InitiateAuth");
		struct credentials_source *s = source_of(&r, NULL);
		ask_and_wait(&r, s, &a);
		assert_good(&a);
		assert_int_equal(cognito_server_granted(r.server,
							"InitiateAuth") -
					 before,
				 lives[i].by_auth);
		assert_int_equal(cognito_server_granted(
					 r.server, "GetTokensFromRefreshToken"),
				 lives[i].by_rotation);

		/* what was renewed is kept, for the next program */
		assert_int_equal(login_read(&kept, &found, r.path, &p), 0);
		if (lives[i].by_auth + lives[i].by_rotation == 0)
			assert_string_equal(kept.id_token, login.id_token);
		else
			assert_string_not_equal(kept.id_token, login.id_token);
		assert_string_equal(kept.refresh_token,
				    lives[i].by_rotation ? "refresh-token-2"
							 : "refresh-token-1");
		assert_string_equal(kept.user, COGNITO_USER);
		credentials_clear(&a.got);
		login_clear(&kept);
		login_clear(&login);
		credentials_source_free(s);
		cognito_rig_close(&r);
	}
}

static void a_pool_that_rotates_can_be_renewed_again_and_again(void **state)
{
	const struct cognito_server_settings server = {.rotation = true,
						       .lifetime_s = 1};
	struct cognito_rig r;
	struct login login;

	(void)state;
	cognito_rig_open(&r, &server);
	cognito_rig_login(&r, &login, -1);
	for (unsigned i = 1; i <= 3; i++) {
		struct ask a = {.answered = 0};
		struct credentials_source *s = source_of(&r, NULL);

		ask_and_wait(&r, s, &a);
		assert_good(&a);
		assert_int_equal(cognito_server_granted(
					 r.server, "GetTokensFromRefreshToken"),
				 i);
		credentials_clear(&a.got);
		credentials_source_free(s);
	}
	login_clear(&login);
	cognito_rig_close(&r);
}

/* --- what is kept in memory --- */

static const struct {
	const char *expiration; /* JSON; NULL: in an hour and a fraction */
	unsigned fetches;       /* for two questions, one after the other */
	int64_t expires_ms;     /* 0: not looked at */
} expirations[] = {
	{NULL, 1, 0},
	{"1767326645", 2, 1767326645000},
	{"1767326645.5", 2, 1767326645500},
	{"1.767326645E9", 2, 1767326645000},
	{"4102444800.0", 1, 4102444800000},
};

static void credentials_are_fetched_anew_before_they_expire(void **state)
{
	struct cognito_rig r;
	struct login login;

	(void)state;
	for (size_t i = 0; i < sizeof expirations / sizeof *expirations; i++) {
		const struct cognito_server_settings server = {
			.expiration = expirations[i].expiration};
		struct ask a = {.answered = 0};

		cognito_rig_open(&r, &server);
		cognito_rig_login(&r, &login, HOUR_MS);
		struct credentials_source *s = source_of(&r, NULL);
		ask_and_wait(&r, s, &a);
		assert_good(&a);
		if (expirations[i].expires_ms)
			assert_int_equal(a.got.expires_ms,
					 expirations[i].expires_ms);
		else
			assert_true(a.got.expires_ms >
				    clock_wall_ms(loop_clock(r.loop)));
		ask_and_wait(&r, s, &a);
		assert_good(&a);
		assert_int_equal(cognito_server_granted(
					 r.server, "GetCredentialsForIdentity"),
				 expirations[i].fetches);
		credentials_clear(&a.got);
		credentials_source_free(s);
		login_clear(&login);
		cognito_rig_close(&r);
	}
}

static bool all_answered(void *arg)
{
	struct ask *asks = arg;

	return asks[0].answered && asks[2].answered;
}

static void two_questions_at_once_are_one_fetch(void **state)
{
	const struct cognito_server_settings server = {0};
	struct ask asks[3] = {{.answered = 0}};
	struct cognito_rig r;
	struct login login;

	(void)state;
	cognito_rig_open(&r, &server);
	cognito_rig_login(&r, &login, -1);
	struct credentials_source *s = source_of(&r, NULL);
	for (size_t i = 0; i < 3; i++)
		credentials_get(s, &asks[i].call, on_credentials, &asks[i]);
	credentials_cancel(&asks[1].call);
	loop_until(r.loop, all_answered, asks);
	assert_good(&asks[0]);
	assert_good(&asks[2]);
	assert_int_equal(asks[1].answered, 0);
	credentials_cancel(&asks[0].call); /* too late, and harmless */
	assert_int_equal(cognito_server_asked(r.server, "GetId"), 1);
	credentials_clear(&asks[0].got);
	credentials_clear(&asks[2].got);
	credentials_source_free(s);
	login_clear(&login);
	cognito_rig_close(&r);
}

static bool was_asked(void *arg)
{
	struct cognito_rig *r = arg;

	return cognito_server_asked(r->server, "GetId") > 0;
}

static void a_source_may_go_while_it_is_asked(void **state)
{
	const struct cognito_server_settings server = {0};
	struct cognito_rig r;
	struct login login;
	struct ask a = {.answered = 0};

	(void)state;
	cognito_rig_open(&r, &server);
	cognito_rig_login(&r, &login, HOUR_MS);
	cognito_server_hold(r.server);
	struct credentials_source *s = source_of(&r, NULL);
	credentials_get(s, &a.call, on_credentials, &a);
	loop_until(r.loop, was_asked, &r);
	credentials_cancel(&a.call);
	credentials_source_free(s);

	s = source_of(&r, NULL);
	credentials_get(s, &a.call, on_credentials, &a);
	credentials_cancel(&a.call);
	credentials_source_free(s);
	assert_int_equal(a.answered, 0);
	login_clear(&login);
	cognito_rig_close(&r);
}

/* --- two programs --- */

struct renewal {
	struct cognito_rig *rig;
	struct fresh_login *call;
	char *id_token;
	struct problem why;
	bool done;
};

static void on_fresh(void *arg, const struct login *login,
		     const struct problem *why)
{
	struct renewal *n = arg;

	n->done = true;
	if (login)
		n->id_token = text_copy(login->id_token);
	else
		n->why = *why;
	n->call = fresh_login_free(n->call);
}

static bool both_done(void *arg)
{
	struct renewal *n = arg;

	return n[0].done && n[1].done;
}

/* The sign-in of the rig was the first. */
static bool renewal_is_held(void *arg)
{
	struct cognito_rig *r = arg;

	return cognito_server_asked(r->server, "InitiateAuth") == 2;
}

/* The lock is one of open files, so two in this program are as two programs. */
static void of_two_that_renew_at_once_one_asks_the_pool(void **state)
{
	const struct cognito_server_settings server = {.rotation = true};
	struct cognito_rig r;
	struct renewal n[2];
	struct login login;

	(void)state;
	cognito_rig_open(&r, &server);
	cognito_rig_login(&r, &login, -1);
	cognito_server_hold(r.server);
	for (size_t i = 0; i < 2; i++) {
		n[i] = (struct renewal){.rig = &r};
		assert_int_equal(fresh_login_get(&n[i].call, r.loop, r.http,
						 r.path, on_fresh, &n[i]),
				 0);
	}
	/* both have begun in one turn of the loop, so the second has met the
	 * lock by the time that the first has asked */
	loop_until(r.loop, renewal_is_held, &r);
	assert_false(n[0].done || n[1].done);
	http_server_release(cognito_server_http(r.server));
	loop_until(r.loop, both_done, n);
	assert_true(renewal_is_held(&r));
	for (size_t i = 0; i < 2; i++)
		if (n[i].why.code)
			fail_msg("%s", n[i].why.text);
	assert_string_equal(n[0].id_token, n[1].id_token);
	assert_int_equal(cognito_server_granted(r.server,
						"GetTokensFromRefreshToken"),
			 1);
	assert_int_equal(
		cognito_server_asked(r.server, "GetTokensFromRefreshToken"), 1);
	free(n[0].id_token);
	free(n[1].id_token);
	login_clear(&login);
	cognito_rig_close(&r);
}

struct pause {
	struct timer timer;
	bool over;
};

static void on_pause(void *arg)
{
	((struct pause *)arg)->over = true;
}

static bool pause_over(void *arg)
{
	return ((struct pause *)arg)->over;
}

/* Another program holds the lock, renews and lets go. */
static void what_another_program_has_renewed_is_used(void **state)
{
	const struct cognito_server_settings server = {0};
	struct cognito_rig r;
	struct renewal n[2] = {{.done = false}, {.done = true}};
	struct login login;
	struct login_lock lock;
	struct problem p = {0};
	struct pause pause = {.over = false};

	(void)state;
	cognito_rig_open(&r, &server);
	cognito_rig_login(&r, &login, -1);
	assert_int_equal(login_lock_take(&lock, r.path, true, &p), 0);
	assert_int_equal(fresh_login_get(&n[0].call, r.loop, r.http, r.path,
					 on_fresh, &n[0]),
			 0);
	/* however long: it cannot be done while the lock is held */
	timer_init(&pause.timer, loop_clock(r.loop), on_pause, &pause);
	timer_start(&pause.timer, 100 * 1000);
	loop_until(r.loop, pause_over, &pause);
	assert_false(n[0].done);

	unsigned before = cognito_server_asked(r.server, "InitiateAuth");
	login.id_token[0] = 'E';
	login.expires_ms = clock_wall_ms(loop_clock(r.loop)) + HOUR_MS;
	assert_int_equal(login_write(r.path, &login, &p), 0);
	login_lock_release(&lock);
	loop_until(r.loop, both_done, n);
	assert_string_equal(n[0].id_token, login.id_token);
	assert_int_equal(cognito_server_asked(r.server, "InitiateAuth"),
			 before);
	free(n[0].id_token);
	login_clear(&login);
	cognito_rig_close(&r);
}

/* --- guests --- */

static void a_guest_needs_no_login(void **state)
{
	static const struct {
		bool guests;
		int code;
	} rows[] = {{true, 0}, {false, PROBLEM_DENIED}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct cognito_server_settings server = {
			.guests = rows[i].guests};
		struct cognito_rig r;
		struct ask a = {.answered = 0};
		struct credentials_source *s = NULL;
		struct problem p = {0};

		cognito_rig_open(&r, &server);
		const struct cognito_source_settings settings = {
			.identity_pool = COGNITO_IDENTITY,
			.endpoint = cognito_server_url(r.server),
		};
		assert_int_equal(
			cognito_source_create(&s, r.loop, &settings, &p), 0);
		ask_and_wait(&r, s, &a);
		assert_int_equal(a.why.code, rows[i].code);
		if (rows[i].guests)
			assert_string_equal(
				a.got.token,
				"token-of-eu-west-1:identity-guest");
		else
			assert_non_null(
				strstr(a.why.text, "Unauthenticated access"));
		credentials_clear(&a.got);
		credentials_source_free(s);
		cognito_rig_close(&r);
	}
}

static void a_guest_without_a_pool_is_a_mistake(void **state)
{
	const struct cognito_source_settings settings = {0};
	struct credentials_source *s = NULL;
	struct problem p = {0};

	(void)state;
	assert_int_equal(cognito_source_create(&s, NULL, &settings, &p),
			 PROBLEM_USAGE);
	assert_non_null(strstr(p.text, "--identity-pool"));
}

/* --- refusals --- */

struct trouble {
	const char *why;
	struct cognito_server_settings server;
	int64_t left_ms;
	const char *identity_pool;
	struct cognito_server_failure failure;
	bool revoked, no_file, no_pool, no_refresh, open_file;
	int code;
	const char *says;
};

static const struct trouble troubles[] = {
	{.why = "nobody is signed in",
	 .no_file = true,
	 .code = PROBLEM_DENIED,
	 .says = "habla login"},
	{.why = "others may read the login",
	 .left_ms = HOUR_MS,
	 .open_file = true,
	 .code = PROBLEM_DENIED,
	 .says = "chmod 600"},
	{.why = "no identity pool",
	 .left_ms = HOUR_MS,
	 .no_pool = true,
	 .code = PROBLEM_DENIED,
	 .says = "HABLA_IDENTITY_POOL"},
	{.why = "an identity pool's id that is none",
	 .left_ms = HOUR_MS,
	 .identity_pool = "my-pool",
	 .code = PROBLEM_USAGE,
	 .says = "identity pool \"my-pool\""},
	{.why = "another identity pool",
	 .left_ms = HOUR_MS,
	 .identity_pool = "eu-west-1:ffffffff-89ab-cdef-0123-456789abcdef",
	 .code = PROBLEM_DENIED,
	 .says = "--identity-pool"},
	{.why = "the login was revoked",
	 .left_ms = -1,
	 .revoked = true,
	 .code = PROBLEM_DENIED,
	 .says = "the login has ended (NotAuthorizedException: Refresh Token "
		 "has been revoked); sign in again: habla login"},
	{.why = "the login was revoked, with rotation",
	 .server = {.rotation = true},
	 .left_ms = -1,
	 .revoked = true,
	 .code = PROBLEM_DENIED,
	 .says = "the login has ended"},
	{.why = "no refresh token",
	 .left_ms = -1,
	 .no_refresh = true,
	 .code = PROBLEM_DENIED,
	 .says = "sign in again"},
	{.why = "the pool is busy",
	 .left_ms = -1,
	 .failure = {"InitiateAuth", 400, "TooManyRequestsException", "Rate",
		     NAME_IN_TYPE, NULL},
	 .code = PROBLEM_THROTTLED,
	 .says = "wait a minute"},
	{.why = "the ID token is refused",
	 .left_ms = HOUR_MS,
	 .failure = {"GetId", 400, "NotAuthorizedException", "Token is bad",
		     NAME_IN_TYPE, NULL},
	 .code = PROBLEM_DENIED,
	 .says = "does not accept this login"},
	{.why = "no role",
	 .left_ms = HOUR_MS,
	 .failure = {"GetCredentialsForIdentity", 400,
		     "InvalidIdentityPoolConfigurationException", "x",
		     NAME_IN_TYPE, NULL},
	 .code = PROBLEM_REJECTED,
	 .says = "has no role"},
	{.why = "no identity",
	 .left_ms = HOUR_MS,
	 .failure = {"GetId", 200, NULL, NULL, NAME_IN_TYPE, "{}"},
	 .code = PROBLEM_FORMAT,
	 .says = "no IdentityId"},
	{.why = "SecretAccessKey in place of SecretKey",
	 .left_ms = HOUR_MS,
	 .failure = {"GetCredentialsForIdentity", 200, NULL, NULL, NAME_IN_TYPE,
		     "{\"Credentials\":{\"AccessKeyId\":\"a\","
		     "\"SecretAccessKey\":\"b\",\"SessionToken\":\"c\","
		     "\"Expiration\":4102444800}}"},
	 .code = PROBLEM_FORMAT,
	 .says = "no credentials"},
	{.why = "Expiration as text",
	 .left_ms = HOUR_MS,
	 .failure = {"GetCredentialsForIdentity", 200, NULL, NULL, NAME_IN_TYPE,
		     "{\"Credentials\":{\"AccessKeyId\":\"a\","
		     "\"SecretKey\":\"b\",\"SessionToken\":\"c\","
		     "\"Expiration\":\"2100-01-01T00:00:00Z\"}}"},
	 .code = PROBLEM_FORMAT,
	 .says = "no credentials"},
};

static void revoke_as_logout_does(struct cognito_rig *r);

static void each_trouble_is_one_line_with_a_remedy(void **state)
{
	struct cognito_rig r;
	struct login login;
	struct problem p = {0};

	(void)state;
	for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
		const struct trouble *t = &troubles[i];
		struct ask a = {.answered = 0};

		cognito_rig_open(&r, &t->server);
		cognito_rig_login(&r, &login, t->left_ms);
		if (t->no_pool)
			login.identity_pool = text_wipe(login.identity_pool);
		if (t->no_refresh)
			login.refresh_token = text_wipe(login.refresh_token);
		assert_int_equal(login_write(r.path, &login, &p), 0);
		if (t->open_file)
			assert_int_equal(chmod(r.path, 0644), 0);
		if (t->no_file)
			assert_int_equal(login_delete(r.path, &p), 0);
		if (t->revoked)
			revoke_as_logout_does(&r);
		if (t->failure.operation)
			cognito_server_fail(r.server, &t->failure);

		struct credentials_source *s = source_of(&r, t->identity_pool);
		ask_and_wait(&r, s, &a);
		if (a.why.code != t->code || !strstr(a.why.text, t->says))
			fail_msg("%s: %s: %s", t->why, problem_name(a.why.code),
				 a.why.text);
		assert_null(strstr(a.why.text, "refresh-token"));
		assert_null(strstr(a.why.text, "eyJ"));
		/* it can be asked again, and says the same */
		ask_and_wait(&r, s, &a);
		assert_int_equal(a.why.code, t->code);
		credentials_source_free(s);
		login_clear(&login);
		cognito_rig_close(&r);
	}
}

static void on_revoked(void *arg, struct cognito_tokens *tokens,
		       const struct problem *why)
{
	bool *done = arg;

	assert_null(tokens);
	assert_null(why);
	*done = true;
}

static bool is_true(void *arg)
{
	return *(bool *)arg;
}

static void revoke_as_logout_does(struct cognito_rig *r)
{
	struct user_pool_call *call = NULL;
	struct problem p = {0};
	bool done = false;

	assert_int_equal(user_pool_revoke(&call, r->pool, "refresh-token-1",
					  on_revoked, &done, &p),
			 0);
	loop_until(r->loop, is_true, &done);
	assert_true(cognito_server_revoked(r->server));
	user_pool_call_free(call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_login_gives_credentials_and_is_renewed_first),
		cmocka_unit_test(
			a_pool_that_rotates_can_be_renewed_again_and_again),
		cmocka_unit_test(
			credentials_are_fetched_anew_before_they_expire),
		cmocka_unit_test(two_questions_at_once_are_one_fetch),
		cmocka_unit_test(a_source_may_go_while_it_is_asked),
		cmocka_unit_test(of_two_that_renew_at_once_one_asks_the_pool),
		cmocka_unit_test(what_another_program_has_renewed_is_used),
		cmocka_unit_test(a_guest_needs_no_login),
		cmocka_unit_test(a_guest_without_a_pool_is_a_mistake),
		cmocka_unit_test(each_trouble_is_one_line_with_a_remedy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
