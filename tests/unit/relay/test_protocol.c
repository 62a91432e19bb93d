/* The relay's messages: examples of docs/protocol.md, round trips, and what
 * is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/relay/protocol.h"

static void parse(struct relay_message *m, const char *json)
{
	struct problem p = {0};

	memset(m, 0, sizeof *m);
	if (relay_message_parse(m, json, strlen(json), &p))
		fail_msg("%s: %s", json, p.text);
}

static char *written(const struct relay_message *m)
{
	struct bytes out;

	bytes_init(&out, 1 << 20);
	assert_int_equal(relay_message_write(&out, m, 1767323045678), 0);
	char *text = bytes_take_text(&out);
	assert_non_null(text);
	return text;
}

/* --- the page --- */

static unsigned check_example(const char *json, size_t n)
{
	struct relay_message m = {0}, again = {0};
	struct problem p = {0};

	if (relay_message_parse(&m, json, n, &p))
		fail_msg("%.*s: %s", (int)n, json, p.text);
	assert_int_not_equal(m.type, RELAY_UNKNOWN);
	/* what we write of it reads back as the same */
	char *first = written(&m);
	parse(&again, first);
	char *second = written(&again);
	assert_string_equal(first, second);
	unsigned type = (unsigned)m.type;
	free(first);
	free(second);
	relay_message_clear(&again);
	relay_message_clear(&m);
	return 1u << type;
}

static void the_page_has_an_example_of_every_message(void **state)
{
	char *page;
	unsigned seen = 0;

	(void)state;
	assert_int_equal(text_read_file(&page, NULL,
					HABLA_SOURCE_DIR "/docs/protocol.md",
					1 << 20),
			 0);
	for (char *at = page; (at = strstr(at, "```json\n"));) {
		at += strlen("```json\n");
		char *end = strstr(at, "```");
		assert_non_null(end);
		seen |= check_example(at, (size_t)(end - at));
		at = end + 3;
	}
	for (int i = 0; i <= RELAY_SESSION_ENDED; i++)
		if (relay_type_name((enum relay_type)i) && !(seen & 1u << i))
			fail_msg("no example of %s",
				 relay_type_name((enum relay_type)i));
	free(page);
}

/* --- reading --- */

static void an_opening_is_read_whole(void **state)
{
	struct relay_message m;

	(void)state;
	parse(&m, "{\"type\":\"initialize_session\",\"authToken\":\"a\\u00e9\","
		  "\"courseId\":\"c\",\"studentId\":\"s\",\"promptName\":\"p\","
		  "\"audioContentName\":\"n\",\"voiceConfig\":{\"topP\":0.5},"
		  "\"systemPrompt\":\"be kind\",\"language\":\"es\","
		  "\"turnPause\":\"medium\",\"events\":\"raw\","
		  "\"continuousAudio\":true,\"history\":["
		  "{\"role\":\"USER\",\"text\":\"q\"},"
		  "{\"role\":\"ASSISTANT\",\"text\":\"a\"}],"
		  "\"tools\":[{\"toolSpec\":{\"name\":\"x\",\"inputSchema\":"
		  "{\"json\":{\"type\":\"object\"}}}}]}");
	assert_int_equal(m.type, RELAY_INITIALIZE_SESSION);
	assert_string_equal(m.auth_token, "a\xc3\xa9");
	assert_string_equal(m.prompt_name, "p");
	assert_string_equal(m.audio_content_name, "n");
	assert_string_equal(m.language, "es");
	assert_int_equal(m.turn_pause, NOVA_PAUSE_MEDIUM);
	assert_true(m.raw_events && m.continuous_audio);
	/* what voiceConfig leaves out has the usual value */
	assert_int_equal(m.inference.max_tokens, 1024);
	assert_true(fabs(m.inference.top_p - 0.5) < 1e-9);
	assert_true(fabs(m.inference.temperature - 0.7) < 1e-9);
	assert_int_equal(m.history->count, 2);
	assert_string_equal(m.history->messages[1].text, "a");
	/* the service takes a schema as text only */
	assert_string_equal(m.tools,
			    "[{\"toolSpec\":{\"name\":\"x\",\"inputSchema\":"
			    "{\"json\":\"{\\\"type\\\":\\\"object\\\"}\"}}}]");
	relay_message_clear(&m);
}

