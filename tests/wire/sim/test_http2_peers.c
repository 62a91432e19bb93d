/* The HTTP/2 front with clients that are odd, slow or wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/aws/sigv4.h"
#include "net/loop/loop.h"
#include "net/loop/transport.h"
#include "net/nova/event_json.h"
#include "net/nova/frame.h"
#include "net/sim/sim.h"
#include "tests/support/folder.h"
#include "tests/support/h2_peer.h"

#define PATH "/model/amazon.nova-2-5-sonic/invoke-with-bidirectional-stream"

static const char INVALID_INPUT[] =
	"Invalid input request, please fix your input and try again.";
static const char HELLO[] =
	"stream: {turn_pause_ms: 300, speed: 100}\n"
	"turns:\n"
	"  - say: {text: Hello., tone: {hz: 440, ms: 50}}\n";

struct wire {
	struct loop *loop;
	struct brain_maker *maker;
	struct sim_server *server;
	struct h2_peer peer;
};

static void begin(struct wire *w, const char *yaml, bool keys, uint32_t window,
		  unsigned grant)
{
	char *folder = folder_make();
	char *path = text_format("%s/s.yaml", folder);
	struct sim_server_settings settings = {
		.key_id = keys ? "AKIDEXAMPLE" : NULL,
		.secret = keys ? "secret" : NULL,
	};

	memset(w, 0, sizeof *w);
	assert_int_equal(loop_create(&w->loop), 0);
	folder_write(folder, "s.yaml", yaml);
	assert_int_equal(scenario_maker_create(&w->maker, path, NULL), 0);
	scenario_core_settings(w->maker, &settings.core);
	settings.front = scenario_front_plan(w->maker);
	assert_int_equal(sim_server_open(&w->server, w->loop, &settings,
					 w->maker, NULL),
			 0);
	h2_peer_open(&w->peer, w->loop, sim_server_port(w->server), window,
		     grant);
	free(path);
	folder_remove(folder);
}

static void finish(struct wire *w)
{
	h2_peer_close(&w->peer);
	sim_server_free(w->server);
	scenario_maker_free(w->maker);
	loop_free(w->loop);
}

static struct h2_peer_stream *request(struct wire *w, const char *path)
{
	const struct h2_header headers[] = {
		{":method", "POST"},
		{":scheme", "http"},
		{":authority", "127.0.0.1"},
		{":path", path},
		{"content-type", "application/vnd.amazon.eventstream"},
	};

	return h2_peer_request(&w->peer, headers, 5);
}

/* --- frames out --- */

/* With chain NULL the signature is 32 zeros. */
static void send_payload(struct wire *w, struct h2_peer_stream *s,
			 struct sigv4_chain *chain, const void *payload,
			 size_t length)
{
	static const uint8_t zeros[SIGV4_RAW_SIZE];
	int64_t now = clock_wall_ms(loop_clock(w->loop));
	struct frame_header headers[] = {
		{.name = ":date",
		 .name_length = 5,
		 .type = FRAME_TIMESTAMP,
		 .integer = now},
		{.name = ":chunk-signature",
		 .name_length = 16,
		 .type = FRAME_BYTES,
		 .value = zeros,
		 .value_length = sizeof zeros},
	};
	struct bytes outer;

	bytes_init(&outer, 1 << 24);
	if (chain)
		assert_int_equal(sigv4_chain_frame(chain, &outer, now, payload,
						   length),
				 0);
	else
		assert_int_equal(
			frame_write(&outer, headers, 2, payload, length), 0);
	h2_peer_send(&w->peer, s, outer.data, outer.length);
	bytes_deinit(&outer);
}

static void send_json(struct wire *w, struct h2_peer_stream *s,
		      struct sigv4_chain *chain, const char *json)
{
	struct bytes inner;

	bytes_init(&inner, 1 << 24);
	assert_int_equal(frame_write_chunk(&inner, json, strlen(json)), 0);
	send_payload(w, s, chain, inner.data, inner.length);
	bytes_deinit(&inner);
}

static void send_event(struct wire *w, struct h2_peer_stream *s,
		       struct nova_event e)
{
	struct bytes json;

	e.prompt_name = "p";
	bytes_init(&json, 1 << 24);
	assert_int_equal(nova_event_write(&json, &e, NOVA_TO_SERVICE), 0);
	send_json(w, s, NULL, bytes_text(&json));
	bytes_deinit(&json);
}

