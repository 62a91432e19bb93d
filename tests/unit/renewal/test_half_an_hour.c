/* Half an hour of talk over streams that live 8 minutes, in virtual time, held
 * against the same talk over one that lives for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/renewal/learner_turns.h"
#include "tests/support/renewal_rig.h"

enum {
	TALK_S = 1800,
	REST_MS = 60000,
	GAP_MOST_MS = 50,
	LAG_MS = 1000, /* a stream that has ended counts so much longer */
	/* samples */
	BLOCK = 10 * LEARNER_VOICE_MS, /* of the speech gate */
	STARTS = 60 * LEARNER_VOICE_MS,
	LEAD = LEARNER_LEAD_MS * LEARNER_VOICE_MS,
};

static struct renewal_rig *new_rig(uint32_t seed)
{
	struct renewal_rig *rig = malloc(sizeof *rig);

	assert_non_null(rig);
	rig_init(rig);
	learner_voice_chatter(&rig->voice, seed, 2, TALK_S, 24000);
	return rig;
}

static void run(struct renewal_rig *rig)
{
	const struct utterance *last = &rig->voice.list[rig->voice.count - 1];

	rig_start(rig, NULL);
	rig_run_until_ms(rig,
			 (unsigned)(last->end / LEARNER_VOICE_MS) + REST_MS);
	assert_false(rig->closed);
	assert_int_equal(0, rig->block_count);
}

static void free_rig(struct renewal_rig *rig)
{
	rig_close(rig);
	free(rig);
}

static void expect_all(struct renewal_rig *rig)
{
	rig_expect_all_words(rig, rig->voice.count);
	rig_expect_all_answered(rig, rig->voice.count);
	rig_expect_whole_answers(rig);
	rig_expect_histories(rig);
	assert_int_equal(1, rig->completions);
}

/* --- what a person could notice --- */

static const struct rig_answer *find_answer(const struct renewal_rig *rig,
					    const char *words)
{
	for (size_t i = 0; i < rig->answer_count; i++)
		if (strcmp(rig->answers[i].words, words) == 0)
			return &rig->answers[i];
	return NULL;
}

/* How much later than without renewals an answer began to sound, at most.  The
 * learner is heard in frames of 32 ms, which a new stream may cut elsewhere. */
static unsigned longest_gap_ms(const struct renewal_rig *with,
			       const struct renewal_rig *without)
{
	uint64_t longest_us = 0;

	assert_int_equal(without->answer_count, with->answer_count);
	for (size_t i = 0; i < with->answer_count; i++) {
		const struct rig_answer *a = &with->answers[i];
		const struct rig_answer *b = find_answer(without, a->words);

		assert_non_null(b);
		if (a->begins_us > b->begins_us + longest_us)
			longest_us = a->begins_us - b->begins_us;
	}
	return (unsigned)(longest_us / 1000);
}

/* Once an answer sounds, it has no gap. */
static void expect_unbroken_sound(const struct renewal_rig *rig)
{
	for (size_t i = 0; i < rig->answer_count; i++)
		assert_int_equal(0, rig->answers[i].gap_us);
}

/* --- where the audio of a stream begins --- */

static uint64_t block_before(uint64_t at)
{
	return at / BLOCK * BLOCK;
}

static uint64_t block_after(uint64_t at)
{
	return block_before(at + BLOCK - 1);
}

/* Words whose answer had begun to sound by then. */
static size_t answered_by(const struct renewal_rig *rig, uint64_t time_us)
{
	size_t count = 0;

	for (size_t i = 0; i < rig->answer_count; i++) {
		const char *last = strrchr(rig->answers[i].words, 'w');

		if (rig->answers[i].begins_us <= time_us)
			count = strtoul(last + 1, NULL, 10) + 1;
	}
	return count;
}

/* The sample after the last turn that was answered, but of silence no more than
 * the lead: from what the learner said and heard alone. */
static uint64_t begin_by_the_rule(const struct renewal_rig *rig, size_t renewal)
{
	const struct learner_voice *v = &rig->voice;
	size_t next = answered_by(rig,
				  rig->reported_us[renewal] - rig->began_us);
	uint64_t from = next ? block_after(v->list[next - 1].end) : 0;
	uint64_t quiet_to = rig->reported_sent[renewal];

	/* speech that is seen as such by then */
	if (next < v->count &&
	    block_before(v->list[next].start) + STARTS <= quiet_to)
		quiet_to = block_before(v->list[next].start);
	return from + LEAD > quiet_to ? from : quiet_to - LEAD;
}

/* exactly: no question was transcribed and then spoken on after; such a one is
 * history, and what came after it is heard. */
static void expect_begins(const struct renewal_rig *rig, bool exactly)
{
	size_t leg = 0;

	for (size_t i = 0; i < rig->report_count; i++) {
		uint64_t want = begin_by_the_rule(rig, i);

		while (!rig->legs[++leg]->heard)
			continue;
		if (exactly)
			assert_int_equal(want, rig->legs[leg]->first);
		else
			assert_true(rig->legs[leg]->first >= want);
	}
}

