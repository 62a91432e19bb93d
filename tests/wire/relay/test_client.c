/* The relay kind of nova_stream: against our relay, and against relays that a
 * script plays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/base64.h"
#include "net/loop/loop.h"
#include "net/relay/client.h"
#include "tests/support/await.h"
#include "tests/support/relay_fixture.h"
#include "tests/support/stream_probe.h"
#include "tests/support/ws_peer.h"

static struct loop *loop;
static struct nova_upstream *upstream;
static struct stream_probe probe;

static int make_loop(void **state)
{
	(void)state;
	return loop_create(&loop);
}

static int free_all(void **state)
{
	(void)state;
	stream_probe_free(&probe);
	upstream = relay_upstream_free(upstream);
	loop = loop_free(loop);
	return 0;
}

static void open_through(const struct relay_client_settings *settings,
			 const struct nova_session_settings *session)
{
	struct problem p;

	if (relay_upstream_create(&upstream, loop, settings, &p))
		fail_msg("%s", p.text);
	stream_probe_open(&probe, loop, upstream, session);
}

static void open_at(uint16_t port, const struct nova_session_settings *session)
{
	char url[64];
	const struct relay_client_settings settings = {.url = url,
						       .token = "t"};

	snprintf(url, sizeof url, "ws://127.0.0.1:%u", port);
	open_through(&settings, session);
}

/* --- our relay --- */

static void ask_for_tool(struct relay_fixture *relay)
{
	static const struct nova_event events[] = {
		{.type = NOVA_CONTENT_START,
		 .content_id = "c",
		 .content = NOVA_TOOL,
		 .role = NOVA_ROLE_TOOL},
		{.type = NOVA_TOOL_USE,
		 .content_id = "c",
		 .tool_use_id = "u-1",
		 .tool_name = "look",
		 .text = "{}"},
		{.type = NOVA_CONTENT_END,
		 .content_id = "c",
		 .content = NOVA_TOOL,
		 .stop = NOVA_STOP_TOOL_USE},
	};

	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		relay_fake_says(relay, &events[i]);
}

static void a_conversation_goes_through_our_relay(void **state)
{
	static const int16_t frame[] = {1, -2, 3, -4};
	struct relay_fixture relay;

	(void)state;
	relay_start(&relay, NULL, NULL);
	relay.fake.echo = true;
	open_at(relay.port, NULL);
	/* before the relay has named the session: kept, in order */
	assert_int_equal(nova_session_audio(&probe.session, frame, 4), 0);
	stream_probe_await(&probe, "opened ");
	assert_int_equal(nova_session_audio(&probe.session, frame, 2), 0);
	assert_int_equal(nova_session_text(&probe.session, "Hello."), 0);
	ask_for_tool(&relay);
	stream_probe_await(&probe, "TOOL look {}");
	assert_int_equal(nova_session_tool_result(&probe.session, "u-1",
						  "{\"n\":1}"),
			 0);
	assert_int_equal(nova_session_finish(&probe.session), 0);
	stream_probe_await(&probe, "closed 0");
	assert_int_equal(
		nova_stream_send(probe.stream,
				 &(struct nova_event){.type = NOVA_PROMPT_END}),
		PROBLEM_CLOSED);
	assert_int_equal(relay.fake.samples, 6);
	assert_non_null(strstr(relay.fake.log, "textInput Hello."));
	assert_non_null(strstr(relay.fake.log, "toolResult {\"n\":1}"));
	assert_non_null(strstr(relay.fake.log, "sessionEnd"));
	assert_true(relay_is_idle(&relay));
	relay_stop(&relay);
}