static void audio_reads_the_same_on_either_way(void **state)
{
	static const char *const rows[] = {
		/* plain: without a tree */
		"{\"type\":\"audio_input\",\"sessionId\":\"s\","
		"\"audioData\":\"AQACAA==\",\"isEndOfUtterance\":true}",
		" { \"audioData\" : \"AQACAA==\" , \"x\" : -1.5 ,\n"
		"\"isEndOfUtterance\":true,\"sessionId\":\"s\","
		"\"type\":\"audio_input\"} ",
		/* an escape, an object, a nested stranger: with one */
		"{\"type\":\"audio_input\",\"sessionId\":\"\\u0073\","
		"\"audioData\":\"AQACAA==\",\"isEndOfUtterance\":true}",
		"{\"type\":\"audio_input\",\"sessionId\":\"s\",\"audioData\":"
		"{\"base64\":\"AQACAA==\"},\"isEndOfUtterance\":true}",
		"{\"type\":\"audio_input\",\"sessionId\":\"s\",\"y\":[{}],"
		"\"audioData\":\"AQACAA==\",\"isEndOfUtterance\":true}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct relay_message m;
		parse(&m, rows[i]);
		assert_int_equal(m.type, RELAY_AUDIO_INPUT);
		assert_string_equal(m.session_id, "s");
		assert_true(m.end_of_utterance);
		assert_int_equal(m.audio_length, 4);
		assert_memory_equal(m.audio, "\1\0\2\0", 4);
		relay_message_clear(&m);
	}
}

static void both_names_of_a_transcript_are_read(void **state)
{
	struct relay_message m;

	(void)state;
	parse(&m, "{\"type\":\"transcription\",\"transcript\":\"hi\"}");
	assert_string_equal(m.text, "hi");
	relay_message_clear(&m);
}

static void events_inside_are_read(void **state)
{
	struct relay_message m;

	(void)state;
	parse(&m, "{\"type\":\"nova_response\",\"sessionId\":\"s\",\"event\":"
		  "{\"audioOutput\":{\"contentId\":\"c\","
		  "\"content\":\"AQACAA==\"}}}");
	assert_int_equal(m.event.type, NOVA_AUDIO_OUTPUT);
	assert_int_equal(m.event.sample_count, 2);
	assert_int_equal(m.event.samples[1], 2);
	relay_message_clear(&m);
}

