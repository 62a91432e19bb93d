#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio/device/voice.h"
#include "client/lesson/lesson_prompt.h"
#include "client/session/sink.h"
#include "client/window/window_layout.h"
#include "client/window/window_view.h"
#include "net/base/problem.h"

enum { COLUMN_FRAMES = VOICE_HEARD_RATE_HZ / 1000 * WINDOW_COLUMN_MS };

static struct window_view view;

static void tell(enum session_kind kind, const char *text, uint64_t at_us)
{
	const struct session_event e = {.kind = kind,
					.text = text,
					.at_us = at_us};

	window_view_event(&view, &e);
}

static void tell_line(enum nova_role role, const char *text, bool cut)
{
	const struct session_event e = {
		.kind = SESSION_TRANSCRIPT,
		.role = role,
		.text = text,
		.cut = cut,
	};

	window_view_event(&view, &e);
}

static void plan(const char *id, enum nova_stage stage, const char *text)
{
	const struct nova_event parts[] = {
		{.type = NOVA_CONTENT_START,
		 .content = NOVA_TEXT,
		 .role = NOVA_ASSISTANT,
		 .stage = stage,
		 .content_id = id},
		{.type = NOVA_TEXT_OUTPUT, .content_id = id, .text = text},
	};

	for (size_t i = 0; i < 2; i++) {
		const struct session_event e = {
			.kind = SESSION_NOVA,
			.direction = SESSION_RECEIVED,
			.nova = &parts[i],
		};
		window_view_event(&view, &e);
	}
}

static void hear(int16_t learner, int16_t tutor, unsigned columns)
{
	int16_t stereo[2 * COLUMN_FRAMES] = {0};

	stereo[COLUMN_FRAMES] = learner;
	stereo[COLUMN_FRAMES + 1] = tutor;
	while (columns--)
		window_view_heard(&view, stereo, COLUMN_FRAMES);
}

static int begin(void **state)
{
	(void)state;
	window_view_init(&view, NULL);
	return 0;
}

static void each_state_of_the_conversation_has_its_word(void **state)
{
	static const struct {
		const char *told, *word, *connection;
	} rows[] = {
		{"connecting", "Connecting", "Connecting"},
		{"listening", "Listening", "Connected"},
		{"hearing", "Hearing you", "Connected"},
		{"thinking", "Thinking", "Connected"},
		{"speaking", "Speaking", "Connected"},
		{"disconnected", "Reconnecting", "Connection lost"},
		{"ended", "Ended", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		tell(SESSION_STATE, rows[i].told, 0);
		assert_string_equal(window_state_word(view.state),
				    rows[i].word);
		assert_string_equal(view.connection, rows[i].connection);
	}
}

static void a_wait_for_the_next_attempt_is_counted_down(void **state)
{
	const struct session_event e = {
		.kind = SESSION_COUNTDOWN,
		.number = 2,
		.tries = 5,
		.delay_ms = 2400,
	};

	(void)state;
	assert_true(window_view_event(&view, &e));
	assert_int_equal(view.state, WINDOW_RECONNECTING);
	assert_string_equal(view.connection,
			    "Trying again in 3 s (attempt 2 of 5)");
}

static void planned_words_become_heard_ones(void **state)
{
	const struct window_caption *c = &view.captions[0];

	(void)state;
	plan("a", NOVA_SPECULATIVE, "Light is a wave.");
	plan("b", NOVA_SPECULATIVE, "And more.");
	plan("c", NOVA_FINAL, "Light is a wave.");
	assert_int_equal(view.caption_count, 1);
	assert_string_equal(c->text, "Light is a wave. And more.");
	assert_int_equal(c->heard, 0);
	tell(SESSION_PARTIAL, "Light is", 0);
	assert_int_equal(c->heard, 2);
	assert_false(c->complete);
	tell_line(NOVA_ASSISTANT, "Light is a", true);
	assert_int_equal(view.caption_count, 1);
	assert_string_equal(c->text, "Light is a");
	assert_true(c->complete && c->cut);
}

static void the_oldest_caption_makes_room(void **state)
{
	char text[] = "line A";

	(void)state;
	for (int i = 0; i < WINDOW_CAPTIONS + 2; i++) {
		tell_line(NOVA_USER, text, false);
		text[5]++;
	}
	assert_int_equal(view.caption_count, WINDOW_CAPTIONS);
	assert_string_equal(view.captions[0].text, "line C");
}

static void a_long_caption_is_cut_at_a_letter(void **state)
{
	char text[2 * WINDOW_CAPTION_SIZE + 1] = "a";

	(void)state;
	for (size_t i = 1; i + 2 < sizeof text; i += 2)
		memcpy(text + i, "\u00f1", 3);
	tell_line(NOVA_USER, text, false);
	/* one byte, then whole letters of two: 1023 bytes */
	assert_int_equal(strlen(view.captions[0].text),
			 WINDOW_CAPTION_SIZE - 1);
	tell_line(NOVA_USER, text + 1, false);
	assert_int_equal(strlen(view.captions[1].text),
			 WINDOW_CAPTION_SIZE - 2);
}

static void both_sounds_and_the_marks_share_one_axis(void **state)
{
	(void)state;
	hear(0, 0, 10);
	assert_false(window_view_moves(&view));
	tell(SESSION_SPEECH, "started", 1);
	assert_true(window_view_moves(&view));
	hear(20000, 0, 5);
	tell(SESSION_SPEECH, "ended", 2);
	hear(0, -32768, 3);
	tell(SESSION_INTERRUPTED, NULL, 3);
	assert_int_equal(view.columns, 18);
	assert_int_equal(view.learner[10], 20000);
	assert_int_equal(view.tutor[15], 32767);
	assert_int_equal(view.mark_count, 3);
	assert_int_equal(view.marks[0].column, 10);
	assert_int_equal(view.marks[1].column, 15);
	assert_int_equal(view.marks[2].column, 18);
	assert_int_equal(view.marks[2].kind, WINDOW_MARK_INTERRUPTED);
}

static void it_moves_until_the_last_sound_has_scrolled_away(void **state)
{
	(void)state;
	hear(20000, 0, 1);
	hear(WINDOW_QUIET_PEAK, WINDOW_QUIET_PEAK, WINDOW_COLUMNS - 1);
	assert_true(window_view_moves(&view));
	hear(WINDOW_QUIET_PEAK, 0, 1);
	assert_false(window_view_moves(&view));
}

static void the_last_twenty_answers_have_their_times(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WINDOW_LATENCIES + 3; i++) {
		uint64_t at = 1 + i * 10000000ull;
		tell(SESSION_SPEECH, "started", at);
		tell(SESSION_SPEECH, "ended", at + 1000000);
		tell(SESSION_STATE, "thinking", at + 1000000);
		tell(SESSION_STATE, "speaking", at + 1000000 + i * 1000);
		/* the same answer after a pause is no new one */
		tell(SESSION_STATE, "listening", at + 2000000);
		tell(SESSION_STATE, "speaking", at + 3000000);
	}
	assert_int_equal(view.latency_count, WINDOW_LATENCIES);
	assert_int_equal(view.latency_ms[0], 3);
	assert_int_equal(view.latency_ms[WINDOW_LATENCIES - 1],
			 WINDOW_LATENCIES + 2);
}

