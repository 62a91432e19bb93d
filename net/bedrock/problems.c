/* problems: what the service answers with, to code and line.
 * docs/nova-sonic.md, "Errors before the stream", "Exceptions inside the
 * stream" and "Failures". */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/bedrock/failures.h"

#define BEFORE FAILURE_BEFORE
#define INSIDE FAILURE_INSIDE
#define BOTH   (FAILURE_BEFORE | FAILURE_INSIDE)

#define CREDENTIALS                                                            \
	"check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "                  \
	"AWS_SESSION_TOKEN"
#define OTHER_MODEL                                                            \
	"try --model amazon.nova-2-5-sonic, or region us-east-1, us-west-2, "  \
	"eu-north-1 or ap-northeast-1"
#define CORRECTED                                                              \
	"takes the time from the answer's Date and tries once more at once; "  \
	"this is said when that fails too"
#define UNEXPECTED                                                             \
	"The system encountered an unexpected error during processing. Try "   \
	"your request again."

/* Texts that say more than their exception's name come first. */
static const struct bedrock_failure failures[] = {
	/* --- time and signature --- */
	{{"clock-behind", PROBLEM_CLOCK,
	  "the signature's time is too old for the service",
	  "set this machine's clock", NULL, CORRECTED},
	 BEFORE,
	 403,
	 "InvalidSignatureException",
	 NULL,
	 "Signature expired",
	 "Signature expired: 20260102T030405Z is now earlier than "
	 "20260102T035905Z (20260102T040405Z - 5 min.)",
	 true,
	 0,
	 0},
	{{"clock-ahead", PROBLEM_CLOCK,
	  "the signature's time lies in the service's future",
	  "set this machine's clock", NULL, CORRECTED},
	 BEFORE,
	 403,
	 "InvalidSignatureException",
	 NULL,
	 "Signature not yet current",
	 "Signature not yet current: 20260102T050405Z is still later than "
	 "20260102T040905Z (20260102T040405Z + 5 min.)",
	 true,
	 0,
	 0},
	{{"clock-skew", PROBLEM_CLOCK, "this machine's clock is too far off",
	  "set this machine's clock", NULL, CORRECTED},
	 BEFORE,
	 403,
	 "RequestTimeTooSkewed",
	 "RequestExpired",
	 NULL,
	 "The difference between the request time and the current time is too "
	 "large.",
	 false,
	 0,
	 0},
	{{"api-key", PROBLEM_DENIED,
	  "Bedrock API keys cannot open speech streams",
	  "use an AWS access key: " CREDENTIALS, NULL, NULL},
	 BEFORE,
	 403,
	 "AccessDeniedException",
	 NULL,
	 "Bearer",
	 "Bearer token is not supported for this operation.",
	 true,
	 0,
	 0},
	{{"bad-signature", PROBLEM_DENIED,
	  "the signature was refused; the secret key does not belong to the "
	  "key id",
	  CREDENTIALS, NULL,
	  "compares the answer's Date with this machine's clock, which may be "
	  "the cause"},
	 BEFORE,
	 403,
	 "InvalidSignatureException",
	 "SignatureDoesNotMatch",
	 NULL,
	 "The request signature we calculated does not match the signature "
	 "you provided. Check your AWS Secret Access Key and signing method.",
	 false,
	 0,
	 0},
	{{"incomplete-signature", PROBLEM_DENIED,
	  "the signature was refused as incomplete",
	  "check that nothing between here and AWS changes headers", NULL,
	  NULL},
	 BEFORE,
	 403,
	 "IncompleteSignatureException",
	 NULL,
	 NULL,
	 "Authorization header requires 'Credential', 'SignedHeaders' and "
	 "'Signature'.",
	 false,
	 0,
	 0},
	{{"unknown-key", PROBLEM_DENIED,
	  "the key id or its session token is not known", CREDENTIALS, NULL,
	  NULL},
	 BEFORE,
	 403,
	 "UnrecognizedClientException",
	 "InvalidClientTokenId",
	 NULL,
	 "The security token included in the request is invalid.",
	 false,
	 0,
	 0},
	{{"expired-token", PROBLEM_DENIED, "the session token has expired",
	  "sign in again for new keys", NULL, NULL},
	 BEFORE,
	 403,
	 "ExpiredTokenException",
	 "ExpiredToken",
	 NULL,
	 "The security token included in the request is expired",
	 false,
	 0,
	 0},
	{{"no-signature", PROBLEM_DENIED, "the request carried no signature",
	  CREDENTIALS, NULL, NULL},
	 BEFORE,
	 403,
	 "MissingAuthenticationTokenException",
	 NULL,
	 NULL,
	 "Missing Authentication Token",
	 false,
	 0,
	 0},

	/* --- permission and model --- */
	{{"no-model-access", PROBLEM_DENIED, NULL,
	  "ask for access to %M in the Bedrock console, and allow "
	  "bedrock:InvokeModel and bedrock:InvokeModelWithBidirectionalStream",
	  NULL, NULL},
	 BEFORE,
	 403,
	 "AccessDeniedException",
	 NULL,
	 "model",
	 "You don't have access to the model with the specified model ID.",
	 false,
	 0,
	 0},
	{{"no-permission", PROBLEM_DENIED, NULL,
	  "allow this key bedrock:InvokeModel and "
	  "bedrock:InvokeModelWithBidirectionalStream on %M",
	  NULL, NULL},
	 BEFORE,
	 403,
	 "AccessDeniedException",
	 NULL,
	 NULL,
	 "User is not authorized to perform this action",
	 false,
	 0,
	 0},
	{{"bad-model-id", PROBLEM_MODEL, "model %M is not known in %R",
	  OTHER_MODEL, NULL, NULL},
	 BEFORE,
	 400,
	 "ValidationException",
	 NULL,
	 "model identifier is invalid",
	 "The provided model identifier is invalid.",
	 true,
	 0,
	 0},
	{{"end-of-life", PROBLEM_MODEL,
	  "model %M has reached the end of its life",
	  "try --model amazon.nova-2-5-sonic", NULL, NULL},
	 BEFORE,
	 404,
	 "ResourceNotFoundException",
	 NULL,
	 "end of its life",
	 "This model version has reached the end of its life.",
	 true,
	 0,
	 0},
	{{"unknown-model", PROBLEM_MODEL, "model %M is not known in %R",
	  OTHER_MODEL, NULL, NULL},
	 BEFORE,
	 404,
	 "ResourceNotFoundException",
	 NULL,
	 NULL,
	 "Could not resolve the foundation model from the model identifier.",
	 false,
	 0,
	 0},
	{{"no-speech-model", PROBLEM_MODEL,
	  "model %M cannot hold spoken conversations in %R",
	  "try --model amazon.nova-2-5-sonic", NULL, NULL},
	 BEFORE,
	 400,
	 "ValidationException",
	 NULL,
	 "isn't supported",
	 "The requested operation isn't supported by the model.",
	 true,
	 0,
	 0},
	{{"model-not-ready", PROBLEM_SERVER,
	  "model %M is still being made ready", "try again in a minute", NULL,
	  NULL},
	 BEFORE,
	 429,
	 "ModelNotReadyException",
	 NULL,
	 NULL,
	 "The model is not ready to serve inference requests.",
	 false,
	 0,
	 0},

	/* --- texts of known failures --- */
	{{"instability", PROBLEM_SERVER, NULL,
	  "reconnect; the history is sent again", NULL, NULL},
	 BOTH,
	 400,
	 "ValidationException",
	 NULL,
	 "System instability detected",
	 "System instability detected. Please retry your request.",
	 true,
	 0,
	 0},
	{{"idle-531", PROBLEM_SERVER,
	  "the service closed the stream after a long silence of the learner",
	  "reconnect", NULL, "never stops sending sound, so that it is rare"},
	 INSIDE,
	 0,
	 "ValidationException",
	 NULL,
	 "InternalErrorCode=531",
	 "InternalErrorCode=531::RST_STREAM closed stream. HTTP/2 error code: "
	 "NO_ERROR",
	 true,
	 0,
	 0},
	{{"idle-532", PROBLEM_TIMEOUT,
	  "no audio reached the service for too long",
	  "check the uplink, and reconnect", NULL,
	  "never stops sending sound; a relay fills gaps with silence"},
	 INSIDE,
	 0,
	 "ValidationException",
	 NULL,
	 "InternalErrorCode=532",
	 "InternalErrorCode=532::Timed out waiting for audio bytes or "
	 "interactive content. Please ensure gaps between audio bytes and "
	 "interactive content are less than 55 seconds.",
	 true,
	 0,
	 0},
	{{"idle", PROBLEM_TIMEOUT, "no audio reached the service for too long",
	  "check the uplink, and reconnect", NULL, NULL},
	 INSIDE,
	 0,
	 "ValidationException",
	 NULL,
	 "Timed out waiting for",
	 "Timed out waiting for input events",
	 true,
	 0,
	 0},
	{{"content-filter", PROBLEM_FILTERED,
	  "the service's content filter blocked what was said",
	  "say it differently; the same audio is blocked again", NULL,
	  "forgets that sentence: it goes neither into the new session nor "
	  "into the history"},
	 INSIDE,
	 0,
	 "ValidationException",
	 NULL,
	 "blocked by our content filters",
	 "This request has been blocked by our content filters.",
	 true,
	 0,
	 0},
	{{"voice", PROBLEM_REJECTED, NULL,
	  "choose another --voice, such as tiffany or matthew", NULL, NULL},
	 BOTH,
	 400,
	 "ValidationException",
	 NULL,
	 "Received invalid voiceId",
	 "Received invalid voiceId: value must not be empty",
	 true,
	 0,
	 0},
	{{"tool-result", PROBLEM_REJECTED,
	  "a tool's result was not a JSON object",
	  "let the tool answer with {\"result\":...}", NULL, NULL},
	 INSIDE,
	 0,
	 "ValidationException",
	 NULL,
	 "Tool Response parsing error",
	 "Tool Response parsing error",
	 true,
	 0,
	 0},
	{{"input-chunk", PROBLEM_REJECTED, NULL,
	  "check tool schemas and settings of the session", NULL, NULL},
	 BOTH,
	 400,
	 "ValidationException",
	 NULL,
	 "Unable to parse input chunk",
	 "Unable to parse input chunk. Please check input format contains "
	 "correct format.",
	 true,
	 0,
	 0},
	{{"invalid-input", PROBLEM_UNCLEAR, NULL,
	  "if it comes again, check the settings of the session", NULL,
	  "some of them pass, so it tries once"},
	 BOTH,
	 400,
	 "ValidationException",
	 NULL,
	 "Invalid input request",
	 "Invalid input request, please fix your input and try again.",
	 true,
	 0,
	 0},
	{{"no-open-content", PROBLEM_UNCLEAR, NULL,
	  "if it comes again, report it with the session folder", NULL, NULL},
	 INSIDE,
	 0,
	 "ValidationException",
	 NULL,
	 "No open content found",
	 "No open content found for content name: a",
	 true,
	 0,
	 0},
	{{"open-contents", PROBLEM_UNCLEAR, NULL,
	  "if it comes again, report it with the session folder", NULL, NULL},
	 INSIDE,
	 0,
	 "ValidationException",
	 NULL,
	 "All contents must be closed",
	 "All contents must be closed before ending prompt",
	 true,
	 0,
	 0},

	/* --- exceptions by name --- */
	{{"throttled", PROBLEM_THROTTLED,
	  "too many requests or conversations at once for this account",
	  "try again in a moment", NULL,
	  "honours a Retry-After up to 2 minutes"},
	 BOTH,
	 429,
	 "ThrottlingException",
	 "TooManyRequestsException",
	 NULL,
	 "Too many requests, please wait before trying again.",
	 false,
	 0,
	 0},
	{{"quota", PROBLEM_THROTTLED,
	  "this account has as many conversations open in %R as it may",
	  "end another one first", NULL, NULL},
	 BEFORE,
	 400,
	 "ServiceQuotaExceededException",
	 NULL,
	 NULL,
	 "Your request exceeds the service quota for your account.",
	 false,
	 0,
	 0},
	{{"model-timeout", PROBLEM_TIMEOUT,
	  "the stream has lived its 8 minutes, or the model took too long",
	  "reconnect; the history is sent again", NULL,
	  "renews a stream from minute 6 on, so that it does not get there"},
	 BOTH,
	 408,
	 "ModelTimeoutException",
	 NULL,
	 NULL,
	 "Model has timed out in processing the request. Try your request "
	 "again.",
	 false,
	 0,
	 0},
	{{"model-error", PROBLEM_SERVER, NULL, "reconnect", NULL, NULL},
	 BEFORE,
	 424,
	 "ModelErrorException",
	 NULL,
	 NULL,
	 "The request failed due to an error while processing the model.",
	 false,
	 0,
	 0},
	{{"model-stream-error", PROBLEM_SERVER, NULL, "reconnect", NULL, NULL},
	 BOTH,
	 424,
	 "ModelStreamErrorException",
	 NULL,
	 NULL,
	 UNEXPECTED,
	 false,
	 0,
	 0},
	{{"internal", PROBLEM_SERVER, NULL, "reconnect", NULL, NULL},
	 BOTH,
	 500,
	 "InternalServerException",
	 "InternalFailure",
	 NULL,
	 UNEXPECTED,
	 false,
	 0,
	 0},
	{{"unavailable", PROBLEM_SERVER, NULL, "try again in a moment", NULL,
	  NULL},
	 BOTH,
	 503,
	 "ServiceUnavailableException",
	 NULL,
	 NULL,
	 "The service isn't currently available. Try again later.",
	 false,
	 0,
	 0},
	{{"validation", PROBLEM_REJECTED, NULL,
	  "check the model and the settings of the session", NULL, NULL},
	 BOTH,
	 400,
	 "ValidationException",
	 NULL,
	 NULL,
	 "The input fails to satisfy the constraints of the service.",
	 false,
	 0,
	 0},

	/* --- by status alone --- */
	{{"http-403", PROBLEM_DENIED, NULL, CREDENTIALS, NULL, NULL},
	 BEFORE,
	 403,
	 NULL,
	 NULL,
	 NULL,
	 "Forbidden",
	 false,
	 0,
	 0},
	{{"http-404", PROBLEM_PROTOCOL, NULL, "check --endpoint and --model",
	  NULL, NULL},
	 BEFORE,
	 404,
	 NULL,
	 NULL,
	 NULL,
	 "Not Found",
	 false,
	 0,
	 0},
	{{"http-408", PROBLEM_TIMEOUT, NULL, "try again", NULL, NULL},
	 BEFORE,
	 408,
	 NULL,
	 NULL,
	 NULL,
	 "Request Timeout",
	 false,
	 0,
	 0},
	{{"http-424", PROBLEM_SERVER, NULL, "try again", NULL, NULL},
	 BEFORE,
	 424,
	 NULL,
	 NULL,
	 NULL,
	 "Failed Dependency",
	 false,
	 0,
	 0},
	{{"http-429", PROBLEM_THROTTLED, NULL, "try again in a moment", NULL,
	  NULL},
	 BEFORE,
	 429,
	 NULL,
	 NULL,
	 NULL,
	 "Too Many Requests",
	 false,
	 0,
	 0},
	{{"http-4xx", PROBLEM_REJECTED, NULL,
	  "check --endpoint and the settings", "any other HTTP 4xx", NULL},
	 BEFORE,
	 418,
	 NULL,
	 NULL,
	 NULL,
	 "I'm a teapot",
	 false,
	 400,
	 499},
	{{"http-3xx", PROBLEM_PROTOCOL, NULL, "check --endpoint",
	  "any HTTP 2xx or 3xx but 200", NULL},
	 BEFORE,
	 301,
	 NULL,
	 NULL,
	 NULL,
	 "Moved Permanently",
	 false,
	 100,
	 399},
	{{"other", PROBLEM_SERVER, NULL, "try again in a moment",
	  "any other HTTP 5xx, and exceptions that are new", NULL},
	 BOTH,
	 502,
	 NULL,
	 NULL,
	 NULL,
	 "Bad Gateway",
	 false,
	 0,
	 999},
};

