/* Roles: credentials from STS, over HTTP, with other credentials or a token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "net/aws/aws_identity.h"
#include "net/aws/sigv4.h"
#include "net/base/bytes.h"
#include "net/base/text.h"
#include "net/http/http.h"
#include "tests/support/aws_world.h"
#include "tests/support/http_server.h"
#include "tests/support/loop_until.h"

#define ANSWER(action, id)                                                     \
	"<" action                                                             \
	"Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/"           \
	"\"><" action "Result><Credentials><AccessKeyId>" id                   \
	"</AccessKeyId><SecretAccessKey>S3CRET/" id                            \
	"</SecretAccessKey><SessionToken>S3CRET&amp;" id                       \
	"</SessionToken><Expiration>2126-01-02T03:04:05Z</Expiration>"         \
	"</Credentials></" action "Result></" action "Response>"
#define REFUSAL(code, message)                                                 \
	"<ErrorResponse><Error><Type>Sender</Type><Code>" code                 \
	"</Code><Message>" message "</Message></Error></ErrorResponse>"

static const char school[] =
	"[profile school]\n"
	"role_arn = arn:aws:iam::123456789012:role/team/tutor\n"
	"source_profile = base\n"
	"external_id = room 7\n"
	"role_session_name = lesson\n"
	"duration_seconds = 1800\n"
	"region = eu-north-1\n";
static const char base[] = "[base]\n"
			   "aws_access_key_id = BASE\n"
			   "aws_secret_access_key = S3CRET-base\n"
			   "aws_session_token = S3CRET-token\n";

static void open_school(struct aws_world *w, const struct aws_route *routes)
{
	aws_world_open(w);
	aws_world_serve(w, routes);
	aws_world_file(w, ".aws/config", school);
	aws_world_file(w, ".aws/credentials", base);
	w->settings.profile = "school";
}

/* As STS would: from the secret to the signature. */
static void check_signature(const struct http_server_request *r,
			    const char *key_id, const char *secret,
			    const char *region)
{
	char type[128], host[128], date[64], token[128], want[1024], got[1024];
	char hash[SIGV4_HEX_SIZE], signature[SIGV4_HEX_SIZE];
	struct tm tm = {0};
	struct bytes b;

	snprintf(type, sizeof type, "%s",
		 http_server_header(r, "Content-Type"));
	snprintf(host, sizeof host, "%s", http_server_header(r, "Host"));
	snprintf(date, sizeof date, "%s", http_server_header(r, "X-Amz-Date"));
	snprintf(token, sizeof token, "%s",
		 http_server_header(r, "X-Amz-Security-Token"));
	snprintf(got, sizeof got, "%s", http_server_header(r, "Authorization"));
	assert_non_null(strptime(date, "%Y%m%dT%H%M%SZ", &tm));
	const struct sigv4_header headers[] = {
		{"content-type", type},
		{"host", host},
		{"x-amz-date", date},
		{"x-amz-security-token", token},
	};
	const struct sigv4_request request = {
		.path = r->path,
		.region = region,
		.date_ms = (int64_t)timegm(&tm) * 1000,
		.headers = headers,
		.header_count = *token ? 4 : 3,
		.service = "sts",
		.payload_hash = hash,
	};
	assert_int_equal(0, sigv4_payload_hash(hash, r->body, r->body_length));
	assert_int_equal(0, sigv4_sign_request(signature, &request, secret));
	bytes_init(&b, sizeof want);
	assert_int_equal(0,
			 sigv4_authorization(&b, &request, key_id, signature));
	assert_string_equal(bytes_text(&b), got);
	bytes_deinit(&b);
}

