#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/nova/event.h"
#include "net/nova/event_json.h"
#include "tests/support/vectors.h"

enum { LIMIT = 1 << 20 };

static const int16_t samples[] = {0, 1, -1, 32767, -32768, 1234, -4321};
enum { SAMPLE_COUNT = sizeof samples / sizeof *samples };

#define IDS .session_id = "s-1", .prompt_name = "p1", .completion_id = "c-1"
#define IDS_JSON                                                               \
	"\"sessionId\":\"s-1\",\"promptName\":\"p1\",\"completionId\":\"c-"    \
	"1\","

static const struct row {
	enum nova_direction direction;
	struct nova_event event;
	const char *json;
} rows[] = {
	{NOVA_TO_SERVICE,
	 {.type = NOVA_SESSION_START,
	  .inference = {1024, 0.9, 0.7},
	  .turn_pause = NOVA_PAUSE_LOW},
	 "{\"event\":{\"sessionStart\":{\"inferenceConfiguration\":{"
	 "\"maxTokens\":1024,\"topP\":0.9,\"temperature\":0.7},"
	 "\"turnDetectionConfiguration\":{\"endpointingSensitivity\":"
	 "\"LOW\"}}}}"},
	{NOVA_TO_SERVICE,
	 {.type = NOVA_PROMPT_START,
	  .prompt_name = "p1",
	  .rate_hz = 24000,
	  .voice_id = "lupe",
	  .tools = "[{\"toolSpec\":{\"name\":\"n\",\"inputSchema\":"
		   "{\"json\":\"{}\"}}}]"},
	 "{\"event\":{\"promptStart\":{\"promptName\":\"p1\","
	 "\"textOutputConfiguration\":{\"mediaType\":\"text/plain\"},"
	 "\"audioOutputConfiguration\":{\"mediaType\":\"audio/lpcm\","
	 "\"sampleRateHertz\":24000,\"sampleSizeBits\":16,"
	 "\"channelCount\":1,\"voiceId\":\"lupe\",\"encoding\":\"base64\","
	 "\"audioType\":\"SPEECH\"},\"toolUseOutputConfiguration\":{"
	 "\"mediaType\":\"application/json\"},\"toolConfiguration\":{"
	 "\"tools\":[{\"toolSpec\":{\"name\":\"n\",\"inputSchema\":"
	 "{\"json\":\"{}\"}}}]}}}}"},
	{NOVA_TO_SERVICE,
	 {.type = NOVA_CONTENT_START,
	  .prompt_name = "p1",
	  .content_id = "c1",
	  .content = NOVA_TEXT,
	  .role = NOVA_SYSTEM_SPEECH},
	 "{\"event\":{\"contentStart\":{\"promptName\":\"p1\","
	 "\"contentName\":\"c1\",\"type\":\"TEXT\",\"interactive\":false,"
	 "\"role\":\"SYSTEM_SPEECH\",\"textInputConfiguration\":{"
	 "\"mediaType\":\"text/plain\"}}}}"},
	{NOVA_TO_SERVICE,
	 {.type = NOVA_CONTENT_START,
	  .prompt_name = "p1",
	  .content_id = "c2",
	  .content = NOVA_AUDIO,
	  .role = NOVA_USER,
	  .interactive = true,
	  .rate_hz = 16000},
	 "{\"event\":{\"contentStart\":{\"promptName\":\"p1\","
	 "\"contentName\":\"c2\",\"type\":\"AUDIO\",\"interactive\":true,"
	 "\"role\":\"USER\",\"audioInputConfiguration\":{\"mediaType\":"
	 "\"audio/lpcm\",\"sampleRateHertz\":16000,\"sampleSizeBits\":16,"
	 "\"channelCount\":1,\"audioType\":\"SPEECH\",\"encoding\":"
	 "\"base64\"}}}}"},
	{NOVA_TO_SERVICE,
	 {.type = NOVA_CONTENT_START,
	  .prompt_name = "p1",
	  .content_id = "c3",
	  .content = NOVA_TOOL,
	  .role = NOVA_ROLE_TOOL,
	  .tool_use_id = "t1"},
	 "{\"event\":{\"contentStart\":{\"promptName\":\"p1\","
	 "\"contentName\":\"c3\",\"type\":\"TOOL\",\"interactive\":false,"
	 "\"role\":\"TOOL\",\"toolResultInputConfiguration\":{"
	 "\"toolUseId\":\"t1\",\"type\":\"TEXT\",\"textInputConfiguration\""
	 ":{\"mediaType\":\"text/plain\"}}}}}"},
	{NOVA_TO_SERVICE,
	 {.type = NOVA_TEXT_INPUT,
	  .prompt_name = "p1",
	  .content_id = "c1",
	  .text = "\xc2\xbfqu\xc3\xa9\" \\ \n?"},
	 "{\"event\":{\"textInput\":{\"promptName\":\"p1\",\"contentName\":"
	 "\"c1\",\"content\":\"\xc2\xbfqu\xc3\xa9\\\" \\\\ \\n?\"}}}"},
	{NOVA_TO_SERVICE,
	 {.type = NOVA_AUDIO_INPUT,
	  .prompt_name = "p1",
	  .content_id = "c2",
	  .samples = samples,
	  .sample_count = SAMPLE_COUNT},
	 "{\"event\":{\"audioInput\":{\"promptName\":\"p1\","
	 "\"contentName\":\"c2\",\"content\":\"AAABAP///38AgNIEH+8=\"}}}"},
	{NOVA_TO_SERVICE,
	 {.type = NOVA_TOOL_RESULT,
	  .prompt_name = "p1",
	  .content_id = "c3",
	  .text = "{\"a\":1}"},
	 "{\"event\":{\"toolResult\":{\"promptName\":\"p1\",\"contentName\":"
	 "\"c3\",\"content\":\"{\\\"a\\\":1}\"}}}"},
	{NOVA_TO_SERVICE,
	 {.type = NOVA_CONTENT_END, .prompt_name = "p1", .content_id = "c"},
	 "{\"event\":{\"contentEnd\":{\"promptName\":\"p1\","
	 "\"contentName\":\"c\"}}}"},
	{NOVA_TO_SERVICE,
	 {.type = NOVA_PROMPT_END, .prompt_name = "p1"},
	 "{\"event\":{\"promptEnd\":{\"promptName\":\"p1\"}}}"},
	{NOVA_TO_SERVICE,
	 {.type = NOVA_SESSION_END},
	 "{\"event\":{\"sessionEnd\":{}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_COMPLETION_START, IDS},
	 "{\"event\":{\"completionStart\":{\"sessionId\":\"s-1\","
	 "\"promptName\":\"p1\",\"completionId\":\"c-1\"}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_CONTENT_START,
	  IDS,
	  .content_id = "k",
	  .content = NOVA_TEXT,
	  .role = NOVA_ASSISTANT,
	  .stage = NOVA_SPECULATIVE},
	 "{\"event\":{\"contentStart\":{" IDS_JSON
	 "\"contentId\":\"k\",\"type\":\"TEXT\",\"role\":\"ASSISTANT\","
	 "\"additionalModelFields\":"
	 "\"{\\\"generationStage\\\":\\\"SPECULATIVE\\\"}\","
	 "\"textOutputConfiguration\":{\"mediaType\":\"text/plain\"}}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_CONTENT_START,
	  IDS,
	  .content_id = "k",
	  .content = NOVA_AUDIO,
	  .role = NOVA_ASSISTANT,
	  .rate_hz = 24000},
	 "{\"event\":{\"contentStart\":{" IDS_JSON
	 "\"contentId\":\"k\",\"type\":\"AUDIO\",\"role\":\"ASSISTANT\","
	 "\"audioOutputConfiguration\":{\"mediaType\":\"audio/lpcm\","
	 "\"sampleRateHertz\":24000,\"sampleSizeBits\":16,\"encoding\":"
	 "\"base64\",\"channelCount\":1}}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_CONTENT_START,
	  IDS,
	  .content_id = "k",
	  .content = NOVA_TOOL,
	  .role = NOVA_ROLE_TOOL},
	 "{\"event\":{\"contentStart\":{" IDS_JSON
	 "\"contentId\":\"k\",\"type\":\"TOOL\",\"role\":\"TOOL\","
	 "\"toolUseOutputConfiguration\":{\"mediaType\":"
	 "\"application/json\"}}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_TEXT_OUTPUT,
	  IDS,
	  .content_id = "k",
	  .role = NOVA_USER,
	  .text = "hola"},
	 "{\"event\":{\"textOutput\":{" IDS_JSON
	 "\"contentId\":\"k\",\"role\":\"USER\",\"content\":\"hola\"}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_AUDIO_OUTPUT,
	  IDS,
	  .content_id = "k",
	  .role = NOVA_ASSISTANT,
	  .samples = samples,
	  .sample_count = SAMPLE_COUNT},
	 "{\"event\":{\"audioOutput\":{" IDS_JSON
	 "\"contentId\":\"k\",\"role\":\"ASSISTANT\",\"content\":"
	 "\"AAABAP///38AgNIEH+8=\"}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_TOOL_USE,
	  IDS,
	  .content_id = "k",
	  .text = "{\"q\":2}",
	  .tool_name = "look",
	  .tool_use_id = "t1",
	  .role = NOVA_ROLE_TOOL},
	 "{\"event\":{\"toolUse\":{" IDS_JSON
	 "\"contentId\":\"k\",\"content\":\"{\\\"q\\\":2}\",\"toolName\":"
	 "\"look\",\"toolUseId\":\"t1\",\"role\":\"TOOL\"}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_CONTENT_END,
	  IDS,
	  .content_id = "k",
	  .content = NOVA_TEXT,
	  .stop = NOVA_INTERRUPTED},
	 "{\"event\":{\"contentEnd\":{" IDS_JSON
	 "\"contentId\":\"k\",\"type\":\"TEXT\",\"stopReason\":"
	 "\"INTERRUPTED\"}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_COMPLETION_END, IDS, .stop = NOVA_END_TURN},
	 "{\"event\":{\"completionEnd\":{" IDS_JSON
	 "\"stopReason\":\"END_TURN\"}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_USAGE, IDS, .usage = {1, 2, 3, 4, 3, 7, 10}},
	 "{\"event\":{\"usageEvent\":{" IDS_JSON
	 "\"totalInputTokens\":3,\"totalOutputTokens\":7,\"totalTokens\":10,"
	 "\"details\":{\"total\":{\"input\":{\"speechTokens\":1,"
	 "\"textTokens\":2},\"output\":{\"speechTokens\":3,"
	 "\"textTokens\":4}}}}}}"},
	{NOVA_FROM_SERVICE,
	 {.type = NOVA_OTHER, .name = "userSpeechEnd", .raw = "{\"a\":[1]}"},
	 "{\"event\":{\"userSpeechEnd\":{\"a\":[1]}}}"},
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

