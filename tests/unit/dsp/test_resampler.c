#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/dsp/meter.h"
#include "audio/dsp/resampler.h"
#include "net/base/problem.h"
#include "tests/support/wave.h"

enum { SECONDS = 2, EDGE_MS = 20 };

/* Resamples n samples in chunks of at most `chunk` (0: all at once, and a
 * changing size for UINT_MAX), with the tail.  The caller frees the result. */
static int16_t *convert(const int16_t *in, size_t n, unsigned from_hz,
			unsigned to_hz, unsigned chunk, size_t *count)
{
	struct resampler *r = NULL;
	size_t at = 0, written = 0;
	uint32_t x = 12345;

	assert_int_equal(resampler_create(&r, from_hz, to_hz), 0);
	int16_t *out = calloc(resampler_bound(r, n) +
				      resampler_bound(r, resampler_tail(r)),
			      sizeof *out);
	assert_non_null(out);
	while (at < n) {
		size_t piece = chunk ? chunk : n;

		if (chunk == UINT32_MAX) {
			x = x * 1664525 + 1013904223;
			piece = 1 + (x >> 16) % 1500;
		}
		if (piece > n - at)
			piece = n - at;
		int16_t *dst = malloc((resampler_bound(r, piece) + 1) *
				      sizeof *dst);
		assert_non_null(dst);
		/* a buffer of the promised size: ASan sees any excess */
		size_t got = resampler_process(r, dst, in + at, piece);
		assert_true(got <= resampler_bound(r, piece));
		memcpy(out + written, dst, got * sizeof *dst);
		free(dst);
		written += got;
		at += piece;
	}
	written += resampler_finish(r, out + written);
	resampler_free(r);
	*count = written;
	return out;
}

static void equal_rates_copy_bit_for_bit(void **state)
{
	int16_t in[5000];
	size_t n;
	(void)state;

	wave_noise(in, 5000, 3, 32767);
	int16_t *out = convert(in, 5000, 24000, 24000, UINT32_MAX, &n);
	assert_int_equal(n, 5000);
	assert_memory_equal(out, in, sizeof in);
	free(out);
}

static void tones_pass_with_sixty_db_and_no_delay(void **state)
{
	static const struct {
		unsigned from_hz, to_hz;
		double tone_hz;
	} rows[] = {
		{48000, 16000, 440},  {48000, 16000, 3000},
		{44100, 16000, 440},  {44100, 16000, 3000},
		{24000, 48000, 440},  {24000, 48000, 6000},
		{24000, 44100, 1000}, {16000, 48000, 1000},
		{48000, 24000, 5000}, {8000, 16000, 1000},
		{96000, 16000, 1000},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t from = rows[i].from_hz * SECONDS;
		size_t to = rows[i].to_hz * SECONDS, n;
		size_t edge = rows[i].to_hz * EDGE_MS / 1000;
		int16_t *in = calloc(from, sizeof *in);
		int16_t *wanted = calloc(to, sizeof *wanted);

		wave_tone(in, from, rows[i].tone_hz, rows[i].from_hz, 16000);
		wave_tone(wanted, to, rows[i].tone_hz, rows[i].to_hz, 16000);
		int16_t *out = convert(in, from, rows[i].from_hz, rows[i].to_hz,
				       480, &n);
		assert_int_equal(n, to);
		double snr = meter_snr_db(wanted + edge, out + edge,
					  to - 2 * edge);
		if (snr < 60)
			fail_msg("%u to %u, %g Hz: %g dB", rows[i].from_hz,
				 rows[i].to_hz, rows[i].tone_hz, snr);
		free(in);
		free(wanted);
		free(out);
	}
}

static void up_and_down_again_is_within_sixty_db(void **state)
{
	enum { N = 24000 * SECONDS, EDGE = 24 * EDGE_MS };
	int16_t *in = calloc(N, sizeof *in);
	size_t up_n, n;
	(void)state;

	wave_tone(in, N, 1000, 24000, 12000);
	int16_t *up = convert(in, N, 24000, 48000, 240, &up_n);
	int16_t *out = convert(up, up_n, 48000, 24000, 480, &n);
	assert_int_equal(n, N);
	assert_true(meter_snr_db(in + EDGE, out + EDGE, N - 2 * EDGE) >= 60);
	free(in);
	free(up);
	free(out);
}