static void a_role_is_assumed_with_another_profiles_keys(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "POST",
		 .path = "/",
		 .reply = ANSWER("AssumeRole", "ROLE")},
		{0},
	};
	struct aws_world w;

	(void)state;
	open_school(&w, routes);
	aws_world_expect(&w, "ROLE", "S3CRET/ROLE", "S3CRET&ROLE",
			 "profile school (role tutor)");
	assert_true(w.got.expires_ms == 4922996645000);
	const struct http_server_request *r = aws_world_request(&w, 0);
	assert_string_equal(
		"Action=AssumeRole&Version=2011-06-15&RoleArn="
		"arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fteam%2Ftutor"
		"&RoleSessionName=lesson&ExternalId=room%207"
		"&DurationSeconds=1800",
		r->body);
	check_signature(r, "BASE", "S3CRET-base", "eu-north-1");
	assert_string_equal("S3CRET-token",
			    http_server_header(r, "X-Amz-Security-Token"));
	/* good for long: nobody is asked again */
	aws_world_ask(&w);
	assert_string_equal("ROLE", w.got.key_id);
	assert_int_equal(1, aws_world_requests(&w));
	aws_world_close(&w);
}

static void roles_may_lead_to_roles(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "POST",
		 .path = "/",
		 .body_has = "role%2Ffirst",
		 .reply = ANSWER("AssumeRole", "FIRST")},
		{.method = "POST",
		 .path = "/",
		 .body_has = "role%2Fsecond",
		 .reply = ANSWER("AssumeRole", "SECOND")},
		{0},
	};
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_serve(&w, routes);
	aws_world_file(&w, ".aws/credentials", base);
	aws_world_file(&w, ".aws/config",
		       "[profile one]\nrole_arn = arn:x:role/first\n"
		       "source_profile = base\n"
		       "[profile two]\nrole_arn = arn:x:role/second\n"
		       "source_profile = one\n");
	w.settings.profile = "two";
	aws_world_expect(&w, "SECOND", "S3CRET/SECOND", "S3CRET&SECOND",
			 "profile two (role second)");
	check_signature(aws_world_request(&w, 0), "BASE", "S3CRET-base",
			"us-east-1");
	check_signature(aws_world_request(&w, 1), "FIRST", "S3CRET/FIRST",
			"us-east-1");
	assert_non_null(strstr(aws_world_request(&w, 1)->body,
			       "RoleSessionName=habla"));
	aws_world_close(&w);
}

static void a_profile_may_hold_both_role_and_keys(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "POST",
		 .path = "/",
		 .reply = ANSWER("AssumeRole", "ROLE")},
		{0},
	};
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_serve(&w, routes);
	aws_world_file(&w, ".aws/config",
		       "[profile self]\nrole_arn = arn:x:role/r\n"
		       "source_profile = self\naws_access_key_id = OWN\n"
		       "aws_secret_access_key = S3CRET\n");
	w.settings.profile = "self";
	aws_world_expect(&w, "ROLE", "S3CRET/ROLE", "S3CRET&ROLE",
			 "profile self (role r)");
	check_signature(aws_world_request(&w, 0), "OWN", "S3CRET", "us-east-1");
	aws_world_close(&w);
}

