/* What a renewal does at awkward moments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/nova/history.h"
#include "tests/support/renewal_rig.h"

static struct renewal_rig *new_rig(uint32_t renew_after_ms,
				   uint32_t force_after_ms)
{
	struct renewal_rig *rig = malloc(sizeof *rig);

	assert_non_null(rig);
	rig_init(rig);
	rig->renew_after_ms = renew_after_ms;
	rig->force_after_ms = force_after_ms;
	return rig;
}

static void free_rig(struct renewal_rig *rig)
{
	rig_close(rig);
	free(rig);
}

static const struct renewal_report *first_report(const struct renewal_rig *rig)
{
	assert_true(rig->report_count > 0);
	return &rig->reports[0];
}

/* --- within an answer --- */

/* 40 s of sound come within 10 s; at 25 s they are still heard. */
static void a_forced_move_ends_an_answer_that_is_still_heard(void **state)
{
	struct renewal_rig *rig = new_rig(20000, 25000);

	(void)state;
	rig->answer_ms = 40000;
	learner_voice_say(&rig->voice, 1000, 1000);
	learner_voice_say(&rig->voice, 50000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 24000);
	assert_string_equal("", bytes_text(&rig->finals));
	assert_int_equal(0, rig->report_count);
	rig_run_until_ms(rig, 26000);
	assert_true(first_report(rig)->forced);
	assert_int_equal(3000, first_report(rig)->replayed_ms);
	assert_string_equal("s0 of w0|", bytes_text(&rig->finals));
	assert_string_equal("U w0|A s0 of w0|", rig_present(rig)->history);
	assert_int_equal(40 * NOVA_OUTPUT_RATE_HZ, rig->answers[0].samples);
	rig_run_until_ms(rig, 56000);
	rig_expect_all_words(rig, 2);
	rig_expect_all_answered(rig, 2);
	assert_int_equal(0, rig->interruptions);
	free_rig(rig);
}

static void a_forced_move_ends_an_answer_that_still_comes(void **state)
{
	struct renewal_rig *rig = new_rig(10000, 12000);

	(void)state;
	rig->answer_ms = 100000;
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 16000);
	assert_true(first_report(rig)->forced);
	assert_string_equal("s0 of w0|", bytes_text(&rig->finals));
	assert_string_equal("U w0|A s0 of w0|", rig_present(rig)->history);
	/* what had come, and nothing after it */
	assert_in_range(rig->answers[0].samples, 20 * NOVA_OUTPUT_RATE_HZ,
			40 * NOVA_OUTPUT_RATE_HZ);
	assert_int_equal(0, rig->block_count);
	rig_expect_all_answered(rig, 1);
	free_rig(rig);
}

/* The new stream has not said anything that could be interrupted. */
static void the_learner_may_still_speak_into_what_is_heard(void **state)
{
	struct renewal_rig *rig = new_rig(20000, 25000);

	(void)state;
	rig->answer_ms = 40000;
	learner_voice_say(&rig->voice, 1000, 1000);
	learner_voice_say(&rig->voice, 30000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 29900);
	assert_int_equal(0, rig->interruptions);
	rig_run_until_ms(rig, 30300);
	assert_int_equal(1, rig->interruptions);
	rig_run_until_ms(rig, 36000);
	rig_expect_all_words(rig, 2);
	rig_expect_all_answered(rig, 2);
	assert_int_equal(1, rig->interruptions);
	free_rig(rig);
}

/* An asked tool keeps the renewal waiting until 20 s; then w1 has been
 * transcribed, and its answer would have begun at 20.2 s. */
static void a_forced_move_while_the_model_thinks_repeats_the_turn(void **state)
{
	struct renewal_rig *rig = new_rig(10000, 20000);

	(void)state;
	rig->tool = "look";
	learner_voice_say(&rig->voice, 1000, 1000);
	learner_voice_say(&rig->voice, 17000, 1200);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 19950);
	assert_int_equal(0, rig->report_count);
	assert_string_equal("w0|w1|", bytes_text(&rig->heard));
	rig_run_until_ms(rig, 20500);
	assert_true(first_report(rig)->forced);
	assert_string_equal("U w0|", rig_present(rig)->history);
	rig_run_until_ms(rig, 30000);
	/* heard again by the model, told once to the owner */
	rig_expect_all_words(rig, 2);
	rig_expect_all_answered(rig, 2);
	rig_expect_whole_answers(rig);
	free_rig(rig);
}

