#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/nova/order.h"

#define INVALID "Invalid input request, please fix your input and try again."
#define UNREADABLE                                                             \
	"Unable to parse input chunk. Please check input format contains "     \
	"correct format."

static const int16_t sound[512];

/* A text of 1024 bytes, and one of 1025. */
static char full[1025], too_long[1026];

#define SESSION                                                                \
	{                                                                      \
		.type = NOVA_SESSION_START, .inference = { 1024, 0.9, 0.7 }    \
	}
#define PROMPT                                                                 \
	{                                                                      \
		.type = NOVA_PROMPT_START, .prompt_name = "p",                 \
		.rate_hz = 24000, .voice_id = "tiffany"                        \
	}
#define START(name, kind, who, live)                                           \
	{                                                                      \
		.type = NOVA_CONTENT_START, .prompt_name = "p",                \
		.content_id = (name), .content = (kind), .role = (who),        \
		.interactive = (live), .rate_hz = 16000                        \
	}
#define TEXT(name, words)                                                      \
	{                                                                      \
		.type = NOVA_TEXT_INPUT, .prompt_name = "p",                   \
		.content_id = (name), .text = (words)                          \
	}
#define SOUND(name)                                                            \
	{                                                                      \
		.type = NOVA_AUDIO_INPUT, .prompt_name = "p",                  \
		.content_id = (name), .samples = sound, .sample_count = 512    \
	}
#define END(name)                                                              \
	{                                                                      \
		.type = NOVA_CONTENT_END, .prompt_name = "p",                  \
		.content_id = (name)                                           \
	}
#define PROMPT_END                                                             \
	{                                                                      \
		.type = NOVA_PROMPT_END, .prompt_name = "p"                    \
	}
#define SESSION_END                                                            \
	{                                                                      \
		.type = NOVA_SESSION_END                                       \
	}
#define SYSTEM START("s", NOVA_TEXT, NOVA_SYSTEM, false)
#define AUDIO  START("a", NOVA_AUDIO, NOVA_USER, true)
#define TOOL(name, id)                                                         \
	{                                                                      \
		.type = NOVA_CONTENT_START, .prompt_name = "p",                \
		.content_id = (name), .content = NOVA_TOOL,                    \
		.role = NOVA_ROLE_TOOL, .tool_use_id = (id)                    \
	}
#define RESULT(name, words)                                                    \
	{                                                                      \
		.type = NOVA_TOOL_RESULT, .prompt_name = "p",                  \
		.content_id = (name), .text = (words)                          \
	}

enum { MOST = 20 };

/* All events but the last are right; the last is the breach, or right too
 * when want is NULL.  toolUse "t1" and "t2" were asked for. */
