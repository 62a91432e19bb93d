/* The relay as any WebSocket client sees it, in front of a fake service. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/base64.h"
#include "net/loop/loop.h"
#include "tests/support/await.h"
#include "tests/support/relay_fixture.h"
#include "tests/support/ws_peer.h"

enum { ID_SIZE = 64 };

static struct relay_fixture relay;

static int start(void **state)
{
	(void)state;
	relay_start(&relay, NULL, NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	relay_stop(&relay);
	return 0;
}

static void connect_to(struct ws_peer *c)
{
	assert_int_equal(ws_connect(c, relay.port, NULL, NULL), 101);
	ws_expect(c, "connection_established");
}

static void initialize(struct ws_peer *c, const char *more, char id[ID_SIZE])
{
	ws_say(c, "{\"type\":\"initialize_session\",\"authToken\":\"t\"%s}",
	       more);
	ws_expect(c, "session_initialized");
	snprintf(id, ID_SIZE, "%s", ws_member(c, "sessionId"));
}

static void expect_error(struct ws_peer *c, const char *start_of_text)
{
	ws_expect(c, "error");
	const char *text = ws_member(c, "error");
	if (strncmp(text, start_of_text, strlen(start_of_text)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", text,
			 start_of_text);
}

static void send_audio(struct ws_peer *c, const char *id, const void *data,
		       size_t n)
{
	char *text = calloc(1, base64_encoded_length(n) + 1);

	assert_non_null(text);
	base64_encode(text, data, n);
	ws_say(c,
	       "{\"type\":\"audio_input\",\"sessionId\":\"%s\","
	       "\"audioData\":\"%s\"}",
	       id, text);
	free(text);
}

/* --- the connection --- */

static void a_connection_is_greeted(void **state)
{
	struct ws_peer c;

	(void)state;
	assert_int_equal(ws_connect(&c, relay.port, NULL, NULL), 101);
	assert_int_equal(ws_read(&c), WS_TEXT);
	assert_string_equal(ws_member(&c, "type"), "connection_established");
	assert_int_equal(strlen(ws_member(&c, "timestamp")), 24);
	ws_disconnect(&c, false);
	assert_true(relay_is_idle(&relay));
}

static void pages_of_strangers_are_refused(void **state)
{
	static const struct {
		const char *origin;
		int status;
	} rows[] = {
		{"https://evil.example", 403},
		{"null", 403},
		{"http://localhost.evil.example", 403},
		{"http://127.0.0.1.evil.example", 403},
		{"http://localhost:3000", 101},
		{"http://127.0.0.1:8080", 101},
		{"http://[::1]:8080", 101},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ws_peer c;
		int status = ws_connect(&c, relay.port, NULL, rows[i].origin);
		if (status != rows[i].status)
			fail_msg("%s: %d", rows[i].origin, status);
		ws_disconnect(&c, false);
	}
	assert_true(relay_is_idle(&relay));
}

static void a_named_origin_is_let_in(void **state)
{
	const struct relay_server_settings settings = {
		.allow_origin = "https://a.example, https://b.example:444",
	};
	struct relay_fixture other;
	struct ws_peer c;

	(void)state;
	relay_start(&other, &settings, NULL);
	assert_int_equal(ws_connect(&c, other.port, "/", "https://a.example"),
			 101);
	ws_disconnect(&c, false);
	assert_int_equal(
		ws_connect(&c, other.port, "/", "https://b.example:444"), 101);
	ws_disconnect(&c, false);
	assert_int_equal(ws_connect(&c, other.port, "/", "https://b.example"),
			 403);
	ws_disconnect(&c, false);
	relay_stop(&other);
}

static void a_ping_comes_back_with_its_timestamp(void **state)
{
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	ws_say(&c, "{\"type\":\"ping\",\"timestamp\":1767326645123}");
	ws_expect(&c, "pong");
	assert_non_null(strstr(c.text, "\"timestamp\":1767326645123}"));
	ws_send(&c, WS_PING, true, "abc", 3);
	assert_int_equal(ws_read(&c), WS_PONG);
	assert_string_equal(c.text, "abc");
	ws_disconnect(&c, false);
}

