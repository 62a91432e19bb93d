#include <pthread.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/device/device_rt.h"

enum { RATE = 48000, MS = RATE / 1000, BLOCK = 10 * MS, FADE = 5 * MS };

static struct device_rt rt;
static int16_t samples[RATE], out[RATE];

static int set_up(void **state)
{
	(void)state;
	memset(out, 0x55, sizeof out);
	return device_rt_init(&rt, RATE, 1, RATE, RATE);
}

static int tear_down(void **state)
{
	(void)state;
	device_rt_deinit(&rt);
	return 0;
}

static void write_level(int16_t level, size_t n)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = level;
	assert_int_equal(pcm_ring_write(&rt.ring, samples, n), n);
}

static void assert_level(const int16_t *at, size_t n, int16_t level)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] != level)
			fail_msg("sample %zu is %d, not %d", i, at[i], level);
}

static void a_dry_ring_gives_silence_and_fills_the_buffer(void **state)
{
	(void)state;
	write_level(7, 100);
	device_rt_playback(&rt, out, BLOCK);
	assert_level(out, 100, 7);
	assert_level(out + 100, BLOCK - 100, 0);
	assert_int_equal(atomic_load(&rt.played), 100);
	assert_int_equal(atomic_load(&rt.frames), BLOCK);
	assert_int_equal(pcm_ring_used(&rt.heard), BLOCK);
}

static void all_channels_play_the_same(void **state)
{
	struct device_rt stereo;
	int16_t in[3] = {1, -2, 3}, wide[8];
	static const int16_t wanted[8] = {1, 1, -2, -2, 3, 3, 0, 0};
	int16_t heard[4];
	(void)state;

	assert_int_equal(device_rt_init(&stereo, RATE, 2, 64, 64), 0);
	pcm_ring_write(&stereo.ring, in, 3);
	device_rt_playback(&stereo, wide, 4);
	assert_memory_equal(wide, wanted, sizeof wanted);
	assert_int_equal(pcm_ring_read(&stereo.heard, heard, 4), 4);
	assert_memory_equal(heard, in, sizeof in);
	device_rt_deinit(&stereo);
}

