#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/cognito/refusal.h"

/* Every name of the reference, and what a program makes of it. */
static const struct {
	const char *exception;
	enum cognito_purpose purpose;
	int code;
	const char *says;
} rows[] = {
	{"NotAuthorizedException", COGNITO_SIGN_IN, PROBLEM_DENIED, "password"},
	{"NotAuthorizedException", COGNITO_ANSWER, PROBLEM_DENIED, "too late"},
	{"NotAuthorizedException", COGNITO_REFRESH, PROBLEM_DENIED,
	 "habla login"},
	{"NotAuthorizedException", COGNITO_REVOKE, PROBLEM_DENIED, "ended"},
	{"NotAuthorizedException", COGNITO_IDENTITY, PROBLEM_DENIED,
	 "identity pool"},
	{"RefreshTokenReuseException", COGNITO_REFRESH, PROBLEM_DENIED,
	 "habla login"},
	{"UserNotFoundException", COGNITO_SIGN_IN, PROBLEM_DENIED, "--user"},
	{"UserNotConfirmedException", COGNITO_SIGN_IN, PROBLEM_DENIED,
	 "confirm"},
	{"PasswordResetRequiredException", COGNITO_SIGN_IN, PROBLEM_DENIED,
	 "set anew"},
	{"InvalidParameterException", COGNITO_SIGN_IN, PROBLEM_REJECTED,
	 "--flow"},
	{"InvalidParameterException", COGNITO_IDENTITY, PROBLEM_REJECTED,
	 "--identity-pool"},
	{"ResourceNotFoundException", COGNITO_SIGN_IN, PROBLEM_DENIED,
	 "--client-id"},
	{"ResourceNotFoundException", COGNITO_IDENTITY, PROBLEM_DENIED,
	 "--identity-pool"},
	{"TooManyRequestsException", COGNITO_SIGN_IN, PROBLEM_THROTTLED,
	 "wait a minute"},
	{"TooManyRequestsException", COGNITO_IDENTITY, PROBLEM_THROTTLED,
	 "wait a minute"},
	{"LimitExceededException", COGNITO_SIGN_IN, PROBLEM_THROTTLED, "wait"},
	{"InvalidUserPoolConfigurationException", COGNITO_SIGN_IN,
	 PROBLEM_REJECTED, "not set up right"},
	{"UserLambdaValidationException", COGNITO_SIGN_IN, PROBLEM_DENIED,
	 "school's own check refuses"},
	{"UnexpectedLambdaException", COGNITO_SIGN_IN, PROBLEM_SERVER,
	 "school's own check failed"},
	{"InvalidLambdaResponseException", COGNITO_SIGN_IN, PROBLEM_SERVER,
	 "school's own check failed"},
	{"ForbiddenException", COGNITO_SIGN_IN, PROBLEM_DENIED, "firewall"},
	{"OperationNotEnabledException", COGNITO_SIGN_IN, PROBLEM_REJECTED,
	 "switched off"},
	{"UnsupportedOperationException", COGNITO_REVOKE, PROBLEM_REJECTED,
	 "switched off"},
	{"FeatureUnavailableInTierException", COGNITO_SIGN_IN, PROBLEM_REJECTED,
	 "plan"},
	{"InternalErrorException", COGNITO_SIGN_IN, PROBLEM_SERVER,
	 "try again in a minute"},
	{"InternalErrorException", COGNITO_IDENTITY, PROBLEM_SERVER,
	 "try again in a minute"},
	{"CodeMismatchException", COGNITO_ANSWER, PROBLEM_DENIED, "code"},
	{"ExpiredCodeException", COGNITO_ANSWER, PROBLEM_DENIED, "too old"},
	{"InvalidPasswordException", COGNITO_ANSWER, PROBLEM_DENIED,
	 "another one"},
	{"ExternalServiceException", COGNITO_IDENTITY, PROBLEM_SERVER,
	 "try again"},
	{"InvalidIdentityPoolConfigurationException", COGNITO_IDENTITY,
	 PROBLEM_REJECTED, "no role"},
	{"ResourceConflictException", COGNITO_IDENTITY, PROBLEM_DENIED,
	 "another identity"},
	{"NeverHeardOfException", COGNITO_SIGN_IN, PROBLEM_REJECTED,
	 "status 400"},
	{"", COGNITO_SIGN_IN, PROBLEM_REJECTED, "no reason given"},
};

static void each_name_is_one_line_with_cause_and_remedy(void **state)
{
	struct cognito_refusal r;
	struct problem p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		r = (struct cognito_refusal){.status = 400,
					     .message = "In its words."};
		p = (struct problem){0};
		snprintf(r.exception, sizeof r.exception, "%s",
			 rows[i].exception);
		int code = cognito_refusal_problem(&p, "user pool x",
						   rows[i].purpose, &r, NULL);
		if (code != rows[i].code || p.code != code ||
		    !strstr(p.text, rows[i].says))
			fail_msg("row %zu, %s: %s: %s", i, rows[i].exception,
				 problem_name(code), p.text);
		assert_ptr_equal(strstr(p.text, "user pool x: "), p.text);
		assert_non_null(strstr(p.text, rows[i].exception));
		assert_non_null(strstr(p.text, ": In its words.)"));
		assert_non_null(strchr(p.text, ';'));
	}
}

static void the_status_says_it_when_the_name_does_not(void **state)
{
	static const struct {
		int status, code;
	} statuses[] = {{429, PROBLEM_THROTTLED},
			{500, PROBLEM_SERVER},
			{503, PROBLEM_SERVER},
			{400, PROBLEM_REJECTED},
			{302, PROBLEM_REJECTED}};
	struct problem p;

	(void)state;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		struct cognito_refusal r = {.status = statuses[i].status};

		assert_int_equal(cognito_refusal_problem(
					 &p, "x", COGNITO_SIGN_IN, &r, NULL),
				 statuses[i].code);
	}
}

static void a_message_with_a_secret_in_it_is_left_out(void **state)
{
	const char *const secrets[] = {"", "hush", NULL};
	struct cognito_refusal r = {.status = 400,
				    .exception = "InvalidParameterException"};
	struct problem p = {0};

	(void)state;
	snprintf(r.message, sizeof r.message, "Value 'hush' is wrong");
	cognito_refusal_problem(&p, "x", COGNITO_SIGN_IN, &r, secrets);
	assert_null(strstr(p.text, "hush"));
	assert_non_null(strstr(p.text, "(InvalidParameterException)"));
	snprintf(r.message, sizeof r.message, "Value is wrong");
	cognito_refusal_problem(&p, "x", COGNITO_SIGN_IN, &r, secrets);
	assert_non_null(strstr(p.text, "Value is wrong"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_name_is_one_line_with_cause_and_remedy),
		cmocka_unit_test(the_status_says_it_when_the_name_does_not),
		cmocka_unit_test(a_message_with_a_secret_in_it_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