static void what_is_no_message_is_answered_with_the_reason(void **state)
{
	static const char *const rows[][2] = {
		{"hello", "Invalid message format"},
		{"[]", "Invalid message format"},
		{"{}", "Invalid message format"},
		{"{\"type\":7}", "Invalid message format"},
		{"{\"type\":\"ping\"} x", "Invalid message format"},
		{"{\"type\":\"dance\"}", "Unknown message type: dance"},
		{"{\"type\":\"pong\"}", "Unknown message type: pong"},
		{"{\"type\":\"audio_input\",\"sessionId\":\"x\","
		 "\"audioData\":\"!\"}",
		 "Invalid message format"},
		{"{\"type\":\"audio_input\",\"sessionId\":\"x\","
		 "\"audioData\":\"\"}",
		 "Session not found"},
		{"{\"type\":\"end_session\"}", "Session not found"},
		{"{\"type\":\"initialize_session\"}", "Auth token required"},
		{"{\"type\":\"initialize_session\",\"authToken\":\"\"}",
		 "Auth token required"},
	};
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ws_say(&c, "%s", rows[i][0]);
		expect_error(&c, rows[i][1]);
	}
	ws_send(&c, WS_BINARY, true, "\0\1", 2);
	expect_error(&c, "Invalid message format: binary");
	ws_disconnect(&c, false);
}

static void a_message_may_come_in_many_frames(void **state)
{
	static const char message[] = "{\"type\":\"ping\",\"timestamp\":42}";
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	for (size_t i = 0; message[i]; i++) {
		ws_send(&c, i == 0 ? WS_TEXT : WS_CONTINUATION,
			message[i + 1] == '\0', message + i, 1);
		if (i == 5)
			ws_send(&c, WS_PING, true, "", 0);
	}
	ws_expect(&c, "pong");
	assert_non_null(strstr(c.text, ":42}"));
	ws_disconnect(&c, false);
}

static void a_message_without_end_closes_the_connection(void **state)
{
	char piece[64 * 1024];
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	memset(piece, ' ', sizeof piece);
	for (int i = 0; i < 17; i++)
		ws_send(&c, i == 0 ? WS_TEXT : WS_CONTINUATION, false, piece,
			sizeof piece);
	expect_error(&c, "Invalid message format: longer than 1 MiB");
	assert_int_equal(ws_read(&c), WS_CLOSE);
	assert_int_equal(c.close_code, 1009);
	ws_disconnect(&c, false);
	assert_true(relay_is_idle(&relay));
}

static void a_plain_web_request_is_told_what_this_is(void **state)
{
	struct ws_peer c;

	(void)state;
	/* the same request, but without the upgrade, is what a browser sends */
	assert_int_equal(ws_connect(&c, relay.port,
				    "/ HTTP/1.1\r\nHost: x\r\n\r\nGET /", NULL),
			 426);
	ws_disconnect(&c, false);
	assert_true(relay_is_idle(&relay));
}

/* --- sessions --- */

static void a_session_opens_says_events_and_ends(void **state)
{
	const struct nova_event question[] = {
		{.type = NOVA_CONTENT_START,
		 .content_id = "a",
		 .content = NOVA_TEXT,
		 .role = NOVA_USER,
		 .stage = NOVA_FINAL},
		{.type = NOVA_TEXT_OUTPUT,
		 .content_id = "a",
		 .role = NOVA_USER,
		 .text = "What is a leaf?"},
		{.type = NOVA_CONTENT_END,
		 .content_id = "a",
		 .content = NOVA_TEXT,
		 .stop = NOVA_PARTIAL_TURN},
	};
	char id[ID_SIZE];
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	initialize(&c, "", id);
	assert_int_equal(strlen(id), 36);
	for (int i = 0; i < 3; i++)
		relay_fake_says(&relay, &question[i]);
	assert_int_equal(ws_read(&c), WS_TEXT);
	assert_string_equal(ws_member(&c, "type"), "transcription");
	assert_string_equal(ws_member(&c, "text"), "What is a leaf?");
	assert_string_equal(ws_member(&c, "sessionId"), id);
	ws_say(&c, "{\"type\":\"end_session\",\"sessionId\":\"%s\"}", id);
	ws_expect(&c, "session_ended");
	assert_true(ws_has_member(&c, "addedSilenceSamples"));
	ws_say(&c, "{\"type\":\"end_session\",\"sessionId\":\"%s\"}", id);
	expect_error(&c, "Session not found");
	ws_disconnect(&c, false);
}

