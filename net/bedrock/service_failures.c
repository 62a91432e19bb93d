/*
 * service_failures: what the service answers with, and what that means.
 * docs/nova-sonic.md, "Errors before the stream", "Exceptions inside the
 * stream" and "Failures".
 */
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/bedrock/failures.h"

#define BEFORE FAILURE_BEFORE
#define INSIDE FAILURE_INSIDE
#define BOTH   (FAILURE_BEFORE | FAILURE_INSIDE)

#define CREDENTIALS                                                            \
	N_("check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "               \
	   "AWS_SESSION_TOKEN")
#define OTHER_MODEL                                                            \
	N_("try --model amazon.nova-2-5-sonic, or region us-east-1, "          \
	   "us-west-2, eu-north-1 or ap-northeast-1")
#define CORRECTED                                                              \
	"takes the time from the answer's Date and tries once more at once; "  \
	"this is said when that fails too"
#define UNEXPECTED                                                             \
	"The system encountered an unexpected error during processing. Try "   \
	"your request again."

/* Texts that say more than their exception's name come first. */
static const struct bedrock_failure failures[] = {
	/* --- time and signature --- */
	{
		.f.id = "clock-behind",
		.f.code = PROBLEM_CLOCK,
		.f.cause = N_(
			"the signature's time is too old for the service"),
		.f.remedy = N_("set this machine's clock"),
		.f.also = CORRECTED,
		.where = BEFORE,
		.status = 403,
		.exception = "InvalidSignatureException",
		.match = "Signature expired",
		.message = "Signature expired: 20260102T030405Z is now earlier "
			   "than "
			   "20260102T035905Z (20260102T040405Z - 5 min.)",
		.by_text = true,
	},
	{
		.f.id = "clock-ahead",
		.f.code = PROBLEM_CLOCK,
		.f.cause = N_(
			"the signature's time lies in the service's future"),
		.f.remedy = N_("set this machine's clock"),
		.f.also = CORRECTED,
		.where = BEFORE,
		.status = 403,
		.exception = "InvalidSignatureException",
		.match = "Signature not yet current",
		.message = "Signature not yet current: 20260102T050405Z is "
			   "still later than "
			   "20260102T040905Z (20260102T040405Z + 5 min.)",
		.by_text = true,
	},
	{
		.f.id = "clock-skew",
		.f.code = PROBLEM_CLOCK,
		.f.cause = N_("this machine's clock is too far off"),
		.f.remedy = N_("set this machine's clock"),
		.f.also = CORRECTED,
		.where = BEFORE,
		.status = 403,
		.exception = "RequestTimeTooSkewed",
		.alias = "RequestExpired",
		.message = "The difference between the request time and the "
			   "current time is too "
			   "large.",
	},
	{
		.f.id = "api-key",
		.f.code = PROBLEM_DENIED,
		.f.cause = N_("Bedrock API keys cannot open speech streams"),
		.f.remedy = N_(
			"use an AWS access key: check AWS_ACCESS_KEY_ID, "
			"AWS_SECRET_ACCESS_KEY and "
			"AWS_SESSION_TOKEN"),
		.where = BEFORE,
		.status = 403,
		.exception = "AccessDeniedException",
		.match = "Bearer",
		.message = "Bearer token is not supported for this operation.",
		.by_text = true,
	},
	{
		.f.id = "bad-signature",
		.f.code = PROBLEM_DENIED,
		.f.cause = N_(
			"the signature was refused; the secret key does not "
			"belong to the "
			"key id"),
		.f.remedy = CREDENTIALS,
		.f.also = "compares the answer's Date with this machine's "
			  "clock, which may be "
			  "the cause",
		.where = BEFORE,
		.status = 403,
		.exception = "InvalidSignatureException",
		.alias = "SignatureDoesNotMatch",
		.message = "The request signature we calculated does not match "
			   "the signature "
			   "you provided. Check your AWS Secret Access Key and "
			   "signing method.",
	},
	{
		.f.id = "incomplete-signature",
		.f.code = PROBLEM_DENIED,
		.f.cause = N_("the signature was refused as incomplete"),
		.f.remedy = N_(
			"check that nothing between here and AWS changes "
			"headers"),
		.where = BEFORE,
		.status = 403,
		.exception = "IncompleteSignatureException",
		.message = "Authorization header requires 'Credential', "
			   "'SignedHeaders' and "
			   "'Signature'.",
	},
	{
		.f.id = "unknown-key",
		.f.code = PROBLEM_DENIED,
		.f.cause = N_("the key id or its session token is not known"),
		.f.remedy = CREDENTIALS,
		.where = BEFORE,
		.status = 403,
		.exception = "UnrecognizedClientException",
		.alias = "InvalidClientTokenId",
		.message = "The security token included in the request is "
			   "invalid.",
	},
	{
		.f.id = "expired-token",
		.f.code = PROBLEM_DENIED,
		.f.cause = N_("the session token has expired"),
		.f.remedy = N_("sign in again for new keys"),
		.where = BEFORE,
		.status = 403,
		.exception = "ExpiredTokenException",
		.alias = "ExpiredToken",
		.message =
			"The security token included in the request is expired",
	},
	{
		.f.id = "no-signature",
		.f.code = PROBLEM_DENIED,
		.f.cause = N_("the request carried no signature"),
		.f.remedy = CREDENTIALS,
		.where = BEFORE,
		.status = 403,
		.exception = "MissingAuthenticationTokenException",
		.message = "Missing Authentication Token",
	},

	/* --- permission and model --- */
	{
		.f.id = "no-model-access",
		.f.code = PROBLEM_DENIED,
		.f.remedy = N_(
			"ask for access to %M in the Bedrock console, and "
			"allow "
			"bedrock:InvokeModel and "
			"bedrock:InvokeModelWithBidirectionalStream"),
		.where = BEFORE,
		.status = 403,
		.exception = "AccessDeniedException",
		.match = "model",
		.message = "You don't have access to the model with the "
			   "specified model ID.",
	},
	{
		.f.id = "no-permission",
		.f.code = PROBLEM_DENIED,
		.f.remedy = N_(
			"allow this key bedrock:InvokeModel and "
			"bedrock:InvokeModelWithBidirectionalStream on %M"),
		.where = BEFORE,
		.status = 403,
		.exception = "AccessDeniedException",
		.message = "User is not authorized to perform this action",
	},
	{
		.f.id = "bad-model-id",
		.f.code = PROBLEM_MODEL,
		.f.cause = N_("model %M is not known in %R"),
		.f.remedy = OTHER_MODEL,
		.where = BEFORE,
		.status = 400,
		.exception = "ValidationException",
		.match = "model identifier is invalid",
		.message = "The provided model identifier is invalid.",
		.by_text = true,
	},
	{
		.f.id = "end-of-life",
		.f.code = PROBLEM_MODEL,
		.f.cause = N_("model %M has reached the end of its life"),
		.f.remedy = N_("try --model amazon.nova-2-5-sonic"),
		.where = BEFORE,
		.status = 404,
		.exception = "ResourceNotFoundException",
		.match = "end of its life",
		.message =
			"This model version has reached the end of its life.",
		.by_text = true,
	},
	{
		.f.id = "unknown-model",
		.f.code = PROBLEM_MODEL,
		.f.cause = N_("model %M is not known in %R"),
		.f.remedy = OTHER_MODEL,
		.where = BEFORE,
		.status = 404,
		.exception = "ResourceNotFoundException",
		.message = "Could not resolve the foundation model from the "
			   "model identifier.",
	},
	{
		.f.id = "no-speech-model",
		.f.code = PROBLEM_MODEL,
		.f.cause = N_(
			"model %M cannot hold spoken conversations in %R"),
		.f.remedy = N_("try --model amazon.nova-2-5-sonic"),
		.where = BEFORE,
		.status = 400,
		.exception = "ValidationException",
		.match = "isn't supported",
		.message =
			"The requested operation isn't supported by the model.",
		.by_text = true,
	},
	{
		.f.id = "model-not-ready",
		.f.code = PROBLEM_SERVER,
		.f.cause = N_("model %M is still being made ready"),
		.f.remedy = N_("try again in a minute"),
		.where = BEFORE,
		.status = 429,
		.exception = "ModelNotReadyException",
		.message =
			"The model is not ready to serve inference requests.",
	},

	/* --- texts of known failures --- */
	{
		.f.id = "instability",
		.f.code = PROBLEM_SERVER,
		.f.remedy = N_("reconnect; the history is sent again"),
		.where = BOTH,
		.status = 400,
		.exception = "ValidationException",
		.match = "System instability detected",
		.message = "System instability detected. Please retry your "
			   "request.",
		.by_text = true,
	},
	{
		.f.id = "idle-531",
		.f.code = PROBLEM_SERVER,
		.f.cause = N_(
			"the service closed the stream after a long silence "
			"of the learner"),
		.f.remedy = N_("reconnect"),
		.f.also = "never stops sending sound, so that it is rare",
		.where = INSIDE,
		.exception = "ValidationException",
		.match = "InternalErrorCode=531",
		.message = "InternalErrorCode=531::RST_STREAM closed stream. "
			   "HTTP/2 error code: "
			   "NO_ERROR",
		.by_text = true,
	},
	{
		.f.id = "idle-532",
		.f.code = PROBLEM_TIMEOUT,
		.f.cause = N_("no audio reached the service for too long"),
		.f.remedy = N_("check the uplink, and reconnect"),
		.f.also = "never stops sending sound; a relay fills gaps with "
			  "silence",
		.where = INSIDE,
		.exception = "ValidationException",
		.match = "InternalErrorCode=532",
		.message = "InternalErrorCode=532::Timed out waiting for audio "
			   "bytes or "
			   "interactive content. Please ensure gaps between "
			   "audio bytes and "
			   "interactive content are less than 55 seconds.",
		.by_text = true,
	},
	{
		.f.id = "idle",
		.f.code = PROBLEM_TIMEOUT,
		.f.cause = N_("no audio reached the service for too long"),
		.f.remedy = N_("check the uplink, and reconnect"),
		.where = INSIDE,
		.exception = "ValidationException",
		.match = "Timed out waiting for",
		.message = "Timed out waiting for input events",
		.by_text = true,
	},
	{
		.f.id = "content-filter",
		.f.code = PROBLEM_FILTERED,
		.f.cause = N_(
			"the service's content filter blocked what was said"),
		.f.remedy = N_(
			"say it differently; the same audio is blocked again"),
		.f.also = "forgets that sentence: it goes neither into the new "
			  "session nor "
			  "into the history",
		.where = INSIDE,
		.exception = "ValidationException",
		.match = "blocked by our content filters",
		.message =
			"This request has been blocked by our content filters.",
		.by_text = true,
	},
	{
		.f.id = "voice",
		.f.code = PROBLEM_REJECTED,
		.f.remedy = N_(
			"choose another --voice, such as tiffany or matthew"),
		.where = BOTH,
		.status = 400,
		.exception = "ValidationException",
		.match = "Received invalid voiceId",
		.message = "Received invalid voiceId: value must not be empty",
		.by_text = true,
	},
	{
		.f.id = "tool-result",
		.f.code = PROBLEM_REJECTED,
		.f.cause = N_("a tool's result was not a JSON object"),
		.f.remedy = N_("let the tool answer with {\"result\":...}"),
		.where = INSIDE,
		.exception = "ValidationException",
		.match = "Tool Response parsing error",
		.message = "Tool Response parsing error",
		.by_text = true,
	},
	{
		.f.id = "input-chunk",
		.f.code = PROBLEM_REJECTED,
		.f.remedy = N_(
			"check tool schemas and settings of the session"),
		.where = BOTH,
		.status = 400,
		.exception = "ValidationException",
		.match = "Unable to parse input chunk",
		.message = "Unable to parse input chunk. Please check input "
			   "format contains "
			   "correct format.",
		.by_text = true,
	},
	{
		.f.id = "invalid-input",
		.f.code = PROBLEM_UNCLEAR,
		.f.remedy = N_(
			"if it comes again, check the settings of the session"),
		.f.also = "some of them pass, so it tries once",
		.where = BOTH,
		.status = 400,
		.exception = "ValidationException",
		.match = "Invalid input request",
		.message = "Invalid input request, please fix your input and "
			   "try again.",
		.by_text = true,
	},
	{
		.f.id = "no-open-content",
		.f.code = PROBLEM_UNCLEAR,
		.f.remedy = N_(
			"if it comes again, report it with the session folder"),
		.where = INSIDE,
		.exception = "ValidationException",
		.match = "No open content found",
		.message = "No open content found for content name: a",
		.by_text = true,
	},
	{
		.f.id = "open-contents",
		.f.code = PROBLEM_UNCLEAR,
		.f.remedy = N_(
			"if it comes again, report it with the session folder"),
		.where = INSIDE,
		.exception = "ValidationException",
		.match = "All contents must be closed",
		.message = "All contents must be closed before ending prompt",
		.by_text = true,
	},

	/* --- exceptions by name --- */
	{
		.f.id = "throttled",
		.f.code = PROBLEM_THROTTLED,
		.f.cause = N_("too many requests or conversations at once for "
			      "this account"),
		.f.remedy = N_("try again in a moment"),
		.f.also = "honours a Retry-After up to 2 minutes",
		.where = BOTH,
		.status = 429,
		.exception = "ThrottlingException",
		.alias = "TooManyRequestsException",
		.message =
			"Too many requests, please wait before trying again.",
	},
	{
		.f.id = "quota",
		.f.code = PROBLEM_THROTTLED,
		.f.cause = N_(
			"this account has as many conversations open in %R "
			"as it may"),
		.f.remedy = N_("end another one first"),
		.where = BEFORE,
		.status = 400,
		.exception = "ServiceQuotaExceededException",
		.message = "Your request exceeds the service quota for your "
			   "account.",
	},
	{
		.f.id = "model-timeout",
		.f.code = PROBLEM_TIMEOUT,
		.f.cause = N_(
			"the stream has lived its 8 minutes, or the model "
			"took too long"),
		.f.remedy = N_("reconnect; the history is sent again"),
		.f.also = "renews a stream from minute 6 on, so that it does "
			  "not get there",
		.where = BOTH,
		.status = 408,
		.exception = "ModelTimeoutException",
		.message = "Model has timed out in processing the request. Try "
			   "your request "
			   "again.",
	},
	{
		.f.id = "model-error",
		.f.code = PROBLEM_SERVER,
		.f.remedy = N_("reconnect"),
		.where = BEFORE,
		.status = 424,
		.exception = "ModelErrorException",
		.message = "The request failed due to an error while "
			   "processing the model.",
	},
	{
		.f.id = "model-stream-error",
		.f.code = PROBLEM_SERVER,
		.f.remedy = N_("reconnect"),
		.where = BOTH,
		.status = 424,
		.exception = "ModelStreamErrorException",
		.message = UNEXPECTED,
	},
	{
		.f.id = "internal",
		.f.code = PROBLEM_SERVER,
		.f.remedy = N_("reconnect"),
		.where = BOTH,
		.status = 500,
		.exception = "InternalServerException",
		.alias = "InternalFailure",
		.message = UNEXPECTED,
	},
	{
		.f.id = "unavailable",
		.f.code = PROBLEM_SERVER,
		.f.remedy = N_("try again in a moment"),
		.where = BOTH,
		.status = 503,
		.exception = "ServiceUnavailableException",
		.message = "The service isn't currently available. Try again "
			   "later.",
	},
	{
		.f.id = "validation",
		.f.code = PROBLEM_REJECTED,
		.f.remedy = N_(
			"check the model and the settings of the session"),
		.where = BOTH,
		.status = 400,
		.exception = "ValidationException",
		.message = "The input fails to satisfy the constraints of the "
			   "service.",
	},

	/* --- by status alone --- */
	{
		.f.id = "http-403",
		.f.code = PROBLEM_DENIED,
		.f.remedy = CREDENTIALS,
		.where = BEFORE,
		.status = 403,
		.message = "Forbidden",
	},
	{
		.f.id = "http-404",
		.f.code = PROBLEM_PROTOCOL,
		.f.remedy = N_("check --endpoint and --model"),
		.where = BEFORE,
		.status = 404,
		.message = "Not Found",
	},
	{
		.f.id = "http-408",
		.f.code = PROBLEM_TIMEOUT,
		.f.remedy = N_("try again"),
		.where = BEFORE,
		.status = 408,
		.message = "Request Timeout",
	},
	{
		.f.id = "http-424",
		.f.code = PROBLEM_SERVER,
		.f.remedy = N_("try again"),
		.where = BEFORE,
		.status = 424,
		.message = "Failed Dependency",
	},
	{
		.f.id = "http-429",
		.f.code = PROBLEM_THROTTLED,
		.f.remedy = N_("try again in a moment"),
		.where = BEFORE,
		.status = 429,
		.message = "Too Many Requests",
	},
	{
		.f.id = "http-4xx",
		.f.code = PROBLEM_REJECTED,
		.f.remedy = N_("check --endpoint and the settings"),
		.f.sign = "any other HTTP 4xx",
		.where = BEFORE,
		.status = 418,
		.message = "I'm a teapot",
		.from = 400,
		.to = 499,
	},
	{
		.f.id = "http-3xx",
		.f.code = PROBLEM_PROTOCOL,
		.f.remedy = N_("check --endpoint"),
		.f.sign = "any HTTP 2xx or 3xx but 200",
		.where = BEFORE,
		.status = 301,
		.message = "Moved Permanently",
		.from = 100,
		.to = 399,
	},
	{
		.f.id = "other",
		.f.code = PROBLEM_SERVER,
		.f.remedy = N_("try again in a moment"),
		.f.sign = "any other HTTP 5xx, and exceptions that are new",
		.where = BOTH,
		.status = 502,
		.message = "Bad Gateway",
		.to = 999,
	},
};

enum { FAILURE_COUNT = sizeof failures / sizeof *failures };

const struct bedrock_failure *bedrock_failures(size_t *count)
{
	*count = FAILURE_COUNT;
	return failures;
}