static void assert_text_equal(const char *want, const char *got)
{
	if (want)
		assert_non_null(got);
	if (!want)
		assert_null(got);
	else
		assert_string_equal(want, got);
}

static void assert_event_equal(const struct nova_event *want,
			       const struct nova_event *got)
{
	assert_int_equal(want->type, got->type);
	assert_text_equal(want->session_id, got->session_id);
	assert_text_equal(want->completion_id, got->completion_id);
	assert_text_equal(want->prompt_name, got->prompt_name);
	assert_text_equal(want->content_id, got->content_id);
	assert_int_equal(want->content, got->content);
	assert_int_equal(want->role, got->role);
	assert_int_equal(want->stage, got->stage);
	assert_int_equal(want->stop, got->stop);
	assert_int_equal(want->interactive, got->interactive);
	assert_int_equal(want->rate_hz, got->rate_hz);
	assert_text_equal(want->text, got->text);
	assert_text_equal(want->tool_name, got->tool_name);
	assert_text_equal(want->tool_use_id, got->tool_use_id);
	assert_int_equal(want->sample_count, got->sample_count);
	if (want->sample_count)
		assert_memory_equal(want->samples, got->samples,
				    want->sample_count * 2);
	assert_int_equal(want->inference.max_tokens, got->inference.max_tokens);
	assert_true(want->inference.top_p == got->inference.top_p);
	assert_true(want->inference.temperature == got->inference.temperature);
	assert_int_equal(want->turn_pause, got->turn_pause);
	assert_text_equal(want->voice_id, got->voice_id);
	assert_text_equal(want->tools, got->tools);
	assert_memory_equal(&want->usage, &got->usage, sizeof want->usage);
	assert_text_equal(want->name, got->name);
	assert_text_equal(want->raw, got->raw);
}