static void raw_sessions_get_every_event(void **state)
{
	const struct nova_event text = {
		.type = NOVA_TEXT_OUTPUT,
		.content_id = "a",
		.role = NOVA_ASSISTANT,
		.text = "A leaf.",
	};
	char id[ID_SIZE];
	struct ws_peer by_member, by_query;

	(void)state;
	connect_to(&by_member);
	initialize(&by_member, ",\"events\":\"raw\"", id);
	relay_fake_says(&relay, &text);
	assert_int_equal(ws_read(&by_member), WS_TEXT);
	assert_string_equal(ws_member(&by_member, "type"), "nova_response");
	assert_non_null(strstr(by_member.text, "\"content\":\"A leaf.\""));
	assert_non_null(strstr(by_member.text, "\"text\":\"A leaf.\""));
	ws_disconnect(&by_member, false);

	assert_int_equal(
		ws_connect(&by_query, relay.port, "/?events=raw", NULL), 101);
	initialize(&by_query, "", id);
	relay_fake_says(&relay, &text);
	assert_int_equal(ws_read(&by_query), WS_TEXT);
	assert_string_equal(ws_member(&by_query, "type"), "nova_response");
	ws_disconnect(&by_query, false);
}

static void a_session_belongs_to_its_connection(void **state)
{
	char id[ID_SIZE], other[ID_SIZE];
	struct ws_peer owner, stranger;

	(void)state;
	connect_to(&owner);
	connect_to(&stranger);
	initialize(&owner, "", id);
	initialize(&owner, "", other);
	assert_string_not_equal(id, other);
	ws_say(&stranger,
	       "{\"type\":\"audio_input\",\"sessionId\":\"%s\","
	       "\"audioData\":\"AAAA\"}",
	       id);
	expect_error(&stranger, "Session not found");
	ws_say(&stranger, "{\"type\":\"end_session\",\"sessionId\":\"%s\"}",
	       id);
	expect_error(&stranger, "Session not found");
	ws_say(&owner, "{\"type\":\"end_session\",\"sessionId\":\"%s\"}", id);
	ws_expect(&owner, "session_ended");
	assert_int_equal(relay_counts(&relay).sessions, 1);
	ws_disconnect(&stranger, false);
	ws_disconnect(&owner, false);
	assert_true(relay_is_idle(&relay));
}

static void the_seventeenth_session_of_a_connection_is_refused(void **state)
{
	char id[ID_SIZE];
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	for (int i = 0; i < 16; i++)
		initialize(&c, "", id);
	ws_say(&c, "{\"type\":\"initialize_session\",\"authToken\":\"t\"}");
	expect_error(&c, "Session initialization failed: 16 sessions");
	ws_disconnect(&c, true);
	assert_true(relay_is_idle(&relay));
	assert_int_equal(relay.fake.live, 0);
}

static void a_wrong_token_is_refused(void **state)
{
	const struct relay_server_settings settings = {.token = "secret"};
	struct relay_fixture other;
	char id[ID_SIZE];
	struct ws_peer c;

	(void)state;
	relay_start(&other, &settings, NULL);
	assert_int_equal(ws_connect(&c, other.port, NULL, NULL), 101);
	ws_say(&c,
	       "{\"type\":\"initialize_session\",\"authToken\":\"sEcret\"}");
	expect_error(&c, "Auth token required");
	assert_string_equal(ws_member(&c, "code"), "denied");
	ws_say(&c,
	       "{\"type\":\"initialize_session\",\"authToken\":\"secret\"}");
	ws_expect(&c, "session_initialized");
	snprintf(id, sizeof id, "%s", ws_member(&c, "sessionId"));
	ws_disconnect(&c, false);
	relay_stop(&other);
}

