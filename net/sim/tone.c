#include "net/sim/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	TEXT_MS_A_CHARACTER = 70, /* an unhurried voice */
	TEXT_MS_LEAST = 400,
	TEXT_MS_MOST = 8000,
	FADE_MS = 10, /* an abrupt end would click */
};

static const double AMPLITUDE = 3277; /* -20 dB of full scale */

int16_t *tone_make(double hz, unsigned ms, size_t *count)
{
	size_t n = (size_t)ms * SCENARIO_RATE_HZ / 1000;
	size_t fade = FADE_MS * SCENARIO_RATE_HZ / 1000;
	int16_t *samples = malloc((n ? n : 1) * sizeof *samples);
	double step = 2 * acos(-1.0) * hz / SCENARIO_RATE_HZ;

	if (!samples)
		return NULL;
	if (fade > n / 2)
		fade = n / 2;
	for (size_t i = 0; i < n; i++) {
		size_t edge = i < n - 1 - i ? i : n - 1 - i;
		double gain = edge < fade ? (double)edge / (double)fade : 1;

		samples[i] = (int16_t)lrint(AMPLITUDE * gain *
					    sin(step * (double)i));
	}
	*count = n;
	return samples;
}

unsigned tone_ms_for_text(const char *text)
{
	size_t ms = strlen(text) * TEXT_MS_A_CHARACTER;

	if (ms < TEXT_MS_LEAST)
		return TEXT_MS_LEAST;
	return ms > TEXT_MS_MOST ? TEXT_MS_MOST : (unsigned)ms;
}