static void capture_keeps_the_first_channel(void **state)
{
	struct device_rt stereo;
	static int16_t wide[2 * 1000];
	int16_t mono[1000];
	(void)state;

	assert_int_equal(device_rt_init(&stereo, RATE, 2, 1024, 0), 0);
	for (int i = 0; i < 1000; i++) {
		wide[2 * i] = (int16_t)i;
		wide[2 * i + 1] = -1;
	}
	device_rt_capture(&stereo, wide, 1000);
	assert_int_equal(pcm_ring_read(&stereo.ring, mono, 1000), 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(mono[i], i);
	device_rt_deinit(&stereo);
}

static void a_full_ring_drops_the_newest_and_counts(void **state)
{
	struct device_rt small;
	int16_t in[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, got[10];
	(void)state;

	assert_int_equal(device_rt_init(&small, RATE, 1, 8, 0), 0);
	device_rt_capture(&small, in, 10);
	assert_int_equal(atomic_load(&small.dropped), 2);
	assert_int_equal(atomic_load(&small.frames), 10);
	assert_int_equal(pcm_ring_read(&small.ring, got, 10), 8);
	assert_int_equal(got[7], 7);
	device_rt_deinit(&small);
}

/* A row: what is written before the flush and after it, and what the two
 * blocks that follow must hold. */
static void a_flush_fades_five_ms_and_plays_the_new_from_its_first(void **state)
{
	static const struct {
		size_t old, fresh, fade;
		const char *why;
	} rows[] = {
		{20 * MS, 0, FADE, "nothing follows"},
		{20 * MS, 3 * MS, FADE, "the new plays in the same block"},
		{20 * MS, 12 * MS, FADE, "over two blocks"},
		{2 * MS, 3 * MS, 2 * MS, "fades over what is left"},
		{1, 3 * MS, 1, "one sample is left"},
		{0, 3 * MS, 0, "nothing is left"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t fade = rows[i].fade, fresh = rows[i].fresh;

		tear_down(NULL);
		set_up(NULL);
		write_level(10000, BLOCK);
		device_rt_playback(&rt, out, BLOCK);
		write_level(10000, rows[i].old);
		device_rt_flush(&rt);
		write_level(-77, fresh);
		device_rt_playback(&rt, out, BLOCK);
		device_rt_playback(&rt, out + BLOCK, BLOCK);
		for (size_t k = 0; k < fade; k++) {
			int wanted = (int)(10000 * (fade - 1 - k) / fade);
			if (out[k] != wanted)
				fail_msg("%s: fade %zu: %d", rows[i].why, k,
					 out[k]);
		}
		assert_level(out + fade, fresh, -77);
		assert_level(out + fade + fresh, 2 * BLOCK - fade - fresh, 0);
		assert_int_equal(atomic_load(&rt.played), BLOCK + fade + fresh);
		struct device_rt_progress now = device_rt_progress(&rt);
		assert_int_equal(now.position, BLOCK + rows[i].old + fresh);
		assert_int_equal(now.skipped, rows[i].old - fade);
	}
}

static void the_fade_goes_on_over_small_buffers(void **state)
{
	(void)state;
	write_level(10000, 40 * MS);
	device_rt_playback(&rt, out, BLOCK);
	device_rt_flush(&rt);
	write_level(-77, 2 * MS);
	for (size_t at = 0; at < BLOCK; at += MS)
		device_rt_playback(&rt, out + at, MS);
	for (size_t k = 1; k < FADE; k++)
		assert_true(out[k] < out[k - 1]);
	assert_int_equal(out[FADE - 1], 0);
	assert_level(out + FADE, 2 * MS, -77);
	assert_level(out + FADE + 2 * MS, BLOCK - FADE - 2 * MS, 0);
}

static void a_second_flush_during_the_fade_drops_what_came_between(void **state)
{
	(void)state;
	write_level(10000, 40 * MS);
	device_rt_playback(&rt, out, BLOCK);
	device_rt_flush(&rt);
	write_level(111, 2 * MS);
	device_rt_playback(&rt, out, 2 * MS);
	device_rt_flush(&rt);
	write_level(-77, 2 * MS);
	device_rt_playback(&rt, out + 2 * MS, 8 * MS);
	assert_level(out + FADE, 2 * MS, -77);
	assert_level(out + FADE + 2 * MS, 3 * MS, 0);
}

static void what_did_not_sound_yet_is_skipped_without_a_sample(void **state)
{
	(void)state;
	write_level(10000, 20 * MS);
	device_rt_flush(&rt);
	write_level(-77, 2 * MS);
	device_rt_playback(&rt, out, BLOCK);
	assert_level(out, 2 * MS, -77);
	assert_level(out + 2 * MS, BLOCK - 2 * MS, 0);
}

static void silence_is_late_only_within_speech(void **state)
{
	static const struct {
		size_t gap_ms, late_ms;
		bool flush;
		const char *why;
	} rows[] = {
		{0, 0, false, "no gap"},
		{20, 20, false, "the ring ran dry"},
		{90, 90, false, "for long"},
		{200, 0, false, "a pause between two answers"},
		{20, 0, true, "an interruption"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		tear_down(NULL);
		set_up(NULL);
		/* idle at first: not late */
		device_rt_playback(&rt, out, BLOCK);
		write_level(5, BLOCK);
		device_rt_playback(&rt, out, BLOCK);
		if (rows[i].flush) {
			write_level(5, BLOCK);
			device_rt_flush(&rt);
		}
		device_rt_playback(&rt, out, rows[i].gap_ms * MS);
		write_level(5, BLOCK);
		device_rt_playback(&rt, out, BLOCK);
		if (atomic_load(&rt.late) != rows[i].late_ms * MS)
			fail_msg("%s: %zu late", rows[i].why,
				 atomic_load(&rt.late));
	}
}

/* --- two threads */

enum { ANSWERS = 300, ANSWER = 700 };

static void *answer_and_interrupt(void *arg)
{
	int16_t block[ANSWER];

	(void)arg;
	for (int a = 1; a <= ANSWERS; a++) {
		for (size_t i = 0; i < ANSWER; i++)
			block[i] = (int16_t)(a * 100);
		for (size_t at = 0; at < ANSWER;)
			at += pcm_ring_write(&rt.ring, block + at, ANSWER - at);
		if (a < ANSWERS)
			device_rt_flush(&rt);
	}
	return NULL;
}

/* While one thread writes answers and interrupts each, the other plays: the
 * last answer is whole, and no sample of an older one follows a newer one. */
static void
interrupted_from_another_thread_the_last_answer_is_whole(void **state)
{
	pthread_t writer;
	size_t last = 0;
	int answer = 0, wrong = 0;
	(void)state;

	assert_int_equal(
		pthread_create(&writer, NULL, answer_and_interrupt, NULL), 0);
	while (last < ANSWER) {
		device_rt_playback(&rt, out, 64);
		for (size_t i = 0; i < 64; i++) {
			if (out[i] == ANSWERS * 100)
				last++;
			/* whole hundreds are samples that did not fade */
			if (out[i] == 0 || out[i] % 100 != 0)
				continue;
			wrong += last > 0 && out[i] != ANSWERS * 100;
			answer = out[i] / 100;
		}
	}
	pthread_join(writer, NULL);
	assert_int_equal(wrong, 0);
	assert_int_equal(answer, ANSWERS);
	assert_int_equal(last, ANSWER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_dry_ring_gives_silence_and_fills_the_buffer, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(all_channels_play_the_same,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(capture_keeps_the_first_channel,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_full_ring_drops_the_newest_and_counts, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_flush_fades_five_ms_and_plays_the_new_from_its_first,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_fade_goes_on_over_small_buffers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_second_flush_during_the_fade_drops_what_came_between,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_did_not_sound_yet_is_skipped_without_a_sample,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			silence_is_late_only_within_speech, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			interrupted_from_another_thread_the_last_answer_is_whole,
			set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
