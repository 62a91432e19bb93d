#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/nova/model.h"
#include "net/nova/order.h"
#include "net/nova/session.h"
#include "net/nova/stream.h"

enum { MOST = 256 };

/* A stream that keeps what is sent and holds it against the rules. */
struct paper_stream {
	struct nova_stream base;
	struct order *order;
	struct nova_event events[MOST];
	size_t count;
	size_t fail_at; /* refuse this event; 0: none */
};

static int paper_send(struct nova_stream *base, const struct nova_event *e)
{
	struct paper_stream *s = (struct paper_stream *)(void *)base;
	struct problem p = {0};

	if (s->fail_at && s->count + 1 == s->fail_at)
		return PROBLEM_LIMIT;
	assert_true(s->count < MOST);
	order_check(s->order, e, NULL, &p);
	assert_string_equal("", p.text);
	assert_int_equal(0, nova_event_copy(&s->events[s->count++], e));
	return 0;
}

static const struct nova_stream_ops paper_ops = {.send = paper_send};

static void open_paper(struct paper_stream *s, const char *model)
{
	memset(s, 0, sizeof *s);
	s->base.ops = &paper_ops;
	assert_int_equal(0, order_create(&s->order, model));
}

static void close_paper(struct paper_stream *s)
{
	for (size_t i = 0; i < s->count; i++)
		nova_event_clear(&s->events[i]);
	order_free(s->order);
}

/* The text of the block whose contentStart is event i, joined. */
static void block_text(char *out, const struct paper_stream *s, size_t i)
{
	const char *name = s->events[i].content_id;

	*out = '\0';
	for (i++; s->events[i].type == NOVA_TEXT_INPUT; i++) {
		assert_string_equal(name, s->events[i].content_id);
		assert_true(strlen(s->events[i].text) <= 1024);
		strcat(out, s->events[i].text);
	}
	assert_int_equal(NOVA_CONTENT_END, s->events[i].type);
	assert_string_equal(name, s->events[i].content_id);
}

static void a_plain_opening_keeps_the_rules(void **state)
{
	const struct nova_session_settings settings = {0};
	struct nova_session session;
	struct paper_stream s;
	char text[4096];

	(void)state;
	open_paper(&s, NOVA_MODEL_DEFAULT);
	assert_int_equal(0, nova_session_start(&session, &s.base, &settings));
	assert_true(session.open);
	assert_int_equal(NOVA_SESSION_START, s.events[0].type);
	assert_int_equal(1024, s.events[0].inference.max_tokens);
	assert_true(s.events[0].inference.top_p == 0.9);
	assert_int_equal(NOVA_PAUSE_DEFAULT, s.events[0].turn_pause);
	assert_string_equal("tiffany", s.events[1].voice_id);
	assert_int_equal(24000, s.events[1].rate_hz);
	assert_null(s.events[1].tools);
	assert_int_equal(NOVA_SYSTEM, s.events[2].role);
	assert_false(s.events[2].interactive);
	block_text(text, &s, 2);
	assert_non_null(strstr(text, "tutor"));
	assert_null(strstr(text, "Speak "));
	const struct nova_event *last = &s.events[s.count - 1];
	assert_int_equal(NOVA_AUDIO, last->content);
	assert_int_equal(16000, last->rate_hz);
	assert_true(last->interactive);
	assert_string_equal(session.audio_name, last->content_id);
	assert_string_equal(session.prompt_name, last->prompt_name);
	assert_int_equal(36, strlen(session.prompt_name));
	assert_string_not_equal(session.prompt_name, session.audio_name);
	close_paper(&s);
}