static const char SESSION_START[] =
	"{\"event\":{\"sessionStart\":{\"inferenceConfiguration\":{"
	"\"maxTokens\":1024,\"topP\":0.9,\"temperature\":0.7}}}}";

static void send_opening(struct wire *w, struct h2_peer_stream *s)
{
	send_json(w, s, NULL, SESSION_START);
	send_event(w, s,
		   (struct nova_event){.type = NOVA_PROMPT_START,
				       .rate_hz = 24000,
				       .voice_id = "tiffany"});
	send_event(w, s,
		   (struct nova_event){.type = NOVA_CONTENT_START,
				       .content_id = "s",
				       .content = NOVA_TEXT,
				       .role = NOVA_SYSTEM});
	send_event(w, s,
		   (struct nova_event){.type = NOVA_TEXT_INPUT,
				       .content_id = "s",
				       .text = "Be kind."});
	send_event(w, s,
		   (struct nova_event){.type = NOVA_CONTENT_END,
				       .content_id = "s"});
	send_event(w, s,
		   (struct nova_event){.type = NOVA_CONTENT_START,
				       .content_id = "a",
				       .content = NOVA_AUDIO,
				       .role = NOVA_USER,
				       .interactive = true,
				       .rate_hz = 16000});
}

static void send_text(struct wire *w, struct h2_peer_stream *s)
{
	send_event(w, s,
		   (struct nova_event){.type = NOVA_CONTENT_START,
				       .content_id = "t",
				       .content = NOVA_TEXT,
				       .role = NOVA_USER,
				       .interactive = true});
	send_event(w, s,
		   (struct nova_event){.type = NOVA_TEXT_INPUT,
				       .content_id = "t",
				       .text = "Hi"});
	send_event(w, s,
		   (struct nova_event){.type = NOVA_CONTENT_END,
				       .content_id = "t"});
}

static void send_ending(struct wire *w, struct h2_peer_stream *s)
{
	send_event(w, s,
		   (struct nova_event){.type = NOVA_CONTENT_END,
				       .content_id = "a"});
	send_event(w, s, (struct nova_event){.type = NOVA_PROMPT_END});
	send_event(w, s, (struct nova_event){.type = NOVA_SESSION_END});
}

/* --- frames in --- */

struct answer {
	unsigned frames;
	size_t samples;
	unsigned finals; /* FINAL texts of the tutor */
	bool completion_end;
	char exception[64], message[256];
	size_t rest; /* bytes behind the last whole frame */
};

static void read_event(struct answer *a, const struct frame *f)
{
	struct nova_event e;
	struct bytes json;

	bytes_init(&json, 1 << 24);
	assert_int_equal(frame_read_chunk(&json, f, NULL), 0);
	assert_int_equal(nova_event_parse(&e, (const char *)json.data,
					  json.length, NOVA_FROM_SERVICE, NULL),
			 0);
	a->samples += e.sample_count;
	a->completion_end |= e.type == NOVA_COMPLETION_END;
	a->finals += e.type == NOVA_CONTENT_END && e.stop == NOVA_END_TURN &&
		     e.content == NOVA_TEXT;
	nova_event_clear(&e);
	bytes_deinit(&json);
}

static struct answer read_answer(const struct h2_peer_stream *s)
{
	struct answer a = {0};
	size_t at = 0;
	struct frame f;
	long n;

	while ((n = frame_parse(&f, s->body.data + at, s->body.length - at,
				NULL)) > 0) {
		const struct frame_header *type = frame_find(&f,
							     ":exception-type");

		assert_non_null(frame_find(&f, ":message-type"));
		assert_true(frame_header_is(&f, ":content-type",
					    "application/json"));
		if (type) {
			snprintf(a.exception, sizeof a.exception, "%.*s",
				 type->value_length, (const char *)type->value);
			snprintf(a.message, sizeof a.message, "%.*s",
				 (int)f.payload_length,
				 (const char *)f.payload);
		} else {
			assert_true(
				frame_header_is(&f, ":event-type", "chunk"));
			read_event(&a, &f);
		}
		a.frames++;
		at += (size_t)n;
	}
	assert_int_equal(n, 0);
	a.rest = s->body.length - at;
	return a;
}