/* --- tools and typed text --- */

static void a_renewal_waits_for_a_tool(void **state)
{
	struct renewal_rig *rig = new_rig(10000, 60000);

	(void)state;
	rig->tool = "look";
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 30000);
	assert_int_equal(0, rig->report_count);
	assert_string_not_equal("", rig->tool_use_id);
	assert_int_equal(0, nova_session_tool_result(&rig->session,
						     rig->tool_use_id, "{}"));
	rig_run_until_ms(rig, 30400);
	assert_int_equal(0, rig->report_count);
	rig_run_until_ms(rig, 45000);
	assert_false(first_report(rig)->forced);
	rig_expect_whole_answers(rig);
	rig_expect_all_answered(rig, 1);
	free_rig(rig);
}

static void a_result_for_a_stream_that_is_gone_is_given_as_text(void **state)
{
	struct renewal_rig *rig = new_rig(10000, 12000);

	(void)state;
	rig->tool = "look";
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 14000);
	assert_true(first_report(rig)->forced);
	assert_string_equal("U w0|", rig_present(rig)->history);
	assert_int_equal(0, rig->answer_count);
	assert_int_equal(0, nova_session_tool_result(&rig->session,
						     rig->tool_use_id,
						     "{\"leaf\":\"green\"}"));
	assert_string_equal("Result of the tool look: {\"leaf\":\"green\"}|",
			    rig_present(rig)->typed);
	rig_run_until_ms(rig, 19000);
	assert_int_equal(1, rig->answer_count);
	free_rig(rig);
}

/* Nova 1 takes no text: the turn is heard again, and asks again. */
static void with_a_model_without_text_the_turn_is_heard_again(void **state)
{
	struct renewal_rig *rig = new_rig(10000, 12000);

	(void)state;
	rig->model = "amazon.nova-sonic-v1:0";
	rig->tool = "look";
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 13000);
	assert_true(first_report(rig)->forced);
	assert_string_equal("", rig_present(rig)->history);
	assert_int_equal(0, nova_session_tool_result(&rig->session,
						     rig->tool_use_id, "{}"));
	assert_string_equal("", rig_present(rig)->typed);
	rig_run_until_ms(rig, 18000);
	rig_expect_all_words(rig, 1);
	rig_expect_all_answered(rig, 1);
	free_rig(rig);
}

static void typed_words_that_wait_are_typed_again(void **state)
{
	struct renewal_rig *rig = new_rig(4000, 5000);

	(void)state;
	learner_voice_say(&rig->voice, 60000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 3900);
	renewing_upstream_renew_now(rig->renewing);
	rig_type(rig, "How old are you?");
	rig_run_until_ms(rig, 4300);
	/* not while it is answered ... */
	assert_int_equal(0, rig->report_count);
	assert_string_equal("How old are you?|", rig_present(rig)->typed);
	/* ... but when its stream breaks, it is still to be answered */
	rig_run_until_ms(rig, 9000);
	assert_true(rig->report_count > 0);
	assert_int_equal(1, rig->answer_count);
	assert_non_null(strstr(rig_present(rig)->history,
			       "U How old are you?|A s0 of How old"));
	free_rig(rig);
}

/* --- history --- */

static void old_messages_go_to_every_stream(void **state)
{
	struct renewal_rig *rig = new_rig(10000, 20000);
	struct history history;

	(void)state;
	history_init(&history);
	history_add(&history, NOVA_USER, "Hello.");
	history_add(&history, NOVA_ASSISTANT, "Good day.");
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, &history);
	history_deinit(&history);
	rig_run_until_ms(rig, 35000);
	assert_true(rig->report_count >= 2);
	for (size_t i = 1; i < rig->leg_count; i++)
		assert_int_equal(0,
				 strncmp(rig->legs[i]->history,
					 "U Hello.|A Good day.|U w0|A ", 27));
	rig_expect_all_answered(rig, 1);
	free_rig(rig);
}

