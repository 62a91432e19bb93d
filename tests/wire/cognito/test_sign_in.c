/* Signing in at a pool that computes its own side of SRP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/base/text.h"
#include "net/cognito/sign_in.h"
#include "net/loop/loop.h"
#include "tests/support/cognito_rig.h"
#include "tests/support/http_server.h"
#include "tests/support/loop_until.h"

struct
try {
	struct cognito_rig rig;
	struct sign_in *sign_in;
	const char *answers[4];  /* to the questions, in order */
	const char *same_answer; /* to all of them, in place of answers */
	unsigned asked;
	enum sign_in_question questions[4];
	char detail[64];
	bool free_when_asked, done;
	struct cognito_tokens tokens;
	struct problem why;
};

static void on_asked(void *arg, enum sign_in_question question,
		     const char *detail)
{
	struct try *t = arg;

	assert_true(t->asked < 4 || t->same_answer);
	if (t->asked < 4)
		t->questions[t->asked] = question;
	t->asked++;
	snprintf(t->detail, sizeof t->detail, "%s", detail);
	if (t->free_when_asked)
		t->sign_in = sign_in_free(t->sign_in);
	else
		sign_in_answer(t->sign_in, t->same_answer
						   ? t->same_answer
						   : t->answers[t->asked - 1]);
}

static void on_done(void *arg, struct cognito_tokens *tokens,
		    const struct problem *why)
{
	struct try *t = arg;

	assert_false(t->done);
	assert_true(!tokens == !!why);
	t->done = true;
	if (why) {
		t->why = *why;
	} else {
		t->tokens = *tokens;
		*tokens = (struct cognito_tokens){0};
	}
	t->sign_in = sign_in_free(t->sign_in);
}

static bool is_done(void *arg)
{
	return ((struct try *)arg)->done;
}

static void try_begin(struct try *t, enum sign_in_flow flow, const char *user,
		      const char *password)
{
	const struct sign_in_listener listener = {.asked = on_asked,
						  .done = on_done,
						  .arg = t};

	assert_int_equal(sign_in_start(&t->sign_in, t->rig.pool, flow, user,
				       password, &listener, &t->why),
			 0);
	assert_false(t->done);
}

static void try_run(struct try *t, enum sign_in_flow flow, const char *user,
		    const char *password)
{
	try_begin(t, flow, user, password);
	loop_until(t->rig.loop, is_done, t);
}

static void try_end(struct try *t)
{
	sign_in_free(t->sign_in);
	cognito_tokens_clear(&t->tokens);
	cognito_rig_close(&t->rig);
}

/* --- the ways in --- */

static const struct {
	const char *why;
	struct cognito_server_settings server;
	enum sign_in_flow flow;
	const char *answers[4];
	enum sign_in_question questions[4];
	unsigned asked;
} ways[] = {
	{"SRP", {0}, SIGN_IN_SRP, {0}, {0}, 0},
	{"SRP with a client's secret",
	 {.with_secret = true},
	 SIGN_IN_SRP,
	 {0},
	 {0},
	 0},
	{"password", {0}, SIGN_IN_PASSWORD, {0}, {0}, 0},
	{"password with a client's secret",
	 {.with_secret = true},
	 SIGN_IN_PASSWORD,
	 {0},
	 {0},
	 0},
	{"SRP and a code",
	 {.with_code = true, .with_secret = true},
	 SIGN_IN_SRP,
	 {COGNITO_CODE},
	 {SIGN_IN_CODE},
	 1},
	{"SRP and a new password",
	 {.new_password = true},
	 SIGN_IN_SRP,
	 {"N3w-password"},
	 {SIGN_IN_NEW_PASSWORD},
	 1},
	{"SRP, a new password and a code",
	 {.new_password = true, .with_code = true, .with_secret = true},
	 SIGN_IN_SRP,
	 {"N3w-password", COGNITO_CODE},
	 {SIGN_IN_NEW_PASSWORD, SIGN_IN_CODE},
	 2},
	{"password and a code",
	 {.with_code = true},
	 SIGN_IN_PASSWORD,
	 {COGNITO_CODE},
	 {SIGN_IN_CODE},
	 1},
};