static void the_opening_arrives_whole(void **state)
{
	struct relay_fixture relay;
	struct history history;
	char prompt[3000];
	const struct nova_session_settings session = {
		.voice = "amy",
		.system_prompt = prompt,
		.history = &history,
		.turn_pause = NOVA_PAUSE_LOW,
	};

	(void)state;
	/* longer than one piece, and cut within a character if done badly */
	for (int i = 0; i < 2998; i += 2)
		memcpy(prompt + i, "\xc3\xa9", 3);
	history_init(&history);
	history_add(&history, NOVA_USER, "What is a leaf?");
	history_add(&history, NOVA_ASSISTANT, "A part of a plant.");
	relay_start(&relay, NULL, NULL);
	open_at(relay.port, &session);
	stream_probe_await(&probe, "opened ");
	const char *log = relay.fake.log;
	assert_non_null(strstr(log, "contentStart USER\n"
				    "textInput What is a leaf?\n"));
	assert_non_null(strstr(log, "contentStart ASSISTANT\n"
				    "textInput A part of a plant.\n"));
	size_t letters = 0;
	for (const char *at = log; (at = strstr(at, "\xc3\xa9")); at += 2)
		letters++;
	assert_int_equal(letters, 1499);
	history_deinit(&history);
	stream_probe_free(&probe);
	upstream = relay_upstream_free(upstream);
	assert_true(relay_is_idle(&relay));
	relay_stop(&relay);
}

static void the_answer_comes_as_the_service_gave_it(void **state)
{
	static int16_t sound[2400];
	const struct nova_event answer[] = {
		{.type = NOVA_COMPLETION_START, .completion_id = "c"},
		{.type = NOVA_CONTENT_START,
		 .content_id = "a",
		 .content = NOVA_TEXT,
		 .role = NOVA_ASSISTANT,
		 .stage = NOVA_SPECULATIVE},
		{.type = NOVA_TEXT_OUTPUT,
		 .content_id = "a",
		 .role = NOVA_ASSISTANT,
		 .text = "Hi \"you\" \xc3\xa9"},
		{.type = NOVA_CONTENT_END,
		 .content_id = "a",
		 .content = NOVA_TEXT,
		 .stop = NOVA_PARTIAL_TURN},
		{.type = NOVA_CONTENT_START,
		 .content_id = "b",
		 .content = NOVA_AUDIO,
		 .role = NOVA_ASSISTANT,
		 .rate_hz = 24000},
		{.type = NOVA_AUDIO_OUTPUT,
		 .content_id = "b",
		 .samples = sound,
		 .sample_count = 2400},
		{.type = NOVA_CONTENT_END,
		 .content_id = "b",
		 .content = NOVA_AUDIO,
		 .stop = NOVA_END_TURN},
	};
	struct relay_fixture relay;

	(void)state;
	for (int i = 0; i < 2400; i++)
		sound[i] = (int16_t)(i * 27);
	relay_start(&relay, NULL, NULL);
	open_at(relay.port, NULL);
	stream_probe_await(&probe, "opened ");
	for (int i = 0; i < 7; i++)
		relay_fake_says(&relay, &answer[i]);
	stream_probe_await(&probe, "END_TURN");
	assert_non_null(strstr(probe.lines,
			       "completionStart\n"
			       "ASSISTANT SPECULATIVE \"Hi \"you\" \xc3\xa9\" "
			       "PARTIAL_TURN\n"
			       "AUDIO 2400 END_TURN\n"));
	assert_memory_equal(probe.samples, sound, sizeof sound);
	stream_probe_free(&probe);
	relay_stop(&relay);
}

static void what_the_service_says_against_it_keeps_its_code(void **state)
{
	struct relay_fixture relay;

	(void)state;
	relay_start(&relay, NULL, NULL);
	problem_set(&relay.fake.refuse, PROBLEM_THROTTLED,
		    "Bedrock: too many sessions; wait a minute");
	open_at(relay.port, NULL);
	stream_probe_await(&probe, "closed ");
	assert_int_equal(probe.why.code, PROBLEM_THROTTLED);
	assert_non_null(
		strstr(probe.why.text, ": Bedrock: too many sessions; wait"));
	relay_stop(&relay);
}