static void wrong_profiles_are_told_before_anything_is_sent(void **state)
{
	static const struct {
		const char *config, *want;
	} rows[] = {
		{"[profile p]\nrole_arn = r\nsource_profile = q\n"
		 "[profile q]\nrole_arn = r\nsource_profile = p\n",
		 "profile p: its source_profile leads back to itself"},
		{"[profile p]\nrole_arn = r\nsource_profile = nobody\n",
		 "profile nobody is neither in"},
		{"[profile p]\nrole_arn = r\nsource_profile = q\n"
		 "[profile q]\nregion = x\n",
		 "profile q: is another's source_profile, but names no "
		 "credentials"},
		{"[profile p]\nrole_arn = r\n",
		 "role_arn needs source_profile, credential_source or "
		 "web_identity_token_file"},
		{"[profile p]\nrole_arn = r\nsource_profile = p\n"
		 "credential_source = Environment\n",
		 "exclude each other"},
		{"[profile p]\nrole_arn = r\ncredential_source = Moon\n",
		 "use Environment, Ec2InstanceMetadata or EcsContainer"},
		{"[profile p]\nrole_arn = r\ncredential_source = Environment\n",
		 "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both "
		 "set"},
		{"[profile p]\nrole_arn = r\ncredential_source = "
		 "EcsContainer\n",
		 "no AWS_CONTAINER_CREDENTIALS_... variable is set"},
		{"[profile p]\nrole_arn = r\n"
		 "credential_source = Ec2InstanceMetadata\n",
		 "AWS_EC2_METADATA_DISABLED is true"},
		{"[profile p]\nrole_arn = r\nsource_profile = p\n"
		 "mfa_serial = arn:x\n",
		 "mfa_serial is not supported, because nobody can be asked for "
		 "a code; let a profile with credential_process = aws "
		 "configure export-credentials"},
		{"[profile p]\nrole_arn = r\nsource_profile = q\n"
		 "duration_seconds = long\n[profile q]\n"
		 "aws_access_key_id = K\naws_secret_access_key = S3CRET\n",
		 "duration_seconds is no number from 900 to 43200"},
		{"[profile p]\nweb_identity_token_file = /x\n",
		 "web_identity_token_file needs role_arn"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct aws_world w;
		aws_world_open(&w);
		aws_world_file(&w, ".aws/config", rows[i].config);
		w.settings.profile = "p";
		aws_world_expect_problem(&w, PROBLEM_USAGE, rows[i].want);
		aws_world_close(&w);
	}
}

static void a_refusal_of_sts_is_told_with_its_reason(void **state)
{
	static const struct {
		int status;
		const char *reply;
		int code;
		const char *want;
	} rows[] = {
		{403,
		 REFUSAL("AccessDenied",
			 "User: arn:aws:iam::1:user/a is not authorized to "
			 "perform: sts:AssumeRole"),
		 PROBLEM_DENIED,
		 "profile school: role tutor: STS refused (HTTP 403, "
		 "AccessDenied: User: arn:aws:iam::1:user/a is not authorized "
		 "to perform: sts:AssumeRole); allow sts:AssumeRole, in the "
		 "role's trust policy too"},
		{403, REFUSAL("InvalidClientTokenId", "no."), PROBLEM_DENIED,
		 "no); check the key id, and that it was not deleted"},
		{403, REFUSAL("ExpiredToken", "old"), PROBLEM_DENIED,
		 "get new credentials"},
		{403, REFUSAL("SignatureDoesNotMatch", "Signature expired: x"),
		 PROBLEM_CLOCK, "set this machine's clock"},
		{403, REFUSAL("SignatureDoesNotMatch", "other"), PROBLEM_DENIED,
		 "check the secret key"},
		{400, REFUSAL("Throttling", "slow down"), PROBLEM_THROTTLED,
		 "try again in a moment"},
		{503, "<html>", PROBLEM_SERVER, "(HTTP 503); try again"},
		{200, "{}", PROBLEM_FORMAT, "gave what cannot be read"},
		{200, "<AssumeRoleResponse/>", PROBLEM_FORMAT,
		 "gave no whole credentials"},
		{200,
		 "<!DOCTYPE x [<!ENTITY a \"b\">]><x><AccessKeyId>&a;"
		 "</AccessKeyId></x>",
		 PROBLEM_FORMAT, "gave what cannot be read"},
		{-1, NULL, PROBLEM_SERVER, "STS eu-north-1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct aws_route routes[] = {
			{.method = "POST",
			 .path = "/",
			 .status = rows[i].status,
			 .reply = rows[i].reply},
			{0},
		};
		struct aws_world w;
		open_school(&w, routes);
		aws_world_expect_problem(&w, rows[i].code, rows[i].want);
		aws_world_close(&w);
	}
}

/* 2001 is far from any machine's clock that runs this. */
static void a_wrong_clock_is_corrected_by_sts(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "POST",
		 .path = "/",
		 .status = 403,
		 .reply = REFUSAL("SignatureDoesNotMatch",
				  "Signature not yet current: x"),
		 .headers = "Date: Tue, 02 Jan 2001 03:04:05 GMT\r\n",
		 .times = 1},
		{.method = "POST",
		 .path = "/",
		 .reply = ANSWER("AssumeRole", "ROLE"),
		 .times = 1},
		{.method = "POST",
		 .path = "/",
		 .status = 403,
		 .reply = REFUSAL("SignatureDoesNotMatch",
				  "Signature not yet current: x"),
		 .headers = "Date: Tue, 02 Jan 2001 03:04:05 GMT\r\n"},
		{0},
	};
	struct aws_world w;

	(void)state;
	open_school(&w, routes);
	aws_world_expect(&w, "ROLE", "S3CRET/ROLE", "S3CRET&ROLE",
			 "profile school (role tutor)");
	assert_memory_equal(
		"20010102T",
		http_server_header(aws_world_request(&w, 1), "X-Amz-Date"), 9);
	check_signature(aws_world_request(&w, 1), "BASE", "S3CRET-base",
			"eu-north-1");
	/* once, and no more */
	aws_world_forget(&w);
	aws_world_expect_problem(&w, PROBLEM_CLOCK, "set this machine's clock");
	assert_int_equal(4, aws_world_requests(&w));
	aws_world_close(&w);
}

