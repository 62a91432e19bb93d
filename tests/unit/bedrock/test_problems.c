#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/bedrock/bedrock_internal.h"
#include "net/loop/loop.h"

#define MODEL "amazon.nova-2-sonic-v1:0"

static void every_known_answer_has_its_code(void **state)
{
	static const struct {
		int status;
		const char *name, *message;
		int code;
	} rows[] = {
		/* before the stream, by name */
		{403, "AccessDeniedException", "no", PROBLEM_DENIED},
		{400, "ValidationException", "no", PROBLEM_REJECTED},
		{400, "ServiceQuotaExceededException", "no", PROBLEM_THROTTLED},
		{404, "ResourceNotFoundException", "no", PROBLEM_MODEL},
		{408, "ModelTimeoutException", "no", PROBLEM_TIMEOUT},
		{424, "ModelErrorException", "no", PROBLEM_SERVER},
		{424, "ModelStreamErrorException", "no", PROBLEM_SERVER},
		{429, "ThrottlingException", "no", PROBLEM_THROTTLED},
		{429, "ModelNotReadyException", "no", PROBLEM_SERVER},
		{500, "InternalServerException", "no", PROBLEM_SERVER},
		{503, "ServiceUnavailableException", "no", PROBLEM_SERVER},
		/* keys, signature, time */
		{403, "UnrecognizedClientException", "", PROBLEM_DENIED},
		{403, "InvalidSignatureException", "", PROBLEM_DENIED},
		{403, "InvalidSignatureException", "Signature expired: x",
		 PROBLEM_CLOCK},
		{403, "InvalidSignatureException",
		 "Signature not yet current: x", PROBLEM_CLOCK},
		{403, "RequestTimeTooSkewed", "", PROBLEM_CLOCK},
		{403, "ExpiredTokenException", "", PROBLEM_DENIED},
		{403, "MissingAuthenticationTokenException", "",
		 PROBLEM_DENIED},
		/* inside the stream */
		{0, "internalServerException", "no", PROBLEM_SERVER},
		{0, "modelStreamErrorException", "no", PROBLEM_SERVER},
		{0, "validationException", "no", PROBLEM_REJECTED},
		{0, "throttlingException", "no", PROBLEM_THROTTLED},
		{0, "modelTimeoutException", "no", PROBLEM_TIMEOUT},
		{0, "serviceUnavailableException", "no", PROBLEM_SERVER},
		/* by text */
		{0, "validationException",
		 "System instability detected. Please retry your request.",
		 PROBLEM_SERVER},
		{0, "validationException",
		 "InternalErrorCode=531::RST_STREAM closed stream. HTTP/2 "
		 "error code: NO_ERROR",
		 PROBLEM_SERVER},
		{0, "validationException",
		 "InternalErrorCode=532::Timed out waiting for audio bytes",
		 PROBLEM_TIMEOUT},
		{0, "validationException", "Timed out waiting for input events",
		 PROBLEM_TIMEOUT},
		{0, "validationException",
		 "This request has been blocked by our content filters.",
		 PROBLEM_FILTERED},
		{0, "validationException",
		 "Invalid input request, please fix your input and try again.",
		 PROBLEM_UNCLEAR},
		{0, "validationException", "Tool Response parsing error",
		 PROBLEM_REJECTED},
		{400, "ValidationException",
		 "The provided model identifier is invalid.", PROBLEM_MODEL},
		{404, "ResourceNotFoundException",
		 "This model version has reached the end of its life.",
		 PROBLEM_MODEL},
		/* unknown */
		{403, NULL, NULL, PROBLEM_DENIED},
		{404, "", "", PROBLEM_PROTOCOL},
		{301, "", "", PROBLEM_PROTOCOL},
		{418, "TeapotException", "short and stout", PROBLEM_REJECTED},
		{429, NULL, NULL, PROBLEM_THROTTLED},
		{502, NULL, NULL, PROBLEM_SERVER},
		{0, NULL, NULL, PROBLEM_SERVER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct problem p = {0};
		int code = bedrock_problem(&p, rows[i].status, rows[i].name,
					   rows[i].message, MODEL,
					   "eu-north-1");
		if (code != rows[i].code)
			print_message("%s %s: %s\n",
				      rows[i].name ? rows[i].name : "-",
				      rows[i].message ? rows[i].message : "-",
				      p.text);
		assert_int_equal(rows[i].code, code);
		assert_int_equal(code, p.code);
		/* thing: cause; remedy */
		assert_memory_equal("Bedrock eu-north-1: ", p.text, 20);
		const char *remedy = strstr(p.text, "; ");
		assert_non_null(remedy);
		assert_true(strlen(remedy) > 5);
		assert_null(strchr(p.text, '%'));
	}
}

static void the_line_is_for_people(void **state)
{
	struct problem p;

	(void)state;
	bedrock_problem(&p, 404, "ResourceNotFoundException", "x", MODEL,
			"eu-west-1");
	assert_string_equal(
		"Bedrock eu-west-1: model " MODEL " is not known in eu-west-1 "
		"(ResourceNotFoundException, HTTP 404); try --model "
		"amazon.nova-2-5-sonic, or region us-east-1, us-west-2, "
		"eu-north-1 or ap-northeast-1",
		p.text);
	bedrock_problem(&p, 0, "internalServerException",
			"The system \n failed. ", NULL, NULL);
	assert_string_equal("Bedrock this region: The system ? failed "
			    "(internalServerException); reconnect",
			    p.text);
}

static void what_the_service_says_is_not_a_format(void **state)
{
	char message[2000];
	struct problem p;

	(void)state;
	memset(message, 'm', sizeof message - 1);
	message[sizeof message - 1] = '\0';
	memcpy(message, "%s%n%M%R", 8);
	bedrock_problem(&p, 0, "validationException", message, "M", "R");
	assert_memory_equal("Bedrock R: %s%n%M%R", p.text, 19);
	assert_true(strlen(p.text) < sizeof p.text);
	assert_non_null(strstr(p.text, "; check the model"));
}

static void http_dates_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{"Fri, 02 Jan 2026 03:04:05 GMT", 1767323045000},
		{"Thu, 01 Jan 1970 00:00:00 GMT", 0},
		{"Thu, 29 Feb 2024 23:59:59 GMT", 1709251199000},
		{"", -1},
		{"Fri, 02 Jan 2026", -1},
		{"Fri, 02 anF 2026 03:04:05 GMT", -1},
		{"Fri, 02 Jan 2026 03:04:05 PST", -1},
		{"2026-01-02T03:04:05Z", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_true(rows[i].ms == text_http_date(rows[i].text));
}

static void names_of_errors_are_cut_out(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"ValidationException", "ValidationException"},
		{"ValidationException:http://internal/a#b",
		 "ValidationException"},
		{"com.amazon.x#ThrottlingException", "ThrottlingException"},
		{"a#B:c", "B"},
		{"Name,Other", "Name"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char name[64];
		bedrock_error_name(name, rows[i].text);
		assert_string_equal(rows[i].want, name);
	}
}