static void a_service_that_refuses_is_named_to_the_client(void **state)
{
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	problem_set(&relay.fake.refuse, PROBLEM_THROTTLED,
		    "Bedrock us-east-1: too many sessions; wait");
	ws_say(&c, "{\"type\":\"initialize_session\",\"authToken\":\"t\"}");
	expect_error(&c, "Session initialization failed: Bedrock us-east-1: "
			 "too many sessions");
	assert_string_equal(ws_member(&c, "code"), "throttled");
	relay.fake.refuse.code = 0;

	problem_set(&relay.fake.refuse_open, PROBLEM_CONNECT, "no network");
	ws_say(&c, "{\"type\":\"initialize_session\",\"authToken\":\"t\"}");
	expect_error(&c, "Session initialization failed: no network");
	relay.fake.refuse_open.code = 0;
	ws_disconnect(&c, false);
}

static void a_service_that_fails_ends_the_session_only(void **state)
{
	char id[ID_SIZE], second[ID_SIZE];
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	initialize(&c, "", id);
	relay_fake_ends(&relay, PROBLEM_SERVER, "the model failed; try again");
	ws_expect(&c, "session_error");
	assert_string_equal(ws_member(&c, "sessionId"), id);
	assert_string_equal(ws_member(&c, "error"),
			    "the model failed; try again");
	assert_string_equal(ws_member(&c, "code"), "server");
	initialize(&c, "", second);
	ws_disconnect(&c, false);
}

static void closing_the_socket_ends_the_sessions(void **state)
{
	char id[ID_SIZE];
	struct ws_peer polite, rude;

	(void)state;
	connect_to(&polite);
	initialize(&polite, "", id);
	connect_to(&rude);
	initialize(&rude, "", id);
	assert_int_equal(relay.fake.live, 2);
	ws_close(&polite, 1000);
	while (ws_read(&polite) != WS_CLOSE)
		assert_int_not_equal(polite.opcode, WS_LOST);
	assert_int_equal(polite.close_code, 1000);
	ws_disconnect(&polite, false);
	ws_disconnect(&rude, true);
	assert_true(relay_is_idle(&relay));
	assert_int_equal(relay.fake.live, 0);
}

/* --- audio --- */

static void webm_is_refused_for_the_whole_session(void **state)
{
	static const uint8_t webm[] = {0x1a, 0x45, 0xdf, 0xa3, 1, 2};
	static const uint8_t cluster[] = {0x1f, 0x43, 0xb6, 0x75, 1, 2};
	char id[ID_SIZE];
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	initialize(&c, "", id);
	send_audio(&c, id, webm, sizeof webm);
	expect_error(&c, "Audio format not supported: this session sends "
			 "WebM");
	assert_non_null(strstr(c.text, "16 kHz, 16 bit little endian, mono"));
	assert_string_equal(ws_member(&c, "sessionId"), id);
	send_audio(&c, id, cluster, sizeof cluster);
	expect_error(&c, "Audio format not supported");
	assert_int_equal(relay_counts(&relay).audio_in_bytes, 0);
	ws_disconnect(&c, false);
}

static void what_names_or_begins_a_container_is_refused(void **state)
{
	static const struct {
		const char *data; /* base64 */
		const char *format, *words;
	} rows[] = {
		{"UklGRiQAAABXQVZF", NULL, "WAV"},
		{"T2dnUwACAAAAAAAA", NULL, "Ogg"},
		{"ZkxhQwAAACI=", NULL, "FLAC"},
		{"AAAAAA==", "audio/webm;codecs=opus", "WebM"},
		{"AAAAAA==", "mp3", "MP3"},
		{"AAAAAA==", "pcm", NULL},
		{"AAAAAA==", NULL, NULL},
	};
	uint64_t taken = relay_counts(&relay).audio_in_bytes;
	char id[ID_SIZE];
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		initialize(&c, "", id);
		ws_say(&c,
		       "{\"type\":\"audio_input\",\"sessionId\":\"%s\","
		       "\"audioData\":{\"base64\":\"%s\"%s%s%s}}",
		       id, rows[i].data, rows[i].format ? ",\"format\":\"" : "",
		       rows[i].format ? rows[i].format : "",
		       rows[i].format ? "\"" : "");
		ws_say(&c, "{\"type\":\"ping\",\"timestamp\":1}");
		assert_int_equal(ws_read(&c), WS_TEXT);
		if (rows[i].words) {
			assert_string_equal(ws_member(&c, "type"), "error");
			assert_non_null(strstr(c.text, rows[i].words));
			ws_expect(&c, "pong");
		} else {
			assert_string_equal(ws_member(&c, "type"), "pong");
			taken += 4;
		}
		assert_int_equal(relay_counts(&relay).audio_in_bytes, taken);
	}
	ws_disconnect(&c, false);
}