static void each_way_in_gives_tokens(void **state)
{
	struct try t;

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		t = (struct try){0};
		memcpy(t.answers, ways[i].answers, sizeof t.answers);
		cognito_rig_open(&t.rig, &ways[i].server);

		int64_t before = clock_wall_ms(loop_clock(t.rig.loop));
		try_run(&t, ways[i].flow, COGNITO_USER, COGNITO_PASSWORD);
		int64_t after = clock_wall_ms(loop_clock(t.rig.loop));

		if (t.why.code)
			fail_msg("%s: %s", ways[i].why, t.why.text);
		assert_int_equal(t.asked, ways[i].asked);
		assert_memory_equal(t.questions, ways[i].questions,
				    t.asked * sizeof *t.questions);
		assert_string_equal(t.tokens.user_id, COGNITO_USER_ID);
		assert_string_equal(t.tokens.refresh, "refresh-token-1");
		assert_true(text_starts(t.tokens.id, "eyJ"));
		assert_string_not_equal(t.tokens.id, t.tokens.access);
		assert_in_range(t.tokens.expires_ms, before + 3600000,
				after + 3600000);
		if (ways[i].server.with_code)
			assert_string_equal(t.detail, "Ana's phone");
		if (ways[i].server.new_password)
			assert_string_equal(cognito_server_password(
						    t.rig.server),
					    "N3w-password");
		try_end(&t);
	}
}

/* With SRP nothing that is sent holds the password. */
static void srp_keeps_the_password_here(void **state)
{
	struct try t = {0};
	struct cognito_server_settings server = {0};

	(void)state;
	cognito_rig_open(&t.rig, &server);
	try_run(&t, SIGN_IN_SRP, COGNITO_USER, COGNITO_PASSWORD);

	struct http_server *http = cognito_server_http(t.rig.server);
	assert_int_equal(http_server_count(http), 2);
	for (size_t i = 0; i < 2; i++) {
		const struct http_server_request *r = http_server_request(http,
									  i);
		assert_null(strstr(r->body, "Corr3ct"));
		assert_null(strstr(r->head, "Corr3ct"));
	}
	try_end(&t);
}

/* --- refusals --- */

static const struct {
	const char *why;
	struct cognito_server_settings server;
	enum sign_in_flow flow;
	const char *user, *password, *answer;
	int code;
	const char *says[3];
} refusals[] = {
	{"wrong password, SRP",
	 {0},
	 SIGN_IN_SRP,
	 COGNITO_USER,
	 "wrong-one",
	 NULL,
	 PROBLEM_DENIED,
	 {COGNITO_POOL, "user name or password is wrong", "try again"}},
	{"wrong password, sent",
	 {0},
	 SIGN_IN_PASSWORD,
	 COGNITO_USER,
	 "wrong-one",
	 NULL,
	 PROBLEM_DENIED,
	 {"NotAuthorizedException: Incorrect username or password."}},
	{"unknown user",
	 {0},
	 SIGN_IN_SRP,
	 "bob",
	 "wrong-one",
	 NULL,
	 PROBLEM_DENIED,
	 {"no such user", "--user"}},
	{"wrong code",
	 {.with_code = true},
	 SIGN_IN_SRP,
	 COGNITO_USER,
	 COGNITO_PASSWORD,
	 "111111",
	 PROBLEM_DENIED,
	 {"the code is wrong", "try again"}},
	{"bad new password",
	 {.new_password = true},
	 SIGN_IN_SRP,
	 COGNITO_USER,
	 COGNITO_PASSWORD,
	 "kurz",
	 PROBLEM_DENIED,
	 {"new password", "Password not long enough", "another"}},
	{"the pool wants more of a new user",
	 {.new_password = true, .required = "[\\\"userAttributes.name\\\"]"},
	 SIGN_IN_SRP,
	 COGNITO_USER,
	 COGNITO_PASSWORD,
	 NULL,
	 PROBLEM_REJECTED,
	 {"userAttributes.name", "school's page"}},
	{"text message",
	 {.challenge = "SMS_MFA"},
	 SIGN_IN_SRP,
	 COGNITO_USER,
	 COGNITO_PASSWORD,
	 NULL,
	 PROBLEM_REJECTED,
	 {"SMS_MFA", "authenticator app"}},
	{"device",
	 {.challenge = "DEVICE_SRP_AUTH"},
	 SIGN_IN_SRP,
	 COGNITO_USER,
	 COGNITO_PASSWORD,
	 NULL,
	 PROBLEM_REJECTED,
	 {"DEVICE_SRP_AUTH", "remembered devices"}},
	{"a challenge nobody knows",
	 {.challenge = "CUSTOM_CHALLENGE"},
	 SIGN_IN_PASSWORD,
	 COGNITO_USER,
	 COGNITO_PASSWORD,
	 NULL,
	 PROBLEM_REJECTED,
	 {"CUSTOM_CHALLENGE", "ask your school"}},
	{"SRP in the middle of a password flow",
	 {.challenge = "PASSWORD_VERIFIER"},
	 SIGN_IN_PASSWORD,
	 COGNITO_USER,
	 COGNITO_PASSWORD,
	 NULL,
	 PROBLEM_FORMAT,
	 {"was not begun"}},
};

