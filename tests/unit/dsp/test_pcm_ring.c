#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/dsp/pcm_ring.h"

static void the_capacity_is_rounded_up_to_a_power_of_two(void **state)
{
	static const struct {
		size_t asked, given;
	} rows[] = {{0, 1}, {1, 1}, {3, 4}, {4, 4}, {1000, 1024}};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pcm_ring r;

		assert_int_equal(pcm_ring_init(&r, rows[i].asked), 0);
		assert_int_equal(r.capacity, rows[i].given);
		assert_int_equal(pcm_ring_space(&r), rows[i].given);
		pcm_ring_deinit(&r);
	}
}

static void a_full_ring_takes_what_fits_and_drops_the_newest(void **state)
{
	struct pcm_ring r;
	int16_t in[6] = {1, 2, 3, 4, 5, 6}, out[6] = {0};
	(void)state;

	assert_int_equal(pcm_ring_init(&r, 4), 0);
	assert_int_equal(pcm_ring_write(&r, in, 6), 4);
	assert_int_equal(pcm_ring_write(&r, in, 1), 0);
	assert_int_equal(pcm_ring_read(&r, out, 6), 4);
	assert_memory_equal(out, in, 4 * sizeof *in);
	assert_int_equal(pcm_ring_read(&r, out, 1), 0);
	pcm_ring_deinit(&r);
}

static void samples_keep_their_order_across_the_end_of_the_array(void **state)
{
	struct pcm_ring r;
	int16_t next_in = 0, next_out = 0;
	(void)state;

	assert_int_equal(pcm_ring_init(&r, 8), 0);
	for (int round = 0; round < 1000; round++) {
		int16_t block[5];

		for (int i = 0; i < 5; i++)
			block[i] = next_in++;
		assert_int_equal(pcm_ring_write(&r, block, 5), 5);
		assert_int_equal(pcm_ring_read(&r, block, 5), 5);
		for (int i = 0; i < 5; i++)
			assert_int_equal(block[i], next_out++);
	}
	pcm_ring_deinit(&r);
}

static void counters_may_wrap_around(void **state)
{
	struct pcm_ring r;
	int16_t in[4] = {9, 8, 7, 6}, out[4];
	(void)state;

	assert_int_equal(pcm_ring_init(&r, 8), 0);
	atomic_store(&r.head, SIZE_MAX - 1);
	atomic_store(&r.tail, SIZE_MAX - 1);
	assert_int_equal(pcm_ring_write(&r, in, 4), 4);
	assert_int_equal(pcm_ring_used(&r), 4);
	assert_int_equal(pcm_ring_space(&r), 4);
	assert_int_equal(pcm_ring_read(&r, out, 4), 4);
	assert_memory_equal(out, in, sizeof in);
	pcm_ring_deinit(&r);
}

static void skipping_drops_the_oldest(void **state)
{
	struct pcm_ring r;
	int16_t in[4] = {1, 2, 3, 4}, out[4];
	(void)state;

	assert_int_equal(pcm_ring_init(&r, 4), 0);
	pcm_ring_write(&r, in, 4);
	assert_int_equal(pcm_ring_skip(&r, 3), 3);
	assert_int_equal(pcm_ring_read(&r, out, 4), 1);
	assert_int_equal(out[0], 4);
	assert_int_equal(pcm_ring_skip(&r, 3), 0);
	pcm_ring_deinit(&r);
}

enum { PASSED = 400000 };

static void *write_counting(void *arg)
{
	struct pcm_ring *r = arg;
	int16_t block[37];
	unsigned sent = 0;

	while (sent < PASSED) {
		size_t n = 1 + sent % 37;

		for (size_t i = 0; i < n; i++)
			block[i] = (int16_t)(sent + i);
		sent += (unsigned)pcm_ring_write(r, block, n);
	}
	return NULL;
}

/* Has teeth under TSan: relaxed orders in the ring are reported at once. */
static void two_threads_pass_every_sample_in_order(void **state)
{
	struct pcm_ring r;
	pthread_t writer;
	unsigned got = 0, wrong = 0;
	(void)state;

	assert_int_equal(pcm_ring_init(&r, 64), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_counting, &r), 0);
	while (got < PASSED) {
		int16_t block[23];
		size_t n = pcm_ring_read(&r, block, 1 + got % 23);

		for (size_t i = 0; i < n; i++, got++)
			wrong += block[i] != (int16_t)got;
	}
	pthread_join(writer, NULL);
	assert_int_equal(wrong, 0);
	pcm_ring_deinit(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_capacity_is_rounded_up_to_a_power_of_two),
		cmocka_unit_test(
			a_full_ring_takes_what_fits_and_drops_the_newest),
		cmocka_unit_test(
			samples_keep_their_order_across_the_end_of_the_array),
		cmocka_unit_test(counters_may_wrap_around),
		cmocka_unit_test(skipping_drops_the_oldest),
		cmocka_unit_test(two_threads_pass_every_sample_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
