#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/dsp/meter.h"
#include "tests/support/wave.h"

static void assert_near(double got, double wanted, double by)
{
	if (fabs(got - wanted) > by)
		fail_msg("wanted %g, got %g", wanted, got);
}

static void silence_and_nothing_are_at_the_bottom(void **state)
{
	int16_t zero[100] = {0};
	(void)state;

	assert_near(meter_rms_db(zero, 100), METER_SILENCE_DB, 0);
	assert_near(meter_peak_db(zero, 100), METER_SILENCE_DB, 0);
	assert_near(meter_rms_db(NULL, 0), METER_SILENCE_DB, 0);
	assert_near(meter_peak_db(NULL, 0), METER_SILENCE_DB, 0);
}

static void full_scale_is_zero_db(void **state)
{
	int16_t full[4] = {INT16_MIN, INT16_MIN, INT16_MIN, INT16_MIN};
	(void)state;

	assert_near(meter_rms_db(full, 4), 0, 1e-9);
	assert_near(meter_peak_db(full, 4), 0, 1e-9);
}

static void a_sine_lies_three_db_below_its_peak(void **state)
{
	int16_t tone[16000];
	(void)state;

	wave_tone(tone, 16000, 1000, 16000, 3276.8);
	assert_near(meter_peak_db(tone, 16000), -20, 0.01);
	assert_near(meter_rms_db(tone, 16000), -23.01, 0.01);
}

static void a_common_gain_is_not_noise(void **state)
{
	int16_t wanted[8000], got[8000];
	(void)state;

	wave_noise(wanted, 8000, 1, 1000);
	for (int i = 0; i < 8000; i++)
		got[i] = (int16_t)(3 * wanted[i]);
	assert_near(meter_snr_db(wanted, wanted, 8000), 200, 0);
	assert_near(meter_snr_db(wanted, got, 8000), 200, 60);
}

static void noise_of_a_tenth_is_twenty_db(void **state)
{
	int16_t wanted[8000], noise[8000];
	(void)state;

	wave_noise(wanted, 8000, 1, 10000);
	wave_noise(noise, 8000, 77, 1000);
	for (int i = 0; i < 8000; i++)
		noise[i] = (int16_t)(noise[i] + wanted[i]);
	assert_near(meter_snr_db(wanted, noise, 8000), 20, 0.5);
}

static void sound_where_silence_was_wanted_is_the_worst(void **state)
{
	int16_t zero[100] = {0}, noise[100];
	(void)state;

	wave_noise(noise, 100, 5, 1000);
	assert_near(meter_snr_db(zero, noise, 100), -200, 0);
	assert_near(meter_snr_db(noise, zero, 100), -200, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_and_nothing_are_at_the_bottom),
		cmocka_unit_test(full_scale_is_zero_db),
		cmocka_unit_test(a_sine_lies_three_db_below_its_peak),
		cmocka_unit_test(a_common_gain_is_not_noise),
		cmocka_unit_test(noise_of_a_tenth_is_twenty_db),
		cmocka_unit_test(sound_where_silence_was_wanted_is_the_worst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
