#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <nghttp2/nghttp2.h>

#include "net/base/clock.h"
#include "net/aws/sigv4.h"
#include "net/loop/loop.h"
#include "net/nova/event_json.h"
#include "net/nova/frame.h"
#include "tests/support/h2_bedrock.h"
#include "tests/support/loop_until.h"

enum {
	LIMIT = 64 * 1024 * 1024,
	FRAME_SAMPLES = 512,
	/* Long against any stall of the machine: what is waited for comes at
	 * once, and only what never comes takes it. */
	WAIT_LIMIT_MS = 3000,
};

static const struct nova_event start = {
	.type = NOVA_SESSION_START,
	.inference = {1024, 0.9, 0.7},
};
static const struct nova_event over = {.type = NOVA_SESSION_END};
static const struct nova_event begun = {.type = NOVA_COMPLETION_START,
					.completion_id = "c"};

static struct nova_event audio(const int16_t *samples, size_t count)
{
	return (struct nova_event){
		.type = NOVA_AUDIO_INPUT,
		.prompt_name = "p",
		.content_id = "a",
		.samples = samples,
		.sample_count = count,
	};
}

/* --- what the server got --- */

static int64_t parse_date(const char *text)
{
	struct tm tm = {0};

	assert_non_null(strptime(text, "%Y%m%dT%H%M%SZ", &tm));
	return (int64_t)timegm(&tm) * 1000;
}

/* The signature of the request as the server would compute it. */
static void check_request_signature(const struct h2_request *r,
				    char seed[SIGV4_HEX_SIZE])
{
	const char *authorization = h2_request_header(r, "authorization");
	struct sigv4_header headers[H2_HEADERS_MAX];
	struct sigv4_request request = {.headers = headers};
	char names[512];

	const char *list = strstr(authorization, "SignedHeaders=");
	assert_non_null(list);
	snprintf(names, sizeof names, "%.*s", (int)strcspn(list + 14, ","),
		 list + 14);
	for (char *name = strtok(names, ";"); name; name = strtok(NULL, ";")) {
		const char *value = h2_request_header(
			r, strcmp(name, "host") == 0 ? ":authority" : name);
		assert_string_not_equal("", value);
		headers[request.header_count++] = (struct sigv4_header){name,
									value};
	}
	request.path = h2_request_header(r, ":path");
	request.region = "us-east-1";
	request.date_ms = parse_date(h2_request_header(r, "x-amz-date"));
	assert_int_equal(0, sigv4_sign_request(seed, &request, "secret"));
	const char *signature = strstr(authorization, "Signature=");
	assert_non_null(signature);
	assert_string_equal(seed, signature + 10);
}

/* Checks the chain of signatures over all that came; gives each inner JSON to
 * check() and returns how many events there were before the empty frame. */
static size_t check_body(const struct h2_request *r,
			 void (*check)(size_t number,
				       const struct nova_event *e))
{
	char seed[SIGV4_HEX_SIZE];
	struct sigv4_chain chain;
	struct bytes json;
	size_t at = 0, count = 0;
	bool empty_seen = false;

	check_request_signature(r, seed);
	assert_int_equal(0,
			 sigv4_chain_init(&chain, "secret", "us-east-1", seed));
	bytes_init(&json, LIMIT);
	while (at < r->body.length) {
		struct frame outer, inner;
		struct nova_event e;
		uint8_t signature[SIGV4_RAW_SIZE];
		long n = frame_parse(&outer, r->body.data + at,
				     r->body.length - at, NULL);
		assert_true(n > 0);
		at += (size_t)n;
		assert_false(empty_seen);
		assert_int_equal(
			0,
			sigv4_chain_next(&chain,
					 frame_find(&outer, ":date")->integer,
					 outer.payload, outer.payload_length,
					 signature));
		assert_memory_equal(
			signature,
			frame_find(&outer, ":chunk-signature")->value,
			sizeof signature);
		if (outer.payload_length == 0) {
			empty_seen = true;
			continue;
		}
		assert_int_equal(outer.payload_length,
				 frame_parse(&inner, outer.payload,
					     outer.payload_length, NULL));
		bytes_clear(&json);
		assert_int_equal(0, frame_read_chunk(&json, &inner, NULL));
		assert_int_equal(0, nova_event_parse(&e, (char *)json.data,
						     json.length,
						     NOVA_TO_SERVICE, NULL));
		if (check)
			check(count, &e);
		nova_event_clear(&e);
		count++;
	}
	assert_int_equal(r->ended, empty_seen);
	sigv4_chain_clear(&chain);
	bytes_deinit(&json);
	return count;
}