static void a_full_opening_keeps_the_rules(void **state)
{
	struct history h;
	char prompt[3001], text[8192];
	const struct nova_session_settings settings = {
		.model = "amazon.nova-2-sonic-v1:0",
		.voice = "carlos",
		.system_prompt = prompt,
		.language = "es-US",
		.tools = "[{\"toolSpec\":{\"name\":\"n\",\"inputSchema\":"
			 "{\"json\":\"{}\"}}}]",
		.prompt_name = "our-prompt",
		.audio_name = "our-audio",
		.turn_pause = NOVA_PAUSE_LOW,
		.inference = {500, 0.5, 0.25},
		.history = &h,
	};
	struct nova_session session;
	struct paper_stream s;

	(void)state;
	/* two-byte characters, so that 1024 is a cut and 1023 is not */
	for (size_t i = 0; i < 3000; i += 2)
		memcpy(prompt + i, "\xc3\xb1", 2);
	prompt[3000] = '\0';
	history_init(&h);
	history_add(&h, NOVA_USER, prompt);
	history_add(&h, NOVA_ASSISTANT, "bien");
	open_paper(&s, settings.model);
	assert_int_equal(0, nova_session_start(&session, &s.base, &settings));
	assert_int_equal(500, s.events[0].inference.max_tokens);
	assert_int_equal(NOVA_PAUSE_LOW, s.events[0].turn_pause);
	assert_string_equal("carlos", s.events[1].voice_id);
	assert_string_equal(settings.tools, s.events[1].tools);
	assert_string_equal("our-prompt", s.events[1].prompt_name);
	block_text(text, &s, 2);
	assert_memory_equal(prompt, text, 3000);
	assert_string_equal(" Speak Spanish.", text + 3000);
	/* three pieces of the prompt, then start and end */
	const struct nova_event *asked = &s.events[7];
	assert_int_equal(NOVA_CONTENT_START, asked->type);
	assert_int_equal(NOVA_USER, asked->role);
	assert_false(asked->interactive);
	block_text(text, &s, 7);
	assert_string_equal(prompt, text);
	const struct nova_event *answered = &s.events[12];
	assert_int_equal(NOVA_ASSISTANT, answered->role);
	block_text(text, &s, 12);
	assert_string_equal("bien", text);
	assert_string_equal("our-audio", s.events[s.count - 1].content_id);
	close_paper(&s);
	history_deinit(&h);
}

static void the_voice_follows_the_language(void **state)
{
	const struct nova_session_settings settings = {.language = "de",
						       .voice = ""};
	struct nova_session session;
	struct paper_stream s;

	(void)state;
	open_paper(&s, NULL);
	assert_int_equal(0, nova_session_start(&session, &s.base, &settings));
	assert_string_equal("tina", s.events[1].voice_id);
	close_paper(&s);
}

static void the_first_model_is_spared_what_it_does_not_know(void **state)
{
	const struct nova_session_settings settings = {
		.model = "amazon.nova-sonic-v1:0",
		.turn_pause = NOVA_PAUSE_HIGH,
	};
	struct nova_session session;
	struct paper_stream s;

	(void)state;
	open_paper(&s, settings.model);
	assert_int_equal(0, nova_session_start(&session, &s.base, &settings));
	assert_int_equal(NOVA_PAUSE_DEFAULT, s.events[0].turn_pause);
	size_t before = s.count;
	assert_int_equal(PROBLEM_REJECTED, nova_session_text(&session, "hi"));
	assert_int_equal(before, s.count);
	close_paper(&s);
}

