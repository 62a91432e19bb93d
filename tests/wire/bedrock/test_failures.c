/* Each failure of net/bedrock/failures.h, made by the simulator and met over
 * real HTTP/2: its code, what follows, and the line that a person reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/bedrock/failures.h"
#include "net/loop/loop.h"
#include "net/sim/sim.h"
#include "tests/support/stream_probe.h"

enum { AFTER_S = 9, IMPATIENT_MS = 1000 };

#define NEVER    PROBLEM_RETRY_NEVER
#define ONCE     PROBLEM_RETRY_ONCE
#define STEADY   PROBLEM_RETRY_STEADY
#define BACK_OFF PROBLEM_RETRY_BACK_OFF

/* "@" stands for the simulator's address. */
static const struct row {
	const char *fault;
	int code;
	enum problem_retry retry;
	const char *line;
} rows[] = {
	{"clock-behind*0", PROBLEM_CLOCK, NEVER,
	 "Bedrock us-east-1: the signature's time is too old for the "
	 "service (InvalidSignatureException, HTTP 403); set this "
	 "machine's clock"},
	{"clock-ahead*0", PROBLEM_CLOCK, NEVER,
	 "Bedrock us-east-1: the signature's time lies in the service's "
	 "future (InvalidSignatureException, HTTP 403); set this "
	 "machine's clock"},
	{"clock-skew*0", PROBLEM_CLOCK, NEVER,
	 "Bedrock us-east-1: this machine's clock is too far off "
	 "(RequestTimeTooSkewed, HTTP 403); set this machine's clock"},
	{"api-key*0", PROBLEM_DENIED, NEVER,
	 "Bedrock us-east-1: Bedrock API keys cannot open speech streams"
	 " (AccessDeniedException, HTTP 403); use an AWS access key: "
	 "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
	 "AWS_SESSION_TOKEN"},
	{"bad-signature*0", PROBLEM_DENIED, NEVER,
	 "Bedrock us-east-1: the signature was refused; the secret key "
	 "does not belong to the key id (InvalidSignatureException, HTTP"
	 " 403); check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
	 "AWS_SESSION_TOKEN"},
	{"incomplete-signature*0", PROBLEM_DENIED, NEVER,
	 "Bedrock us-east-1: the signature was refused as incomplete "
	 "(IncompleteSignatureException, HTTP 403); check that nothing "
	 "between here and AWS changes headers"},
	{"unknown-key*0", PROBLEM_DENIED, NEVER,
	 "Bedrock us-east-1: the key id or its session token is not "
	 "known (UnrecognizedClientException, HTTP 403); check "
	 "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"},
	{"expired-token*0", PROBLEM_DENIED, NEVER,
	 "Bedrock us-east-1: the session token has expired "
	 "(ExpiredTokenException, HTTP 403); sign in again for new keys"},
	{"no-signature*0", PROBLEM_DENIED, NEVER,
	 "Bedrock us-east-1: the request carried no signature "
	 "(MissingAuthenticationTokenException, HTTP 403); check "
	 "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"},
	{"no-model-access*0", PROBLEM_DENIED, NEVER,
	 "Bedrock us-east-1: You don't have access to the model with the"
	 " specified model ID (AccessDeniedException, HTTP 403); ask for"
	 " access to amazon.nova-2-5-sonic in the Bedrock console, and "
	 "allow bedrock:InvokeModel and "
	 "bedrock:InvokeModelWithBidirectionalStream"},
	{"no-permission*0", PROBLEM_DENIED, NEVER,
	 "Bedrock us-east-1: User is not authorized to perform this "
	 "action (AccessDeniedException, HTTP 403); allow this key "
	 "bedrock:InvokeModel and "
	 "bedrock:InvokeModelWithBidirectionalStream on "
	 "amazon.nova-2-5-sonic"},
	{"bad-model-id*0", PROBLEM_MODEL, NEVER,
	 "Bedrock us-east-1: model amazon.nova-2-5-sonic is not known in"
	 " us-east-1 (ValidationException, HTTP 400); try --model "
	 "amazon.nova-2-5-sonic, or region us-east-1, us-west-2, eu-"
	 "north-1 or ap-northeast-1"},
	{"end-of-life*0", PROBLEM_MODEL, NEVER,
	 "Bedrock us-east-1: model amazon.nova-2-5-sonic has reached the"
	 " end of its life (ResourceNotFoundException, HTTP 404); try "
	 "--model amazon.nova-2-5-sonic"},
	{"unknown-model*0", PROBLEM_MODEL, NEVER,
	 "Bedrock us-east-1: model amazon.nova-2-5-sonic is not known in"
	 " us-east-1 (ResourceNotFoundException, HTTP 404); try --model "
	 "amazon.nova-2-5-sonic, or region us-east-1, us-west-2, eu-"
	 "north-1 or ap-northeast-1"},
	{"no-speech-model*0", PROBLEM_MODEL, NEVER,
	 "Bedrock us-east-1: model amazon.nova-2-5-sonic cannot hold "
	 "spoken conversations in us-east-1 (ValidationException, HTTP "
	 "400); try --model amazon.nova-2-5-sonic"},
	{"model-not-ready*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: model amazon.nova-2-5-sonic is still being "
	 "made ready (ModelNotReadyException, HTTP 429); try again in a "
	 "minute"},
	{"instability*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: System instability detected. Please retry "
	 "your request (ValidationException, HTTP 400); reconnect; the "
	 "history is sent again"},
	{"instability@20*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: System instability detected. Please retry "
	 "your request (validationException); reconnect; the history is "
	 "sent again"},
	{"idle-531@20*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: the service closed the stream after a long "
	 "silence of the learner (validationException); reconnect"},
	{"idle-532@20*0", PROBLEM_TIMEOUT, STEADY,
	 "Bedrock us-east-1: no audio reached the service for too long "
	 "(validationException); check the uplink, and reconnect"},
	{"idle@20*0", PROBLEM_TIMEOUT, STEADY,
	 "Bedrock us-east-1: no audio reached the service for too long "
	 "(validationException); check the uplink, and reconnect"},
	{"content-filter@20*0", PROBLEM_FILTERED, STEADY,
	 "Bedrock us-east-1: the service's content filter blocked what "
	 "was said (validationException); say it differently; the same "
	 "audio is blocked again"},
	{"voice*0", PROBLEM_REJECTED, NEVER,
	 "Bedrock us-east-1: Received invalid voiceId: value must not be"
	 " empty (ValidationException, HTTP 400); choose another "
	 "--voice, such as tiffany or matthew"},
	{"voice@20*0", PROBLEM_REJECTED, NEVER,
	 "Bedrock us-east-1: Received invalid voiceId: value must not be"
	 " empty (validationException); choose another --voice, such as "
	 "tiffany or matthew"},
	{"tool-result@20*0", PROBLEM_REJECTED, NEVER,
	 "Bedrock us-east-1: a tool's result was not a JSON object "
	 "(validationException); let the tool answer with "
	 "{\"result\":...}"},
	{"input-chunk*0", PROBLEM_REJECTED, NEVER,
	 "Bedrock us-east-1: Unable to parse input chunk. Please check "
	 "input format contains correct format (ValidationException, "
	 "HTTP 400); check tool schemas and settings of the session"},
	{"input-chunk@20*0", PROBLEM_REJECTED, NEVER,
	 "Bedrock us-east-1: Unable to parse input chunk. Please check "
	 "input format contains correct format (validationException); "
	 "check tool schemas and settings of the session"},
	{"invalid-input*0", PROBLEM_UNCLEAR, ONCE,
	 "Bedrock us-east-1: Invalid input request, please fix your "
	 "input and try again (ValidationException, HTTP 400); if it "
	 "comes again, check the settings of the session"},
	{"invalid-input@20*0", PROBLEM_UNCLEAR, ONCE,
	 "Bedrock us-east-1: Invalid input request, please fix your "
	 "input and try again (validationException); if it comes again, "
	 "check the settings of the session"},
	{"no-open-content@20*0", PROBLEM_UNCLEAR, ONCE,
	 "Bedrock us-east-1: No open content found for content name: a "
	 "(validationException); if it comes again, report it with the "
	 "session folder"},
	{"open-contents@20*0", PROBLEM_UNCLEAR, ONCE,
	 "Bedrock us-east-1: All contents must be closed before ending "
	 "prompt (validationException); if it comes again, report it "
	 "with the session folder"},
	{"throttled*0", PROBLEM_THROTTLED, BACK_OFF,
	 "Bedrock us-east-1: too many requests or conversations at once "
	 "for this account (ThrottlingException, HTTP 429); try again in"
	 " a moment"},
	{"throttled@20*0", PROBLEM_THROTTLED, BACK_OFF,
	 "Bedrock us-east-1: too many requests or conversations at once "
	 "for this account (throttlingException); try again in a moment"},
	{"quota*0", PROBLEM_THROTTLED, BACK_OFF,
	 "Bedrock us-east-1: this account has as many conversations open"
	 " in us-east-1 as it may (ServiceQuotaExceededException, HTTP "
	 "400); end another one first"},
	{"model-timeout*0", PROBLEM_TIMEOUT, STEADY,
	 "Bedrock us-east-1: the stream has lived its 8 minutes, or the "
	 "model took too long (ModelTimeoutException, HTTP 408); "
	 "reconnect; the history is sent again"},
	{"model-timeout@20*0", PROBLEM_TIMEOUT, STEADY,
	 "Bedrock us-east-1: the stream has lived its 8 minutes, or the "
	 "model took too long (modelTimeoutException); reconnect; the "
	 "history is sent again"},
	{"model-error*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: The request failed due to an error while "
	 "processing the model (ModelErrorException, HTTP 424); "
	 "reconnect"},
	{"model-stream-error*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: The system encountered an unexpected error "
	 "during processing. Try your request again "
	 "(ModelStreamErrorException, HTTP 424); reconnect"},
	{"model-stream-error@20*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: The system encountered an unexpected error "
	 "during processing. Try your request again "
	 "(modelStreamErrorException); reconnect"},
	{"internal*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: The system encountered an unexpected error "
	 "during processing. Try your request again "
	 "(InternalServerException, HTTP 500); reconnect"},
	{"internal@20*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: The system encountered an unexpected error "
	 "during processing. Try your request again "
	 "(internalServerException); reconnect"},
	{"unavailable*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: The service isn't currently available. Try "
	 "again later (ServiceUnavailableException, HTTP 503); try again"
	 " in a moment"},
	{"unavailable@20*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: The service isn't currently available. Try "
	 "again later (serviceUnavailableException); try again in a "
	 "moment"},
	{"validation*0", PROBLEM_REJECTED, NEVER,
	 "Bedrock us-east-1: The input fails to satisfy the constraints "
	 "of the service (ValidationException, HTTP 400); check the "
	 "model and the settings of the session"},
	{"validation@20*0", PROBLEM_REJECTED, NEVER,
	 "Bedrock us-east-1: The input fails to satisfy the constraints "
	 "of the service (validationException); check the model and the "
	 "settings of the session"},
	{"http-403*0", PROBLEM_DENIED, NEVER,
	 "Bedrock us-east-1: Forbidden (HTTP 403); check "
	 "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"},
	{"http-404*0", PROBLEM_PROTOCOL, STEADY,
	 "Bedrock us-east-1: Not Found (HTTP 404); check --endpoint and "
	 "--model"},
	{"http-408*0", PROBLEM_TIMEOUT, STEADY,
	 "Bedrock us-east-1: Request Timeout (HTTP 408); try again"},
	{"http-424*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: Failed Dependency (HTTP 424); try again"},
	{"http-429*0", PROBLEM_THROTTLED, BACK_OFF,
	 "Bedrock us-east-1: Too Many Requests (HTTP 429); try again in "
	 "a moment"},
	{"http-4xx*0", PROBLEM_REJECTED, NEVER,
	 "Bedrock us-east-1: I'm a teapot (HTTP 418); check --endpoint "
	 "and the settings"},
	{"http-3xx*0", PROBLEM_PROTOCOL, STEADY,
	 "Bedrock us-east-1: Moved Permanently (HTTP 301); check "
	 "--endpoint"},
	{"other*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: Bad Gateway (HTTP 502); try again in a "
	 "moment"},
	{"other@20*0", PROBLEM_SERVER, STEADY,
	 "Bedrock us-east-1: Bad Gateway (somethingNewException); try "
	 "again in a moment"},
	{"no-answer*0", PROBLEM_TIMEOUT, STEADY,
	 "Bedrock us-east-1 at @: no answer within 1 s; check the "
	 "network, or try again"},
	{"no-event-stream*0", PROBLEM_PROTOCOL, STEADY,
	 "Bedrock us-east-1 at @: answers with text/html in place of an "
	 "event stream; check --endpoint"},
	{"reset@20*0", PROBLEM_CLOSED, STEADY,
	 "Bedrock us-east-1 at @: the stream was reset (INTERNAL_ERROR);"
	 " reconnect"},
	{"goaway@20*0", PROBLEM_CLOSED, STEADY,
	 "Bedrock us-east-1 at @: the service took the connection down "
	 "(GOAWAY, NO_ERROR); reconnect"},
	{"connection-closed@20*0", PROBLEM_CLOSED, STEADY,
	 "Bedrock us-east-1 at @: the connection was closed before the "
	 "conversation was over; reconnect"},
	{"cut-message@20*0", PROBLEM_CLOSED, STEADY,
	 "Bedrock us-east-1 at @: the stream ended in the middle of a "
	 "message; reconnect"},
	{"ended-early@20*0", PROBLEM_CLOSED, STEADY,
	 "Bedrock us-east-1 at @: the service ended the stream before "
	 "the conversation was over; reconnect"},
	{"unreadable@20*0", PROBLEM_PROTOCOL, STEADY,
	 "Bedrock us-east-1 at @: sent what cannot be read (event-stream"
	 " message: checksum is wrong); reconnect"},
};