static void a_wrong_token_is_denied(void **state)
{
	const struct relay_server_settings settings = {.token = "right"};
	struct relay_fixture relay;

	(void)state;
	relay_start(&relay, &settings, NULL);
	open_at(relay.port, NULL);
	stream_probe_await(&probe, "closed ");
	assert_int_equal(probe.why.code, PROBLEM_DENIED);
	assert_non_null(strstr(probe.why.text, "--token"));
	relay_stop(&relay);
}

static void a_relay_that_goes_is_noticed_at_once(void **state)
{
	struct relay_fixture relay;

	(void)state;
	relay_start(&relay, NULL, NULL);
	open_at(relay.port, NULL);
	stream_probe_await(&probe, "opened ");
	relay_stop_server(&relay);
	stream_probe_await(&probe, "closed ");
	assert_int_equal(probe.why.code, PROBLEM_CLOSED);
	assert_non_null(strstr(probe.why.text, "shutting down"));
	relay_stop(&relay);
}

static void a_stream_may_be_freed_in_its_own_callback(void **state)
{
	const struct nova_event e = {.type = NOVA_COMPLETION_START};
	struct relay_fixture relay;

	(void)state;
	relay_start(&relay, NULL, NULL);
	open_at(relay.port, NULL);
	stream_probe_await(&probe, "opened ");
	probe.free_on_event = true;
	relay_fake_says(&relay, &e);
	relay_fake_says(&relay, &e);
	stream_probe_await(&probe, "freed");
	assert_false(probe.is_closed);
	upstream = relay_upstream_free(upstream);
	assert_true(relay_is_idle(&relay));
	relay_stop(&relay);
}

/* --- relays played by a script --- */

static void wait_for_initialize(struct ws_peer *c)
{
	ws_expect(c, "initialize_session");
	assert_string_equal(ws_member(c, "authToken"), "t");
	assert_string_equal(ws_member(c, "events"), "raw");
}

/* The connection ends with the client's close. */
static void wait_for_close(struct ws_peer *c)
{
	while (ws_read(c) != WS_LOST && c->opcode != WS_CLOSE)
		;
}

static void say_audio(struct ws_peer *c, const char *form, size_t samples)
{
	char text[8192] = "";
	int16_t sound[1024] = {0};

	base64_encode(text, sound, samples * 2);
	if (strcmp(form, "typed") == 0)
		ws_say(c,
		       "{\"type\":\"audio_response\",\"sessionId\":\"s\","
		       "\"audioBase64\":\"%s\",\"timestamp\":\"x\"}",
		       text);
	else
		ws_say(c,
		       "{\"type\":\"nova_response\",\"sessionId\":\"s\","
		       "\"event\":{\"audioOutput\":{\"content\":\"%s\"}}}",
		       text);
}

static void typed_script(struct ws_peer *c, void *arg)
{
	(void)arg;
	ws_say(c, "{\"type\":\"connection_established\",\"message\":\"hi\"}");
	wait_for_initialize(c);
	ws_say(c, "{\"type\":\"nova_session_ready\",\"sessionId\":\"s\"}");
	ws_say(c, "{\"type\":\"session_initialized\",\"sessionId\":\"s\"}");
	ws_expect(c, "audio_input");
	assert_string_equal(ws_member(c, "sessionId"), "s");
	assert_string_equal(ws_member(c, "audioData"), "AQACAA==");
	ws_say(c, "{\"type\":\"transcription\",\"sessionId\":\"s\","
		  "\"transcript\":\"What is a leaf?\"}");
	say_audio(c, "typed", 100);
	say_audio(c, "typed", 20);
	ws_say(c, "{\"type\":\"inference_complete\",\"sessionId\":\"s\"}");
	ws_say(c, "{\"type\":\"text_response\",\"sessionId\":\"s\","
		  "\"text\":\"Green.\"}");
	ws_say(c, "{\"type\":\"tool_use\",\"sessionId\":\"s\","
		  "\"toolName\":\"look\",\"toolInput\":{\"a\":1}}");
	say_audio(c, "typed", 7);
	ws_say(c, "{\"type\":\"interrupted\",\"sessionId\":\"s\"}");
	ws_say(c, "{\"type\":\"interrupted\",\"sessionId\":\"s\"}");
	ws_expect(c, "end_session");
	ws_say(c, "{\"type\":\"session_ended\",\"sessionId\":\"s\"}");
	wait_for_close(c);
	assert_int_equal(c->close_code, 1000);
}