static void every_event_is_written_as_the_sheet_says(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, LIMIT);
	for (int i = 0; i < ROW_COUNT; i++) {
		bytes_clear(&b);
		assert_int_equal(0, nova_event_write(&b, &rows[i].event,
						     rows[i].direction));
		assert_string_equal(rows[i].json, bytes_text(&b));
	}
	bytes_deinit(&b);
}

static void every_event_comes_back_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < ROW_COUNT; i++) {
		struct nova_event e;
		struct problem p = {0};
		int err = nova_event_parse(&e, rows[i].json,
					   strlen(rows[i].json),
					   rows[i].direction, &p);
		assert_string_equal("", p.text);
		assert_int_equal(0, err);
		assert_event_equal(&rows[i].event, &e);
		nova_event_clear(&e);
	}
}

static void the_inner_form_reads_the_same(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, LIMIT);
	for (int i = 0; i < ROW_COUNT; i++) {
		struct nova_event e;

		bytes_clear(&b);
		assert_int_equal(0, nova_event_write_inner(&b, &rows[i].event,
							   rows[i].direction,
							   false));
		/* the outer form without {"event": and } */
		assert_memory_equal(rows[i].json + 9, b.data, b.length);
		assert_int_equal(strlen(rows[i].json) - 10, b.length);
		assert_int_equal(0,
				 nova_event_parse(&e, (char *)b.data, b.length,
						  rows[i].direction, NULL));
		assert_event_equal(&rows[i].event, &e);
		nova_event_clear(&e);
	}
	bytes_deinit(&b);
}

