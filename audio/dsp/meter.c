#include "audio/dsp/meter.h"

#include <math.h>

static const double FULL_SCALE = 32768.0;
static const double IDENTICAL_DB = 200.0;

static double ratio_db(double ratio)
{
	double db = ratio > 0 ? 20.0 * log10(ratio) : METER_SILENCE_DB;

	return db < METER_SILENCE_DB ? METER_SILENCE_DB : db;
}

double meter_rms_db(const int16_t *samples, size_t n)
{
	double sum = 0;

	if (n == 0)
		return METER_SILENCE_DB;
	for (size_t i = 0; i < n; i++)
		sum += (double)samples[i] * samples[i];
	return ratio_db(sqrt(sum / (double)n) / FULL_SCALE);
}

double meter_peak_db(const int16_t *samples, size_t n)
{
	int peak = 0;

	for (size_t i = 0; i < n; i++) {
		int level = samples[i] < 0 ? -samples[i] : samples[i];
		if (level > peak)
			peak = level;
	}
	return ratio_db(peak / FULL_SCALE);
}

double meter_snr_db(const int16_t *wanted, const int16_t *got, size_t n)
{
	double ww = 0, wg = 0, noise = 0;

	for (size_t i = 0; i < n; i++) {
		ww += (double)wanted[i] * wanted[i];
		wg += (double)wanted[i] * got[i];
	}
	/* least squares: the gain g that makes the sum of (got - g w)^2 least
	 */
	double gain = ww > 0 ? wg / ww : 0;
	for (size_t i = 0; i < n; i++) {
		double rest = got[i] - gain * wanted[i];
		noise += rest * rest;
	}
	double signal = gain * gain * ww;
	if (noise <= 0 && (signal > 0 || ww <= 0))
		return IDENTICAL_DB;
	if (signal <= 0)
		return -IDENTICAL_DB;
	double db = 10.0 * log10(signal / noise);
	return fmax(-IDENTICAL_DB, fmin(IDENTICAL_DB, db));
}
