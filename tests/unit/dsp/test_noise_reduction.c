/* Noise is taken off, and what stands out of it stays. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audio/dsp/meter.h"
#include "audio/dsp/noise_reduction.h"

enum { RATE_HZ = NOISE_REDUCTION_RATE_HZ, SECONDS = 4, N = RATE_HZ * SECONDS };

static int16_t in[N], out[N + NOISE_REDUCTION_BLOCK];

static size_t run(size_t cut)
{
	struct noise_reduction *r = NULL;
	size_t written = 0;

	assert_int_equal(noise_reduction_create(&r), 0);
	for (size_t i = 0; i < N; i += cut) {
		size_t n = i + cut < N ? cut : N - i;
		written += noise_reduction_process(r, out + written, in + i, n);
	}
	noise_reduction_free(r);
	return written;
}

static void make_noise(void)
{
	uint32_t seed = 1;

	for (size_t i = 0; i < N; i++) {
		seed = seed * 1664525u + 1013904223u;
		in[i] = (int16_t)((int32_t)(seed >> 16) % 2000 - 1000);
	}
}

static void steady_noise_becomes_quieter(void **state)
{
	const size_t last = N - RATE_HZ;

	(void)state;
	make_noise();
	assert_int_equal(run(320), N);
	assert_true(meter_rms_db(out + last, RATE_HZ) <
		    meter_rms_db(in + last, RATE_HZ) - 8);
}

/* 50 ms of a voiced sound every 250 ms, far above the noise. */
static void what_stands_out_keeps_its_level(void **state)
{
	const size_t burst = N - RATE_HZ / 4 + 200;

	(void)state;
	make_noise();
	for (size_t i = RATE_HZ; i < N; i++)
		if (i % (RATE_HZ / 4) < RATE_HZ / 8)
			in[i] = (int16_t)(in[i] + 9000 * sin(0.06 * (double)i) +
					  4000 * sin(0.18 * (double)i));
	run(320);
	assert_true(fabs(meter_rms_db(out + burst, 1000) -
			 meter_rms_db(in + burst, 1000)) < 3);
}

static void the_cut_of_the_stream_changes_nothing(void **state)
{
	static int16_t whole[N];

	(void)state;
	make_noise();
	size_t n = run(N);
	memcpy(whole, out, sizeof whole);
	memset(out, 0, sizeof out);
	assert_int_equal(run(77), n);
	assert_memory_equal(out, whole, n * sizeof *out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steady_noise_becomes_quieter),
		cmocka_unit_test(what_stands_out_keeps_its_level),
		cmocka_unit_test(the_cut_of_the_stream_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
