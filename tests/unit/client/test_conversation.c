#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio/dsp/playout.h"
#include "net/base/problem.h"
#include "tests/support/virtual_talk.h"
#include "tests/support/wave.h"

/* Two answers that can be told apart by their pitch. */
#define TWO_ANSWERS                                                            \
	"name: two answers\n"                                                  \
	"stream: {speed: 8, turn_pause_ms: 800}\n"                             \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    hear: what is light\n"                                            \
	"    say:\n"                                                           \
	"      - {text: Light is a wave., tone: {hz: 440, ms: 4000}}\n"        \
	"  - on: speech\n"                                                     \
	"    hear: and sound\n"                                                \
	"    say:\n"                                                           \
	"      - {text: Sound is a wave too., tone: {hz: 880, ms: 2000}}\n"    \
	"  - on: text\n"                                                       \
	"    say:\n"                                                           \
	"      - {text: You typed., tone: {hz: 660, ms: 500}}\n"

enum { SPEECH_SAMPLES = VT_MIC_HZ };

static int16_t speech[SPEECH_SAMPLES];

static int make_speech(void **state)
{
	(void)state;
	virtual_talk_make_speech(speech, SPEECH_SAMPLES);
	return 0;
}

static void start(struct virtual_talk *t, const char *scenario, unsigned tries)
{
	virtual_talk_open(t, scenario, tries);
	virtual_talk_run_until(t, &t->ready_count, 1, 1000);
}

static void speak(struct virtual_talk *t)
{
	virtual_talk_say(t, speech, SPEECH_SAMPLES);
}

/* Energy at one pitch, by Goertzel: samples of the other pitch or silence give
 * next to nothing. */
static double energy_at(const int16_t *s, size_t n, double hz)
{
	double w = 2 * 3.14159265358979 * hz / VT_SPEAKER_HZ;
	double c = 2 * __builtin_cos(w), s1 = 0, s2 = 0;

	for (size_t i = 0; i < n; i++) {
		double s0 = s[i] + c * s1 - s2;

		s2 = s1;
		s1 = s0;
	}
	return (s1 * s1 + s2 * s2 - c * s1 * s2) / ((double)n * (double)n);
}

static void a_spoken_question_is_answered_and_written_down(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, TWO_ANSWERS, 0);
	speak(&t);
	virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
	assert_true(virtual_talk_told(&t, "state hearing"));
	assert_true(virtual_talk_told(&t, "state thinking"));
	assert_true(virtual_talk_told(&t, "state speaking"));
	assert_true(virtual_talk_told(&t, "transcript USER what is light"));
	assert_true(
		virtual_talk_told(&t, "transcript ASSISTANT Light is a wave."));
	virtual_talk_close(&t);
}

static void sentences_of_one_answer_are_one_line(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t,
	      "name: sentences\n"
	      "turns:\n"
	      "  - {on: text, say: [One., Two and three., Four.]}\n",
	      0);
	assert_int_equal(conversation_type(t.conversation, "count", NULL), 0);
	virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
	virtual_talk_run(&t, 1000);
	assert_int_equal(virtual_talk_count(&t, "transcript ASSISTANT"), 1);
	assert_true(virtual_talk_told(
		&t, "transcript ASSISTANT One. Two and three. Four."));
	virtual_talk_close(&t);
}

static void a_skipped_answer_is_silent_and_the_next_one_is_heard(void **state)
{
	struct virtual_talk t;
	size_t begin;

	(void)state;
	start(&t, TWO_ANSWERS, 0);
	assert_int_equal(conversation_skip(t.conversation), PROBLEM_ORDER);
	speak(&t);
	while (!virtual_talk_told(&t, "partial ASSISTANT Light is"))
		virtual_talk_run(&t, 10);
	assert_int_equal(conversation_skip(t.conversation), 0);
	/* at once, and no less than was shown */
	assert_true(virtual_talk_told(&t, "transcript ASSISTANT cut Light is"));
	assert_int_equal(conversation_skip(t.conversation), PROBLEM_ORDER);
	virtual_talk_run(&t, 100);
	begin = t.heard_count;
	virtual_talk_run(&t, 6000);
	assert_true(energy_at(t.heard + begin, t.heard_count - begin, 440) < 1);
	assert_int_equal(t.interrupted_count, 0);
	assert_int_equal(t.answered_count, 1);
	assert_true(virtual_talk_told(&t, "transcript ASSISTANT cut Light is"));
	assert_false(virtual_talk_told(
		&t, "transcript ASSISTANT cut Light is a wave."));
	begin = t.heard_count;
	speak(&t);
	virtual_talk_run_until(&t, &t.answered_count, 2, 20000);
	assert_true(energy_at(t.heard + begin, t.heard_count - begin, 880) >
		    100);
	virtual_talk_close(&t);
}