/* --- no second stream --- */

/* w1 is being said while no stream listens. */
static void a_refused_second_stream_makes_a_gap_that_loses_nothing(void **state)
{
	struct renewal_rig *rig = new_rig(10000, 20000);

	(void)state;
	rig->quota = 1;
	rig->quota_lag_ms = 300;
	learner_voice_say(&rig->voice, 1000, 1000);
	learner_voice_say(&rig->voice, 11000, 3000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 19000);
	assert_in_range(first_report(rig)->gap_ms, 1, 2000);
	assert_false(first_report(rig)->forced);
	assert_int_equal(1, rig->refusals_told);
	assert_int_equal(PROBLEM_THROTTLED, rig->refusal.code);
	assert_int_equal(1, rig->most_live);
	rig_expect_all_words(rig, 2);
	rig_expect_all_answered(rig, 2);
	rig_expect_histories(rig);
	free_rig(rig);
}

static void a_refusal_that_passes_makes_no_gap(void **state)
{
	struct renewal_rig *rig = new_rig(10000, 30000);

	(void)state;
	learner_voice_say(&rig->voice, 60000, 1000);
	rig_start(rig, NULL);
	rig->refuse = PROBLEM_SERVER;
	rig_run_until_ms(rig, 15000);
	assert_int_equal(0, rig->report_count);
	rig->refuse = 0;
	rig_run_until_ms(rig, 29000);
	assert_int_equal(0, first_report(rig)->gap_ms);
	assert_int_equal(1, rig->refusals_told);
	assert_false(rig->closed);
	free_rig(rig);
}

static void a_next_stream_that_never_comes_ends_it_with_the_reason(void **state)
{
	struct renewal_rig *rig = new_rig(10000, 20000);

	(void)state;
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 5000);
	rig->refuse = PROBLEM_THROTTLED;
	rig_run_until_ms(rig, 60000);
	assert_true(rig->closed);
	assert_int_equal(PROBLEM_THROTTLED, rig->why.code);
	free_rig(rig);
}

/* --- losses --- */

/* The next stream is prepared as soon as the answer sounds. */
static void a_loss_moves_to_the_prepared_stream(void **state)
{
	struct renewal_rig *rig = new_rig(4000, 60000);

	(void)state;
	rig->answer_ms = 20000;
	learner_voice_say(&rig->voice, 1000, 1000);
	learner_voice_say(&rig->voice, 30000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 8000);
	assert_int_equal(2, rig->leg_count);
	rig_break(rig, rig->legs[0], PROBLEM_CLOSED);
	assert_true(first_report(rig)->lost);
	assert_false(rig->closed);
	assert_int_equal(0, rig->block_count);
	assert_string_equal("s0 of w0|", bytes_text(&rig->finals));
	rig_run_until_ms(rig, 36000);
	rig_expect_all_words(rig, 2);
	rig_expect_all_answered(rig, 2);
	free_rig(rig);
}

/* The next one would break of it, too. */
static void a_loss_over_what_was_said_is_told(void **state)
{
	struct renewal_rig *rig = new_rig(4000, 60000);

	(void)state;
	rig->answer_ms = 20000;
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 8000);
	assert_int_equal(2, rig->live);
	rig_break(rig, rig->legs[0], PROBLEM_FILTERED);
	assert_true(rig->closed);
	assert_int_equal(PROBLEM_FILTERED, rig->why.code);
	assert_int_equal(0, rig->report_count);
	free_rig(rig);
}

static void a_loss_with_nothing_prepared_is_told(void **state)
{
	struct renewal_rig *rig = new_rig(0, 0);

	(void)state;
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 3000);
	rig_break(rig, rig->legs[0], PROBLEM_SERVER);
	assert_true(rig->closed);
	assert_int_equal(PROBLEM_SERVER, rig->why.code);
	free_rig(rig);
}

/* --- when --- */

