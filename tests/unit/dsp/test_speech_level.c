#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "audio/dsp/meter.h"
#include "audio/dsp/speech_level.h"
#include "tests/support/wave.h"

enum { RATE_HZ = 16000, SECOND = RATE_HZ };

/* A second of silence, two of a tone, a second of silence. */
static int16_t *tone_in_silence(double amplitude)
{
	int16_t *samples = calloc(4 * SECOND, sizeof *samples);

	for (int i = 0; i < 2 * SECOND; i++)
		samples[SECOND + i] = (int16_t)(amplitude *
						(i % 40 < 20 ? 1 : -1));
	return samples;
}

static void pauses_do_not_count_as_quiet_speech(void **state)
{
	int16_t *samples = tone_in_silence(3276.8);

	(void)state;
	assert_true(speech_level_db(samples, 4 * SECOND, RATE_HZ) > -20.1);
	assert_true(speech_level_db(samples, 4 * SECOND, RATE_HZ) < -19.9);
	assert_true(meter_rms_db(samples, 4 * SECOND) < -22.9);
	free(samples);
}

static void every_loudness_becomes_one(void **state)
{
	static const double amplitudes[] = {100, 1000, 10000, 30000};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		int16_t *samples = tone_in_silence(amplitudes[i]);
		speech_level_set(samples, 4 * SECOND, RATE_HZ, -23);
		double level = speech_level_db(samples, 4 * SECOND, RATE_HZ);
		assert_true(level > -23.1 && level < -22.9);
		free(samples);
	}
}

static void a_peak_is_never_clipped_for_loudness(void **state)
{
	int16_t *samples = tone_in_silence(1000);

	(void)state;
	samples[2 * SECOND] = 20000;
	speech_level_set(samples, 4 * SECOND, RATE_HZ, -3);
	double peak = meter_peak_db(samples, 4 * SECOND);
	assert_true(peak > -1.1 && peak < -0.9);
	free(samples);
}

static void silence_stays_silence(void **state)
{
	int16_t samples[SECOND] = {0};

	(void)state;
	assert_true(speech_level_db(samples, SECOND, RATE_HZ) ==
		    METER_SILENCE_DB);
	speech_level_set(samples, SECOND, RATE_HZ, -23);
	assert_true(meter_peak_db(samples, SECOND) == METER_SILENCE_DB);
	struct speech_span all = speech_level_span(samples, SECOND, RATE_HZ, 0,
						   0);
	assert_int_equal(all.begin, 0);
	assert_int_equal(all.end, SECOND);
}

static void the_span_has_the_speech_and_the_silence_asked_for(void **state)
{
	int16_t *samples = tone_in_silence(5000);
	struct speech_span s = speech_level_span(samples, 4 * SECOND, RATE_HZ,
						 20, 100);

	(void)state;
	assert_int_equal(s.begin, SECOND - RATE_HZ / 50);
	assert_int_equal(s.end, 3 * SECOND + RATE_HZ / 10);
	s = speech_level_span(samples, 4 * SECOND, RATE_HZ, 5000, 5000);
	assert_int_equal(s.begin, 0);
	assert_int_equal(s.end, 4 * SECOND);
	free(samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pauses_do_not_count_as_quiet_speech),
		cmocka_unit_test(every_loudness_becomes_one),
		cmocka_unit_test(a_peak_is_never_clipped_for_loudness),
		cmocka_unit_test(silence_stays_silence),
		cmocka_unit_test(
			the_span_has_the_speech_and_the_silence_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