static void talking_typing_and_ending_keep_the_rules(void **state)
{
	const struct nova_session_settings settings = {0};
	const int16_t samples[3] = {1, 2, 3};
	struct nova_session session;
	struct paper_stream s;
	char text[4096], typed[1501];

	(void)state;
	memset(typed, 't', 1500);
	typed[1500] = '\0';
	open_paper(&s, NULL);
	assert_int_equal(0, nova_session_start(&session, &s.base, &settings));
	size_t at = s.count;
	assert_int_equal(0, nova_session_audio(&session, samples, 3));
	assert_int_equal(0, nova_session_audio(&session, NULL, 0));
	assert_int_equal(at + 1, s.count);
	assert_string_equal(session.audio_name, s.events[at].content_id);
	assert_memory_equal(samples, s.events[at].samples, sizeof samples);

	at = s.count;
	assert_int_equal(0, nova_session_text(&session, ""));
	assert_int_equal(at, s.count);
	assert_int_equal(0, nova_session_text(&session, typed));
	assert_true(s.events[at].interactive);
	assert_int_equal(NOVA_USER, s.events[at].role);
	block_text(text, &s, at);
	assert_string_equal(typed, text);

	at = s.count;
	assert_int_equal(0, nova_session_finish(&session));
	assert_int_equal(NOVA_CONTENT_END, s.events[at].type);
	assert_int_equal(NOVA_PROMPT_END, s.events[at + 1].type);
	assert_int_equal(NOVA_SESSION_END, s.events[at + 2].type);
	assert_int_equal(at + 3, s.count);
	assert_int_equal(PROBLEM_ORDER, nova_session_finish(&session));
	assert_int_equal(PROBLEM_ORDER,
			 nova_session_audio(&session, samples, 3));
	assert_int_equal(PROBLEM_ORDER, nova_session_text(&session, "x"));
	assert_int_equal(PROBLEM_ORDER,
			 nova_session_tool_result(&session, "t", "{}"));
	close_paper(&s);
}

/* The service asks for a tool. */
static void receive_tool_use(struct nova_session *session,
			     struct paper_stream *s, const char *id)
{
	const struct nova_event e = {.type = NOVA_TOOL_USE, .tool_use_id = id};

	order_tool_use(s->order, id);
	assert_true(nova_session_received(session, &e));
}

static void tool_results_become_objects(void **state)
{
	static const struct {
		const char *result, *want;
	} rows[] = {
		{"{\"a\":1}", "{\"a\":1}"},
		{"42", "{\"result\":42}"},
		{"[1, 2]", "{\"result\":[1, 2]}"},
		{"\"x\"", "{\"result\":\"x\"}"},
		{"it's \"fine\"", "{\"result\":\"it's \\\"fine\\\"\"}"},
		{"", "{\"result\":\"\"}"},
		{"{\"a\":1} and more",
		 "{\"result\":\"{\\\"a\\\":1} and more\"}"},
	};
	const struct nova_session_settings settings = {0};
	struct nova_session session;
	struct paper_stream s;

	(void)state;
	open_paper(&s, NULL);
	assert_int_equal(0, nova_session_start(&session, &s.base, &settings));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char id[] = {'t', (char)('0' + i), '\0'};
		size_t at = s.count;
		receive_tool_use(&session, &s, id);
		assert_int_equal(0, nova_session_tool_result(&session, id,
							     rows[i].result));
		assert_string_equal(id, s.events[at].tool_use_id);
		assert_string_equal(rows[i].want, s.events[at + 1].text);
		assert_int_equal(NOVA_CONTENT_END, s.events[at + 2].type);
	}
	close_paper(&s);
}

static void a_tool_use_is_answered_once(void **state)
{
	const struct nova_session_settings settings = {0};
	struct nova_session session;
	struct paper_stream s;

	(void)state;
	open_paper(&s, NULL);
	assert_int_equal(0, nova_session_start(&session, &s.base, &settings));
	receive_tool_use(&session, &s, "t1");
	receive_tool_use(&session, &s, "t2");
	size_t before = s.count;
	static const char *const strange[] = {"t3", "", NULL};
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(PROBLEM_REJECTED,
				 nova_session_tool_result(&session, strange[i],
							  "{}"));
	assert_int_equal(before, s.count);
	assert_int_equal(0, nova_session_tool_result(&session, "t2", "{}"));
	assert_int_equal(before + 3, s.count);
	assert_int_equal(PROBLEM_REJECTED,
			 nova_session_tool_result(&session, "t2", "{}"));
	assert_int_equal(before + 3, s.count);
	assert_int_equal(0, nova_session_tool_result(&session, "t1", "{}"));
	close_paper(&s);
}