/* --- the request --- */

static void the_request_is_what_bedrock_wants(void **state)
{
	const struct h2_script script = {.request_id = "r-1"};
	const struct bedrock_settings settings = {
		.model = "amazon.nova-2-sonic-v1:0"};
	struct h2_bedrock b;
	char authority[32];

	(void)state;
	h2_bedrock_open(&b, &script, &settings, NULL);
	loop_until(b.loop, nova_probe_is_opened, &b.probe);
	assert_int_equal(1, b.probe.opened);
	assert_string_equal("r-1", b.probe.session_id);
	const struct h2_request *r = h2_server_request(b.server);
	snprintf(authority, sizeof authority, "127.0.0.1:%u",
		 h2_server_port(b.server));
	const char *const want[][2] = {
		{":method", "POST"},
		{":scheme", "http"},
		{":authority", authority},
		{":path", "/model/amazon.nova-2-sonic-v1%3A0/"
			  "invoke-with-bidirectional-stream"},
		{"content-type", "application/vnd.amazon.eventstream"},
		{"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-EVENTS"},
		{"x-amz-security-token", "TOKEN=="},
		{"user-agent", "habla/" HABLA_VERSION},
		{"content-length", ""},
		{"transfer-encoding", ""},
	};
	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		assert_string_equal(want[i][1],
				    h2_request_header(r, want[i][0]));
	char seed[SIGV4_HEX_SIZE];
	check_request_signature(r, seed);
	assert_non_null(strstr(h2_request_header(r, "authorization"),
			       "SignedHeaders=content-type;host;"
			       "x-amz-content-sha256;x-amz-date;"
			       "x-amz-security-token,"));
	h2_bedrock_close(&b);
}

static void events_go_out_before_any_answer(void **state)
{
	const struct h2_script script = {.silent = true};
	struct h2_bedrock b;

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	b.want = 300;
	h2_bedrock_until(&b, h2_bedrock_came);
	assert_int_equal(0, b.probe.opened);
	h2_server_answer(b.server);
	loop_until(b.loop, nova_probe_is_opened, &b.probe);
	assert_int_equal(1, b.probe.opened);
	assert_string_equal("", b.probe.session_id);
	h2_bedrock_close(&b);
}

/* --- a conversation --- */

static int16_t ramp[FRAME_SAMPLES];

static void check_long_run(size_t number, const struct nova_event *e)
{
	if (number == 0) {
		assert_int_equal(NOVA_SESSION_START, e->type);
	} else if (e->type != NOVA_SESSION_END) {
		assert_int_equal(NOVA_AUDIO_INPUT, e->type);
		assert_int_equal(FRAME_SAMPLES, e->sample_count);
		assert_int_equal((int16_t)number, e->samples[0]);
	}
}