static void a_copy_owns_all_it_points_to(void **state)
{
	(void)state;
	for (int i = 0; i < ROW_COUNT; i++) {
		struct nova_event parsed, copy;
		assert_int_equal(0, nova_event_parse(&parsed, rows[i].json,
						     strlen(rows[i].json),
						     rows[i].direction, NULL));
		assert_int_equal(0, nova_event_copy(&copy, &parsed));
		nova_event_clear(&parsed);
		assert_int_equal(NOVA_NONE, parsed.type);
		assert_event_equal(&rows[i].event, &copy);
		nova_event_clear(&copy);
	}
}

static void the_relay_form_repeats_the_text(void **state)
{
	struct nova_event e = {.type = NOVA_TEXT_OUTPUT, .text = "hi"};
	struct bytes b;

	(void)state;
	bytes_init(&b, LIMIT);
	assert_int_equal(0, nova_event_write_inner(&b, &e, NOVA_FROM_SERVICE,
						   true));
	assert_string_equal(
		"{\"textOutput\":{\"content\":\"hi\",\"text\":\"hi\"}}",
		bytes_text(&b));
	bytes_deinit(&b);
}

static void events_of_the_vectors_are_written_byte_by_byte(void **state)
{
	static const char *const files[] = {
		"sigv4-nova2-host-notoken.json",
		"sigv4-nova2-host-token.json",
		"sigv4-nova2-authority-notoken.json",
		"sigv4-nova25-host-token-midnight.json",
	};
	struct bytes b;

	(void)state;
	bytes_init(&b, LIMIT);
	for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
		cJSON *tree = vectors_load(files[f]);
		const cJSON *event;
		int seen = 0;
		cJSON_ArrayForEach(event, vectors_member(tree, "events"))
		{
			const cJSON *json = vectors_member(event, "event_json");
			struct nova_event e;
			if (cJSON_IsNull(json))
				continue;
			assert_int_equal(
				0, nova_event_parse(&e, json->valuestring,
						    strlen(json->valuestring),
						    NOVA_TO_SERVICE, NULL));
			bytes_clear(&b);
			assert_int_equal(0, nova_event_write(&b, &e,
							     NOVA_TO_SERVICE));
			assert_string_equal(json->valuestring, bytes_text(&b));
			nova_event_clear(&e);
			seen++;
		}
		assert_int_equal(3, seen);
		cJSON_Delete(tree);
	}
	bytes_deinit(&b);
}