struct wire {
	struct loop *loop;
	struct brain_maker *maker;
	struct sim_server *server;
	struct credentials_source *keys;
	struct nova_upstream *upstream;
	struct stream_probe probe;
	char address[32];
	bool refuses; /* before the stream */
};

static void open_sim(struct wire *w, const char *fault)
{
	struct sim_server_settings settings = {0};
	struct sim_front_plan plan = {0};
	struct problem p;

	if (sim_fault_parse(&settings.core.fault, fault, &p))
		fail_msg("%s", p.text);
	sim_fault_plan(&settings.core.fault, &plan);
	w->refuses = settings.core.fault.kind == SIM_FAULT_REFUSE;
	plan.refuse_after_s = AFTER_S;
	settings.front = &plan;
	assert_int_equal(scenario_maker_create(&w->maker, NULL, &p), 0);
	if (sim_server_open(&w->server, w->loop, &settings, w->maker, &p))
		fail_msg("%s", p.text);
	snprintf(w->address, sizeof w->address, "127.0.0.1:%u",
		 (unsigned)sim_server_port(w->server));
}

static void open_client(struct wire *w, bool impatient)
{
	struct problem p;
	char url[64];

	snprintf(url, sizeof url, "http://%s", w->address);
	assert_int_equal(credentials_fixed_create(&w->keys, loop_clock(w->loop),
						  "AKID", "secret", NULL, &p),
			 0);
	const struct bedrock_settings settings = {
		.endpoint = url,
		.credentials = w->keys,
		.wait_limit_ms = impatient ? IMPATIENT_MS : 0,
	};
	if (bedrock_upstream_create(&w->upstream, w->loop, &settings, &p))
		fail_msg("%s", p.text);
}