static void run_long(const struct h2_script *script, size_t frames)
{
	struct h2_bedrock b;

	h2_bedrock_open(&b, script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	for (size_t i = 1; i <= frames; i++) {
		struct nova_event e = audio(ramp, FRAME_SAMPLES);
		ramp[0] = (int16_t)i;
		h2_bedrock_send(&b, &e);
	}
	h2_bedrock_send(&b, &over);
	assert_int_equal(PROBLEM_CLOSED, nova_probe_send(&b.probe, &over));
	h2_bedrock_until(&b, h2_bedrock_ended);
	assert_int_equal(frames + 2, check_body(h2_server_request(b.server),
						check_long_run));
	assert_int_equal(0, nova_stream_queued(b.probe.stream));
	h2_server_end(b.server);
	h2_bedrock_expect_closed(&b, 0, "");
	assert_string_equal("", b.probe.why.text);
	assert_int_equal(PROBLEM_CLOSED, nova_probe_send(&b.probe, &start));
	h2_bedrock_close(&b);
}

static void a_long_run_arrives_whole_and_signed(void **state)
{
	const struct h2_script script = {0};

	(void)state;
	run_long(&script, 1500);
}

static void a_window_of_one_byte_slows_but_breaks_nothing(void **state)
{
	const struct h2_script script = {.window = 1};

	(void)state;
	run_long(&script, 3);
}

static void a_window_of_a_hundred_bytes_too(void **state)
{
	const struct h2_script script = {.window = 100};

	(void)state;
	run_long(&script, 40);
}

static void answers_come_as_events(void **state)
{
	const struct h2_script script = {.request_id = "r"};
	struct h2_bedrock b;
	int16_t sound[1200];

	(void)state;
	for (int i = 0; i < 1200; i++)
		sound[i] = (int16_t)(i * 27 - 16000);
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	loop_until(b.loop, nova_probe_is_opened, &b.probe);
	h2_bedrock_serve(&b, &begun);
	for (int i = 0; i < 50; i++) {
		const struct nova_event e = {
			.type = NOVA_AUDIO_OUTPUT,
			.content_id = "k",
			.samples = sound,
			.sample_count = (size_t)(i * 24),
		};
		h2_bedrock_serve(&b, &e);
	}
	b.want = 51;
	h2_bedrock_until(&b, h2_bedrock_heard);
	assert_int_equal(NOVA_COMPLETION_START, b.probe.events[0].type);
	assert_string_equal("c", b.probe.events[0].completion_id);
	for (size_t i = 0; i < 50; i++) {
		const struct nova_event *e = &b.probe.events[i + 1];
		assert_int_equal(i * 24, e->sample_count);
		if (i > 0)
			assert_memory_equal(sound, e->samples, i * 48);
	}
	h2_bedrock_close(&b);
}

static void an_answer_may_come_byte_by_byte(void **state)
{
	const struct h2_script script = {0};
	struct h2_bedrock b;
	struct bytes frame;
	const char json[] = "{\"event\":{\"completionEnd\":{}}}";

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	loop_until(b.loop, nova_probe_is_opened, &b.probe);
	bytes_init(&frame, LIMIT);
	assert_int_equal(0, frame_write_chunk(&frame, json, sizeof json - 1));
	for (size_t i = 0; i < frame.length; i++)
		h2_server_send(b.server, frame.data + i, 1);
	b.want = 1;
	h2_bedrock_until(&b, h2_bedrock_heard);
	assert_int_equal(NOVA_COMPLETION_END, b.probe.events[0].type);
	bytes_deinit(&frame);
	h2_bedrock_close(&b);
}

static void the_windows_for_answers_are_raised(void **state)
{
	const struct h2_script script = {0};
	struct h2_bedrock b;
	int32_t connection, stream;

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	loop_until(b.loop, nova_probe_is_opened, &b.probe);
	h2_server_windows(b.server, &connection, &stream);
	assert_true(connection >= 8 * 1024 * 1024);
	assert_true(stream >= 8 * 1024 * 1024);
	h2_bedrock_close(&b);
}

static void a_burst_of_sound_comes_whole(void **state)
{
	enum { CHUNK = 100000, CHUNKS = 30 };
	const struct h2_script script = {0};
	int16_t *sound = calloc(CHUNK, sizeof *sound);
	struct h2_bedrock b;

	(void)state;
	assert_non_null(sound);
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	loop_until(b.loop, nova_probe_is_opened, &b.probe);
	for (int i = 0; i < CHUNKS; i++) {
		const struct nova_event e = {
			.type = NOVA_AUDIO_OUTPUT,
			.samples = sound,
			.sample_count = CHUNK,
		};
		sound[7] = (int16_t)i;
		h2_bedrock_serve(&b, &e);
	}
	b.want = CHUNKS;
	h2_bedrock_until(&b, h2_bedrock_heard);
	for (int i = 0; i < CHUNKS; i++) {
		assert_int_equal(CHUNK, b.probe.events[i].sample_count);
		assert_int_equal(i, b.probe.events[i].samples[7]);
	}
	free(sound);
	h2_bedrock_close(&b);
}

static void unknown_messages_are_passed_over(void **state)
{
	const struct h2_script script = {0};
	struct h2_bedrock b;
	struct bytes frame;
	const struct frame_header odd = {.name = ":event-type",
					 .name_length = 11,
					 .type = FRAME_STRING,
					 .value = (const uint8_t *)"novelty",
					 .value_length = 7};

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	loop_until(b.loop, nova_probe_is_opened, &b.probe);
	bytes_init(&frame, LIMIT);
	assert_int_equal(0, frame_write(&frame, &odd, 1, "{}", 2));
	h2_server_send(b.server, frame.data, frame.length);
	h2_bedrock_serve(&b, &begun);
	b.want = 1;
	h2_bedrock_until(&b, h2_bedrock_heard);
	assert_int_equal(NOVA_COMPLETION_START, b.probe.events[0].type);
	assert_int_equal(0, b.probe.closed);
	bytes_deinit(&frame);
	h2_bedrock_close(&b);
}

/* --- a peer that does not read --- */

static void a_full_queue_refuses_but_lets_the_session_end(void **state)
{
	const struct h2_script script = {.slow = true};
	struct h2_bedrock b;
	size_t sent = 0;
	int err = 0;

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	while (!err && sent < 10000) {
		struct nova_event e = audio(ramp, FRAME_SAMPLES);
		ramp[0] = (int16_t)(sent + 1);
		err = nova_probe_send(&b.probe, &e);
		sent += !err;
	}
	assert_int_equal(PROBLEM_LIMIT, err);
	assert_true(nova_stream_queued(b.probe.stream) <= 4 * 1024 * 1024);
	assert_true(nova_stream_queued(b.probe.stream) >
		    4 * 1024 * 1024 - 4096);
	h2_bedrock_send(&b, &over);
	while (!h2_server_request(b.server)->ended) {
		b.want = h2_server_request(b.server)->body.length + 1;
		h2_bedrock_until(&b, h2_bedrock_came);
		h2_server_take(b.server);
		if (nova_stream_queued(b.probe.stream) == 0)
			h2_bedrock_until(&b, h2_bedrock_ended);
	}
	assert_int_equal(sent + 2, check_body(h2_server_request(b.server),
					      check_long_run));
	h2_bedrock_close(&b);
}

static void output_events_cannot_be_sent(void **state)
{
	const struct h2_script script = {0};
	struct h2_bedrock b;
	const struct nova_event none = {0};

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	assert_int_equal(PROBLEM_REJECTED, nova_probe_send(&b.probe, &begun));
	assert_int_equal(PROBLEM_REJECTED, nova_probe_send(&b.probe, &none));
	h2_bedrock_send(&b, &start);
	h2_bedrock_close(&b);
}

/* --- refusals --- */

static void refusals_are_told_with_cause_and_remedy(void **state)
{
	static const struct {
		struct h2_script script;
		int code;
		const char *text;
	} rows[] = {
		{{.status = 403,
		  .error_type = "AccessDeniedException:http://internal/x",
		  .body = "{\"message\":\"You don't have access to the "
			  "model with the specified model ID.\"}"},
		 PROBLEM_DENIED,
		 "You don't have access to the model with the specified model "
		 "ID (AccessDeniedException, HTTP 403); ask for access to "
		 "amazon.nova-2-5-sonic in the Bedrock console"},
		{{.status = 403,
		  .body = "{\"__type\":\"com.amazon#"
			  "UnrecognizedClientException\",\"Message\":"
			  "\"The security token is invalid.\"}"},
		 PROBLEM_DENIED,
		 "the key id or its session token is not known"},
		{{.status = 403,
		  .error_type = "ExpiredTokenException",
		  .body = "{}"},
		 PROBLEM_DENIED,
		 "the session token has expired"},
		{{.status = 400,
		  .body = "{\"code\":\"ValidationException\",\"message\":"
			  "\"The provided model identifier is invalid.\"}"},
		 PROBLEM_MODEL,
		 "model amazon.nova-2-5-sonic is not known in us-east-1"},
		{{.status = 404,
		  .error_type = "ResourceNotFoundException",
		  .body = "{\"message\":\"no\"}"},
		 PROBLEM_MODEL,
		 "is not known in us-east-1"},
		{{.status = 429,
		  .error_type = "ThrottlingException",
		  .body = "{\"message\":\"slow down\"}"},
		 PROBLEM_THROTTLED,
		 "too many requests"},
		{{.status = 503, .body = "oh no", .content_type = "text/x"},
		 PROBLEM_SERVER,
		 "no reason given (HTTP 503); try again in a moment"},
		{{.status = 301, .body = ""}, PROBLEM_PROTOCOL, "(HTTP 301)"},
		{{.content_type = "text/html", .body = "<html>"},
		 PROBLEM_PROTOCOL,
		 "answers with text/html in place of an event stream; check "
		 "--endpoint"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct h2_bedrock b;
		h2_bedrock_open(&b, &rows[i].script, NULL, NULL);
		h2_bedrock_send(&b, &start);
		h2_bedrock_expect_closed(&b, rows[i].code, rows[i].text);
		assert_int_equal(0, b.probe.opened);
		h2_bedrock_until(&b, h2_bedrock_is_gone);
		h2_bedrock_close(&b);
	}
}

static void a_wrong_clock_is_measured_by_the_answer(void **state)
{
	static const struct {
		const char *error_type, *body;
		int minutes; /* our clock is ahead by */
		int code;
		const char *text;
	} rows[] = {
		{"InvalidSignatureException",
		 "{\"message\":\"Signature expired: 2026 is now earlier\"}", -7,
		 PROBLEM_CLOCK, "behind the service's; set the clock"},
		{"InvalidSignatureException",
		 "{\"message\":\"Signature not yet current: 2026 is\"}", 12,
		 PROBLEM_CLOCK, "ahead of the service's; set the clock"},
		/* refused with the service's own time too: the key it is */
		{"SignatureDoesNotMatch", "{}", 12, PROBLEM_DENIED,
		 "the secret key does not belong to the key id"},
		{"InvalidSignatureException", "{}", -12, PROBLEM_DENIED,
		 "the secret key does not belong to the key id"},
		{"InvalidSignatureException", "{}", 1, PROBLEM_DENIED,
		 "the secret key does not belong to the key id"},
		{"AccessDeniedException", "{}", 60, PROBLEM_DENIED,
		 "allow this key"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct h2_bedrock b;
		char date[64];
		time_t then = (time_t)(clock_wall_ms(clock_system()) / 1000) -
			      rows[i].minutes * 60;
		struct tm tm;
		gmtime_r(&then, &tm);
		strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
		const struct h2_script script = {
			.status = 403,
			.error_type = rows[i].error_type,
			.body = rows[i].body,
			.date = date,
		};
		h2_bedrock_open(&b, &script, NULL, NULL);
		h2_bedrock_expect_closed(&b, rows[i].code, rows[i].text);
		h2_bedrock_close(&b);
	}
}

static void a_refusal_without_an_end_is_told_in_time(void **state)
{
	/* no END_STREAM, as the body is none */
	const struct h2_script script = {.status = 429,
					 .error_type = "ThrottlingException"};
	const struct bedrock_settings settings = {
		.wait_limit_ms = WAIT_LIMIT_MS};
	struct h2_bedrock b;

	(void)state;
	h2_bedrock_open(&b, &script, &settings, NULL);
	h2_bedrock_send(&b, &start);
	h2_bedrock_expect_closed(&b, PROBLEM_THROTTLED, "too many requests");
	h2_bedrock_close(&b);
}

static void no_answer_is_told_in_time(void **state)
{
	const struct h2_script script = {.silent = true};
	const struct bedrock_settings settings = {
		.wait_limit_ms = WAIT_LIMIT_MS};
	struct h2_bedrock b;

	(void)state;
	h2_bedrock_open(&b, &script, &settings, NULL);
	h2_bedrock_send(&b, &start);
	h2_bedrock_expect_closed(&b, PROBLEM_TIMEOUT, "no answer within");
	assert_int_equal(PROBLEM_CLOSED, nova_probe_send(&b.probe, &start));
	h2_bedrock_close(&b);
}

static void an_end_that_never_comes_is_told_in_time(void **state)
{
	const struct h2_script script = {0};
	const struct bedrock_settings settings = {
		.wait_limit_ms = WAIT_LIMIT_MS};
	struct h2_bedrock b;

	(void)state;
	h2_bedrock_open(&b, &script, &settings, NULL);
	h2_bedrock_send(&b, &start);
	loop_until(b.loop, nova_probe_is_opened, &b.probe);
	h2_bedrock_send(&b, &over);
	h2_bedrock_until(&b, h2_bedrock_ended);
	h2_bedrock_expect_closed(&b, PROBLEM_TIMEOUT, "did not end within");
	h2_bedrock_close(&b);
}

static void nobody_there_is_told(void **state)
{
	const struct h2_script script = {0};
	struct h2_bedrock b;

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	nova_probe_close(&b.probe);
	h2_server_free(b.server);
	b.server = NULL;
	assert_int_equal(0, nova_probe_open(&b.probe, b.upstream, NULL));
	h2_bedrock_send(&b, &start); /* queued until the failure is known */
	h2_bedrock_expect_closed(&b, PROBLEM_CONNECT, "127.0.0.1");
	h2_bedrock_close(&b);
}

static void something_else_than_http2_is_told(void **state)
{
	const struct h2_script script = {
		.garbage = "HTTP/1.1 400 Bad Request\r\n\r\n"};
	struct h2_bedrock b;

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	h2_bedrock_expect_closed(&b, PROBLEM_PROTOCOL, "check --endpoint");
	h2_bedrock_close(&b);
}

/* --- ends --- */

static void open_and_begin(struct h2_bedrock *b)
{
	const struct h2_script script = {0};

	h2_bedrock_open(b, &script, NULL, NULL);
	h2_bedrock_send(b, &start);
	loop_until(b->loop, nova_probe_is_opened, &b->probe);
	h2_bedrock_serve(b, &begun);
	b->want = 1;
	h2_bedrock_until(b, h2_bedrock_heard);
}

static void every_reset_is_a_lost_stream(void **state)
{
	static const uint32_t codes[] = {NGHTTP2_NO_ERROR,
					 NGHTTP2_INTERNAL_ERROR, NGHTTP2_CANCEL,
					 NGHTTP2_REFUSED_STREAM, 0x1234};

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		struct h2_bedrock b;
		open_and_begin(&b);
		h2_server_reset(b.server, codes[i]);
		h2_bedrock_expect_closed(&b, PROBLEM_CLOSED,
					 "the stream was reset (");
		h2_bedrock_close(&b);
	}
}

static void an_early_end_is_a_lost_stream(void **state)
{
	struct h2_bedrock b;

	(void)state;
	open_and_begin(&b);
	h2_server_end(b.server);
	h2_bedrock_expect_closed(&b, PROBLEM_CLOSED,
				 "ended the stream before the conversation");
	h2_bedrock_close(&b);
}

static void half_a_message_at_the_end_is_a_lost_stream(void **state)
{
	struct h2_bedrock b;
	struct bytes frame;

	(void)state;
	open_and_begin(&b);
	h2_bedrock_send(&b, &over);
	bytes_init(&frame, LIMIT);
	assert_int_equal(0, frame_write_chunk(&frame, "{}", 2));
	h2_server_send(b.server, frame.data, frame.length - 1);
	h2_server_end(b.server);
	h2_bedrock_expect_closed(&b, PROBLEM_CLOSED,
				 "in the middle of a message");
	bytes_deinit(&frame);
	h2_bedrock_close(&b);
}

static void a_cut_connection_is_a_lost_stream(void **state)
{
	struct h2_bedrock b;

	(void)state;
	open_and_begin(&b);
	h2_server_cut(b.server);
	h2_bedrock_expect_closed(&b, PROBLEM_CLOSED, "reconnect");
	h2_bedrock_close(&b);
}

/* Writing tells it first, when nothing was read meanwhile. */
static void a_connection_that_takes_nothing_more_is_a_lost_stream(void **state)
{
	struct h2_bedrock b;
	int err = 0;

	(void)state;
	open_and_begin(&b);
	h2_server_cut(b.server);
	signal(SIGPIPE, SIG_IGN); /* as a loop that runs does */
	for (unsigned i = 0; i < 3 && !err; i++)
		err = nova_probe_send(&b.probe, &start);
	h2_bedrock_expect_closed(&b, PROBLEM_CLOSED,
				 ": the connection was lost; reconnect");
	h2_bedrock_close(&b);
}

/* Its status tells what there is to tell. */
static void a_refusal_without_end_is_given_up(void **state)
{
	enum { PIECE = 1024 * 1024, PIECES = 18 };
	const struct h2_script script = {.status = 500};
	char *piece = calloc(1, PIECE);
	struct h2_bedrock b;

	(void)state;
	assert_non_null(piece);
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	h2_bedrock_until(&b, h2_bedrock_asked);
	for (unsigned i = 0; i < PIECES; i++)
		h2_server_send(b.server, piece, PIECE);
	h2_bedrock_expect_closed(&b, PROBLEM_SERVER,
				 ": no reason given (HTTP 500); try again in a "
				 "moment");
	free(piece);
	h2_bedrock_close(&b);
}

static void damaged_messages_end_the_stream(void **state)
{
	struct h2_bedrock b;

	(void)state;
	open_and_begin(&b);
	h2_server_send(b.server, "not an event-stream message", 27);
	h2_bedrock_expect_closed(&b, PROBLEM_PROTOCOL,
				 "checksum of its lengths is wrong");
	h2_bedrock_close(&b);
}

static void events_that_cannot_be_read_end_the_stream(void **state)
{
	struct h2_bedrock b;
	struct bytes frame;

	(void)state;
	open_and_begin(&b);
	bytes_init(&frame, LIMIT);
	assert_int_equal(0, frame_write_chunk(&frame, "[1]", 3));
	h2_server_send(b.server, frame.data, frame.length);
	h2_bedrock_expect_closed(&b, PROBLEM_PROTOCOL, "cannot be read");
	bytes_deinit(&frame);
	h2_bedrock_close(&b);
}

static void goaway_is_not_the_end(void **state)
{
	struct h2_bedrock b;

	(void)state;
	open_and_begin(&b);
	h2_server_goaway(b.server, 1);
	h2_bedrock_serve(&b, &begun);
	b.want = 2;
	h2_bedrock_until(&b, h2_bedrock_heard);
	h2_bedrock_send(&b, &over);
	h2_bedrock_until(&b, h2_bedrock_ended);
	assert_int_equal(0, b.probe.closed);
	h2_bedrock_serve(&b, &begun);
	h2_server_end(b.server);
	h2_bedrock_expect_closed(&b, 0, "");
	assert_int_equal(3, b.probe.count);
	h2_bedrock_close(&b);
}

static void goaway_that_excludes_the_stream_ends_it(void **state)
{
	struct h2_bedrock b;

	(void)state;
	open_and_begin(&b);
	h2_server_goaway(b.server, 0);
	h2_bedrock_expect_closed(&b, PROBLEM_CLOSED, "GOAWAY");
	h2_bedrock_close(&b);
}

static void exceptions_inside_the_stream_end_it(void **state)
{
	static const struct {
		const char *type, *message;
		int code;
		const char *text;
	} rows[] = {
		{"validationException",
		 "InternalErrorCode=532::Timed out waiting for audio bytes or "
		 "interactive content. Please ensure gaps are less than 55 "
		 "seconds.",
		 PROBLEM_TIMEOUT, "no audio reached the service for too long"},
		{"validationException",
		 "System instability detected. Please retry your request.",
		 PROBLEM_SERVER, "System instability detected"},
		{"validationException",
		 "Invalid input request, please fix your input and try "
		 "again.",
		 PROBLEM_UNCLEAR,
		 "Invalid input request, please fix your input and try again "
		 "(validationException); if it comes again"},
		{"modelTimeoutException",
		 "Model has timed out in processing the request. Try your "
		 "request again.",
		 PROBLEM_TIMEOUT, "8 minutes"},
		{"throttlingException", "Too many", PROBLEM_THROTTLED,
		 "too many requests"},
		{"internalServerException", "boom", PROBLEM_SERVER,
		 "boom (internalServerException); reconnect"},
		{"somethingNewException", "hm", PROBLEM_SERVER,
		 "hm (somethingNewException)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct h2_bedrock b;
		open_and_begin(&b);
		h2_bedrock_serve_exception(&b, rows[i].type, rows[i].message);
		/* not seen any more */
		h2_bedrock_serve(&b, &begun);
		h2_bedrock_expect_closed(&b, rows[i].code, rows[i].text);
		assert_int_equal(1, b.probe.count);
		h2_bedrock_close(&b);
	}
}

static void an_unmodelled_error_ends_the_stream(void **state)
{
	const struct frame_header headers[] = {
		{":message-type", 13, FRAME_STRING, 0, (const uint8_t *)"error",
		 5},
		{":error-code", 11, FRAME_STRING, 0, (const uint8_t *)"E17", 3},
		{":error-message", 14, FRAME_STRING, 0,
		 (const uint8_t *)"out of chairs", 13},
	};
	struct h2_bedrock b;
	struct bytes frame;

	(void)state;
	open_and_begin(&b);
	bytes_init(&frame, LIMIT);
	assert_int_equal(0, frame_write(&frame, headers, 3, "", 0));
	h2_server_send(b.server, frame.data, frame.length);
	h2_bedrock_expect_closed(&b, PROBLEM_SERVER, "out of chairs (E17)");
	bytes_deinit(&frame);
	h2_bedrock_close(&b);
}

/* --- freeing --- */

static bool is_freed(void *arg)
{
	return ((struct nova_probe *)arg)->freed;
}

static void it_may_be_freed_in_any_callback(void **state)
{
	static const enum nova_probe_moment moments[] = {NOVA_PROBE_OPENED,
							 NOVA_PROBE_EVENT,
							 NOVA_PROBE_CLOSED};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct h2_script script = {.silent = true};
		struct h2_bedrock b;
		h2_bedrock_open(&b, &script, NULL, NULL);
		b.probe.free_at = moments[i];
		h2_bedrock_send(&b, &start);
		h2_bedrock_until(&b, h2_bedrock_asked);
		/* all of it in one go, so that more waits behind each */
		h2_server_answer(b.server);
		h2_bedrock_serve(&b, &begun);
		h2_bedrock_serve(&b, &begun);
		h2_server_end(b.server);
		loop_until(b.loop, is_freed, &b.probe);
		h2_bedrock_until(&b, h2_bedrock_is_gone);
		h2_bedrock_close(&b);
	}
}

static void it_may_be_freed_at_any_time(void **state)
{
	const struct h2_script script = {0};
	struct h2_bedrock b;

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_close(&b); /* before or while connecting */

	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	nova_probe_free_stream(&b.probe);
	h2_bedrock_close(&b);

	open_and_begin(&b);
	nova_probe_free_stream(&b.probe);
	h2_bedrock_until(&b, h2_bedrock_is_gone);
	h2_bedrock_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_request_is_what_bedrock_wants),
		cmocka_unit_test(events_go_out_before_any_answer),
		cmocka_unit_test(a_long_run_arrives_whole_and_signed),
		cmocka_unit_test(a_window_of_one_byte_slows_but_breaks_nothing),
		cmocka_unit_test(a_window_of_a_hundred_bytes_too),
		cmocka_unit_test(answers_come_as_events),
		cmocka_unit_test(an_answer_may_come_byte_by_byte),
		cmocka_unit_test(the_windows_for_answers_are_raised),
		cmocka_unit_test(a_burst_of_sound_comes_whole),
		cmocka_unit_test(unknown_messages_are_passed_over),
		cmocka_unit_test(a_full_queue_refuses_but_lets_the_session_end),
		cmocka_unit_test(output_events_cannot_be_sent),
		cmocka_unit_test(refusals_are_told_with_cause_and_remedy),
		cmocka_unit_test(a_wrong_clock_is_measured_by_the_answer),
		cmocka_unit_test(a_refusal_without_an_end_is_told_in_time),
		cmocka_unit_test(no_answer_is_told_in_time),
		cmocka_unit_test(an_end_that_never_comes_is_told_in_time),
		cmocka_unit_test(nobody_there_is_told),
		cmocka_unit_test(something_else_than_http2_is_told),
		cmocka_unit_test(every_reset_is_a_lost_stream),
		cmocka_unit_test(an_early_end_is_a_lost_stream),
		cmocka_unit_test(half_a_message_at_the_end_is_a_lost_stream),
		cmocka_unit_test(a_cut_connection_is_a_lost_stream),
		cmocka_unit_test(
			a_connection_that_takes_nothing_more_is_a_lost_stream),
		cmocka_unit_test(a_refusal_without_end_is_given_up),
		cmocka_unit_test(damaged_messages_end_the_stream),
		cmocka_unit_test(events_that_cannot_be_read_end_the_stream),
		cmocka_unit_test(goaway_is_not_the_end),
		cmocka_unit_test(goaway_that_excludes_the_stream_ends_it),
		cmocka_unit_test(exceptions_inside_the_stream_end_it),
		cmocka_unit_test(an_unmodelled_error_ends_the_stream),
		cmocka_unit_test(it_may_be_freed_in_any_callback),
		cmocka_unit_test(it_may_be_freed_at_any_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