static void settings_that_cannot_work_are_told_at_once(void **state)
{
	static const struct {
		struct bedrock_settings settings;
		int code;
		const char *text;
	} rows[] = {
		{{.endpoint = "http://example.com"},
		 PROBLEM_USAGE,
		 "allowed to this machine only"},
		{{.region = "Mars"},
		 PROBLEM_USAGE,
		 "not the name of an AWS region"},
		{{.ca_file = "/nowhere/ca"}, PROBLEM_FILE, "/nowhere/ca"},
	};
	struct loop *l = NULL;

	(void)state;
	assert_int_equal(0, loop_create(&l));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct nova_upstream *u = NULL;
		struct problem p = {0};
		assert_int_equal(
			rows[i].code,
			bedrock_upstream_create(&u, l, &rows[i].settings, &p));
		if (!strstr(p.text, rows[i].text))
			assert_string_equal(rows[i].text, p.text);
		assert_null(u);
	}
	loop_free(l);
}

static void upstreams_have_names_for_people(void **state)
{
	static const struct {
		const char *region, *endpoint, *want;
	} rows[] = {
		{NULL, NULL, "Bedrock us-east-1"},
		{"eu-north-1", NULL, "Bedrock eu-north-1"},
		{NULL, "http://127.0.0.1:8081",
		 "Bedrock us-east-1 at 127.0.0.1:8081"},
	};
	struct loop *l = NULL;

	(void)state;
	assert_int_equal(0, loop_create(&l));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct bedrock_settings settings = {
			.region = rows[i].region,
			.endpoint = rows[i].endpoint,
		};
		struct nova_upstream *u = NULL;
		assert_int_equal(0, bedrock_upstream_create(&u, l, &settings,
							    NULL));
		assert_string_equal(rows[i].want, u->name);
		assert_null(bedrock_upstream_free(u));
	}
	loop_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_known_answer_has_its_code),
		cmocka_unit_test(the_line_is_for_people),
		cmocka_unit_test(what_the_service_says_is_not_a_format),
		cmocka_unit_test(http_dates_are_read),
		cmocka_unit_test(names_of_errors_are_cut_out),
		cmocka_unit_test(settings_that_cannot_work_are_told_at_once),
		cmocka_unit_test(upstreams_have_names_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
