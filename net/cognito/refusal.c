#include "net/cognito/refusal.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

/* Bits of enum cognito_purpose. */
enum {
	SIGN_IN = 1 << COGNITO_SIGN_IN,
	ANSWER = 1 << COGNITO_ANSWER,
	REFRESH = 1 << COGNITO_REFRESH,
	REVOKE = 1 << COGNITO_REVOKE,
	IDENTITY = 1 << COGNITO_IDENTITY,
	USER_POOL = SIGN_IN | ANSWER | REFRESH | REVOKE,
	ANY = USER_POOL | IDENTITY,
};

/* The first row that fits holds.  Names: nova-sonic.md, "Cognito"; those of
 * challenges and of refresh-token rotation from the API reference. */
static const struct {
	const char *exception;
	unsigned purposes;
	int code;
	const char *cause, *remedy;
} rows[] = {
	{"NotAuthorizedException", SIGN_IN, PROBLEM_DENIED,
	 "user name or password is wrong, or the account is locked",
	 "try again, or ask your school"},
	{"NotAuthorizedException", ANSWER, PROBLEM_DENIED,
	 "the answer came too late, or the account is locked",
	 "try again, or ask your school"},
	{"NotAuthorizedException", REFRESH | REVOKE, PROBLEM_DENIED,
	 "the login has ended", "sign in again: habla login"},
	{"NotAuthorizedException", IDENTITY, PROBLEM_DENIED,
	 "the identity pool does not accept this login",
	 "sign in again with habla login, or have your school check the "
	 "identity pool's provider and roles"},
	{"RefreshTokenReuseException", REFRESH | REVOKE, PROBLEM_DENIED,
	 "the login was continued elsewhere and has ended here",
	 "sign in again: habla login"},
	{"UserNotFoundException", USER_POOL, PROBLEM_DENIED,
	 "there is no such user", "check --user, or ask your school"},
	{"UserNotConfirmedException", USER_POOL, PROBLEM_DENIED,
	 "the account is not confirmed yet",
	 "confirm it on your school's page, by the code in your mail"},
	{"PasswordResetRequiredException", USER_POOL, PROBLEM_DENIED,
	 "the password must be set anew",
	 "set it on your school's page, then try again"},
	{"InvalidPasswordException", USER_POOL, PROBLEM_DENIED,
	 "the new password does not follow the pool's rules",
	 "try again with another one"},
	{"PasswordHistoryPolicyViolationException", USER_POOL, PROBLEM_DENIED,
	 "the new password was used before", "try again with another one"},
	{"CodeMismatchException", USER_POOL, PROBLEM_DENIED,
	 "the code is wrong",
	 "try again with the code that the app shows, and check this "
	 "computer's and the phone's time"},
	{"ExpiredCodeException", USER_POOL, PROBLEM_DENIED,
	 "the code is too old", "try again with the next one"},
	{"EnableSoftwareTokenMFAException", USER_POOL, PROBLEM_DENIED,
	 "the code is not accepted",
	 "set up the authenticator app on your school's page"},
	{"InvalidParameterException", USER_POOL, PROBLEM_REJECTED,
	 "it does not allow this way to sign in, or a value is wrong",
	 "check --user and --client-id, try the other --flow, or ask your "
	 "school"},
	{"InvalidParameterException", IDENTITY, PROBLEM_REJECTED,
	 "a value is wrong", "check --identity-pool"},
	{"ResourceNotFoundException", USER_POOL, PROBLEM_DENIED,
	 "there is no such user pool or client",
	 "check --user-pool, --client-id and --region"},
	{"ResourceNotFoundException", IDENTITY, PROBLEM_DENIED,
	 "there is no such identity pool", "check --identity-pool"},
	{"ResourceConflictException", IDENTITY, PROBLEM_DENIED,
	 "this login is tied to another identity already",
	 "sign in as another user, or ask your school"},
	{"TooManyRequestsException", ANY, PROBLEM_THROTTLED,
	 "too many requests", "wait a minute, then try again"},
	{"LimitExceededException", ANY, PROBLEM_THROTTLED, "too many attempts",
	 "wait a quarter of an hour, then try again"},
	{"TooManyFailedAttemptsException", ANY, PROBLEM_THROTTLED,
	 "too many attempts", "wait a quarter of an hour, then try again"},
	{"UserLambdaValidationException", USER_POOL, PROBLEM_DENIED,
	 "your school's own check refuses", "ask your school"},
	{"UnexpectedLambdaException", USER_POOL, PROBLEM_SERVER,
	 "your school's own check failed",
	 "try again later, or tell your "
	 "school"},
	{"InvalidLambdaResponseException", USER_POOL, PROBLEM_SERVER,
	 "your school's own check failed",
	 "try again later, or tell your "
	 "school"},
	{"InvalidUserPoolConfigurationException", USER_POOL, PROBLEM_REJECTED,
	 "the user pool is not set up right", "tell your school"},
	{"InvalidIdentityPoolConfigurationException", IDENTITY,
	 PROBLEM_REJECTED, "the identity pool has no role for this user",
	 "tell your school"},
	{"ForbiddenException", ANY, PROBLEM_DENIED,
	 "a firewall in front of it refuses",
	 "try from another network, or ask your school"},
	{"OperationNotEnabledException", ANY, PROBLEM_REJECTED,
	 "this way to sign in is switched off",
	 "try the other --flow, or ask your school"},
	{"UnsupportedOperationException", ANY, PROBLEM_REJECTED,
	 "this way to sign in is switched off",
	 "try the other --flow, or ask your school"},
	{"UnsupportedTokenTypeException", REVOKE, PROBLEM_REJECTED,
	 "this kind of token cannot be revoked", "ask your school"},
	{"FeatureUnavailableInTierException", ANY, PROBLEM_REJECTED,
	 "the pool's plan does not have this", "tell your school"},
	{"ExternalServiceException", IDENTITY, PROBLEM_SERVER,
	 "the login could not be checked", "try again in a minute"},
	{"InternalErrorException", ANY, PROBLEM_SERVER, "Cognito failed",
	 "try again in a minute"},
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

int cognito_refusal_is(const struct cognito_refusal *r, const char *exception)
{
	return strcmp(r->exception, exception) == 0;
}

static bool holds_secret(const char *message, const char *const *secrets)
{
	for (; secrets && *secrets; secrets++)
		if (**secrets && strstr(message, *secrets))
			return true;
	return false;
}

/* " (NotAuthorizedException: Incorrect username or password.)" */
static void say_original(char *out, size_t size,
			 const struct cognito_refusal *r,
			 const char *const *secrets)
{
	bool quiet = !r->message[0] || holds_secret(r->message, secrets);

	snprintf(out, size, " (%s%s%s)",
		 r->exception[0] ? r->exception : "no reason given",
		 quiet ? "" : ": ", quiet ? "" : r->message);
}

int cognito_refusal_problem(struct problem *p, const char *name,
			    enum cognito_purpose purpose,
			    const struct cognito_refusal *r,
			    const char *const *secrets)
{
	char original[COGNITO_EXCEPTION_SIZE + COGNITO_MESSAGE_SIZE + 8];

	say_original(original, sizeof original, r, secrets);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].purposes & (1U << purpose) &&
		    cognito_refusal_is(r, rows[i].exception))
			return problem_set(p, rows[i].code, "%s: %s%s; %s",
					   name, rows[i].cause, original,
					   rows[i].remedy);
	if (r->status == 429)
		return problem_set(p, PROBLEM_THROTTLED,
				   "%s: too many requests%s; wait a minute, "
				   "then try again",
				   name, original);
	if (r->status >= 500)
		return problem_set(p, PROBLEM_SERVER,
				   "%s: status %d%s; try again in a minute",
				   name, r->status, original);
	return problem_set(p, PROBLEM_REJECTED,
			   "%s: refused with status %d%s; check the pool's "
			   "settings, or ask your school",
			   name, r->status, original);
}