static void keys_come_over_a_safe_way_only(void **state)
{
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_file(&w, ".aws/config", school);
	aws_world_file(&w, ".aws/credentials", base);
	w.settings.profile = "school";
	aws_world_set(&w, "AWS_ENDPOINT_URL", "http://sts.example.com");
	aws_world_expect_problem(&w, PROBLEM_USAGE, "must begin with https://");
	/* a host that only looks like this machine */
	aws_world_set(&w, "AWS_ENDPOINT_URL_STS",
		      "http://127.0.0.1@example.com");
	aws_world_expect_problem(&w, PROBLEM_USAGE, "must begin with https://");
	aws_world_set(&w, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
	w.settings.region = "evil.example/";
	aws_world_forget(&w);
	aws_world_expect_problem(&w, PROBLEM_USAGE,
				 "is not the name of an AWS region");
	aws_world_close(&w);
}

static void a_web_identity_token_is_read_each_time(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "POST",
		 .path = "/",
		 .body_has = "WebIdentityToken=S3CRET.one",
		 .reply = ANSWER("AssumeRoleWithWebIdentity", "ONE")},
		{.method = "POST",
		 .path = "/",
		 .body_has = "WebIdentityToken=S3CRET.two",
		 .reply = ANSWER("AssumeRoleWithWebIdentity", "TWO")},
		{0},
	};
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_serve(&w, routes);
	char *file = text_format("%s/token", w.home);
	aws_world_set(&w, "AWS_WEB_IDENTITY_TOKEN_FILE", file);
	aws_world_expect_problem(&w, PROBLEM_USAGE,
				 "is set without AWS_ROLE_ARN");
	aws_world_set(&w, "AWS_ROLE_ARN", "arn:x:role/pod");
	aws_world_expect_problem(&w, PROBLEM_FILE, "/token cannot be read: ");
	aws_world_file(&w, "token", "\n");
	aws_world_expect_problem(&w, PROBLEM_FORMAT, "/token is empty");
	aws_world_file(&w, "token", "S3CRET.one\n");
	aws_world_expect(&w, "ONE", "S3CRET/ONE", "S3CRET&ONE",
			 "web identity (role pod)");
	const struct http_server_request *r = aws_world_request(&w, 0);
	assert_string_equal("", http_server_header(r, "Authorization"));
	assert_non_null(strstr(r->body, "Action=AssumeRoleWithWebIdentity&"));
	aws_world_forget(&w);
	aws_world_file(&w, "token", "S3CRET.two");
	aws_world_set(&w, "AWS_ROLE_SESSION_NAME", "me");
	aws_world_expect(&w, "TWO", "S3CRET/TWO", "S3CRET&TWO",
			 "web identity (role pod)");
	assert_non_null(
		strstr(aws_world_request(&w, 1)->body, "RoleSessionName=me"));
	/* and named by a profile */
	char *config = text_format("[profile p]\nrole_arn = arn:x:role/q\n"
				   "web_identity_token_file = %s\n",
				   file);
	aws_world_file(&w, ".aws/config", config);
	w.settings.profile = "p";
	aws_world_forget(&w);
	aws_world_expect(&w, "TWO", "S3CRET/TWO", "S3CRET&TWO",
			 "profile p (role q)");
	free(config);
	free(file);
	aws_world_close(&w);
}