static void as_many_tool_uses_wait_as_there_are_places(void **state)
{
	struct nova_session session = {0};
	char id[NOVA_TOOL_USE_ID_SIZE + 1];
	struct nova_event e = {.type = NOVA_TOOL_USE, .tool_use_id = id};

	(void)state;
	memset(id, 'x', sizeof id);
	id[NOVA_TOOL_USE_ID_SIZE] = '\0';
	assert_false(nova_session_received(&session, &e));
	id[NOVA_TOOL_USE_ID_SIZE - 1] = '\0';
	assert_true(nova_session_received(&session, &e));
	for (char c = 'a'; c < 'a' + NOVA_TOOL_USES_MOST - 1; c++) {
		id[0] = c;
		assert_true(nova_session_received(&session, &e));
		assert_true(nova_session_received(&session, &e));
	}
	id[0] = 'z';
	assert_false(nova_session_received(&session, &e));
	e.tool_use_id = "";
	assert_false(nova_session_received(&session, &e));
	e.type = NOVA_USAGE;
	assert_true(nova_session_received(&session, &e));
}

/* A block that the stream took in part: nothing can follow in order. */
static void a_half_sent_block_closes_the_session(void **state)
{
	const struct nova_session_settings settings = {0};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct nova_session session;
		struct paper_stream s;
		open_paper(&s, NULL);
		assert_int_equal(0, nova_session_start(&session, &s.base,
						       &settings));
		receive_tool_use(&session, &s, "t1");
		s.fail_at = s.count + 1 + i;
		assert_int_equal(PROBLEM_LIMIT, nova_session_tool_result(
							&session, "t1", "{}"));
		/* a contentStart that was not taken has begun nothing */
		assert_int_equal(i == 0, session.open);
		s.fail_at = 0;
		assert_int_equal(i == 0 ? 0 : PROBLEM_ORDER,
				 nova_session_finish(&session));
		close_paper(&s);
	}
}

static void a_failing_stream_leaves_the_session_closed(void **state)
{
	const struct nova_session_settings settings = {0};

	(void)state;
	for (size_t i = 1; i <= 6; i++) {
		struct nova_session session;
		struct paper_stream s;
		open_paper(&s, NULL);
		s.fail_at = i;
		assert_int_equal(PROBLEM_LIMIT,
				 nova_session_start(&session, &s.base,
						    &settings));
		assert_false(session.open);
		close_paper(&s);
	}
}

static void names_have_a_limit(void **state)
{
	char name[65];
	const struct nova_session_settings settings = {.prompt_name = name};
	struct nova_session session;
	struct paper_stream s;

	(void)state;
	memset(name, 'n', 64);
	name[64] = '\0';
	open_paper(&s, NULL);
	assert_int_equal(PROBLEM_LIMIT,
			 nova_session_start(&session, &s.base, &settings));
	name[63] = '\0';
	assert_int_equal(0, nova_session_start(&session, &s.base, &settings));
	close_paper(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_opening_keeps_the_rules),
		cmocka_unit_test(a_full_opening_keeps_the_rules),
		cmocka_unit_test(the_voice_follows_the_language),
		cmocka_unit_test(
			the_first_model_is_spared_what_it_does_not_know),
		cmocka_unit_test(talking_typing_and_ending_keep_the_rules),
		cmocka_unit_test(tool_results_become_objects),
		cmocka_unit_test(a_tool_use_is_answered_once),
		cmocka_unit_test(as_many_tool_uses_wait_as_there_are_places),
		cmocka_unit_test(a_half_sent_block_closes_the_session),
		cmocka_unit_test(a_failing_stream_leaves_the_session_closed),
		cmocka_unit_test(names_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