static void credentials_that_end_are_a_reason_to_renew(void **state)
{
	struct renewal_rig *rig = new_rig(0, 0);

	(void)state;
	rig->expires_in_ms = 160000;
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 99000);
	assert_int_equal(0, rig->report_count);
	rig_run_until_ms(rig, 102000);
	assert_int_equal(1, rig->report_count);
	/* those of the next stream last as long */
	rig_run_until_ms(rig, 199000);
	assert_int_equal(1, rig->report_count);
	rig_run_until_ms(rig, 204000);
	assert_int_equal(2, rig->report_count);
	free_rig(rig);
}

static void
credentials_that_cannot_be_had_anew_are_not_asked_for_again(void **state)
{
	struct renewal_rig *rig = new_rig(0, 0);

	(void)state;
	rig->expires_in_ms = 20000; /* less than the margin, always */
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 125000);
	/* each half a minute at most */
	assert_in_range(rig->report_count, 1, 4);
	free_rig(rig);
}

/* As a relay's do: there is no sign before the move. */
static void
a_stream_that_opens_with_its_audio_is_used_after_a_while(void **state)
{
	struct renewal_rig *rig = new_rig(5000, 400000);

	(void)state;
	rig->opens_with_audio = true;
	learner_voice_say(&rig->voice, 1000, 1000);
	learner_voice_say(&rig->voice, 9500, 2000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 30000);
	assert_in_range(rig->report_count, 1, 5);
	rig_expect_all_words(rig, 2);
	rig_expect_all_answered(rig, 2);
	rig_expect_whole_answers(rig);
	assert_true(rig->most_live <= 2);
	free_rig(rig);
}

/* It would die after 55 s without audio. */
static void a_prepared_stream_that_waits_long_is_made_anew(void **state)
{
	struct renewal_rig *rig = new_rig(5000, 400000);

	(void)state;
	rig->answer_ms = 120000;
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 120000);
	assert_int_equal(0, rig->report_count);
	assert_in_range(rig->leg_count, 3, 5);
	rig_run_until_ms(rig, 127000);
	assert_false(first_report(rig)->forced);
	assert_int_equal(0, rig->refusals_told);
	assert_true(rig->most_live <= 3);
	rig_expect_whole_answers(rig);
	free_rig(rig);
}

/* Nothing is kept for longer; who speaks so long is waited for up to then. */
static void of_a_turn_over_thirty_seconds_the_last_thirty_are_kept(void **state)
{
	struct renewal_rig *rig = new_rig(40000, 45000);

	(void)state;
	learner_voice_say(&rig->voice, 1000, 50000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 44900);
	assert_int_equal(0, rig->report_count);
	rig_run_until_ms(rig, 60000);
	assert_true(first_report(rig)->forced);
	assert_int_equal(30000, first_report(rig)->replayed_ms);
	assert_string_equal("w0(part)|", bytes_text(&rig->heard));
	free_rig(rig);
}

/* --- ends --- */

static void the_owner_ends_it_while_the_next_is_prepared(void **state)
{
	struct renewal_rig *rig = new_rig(4000, 60000);

	(void)state;
	rig->answer_ms = 20000;
	learner_voice_say(&rig->voice, 1000, 1000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 8000);
	assert_int_equal(2, rig->live);
	assert_int_equal(0, nova_session_finish(&rig->session));
	rig_run_until_ms(rig, 9000);
	assert_true(rig->closed);
	assert_int_equal(PROBLEM_NONE, rig->why.code);
	assert_int_equal(0, rig->live);
	free_rig(rig);
}

static void every_stream_below_ends_in_order(void **state)
{
	struct renewal_rig *rig = new_rig(5000, 9000);

	(void)state;
	rig->silent_start = true;
	learner_voice_chatter(&rig->voice, 5, 1, 40, 8000);
	rig_start(rig, NULL);
	rig_run_until_ms(rig, 60000);
	assert_true(rig->report_count > 5);
	for (size_t i = 0; i < rig->leg_count; i++)
		assert_true((rig->legs[i]->ended && rig->legs[i]->closed) ||
			    rig->legs[i] == rig_present(rig));
	assert_int_equal(1, rig->live);
	assert_int_equal(1, rig->completions);
	free_rig(rig);
}