static void keys_of_the_environment_may_assume_a_role(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "POST",
		 .path = "/",
		 .reply = ANSWER("AssumeRole", "ROLE")},
		{0},
	};
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_serve(&w, routes);
	aws_world_file(&w, ".aws/config",
		       "[profile p]\nrole_arn = arn:x:role/r\n"
		       "credential_source = Environment\n");
	aws_world_set(&w, "AWS_ACCESS_KEY_ID", "ENV");
	aws_world_set(&w, "AWS_SECRET_ACCESS_KEY", "S3CRET");
	w.settings.profile = "p";
	w.settings.profile_first = true;
	aws_world_expect(&w, "ROLE", "S3CRET/ROLE", "S3CRET&ROLE",
			 "profile p (role r)");
	check_signature(aws_world_request(&w, 0), "ENV", "S3CRET", "us-east-1");
	aws_world_close(&w);
}

/* --- who am I --- */

struct identity {
	char account[32], arn[128], user_id[64];
	struct problem why;
	bool done;
};

static void on_identity(void *arg, const struct aws_identity *i,
			const struct problem *why)
{
	struct identity *id = arg;

	id->done = true;
	if (why)
		id->why = *why;
	if (!i)
		return;
	snprintf(id->account, sizeof id->account, "%s", i->account);
	snprintf(id->arn, sizeof id->arn, "%s", i->arn);
	snprintf(id->user_id, sizeof id->user_id, "%s", i->user_id);
}

static bool is_done(void *arg)
{
	return ((struct identity *)arg)->done;
}

static void the_caller_is_named(void **state)
{
	static const struct aws_route routes[] = {
		{.method = "POST",
		 .path = "/",
		 .times = 1,
		 .reply = "<GetCallerIdentityResponse>"
			  "<GetCallerIdentityResult>"
			  "<Arn>arn:aws:iam::123456789012:user/ann</Arn>"
			  "<UserId>AIDA</UserId>"
			  "<Account>123456789012</Account>"
			  "</GetCallerIdentityResult>"
			  "</GetCallerIdentityResponse>"},
		{.method = "POST",
		 .path = "/",
		 .status = 403,
		 .reply = REFUSAL("InvalidClientTokenId", "no")},
		{0},
	};
	char key_id[] = "AKID", secret[] = "S3CRET";
	const struct credentials c = {.key_id = key_id, .secret = secret};
	struct aws_identity_call *call;
	struct http *http;
	struct aws_world w;

	(void)state;
	aws_world_open(&w);
	aws_world_serve(&w, routes);
	assert_int_equal(0, http_create(&http, w.loop, NULL, NULL));
	for (int round = 0; round < 2; round++) {
		struct identity id = {0};
		const struct aws_identity_settings settings = {
			.loop = w.loop,
			.http = http,
			.environment = &w.environment,
			.credentials = &c,
		};
		assert_int_equal(0, aws_identity_ask(&call, &settings,
						     on_identity, &id, NULL));
		loop_until(w.loop, is_done, &id);
		assert_null(aws_identity_free(call));
		if (round == 1) {
			assert_int_equal(PROBLEM_DENIED, id.why.code);
			assert_non_null(strstr(id.why.text,
					       "AWS identity: STS refused"));
			continue;
		}
		assert_string_equal("", id.why.text);
		assert_string_equal("123456789012", id.account);
		assert_string_equal("arn:aws:iam::123456789012:user/ann",
				    id.arn);
		assert_string_equal("AIDA", id.user_id);
	}
	check_signature(aws_world_request(&w, 0), "AKID", "S3CRET",
			"us-east-1");
	http_free(http);
	aws_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_role_is_assumed_with_another_profiles_keys),
		cmocka_unit_test(roles_may_lead_to_roles),
		cmocka_unit_test(a_profile_may_hold_both_role_and_keys),
		cmocka_unit_test(
			wrong_profiles_are_told_before_anything_is_sent),
		cmocka_unit_test(a_refusal_of_sts_is_told_with_its_reason),
		cmocka_unit_test(a_wrong_clock_is_corrected_by_sts),
		cmocka_unit_test(keys_come_over_a_safe_way_only),
		cmocka_unit_test(a_web_identity_token_is_read_each_time),
		cmocka_unit_test(keys_of_the_environment_may_assume_a_role),
		cmocka_unit_test(the_caller_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
