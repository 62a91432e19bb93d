/* problems: what Bedrock answers with, as a code and one line for people.
 * docs/nova-sonic.md, "Errors before the stream", "Exceptions inside the
 * stream" and "Failures". */
#include <stdio.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"

/* %M and %R in a remedy stand for the model and the region. */
struct answer {
	const char *name;    /* of the exception, or NULL: any */
	const char *message; /* a part of the message, or NULL: any */
	int status;          /* HTTP, or 0: any */
	int code;
	const char *cause; /* NULL: the service's message */
	const char *remedy;
};

#define CREDENTIALS                                                            \
	"check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "                  \
	"AWS_SESSION_TOKEN"

/* The first row that matches is taken: texts that say more than their
 * exception's name come first. */
static const struct answer answers[] = {
	/* time and signature */
	{NULL, "Signature expired", 0, PROBLEM_CLOCK,
	 "the signature's time is too old for the service",
	 "set this machine's clock"},
	{NULL, "Signature not yet current", 0, PROBLEM_CLOCK,
	 "the signature's time lies in the service's future",
	 "set this machine's clock"},
	{"RequestTimeTooSkewed", NULL, 0, PROBLEM_CLOCK,
	 "this machine's clock is too far off", "set this machine's clock"},
	{"RequestExpired", NULL, 0, PROBLEM_CLOCK,
	 "the signature's time is too old for the service",
	 "set this machine's clock"},
	{NULL, "Bearer", 403, PROBLEM_DENIED,
	 "Bedrock API keys cannot open speech streams",
	 "use an AWS access key: " CREDENTIALS},
	{"InvalidSignatureException", NULL, 0, PROBLEM_DENIED,
	 "the signature was refused; the secret key does not belong to the "
	 "key id",
	 CREDENTIALS},
	{"SignatureDoesNotMatch", NULL, 0, PROBLEM_DENIED,
	 "the signature was refused; the secret key does not belong to the "
	 "key id",
	 CREDENTIALS},
	{"IncompleteSignatureException", NULL, 0, PROBLEM_DENIED,
	 "the signature was refused as incomplete",
	 "check that nothing between here and AWS changes headers"},
	{"UnrecognizedClientException", NULL, 0, PROBLEM_DENIED,
	 "the key id or its session token is not known", CREDENTIALS},
	{"InvalidClientTokenId", NULL, 0, PROBLEM_DENIED,
	 "the key id is not known", CREDENTIALS},
	{"ExpiredTokenException", NULL, 0, PROBLEM_DENIED,
	 "the session token has expired", "sign in again for new keys"},
	{"ExpiredToken", NULL, 0, PROBLEM_DENIED,
	 "the session token has expired", "sign in again for new keys"},
	{"MissingAuthenticationTokenException", NULL, 0, PROBLEM_DENIED,
	 "the request carried no signature", CREDENTIALS},
	{"AccessDeniedException", "model", 0, PROBLEM_DENIED, NULL,
	 "ask for access to %M in the Bedrock console, and allow "
	 "bedrock:InvokeModel and bedrock:InvokeModelWithBidirectionalStream"},
	{"AccessDeniedException", NULL, 0, PROBLEM_DENIED, NULL,
	 "allow this key bedrock:InvokeModel and "
	 "bedrock:InvokeModelWithBidirectionalStream on %M"},

	/* the model */
	{NULL, "model identifier is invalid", 0, PROBLEM_MODEL,
	 "model %M is not known in %R",
	 "try --model amazon.nova-2-5-sonic, or region us-east-1, us-west-2, "
	 "eu-north-1 or ap-northeast-1"},
	{NULL, "end of its life", 0, PROBLEM_MODEL,
	 "model %M has reached the end of its life",
	 "try --model amazon.nova-2-5-sonic"},
	{"ResourceNotFoundException", NULL, 0, PROBLEM_MODEL,
	 "model %M is not known in %R",
	 "try --model amazon.nova-2-5-sonic, or region us-east-1, us-west-2, "
	 "eu-north-1 or ap-northeast-1"},
	{NULL, "isn't supported", 400, PROBLEM_MODEL,
	 "model %M cannot hold spoken conversations in %R",
	 "try --model amazon.nova-2-5-sonic"},
	{"ModelNotReadyException", NULL, 0, PROBLEM_SERVER,
	 "model %M is still being made ready", "try again in a minute"},

	/* texts of known failures */
	{NULL, "System instability detected", 0, PROBLEM_SERVER, NULL,
	 "reconnect; the history is sent again"},
	{NULL, "InternalErrorCode=531", 0, PROBLEM_SERVER,
	 "the service closed the stream after a long silence of the learner",
	 "reconnect"},
	{NULL, "InternalErrorCode=532", 0, PROBLEM_TIMEOUT,
	 "no audio reached the service for too long",
	 "check the uplink, and reconnect"},
	{NULL, "Timed out waiting for", 0, PROBLEM_TIMEOUT,
	 "no audio reached the service for too long",
	 "check the uplink, and reconnect"},
	{NULL, "blocked by our content filters", 0, PROBLEM_REJECTED,
	 "the service's content filter blocked what was said",
	 "say it differently; the same audio is blocked again"},
	{NULL, "Received invalid voiceId", 0, PROBLEM_REJECTED, NULL,
	 "choose another --voice, such as tiffany or matthew"},
	{NULL, "Tool Response parsing error", 0, PROBLEM_REJECTED,
	 "a tool's result was not a JSON object",
	 "let the tool answer with {\"result\":...}"},
	{NULL, "Unable to parse input chunk", 0, PROBLEM_REJECTED, NULL,
	 "check tool schemas and settings of the session"},
	{NULL, "Invalid input request", 0, PROBLEM_REJECTED, NULL,
	 "reconnect once; if it comes again, check the settings of "
	 "the session"},
	{NULL, "No open content found", 0, PROBLEM_REJECTED, NULL, "reconnect"},
	{NULL, "All contents must be closed", 0, PROBLEM_REJECTED, NULL,
	 "reconnect"},

	/* exceptions by name */
	{"ThrottlingException", NULL, 0, PROBLEM_THROTTLED,
	 "too many requests or conversations at once for this account",
	 "try again in a moment"},
	{"TooManyRequestsException", NULL, 0, PROBLEM_THROTTLED,
	 "too many requests or conversations at once for this account",
	 "try again in a moment"},
	{"ServiceQuotaExceededException", NULL, 0, PROBLEM_THROTTLED,
	 "this account has as many conversations open in %R as it may",
	 "end another one first"},
	{"ModelTimeoutException", NULL, 0, PROBLEM_TIMEOUT,
	 "the stream has lived its 8 minutes, or the model took too long",
	 "reconnect; the history is sent again"},
	{"ModelErrorException", NULL, 0, PROBLEM_SERVER, NULL, "reconnect"},
	{"ModelStreamErrorException", NULL, 0, PROBLEM_SERVER, NULL,
	 "reconnect"},
	{"InternalServerException", NULL, 0, PROBLEM_SERVER, NULL, "reconnect"},
	{"InternalFailure", NULL, 0, PROBLEM_SERVER, NULL, "reconnect"},
	{"ServiceUnavailableException", NULL, 0, PROBLEM_SERVER, NULL,
	 "try again in a moment"},
	{"ValidationException", NULL, 0, PROBLEM_REJECTED, NULL,
	 "check the model and the settings of the session"},

	/* by status alone */
	{NULL, NULL, 403, PROBLEM_DENIED, NULL, CREDENTIALS},
	{NULL, NULL, 404, PROBLEM_SERVER, NULL, "check --endpoint and --model"},
	{NULL, NULL, 429, PROBLEM_THROTTLED, NULL, "try again in a moment"},
	{NULL, NULL, 408, PROBLEM_TIMEOUT, NULL, "try again"},
	{NULL, NULL, 424, PROBLEM_SERVER, NULL, "try again"},
};