/* The line with the address taken out. */
static void general_line(char out[PROBLEM_TEXT_SIZE], const struct wire *w)
{
	const char *text = w->probe.why.text;
	const char *at = strstr(text, w->address);

	if (at)
		snprintf(out, PROBLEM_TEXT_SIZE, "%.*s@%s", (int)(at - text),
			 text, at + strlen(w->address));
	else
		snprintf(out, PROBLEM_TEXT_SIZE, "%s", text);
}

static void meet(struct wire *w, const char *fault)
{
	*w = (struct wire){0};
	assert_int_equal(loop_create(&w->loop), 0);
	open_sim(w, fault);
	open_client(w, text_starts(fault, "no-answer"));
	stream_probe_open(&w->probe, w->loop, w->upstream, NULL);
}

static void part(struct wire *w)
{
	stream_probe_free(&w->probe);
	bedrock_upstream_free(w->upstream);
	credentials_source_free(w->keys);
	sim_server_free(w->server);
	scenario_maker_free(w->maker);
	loop_free(w->loop);
}

static void each_failure_has_its_code_and_its_line(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *r = &rows[i];
		char line[PROBLEM_TEXT_SIZE];
		struct wire w;

		meet(&w, r->fault);
		stream_probe_await(&w.probe, "closed");
		general_line(line, &w);
		assert_int_equal(w.probe.is_open,
				 strchr(r->fault, '@') != NULL);
		assert_int_equal(w.probe.why.retry_after_ms,
				 w.refuses ? AFTER_S * 1000 : 0);
		if (w.probe.why.code != r->code ||
		    problem_retry(w.probe.why.code) != r->retry ||
		    !text_equal(line, r->line)) {
			print_error("%s: %s, %d: \"%s\"\n", r->fault,
				    problem_name(w.probe.why.code),
				    (int)problem_retry(w.probe.why.code), line);
			wrong++;
		}
		part(&w);
	}
	assert_int_equal(wrong, 0);
}

/* The service's time is taken from its answer. */
static void a_clock_that_is_off_opens_the_stream_all_the_same(void **state)
{
	struct wire w;

	(void)state;
	meet(&w, "clock");
	stream_probe_await(&w.probe, "opened");
	part(&w);
}

static bool has_row(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (text_starts(rows[i].fault, name) &&
		    strchr("@*", rows[i].fault[length]))
			return true;
	return false;
}

static void every_failure_has_a_row(void **state)
{
	/* the two that end nothing by themselves */
	static const char *const others[] = {"clock", "stall"};
	const char *name;
	bool inside;

	(void)state;
	for (size_t i = 0; (name = sim_fault_name(i, &inside)); i++) {
		bool known = has_row(name);

		for (size_t j = 0; j < 2; j++)
			known |= text_equal(name, others[j]);
		if (!known)
			fail_msg("%s is not tried", name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failure_has_a_row),
		cmocka_unit_test(
			a_clock_that_is_off_opens_the_stream_all_the_same),
		cmocka_unit_test(each_failure_has_its_code_and_its_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