static void steps_that_are_right_count_once(void **state)
{
	struct lesson_step steps[3] = {{.id = "one"},
				       {.id = "two"},
				       {.id = "three"}};
	const struct lesson lesson = {.steps = steps, .step_count = 3};
	static const char *const calls[] = {
		"{\"step\":\"two\",\"result\":\"wrong\"}",
		"{\"step\":\"two\",\"result\":\"right\"}",
		"{\"step\":\"two\",\"result\":\"right\"}",
		"{\"step\":\"four\",\"result\":\"right\"}",
		"{\"step\":4}",
		"{\"step\":",
		NULL,
	};

	(void)state;
	window_view_init(&view, &lesson);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		const struct session_event e = {
			.kind = SESSION_TOOL_CALL,
			.tool = LESSON_TOOL,
			.text = calls[i],
		};
		window_view_event(&view, &e);
	}
	assert_int_equal(view.steps.count, 1);
	assert_true(view.steps.done[1]);
}

/* --- layout --- */

static bool overlap(const struct window_box *a, const struct window_box *b)
{
	return a->w > 0 && a->h > 0 && b->w > 0 && b->h > 0 &&
	       a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h &&
	       b->y < a->y + a->h;
}

static void parts_are_inside_and_apart_at_every_size(void **state)
{
	static const struct {
		int w, h;
		double scale;
	} rows[] = {
		{WINDOW_LEAST_WIDTH, WINDOW_LEAST_HEIGHT, 1},
		{WINDOW_LEAST_WIDTH * 2, WINDOW_LEAST_HEIGHT * 2, 2},
		{WINDOW_WIDTH, WINDOW_HEIGHT, 1},
		{WINDOW_WIDTH * 3 / 2, WINDOW_HEIGHT * 3 / 2, 1.5},
		{WINDOW_LEAST_WIDTH, 1200, 1},
		{2560, WINDOW_LEAST_HEIGHT, 1},
		{3840, 2160, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct window_layout l;
		window_layout(&l, rows[i].w, rows[i].h, rows[i].scale);
		const struct window_box boxes[] = {
			l.state,    l.connection, l.learner, l.tutor,
			l.captions, l.latency,    l.lesson,  l.mute,
			l.quieter,  l.louder,     l.end,
		};
		enum { BOXES = sizeof boxes / sizeof *boxes };
		for (size_t a = 0; a < BOXES; a++) {
			assert_true(boxes[a].w > 0 && boxes[a].h >= 0);
			assert_true(boxes[a].x >= 0 && boxes[a].y >= 0);
			assert_true(boxes[a].x + boxes[a].w <= rows[i].w);
			assert_true(boxes[a].y + boxes[a].h <= rows[i].h);
			for (size_t b = 0; b < a; b++)
				assert_false(overlap(&boxes[a], &boxes[b]));
		}
		assert_true(l.captions.h >= 2 * l.text_px);
		assert_true(l.learner.x == l.tutor.x &&
			    l.learner.w == l.tutor.w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			each_state_of_the_conversation_has_its_word, begin),
		cmocka_unit_test_setup(
			a_wait_for_the_next_attempt_is_counted_down, begin),
		cmocka_unit_test_setup(planned_words_become_heard_ones, begin),
		cmocka_unit_test_setup(the_oldest_caption_makes_room, begin),
		cmocka_unit_test_setup(a_long_caption_is_cut_at_a_letter,
				       begin),
		cmocka_unit_test_setup(both_sounds_and_the_marks_share_one_axis,
				       begin),
		cmocka_unit_test_setup(
			it_moves_until_the_last_sound_has_scrolled_away, begin),
		cmocka_unit_test_setup(the_last_twenty_answers_have_their_times,
				       begin),
		cmocka_unit_test_setup(steps_that_are_right_count_once, begin),
		cmocka_unit_test(parts_are_inside_and_apart_at_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