static void what_is_wrong_is_refused_with_words(void **state)
{
	static const struct {
		const char *json, *words;
	} rows[] = {
		{"", "not JSON"},
		{"{\"type\":\"ping\"", "not JSON"},
		{"{\"type\":\"ping\"}{}", "more than one"},
		{"7", "one JSON object"},
		{"{\"type\":null}", "type must be given"},
		{"{\"type\":\"ping\",\"sessionId\":3}", "sessionId must be a"},
		{"{\"type\":\"audio_input\",\"sessionId\":\"s\"}",
		 "audioData must be given"},
		{"{\"type\":\"audio_input\",\"sessionId\":\"s\","
		 "\"audioData\":\"AQ=\"}",
		 "audioData must be base64"},
		{"{\"type\":\"audio_input\",\"sessionId\":\"s\","
		 "\"audioData\":5}",
		 "audioData must be a base64 string"},
		{"{\"type\":\"audio_input\",\"sessionId\":\"s\","
		 "\"audioData\":\"\",\"isEndOfUtterance\":\"yes\"}",
		 "isEndOfUtterance must be true or false"},
		{"{\"type\":\"text_input\",\"sessionId\":\"s\"}",
		 "text must be given"},
		{"{\"type\":\"tool_result\",\"sessionId\":\"s\","
		 "\"result\":1}",
		 "toolUseId must be given"},
		{"{\"type\":\"initialize_session\",\"voiceConfig\":"
		 "{\"topP\":2}}",
		 "topP must be a number from 0 to 1"},
		{"{\"type\":\"initialize_session\",\"tools\":{}}", "tools"},
		{"{\"type\":\"initialize_session\",\"tools\":[{}]}", "tools"},
		{"{\"type\":\"initialize_session\",\"history\":"
		 "[{\"role\":\"SYSTEM\",\"text\":\"x\"}]}",
		 "history"},
		{"{\"type\":\"initialize_session\",\"turnPause\":\"long\"}",
		 "HIGH, MEDIUM or LOW"},
		{"{\"type\":\"initialize_session\",\"events\":\"all\"}",
		 "events must be"},
		{"{\"type\":\"initialize_session\",\"promptName\":\""
		 "0123456789012345678901234567890123456789012345678901234567"
		 "890123456789\"}",
		 "promptName is longer than 63 bytes"},
		{"{\"type\":\"nova_response\",\"event\":1}", "event must be"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct relay_message m = {0};
		struct problem p = {0};
		int err = relay_message_parse(&m, rows[i].json,
					      strlen(rows[i].json), &p);
		if (err != PROBLEM_FORMAT || !strstr(p.text, rows[i].words) ||
		    !text_starts(p.text, "Invalid message format: "))
			fail_msg("%s: %d %s", rows[i].json, err, p.text);
	}
}

/* Every beginning of a message is read or refused, and nothing leaks. */
static void cut_messages_do_no_harm(void **state)
{
	static const char whole[] =
		"{\"type\":\"initialize_session\",\"authToken\":\"a\","
		"\"history\":[{\"role\":\"USER\",\"text\":\"q\"}],"
		"\"tools\":[{\"toolSpec\":{\"name\":\"x\"}}]}";

	(void)state;
	for (size_t n = 0; n < strlen(whole); n++) {
		struct relay_message m = {0};
		char *cut = malloc(n + 1);
		assert_non_null(cut);
		memcpy(cut, whole, n);
		assert_int_not_equal(relay_message_parse(&m, cut, n, NULL), 0);
		assert_null(m.storage);
		free(cut);
	}
}

/* --- writing --- */

static void messages_are_written_as_the_page_has_them(void **state)
{
	static const struct {
		struct relay_message m;
		const char *json;
	} rows[] = {
		{{.type = RELAY_CONNECTION_ESTABLISHED, .text = "hi"},
		 "{\"type\":\"connection_established\",\"message\":\"hi\","
		 "\"timestamp\":\"2026-01-02T03:04:05.678Z\"}"},
		{{.type = RELAY_TOOL_USE,
		  .session_id = "s",
		  .tool_use_id = "t",
		  .tool_name = "n",
		  .text = "{\"a\":1}"},
		 "{\"type\":\"tool_use\",\"sessionId\":\"s\","
		 "\"toolUseId\":\"t\",\"toolName\":\"n\","
		 "\"toolInput\":{\"a\":1}}"},
		/* what a model wrote need not be JSON */
		{{.type = RELAY_TOOL_USE,
		  .session_id = "s",
		  .tool_name = "n",
		  .text = "{} {"},
		 "{\"type\":\"tool_use\",\"sessionId\":\"s\","
		 "\"toolName\":\"n\",\"toolInput\":\"{} {\"}"},
		{{.type = RELAY_ERROR,
		  .text = "no \"x\"",
		  .code = PROBLEM_DENIED},
		 "{\"type\":\"error\",\"error\":\"no \\\"x\\\"\","
		 "\"code\":\"denied\","
		 "\"timestamp\":\"2026-01-02T03:04:05.678Z\"}"},
		{{.type = RELAY_PONG, .timestamp_ms = 1767326645123.0},
		 "{\"type\":\"pong\",\"timestamp\":1767326645123}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *text = written(&rows[i].m);
		assert_string_equal(text, rows[i].json);
		free(text);
	}
}

static void codes_travel_by_name(void **state)
{
	(void)state;
	for (int code = PROBLEM_MEMORY; code >= PROBLEM_LAST; code--) {
		const struct relay_message m = {
			.type = RELAY_ERROR,
			.text = "x",
			.code = code,
		};
		struct relay_message back;
		char *text = written(&m);
		parse(&back, text);
		assert_int_equal(back.code, code);
		relay_message_clear(&back);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_has_an_example_of_every_message),
		cmocka_unit_test(an_opening_is_read_whole),
		cmocka_unit_test(audio_reads_the_same_on_either_way),
		cmocka_unit_test(both_names_of_a_transcript_are_read),
		cmocka_unit_test(events_inside_are_read),
		cmocka_unit_test(what_is_wrong_is_refused_with_words),
		cmocka_unit_test(cut_messages_do_no_harm),
		cmocka_unit_test(messages_are_written_as_the_page_has_them),
		cmocka_unit_test(codes_travel_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