/* Leaks and late calls are the sanitizers' to see. */
static void it_may_be_freed_at_any_moment(void **state)
{
	(void)state;
	for (unsigned ms = 100; ms < 9000; ms += 130) {
		struct renewal_rig *rig = new_rig(4000, 6000);

		rig->quota = 1 + ms % 2;
		rig->answer_ms = 3000;
		rig->tool = ms % 3 ? NULL : "look";
		learner_voice_say(&rig->voice, 500, 800);
		learner_voice_say(&rig->voice, 4200, 700);
		rig_start(rig, NULL);
		rig_run_until_ms(rig, ms);
		free_rig(rig);
	}
}

static void it_may_be_freed_in_its_report(void **state)
{
	(void)state;
	for (unsigned quota = 1; quota <= 2; quota++) {
		struct renewal_rig *rig = new_rig(4000, 6000);

		rig->quota = quota;
		rig->free_in_report = true;
		rig->answer_ms = 3000;
		learner_voice_say(&rig->voice, 500, 800);
		rig_start(rig, NULL);
		rig_run_until_ms(rig, 20000);
		assert_null(rig->stream);
		free_rig(rig);
	}
}

/* --- forced again and again --- */

/* Answers are cut and called off, but no word gets lost or doubled. */
static void no_word_is_lost_when_every_move_is_forced(void **state)
{
	(void)state;
	for (uint32_t seed = 20; seed < 26; seed++) {
		struct renewal_rig *rig = new_rig(5000, 5100);
		unsigned forced = 0;

		learner_voice_chatter(&rig->voice, seed, 1, 600, 8000);
		rig_start(rig, NULL);
		rig_run_until_ms(rig, 660000);
		assert_false(rig->closed);
		for (size_t i = 0; i < rig->report_count; i++)
			forced += rig->reports[i].forced;
		assert_true(forced > 10);
		rig_expect_all_words(rig, rig->voice.count);
		rig_expect_all_answered(rig, rig->voice.count);
		rig_expect_histories(rig);
		free_rig(rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_forced_move_ends_an_answer_that_is_still_heard),
		cmocka_unit_test(a_forced_move_ends_an_answer_that_still_comes),
		cmocka_unit_test(
			the_learner_may_still_speak_into_what_is_heard),
		cmocka_unit_test(
			a_forced_move_while_the_model_thinks_repeats_the_turn),
		cmocka_unit_test(a_renewal_waits_for_a_tool),
		cmocka_unit_test(
			a_result_for_a_stream_that_is_gone_is_given_as_text),
		cmocka_unit_test(
			with_a_model_without_text_the_turn_is_heard_again),
		cmocka_unit_test(typed_words_that_wait_are_typed_again),
		cmocka_unit_test(old_messages_go_to_every_stream),
		cmocka_unit_test(
			a_refused_second_stream_makes_a_gap_that_loses_nothing),
		cmocka_unit_test(a_refusal_that_passes_makes_no_gap),
		cmocka_unit_test(
			a_next_stream_that_never_comes_ends_it_with_the_reason),
		cmocka_unit_test(a_loss_moves_to_the_prepared_stream),
		cmocka_unit_test(a_loss_over_what_was_said_is_told),
		cmocka_unit_test(a_loss_with_nothing_prepared_is_told),
		cmocka_unit_test(credentials_that_end_are_a_reason_to_renew),
		cmocka_unit_test(
			credentials_that_cannot_be_had_anew_are_not_asked_for_again),
		cmocka_unit_test(
			a_stream_that_opens_with_its_audio_is_used_after_a_while),
		cmocka_unit_test(
			a_prepared_stream_that_waits_long_is_made_anew),
		cmocka_unit_test(
			of_a_turn_over_thirty_seconds_the_last_thirty_are_kept),
		cmocka_unit_test(the_owner_ends_it_while_the_next_is_prepared),
		cmocka_unit_test(every_stream_below_ends_in_order),
		cmocka_unit_test(it_may_be_freed_at_any_moment),
		cmocka_unit_test(it_may_be_freed_in_its_report),
		cmocka_unit_test(no_word_is_lost_when_every_move_is_forced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