static void typed_messages_become_blocks(void **state)
{
	static const int16_t two[] = {1, 2};
	struct ws_server server;

	(void)state;
	ws_server_start(&server, typed_script, NULL, NULL);
	open_at(server.port, NULL);
	nova_session_audio(&probe.session, two, 2);
	stream_probe_await(&probe, "ASSISTANT FINAL \"\" INTERRUPTED");
	nova_session_finish(&probe.session);
	stream_probe_await(&probe, "closed 0");
	assert_string_equal(probe.lines,
			    "opened s\n"
			    "USER FINAL \"What is a leaf?\" PARTIAL_TURN\n"
			    "AUDIO 120 END_TURN\n"
			    "ASSISTANT FINAL \"Green.\" END_TURN\n"
			    "TOOL look {\"a\":1} TOOL_USE\n"
			    "AUDIO 7 INTERRUPTED\n"
			    "ASSISTANT FINAL \"\" INTERRUPTED\n"
			    "closed 0\n");
	ws_server_stop(&server);
}

static void double_script(struct ws_peer *c, void *arg)
{
	(void)arg;
	wait_for_initialize(c);
	ws_say(c, "{\"type\":\"session_initialized\",\"sessionId\":\"s\"}");
	for (int i = 0; i < 3; i++) {
		say_audio(c, arg ? "typed" : "raw", 10);
		say_audio(c, arg ? "raw" : "typed", 10);
	}
	ws_say(c, "{\"type\":\"inference_complete\",\"sessionId\":\"s\"}");
	wait_for_close(c);
}

static void sound_in_both_forms_is_heard_once(void **state)
{
	struct ws_server server;

	(void)state;
	for (int typed_first = 0; typed_first < 2; typed_first++) {
		ws_server_start(&server, double_script,
				typed_first ? &server : NULL, NULL);
		open_at(server.port, NULL);
		stream_probe_await(&probe, "AUDIO 30 END_TURN");
		stream_probe_free(&probe);
		upstream = relay_upstream_free(upstream);
		ws_server_stop(&server);
	}
}

static void close_script(struct ws_peer *c, void *arg)
{
	const int *code = arg;

	wait_for_initialize(c);
	ws_say(c, "{\"type\":\"session_initialized\",\"sessionId\":\"s\"}");
	ws_expect(c, "audio_input");
	if (*code)
		ws_close(c, *code);
}

static void the_close_code_tells_whether_to_come_back(void **state)
{
	static const struct {
		int code, want;
		const char *words;
	} rows[] = {
		{1000, 0, "close code 1000"},
		{1001, PROBLEM_CLOSED, "shutting down"},
		{1011, PROBLEM_CLOSED, "close code 1011"},
		{0, PROBLEM_CLOSED, "connection was lost"},
	};
	static const int16_t two[] = {1, 2};
	struct ws_server server;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int code = rows[i].code;
		ws_server_start(&server, close_script, &code, NULL);
		open_at(server.port, NULL);
		nova_session_audio(&probe.session, two, 2);
		stream_probe_await(&probe, "closed ");
		assert_int_equal(probe.why.code, rows[i].want);
		assert_non_null(strstr(probe.why.text, rows[i].words));
		stream_probe_free(&probe);
		upstream = relay_upstream_free(upstream);
		ws_server_stop(&server);
	}
}

static void error_script(struct ws_peer *c, void *arg)
{
	wait_for_initialize(c);
	ws_say(c, "%s", (const char *)arg);
	wait_for_close(c);
}

