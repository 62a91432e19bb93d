#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "client/session/event_line.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "tests/support/folder.h"

enum { START_US = 1000000 };

static void assert_line(const struct session_event *e,
			const struct event_audio_place *place, const char *want)
{
	struct bytes out;

	bytes_init(&out, 1 << 16);
	assert_int_equal(event_line_write(&out, e, START_US, place), 0);
	assert_string_equal(bytes_text(&out), want);
	bytes_deinit(&out);
}

static void assert_nova(enum session_direction direction,
			const struct nova_event *nova, const char *want)
{
	struct session_event e = {
		.at_us = START_US + 250,
		.direction = direction,
		.kind = SESSION_NOVA,
		.nova = nova,
	};

	assert_line(&e, NULL, want);
}

static void what_is_sent_has_its_members(void **state)
{
	static const struct {
		struct nova_event nova;
		const char *want;
	} rows[] = {
		{{.type = NOVA_SESSION_START,
		  .inference = {1024, 0.9, 0.7},
		  .turn_pause = NOVA_PAUSE_LOW},
		 "\"event\":\"sessionStart\",\"maxTokens\":1024,\"topP\":0.9,"
		 "\"temperature\":0.7,\"turnPause\":\"LOW\"}\n"},
		{{.type = NOVA_PROMPT_START,
		  .prompt_name = "p",
		  .voice_id = "tiffany",
		  .rate_hz = 24000,
		  .tools = "[ {\"toolSpec\": {\"name\":\"a b\"}}\n]"},
		 "\"event\":\"promptStart\",\"promptName\":\"p\","
		 "\"rateHz\":24000,\"voice\":\"tiffany\","
		 "\"tools\":[{\"toolSpec\":{\"name\":\"a b\"}}]}\n"},
		{{.type = NOVA_CONTENT_START,
		  .prompt_name = "p",
		  .content_id = "c",
		  .content = NOVA_AUDIO,
		  .role = NOVA_USER,
		  .interactive = true,
		  .rate_hz = 16000},
		 "\"event\":\"contentStart\",\"promptName\":\"p\","
		 "\"contentId\":\"c\",\"type\":\"AUDIO\",\"role\":\"USER\","
		 "\"rateHz\":16000,\"interactive\":true}\n"},
		{{.type = NOVA_TEXT_INPUT, .content_id = "c", .text = "a\nb"},
		 "\"event\":\"textInput\",\"contentId\":\"c\","
		 "\"text\":\"a\\nb\"}\n"},
		{{.type = NOVA_TOOL_RESULT, .text = "{ \"x\": 1.50 }"},
		 "\"event\":\"toolResult\",\"result\":{\"x\":1.50}}\n"},
		{{.type = NOVA_PROMPT_END, .prompt_name = "p"},
		 "\"event\":\"promptEnd\",\"promptName\":\"p\"}\n"},
		{{.type = NOVA_SESSION_END}, "\"event\":\"sessionEnd\"}\n"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char want[512];

		snprintf(want, sizeof want,
			 "{\"t\":250,\"dir\":\"sent\",\"layer\":\"nova\",%s",
			 rows[i].want);
		assert_nova(SESSION_SENT, &rows[i].nova, want);
	}
}

static void what_is_received_has_its_members(void **state)
{
	static const struct {
		struct nova_event nova;
		const char *want;
	} rows[] = {
		{{.type = NOVA_COMPLETION_START,
		  .session_id = "s",
		  .completion_id = "k",
		  .prompt_name = "p"},
		 "\"event\":\"completionStart\",\"sessionId\":\"s\","
		 "\"completionId\":\"k\",\"promptName\":\"p\"}\n"},
		{{.type = NOVA_CONTENT_START,
		  .content_id = "c",
		  .content = NOVA_TEXT,
		  .role = NOVA_ASSISTANT,
		  .stage = NOVA_SPECULATIVE},
		 "\"event\":\"contentStart\",\"contentId\":\"c\","
		 "\"type\":\"TEXT\",\"role\":\"ASSISTANT\","
		 "\"stage\":\"SPECULATIVE\"}\n"},
		{{.type = NOVA_CONTENT_END,
		  .content = NOVA_AUDIO,
		  .stop = NOVA_INTERRUPTED},
		 "\"event\":\"contentEnd\",\"type\":\"AUDIO\","
		 "\"stopReason\":\"INTERRUPTED\",\"interrupted\":true}\n"},
		{{.type = NOVA_TOOL_USE,
		  .tool_name = "look",
		  .tool_use_id = "u",
		  .text = "{\"a\": \"b c\"}"},
		 "\"event\":\"toolUse\",\"toolName\":\"look\","
		 "\"toolUseId\":\"u\",\"arguments\":{\"a\":\"b c\"}}\n"},
		/* what is no JSON stays a text */
		{{.type = NOVA_TOOL_USE, .text = "{\"a\": "},
		 "\"event\":\"toolUse\",\"arguments\":\"{\\\"a\\\": \"}\n"},
		/* nor may it break the line */
		{{.type = NOVA_TOOL_USE, .text = "{\"a\":\"b\nc\"}"},
		 "\"event\":\"toolUse\","
		 "\"arguments\":\"{\\\"a\\\":\\\"b\\nc\\\"}\"}\n"},
		{{.type = NOVA_USAGE, .usage = {1, 2, 3, 4, 5, 6, 7}},
		 "\"event\":\"usageEvent\",\"usage\":{\"inputSpeech\":1,"
		 "\"inputText\":2,\"outputSpeech\":3,\"outputText\":4,"
		 "\"totalInput\":5,\"totalOutput\":6,\"total\":7}}\n"},
		{{.type = NOVA_OTHER, .name = "newEvent", .raw = "{\"x\":[]}"},
		 "\"event\":\"newEvent\",\"value\":{\"x\":[]}}\n"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char want[512];

		snprintf(
			want, sizeof want,
			"{\"t\":250,\"dir\":\"received\",\"layer\":\"nova\",%s",
			rows[i].want);
		assert_nova(SESSION_RECEIVED, &rows[i].nova, want);
	}
}

static void sound_is_told_by_its_place(void **state)
{
	static const int16_t samples[320];
	struct nova_event nova = {
		.type = NOVA_AUDIO_INPUT,
		.content_id = "c",
		.samples = samples,
		.sample_count = 320,
	};
	struct session_event e = {
		.at_us = START_US + 1,
		.direction = SESSION_SENT,
		.kind = SESSION_NOVA,
		.nova = &nova,
	};
	struct event_audio_place place = {"sent.wav", 640};
	struct event_audio_place nowhere = {NULL, 640};
	(void)state;

	assert_line(&e, &place,
		    "{\"t\":1,\"dir\":\"sent\",\"layer\":\"nova\","
		    "\"event\":\"audioInput\",\"contentId\":\"c\","
		    "\"file\":\"sent.wav\",\"first_sample\":640,"
		    "\"samples\":320}\n");
	assert_line(&e, &nowhere,
		    "{\"t\":1,\"dir\":\"sent\",\"layer\":\"nova\","
		    "\"event\":\"audioInput\",\"contentId\":\"c\","
		    "\"samples\":320}\n");
}

static void what_happens_in_the_client_has_its_members(void **state)
{
	static const struct problem lost = {.code = PROBLEM_CLOSED,
					    .text = "gone"};
	static const struct {
		struct session_event e;
		const char *want;
	} rows[] = {
		{{.kind = SESSION_STATE, .text = "listening"},
		 "\"event\":\"state\",\"state\":\"listening\"}\n"},
		{{.kind = SESSION_ID, .text = "abc"},
		 "\"event\":\"session\",\"session_id\":\"abc\"}\n"},
		{{.kind = SESSION_SPEECH, .text = "started"},
		 "\"event\":\"speech\",\"speech\":\"started\"}\n"},
		{{.kind = SESSION_TRANSCRIPT,
		  .role = NOVA_USER,
		  .text = "\xff\"",
		  .cut = true},
		 "\"event\":\"transcript\",\"role\":\"USER\","
		 "\"text\":\"\xef\xbf\xbd\\\"\",\"cut\":true}\n"},
		{{.kind = SESSION_PARTIAL,
		  .role = NOVA_ASSISTANT,
		  .text = "Pl"},
		 "\"event\":\"partial\",\"role\":\"ASSISTANT\","
		 "\"text\":\"Pl\"}\n"},
		{{.kind = SESSION_INTERRUPTED, .number = 4800},
		 "\"event\":\"interrupted\",\"flushed_samples\":4800}\n"},
		{{.kind = SESSION_ANSWERED}, "\"event\":\"answered\"}\n"},
		{{.kind = SESSION_RETRY,
		  .number = 2,
		  .tries = 5,
		  .delay_ms = 6000,
		  .problem = &lost},
		 "\"event\":\"retry\",\"attempt\":2,\"tries\":5,"
		 "\"delay_ms\":6000,\"code\":\"closed\","
		 "\"problem\":\"gone\"}\n"},
		{{.kind = SESSION_COUNTDOWN,
		  .number = 2,
		  .tries = 5,
		  .delay_ms = 4000},
		 "\"event\":\"countdown\",\"attempt\":2,\"tries\":5,"
		 "\"left_ms\":4000}\n"},
		{{.kind = SESSION_RENEWAL,
		  .number = 2,
		  .text = "s-2",
		  .delay_ms = 40,
		  .replayed_ms = 3000,
		  .cut = true},
		 "\"event\":\"renewal\",\"number\":2,"
		 "\"session_id\":\"s-2\",\"replayed_ms\":3000,"
		 "\"gap_ms\":40,\"forced\":true}\n"},
		{{.kind = SESSION_RENEWAL, .number = 3, .problem = &lost},
		 "\"event\":\"renewal\",\"number\":3,\"code\":\"closed\","
		 "\"problem\":\"gone\"}\n"},
		{{.kind = SESSION_TRANSCRIPT,
		  .role = NOVA_USER,
		  .text = "hi",
		  .typed = true},
		 "\"event\":\"transcript\",\"role\":\"USER\","
		 "\"text\":\"hi\",\"cut\":false,\"typed\":true}\n"},
		{{.kind = SESSION_COMMAND,
		  .text = "say",
		  .command_id = "\"a\"",
		  .command_status = "refused",
		  .problem = &lost},
		 "\"event\":\"command\",\"id\":\"a\",\"do\":\"say\","
		 "\"status\":\"refused\",\"code\":\"closed\","
		 "\"problem\":\"gone\"}\n"},
		{{.kind = SESSION_NOTICE, .text = "hm"},
		 "\"event\":\"notice\",\"text\":\"hm\"}\n"},
		{{.kind = SESSION_PROBLEM, .problem = &lost},
		 "\"event\":\"problem\",\"code\":\"closed\","
		 "\"problem\":\"gone\"}\n"},
		{{.kind = SESSION_END, .number = 3},
		 "\"event\":\"end\",\"exit_code\":3}\n"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char want[512];

		/* at_us 0 lies before the start */
		snprintf(want, sizeof want,
			 "{\"t\":0,\"dir\":\"local\",\"layer\":\"client\",%s",
			 rows[i].want);
		assert_line(&rows[i].e, NULL, want);
	}
}

/* docs/session-folder.md shows each event; what it shows must be true. */
static void the_examples_in_the_document_are_events(void **state)
{
	static const char *const names[] = {
		"sessionStart", "promptStart",     "contentStart",
		"textInput",    "audioInput",      "toolResult",
		"contentEnd",   "promptEnd",       "sessionEnd",
		"textOutput",   "completionStart", "audioOutput",
		"toolUse",      "completionEnd",   "usageEvent",
		"state",        "session",         "speech",
		"transcript",   "partial",         "interrupted",
		"answered",     "retry",           "countdown",
		"notice",       "problem",         "end",
		"command",
	};
	bool shown[sizeof names / sizeof *names] = {false};
	char *text = folder_read(HABLA_SOURCE_DIR, "docs/session-folder.md",
				 NULL);
	(void)state;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, "{\"t\":", 5) != 0)
			continue;
		cJSON *tree = cJSON_Parse(line);
		if (!tree)
			fail_msg("no JSON: %s", line);
		const char *event = cJSON_GetStringValue(
			cJSON_GetObjectItemCaseSensitive(tree, "event"));
		size_t i = 0;
		while (i < sizeof names / sizeof *names &&
		       strcmp(names[i], event) != 0)
			i++;
		if (i == sizeof names / sizeof *names)
			fail_msg("no such event: %s", line);
		shown[i] = true;
		cJSON_Delete(tree);
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!shown[i])
			fail_msg("%s is not in the document", names[i]);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sent_has_its_members),
		cmocka_unit_test(what_is_received_has_its_members),
		cmocka_unit_test(sound_is_told_by_its_place),
		cmocka_unit_test(what_happens_in_the_client_has_its_members),
		cmocka_unit_test(the_examples_in_the_document_are_events),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
