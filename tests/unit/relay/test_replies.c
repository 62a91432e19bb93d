/* What a client is sent for the events of the service. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/relay/protocol.h"
#include "net/relay/server/origin.h"
#include "net/relay/server/replies.h"

static char said[4096];

static void on_send(void *arg, struct relay_message *m)
{
	size_t n = strlen(said);

	(void)arg;
	snprintf(said + n, sizeof said - n, "%s%s%s\n",
		 relay_type_name(m->type),
		 m->type == RELAY_NOVA_RESPONSE ? " " : "",
		 m->type == RELAY_NOVA_RESPONSE
			 ? m->event.name ? m->event.name
					 : nova_event_name(m->event.type)
			 : "");
}

static const int16_t sound[4];

#define START(id_, content_, role_, stage_)                                    \
	{                                                                      \
		.type = NOVA_CONTENT_START, .content_id = id_,                 \
		.content = content_, .role = role_, .stage = stage_            \
	}
#define TEXT(id_, text_)                                                       \
	{                                                                      \
		.type = NOVA_TEXT_OUTPUT, .content_id = id_, .text = text_,    \
		.role = NOVA_ASSISTANT                                         \
	}
#define SOUND(id_)                                                             \
	{                                                                      \
		.type = NOVA_AUDIO_OUTPUT, .content_id = id_,                  \
		.samples = sound, .sample_count = 4                            \
	}
#define END(id_, content_, stop_)                                              \
	{                                                                      \
		.type = NOVA_CONTENT_END, .content_id = id_,                   \
		.content = content_, .stop = stop_                             \
	}

static void expect(const struct nova_event *events, size_t n, bool raw,
		   const char *want)
{
	struct replies r = {.raw = raw};

	said[0] = '\0';
	for (size_t i = 0; i < n; i++)
		replies_event(&r, &events[i], on_send, NULL);
	assert_string_equal(said, want);
}

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void a_turn_in_the_typed_form(void **state)
{
	static const struct nova_event turn[] = {
		{.type = NOVA_COMPLETION_START},
		START("u", NOVA_TEXT, NOVA_USER, NOVA_FINAL),
		TEXT("u", "What is a leaf?"),
		END("u", NOVA_TEXT, NOVA_PARTIAL_TURN),
		START("s", NOVA_TEXT, NOVA_ASSISTANT, NOVA_SPECULATIVE),
		TEXT("s", "A part."),
		END("s", NOVA_TEXT, NOVA_PARTIAL_TURN),
		START("a", NOVA_AUDIO, NOVA_ASSISTANT, NOVA_STAGE_NONE),
		SOUND("a"),
		END("a", NOVA_AUDIO, NOVA_PARTIAL_TURN),
		START("b", NOVA_AUDIO, NOVA_ASSISTANT, NOVA_STAGE_NONE),
		SOUND("b"),
		END("b", NOVA_AUDIO, NOVA_END_TURN),
		START("f", NOVA_TEXT, NOVA_ASSISTANT, NOVA_FINAL),
		TEXT("f", "A part."),
		END("f", NOVA_TEXT, NOVA_END_TURN),
		{.type = NOVA_USAGE},
		{.type = NOVA_OTHER, .name = "userSpeechEnd", .raw = "{}"},
		{.type = NOVA_COMPLETION_END},
	};

	(void)state;
	expect(turn, COUNT(turn), false,
	       "nova_response completionStart\n"
	       "transcription\n"
	       "nova_response contentStart\n"
	       "nova_response textOutput\n"
	       "nova_response contentEnd\n"
	       "audio_response\n"
	       "audio_response\n"
	       "inference_complete\n"
	       "text_response\n"
	       "nova_response usageEvent\n"
	       "nova_response userSpeechEnd\n"
	       "nova_response completionEnd\n");
	expect(turn + 4, 4, true,
	       "nova_response contentStart\n"
	       "nova_response textOutput\n"
	       "nova_response contentEnd\n"
	       "nova_response contentStart\n");
}

static void a_barge_in_is_told_once(void **state)
{
	static const struct nova_event cut[] = {
		START("a", NOVA_AUDIO, NOVA_ASSISTANT, NOVA_STAGE_NONE),
		SOUND("a"),
		END("a", NOVA_AUDIO, NOVA_INTERRUPTED),
		START("f", NOVA_TEXT, NOVA_ASSISTANT, NOVA_FINAL),
		TEXT("f", "{ \"interrupted\" : true }"),
		END("f", NOVA_TEXT, NOVA_INTERRUPTED),
		START("b", NOVA_AUDIO, NOVA_ASSISTANT, NOVA_STAGE_NONE),
		SOUND("b"),
		START("g", NOVA_TEXT, NOVA_ASSISTANT, NOVA_FINAL),
		TEXT("g", "What was said."),
		END("g", NOVA_TEXT, NOVA_INTERRUPTED),
	};

	(void)state;
	expect(cut, COUNT(cut), false,
	       "audio_response\n"
	       "interrupted\n"
	       "audio_response\n"
	       "text_response\n"
	       "interrupted\n");
}

static void more_blocks_than_fit_are_no_harm(void **state)
{
	struct replies r = {0};
	char id[100];

	(void)state;
	said[0] = '\0';
	for (int i = 0; i < 100; i++) {
		snprintf(id, sizeof id, "%0*d", i, i);
		const struct nova_event e = START(id, NOVA_TEXT, NOVA_USER,
						  NOVA_FINAL);
		const struct nova_event bare = {.type = NOVA_TEXT_OUTPUT,
						.role = NOVA_USER,
						.text = "x"};
		replies_event(&r, &e, on_send, NULL);
		replies_event(&r, &bare, on_send, NULL);
		if (i == 0)
			assert_string_equal(said, "transcription\n");
	}
}

static void origins_are_judged_whole(void **state)
{
	static const struct {
		const char *origin, *allowed;
		bool want;
	} rows[] = {
		{NULL, NULL, true},
		{"", NULL, true},
		{"http://localhost", NULL, true},
		{"HTTP://LOCALHOST:3000", NULL, true},
		{"https://127.9.9.9", NULL, true},
		{"http://[::1]:80", NULL, true},
		{"http://[::1", NULL, false},
		{"http://[::1].evil.example", NULL, false},
		{"null", NULL, false},
		{"http://", NULL, false},
		{"http://128.0.0.1", NULL, false},
		{"http://localhost@evil.example", NULL, false},
		{"http://a.example", "http://a.example", true},
		{"http://a.example", "https://a.example", false},
		{"http://a.example:81", "http://a.example", false},
		{"http://a.example", "http://b.example,http://a.example/",
		 true},
		{"http://a.exampl", "http://a.example", false},
		{"http://a.example.org", "http://a.example", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (origin_allowed(rows[i].origin, rows[i].allowed) !=
		    rows[i].want)
			fail_msg("%s", rows[i].origin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_turn_in_the_typed_form),
		cmocka_unit_test(a_barge_in_is_told_once),
		cmocka_unit_test(more_blocks_than_fit_are_no_harm),
		cmocka_unit_test(origins_are_judged_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
