#include "audio/dsp/speech_level.h"

#include <math.h>

#include "audio/dsp/meter.h"

enum { BLOCK_MS = 20 };

static const double RANGE_DB = 30, PEAK_DB = -1;

static size_t block_samples(unsigned rate_hz)
{
	return (size_t)rate_hz * BLOCK_MS / 1000;
}

/* What is quieter is not speech. */
static double threshold_db(const int16_t *samples, size_t n, size_t block)
{
	double loudest = METER_SILENCE_DB;

	for (size_t at = 0; at + block <= n; at += block)
		loudest = fmax(loudest, meter_rms_db(samples + at, block));
	return fmax(loudest - RANGE_DB, METER_SILENCE_DB + RANGE_DB);
}

double speech_level_db(const int16_t *samples, size_t n, unsigned rate_hz)
{
	size_t block = block_samples(rate_hz), spoken = 0;
	double least = threshold_db(samples, n, block), power = 0;

	for (size_t at = 0; at + block <= n; at += block) {
		double level = meter_rms_db(samples + at, block);
		if (level < least)
			continue;
		power += pow(10, level / 10);
		spoken++;
	}
	return spoken ? 10 * log10(power / (double)spoken) : METER_SILENCE_DB;
}

void speech_level_set(int16_t *samples, size_t n, unsigned rate_hz,
		      double level_db)
{
	double level = speech_level_db(samples, n, rate_hz);

	if (level <= METER_SILENCE_DB)
		return;
	double gain_db = fmin(level_db - level,
			      PEAK_DB - meter_peak_db(samples, n));
	double gain = pow(10, gain_db / 20);
	for (size_t i = 0; i < n; i++)
		samples[i] = (int16_t)lrint(samples[i] * gain);
}

struct speech_span speech_level_span(const int16_t *samples, size_t n,
				     unsigned rate_hz, unsigned before_ms,
				     unsigned behind_ms)
{
	size_t block = block_samples(rate_hz);
	size_t before = (size_t)rate_hz * before_ms / 1000;
	size_t behind = (size_t)rate_hz * behind_ms / 1000;
	double least = threshold_db(samples, n, block);
	size_t first = n, last = 0;

	for (size_t at = 0; at + block <= n; at += block) {
		if (meter_rms_db(samples + at, block) < least)
			continue;
		if (first == n)
			first = at;
		last = at + block;
	}
	if (first == n)
		return (struct speech_span){0, n};
	return (struct speech_span){
		.begin = first > before ? first - before : 0,
		.end = last + behind < n ? last + behind : n,
	};
}