static void the_speaker_plays_every_sample_of_an_answer(void **state)
{
	struct virtual_talk t;
	size_t sounding = 0;

	(void)state;
	start(&t, TWO_ANSWERS, 0);
	speak(&t);
	virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
	for (size_t i = 0; i < t.heard_count; i++)
		sounding += t.heard[i] != 0;
	/* A tone is zero at its crossings only. */
	assert_true(sounding > 4 * VT_SPEAKER_HZ * 95 / 100);
	assert_true(sounding <= 4 * VT_SPEAKER_HZ);
	/* its end need not wait for more */
	assert_true(playout_is_whole(t.playout));
	virtual_talk_close(&t);
}

static void
after_an_interruption_nothing_of_the_old_answer_is_heard(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, TWO_ANSWERS, 0);
	speak(&t);
	while (conversation_state(t.conversation) != CONVERSATION_SPEAKING)
		virtual_talk_run(&t, 10);
	virtual_talk_run(&t, 2000);
	speak(&t);
	virtual_talk_run_until(&t, &t.interrupted_count, 1, 3000);

	/* Within one step and one block the device sees the flush; then come
	 * at most 5 ms of fade. */
	size_t quiet_from = t.heard_count +
			    (10 + 10 + 5) * VT_SPEAKER_HZ / 1000;

	virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
	assert_true(energy_at(t.heard, quiet_from, 440) > 1000);

	size_t second = quiet_from;
	while (second < t.heard_count && t.heard[second] == 0)
		second++;
	/* Dead silence lies between, and then the second answer from its first
	 * sample on. */
	assert_true(second > quiet_from + VT_SPEAKER_HZ / 2);
	assert_true(energy_at(t.heard + second, 2 * VT_SPEAKER_HZ, 880) > 1000);
	assert_true(energy_at(t.heard + second, 2 * VT_SPEAKER_HZ, 440) < 1);
	assert_int_equal(virtual_talk_count(&t, "interrupted"), 1);
	assert_true(virtual_talk_told(&t, "transcript ASSISTANT cut Light"));
	assert_true(
		virtual_talk_told(&t, "transcript ASSISTANT Sound is a wave"));
	virtual_talk_close(&t);
}

static void give(struct virtual_talk *t, const struct nova_event *e)
{
	t->listener.event(t->listener.arg, e);
}

/* The service says that it was interrupted in a text, and what it had sent of
 * the sound comes behind that. */
static void sound_of_a_cut_answer_that_still_comes_is_not_played(void **state)
{
	static int16_t tone[VT_SPEAKER_HZ];
	const struct nova_event sound = {.type = NOVA_AUDIO_OUTPUT,
					 .content_id = "a",
					 .samples = tone,
					 .sample_count = VT_SPEAKER_HZ};
	struct virtual_talk t;

	(void)state;
	wave_tone(tone, VT_SPEAKER_HZ, 440, VT_SPEAKER_HZ, 8000);
	start(&t, TWO_ANSWERS, 0);
	give(&t, &(struct nova_event){.type = NOVA_CONTENT_START,
				      .content_id = "a",
				      .content = NOVA_AUDIO,
				      .role = NOVA_ASSISTANT,
				      .rate_hz = VT_SPEAKER_HZ});
	give(&t, &sound);
	virtual_talk_run(&t, 500);
	give(&t, &(struct nova_event){.type = NOVA_CONTENT_START,
				      .content_id = "b",
				      .content = NOVA_TEXT,
				      .role = NOVA_ASSISTANT,
				      .stage = NOVA_FINAL});
	give(&t, &(struct nova_event){.type = NOVA_TEXT_OUTPUT,
				      .content_id = "b",
				      .role = NOVA_ASSISTANT,
				      .text = "{ \"interrupted\" : true }"});

	/* A block, a step and the fade. */
	size_t quiet_from = t.heard_count + 25 * VT_SPEAKER_HZ / 1000;

	give(&t, &sound);
	virtual_talk_run(&t, 3000);
	assert_int_equal(t.interrupted_count, 1);
	assert_true(energy_at(t.heard, quiet_from, 440) > 1000);
	for (size_t i = quiet_from; i < t.heard_count; i++)
		assert_int_equal(t.heard[i], 0);
	virtual_talk_close(&t);
}