static bool is_closed(void *stream)
{
	return ((struct h2_peer_stream *)stream)->closed;
}

static bool is_ended(void *stream)
{
	return ((struct h2_peer_stream *)stream)->ended;
}

static bool is_answered(void *stream)
{
	return read_answer(stream).finals > 0;
}

static bool has_status(void *stream)
{
	return ((struct h2_peer_stream *)stream)->status != 0;
}

static bool is_lost(void *peer)
{
	return ((struct h2_peer *)peer)->lost;
}

static bool nobody_lives(void *server)
{
	return sim_server_live(server) == 0;
}

/* --- the tests --- */

static void both_ways_to_end_are_fine(void **state)
{
	(void)state;
	for (unsigned signed_end = 0; signed_end < 2; signed_end++) {
		struct wire w;
		struct h2_peer_stream *s;

		begin(&w, HELLO, false, 65535, UINT32_MAX);
		s = request(&w, PATH);
		send_opening(&w, s);
		send_text(&w, s);
		h2_peer_run(w.loop, is_answered, s);
		send_ending(&w, s);
		if (signed_end)
			send_payload(&w, s, NULL, "", 0);
		h2_peer_end(&w.peer, s);
		h2_peer_run(w.loop, is_closed, s);
		assert_true(s->ended);
		assert_int_equal(s->error, 0);
		assert_int_equal(s->status, 200);
		assert_string_equal(h2_peer_header(s, "content-type"),
				    "application/vnd.amazon.eventstream");
		assert_int_equal(strlen(h2_peer_header(s, "x-amzn-requestid")),
				 36);
		assert_true(read_answer(s).completion_end);
		assert_int_equal(read_answer(s).samples, 1200);
		assert_int_equal(sim_server_live(w.server), 0);
		finish(&w);
	}
}

static void an_end_without_session_end_ends_the_session(void **state)
{
	struct wire w;
	struct h2_peer_stream *s;

	(void)state;
	begin(&w, HELLO, false, 65535, UINT32_MAX);
	s = request(&w, PATH);
	send_opening(&w, s);
	h2_peer_end(&w.peer, s);
	h2_peer_run(w.loop, is_closed, s);
	assert_int_equal(s->status, 200);
	assert_int_equal(s->error, 0);
	assert_int_equal(sim_server_live(w.server), 0);
	finish(&w);
}

static void a_window_of_one_byte_gets_the_whole_answer(void **state)
{
	static const struct {
		uint32_t window;
		unsigned grant;
	} rows[] = {{1, 1}, {1, 3}, {100, 17}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct wire w;
		struct h2_peer_stream *s;

		begin(&w, HELLO, false, rows[i].window, rows[i].grant);
		s = request(&w, PATH);
		send_opening(&w, s);
		send_text(&w, s);
		h2_peer_run(w.loop, is_answered, s);
		assert_int_equal(read_answer(s).samples, 1200);
		finish(&w);
	}
}

static void a_client_that_does_not_read_is_reset_at_the_bound(void **state)
{
	struct wire w;
	struct h2_peer_stream *s;

	(void)state;
	begin(&w,
	      "stream: {speed: 1000, chunk_ms: 1000}\n"
	      "turns:\n"
	      "  - say:\n"
	      "      - {text: Long., tone: {ms: 120000}}\n"
	      "      - {text: Longer., tone: {ms: 120000}}\n",
	      false, 0, 0);
	s = request(&w, PATH);
	send_opening(&w, s);
	send_text(&w, s);
	h2_peer_run(w.loop, is_closed, s);
	assert_int_equal(s->error, 2); /* INTERNAL_ERROR */
	assert_int_equal(s->body.length, 0);
	assert_int_equal(sim_server_live(w.server), 0);
	finish(&w);
}

static void several_streams_share_a_connection(void **state)
{
	struct wire w;
	struct h2_peer_stream *s[3];

	(void)state;
	begin(&w, HELLO, false, 65535, UINT32_MAX);
	for (size_t i = 0; i < 3; i++) {
		s[i] = request(&w, PATH);
		send_opening(&w, s[i]);
	}
	send_text(&w, s[1]);
	h2_peer_run(w.loop, is_answered, s[1]);
	assert_int_equal(sim_server_live(w.server), 3);
	assert_int_equal(read_answer(s[0]).samples, 0);
	send_text(&w, s[0]);
	send_text(&w, s[2]);
	h2_peer_run(w.loop, is_answered, s[0]);
	h2_peer_run(w.loop, is_answered, s[2]);
	assert_int_equal(sim_server_sessions(w.server), 3);
	finish(&w);
}