enum { FAILURE_COUNT = sizeof failures / sizeof *failures };

const struct bedrock_failure *bedrock_failures(size_t *count)
{
	*count = FAILURE_COUNT;
	return failures;
}

static bool fits(const struct bedrock_failure *f, int status, const char *name,
		 const char *message)
{
	if (f->match && !strcasestr(message, f->match))
		return false;
	if (f->by_text)
		return true;
	if (f->exception)
		return text_equal_fold(f->exception, name) ||
		       (f->alias && text_equal_fold(f->alias, name));
	return f->to ? status >= f->from && status <= f->to
		     : status == f->status;
}

static const struct bedrock_failure *find(int status, const char *name,
					  const char *message)
{
	size_t i = 0;

	while (i < FAILURE_COUNT - 1 &&
	       !fits(&failures[i], status, name, message))
		i++;
	return &failures[i]; /* the last one fits all */
}

/* "ThrottlingException, HTTP 429", "HTTP 502", or "". */
static void write_origin(char *out, size_t size, int status, const char *name)
{
	char http[32] = "";

	if (status)
		snprintf(http, sizeof http, "%sHTTP %d", *name ? ", " : "",
			 status);
	snprintf(out, size, "%s%s", name, http);
}

/* The service's words without the full stop, which reads badly before
 * "; do this". */
static void write_cause(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", *text ? text : "no reason given");

	size_t end = strlen(out);
	while (end > 0 && (out[end - 1] == '.' || out[end - 1] == ' '))
		out[--end] = '\0';
}

int bedrock_problem(struct problem *p, int http_status, const char *exception,
		    const char *message, const char *model, const char *region)
{
	const char *name = exception ? exception : "";
	const char *said = message ? message : "";
	const struct failure *f = &find(http_status, name, said)->f;
	char cause[256], remedy[256], origin[128];
	const struct failure_word words[] = {
		{'M', model ? model : "the model"},
		{'R', region ? region : "this region"},
	};

	failure_fill(remedy, sizeof remedy, f->remedy, words, 2);
	if (f->cause)
		failure_fill(cause, sizeof cause, f->cause, words, 2);
	else
		write_cause(cause, sizeof cause, said);
	write_origin(origin, sizeof origin, http_status, name);
	return problem_set(p, f->code, "Bedrock %s: %s%s%s%s; %s",
			   words[1].text, cause, *origin ? " (" : "", origin,
			   *origin ? ")" : "", remedy);
}