static void expect_reports(const struct renewal_rig *rig)
{
	for (size_t i = 0; i < rig->report_count; i++) {
		assert_int_equal(0, rig->reports[i].gap_ms);
		assert_false(rig->reports[i].lost);
		assert_false(rig->reports[i].forced);
		assert_true(rig->reports[i].replayed_ms <= 30000);
	}
	assert_int_equal(0, rig->refusals_told);
	assert_true(rig->most_live <= 2);
}

static unsigned longest_replay_ms(const struct renewal_rig *rig)
{
	unsigned longest = 0;

	for (size_t i = 0; i < rig->report_count; i++)
		if (rig->reports[i].replayed_ms > longest)
			longest = rig->reports[i].replayed_ms;
	return longest;
}

static unsigned longest_gap_of_reports_ms(const struct renewal_rig *rig)
{
	unsigned longest = 0;

	for (size_t i = 0; i < rig->report_count; i++)
		if (rig->reports[i].gap_ms > longest)
			longest = rig->reports[i].gap_ms;
	return longest;
}

/* The learner is heard without a hole, and the tutor as without renewals. */
static void compare(struct renewal_rig *with, struct renewal_rig *without)
{
	run(without);
	run(with);
	expect_all(without);
	expect_all(with);
	expect_unbroken_sound(without);
	expect_unbroken_sound(with);
	assert_int_equal(0, rig_missing_samples(with));
	expect_reports(with);
	assert_in_range(rig_longest_wait_us(with), 1,
			rig_longest_wait_us(without) + GAP_MOST_MS * 1000);
}

/* From minute 6 on, and never past 7:30 of a stream. */
static void expect_ages(const struct renewal_rig *rig)
{
	size_t present = 0;

	for (size_t i = 0; i < rig->report_count; i++) {
		uint64_t age = rig->reported_us[i] -
			       rig->legs[present]->opened_us;

		assert_in_range(age, 360 * 1000000, 450 * 1000000);
		while (!rig->legs[++present]->heard)
			continue;
	}
}

static void half_an_hour_passes_unnoticed(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 3; seed++) {
		struct renewal_rig *with = new_rig(seed);
		struct renewal_rig *without = new_rig(seed);

		without->plain = true;
		compare(with, without);
		assert_int_equal(5, with->report_count);
		expect_ages(with);
		expect_begins(with, true);
		unsigned gap_ms = longest_gap_ms(with, without);
		assert_in_range(gap_ms, 0, GAP_MOST_MS);
		print_message("%zu words, %zu answers, %u cut, %zu renewals, "
			      "at most %u ms heard again, the tutor at most "
			      "%u ms later\n",
			      with->voice.count, with->answer_count,
			      with->interruptions, with->report_count,
			      longest_replay_ms(with), gap_ms);
		free_rig(with);
		free_rig(without);
	}
}

/* The same rules, at many more moments. */
static void so_it_does_with_a_renewal_every_ten_seconds(void **state)
{
	(void)state;
	for (uint32_t seed = 10; seed <= 12; seed++) {
		struct renewal_rig *with = new_rig(seed);
		struct renewal_rig *without = new_rig(seed);

		with->renew_after_ms = 10000;
		with->force_after_ms = 470000;
		without->plain = true;
		compare(with, without);
		assert_true(with->report_count >= 80);
		expect_begins(with, false);
		free_rig(with);
		free_rig(without);
	}
}

/* An account that may have one stream: each renewal makes a gap, says it, and
 * what the learner says in it is heard all the same. */
static void with_one_stream_half_an_hour_loses_nothing(void **state)
{
	struct renewal_rig *rig = new_rig(5);

	(void)state;
	rig->quota = 1;
	rig->quota_lag_ms = LAG_MS;
	run(rig);
	expect_all(rig);
	expect_unbroken_sound(rig);
	assert_int_equal(0, rig_missing_samples(rig));
	assert_int_equal(1, rig->most_live);
	assert_int_equal(5, rig->report_count);
	for (size_t i = 0; i < rig->report_count; i++) {
		assert_in_range(rig->reports[i].gap_ms, LAG_MS, 3 * LAG_MS);
		assert_false(rig->reports[i].forced);
	}
	assert_int_equal(5, rig->refusals_told);
	print_message("%zu renewals, the longest gap %u ms\n",
		      rig->report_count, longest_gap_of_reports_ms(rig));
	free_rig(rig);
}

/* Told in the pieces that the service takes, the newest that fit. */
static void history_keeps_to_its_limit(void **state)
{
	static const size_t limits[] = {0, 1100};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct renewal_rig *rig = new_rig(4);
		size_t most = 0;

		rig->history_bytes = limits[i];
		run(rig);
		expect_all(rig);
		assert_int_equal(5, rig->report_count);
		for (size_t n = 0; n < rig->leg_count; n++) {
			const struct rig_leg *l = rig->legs[n];

			assert_true(l->longest_piece <= 1024);
			if (l->history_bytes > most)
				most = l->history_bytes;
		}
		/* neither much less than may be */
		if (limits[i])
			assert_in_range(most, limits[i] - 300, limits[i]);
		else
			assert_in_range(most, limits[1] + 1, 40 * 1024);
		free_rig(rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_an_hour_passes_unnoticed),
		cmocka_unit_test(so_it_does_with_a_renewal_every_ten_seconds),
		cmocka_unit_test(with_one_stream_half_an_hour_loses_nothing),
		cmocka_unit_test(history_keeps_to_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