static void malformed_events_are_refused_by_member(void **state)
{
	static const struct {
		enum nova_direction direction;
		const char *json, *want;
	} bad[] = {
		{NOVA_TO_SERVICE, "", "event: not valid JSON near byte 0"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"a\":", "event: not valid JSON near byte 13"},
		{NOVA_TO_SERVICE, "{\"event\":{\"sessionEnd\":{}}} x",
		 "event: text after the JSON value"},
		{NOVA_TO_SERVICE, "[]",
		 "event: not an object with one event in it"},
		{NOVA_TO_SERVICE, "{\"event\":{}}",
		 "event: not an object with one event in it"},
		{NOVA_TO_SERVICE, "{\"event\":{\"a\":{},\"b\":{}}}",
		 "event: not an object with one event in it"},
		{NOVA_TO_SERVICE, "{\"event\":{\"sessionEnd\":1}}",
		 "event sessionEnd: its value must be an object"},
		{NOVA_TO_SERVICE, "{\"event\":{\"textInput\":{\"content\":5}}}",
		 "event textInput: member content must be a string"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"audioInput\":{\"content\":\"A?==\"}}}",
		 "event audioInput: member content is not base64"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"audioInput\":{\"content\":\"AAAA\"}}}",
		 "event audioInput: member content ends in half a sample"},
		{NOVA_FROM_SERVICE,
		 "{\"event\":{\"audioOutput\":{\"content\":[]}}}",
		 "event audioOutput: member content must be a string"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"sessionStart\":{\"inferenceConfiguration\":"
		 "{\"maxTokens\":1.5}}}}",
		 "event sessionStart: member maxTokens must be a whole "
		 "number"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"sessionStart\":{\"inferenceConfiguration\":"
		 "{\"topP\":\"0.9\"}}}}",
		 "event sessionStart: member topP must be a number"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"sessionStart\":{\"endpointingSensitivity\":"
		 "\"LOW\"}}}",
		 "event sessionStart: member endpointingSensitivity belongs "
		 "into turnDetectionConfiguration"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"sessionStart\":{\"turnDetectionConfiguration"
		 "\":{\"endpointingSensitivity\":\"low\"}}}}",
		 "event sessionStart: member endpointingSensitivity has a "
		 "value that is not allowed"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"contentStart\":{\"type\":\"VIDEO\"}}}",
		 "event contentStart: member type has a value that is not "
		 "allowed"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"contentStart\":{\"type\":\"TEXT\"}}}",
		 "event contentStart: member textInputConfiguration is "
		 "missing"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"contentStart\":{\"interactive\":\"true\"}}}",
		 "event contentStart: member interactive must be true or "
		 "false"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"contentStart\":{\"type\":\"AUDIO\","
		 "\"audioInputConfiguration\":{\"channelCount\":2}}}}",
		 "event contentStart: member channelCount has a value that is "
		 "not allowed"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"contentStart\":{\"type\":\"AUDIO\","
		 "\"audioInputConfiguration\":{\"sampleRateHertz\":-1}}}}",
		 "event contentStart: member sampleRateHertz is out of "
		 "range"},
		{NOVA_TO_SERVICE,
		 "{\"event\":{\"promptStart\":{\"toolConfiguration\":"
		 "{\"tools\":{}}}}}",
		 "event promptStart: member tools must be an array"},
		{NOVA_FROM_SERVICE,
		 "{\"event\":{\"usageEvent\":{\"totalTokens\":1e300}}}",
		 "event usageEvent: member totalTokens must be a whole "
		 "number"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct nova_event e = {.type = NOVA_USAGE};
		struct problem p = {0};
		assert_int_equal(PROBLEM_FORMAT,
				 nova_event_parse(&e, bad[i].json,
						  strlen(bad[i].json),
						  bad[i].direction, &p));
		assert_string_equal(bad[i].want, p.text);
		/* written on success only */
		assert_int_equal(NOVA_USAGE, e.type);
	}
}

static void deep_nesting_is_refused(void **state)
{
	enum { DEPTH = 5000 };
	char *json = malloc(DEPTH);
	struct nova_event e;

	(void)state;
	assert_non_null(json);
	memset(json, '[', DEPTH);
	assert_int_equal(PROBLEM_FORMAT,
			 nova_event_parse(&e, json, DEPTH, NOVA_TO_SERVICE,
					  NULL));
	assert_int_equal(PROBLEM_LIMIT,
			 nova_event_parse(&e, json, 16 * 1024 * 1024 + 1,
					  NOVA_TO_SERVICE, NULL));
	free(json);
}

static void unknown_members_and_words_of_the_service_are_ignored(void **state)
{
	static const char json[] =
		"{\"event\":{\"contentStart\":{\"new\":{\"a\":[1,2]},\"type\":"
		"\"HOLOGRAM\",\"role\":\"NARRATOR\",\"contentId\":\"k\","
		"\"contentName\":\"not this\",\"completionId\":null}}} \n";
	struct nova_event e;

	(void)state;
	assert_int_equal(0, nova_event_parse(&e, json, sizeof json - 1,
					     NOVA_FROM_SERVICE, NULL));
	assert_int_equal(NOVA_CONTENT_START, e.type);
	assert_int_equal(NOVA_CONTENT_NONE, e.content);
	assert_int_equal(NOVA_ROLE_NONE, e.role);
	assert_string_equal("k", e.content_id);
	assert_null(e.completion_id);
	nova_event_clear(&e);
}

static void audio_is_read_in_any_order_and_spacing(void **state)
{
	static const char *const forms[] = {
		"{\"event\":{\"audioOutput\":{\"contentId\":\"k\","
		"\"content\":\"AAABAA==\"}}}",
		" {\n\"event\" : { \"audioOutput\" : { \"content\" : "
		"\"AAABAA==\" , \"contentId\" : \"k\" } } }\r\n",
		/* these take the general way */
		"{\"event\":{\"audioOutput\":{\"contentId\":\"\\u006b\","
		"\"content\":\"AAABAA==\"}}}",
		"{\"event\":{\"audioOutput\":{\"contentId\":\"k\",\"n\":1,"
		"\"content\":\"AAABAA==\"}}}",
		"{\"event\":{\"audioOutput\":{\"contentId\":\"k\",\"content\":"
		"\"AA\\u0041BAA==\"}}}",
		"{\"audioOutput\":{\"a\":\"\",\"b\":\"\",\"c\":\"\",\"d\":\"\","
		"\"e\":\"\",\"f\":\"\",\"g\":\"\",\"h\":\"\",\"i\":\"\","
		"\"j\":\"\",\"k\":\"\",\"l\":\"\",\"m\":\"\",\"n\":\"\","
		"\"o\":\"\",\"p\":\"\",\"contentId\":\"k\",\"content\":"
		"\"AAABAA==\"}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct nova_event e;
		assert_int_equal(0, nova_event_parse(&e, forms[i],
						     strlen(forms[i]),
						     NOVA_FROM_SERVICE, NULL));
		assert_int_equal(NOVA_AUDIO_OUTPUT, e.type);
		assert_string_equal("k", e.content_id);
		assert_int_equal(2, e.sample_count);
		assert_int_equal(0, e.samples[0]);
		assert_int_equal(1, e.samples[1]);
		nova_event_clear(&e);
	}
}

/* Whatever comes, both ways of reading stay inside the text. */
static void damaged_events_never_read_beyond_their_end(void **state)
{
	int accepted = 0;

	(void)state;
	random_seed(7);
	for (int round = 0; round < 20000; round++) {
		const struct row *row = &rows[random_below(ROW_COUNT)];
		size_t length = 1 + random_below((uint32_t)strlen(row->json));
		char *json = malloc(length);
		struct nova_event e;
		assert_non_null(json);
		memcpy(json, row->json, length);
		for (uint32_t n = random_below(3); n > 0; n--)
			json[random_below((uint32_t)length)] = (char)
				random_below(256);
		if (nova_event_parse(&e, json, length, row->direction, NULL) ==
		    0) {
			accepted++;
			nova_event_clear(&e);
		}
		free(json);
	}
	random_seed(0);
	assert_true(accepted > 0);
}

static void both_signs_of_an_interruption_are_seen(void **state)
{
	static const struct {
		struct nova_event e;
		bool marker, interruption;
	} signs[] = {
		{{.type = NOVA_TEXT_OUTPUT,
		  .text = "{ \"interrupted\" : true }"},
		 true,
		 true},
		{{.type = NOVA_TEXT_OUTPUT, .text = "{\"interrupted\":true}"},
		 true,
		 true},
		{{.type = NOVA_TEXT_OUTPUT,
		  .text = "\n {\"interrupted\":true,\"at\":3}"},
		 true,
		 true},
		{{.type = NOVA_TEXT_OUTPUT, .text = "{\"interrupted\":false}"},
		 false,
		 false},
		{{.type = NOVA_TEXT_OUTPUT, .text = "I was interrupted"},
		 false,
		 false},
		{{.type = NOVA_TEXT_OUTPUT, .text = ""}, false, false},
		{{.type = NOVA_TEXT_OUTPUT}, false, false},
		{{.type = NOVA_CONTENT_END, .stop = NOVA_INTERRUPTED},
		 false,
		 true},
		{{.type = NOVA_CONTENT_END, .stop = NOVA_END_TURN},
		 false,
		 false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		assert_int_equal(signs[i].marker,
				 nova_event_is_interrupted_marker(&signs[i].e));
		assert_int_equal(signs[i].interruption,
				 nova_event_is_interruption(&signs[i].e));
	}
}

static void a_full_buffer_is_reported(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 40);
	assert_int_equal(PROBLEM_LIMIT,
			 nova_event_write(&b, &rows[0].event, NOVA_TO_SERVICE));
	bytes_deinit(&b);
}

static void an_event_without_a_name_cannot_be_written(void **state)
{
	struct nova_event none = {0}, other = {.type = NOVA_OTHER};
	struct bytes b;

	(void)state;
	bytes_init(&b, LIMIT);
	assert_int_equal(PROBLEM_FORMAT,
			 nova_event_write(&b, &none, NOVA_TO_SERVICE));
	assert_int_equal(PROBLEM_FORMAT,
			 nova_event_write(&b, &other, NOVA_TO_SERVICE));
	assert_int_equal(0, b.length);
	bytes_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_is_written_as_the_sheet_says),
		cmocka_unit_test(every_event_comes_back_the_same),
		cmocka_unit_test(the_inner_form_reads_the_same),
		cmocka_unit_test(a_copy_owns_all_it_points_to),
		cmocka_unit_test(the_relay_form_repeats_the_text),
		cmocka_unit_test(
			events_of_the_vectors_are_written_byte_by_byte),
		cmocka_unit_test(malformed_events_are_refused_by_member),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(
			unknown_members_and_words_of_the_service_are_ignored),
		cmocka_unit_test(audio_is_read_in_any_order_and_spacing),
		cmocka_unit_test(damaged_events_never_read_beyond_their_end),
		cmocka_unit_test(both_signs_of_an_interruption_are_seen),
		cmocka_unit_test(a_full_buffer_is_reported),
		cmocka_unit_test(an_event_without_a_name_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
