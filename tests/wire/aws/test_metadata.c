/* Services of a machine's own link: containers, and EC2 instances. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/aws_world.h"
#include "tests/support/http_server.h"

#define KEYS(id)                                                               \
	"{\"Code\":\"Success\",\"AccessKeyId\":\"" id                          \
	"\",\"SecretAccessKey\":\"S3CRET-" id "\",\"Token\":\"S3CRET+" id      \
	"\",\"Expiration\":\"2126-01-02T03:04:05Z\"}"

#define ROLES "/latest/meta-data/iam/security-credentials/"

/* --- containers --- */

static void a_task_is_asked_at_its_relative_address(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "GET", .path = "/v2/keys", .reply = KEYS("TASK")},
		{0},
	};
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_serve(&w, routes);
	w.settings.container_base = w.url;
	aws_world_set(&w, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/keys");
	aws_world_expect(&w, "TASK", "S3CRET-TASK", "S3CRET+TASK", "container");
	assert_string_equal("", http_server_header(aws_world_request(&w, 0),
						   "Authorization"));
	aws_world_close(&w);
}

static void a_pods_token_is_read_each_time(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "GET", .path = "/keys", .reply = KEYS("POD")},
		{0},
	};
	static const char *const tokens[] = {"S3CRET-1", "S3CRET-2\n"};
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_serve(&w, routes);
	char *file = text_format("%s/token", w.home);
	char *url = text_format("%s/keys", w.url);
	aws_world_set(&w, "AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
	aws_world_set(&w, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "S3CRET-other");
	aws_world_set(&w, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file);
	aws_world_expect_problem(&w, PROBLEM_FILE, "/token cannot be read: ");
	for (size_t i = 0; i < 2; i++) {
		char want[16];
		snprintf(want, sizeof want, "%.8s", tokens[i]);
		aws_world_forget(&w);
		aws_world_file(&w, "token", tokens[i]);
		aws_world_expect(&w, "POD", "S3CRET-POD", "S3CRET+POD",
				 "container");
		assert_string_equal(want,
				    http_server_header(aws_world_request(&w, i),
						       "Authorization"));
	}
	aws_world_forget(&w);
	aws_world_set(&w, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", NULL);
	aws_world_expect(&w, "POD", "S3CRET-POD", "S3CRET+POD", "container");
	assert_string_equal("S3CRET-other",
			    http_server_header(aws_world_request(&w, 2),
					       "Authorization"));
	aws_world_forget(&w);
	aws_world_set(&w, "AWS_CONTAINER_AUTHORIZATION_TOKEN",
		      "S3CRET\r\nX-Evil: 1");
	aws_world_expect_problem(&w, PROBLEM_USAGE, "has a line end in it");
	free(url);
	free(file);
	aws_world_close(&w);
}

static void only_own_hosts_are_asked_in_the_clear(void **state)
{
	static const char *const urls[] = {
		"http://example.com/keys",
		"http://169.254.170.2@example.com/keys",
		"http://169.254.170.20/keys",
		"http://127.0.0.1.example.com/",
		"file:///etc/passwd",
		"ftp://127.0.0.1/",
	};
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		aws_world_set(&w, "AWS_CONTAINER_CREDENTIALS_FULL_URI",
			      urls[i]);
		aws_world_expect_problem(
			&w, PROBLEM_USAGE,
			"AWS_CONTAINER_CREDENTIALS_FULL_URI is not allowed; "
			"use https://, or http:// to this machine");
	}
	aws_world_close(&w);
}

static void a_container_service_is_tried_three_times(void **state)
{
	static const struct aws_route comes_back[] = {
		{.method = "GET", .path = "/k", .status = 500, .times = 1},
		{.method = "GET", .path = "/k", .status = -1, .times = 1},
		{.method = "GET", .path = "/k", .reply = KEYS("LATE")},
		{0},
	};
	static const struct aws_route stays_away[] = {
		{.method = "GET", .path = "/k", .status = 503},
		{0},
	};
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_serve(&w, comes_back);
	w.settings.container_base = w.url;
	aws_world_set(&w, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "k");
	aws_world_expect(&w, "LATE", "S3CRET-LATE", "S3CRET+LATE", "container");
	assert_int_equal(3, aws_world_requests(&w));
	aws_world_close(&w);

	aws_world_open(&w);
	aws_world_serve(&w, stays_away);
	w.settings.container_base = w.url;
	aws_world_set(&w, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "k");
	aws_world_expect_problem(&w, PROBLEM_SERVER, "refused (HTTP 503)");
	assert_int_equal(3, aws_world_requests(&w));
	aws_world_close(&w);
}

static void a_refusal_of_a_container_service_ends_it(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "GET", .path = "/k", .status = 403, .times = 1},
		{.method = "GET", .path = "/k", .reply = "S3CRET"},
		{0},
	};
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_serve(&w, routes);
	w.settings.container_base = w.url;
	aws_world_set(&w, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/k");
	aws_world_expect_problem(&w, PROBLEM_DENIED, "refused (HTTP 403)");
	assert_int_equal(1, aws_world_requests(&w));
	aws_world_expect_problem(&w, PROBLEM_FORMAT, "gave no JSON");
	aws_world_close(&w);
}

/* --- instances --- */

static void open_instance(struct aws_world *w, const struct aws_route *routes)
{
	aws_world_open(w);
	aws_world_serve(w, routes);
	aws_world_set(w, "AWS_EC2_METADATA_DISABLED", NULL);
	aws_world_set(w, "AWS_EC2_METADATA_SERVICE_ENDPOINT", w->url);
}