static void what_cannot_be_kept_leaves_no_alias(void **state)
{
	/* 9500, 11000 and 20000 Hz fold to 6500, 5000 and 4000 Hz at 16 kHz */
	static const struct {
		double tone_hz, alias_hz;
	} rows[] = {{9500, 6500}, {11000, 5000}, {20000, 4000}};
	enum { N = 48000 * SECONDS };
	int16_t *in = calloc(N, sizeof *in);
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t n;

		wave_tone(in, N, rows[i].tone_hz, 48000, 16000);
		int16_t *out = convert(in, N, 48000, 16000, 480, &n);
		double db = wave_power_db(out + 320, n - 640, rows[i].alias_hz,
					  16000) -
			    wave_power_db(in, N, rows[i].tone_hz, 48000);
		if (db > -80)
			fail_msg("%g Hz shows up at %g Hz: %g dB",
				 rows[i].tone_hz, rows[i].alias_hz, db);
		free(out);
	}
	free(in);
}

static void the_size_of_chunks_changes_nothing(void **state)
{
	static const unsigned rates[][2] = {
		{48000, 16000}, {44100, 16000}, {24000, 48000},
		{24000, 44100}, {11025, 16000},
	};
	static const unsigned chunks[] = {1, 7, 480, UINT32_MAX};
	enum { N = 30000 };
	int16_t *in = calloc(N, sizeof *in);
	(void)state;

	wave_noise(in, N, 9, 20000);
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		size_t whole_n, n;
		int16_t *whole = convert(in, N, rates[i][0], rates[i][1], 0,
					 &whole_n);

		for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++) {
			int16_t *out = convert(in, N, rates[i][0], rates[i][1],
					       chunks[c], &n);
			assert_int_equal(n, whole_n);
			assert_memory_equal(out, whole, n * sizeof *out);
			free(out);
		}
		free(whole);
	}
	free(in);
}

static void after_finish_it_is_as_new(void **state)
{
	struct resampler *r = NULL;
	int16_t in[2400], first[8000], second[8000];
	(void)state;

	wave_noise(in, 2400, 4, 20000);
	assert_int_equal(resampler_create(&r, 24000, 48000), 0);
	size_t a = resampler_process(r, first, in, 2400);
	a += resampler_finish(r, first + a);
	size_t b = resampler_process(r, second, in, 2400);
	b += resampler_finish(r, second + b);
	assert_int_equal(a, 4800);
	assert_int_equal(b, a);
	assert_memory_equal(first, second, a * sizeof *first);

	resampler_process(r, second, in, 1000);
	resampler_reset(r);
	assert_int_equal(resampler_finish(r, second), 0);
	resampler_process(r, second, in + 700, 1000);
	resampler_reset(r);
	b = resampler_process(r, second, in, 2400);
	b += resampler_finish(r, second + b);
	assert_int_equal(b, a);
	assert_memory_equal(first, second, a * sizeof *first);
	resampler_free(r);
}

static void rates_that_make_no_sense_are_refused(void **state)
{
	struct resampler *r = NULL;
	(void)state;

	assert_int_equal(resampler_create(&r, 0, 16000), PROBLEM_USAGE);
	assert_int_equal(resampler_create(&r, 16000, 0), PROBLEM_USAGE);
	assert_int_equal(resampler_create(&r, 16000, 384001), PROBLEM_USAGE);
	assert_null(r);
	assert_null(resampler_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_rates_copy_bit_for_bit),
		cmocka_unit_test(tones_pass_with_sixty_db_and_no_delay),
		cmocka_unit_test(up_and_down_again_is_within_sixty_db),
		cmocka_unit_test(what_cannot_be_kept_leaves_no_alias),
		cmocka_unit_test(the_size_of_chunks_changes_nothing),
		cmocka_unit_test(after_finish_it_is_as_new),
		cmocka_unit_test(rates_that_make_no_sense_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