static void a_typed_line_is_answered(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t,
	      "name: typed\n"
	      "turns:\n"
	      "  - {on: text, say: [You typed.]}\n",
	      0);
	assert_int_equal(conversation_type(t.conversation, "hello", NULL), 0);
	virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
	assert_true(virtual_talk_told(&t, "transcript USER hello"));
	assert_true(virtual_talk_told(&t, "transcript ASSISTANT You typed."));
	virtual_talk_close(&t);
}

static void ending_closes_the_session_in_order(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, TWO_ANSWERS, 5);
	conversation_end(t.conversation);
	virtual_talk_run(&t, 5000);
	assert_true(t.ended);
	assert_int_equal(t.why.code, 0);
	assert_int_equal(t.opened, 1);
	virtual_talk_close(&t);
}

static void
ending_in_mid_answer_stops_the_sound_and_marks_the_line(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, TWO_ANSWERS, 0);
	speak(&t);
	while (conversation_state(t.conversation) != CONVERSATION_SPEAKING)
		virtual_talk_run(&t, 10);
	virtual_talk_run(&t, 2000);
	conversation_end(t.conversation);

	/* A block, a step and the fade. */
	size_t quiet_from = t.heard_count + 25 * VT_SPEAKER_HZ / 1000;

	virtual_talk_run(&t, 3000);
	assert_true(t.ended);
	for (size_t i = quiet_from; i < t.heard_count; i++)
		assert_int_equal(t.heard[i], 0);
	assert_true(virtual_talk_told(&t, "transcript ASSISTANT cut Light"));
	virtual_talk_close(&t);
}

/* --- losing the session --- */

static void
a_lost_session_is_tried_again_after_3_s_times_the_attempt(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, TWO_ANSWERS, 5);

	uint64_t lost_us = clock_now_us(t.clock);

	t.refuse = 2;
	virtual_talk_break(&t, PROBLEM_CLOSED);
	assert_int_equal(conversation_state(t.conversation),
			 CONVERSATION_DISCONNECTED);
	virtual_talk_run_until(&t, &t.ready_count, 2, 30000);
	assert_int_equal(t.retry_count, 3);
	assert_int_equal(t.retry_at_us[0] - lost_us, 3000000);
	assert_int_equal(t.retry_at_us[1] - t.retry_at_us[0], 6000000);
	assert_int_equal(t.retry_at_us[2] - t.retry_at_us[1], 9000000);
	virtual_talk_close(&t);
}

static void five_tries_are_the_end(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, TWO_ANSWERS, 5);
	t.refuse = 100;
	virtual_talk_break(&t, PROBLEM_CLOSED);
	virtual_talk_run(&t, 3000 + 6000 + 9000 + 12000 + 14000);
	assert_false(t.ended);
	virtual_talk_run(&t, 2000);
	assert_true(t.ended);
	assert_int_equal(t.why.code, PROBLEM_CONNECT);
	assert_int_equal(t.opened, 6);
	virtual_talk_close(&t);
}

static const struct {
	int code;
	unsigned tries;
	bool again;
	const char *why;
} losses[] = {
	{PROBLEM_CLOSED, 5, true, "the relay was killed"},
	{PROBLEM_SERVER, 5, true, "the upstream was reset"},
	{PROBLEM_THROTTLED, 5, true, "too many sessions for a moment"},
	{PROBLEM_CLOSED, 0, false, "--reconnect 0"},
	{PROBLEM_DENIED, 5, false, "the token will not become right"},
	{PROBLEM_REJECTED, 5, false, "what we sent will be wrong again"},
	{PROBLEM_NONE, 5, false, "close code 1000: the relay meant it"},
};