static const struct row {
	const char *want, *service;
	struct nova_event events[MOST];
} rows[] = {
	/* a whole conversation */
	{NULL,
	 NULL,
	 {SESSION,
	  PROMPT,
	  SYSTEM,
	  TEXT("s", "be kind"),
	  TEXT("s", "always"),
	  END("s"),
	  START("h1", NOVA_TEXT, NOVA_USER, false),
	  TEXT("h1", "hi"),
	  END("h1"),
	  START("h2", NOVA_TEXT, NOVA_ASSISTANT, false),
	  TEXT("h2", "hello"),
	  END("h2"),
	  AUDIO,
	  SOUND("a"),
	  START("x", NOVA_TEXT, NOVA_USER, true),
	  TEXT("x", "typed"),
	  SOUND("a"),
	  END("x"),
	  END("a"),
	  PROMPT_END}},
	{NULL, NULL, {SESSION, SESSION_END}},
	{NULL, NULL, {SESSION, PROMPT, PROMPT_END, SESSION_END}},
	{NULL,
	 NULL,
	 {SESSION, PROMPT, AUDIO, TOOL("r", "t1"), RESULT("r", "{}"),
	  SOUND("a"), END("r"), TOOL("q", "t2"), RESULT("q", " {\"a\":1} "),
	  END("q"), END("a"), PROMPT_END, SESSION_END}},
	{NULL,
	 NULL,
	 {SESSION, PROMPT, SYSTEM, END("s"),
	  START("v", NOVA_TEXT, NOVA_SYSTEM_SPEECH, false), TEXT("v", "calm"),
	  END("v"), AUDIO}},
	/* another container after the first has ended */
	{NULL,
	 NULL,
	 {SESSION, PROMPT, AUDIO, END("a"),
	  START("b", NOVA_AUDIO, NOVA_USER, true), SOUND("b")}},

	/* the frame of a session */
	{"promptStart before sessionStart", INVALID, {PROMPT}},
	{"sessionEnd before sessionStart", INVALID, {SESSION_END}},
	{"audioInput before sessionStart", INVALID, {SOUND("a")}},
	{"sessionStart: sent a second time", INVALID, {SESSION, SESSION}},
	{"contentStart before promptStart", INVALID, {SESSION, SYSTEM}},
	{"promptStart: sent a second time", INVALID, {SESSION, PROMPT, PROMPT}},
	{"promptStart: sent a second time",
	 INVALID,
	 {SESSION, PROMPT, PROMPT_END, PROMPT}},
	{"sessionEnd: promptEnd is missing",
	 INVALID,
	 {SESSION, PROMPT, SESSION_END}},
	{"contentStart after promptEnd",
	 INVALID,
	 {SESSION, PROMPT, PROMPT_END, AUDIO}},
	{"audioInput after sessionEnd",
	 INVALID,
	 {SESSION, PROMPT, PROMPT_END, SESSION_END, SOUND("a")}},
	{"sessionEnd after sessionEnd",
	 INVALID,
	 {SESSION, SESSION_END, SESSION_END}},
	{"promptEnd before promptStart", INVALID, {SESSION, PROMPT_END}},
	{"promptEnd after promptEnd",
	 INVALID,
	 {SESSION, PROMPT, PROMPT_END, PROMPT_END}},
	{"promptEnd: contentName r is still open",
	 "All contents must be closed before ending prompt",
	 {SESSION, PROMPT, AUDIO, TOOL("r", "t1"), RESULT("r", "{}"), END("a"),
	  PROMPT_END}},
	{"promptEnd: contentName a is still open",
	 "All contents must be closed before ending prompt",
	 {SESSION, PROMPT, AUDIO, PROMPT_END}},
	{"\"completionStart\" is not an event of the client",
	 UNREADABLE,
	 {SESSION, {.type = NOVA_COMPLETION_START}}},
	{"\"audioInputEnd\" is not an event of the client",
	 UNREADABLE,
	 {SESSION, {.type = NOVA_OTHER, .name = "audioInputEnd"}}},

	/* sessionStart and promptStart */
	{"sessionStart: topP 1.5 is not 0 to 1",
	 INVALID,
	 {{.type = NOVA_SESSION_START, .inference = {1024, 1.5, 0.7}}}},
	{"sessionStart: temperature -0.1 is not 0 to 1",
	 INVALID,
	 {{.type = NOVA_SESSION_START, .inference = {1024, 0.5, -0.1}}}},
	{"sessionStart: maxTokens -1 is not 1 to 10000",
	 INVALID,
	 {{.type = NOVA_SESSION_START, .inference = {-1, 0.5, 0.1}}}},
	{"sessionStart: maxTokens 10001 is not 1 to 10000",
	 INVALID,
	 {{.type = NOVA_SESSION_START, .inference = {10001, 0.5, 0.1}}}},
	{"promptStart: promptName is missing",
	 INVALID,
	 {SESSION,
	  {.type = NOVA_PROMPT_START, .rate_hz = 24000, .voice_id = "amy"}}},
	{"promptStart: voiceId is missing",
	 "Received invalid voiceId: value must not be empty",
	 {SESSION,
	  {.type = NOVA_PROMPT_START,
	   .prompt_name = "p",
	   .rate_hz = 24000,
	   .voice_id = ""}}},
	{"promptStart: sampleRateHertz 48000 is not 8000, 16000 or 24000",
	 INVALID,
	 {SESSION,
	  {.type = NOVA_PROMPT_START,
	   .prompt_name = "p",
	   .rate_hz = 48000,
	   .voice_id = "amy"}}},
	{"promptStart: inputSchema.json of tool \"n\" must be a string that "
	 "holds the schema",
	 UNREADABLE,
	 {SESSION,
	  {.type = NOVA_PROMPT_START,
	   .prompt_name = "p",
	   .rate_hz = 24000,
	   .voice_id = "amy",
	   .tools = "[{\"toolSpec\":{\"name\":\"n\",\"inputSchema\":"
		    "{\"json\":{\"type\":\"object\"}}}}]"}}},
	{"promptStart: inputSchema.json of tool \"n\" is not the text of a "
	 "JSON object",
	 UNREADABLE,
	 {SESSION,
	  {.type = NOVA_PROMPT_START,
	   .prompt_name = "p",
	   .rate_hz = 24000,
	   .voice_id = "amy",
	   .tools = "[{\"toolSpec\":{\"name\":\"n\",\"inputSchema\":"
		    "{\"json\":\"{\"}}}]"}}},
	{"promptStart: tool 1 has no toolSpec.name",
	 UNREADABLE,
	 {SESSION,
	  {.type = NOVA_PROMPT_START,
	   .prompt_name = "p",
	   .rate_hz = 24000,
	   .voice_id = "amy",
	   .tools = "[{}]"}}},
	{"promptStart: tools must be an array",
	 UNREADABLE,
	 {SESSION,
	  {.type = NOVA_PROMPT_START,
	   .prompt_name = "p",
	   .rate_hz = 24000,
	   .voice_id = "amy",
	   .tools = "{}"}}},
	{"promptStart: the list of tools is empty; leave it out",
	 UNREADABLE,
	 {SESSION,
	  {.type = NOVA_PROMPT_START,
	   .prompt_name = "p",
	   .rate_hz = 24000,
	   .voice_id = "amy",
	   .tools = "[]"}}},
	{"promptStart: two tools are named \"n\"",
	 UNREADABLE,
	 {SESSION,
	  {.type = NOVA_PROMPT_START,
	   .prompt_name = "p",
	   .rate_hz = 24000,
	   .voice_id = "amy",
	   .tools = "[{\"toolSpec\":{\"name\":\"n\",\"inputSchema\":"
		    "{\"json\":\"{}\"}}},{\"toolSpec\":{\"name\":\"n\","
		    "\"inputSchema\":{\"json\":\"{}\"}}}]"}}},

	/* names */
	{"contentStart: promptName q is not the session's p",
	 INVALID,
	 {SESSION,
	  PROMPT,
	  {.type = NOVA_CONTENT_START,
	   .prompt_name = "q",
	   .content_id = "a",
	   .content = NOVA_AUDIO,
	   .role = NOVA_USER,
	   .rate_hz = 16000}}},
	{"audioInput: promptName (missing) is not the session's p",
	 INVALID,
	 {SESSION,
	  PROMPT,
	  AUDIO,
	  {.type = NOVA_AUDIO_INPUT,
	   .content_id = "a",
	   .samples = sound,
	   .sample_count = 1}}},
	{"contentStart: contentName is missing",
	 INVALID,
	 {SESSION, PROMPT, START(NULL, NOVA_AUDIO, NOVA_USER, true)}},
	{"contentStart: contentName s was used before",
	 INVALID,
	 {SESSION, PROMPT, SYSTEM, END("s"),
	  START("s", NOVA_AUDIO, NOVA_USER, true)}},
	{"audioInput for a block that was never started (contentName zz)",
	 "No open content found for content name: zz",
	 {SESSION, PROMPT, AUDIO, SOUND("zz")}},
	{"audioInput for a block that has ended (contentName a)",
	 "No open content found for content name: a",
	 {SESSION, PROMPT, AUDIO, END("a"), SOUND("a")}},
	{"contentEnd for a block that has ended (contentName a)",
	 "No open content found for content name: a",
	 {SESSION, PROMPT, AUDIO, END("a"), END("a")}},
	{"contentEnd for a block that was never started (contentName zz)",
	 "No open content found for content name: zz",
	 {SESSION, PROMPT, AUDIO, END("zz")}},
	{"toolResult for a block that was never started (contentName zz)",
	 "No open content found for content name: zz",
	 {SESSION, PROMPT, AUDIO, RESULT("zz", "{}")}},
	{"textInput for a block that has ended (contentName s)",
	 "No open content found for content name: s",
	 {SESSION, PROMPT, SYSTEM, END("s"), TEXT("s", "more")}},
	{"toolResult for a block that has ended (contentName r)",
	 "No open content found for content name: r",
	 {SESSION, PROMPT, AUDIO, TOOL("r", "t1"), RESULT("r", "{}"), END("r"),
	  RESULT("r", "{}")}},
	{"promptEnd: promptName q is not the session's p",
	 INVALID,
	 {SESSION, PROMPT, {.type = NOVA_PROMPT_END, .prompt_name = "q"}}},
	{"textInput for a block that was never started (contentName )",
	 "No open content found for content name: ",
	 {SESSION, PROMPT, TEXT(NULL, "x")}},

	/* kinds */
	{"contentStart: type is missing",
	 INVALID,
	 {SESSION, PROMPT, START("a", NOVA_CONTENT_NONE, NOVA_USER, true)}},
	{"contentStart: role \"\" does not go with type TEXT",
	 INVALID,
	 {SESSION, PROMPT, START("a", NOVA_TEXT, NOVA_ROLE_NONE, true)}},
	{"contentStart: role \"TOOL\" does not go with type TEXT",
	 INVALID,
	 {SESSION, PROMPT, START("a", NOVA_TEXT, NOVA_ROLE_TOOL, true)}},
	{"contentStart: type AUDIO must have role USER",
	 INVALID,
	 {SESSION, PROMPT, START("a", NOVA_AUDIO, NOVA_SYSTEM, true)}},
	{"textInput in a block of type AUDIO",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, TEXT("a", "x")}},
	{"audioInput in a block of type TEXT",
	 INVALID,
	 {SESSION, PROMPT, SYSTEM, SOUND("s")}},
	{"toolResult in a block of type AUDIO",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, RESULT("a", "{}")}},

	/* order of blocks */
	{"contentStart: a second SYSTEM block",
	 INVALID,
	 {SESSION, PROMPT, SYSTEM, END("s"), AUDIO,
	  START("s2", NOVA_TEXT, NOVA_SYSTEM, true)}},
	{"contentStart: the SYSTEM block must come before history and audio",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, SYSTEM}},
	{"contentStart: SYSTEM_SPEECH comes once, before history and audio",
	 INVALID,
	 {SESSION, PROMPT, AUDIO,
	  START("v", NOVA_TEXT, NOVA_SYSTEM_SPEECH, false)}},
	{"contentStart: history must begin with role USER",
	 INVALID,
	 {SESSION, PROMPT, START("h", NOVA_TEXT, NOVA_ASSISTANT, false)}},
	{"contentStart: two messages of role USER in a row in the history; "
	 "join them",
	 INVALID,
	 {SESSION, PROMPT, START("h", NOVA_TEXT, NOVA_USER, false), END("h"),
	  START("i", NOVA_TEXT, NOVA_USER, false)}},
	{"contentStart: two messages of role ASSISTANT in a row in the "
	 "history; join them",
	 INVALID,
	 {SESSION, PROMPT, START("h", NOVA_TEXT, NOVA_USER, false), END("h"),
	  START("i", NOVA_TEXT, NOVA_ASSISTANT, false), END("i"),
	  START("j", NOVA_TEXT, NOVA_ASSISTANT, false)}},
	{"contentStart: the SYSTEM block must come before history and audio",
	 INVALID,
	 {SESSION, PROMPT, START("h", NOVA_TEXT, NOVA_USER, false), END("h"),
	  SYSTEM}},
	{"contentStart: SYSTEM_SPEECH comes once, before history and audio",
	 INVALID,
	 {SESSION, PROMPT, START("v", NOVA_TEXT, NOVA_SYSTEM_SPEECH, false),
	  END("v"), START("w", NOVA_TEXT, NOVA_SYSTEM_SPEECH, false)}},
	{"contentStart: history (a TEXT block of role USER that is not "
	 "interactive) after the audio block",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, START("h", NOVA_TEXT, NOVA_USER, false)}},
	{"contentStart: a TEXT block of role ASSISTANT cannot be interactive",
	 INVALID,
	 {SESSION, PROMPT, START("h", NOVA_TEXT, NOVA_ASSISTANT, true)}},
	{"contentStart: interactive text while no audio block is open",
	 INVALID,
	 {SESSION, PROMPT, START("x", NOVA_TEXT, NOVA_USER, true)}},
	{"contentStart: an audio block is open already",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, START("b", NOVA_AUDIO, NOVA_USER, true)}},
	{"contentStart: sampleRateHertz 0 is not 8000, 16000 or 24000",
	 INVALID,
	 {SESSION,
	  PROMPT,
	  {.type = NOVA_CONTENT_START,
	   .prompt_name = "p",
	   .content_id = "a",
	   .content = NOVA_AUDIO,
	   .role = NOVA_USER}}},

	/* content */
	{"audioInput: content is empty",
	 INVALID,
	 {SESSION,
	  PROMPT,
	  AUDIO,
	  {.type = NOVA_AUDIO_INPUT, .prompt_name = "p", .content_id = "a"}}},
	{"textInput: content is missing",
	 INVALID,
	 {SESSION, PROMPT, SYSTEM, TEXT("s", NULL)}},
	{NULL, NULL, {SESSION, PROMPT, SYSTEM, TEXT("s", full)}},
	{"textInput: content of 1025 bytes; at most 1024 fit into one",
	 INVALID,
	 {SESSION, PROMPT, SYSTEM, TEXT("s", too_long)}},

	/* tools */
	{"contentStart: type TOOL must have role TOOL",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, START("r", NOVA_TOOL, NOVA_USER, false)}},
	{"contentStart: toolUseId is missing",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, TOOL("r", NULL)}},
	{"contentStart: toolUseId is missing",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, TOOL("r", "")}},
	{"contentStart: nobody asked for toolUseId t9",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, TOOL("r", "t9")}},
	{"contentStart: toolUseId t1 is answered already",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, TOOL("r", "t1"), RESULT("r", "{}"), END("r"),
	  TOOL("q", "t1")}},
	{"toolResult: content is not the text of a JSON object",
	 "Tool Response parsing error",
	 {SESSION, PROMPT, AUDIO, TOOL("r", "t1"), RESULT("r", "42")}},
	{"toolResult: content is not the text of a JSON object",
	 "Tool Response parsing error",
	 {SESSION, PROMPT, AUDIO, TOOL("r", "t1"), RESULT("r", "{} x")}},
	{"toolResult: content is not the text of a JSON object",
	 "Tool Response parsing error",
	 {SESSION, PROMPT, AUDIO, TOOL("r", "t1"), RESULT("r", NULL)}},
	{"toolResult: a second one in its block",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, TOOL("r", "t1"), RESULT("r", "{}"),
	  RESULT("r", "{}")}},
	{"contentEnd: a TOOL block without a toolResult",
	 INVALID,
	 {SESSION, PROMPT, AUDIO, TOOL("r", "t1"), END("r")}},
};

