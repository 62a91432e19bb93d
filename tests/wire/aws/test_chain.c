/* The order in which credentials are looked for, and profiles without HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "net/aws/region.h"
#include "net/base/text.h"
#include "tests/support/aws_world.h"
#include "tests/support/folder.h"

static void nothing_at_all_is_one_line_with_the_places(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_expect_problem(&w, PROBLEM_DENIED,
				 "there are none; set AWS_ACCESS_KEY_ID and "
				 "AWS_SECRET_ACCESS_KEY");
	assert_non_null(strstr(w.why.text, "~/.aws/config"));
	assert_non_null(strstr(w.why.text, "--profile"));
	aws_world_close(&w);
}

static void an_api_key_alone_is_named_as_no_help(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_set(&w, "AWS_BEARER_TOKEN_BEDROCK", "S3CRET");
	aws_world_expect_problem(&w, PROBLEM_DENIED,
				 "AWS_BEARER_TOKEN_BEDROCK, cannot open speech "
				 "streams; set AWS_ACCESS_KEY_ID");
	aws_world_set(&w, "AWS_ACCESS_KEY_ID", "AKID");
	aws_world_set(&w, "AWS_SECRET_ACCESS_KEY", "S3CRET");
	aws_world_expect(&w, "AKID", "S3CRET", NULL, "environment");
	aws_world_close(&w);
}

static void keys_of_the_environment(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_set(&w, "AWS_ACCESS_KEY_ID", "AKID");
	aws_world_expect_problem(&w, PROBLEM_USAGE,
				 "AWS_ACCESS_KEY_ID is set without "
				 "AWS_SECRET_ACCESS_KEY; set both");
	aws_world_set(&w, "AWS_SECRET_ACCESS_KEY", "S3CRET\n");
	aws_world_expect_problem(&w, PROBLEM_USAGE,
				 "environment: the secret key has a blank or a "
				 "line end in it; copy it again");
	aws_world_set(&w, "AWS_SECRET_ACCESS_KEY", "S3CRET");
	aws_world_set(&w, "AWS_SESSION_TOKEN", "S3CRET token");
	aws_world_expect_problem(&w, PROBLEM_USAGE,
				 "the session token has a blank");
	aws_world_set(&w, "AWS_SESSION_TOKEN", "S3CRET-token");
	aws_world_set(&w, "AWS_CREDENTIAL_EXPIRATION", "tomorrow");
	aws_world_expect_problem(&w, PROBLEM_USAGE,
				 "AWS_CREDENTIAL_EXPIRATION is no time");
	aws_world_set(&w, "AWS_CREDENTIAL_EXPIRATION", "2126-01-02T03:04:05Z");
	aws_world_expect(&w, "AKID", "S3CRET", "S3CRET-token", "environment");
	assert_true(w.got.expires_ms == 4922996645000);
	aws_world_close(&w);
}

/* Which of two is taken. */
static void the_order(void **state)
{
	static const struct {
		const char *profile; /* by flag */
		const char *aws_profile;
		bool keys;
		const char *want; /* key id */
		const char *why;
	} rows[] = {
		{NULL, NULL, true, "ENV", "keys go before the default profile"},
		{NULL, "school", true, "ENV", "keys go before AWS_PROFILE"},
		{"school", NULL, true, "SCHOOL", "--profile goes before keys"},
		{"school", "work", false, "SCHOOL", "and before AWS_PROFILE"},
		{NULL, "work", false, "WORK", "AWS_PROFILE"},
		{NULL, NULL, false, "DEFAULT", "the default profile"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct aws_world w;
		aws_world_open(&w);
		aws_world_file(&w, ".aws/credentials",
			       "[default]\n"
			       "aws_access_key_id = DEFAULT\n"
			       "aws_secret_access_key = S3CRET\n"
			       "[work]\n"
			       "aws_access_key_id = WORK\n"
			       "aws_secret_access_key = S3CRET\n");
		aws_world_file(&w, ".aws/config",
			       "[profile school]\n"
			       "aws_access_key_id = SCHOOL\n"
			       "aws_secret_access_key = S3CRET\n");
		aws_world_set(&w, "AWS_PROFILE", rows[i].aws_profile);
		if (rows[i].keys) {
			aws_world_set(&w, "AWS_ACCESS_KEY_ID", "ENV");
			aws_world_set(&w, "AWS_SECRET_ACCESS_KEY", "S3CRET");
		}
		w.settings.profile = rows[i].profile;
		w.settings.profile_first = rows[i].profile != NULL;
		aws_world_ask(&w);
		if (!text_equal(rows[i].want, w.got.key_id))
			print_message("%s: %s\n", rows[i].why, w.why.text);
		assert_string_equal(rows[i].want, w.got.key_id);
		aws_world_close(&w);
	}
}

static void given_keys_stand_for_the_environments(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_set(&w, "AWS_ACCESS_KEY_ID", "ENV");
	aws_world_set(&w, "AWS_SECRET_ACCESS_KEY", "S3CRET-1");
	aws_world_set(&w, "AWS_SESSION_TOKEN", "S3CRET-2");
	w.settings.key_id = "GIVEN";
	w.settings.secret = "S3CRET-3";
	aws_world_expect(&w, "GIVEN", "S3CRET-3", NULL, "settings");
	aws_world_close(&w);
}

/* Keys need no file, so a broken one does no harm to them. */
static void a_broken_file_is_named_by_line_when_it_is_needed(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_file(&w, ".aws/credentials",
		       "[default]\naws_secret_access_key S3CRET\n");
	aws_world_expect_problem(&w, PROBLEM_FORMAT, ".aws/credentials:2: ");
	aws_world_set(&w, "AWS_ACCESS_KEY_ID", "ENV");
	aws_world_set(&w, "AWS_SECRET_ACCESS_KEY", "S3CRET");
	aws_world_expect(&w, "ENV", "S3CRET", NULL, "environment");
	aws_world_close(&w);
}

static void a_profile_that_is_not_there_is_told_with_the_nearest(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_file(&w, ".aws/config", "[profile school]\nregion = x\n");
	aws_world_set(&w, "AWS_PROFILE", "schol");
	aws_world_expect_problem(&w, PROBLEM_USAGE,
				 "profile schol is neither in the config file "
				 "(~/.aws/config) nor in the credentials file "
				 "(~/.aws/credentials); did you mean school?");
	aws_world_close(&w);
}

static void a_profile_without_credentials_is_passed_over(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_file(&w, ".aws/config", "[default]\nregion = eu-north-1\n");
	aws_world_expect_problem(&w, PROBLEM_DENIED, "there are none");
	aws_world_close(&w);
}

static void static_keys_may_have_a_session_token(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_file(&w, ".aws/credentials",
		       "[default]\n"
		       "aws_access_key_id = A\n");
	aws_world_expect_problem(&w, PROBLEM_USAGE,
				 "profile default: aws_access_key_id has no "
				 "aws_secret_access_key with it");
	aws_world_file(&w, ".aws/credentials",
		       "[default]\n"
		       "aws_access_key_id = A\n"
		       "aws_secret_access_key = S3CRET-s\n"
		       "aws_session_token = S3CRET-t\n");
	aws_world_expect(&w, "A", "S3CRET-s", "S3CRET-t", "profile default");
	aws_world_close(&w);
}

/* --- programs --- */

/* Writes an executable below the home folder and returns its path. */
static char *write_program(struct aws_world *w, const char *name,
			   const char *text)
{
	char *path = text_format("%s/%s", w->home, name);

	folder_write(w->home, name, text);
	assert_int_equal(0, chmod(path, 0700));
	return path;
}

static void set_process(struct aws_world *w, const char *program,
			const char *arguments)
{
	char *config = text_format("[default]\ncredential_process = \"%s\" "
				   "%s\n",
				   program, arguments);

	aws_world_file(w, ".aws/config", config);
	free(config);
}

static void a_program_prints_credentials(void **state)
{
	struct aws_world w;
	char source[128];

	(void)state;
	aws_world_open(&w);
	/* what a shell would expand arrives as it is */
	char *program = write_program(
		&w, "keys of mine",
		"#!/bin/sh\n"
		"[ \"$1\" = 'two words' ] && [ \"$2\" = '$HOME' ] || exit 9\n"
		"echo '{\"Version\":1,\"AccessKeyId\":\"P\","
		"\"SecretAccessKey\":\"S3CRET-p\",\"SessionToken\":"
		"\"S3CRET-q\",\"Expiration\":\"2126-01-02T03:04:05+00:00\"}'"
		"\n");
	set_process(&w, program, "'two words' $HOME");
	snprintf(source, sizeof source, "profile default (%s)", program);
	aws_world_expect(&w, "P", "S3CRET-p", "S3CRET-q", source);
	assert_true(w.got.expires_ms == 4922996645000);
	free(program);
	aws_world_close(&w);
}

static void a_program_that_fails_is_told_with_its_last_words(void **state)
{
	static const struct {
		const char *text;
		int code;
		const char *want;
	} rows[] = {
		{"#!/bin/sh\necho S3CRET-out; echo first >&2\n"
		 "echo 'the vault is sealed' >&2; exit 3\n",
		 PROBLEM_DENIED, "exit code 3: the vault is sealed; run its "},
		{"#!/bin/sh\nkill -KILL $$\n", PROBLEM_DENIED, "signal 9"},
		{"#!/bin/sh\necho no JSON S3CRET\n", PROBLEM_FORMAT,
		 "gave no JSON"},
		{"#!/bin/sh\necho "
		 "'{\"Version\":2,\"AccessKeyId\":\"S3CRET\"}'\n",
		 PROBLEM_FORMAT, "without \"Version\": 1"},
		{"#!/bin/sh\necho "
		 "'{\"Version\":1,\"AccessKeyId\":\"S3CRET\"}'\n",
		 PROBLEM_FORMAT, "gave no SecretAccessKey"},
		{"#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"S3CRET\","
		 "\"SecretAccessKey\":\"S3CRET\",\"Expiration\":\"S3CRET\"}'\n",
		 PROBLEM_FORMAT, "an Expiration that is no time"},
		{"#!/bin/sh\nwhile :; do echo S3CRET; done\n", PROBLEM_FORMAT,
		 "printed more than 64 KiB"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct aws_world w;
		aws_world_open(&w);
		char *program = write_program(&w, "p", rows[i].text);
		set_process(&w, program, "");
		aws_world_expect_problem(&w, rows[i].code, rows[i].want);
		free(program);
		aws_world_close(&w);
	}
}

static void a_program_that_is_not_there_is_named(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	set_process(&w, "/nonexistent/keys", "");
	aws_world_expect_problem(&w, PROBLEM_FILE, "/nonexistent/keys");
	aws_world_file(&w, ".aws/config",
		       "[default]\ncredential_process = \"S3CRET\n");
	aws_world_expect_problem(&w, PROBLEM_FORMAT,
				 "a quote that is not closed");
	aws_world_close(&w);
}

/* --- the AWS CLI --- */

static void sign_ins_are_left_to_the_aws_cli(void **state)
{
	static const char *const configs[] = {
		"[profile school]\nsso_session = s\nsso_account_id = 1\n"
		"[sso-session s]\nsso_start_url = https://x\n",
		"[profile school]\nsso_start_url = https://x\n",
		"[profile school]\nlogin_session = arn:x\n",
	};
	char *before = text_copy(getenv("PATH"));

	(void)state;
	for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
		struct aws_world w;
		aws_world_open(&w);
		char *aws = write_program(
			&w, "aws",
			"#!/bin/sh\n"
			"[ \"$*\" = 'configure export-credentials --format "
			"process --profile school' ] || exit 9\n"
			"echo '{\"Version\":1,\"AccessKeyId\":\"CLI\","
			"\"SecretAccessKey\":\"S3CRET\"}'\n");
		char *path = text_format("%s:%s", w.home, before);
		setenv("PATH", path, 1);
		aws_world_file(&w, ".aws/config", configs[i]);
		w.settings.profile = "school";
		aws_world_expect(&w, "CLI", "S3CRET", NULL,
				 "profile school (aws)");
		free(aws);
		free(path);
		aws_world_close(&w);
	}
	setenv("PATH", before, 1);
	free(before);
}

static void a_sign_in_that_is_over_is_told_with_the_command(void **state)
{
	char *before = text_copy(getenv("PATH"));
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	char *aws = write_program(
		&w, "aws",
		"#!/bin/sh\necho 'Error loading SSO Token: Token for s does "
		"not exist' >&2; exit 255\n");
	char *path = text_format("%s:%s", w.home, before);
	setenv("PATH", path, 1);
	aws_world_file(&w, ".aws/config",
		       "[profile school]\nsso_session = s\n");
	w.settings.profile = "school";
	aws_world_expect_problem(
		&w, PROBLEM_DENIED,
		"Token for s does not exist; run aws sso login "
		"--profile school, then try again");
	/* and without the program, by the name of its package */
	setenv("PATH", "/nonexistent", 1);
	aws_world_expect_problem(&w, PROBLEM_FILE,
				 "profile school signs in with aws sso login, "
				 "which needs the AWS CLI, and there is none; "
				 "install the package awscli");
	setenv("PATH", before, 1);
	free(before);
	free(path);
	free(aws);
	aws_world_close(&w);
}

static void the_region_is_the_environments_or_the_profiles(void **state)
{
	struct aws_world w;
	struct problem p;
	char *region;

	(void)state;
	aws_world_open(&w);
	assert_int_equal(0, aws_region(&region, &w.environment, NULL, &p));
	assert_null(region);
	aws_world_file(&w, ".aws/config",
		       "[default]\nregion = eu-north-1\n"
		       "[profile school]\nregion = us-west-2\n");
	static const struct {
		const char *profile, *aws_profile, *fallback, *region, *want;
	} rows[] = {
		{NULL, NULL, NULL, NULL, "eu-north-1"},
		{"school", NULL, NULL, NULL, "us-west-2"},
		{NULL, "school", NULL, NULL, "us-west-2"},
		{"school", NULL, "eu-west-1", NULL, "eu-west-1"},
		{"school", NULL, "eu-west-1", "us-east-2", "us-east-2"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		aws_world_set(&w, "AWS_PROFILE", rows[i].aws_profile);
		aws_world_set(&w, "AWS_DEFAULT_REGION", rows[i].fallback);
		aws_world_set(&w, "AWS_REGION", rows[i].region);
		assert_int_equal(0, aws_region(&region, &w.environment,
					       rows[i].profile, &p));
		assert_string_equal(rows[i].want, region);
		free(region);
	}
	aws_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_at_all_is_one_line_with_the_places),
		cmocka_unit_test(an_api_key_alone_is_named_as_no_help),
		cmocka_unit_test(keys_of_the_environment),
		cmocka_unit_test(the_order),
		cmocka_unit_test(given_keys_stand_for_the_environments),
		cmocka_unit_test(
			a_broken_file_is_named_by_line_when_it_is_needed),
		cmocka_unit_test(
			a_profile_that_is_not_there_is_told_with_the_nearest),
		cmocka_unit_test(a_profile_without_credentials_is_passed_over),
		cmocka_unit_test(static_keys_may_have_a_session_token),
		cmocka_unit_test(a_program_prints_credentials),
		cmocka_unit_test(
			a_program_that_fails_is_told_with_its_last_words),
		cmocka_unit_test(a_program_that_is_not_there_is_named),
		cmocka_unit_test(sign_ins_are_left_to_the_aws_cli),
		cmocka_unit_test(
			a_sign_in_that_is_over_is_told_with_the_command),
		cmocka_unit_test(
			the_region_is_the_environments_or_the_profiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