static void errors_of_other_relays_are_understood(void **state)
{
	static const struct {
		const char *message;
		int want;
	} rows[] = {
		{"{\"type\":\"error\",\"error\":\"Auth token required\"}",
		 PROBLEM_DENIED},
		{"{\"type\":\"error\",\"error\":\"Session initialization "
		 "failed\"}",
		 PROBLEM_SERVER},
		{"{\"type\":\"session_error\",\"sessionId\":\"s\",\"error\":"
		 "\"ThrottlingException: slow down\"}",
		 PROBLEM_THROTTLED},
		{"{\"type\":\"nova_error\",\"error\":\"x\",\"code\":\"model\"}",
		 PROBLEM_MODEL},
	};
	struct ws_server server;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ws_server_start(&server, error_script, (void *)rows[i].message,
				NULL);
		open_at(server.port, NULL);
		stream_probe_await(&probe, "closed ");
		assert_int_equal(probe.why.code, rows[i].want);
		stream_probe_free(&probe);
		upstream = relay_upstream_free(upstream);
		ws_server_stop(&server);
	}
}

static void http_answers_are_named(void **state)
{
	static const struct {
		const char *answer;
		int want;
		const char *words;
	} rows[] = {
		{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
		 PROBLEM_CONNECT, "is this a habla relay? got HTTP 404"},
		{"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
		 PROBLEM_DENIED, "HTTP 403"},
		{"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\n"
		 "Content-Length: 0\r\n\r\n",
		 PROBLEM_CONNECT, "got HTTP 301"},
		{"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
		 PROBLEM_CONNECT, "HTTP 502"},
		{"SSH-2.0-OpenSSH_9.2\r\n", PROBLEM_CONNECT, "no WebSocket"},
	};
	struct ws_server server;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ws_server_start(&server, NULL, NULL, rows[i].answer);
		open_at(server.port, NULL);
		stream_probe_await(&probe, "closed ");
		assert_int_equal(probe.why.code, rows[i].want);
		if (!strstr(probe.why.text, rows[i].words))
			fail_msg("%s", probe.why.text);
		stream_probe_free(&probe);
		upstream = relay_upstream_free(upstream);
		ws_server_stop(&server);
	}
}

static void silent_script(struct ws_peer *c, void *arg)
{
	(void)arg;
	wait_for_close(c);
}

static void a_session_that_is_never_ready_times_out(void **state)
{
	struct ws_server server;
	char url[64];
	const struct relay_client_settings settings = {
		.url = url,
		.ready_timeout_ms = 50,
	};

	(void)state;
	ws_server_start(&server, silent_script, NULL, NULL);
	snprintf(url, sizeof url, "ws://localhost:%u/", server.port);
	open_through(&settings, NULL);
	stream_probe_await(&probe, "closed ");
	assert_int_equal(probe.why.code, PROBLEM_TIMEOUT);
	assert_non_null(strstr(probe.why.text, "not ready"));
	ws_server_stop(&server);
}

static void a_stream_freed_early_calls_nothing(void **state)
{
	const struct relay_client_settings settings = {
		.url = "ws://no-such-host.invalid",
	};
	struct relay_fixture relay;

	(void)state;
	open_through(&settings, NULL); /* the look-up is under way */
	stream_probe_free(&probe);
	upstream = relay_upstream_free(upstream);
	relay_start(&relay, NULL, NULL);
	open_at(relay.port, NULL);
	stream_probe_free(&probe);
	assert_string_equal(probe.lines, "");
	relay_stop(&relay);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_loop, free_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_conversation_goes_through_our_relay),
		TEST(the_opening_arrives_whole),
		TEST(the_answer_comes_as_the_service_gave_it),
		TEST(what_the_service_says_against_it_keeps_its_code),
		TEST(a_wrong_token_is_denied),
		TEST(a_relay_that_goes_is_noticed_at_once),
		TEST(a_stream_may_be_freed_in_its_own_callback),
		TEST(typed_messages_become_blocks),
		TEST(sound_in_both_forms_is_heard_once),
		TEST(the_close_code_tells_whether_to_come_back),
		TEST(errors_of_other_relays_are_understood),
		TEST(http_answers_are_named),
		TEST(a_session_that_is_never_ready_times_out),
		TEST(a_stream_freed_early_calls_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