static void each_refusal_is_one_line_with_a_remedy(void **state)
{
	struct try t;

	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		t = (struct try){.answers = {refusals[i].answer}};
		cognito_rig_open(&t.rig, &refusals[i].server);
		try_run(&t, refusals[i].flow, refusals[i].user,
			refusals[i].password);
		if (t.why.code != refusals[i].code)
			fail_msg("%s: %s %s", refusals[i].why,
				 problem_name(t.why.code), t.why.text);
		for (size_t k = 0; k < 3 && refusals[i].says[k]; k++)
			if (!strstr(t.why.text, refusals[i].says[k]))
				fail_msg("%s: \"%s\" lacks \"%s\"",
					 refusals[i].why, t.why.text,
					 refusals[i].says[k]);
		assert_non_null(strchr(t.why.text, ';'));
		assert_null(strstr(t.why.text, refusals[i].password));
		try_end(&t);
	}
}

static void a_message_that_quotes_a_secret_is_left_out(void **state)
{
	static const char *const secrets[] = {COGNITO_PASSWORD, COGNITO_SECRET};
	const struct cognito_server_settings server = {.with_secret = true};
	char message[128];
	struct try t;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		t = (struct try){0};
		cognito_rig_open(&t.rig, &server);
		snprintf(message, sizeof message, "Value '%s' is bad",
			 secrets[i]);
		const struct cognito_server_failure failure = {
			.operation = "InitiateAuth",
			.exception = "InvalidParameterException",
			.message = message,
		};
		cognito_server_fail(t.rig.server, &failure);
		try_run(&t, SIGN_IN_PASSWORD, COGNITO_USER, COGNITO_PASSWORD);
		assert_int_equal(t.why.code, PROBLEM_REJECTED);
		assert_non_null(
			strstr(t.why.text, "(InvalidParameterException)"));
		assert_null(strstr(t.why.text, secrets[i]));
		try_end(&t);
	}
}

static const struct {
	struct cognito_server_failure failure;
	int code;
	const char *says;
} answers[] = {
	{{NULL, 400, "TooManyRequestsException", "Rate", NAME_IN_TYPE, NULL},
	 PROBLEM_THROTTLED,
	 "(TooManyRequestsException: Rate)"},
	{{NULL, 400, "UserNotConfirmedException", "No", NAME_IN_CODE, NULL},
	 PROBLEM_DENIED,
	 "not confirmed"},
	{{NULL, 400, "PasswordResetRequiredException", "Set it", NAME_IN_HEADER,
	  NULL},
	 PROBLEM_DENIED,
	 "(PasswordResetRequiredException: Set it)"},
	{{NULL, 500, "InternalErrorException", "x", NAME_IN_TYPE, NULL},
	 PROBLEM_SERVER,
	 "try again in a minute"},
	{{NULL, 400, "SomethingNewException", "x", NAME_IN_TYPE, NULL},
	 PROBLEM_REJECTED,
	 "SomethingNewException"},
	{{NULL, 503, NULL, NULL, NAME_IN_TYPE, "<html>busy</html>"},
	 PROBLEM_SERVER,
	 "status 503"},
	{{NULL, 429, NULL, NULL, NAME_IN_TYPE, ""},
	 PROBLEM_THROTTLED,
	 "wait a minute"},
	{{NULL, 200, NULL, NULL, NAME_IN_TYPE, "<html>Please sign in</html>"},
	 PROBLEM_FORMAT,
	 "not Cognito's"},
	{{NULL, 200, NULL, NULL, NAME_IN_TYPE, "{}"},
	 PROBLEM_FORMAT,
	 "neither tokens nor a challenge"},
	{{NULL, 200, NULL, NULL, NAME_IN_TYPE,
	  "{\"AuthenticationResult\":{\"AccessToken\":\"a.b.c\"}}"},
	 PROBLEM_FORMAT,
	 "tokens are not usable"},
	{{NULL, 200, NULL, NULL, NAME_IN_TYPE,
	  "{\"ChallengeName\":\"PASSWORD_VERIFIER\",\"Session\":\"s\"}"},
	 PROBLEM_FORMAT,
	 "no SALT, SRP_B or SECRET_BLOCK"},
	{{NULL, 200, NULL, NULL, NAME_IN_TYPE,
	  "{\"ChallengeName\":\"PASSWORD_VERIFIER\",\"ChallengeParameters\":"
	  "{\"SALT\":\"1\",\"SRP_B\":\"0\",\"SECRET_BLOCK\":\"AAAA\"}}"},
	 PROBLEM_FORMAT,
	 "give the password away"},
};