static size_t count_events(const struct row *row)
{
	size_t n = 0;

	while (n < MOST && row->events[n].type != NOVA_NONE)
		n++;
	return n;
}

static struct order *open_order(void)
{
	struct order *o = NULL;

	memset(full, 'x', sizeof full - 1);
	memset(too_long, 'x', sizeof too_long - 1);
	assert_int_equal(0, order_create(&o, "amazon.nova-2-5-sonic"));
	assert_int_equal(0, order_tool_use(o, "t1"));
	assert_int_equal(0, order_tool_use(o, "t2"));
	assert_int_equal(0, order_tool_use(o, "t2"));
	return o;
}

static void each_breach_has_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct order *o = open_order();
		size_t count = count_events(&rows[i]);
		for (size_t k = 0; k < count; k++) {
			const char *want = k + 1 == count ? rows[i].want : NULL;
			const char *said = "untouched";
			struct problem p = {0};
			int err = order_check(o, &rows[i].events[k], &said, &p);
			assert_string_equal(want ? want : "", p.text);
			assert_int_equal(want ? PROBLEM_REJECTED : 0, err);
			assert_string_equal(
				want ? rows[i].service : "untouched", said);
		}
		order_free(o);
	}
}

static void a_breach_is_not_counted(void **state)
{
	static const struct nova_event steps[] = {SESSION,    PROMPT,
						  AUDIO,      SOUND("a"),
						  END("a"),   PROMPT_END,
						  SESSION_END};
	struct order *o = open_order();
	const struct nova_event bad = SOUND("zz");

	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		assert_int_equal(PROBLEM_REJECTED,
				 order_check(o, &bad, NULL, NULL));
		assert_int_equal(0, order_check(o, &steps[i], NULL, NULL));
	}
	order_free(o);
}