/* What is wrong in the stream is said in the stream, which then ends. */
static void wrong_input_is_answered_with_an_exception(void **state)
{
	static const struct {
		const char *name;
		const char *message;
	} rows[] = {
		{"unsigned", INVALID_INPUT},
		{"noise", INVALID_INPUT},
		{"no event", "Unable to parse input chunk. Please check input "
			     "format contains correct format."},
		{"no inner frame", "Unable to parse input chunk. Please check "
				   "input format contains correct format."},
		{"order", INVALID_INPUT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct wire w;
		struct h2_peer_stream *s;
		struct bytes inner;
		struct answer a;

		begin(&w, HELLO, false, 65535, UINT32_MAX);
		s = request(&w, PATH);
		bytes_init(&inner, 1 << 20);
		frame_write_chunk(&inner, SESSION_START, strlen(SESSION_START));
		if (i == 0)
			h2_peer_send(&w.peer, s, inner.data, inner.length);
		else if (i == 1)
			h2_peer_send(&w.peer, s, "GET / HTTP/1.1\r\n\r\n", 18);
		else if (i == 2)
			send_json(&w, s, NULL,
				  "{\"event\":{\"sessionStart\":7}}");
		else if (i == 3)
			send_payload(&w, s, NULL, "hello", 5);
		else
			send_json(&w, s, NULL,
				  "{\"event\":{\"sessionEnd\":{}}}");
		bytes_deinit(&inner);
		h2_peer_run(w.loop, is_closed, s);
		assert_true(s->ended);
		assert_int_equal(s->status, 200);
		assert_int_equal(s->error, 0); /* NO_ERROR stops the upload */
		a = read_answer(s);
		assert_int_equal(a.rest, 0);
		assert_string_equal(a.exception, "validationException");
		if (!strstr(a.message, rows[i].message))
			fail_msg("%s: %s", rows[i].name, a.message);
		finish(&w);
	}
}

static void an_event_with_a_wrong_signature_is_refused(void **state)
{
	struct wire w;
	struct h2_peer_stream *s;
	struct sigv4_chain chain = {0};
	struct bytes authorization;
	char date[SIGV4_DATE_SIZE], seed[SIGV4_HEX_SIZE];
	struct sigv4_request r = {.path = PATH, .region = "eu-north-1"};

	(void)state;
	begin(&w, HELLO, true, 65535, UINT32_MAX);
	r.date_ms = clock_wall_ms(loop_clock(w.loop));
	sigv4_date(date, r.date_ms);
	const struct sigv4_header signed_headers[] = {
		{":authority", "127.0.0.1"},
		{"x-amz-date", date},
	};
	r.headers = signed_headers;
	r.header_count = 2;
	bytes_init(&authorization, 4096);
	assert_int_equal(sigv4_sign_request(seed, &r, "secret"), 0);
	assert_int_equal(sigv4_authorization(&authorization, &r, "AKIDEXAMPLE",
					     seed),
			 0);
	assert_int_equal(sigv4_chain_init(&chain, "secret", r.region, seed), 0);
	const struct h2_header headers[] = {
		{":method", "POST"},
		{":scheme", "http"},
		{":authority", "127.0.0.1"},
		{":path", PATH},
		{"x-amz-date", date},
		{"authorization", bytes_text(&authorization)},
	};
	s = h2_peer_request(&w.peer, headers, 6);
	send_json(&w, s, &chain, SESSION_START);
	h2_peer_run(w.loop, has_status, s);
	assert_int_equal(s->status, 200);
	assert_false(s->ended);
	/* one bit off in what the next signature builds on */
	chain.prior[0] = chain.prior[0] == '0' ? '1' : '0';
	send_json(&w, s, &chain, "{\"event\":{\"sessionEnd\":{}}}");
	h2_peer_run(w.loop, is_ended, s);
	assert_non_null(strstr(read_answer(s).message, INVALID_INPUT));
	sigv4_chain_clear(&chain);
	bytes_deinit(&authorization);
	finish(&w);
}

static void what_is_refused_says_so_in_json(void **state)
{
	static const struct {
		const char *path;
		unsigned status;
		const char *exception, *body;
	} rows[] = {
		{"/model/amazon.titan/invoke-with-bidirectional-stream", 400,
		 "ValidationException",
		 "{\"message\":\"The provided model identifier is invalid.\"}"},
		{"/ping", 404, "UnknownOperationException",
		 "{\"message\":\"\"}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct wire w;
		struct h2_peer_stream *s;

		begin(&w, HELLO, false, 65535, UINT32_MAX);
		s = request(&w, rows[i].path);
		h2_peer_run(w.loop, is_closed, s);
		assert_int_equal(s->status, rows[i].status);
		assert_int_equal(s->error, 0);
		assert_string_equal(h2_peer_header(s, "x-amzn-errortype"),
				    rows[i].exception);
		assert_string_equal(h2_peer_header(s, "content-type"),
				    "application/json");
		assert_int_equal(strlen(h2_peer_header(s, "date")), 29);
		assert_string_equal(bytes_text(&s->body), rows[i].body);
		finish(&w);
	}
}

static void a_first_event_that_is_wrong_may_be_refused_by_status(void **state)
{
	struct wire w;
	struct h2_peer_stream *s;

	(void)state;
	begin(&w,
	      "stream: {headers: after_first_event}\n"
	      "turns:\n  - say: x\n",
	      false, 65535, UINT32_MAX);
	s = request(&w, PATH);
	send_json(&w, s, NULL, "{\"event\":{\"sessionEnd\":{}}}");
	h2_peer_run(w.loop, is_closed, s);
	assert_int_equal(s->status, 400);
	assert_string_equal(h2_peer_header(s, "x-amzn-errortype"),
			    "ValidationException");
	finish(&w);
}

static void a_half_frame_is_half_a_frame(void **state)
{
	struct wire w;
	struct h2_peer_stream *s;

	(void)state;
	begin(&w, "turns:\n  - cut: half_frame\n", false, 65535, UINT32_MAX);
	s = request(&w, PATH);
	send_opening(&w, s);
	send_text(&w, s);
	h2_peer_run(w.loop, is_closed, s);
	assert_true(s->ended);
	assert_true(read_answer(s).rest > 16);
	finish(&w);
}

static void a_lost_connection_frees_its_sessions(void **state)
{
	struct wire w;
	struct h2_peer_stream *s;

	(void)state;
	begin(&w, HELLO, false, 65535, UINT32_MAX);
	s = request(&w, PATH);
	send_opening(&w, s);
	h2_peer_run(w.loop, has_status, s);
	assert_int_equal(sim_server_live(w.server), 1);
	w.peer.transport = transport_free(w.peer.transport);
	h2_peer_run(w.loop, nobody_lives, w.server);
	finish(&w);
}

static void another_protocol_is_hung_up_on(void **state)
{
	struct wire w;

	(void)state;
	begin(&w, HELLO, false, 65535, UINT32_MAX);
	/* What follows HTTP/2's preface is no frame of it. */
	struct h2_peer_stream *s = request(&w, PATH);
	h2_peer_run(w.loop, has_status, s);
	assert_int_equal(transport_write(w.peer.transport,
					 "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
					 27),
			 0);
	h2_peer_run(w.loop, is_lost, &w.peer);
	assert_int_equal(sim_server_live(w.server), 0);
	finish(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_to_end_are_fine),
		cmocka_unit_test(an_end_without_session_end_ends_the_session),
		cmocka_unit_test(a_window_of_one_byte_gets_the_whole_answer),
		cmocka_unit_test(
			a_client_that_does_not_read_is_reset_at_the_bound),
		cmocka_unit_test(several_streams_share_a_connection),
		cmocka_unit_test(wrong_input_is_answered_with_an_exception),
		cmocka_unit_test(an_event_with_a_wrong_signature_is_refused),
		cmocka_unit_test(what_is_refused_says_so_in_json),
		cmocka_unit_test(
			a_first_event_that_is_wrong_may_be_refused_by_status),
		cmocka_unit_test(a_half_frame_is_half_a_frame),
		cmocka_unit_test(a_lost_connection_frees_its_sessions),
		cmocka_unit_test(another_protocol_is_hung_up_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
