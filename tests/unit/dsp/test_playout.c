#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/dsp/playout.h"
#include "net/base/problem.h"

static void samples_come_out_in_order_and_by_block(void **state)
{
	struct playout *p = NULL;
	int16_t in[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, out[16];
	(void)state;

	assert_int_equal(playout_create(&p, 1000), 0);
	assert_int_equal(playout_push(p, 1, in, 4), 0);
	assert_int_equal(playout_push(p, 1, in + 4, 2), 0);
	assert_int_equal(playout_push(p, 2, in + 6, 4), 0);
	assert_int_equal(playout_waiting(p), 10);

	static const struct {
		size_t ask, count;
		uint32_t block;
		int16_t first;
	} rows[] = {
		{3, 3, 1, 0},  /* part of a push */
		{16, 3, 1, 3}, /* over two pushes, not over the block's end */
		{1, 1, 2, 6},
		{16, 3, 2, 7},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct playout_piece piece = playout_pull(p, out, rows[i].ask);

		assert_int_equal(piece.count, rows[i].count);
		assert_int_equal(piece.block, rows[i].block);
		for (size_t k = 0; k < piece.count; k++)
			assert_int_equal(out[k], rows[i].first + (int)k);
	}
	assert_int_equal(playout_pull(p, out, 16).count, 0);
	assert_int_equal(playout_waiting(p), 0);
	assert_int_equal(playout_push(p, 3, in, 1), 0);
	assert_int_equal(playout_pull(p, out, 16).count, 1);
	playout_free(p);
}

static void beyond_the_limit_a_push_is_refused_whole(void **state)
{
	struct playout *p = NULL;
	int16_t in[11] = {0};
	(void)state;

	assert_int_equal(playout_create(&p, 10), 0);
	assert_int_equal(playout_push(p, 1, in, 11), PROBLEM_LIMIT);
	assert_int_equal(playout_push(p, 1, in, 8), 0);
	assert_int_equal(playout_push(p, 1, in, 3), PROBLEM_LIMIT);
	assert_int_equal(playout_waiting(p), 8);
	assert_int_equal(playout_push(p, 1, in, 2), 0);
	assert_int_equal(playout_push(p, 1, in, 0), 0);
	playout_free(p);
}

static void a_flush_drops_all_and_is_counted_with_what_follows(void **state)
{
	struct playout *p = NULL;
	int16_t in[4] = {1, 2, 3, 4}, out[8];
	(void)state;

	assert_int_equal(playout_create(&p, 100), 0);
	playout_push(p, 1, in, 4);
	playout_push(p, 2, in, 4);
	playout_pull(p, out, 1);
	assert_int_equal(playout_flush(p), 7);
	assert_int_equal(playout_flush(p), 0);
	playout_push(p, 9, in, 2);
	struct playout_piece piece = playout_pull(p, out, 8);
	assert_int_equal(piece.flushes, 2);
	assert_int_equal(piece.block, 9);
	assert_int_equal(piece.count, 2);
	assert_int_equal(out[0], 1);
	playout_push(p, 9, in, 2); /* freed with the rest */
	playout_free(p);
	assert_null(playout_free(NULL));
}

enum { ANSWERS = 2000, ANSWER = 50 };

static void *push_and_interrupt(void *arg)
{
	struct playout *p = arg;
	int16_t samples[ANSWER];

	for (int a = 0; a < ANSWERS; a++) {
		for (int i = 0; i < ANSWER; i++)
			samples[i] = (int16_t)a;
		playout_push(p, (uint32_t)a, samples, ANSWER);
		playout_flush(p);
	}
	playout_push(p, ANSWERS, samples, 1);
	return NULL;
}

/* Each answer is told apart from the one before by the count of flushes that
 * comes with its samples, however the threads run. */
static void an_end_holds_until_something_follows_or_is_dropped(void **state)
{
	static const int16_t two[2] = {1, 2};
	struct playout *p = NULL;
	int16_t got[2];

	(void)state;
	assert_int_equal(playout_create(&p, 100), 0);
	assert_false(playout_is_whole(p));
	playout_push(p, 1, two, 2);
	playout_end(p);
	assert_false(playout_is_whole(p));
	playout_pull(p, got, 2);
	assert_true(playout_is_whole(p));
	playout_push(p, 2, two, 2);
	playout_pull(p, got, 2);
	assert_false(playout_is_whole(p));
	playout_end(p);
	playout_flush(p);
	assert_false(playout_is_whole(p));
	playout_free(p);
}

static void the_count_of_flushes_always_fits_the_samples(void **state)
{
	struct playout *p = NULL;
	pthread_t pusher;
	unsigned wrong = 0;
	(void)state;

	assert_int_equal(playout_create(&p, 1000), 0);
	assert_int_equal(pthread_create(&pusher, NULL, push_and_interrupt, p),
			 0);
	for (;;) {
		int16_t out[7];
		struct playout_piece piece = playout_pull(p, out, 7);

		if (piece.count == 0)
			continue;
		if (piece.block == ANSWERS)
			break;
		wrong += piece.flushes != piece.block;
		wrong += out[0] != (int16_t)piece.block;
	}
	pthread_join(pusher, NULL);
	assert_int_equal(wrong, 0);
	playout_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_come_out_in_order_and_by_block),
		cmocka_unit_test(beyond_the_limit_a_push_is_refused_whole),
		cmocka_unit_test(
			a_flush_drops_all_and_is_counted_with_what_follows),
		cmocka_unit_test(
			an_end_holds_until_something_follows_or_is_dropped),
		cmocka_unit_test(the_count_of_flushes_always_fits_the_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
