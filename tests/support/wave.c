#include "tests/support/wave.h"

#include <math.h>

static const double PI = 3.14159265358979323846;

void wave_tone(int16_t *out, size_t n, double hz, unsigned rate_hz,
	       double amplitude)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (int16_t)lrint(amplitude *
					sin(2 * PI * hz * (double)i / rate_hz));
}

void wave_noise(int16_t *out, size_t n, uint32_t seed, int amplitude)
{
	/* xorshift32 (Marsaglia 2003) */
	uint32_t x = seed ? seed : 1;

	for (size_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		out[i] = (int16_t)((int)(x % (2 * (uint32_t)amplitude + 1)) -
				   amplitude);
	}
}

static double correlation(const int16_t *a, const int16_t *b, size_t n)
{
	double ab = 0, aa = 0;

	for (size_t i = 0; i < n; i++) {
		ab += (double)a[i] * b[i];
		aa += (double)a[i] * a[i];
	}
	return aa > 0 ? ab / sqrt(aa) : 0;
}

/* The loudest stretch of the needle, long enough to be unmistakable. */
static size_t loudest(const int16_t *needle, size_t n, size_t length)
{
	double sum = 0, best = -1;
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		sum += (double)needle[i] * needle[i];
		if (i >= length)
			sum -= (double)needle[i - length] * needle[i - length];
		if (i + 1 >= length && sum > best) {
			best = sum;
			at = i + 1 - length;
		}
	}
	return at;
}

size_t wave_find(const int16_t *hay, size_t hay_n, const int16_t *needle,
		 size_t needle_n)
{
	enum { STRETCH = 1024 };
	size_t length = needle_n < STRETCH ? needle_n : STRETCH;
	size_t best_at = 0;
	double best = -INFINITY;

	if (hay_n < needle_n || needle_n == 0)
		return SIZE_MAX;
	size_t from = loudest(needle, needle_n, length);
	for (size_t at = 0; at + needle_n <= hay_n; at++) {
		double c = correlation(hay + at + from, needle + from, length);
		if (c > best) {
			best = c;
			best_at = at;
		}
	}
	return best_at;
}

double wave_power_db(const int16_t *samples, size_t n, double hz,
		     unsigned rate_hz)
{
	double re = 0, im = 0;

	for (size_t i = 0; i < n; i++) {
		double phase = 2 * PI * hz * (double)i / rate_hz;
		/* Hann window: leakage of other tones stays below -100 dB */
		double w = 1 - cos(2 * PI * (double)i / (double)n);

		re += w * samples[i] * cos(phase);
		im += w * samples[i] * sin(phase);
	}
	double amplitude = 2 * hypot(re, im) / (double)n;
	return 20 * log10(amplitude / 32768 + 1e-12);
}
