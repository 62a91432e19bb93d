#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/cognito/tokens.h"
#include "net/cognito/user_pool_internal.h"
#include "tests/support/vectors.h"

/* {"SECRET_HASH":...} as a pool with these settings writes it; caller frees. */
static char *hash_of(const struct user_pool_settings *settings,
		     const char *user)
{
	struct user_pool *pool = NULL;
	struct problem p = {0};
	struct bytes body;

	if (user_pool_create(&pool, NULL, NULL, settings, &p))
		fail_msg("%s", p.text);
	bytes_init(&body, 1024);
	json_open_object(&body, NULL);
	user_pool_write_hash(pool, &body, user);
	json_close_object(&body);
	user_pool_free(pool);
	return bytes_take_text(&body);
}

static void the_secret_hash_of_the_vectors_comes_out(void **state)
{
	cJSON *file = vectors_load("cognito-srp.json");
	const cJSON *example = vectors_member(file, "secret_hash_example");
	struct user_pool_settings settings = {
		.id = "eu-west-1_AbC",
		.client_id = vectors_text(example, "client_id"),
		.client_secret = vectors_text(example, "client_secret"),
	};
	char want[128];

	(void)state;
	snprintf(want, sizeof want, "{\"SECRET_HASH\":\"%s\"}",
		 vectors_text(example, "SECRET_HASH"));
	char *got = hash_of(&settings, vectors_text(example, "username"));
	assert_string_equal(got, want);
	free(got);

	settings.client_secret = NULL;
	got = hash_of(&settings, vectors_text(example, "username"));
	assert_string_equal(got, "{}");
	free(got);
	cJSON_Delete(file);
}

static void a_pool_with_a_wrong_id_or_endpoint_is_refused(void **state)
{
	static const struct user_pool_settings rows[] = {
		{.id = "AbC", .client_id = "c"},
		{.id = "eu-west-1_AbC", .client_id = "c", .region = "?"},
		{.id = "eu-west-1_AbC",
		 .client_id = "c",
		 .endpoint = "http://192.0.2.1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct user_pool *pool = NULL;
		struct problem p = {0};

		assert_int_equal(user_pool_create(&pool, NULL, NULL, &rows[i],
						  &p),
				 PROBLEM_USAGE);
		assert_null(pool);
		assert_true(p.text[0]);
	}
}

static void a_claim_is_read_from_a_tokens_middle(void **state)
{
	static const struct {
		const char *token, *want;
	} rows[] = {
		/* {"username":"ana"} and, for "-" and "_", {"username":"~~?~?"}
		 */
		{"e30.eyJ1c2VybmFtZSI6ImFuYSJ9.x", "ana"},
		{"e30.eyJ1c2VybmFtZSI6In5-P34_In0.x", "~~?~?"},
		{"e30.eyJ1c2VybmFtZSI6N30.x", NULL}, /* a number */
		{"e30.e30.x", NULL},
		{"e30..x", NULL},
		{"e30.eyJ1c2Vy.x", NULL}, /* cut off */
		{"e30.e.x", NULL},
		{"e30.\"!.x", NULL},
		{"e30.e30", NULL},
		{"no token", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *got = cognito_token_claim(rows[i].token, "username");

		if (rows[i].want)
			assert_string_equal(got, rows[i].want);
		else
			assert_null(got);
		free(got);
	}
}

static void tokens_are_read_or_refused_whole(void **state)
{
	static const struct {
		const char *json;
		int err;
		int64_t expires_ms;
	} rows[] = {
		{"{\"IdToken\":\"i\",\"AccessToken\":\"a\",\"ExpiresIn\":300}",
		 0, 301000},
		{"{\"IdToken\":\"i\",\"AccessToken\":\"a\",\"ExpiresIn\":"
		 "86400}",
		 0, 86401000},
		{"{\"IdToken\":\"i\",\"AccessToken\":\"a\"}", PROBLEM_FORMAT,
		 0},
		{"{\"IdToken\":\"i\",\"AccessToken\":\"a\",\"ExpiresIn\":0}",
		 PROBLEM_FORMAT, 0},
		{"{\"IdToken\":\"i\",\"AccessToken\":\"a\",\"ExpiresIn\":-5}",
		 PROBLEM_FORMAT, 0},
		{"{\"IdToken\":\"i\",\"AccessToken\":\"a\",\"ExpiresIn\":1e99}",
		 PROBLEM_FORMAT, 0},
		{"{\"IdToken\":\"i\",\"AccessToken\":\"a\",\"ExpiresIn\":"
		 "\"9\"}",
		 PROBLEM_FORMAT, 0},
		{"{\"IdToken\":7,\"AccessToken\":\"a\",\"ExpiresIn\":300}",
		 PROBLEM_FORMAT, 0},
		{"{\"IdToken\":\"i\",\"ExpiresIn\":300}", PROBLEM_FORMAT, 0},
		{"[]", PROBLEM_FORMAT, 0},
		{"null", PROBLEM_FORMAT, 0},
	};
	struct cognito_tokens t;
	char whole[256];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(whole, sizeof whole, "{\"AuthenticationResult\":%s}",
			 rows[i].json);
		cJSON *json = cJSON_Parse(whole);
		assert_non_null(json);
		assert_int_equal(cognito_tokens_read(&t, json, 1000),
				 rows[i].err);
		assert_int_equal(t.expires_ms, rows[i].expires_ms);
		assert_true(!t.id == !!rows[i].err);
		assert_null(t.refresh);
		cognito_tokens_clear(&t);
		cJSON_Delete(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_secret_hash_of_the_vectors_comes_out),
		cmocka_unit_test(a_pool_with_a_wrong_id_or_endpoint_is_refused),
		cmocka_unit_test(a_claim_is_read_from_a_tokens_middle),
		cmocka_unit_test(tokens_are_read_or_refused_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