static void what_is_lost_for_good_is_not_tried_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
		struct virtual_talk t;

		start(&t, TWO_ANSWERS, losses[i].tries);
		virtual_talk_break(&t, losses[i].code);
		if (t.ended == losses[i].again)
			fail_msg("row %zu: %s", i, losses[i].why);
		if (t.ended)
			assert_int_not_equal(t.why.code, 0);
		virtual_talk_close(&t);
	}
}

static void a_first_connection_that_fails_is_not_tried_again(void **state)
{
	struct virtual_talk t;

	(void)state;
	virtual_talk_open(&t, TWO_ANSWERS, 5);
	t.refuse = 1;
	virtual_talk_run(&t, 10);
	assert_true(t.ended);
	assert_false(t.was_connected);
	assert_int_equal(t.why.code, PROBLEM_CONNECT);
	virtual_talk_close(&t);
}

static void a_sentence_cut_by_the_network_is_still_answered(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, TWO_ANSWERS, 5);
	speak(&t);
	virtual_talk_run(&t, 600);
	virtual_talk_break(&t, PROBLEM_CLOSED);
	virtual_talk_run_until(&t, &t.answered_count, 1, 30000);
	assert_int_equal(t.ready_count, 2);
	assert_int_equal(virtual_talk_count(&t, "transcript USER"), 1);
	virtual_talk_close(&t);
}

static void a_new_session_is_given_the_history(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, TWO_ANSWERS, 5);
	speak(&t);
	virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
	virtual_talk_break(&t, PROBLEM_CLOSED);
	virtual_talk_run_until(&t, &t.ready_count, 2, 5000);
	assert_true(virtual_talk_told(&t, "sent history USER what is light"));
	assert_true(virtual_talk_told(&t, "sent history ASSISTANT Light is a"));
	virtual_talk_close(&t);
}

/* The answer alone is more, and history begins with the learner. */
static void no_more_of_it_than_was_set(void **state)
{
	struct virtual_talk t;

	(void)state;
	virtual_talk_open_forgetful(&t, TWO_ANSWERS, 5, 20);
	virtual_talk_run_until(&t, &t.ready_count, 1, 5000);
	speak(&t);
	virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
	virtual_talk_break(&t, PROBLEM_CLOSED);
	virtual_talk_run_until(&t, &t.ready_count, 2, 5000);
	assert_false(virtual_talk_told(&t, "sent history"));
	virtual_talk_close(&t);
}

static void
an_answer_that_never_comes_ends_a_conversation_with_recordings(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, "name: deaf\nturns:\n  - {on: text, say: [never]}\n", 0);
	conversation_set_answer_timeout(t.conversation, 60000);
	speak(&t);
	virtual_talk_run(&t, 1000 + 300 + 59000);
	assert_false(t.ended);
	virtual_talk_run(&t, 2000);
	assert_true(t.ended);
	assert_int_equal(t.why.code, PROBLEM_TIMEOUT);
	virtual_talk_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_spoken_question_is_answered_and_written_down),
		cmocka_unit_test(sentences_of_one_answer_are_one_line),
		cmocka_unit_test(
			a_skipped_answer_is_silent_and_the_next_one_is_heard),
		cmocka_unit_test(the_speaker_plays_every_sample_of_an_answer),
		cmocka_unit_test(
			after_an_interruption_nothing_of_the_old_answer_is_heard),
		cmocka_unit_test(
			sound_of_a_cut_answer_that_still_comes_is_not_played),
		cmocka_unit_test(a_typed_line_is_answered),
		cmocka_unit_test(ending_closes_the_session_in_order),
		cmocka_unit_test(
			ending_in_mid_answer_stops_the_sound_and_marks_the_line),
		cmocka_unit_test(
			a_lost_session_is_tried_again_after_3_s_times_the_attempt),
		cmocka_unit_test(five_tries_are_the_end),
		cmocka_unit_test(what_is_lost_for_good_is_not_tried_again),
		cmocka_unit_test(
			a_first_connection_that_fails_is_not_tried_again),
		cmocka_unit_test(
			a_sentence_cut_by_the_network_is_still_answered),
		cmocka_unit_test(a_new_session_is_given_the_history),
		cmocka_unit_test(no_more_of_it_than_was_set),
		cmocka_unit_test(
			an_answer_that_never_comes_ends_a_conversation_with_recordings),
	};
	return cmocka_run_group_tests(tests, make_speech, NULL);
}
