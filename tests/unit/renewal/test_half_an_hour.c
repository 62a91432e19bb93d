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

#include "tests/support/renewal_rig.h"

enum { TALK_S = 1800, REST_MS = 60000 };

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

static void compare(uint32_t seed, uint32_t renew_after_ms,
		    uint32_t force_after_ms, size_t least_renewals)
{
	struct renewal_rig *with = new_rig(seed), *without = new_rig(seed);
	unsigned longest_ms = 0, forced = 0;

	with->renew_after_ms = renew_after_ms;
	with->force_after_ms = force_after_ms;
	without->plain = true;
	run(without);
	run(with);
	expect_all(without);
	expect_all(with);
	assert_in_range(rig_longest_wait_us(with), 1,
			rig_longest_wait_us(without) + 50000);
	assert_true(with->report_count >= least_renewals);
	assert_int_equal(0, with->refusals_told);
	assert_true(with->most_live <= 2);
	for (size_t i = 0; i < with->report_count; i++) {
		const struct renewal_report *r = &with->reports[i];

		assert_int_equal(0, r->gap_ms);
		assert_false(r->lost);
		assert_true(r->replayed_ms <= 30000);
		forced += r->forced;
		if (r->replayed_ms > longest_ms)
			longest_ms = r->replayed_ms;
	}
	assert_int_equal(0, forced);
	print_message("%zu words, %zu answers, %u cut, %zu renewals, at most "
		      "%u ms heard again, waits %u and %u ms\n",
		      with->voice.count, with->answer_count,
		      with->interruptions, with->report_count, longest_ms,
		      (unsigned)(rig_longest_wait_us(with) / 1000),
		      (unsigned)(rig_longest_wait_us(without) / 1000));
	free_rig(with);
	free_rig(without);
}

static void half_an_hour_passes_unnoticed(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 3; seed++)
		compare(seed, 0, 0, 4);
}

/* The same rules, at many more moments. */
static void so_it_does_with_a_renewal_every_ten_seconds(void **state)
{
	(void)state;
	for (uint32_t seed = 10; seed <= 12; seed++)
		compare(seed, 10000, 470000, 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_an_hour_passes_unnoticed),
		cmocka_unit_test(so_it_does_with_a_renewal_every_ten_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