static const struct answer other_4xx = {
	.code = PROBLEM_REJECTED,
	.remedy = "check --endpoint and the settings"};
static const struct answer other = {.code = PROBLEM_SERVER,
				    .remedy = "try again in a moment"};

static const struct answer *find(int status, const char *exception,
				 const char *message)
{
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		const struct answer *a = &answers[i];
		if (a->name && !text_equal_fold(a->name, exception))
			continue;
		if (a->message && !strcasestr(message, a->message))
			continue;
		if (a->status && a->status != status)
			continue;
		return a;
	}
	return status >= 400 && status < 500 ? &other_4xx : &other;
}

/* Copies text with %M and %R filled in; what does not fit is cut. */
static void fill_in(char *out, size_t size, const char *text, const char *model,
		    const char *region)
{
	size_t n = 0;

	while (*text && n + 1 < size) {
		const char *word = NULL;
		if (text[0] == '%' && text[1] == 'M')
			word = model;
		else if (text[0] == '%' && text[1] == 'R')
			word = region;
		if (!word) {
			out[n++] = *text++;
			continue;
		}
		text += 2;
		while (*word && n + 1 < size)
			out[n++] = *word++;
	}
	out[n] = '\0';
}

int bedrock_problem(struct problem *p, int http_status, const char *exception,
		    const char *message, const char *model, const char *region)
{
	char cause[256], remedy[256], status[32] = "";
	const char *name = exception ? exception : "";
	const char *said = message ? message : "";
	const struct answer *a = find(http_status, name, said);

	model = model ? model : "the model";
	region = region ? region : "this region";
	fill_in(remedy, sizeof remedy, a->remedy, model, region);
	if (a->cause)
		fill_in(cause, sizeof cause, a->cause, model, region);
	else
		snprintf(cause, sizeof cause, "%s",
			 *said ? said : "no reason given");
	/* the full stop of a sentence reads badly before "; do this" */
	size_t end = strlen(cause);
	while (end > 0 && (cause[end - 1] == '.' || cause[end - 1] == ' '))
		cause[--end] = '\0';
	if (http_status >= 300)
		snprintf(status, sizeof status, "%sHTTP %d", *name ? ", " : "",
			 http_status);
	return problem_set(p, a->code, "Bedrock %s: %s%s%s%s%s; %s", region,
			   cause, *name || *status ? " (" : "", name, status,
			   *name || *status ? ")" : "", remedy);
}
