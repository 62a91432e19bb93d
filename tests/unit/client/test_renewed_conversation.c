/* A conversation over streams that renew themselves: what a person, and the
 * session folder, notices of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/virtual_talk.h"

#define SHORT_ANSWERS                                                          \
	"name: short answers\n"                                                \
	"stream: {speed: 8, turn_pause_ms: 1500}\n"                            \
	"repeat: true\n"                                                       \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    hear: what is light\n"                                            \
	"    say:\n"                                                           \
	"      - {text: Light is a wave., tone: {hz: 440, ms: 1500}}\n"        \
	"      - {text: It has colours., tone: {hz: 440, ms: 1500}}\n"

#define LONG_ANSWER(speed)                                                     \
	"name: a long answer\n"                                                \
	"stream: {speed: " #speed ", turn_pause_ms: 1500}\n"                   \
	"repeat: true\n"                                                       \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    hear: tell me a story\n"                                          \
	"    say:\n"                                                           \
	"      - {text: Once upon a time., tone: {hz: 440, ms: 15000}}\n"      \
	"      - {text: There was a leaf., tone: {hz: 440, ms: 15000}}\n"

enum { SPEECH_SAMPLES = VT_MIC_HZ };

static int16_t speech[SPEECH_SAMPLES];

static int make_speech(void **state)
{
	(void)state;
	virtual_talk_make_speech(speech, SPEECH_SAMPLES);
	return 0;
}

/* Samples that were not silent, in ms. */
static size_t sounded_ms(const struct virtual_talk *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->heard_count; i++)
		n += t->heard[i] > 50 || t->heard[i] < -50;
	return n * 1000 / VT_SPEAKER_HZ;
}

static void start(struct virtual_talk *t, const char *scenario,
		  unsigned renew_after_ms, unsigned force_after_ms)
{
	virtual_talk_open_renewing(t, scenario, renew_after_ms, force_after_ms);
	virtual_talk_run_until(t, &t->ready_count, 1, 1000);
}

/* Turns 9.1 s apart meet a renewal every 20 s in all its stages. */
static void a_conversation_crosses_renewals_unnoticed(void **state)
{
	static struct virtual_talk t;
	const unsigned turns = 24;

	(void)state;
	start(&t, SHORT_ANSWERS, 20000, 60000);
	for (unsigned i = 0; i < turns; i++) {
		virtual_talk_say(&t, speech, SPEECH_SAMPLES);
		virtual_talk_run(&t, 9100);
		assert_int_equal(i + 1, t.answered_count);
	}
	assert_in_range(virtual_talk_count(&t, "renewal "), 8, 11);
	assert_int_equal(
		turns, virtual_talk_count(&t, "transcript USER what is light"));
	assert_int_equal(turns,
			 virtual_talk_count(&t, "transcript ASSISTANT Light is "
						"a wave. It has colours."));
	assert_int_equal(2 * turns, virtual_talk_count(&t, "transcript "));
	assert_int_equal(1, t.ready_count);
	assert_int_equal(0, t.interrupted_count);
	assert_int_equal(0, t.retry_count);
	assert_false(virtual_talk_told(&t, "notice"));
	assert_false(virtual_talk_told(&t, "problem"));
	/* a tone crosses zero now and then */
	assert_in_range(sounded_ms(&t), turns * 2800, turns * 3000);
	virtual_talk_close(&t);
}

/* All of it has come when the move is forced: it is told and heard whole. */
static void a_forced_renewal_lets_an_answer_be_heard(void **state)
{
	static struct virtual_talk t;

	(void)state;
	start(&t, LONG_ANSWER(8), 8000, 12000);
	virtual_talk_say(&t, speech, SPEECH_SAMPLES);
	virtual_talk_run(&t, 13000);
	assert_int_equal(1, virtual_talk_count(&t, "renewal "));
	assert_int_equal(0, t.answered_count);
	virtual_talk_run_until(&t, &t.answered_count, 1, 25000);
	assert_int_equal(
		1, virtual_talk_count(&t, "transcript ASSISTANT Once upon a "
					  "time. There was a leaf."));
	assert_int_equal(0, t.interrupted_count);
	assert_in_range(sounded_ms(&t), 28000, 30000);
	virtual_talk_close(&t);
}

/* Nobody but renewal knows that it still sounds. */
static void the_learner_may_cut_what_a_gone_session_said(void **state)
{
	static struct virtual_talk t;

	(void)state;
	start(&t, LONG_ANSWER(8), 8000, 12000);
	virtual_talk_say(&t, speech, SPEECH_SAMPLES);
	virtual_talk_run(&t, 15000);
	assert_int_equal(0, t.interrupted_count);
	virtual_talk_say(&t, speech, SPEECH_SAMPLES);
	virtual_talk_run(&t, 500);
	assert_int_equal(1, t.interrupted_count);
	/* what was heard of it; and the new turn gets its own answer */
	virtual_talk_run(&t, 4000);
	assert_int_equal(1, virtual_talk_count(
				    &t, "transcript ASSISTANT cut Once upon"));
	assert_int_equal(
		2, virtual_talk_count(&t, "transcript USER tell me a story"));
	virtual_talk_close(&t);
}

static void
an_answer_that_was_still_coming_ends_and_the_next_is_whole(void **state)
{
	static struct virtual_talk t;

	(void)state;
	/* the next session is to live through the next answer */
	start(&t, LONG_ANSWER(1), 9000, 14000);
	virtual_talk_say(&t, speech, SPEECH_SAMPLES);
	virtual_talk_run(&t, 16000);
	assert_true(virtual_talk_count(&t, "renewal ") > 0);
	assert_int_equal(1, t.answered_count);
	assert_false(virtual_talk_told(&t, "problem"));
	virtual_talk_say(&t, speech, SPEECH_SAMPLES);
	virtual_talk_run(&t, 30000);
	assert_int_equal(2, t.answered_count);
	assert_int_equal(0, t.interrupted_count);
	assert_int_equal(
		2, virtual_talk_count(&t, "transcript USER tell me a story"));
	virtual_talk_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_conversation_crosses_renewals_unnoticed),
		cmocka_unit_test(a_forced_renewal_lets_an_answer_be_heard),
		cmocka_unit_test(the_learner_may_cut_what_a_gone_session_said),
		cmocka_unit_test(
			an_answer_that_was_still_coming_ends_and_the_next_is_whole),
	};

	return cmocka_run_group_tests(tests, make_speech, NULL);
}