static void history_is_bounded_in_all(void **state)
{
	static const struct nova_event begin[] = {
		SESSION,  PROMPT,
		SYSTEM,   TEXT("s", full),
		END("s"), START("h", NOVA_TEXT, NOVA_USER, false)};
	const struct nova_event piece = TEXT("h", full), more = TEXT("h", "x");
	struct order *o = open_order();
	struct problem p = {0};

	(void)state;
	for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
		assert_int_equal(0, order_check(o, &begin[i], NULL, NULL));
	for (int i = 0; i < 40; i++)
		assert_int_equal(0, order_check(o, &piece, NULL, NULL));
	assert_int_equal(PROBLEM_REJECTED, order_check(o, &more, NULL, &p));
	assert_string_equal("textInput: history of more than 40960 bytes",
			    p.text);
	order_free(o);
}

static void blocks_are_bounded(void **state)
{
	static const struct nova_event begin[] = {SESSION, PROMPT, AUDIO};
	struct order *o = open_order();
	struct problem p = {0};
	char name[16];
	const struct nova_event start = START(name, NOVA_TEXT, NOVA_USER, true),
				end = END(name);

	(void)state;
	for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
		assert_int_equal(0, order_check(o, &begin[i], NULL, NULL));
	for (int i = 1; i < 8192; i++) {
		snprintf(name, sizeof name, "%d", i);
		assert_int_equal(0, order_check(o, &start, NULL, NULL));
		assert_int_equal(0, order_check(o, &end, NULL, NULL));
	}
	snprintf(name, sizeof name, "last");
	assert_int_equal(PROBLEM_REJECTED, order_check(o, &start, NULL, &p));
	assert_string_equal("contentStart: more than 8192 blocks", p.text);
	order_free(o);
}

static void the_first_model_takes_no_turn_detection(void **state)
{
	const struct nova_event e = {.type = NOVA_SESSION_START,
				     .inference = {1024, 0.9, 0.7},
				     .turn_pause = NOVA_PAUSE_LOW};
	struct order *o = open_order();
	struct problem p = {0};

	(void)state;
	assert_int_equal(0, order_check(o, &e, NULL, NULL));
	order_free(o);
	assert_int_equal(0, order_create(&o, "amazon.nova-sonic-v1:0"));
	assert_int_equal(PROBLEM_REJECTED, order_check(o, &e, NULL, &p));
	assert_string_equal("sessionStart: this model takes no "
			    "turnDetectionConfiguration",
			    p.text);
	order_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_breach_has_its_words),
		cmocka_unit_test(a_breach_is_not_counted),
		cmocka_unit_test(history_is_bounded_in_all),
		cmocka_unit_test(blocks_are_bounded),
		cmocka_unit_test(the_first_model_takes_no_turn_detection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