static void an_instance_is_asked_with_a_token(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "PUT",
		 .path = "/latest/api/token",
		 .reply = "S3CRET-token"},
		{.method = "GET", .path = ROLES, .reply = "tutor\n"},
		{.method = "GET", .path = ROLES "tutor", .reply = KEYS("EC2")},
		{0},
	};
	struct aws_world w;

	(void)state;
	open_instance(&w, routes);
	aws_world_expect(&w, "EC2", "S3CRET-EC2", "S3CRET+EC2",
			 "instance metadata (role tutor)");
	assert_string_equal(
		"21600",
		http_server_header(aws_world_request(&w, 0),
				   "X-aws-ec2-metadata-token-ttl-seconds"));
	for (size_t i = 1; i < 3; i++)
		assert_string_equal(
			"S3CRET-token",
			http_server_header(aws_world_request(&w, i),
					   "X-aws-ec2-metadata-token"));
	aws_world_close(&w);
}

static void version_1_is_asked_where_there_is_no_other(void **state)
{
	static const int statuses[] = {403, 404, 405};

	(void)state;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		const struct aws_route routes[] = {
			{.method = "PUT",
			 .path = "/latest/api/token",
			 .status = statuses[i]},
			{.method = "GET", .path = ROLES, .reply = "old"},
			{.method = "GET",
			 .path = ROLES "old",
			 .reply = KEYS("V1")},
			{0},
		};
		struct aws_world w;
		open_instance(&w, routes);
		aws_world_expect(&w, "V1", "S3CRET-V1", "S3CRET+V1",
				 "instance metadata (role old)");
		assert_string_equal(
			"", http_server_header(aws_world_request(&w, 1),
					       "X-aws-ec2-metadata-token"));
		aws_world_forget(&w);
		aws_world_set(&w, "AWS_EC2_METADATA_V1_DISABLED", "true");
		aws_world_ask(&w);
		assert_int_equal(statuses[i] == 403   ? PROBLEM_DENIED
				 : statuses[i] == 404 ? PROBLEM_DENIED
						      : PROBLEM_SERVER,
				 w.why.code);
		assert_int_equal(4, aws_world_requests(&w));
		aws_world_close(&w);
	}
}

static void an_instance_without_a_role_has_no_credentials(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "PUT", .path = "/latest/api/token", .reply = "t"},
		{.method = "GET", .path = ROLES, .status = 404},
		{0},
	};
	struct aws_world w;

	(void)state;
	open_instance(&w, routes);
	aws_world_expect_problem(&w, PROBLEM_DENIED, "there are none; set");
	/* who was told to look there is told what was found */
	aws_world_file(&w, ".aws/config",
		       "[profile p]\nrole_arn = r\n"
		       "credential_source = Ec2InstanceMetadata\n");
	aws_world_set(&w, "AWS_PROFILE", "p");
	aws_world_expect_problem(&w, PROBLEM_CONNECT,
				 "this instance has no role; attach one");
	aws_world_close(&w);
}

static void a_metadata_service_that_fails_is_told(void **state)
{
	static const struct {
		int status; /* of the role's credentials */
		const char *role, *reply;
		int code;
		const char *want;
	} rows[] = {
		{401, "r", NULL, PROBLEM_DENIED, "it refused (HTTP 401)"},
		{500, "r", NULL, PROBLEM_SERVER, "it failed (HTTP 500)"},
		{200, "r", "{}", PROBLEM_FORMAT, "gave no AccessKeyId"},
		{200, "../../user-data", NULL, PROBLEM_FORMAT,
		 "it names no role"},
		{200, "", NULL, PROBLEM_FORMAT, "it names no role"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct aws_route routes[] = {
			{.method = "PUT",
			 .path = "/latest/api/token",
			 .reply = "S3CRET"},
			{.method = "GET", .path = ROLES, .reply = rows[i].role},
			{.method = "GET",
			 .path = ROLES "r",
			 .status = rows[i].status,
			 .reply = rows[i].reply},
			{0},
		};
		struct aws_world w;
		open_instance(&w, routes);
		aws_world_expect_problem(&w, rows[i].code, rows[i].want);
		/* nobody named that service: the API key is what is told */
		aws_world_set(&w, "AWS_BEARER_TOKEN_BEDROCK", "S3CRET");
		aws_world_expect_problem(&w, PROBLEM_DENIED,
					 "AWS_BEARER_TOKEN_BEDROCK, cannot");
		aws_world_close(&w);
	}
}

static void where_nobody_answers_there_are_none(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_set(&w, "AWS_EC2_METADATA_DISABLED", NULL);
	/* nobody listens on port 1 */
	aws_world_set(&w, "AWS_EC2_METADATA_SERVICE_ENDPOINT",
		      "http://127.0.0.1:1/");
	aws_world_expect_problem(&w, PROBLEM_DENIED, "there are none; set");
	aws_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_is_asked_at_its_relative_address),
		cmocka_unit_test(a_pods_token_is_read_each_time),
		cmocka_unit_test(only_own_hosts_are_asked_in_the_clear),
		cmocka_unit_test(a_container_service_is_tried_three_times),
		cmocka_unit_test(a_refusal_of_a_container_service_ends_it),
		cmocka_unit_test(an_instance_is_asked_with_a_token),
		cmocka_unit_test(version_1_is_asked_where_there_is_no_other),
		cmocka_unit_test(an_instance_without_a_role_has_no_credentials),
		cmocka_unit_test(a_metadata_service_that_fails_is_told),
		cmocka_unit_test(where_nobody_answers_there_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