static void half_a_sample_is_refused(void **state)
{
	char id[ID_SIZE];
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	initialize(&c, "", id);
	send_audio(&c, id, "abc", 3);
	expect_error(&c, "Audio format not supported: 3 bytes");
	send_audio(&c, id, "abcd", 4);
	ws_say(&c, "{\"type\":\"ping\",\"timestamp\":1}");
	assert_int_equal(ws_read(&c), WS_TEXT);
	assert_string_equal(ws_member(&c, "type"), "pong");
	ws_disconnect(&c, false);
}

static void eight_sessions_hear_each_its_own(void **state)
{
	enum { PEERS = 8, ROUNDS = 25 };
	struct ws_peer peers[PEERS];
	char ids[PEERS][ID_SIZE];
	int16_t frame[320];

	(void)state;
	relay.fake.echo = true;
	for (int i = 0; i < PEERS; i++) {
		connect_to(&peers[i]);
		initialize(&peers[i], "", ids[i]);
	}
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < PEERS; i++) {
			for (int k = 0; k < 320; k++)
				frame[k] = (int16_t)(1000 * (i + 1) + round);
			send_audio(&peers[i], ids[i], frame, sizeof frame);
		}
	for (int i = 0; i < PEERS; i++)
		for (int round = 0; round < ROUNDS; round++) {
			ws_expect(&peers[i], "audio_response");
			assert_string_equal(ws_member(&peers[i], "sessionId"),
					    ids[i]);
			const char *text = ws_member(&peers[i], "audioBase64");
			int16_t got[320];
			assert_int_equal(base64_decode(got, text, strlen(text)),
					 sizeof got);
			assert_int_equal(got[0], 1000 * (i + 1) + round);
			assert_int_equal(got[319], got[0]);
		}
	relay.fake.echo = false;
	for (int i = 0; i < PEERS; i++)
		ws_disconnect(&peers[i], false);
	assert_true(relay_is_idle(&relay));
}

/* --- peers that do not read --- */

static bool no_live_stream(void *arg)
{
	(void)arg;
	return relay.fake.live == 0;
}

static void a_client_that_does_not_read_is_cut_off(void **state)
{
	static int16_t second[24000];
	const struct nova_event sound = {
		.type = NOVA_AUDIO_OUTPUT,
		.content_id = "a",
		.samples = second,
		.sample_count = 24000,
	};
	char id[ID_SIZE];
	struct ws_peer c;

	(void)state;
	connect_to(&c);
	initialize(&c, "", id);
	/* 64 KB each: the queue's 8 MiB and what the kernel holds fill up */
	for (int i = 0; i < 1000 && relay.fake.live > 0; i++)
		relay_fake_says(&relay, &sound);
	assert_true(await(no_live_stream, NULL));
	ws_expect(&c, "session_error");
	assert_string_equal(ws_member(&c, "code"), "limit");
	assert_int_equal(ws_read(&c), WS_CLOSE);
	assert_int_equal(c.close_code, 1013);
	ws_disconnect(&c, false);
	assert_true(relay_is_idle(&relay));
}

static bool has_taken_audio(void *arg)
{
	return relay_counts(&relay).audio_in_bytes > *(uint64_t *)arg;
}