static void whatever_the_pool_answers_is_said_in_one_line(void **state)
{
	const struct cognito_server_settings server = {0};
	struct try t;

	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		struct cognito_server_failure failure = answers[i].failure;

		failure.operation = "InitiateAuth";
		t = (struct try){0};
		cognito_rig_open(&t.rig, &server);
		cognito_server_fail(t.rig.server, &failure);
		try_run(&t, SIGN_IN_SRP, COGNITO_USER, COGNITO_PASSWORD);
		if (t.why.code != answers[i].code ||
		    !strstr(t.why.text, answers[i].says))
			fail_msg("row %zu: %s: %s", i, problem_name(t.why.code),
				 t.why.text);
		try_end(&t);
	}
}

static void a_pool_that_never_stops_asking_is_left(void **state)
{
	static const char *const operations[] = {"InitiateAuth",
						 "RespondToAuthChallenge"};
	const struct cognito_server_settings server = {0};
	struct cognito_server_failure failure = {
		.status = 200,
		.body = "{\"ChallengeName\":\"SOFTWARE_TOKEN_MFA\",\"Session\":"
			"\"s\"}",
	};
	struct try t = {.same_answer = "1"};

	(void)state;
	cognito_rig_open(&t.rig, &server);
	for (size_t i = 0; i < 2; i++) {
		failure.operation = operations[i];
		cognito_server_fail(t.rig.server, &failure);
	}
	try_run(&t, SIGN_IN_SRP, COGNITO_USER, COGNITO_PASSWORD);
	assert_int_equal(t.why.code, PROBLEM_REJECTED);
	assert_non_null(strstr(t.why.text, "ask your school"));
	assert_true(t.asked > 1);
	try_end(&t);
}

static void nobody_there_is_said_so(void **state)
{
	const struct cognito_server_settings server = {0};
	struct try t = {0};
	struct user_pool *pool;
	const struct user_pool_settings closed = {
		.id = COGNITO_POOL,
		.client_id = COGNITO_CLIENT,
		.endpoint = "http://127.0.0.1:1",
	};

	(void)state;
	cognito_rig_open(&t.rig, &server);
	pool = t.rig.pool;
	assert_int_equal(user_pool_create(&t.rig.pool, t.rig.http,
					  loop_clock(t.rig.loop), &closed,
					  &t.why),
			 0);
	try_run(&t, SIGN_IN_SRP, COGNITO_USER, COGNITO_PASSWORD);
	assert_int_equal(t.why.code, PROBLEM_CONNECT);
	assert_non_null(strstr(t.why.text, COGNITO_POOL));
	user_pool_free(pool);
	try_end(&t);
}

static bool was_asked(void *arg)
{
	return ((struct try *)arg)->asked > 0;
}

static void a_sign_in_may_be_dropped_at_any_point(void **state)
{
	const struct cognito_server_settings server = {.with_code = true};
	struct try t = {.free_when_asked = true};

	(void)state;
	cognito_rig_open(&t.rig, &server);
	try_begin(&t, SIGN_IN_SRP, COGNITO_USER, COGNITO_PASSWORD);
	t.sign_in = sign_in_free(t.sign_in);
	try_begin(&t, SIGN_IN_SRP, COGNITO_USER, COGNITO_PASSWORD);
	loop_until(t.rig.loop, was_asked, &t);
	assert_false(t.done);
	try_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_in_gives_tokens),
		cmocka_unit_test(srp_keeps_the_password_here),
		cmocka_unit_test(each_refusal_is_one_line_with_a_remedy),
		cmocka_unit_test(a_message_that_quotes_a_secret_is_left_out),
		cmocka_unit_test(whatever_the_pool_answers_is_said_in_one_line),
		cmocka_unit_test(a_pool_that_never_stops_asking_is_left),
		cmocka_unit_test(nobody_there_is_said_so),
		cmocka_unit_test(a_sign_in_may_be_dropped_at_any_point),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
