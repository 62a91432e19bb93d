/* wave: sounds for tests, and how to find one in another. */
#ifndef TESTS_SUPPORT_WAVE_H
#define TESTS_SUPPORT_WAVE_H

#include <stddef.h>
#include <stdint.h>

/* A sine of that frequency; amplitude in sample units. */
void wave_tone(int16_t *out, size_t n, double hz, unsigned rate_hz,
	       double amplitude);

/* Noise of uniform distribution, always the same for the same seed. */
void wave_noise(int16_t *out, size_t n, uint32_t seed, int amplitude);

/* The offset in hay at which needle correlates best; SIZE_MAX when hay is
 * shorter.  Exact to the sample for signals with some change in them. */
size_t wave_find(const int16_t *hay, size_t hay_n, const int16_t *needle,
		 size_t needle_n);

/* Power of one frequency in n samples, in dB against a full-scale sine. */
double wave_power_db(const int16_t *samples, size_t n, double hz,
		     unsigned rate_hz);

#endif