static void a_service_that_does_not_take_audio_stops_the_reading(void **state)
{
	enum { PIECES = 4 };
	static uint8_t piece[48 * 1024];
	char id[ID_SIZE];
	struct ws_peer c, other;

	(void)state;
	connect_to(&c);
	initialize(&c, "", id);
	connect_to(&other);
	uint64_t before = relay_counts(&relay).audio_in_bytes;
	relay.fake.queued = 2 * 1024 * 1024;
	for (int i = 0; i < PIECES; i++)
		send_audio(&c, id, piece, sizeof piece);
	assert_true(await(has_taken_audio, &before));
	/* the relay has turned many times when this is done, and reads no
	 * more of the first connection: the rest waits in TCP */
	for (int i = 0; i < 10; i++) {
		ws_say(&other, "{\"type\":\"ping\",\"timestamp\":1}");
		ws_expect(&other, "pong");
	}
	assert_int_equal(relay_counts(&relay).audio_in_bytes - before,
			 sizeof piece);
	relay.fake.queued = 0;
	ws_say(&c, "{\"type\":\"ping\",\"timestamp\":5}");
	ws_expect(&c, "pong");
	assert_int_equal(relay_counts(&relay).audio_in_bytes - before,
			 PIECES * sizeof piece);
	ws_disconnect(&c, false);
	ws_disconnect(&other, false);
}

/* --- the end --- */

static void a_relay_that_shuts_down_says_1001(void **state)
{
	struct relay_fixture other;
	struct ws_peer c;

	(void)state;
	relay_start(&other, NULL, NULL);
	assert_int_equal(ws_connect(&c, other.port, NULL, NULL), 101);
	ws_expect(&c, "connection_established");
	ws_say(&c, "{\"type\":\"initialize_session\",\"authToken\":\"t\"}");
	ws_expect(&c, "session_initialized");
	relay_stop_server(&other);
	assert_int_equal(ws_read(&c), WS_CLOSE);
	assert_int_equal(c.close_code, 1001);
	ws_disconnect(&c, false);
	relay_stop(&other);
}

static void ports_and_addresses_are_checked(void **state)
{
	struct relay_server_settings settings = {.port = relay.port};
	struct relay_server *s = NULL;
	struct loop *l = NULL;
	struct problem p;

	(void)state;
	assert_int_equal(loop_create(&l), 0);
	settings.upstream = &relay.fake.upstream;
	assert_int_equal(relay_server_open(&s, l, &settings, &p), PROBLEM_BUSY);
	assert_non_null(strstr(p.text, "--port"));
	settings.port = 0;
	settings.listen = "0.0.0.0";
	assert_int_equal(relay_server_open(&s, l, &settings, &p),
			 PROBLEM_USAGE);
	assert_non_null(strstr(p.text, "refused until authentication exists"));
	settings.listen = "everywhere";
	assert_int_equal(relay_server_open(&s, l, &settings, &p),
			 PROBLEM_USAGE);
	assert_null(s);
	loop_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_is_greeted),
		cmocka_unit_test(pages_of_strangers_are_refused),
		cmocka_unit_test(a_named_origin_is_let_in),
		cmocka_unit_test(a_ping_comes_back_with_its_timestamp),
		cmocka_unit_test(
			what_is_no_message_is_answered_with_the_reason),
		cmocka_unit_test(a_message_may_come_in_many_frames),
		cmocka_unit_test(a_message_without_end_closes_the_connection),
		cmocka_unit_test(a_plain_web_request_is_told_what_this_is),
		cmocka_unit_test(a_session_opens_says_events_and_ends),
		cmocka_unit_test(raw_sessions_get_every_event),
		cmocka_unit_test(a_session_belongs_to_its_connection),
		cmocka_unit_test(
			the_seventeenth_session_of_a_connection_is_refused),
		cmocka_unit_test(a_wrong_token_is_refused),
		cmocka_unit_test(a_service_that_refuses_is_named_to_the_client),
		cmocka_unit_test(a_service_that_fails_ends_the_session_only),
		cmocka_unit_test(closing_the_socket_ends_the_sessions),
		cmocka_unit_test(webm_is_refused_for_the_whole_session),
		cmocka_unit_test(what_names_or_begins_a_container_is_refused),
		cmocka_unit_test(half_a_sample_is_refused),
		cmocka_unit_test(eight_sessions_hear_each_its_own),
		cmocka_unit_test(a_client_that_does_not_read_is_cut_off),
		cmocka_unit_test(
			a_service_that_does_not_take_audio_stops_the_reading),
		cmocka_unit_test(a_relay_that_shuts_down_says_1001),
		cmocka_unit_test(ports_and_addresses_are_checked),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
