#include "audio/dsp/speech_gate.h"

#include <math.h>

enum { BLOCKS_IN_SECOND = 100 }; /* blocks of 10 ms */

static const double FULL_SCALE = 32768.0;
/* The floor falls to a quieter block at once and rises this fast, so that the
 * gaps within and between words hold it down and a fan that starts is noise
 * after some seconds. */
static const double FLOOR_RISE_DB = 3.0 / BLOCKS_IN_SECOND;
/* A voice above this is heard over any floor. */
static const double FLOOR_MOST_DB = -25.0;

static double floor_least_db(const struct speech_gate *g)
{
	return g->settings.least_db - g->settings.above_floor_db;
}

void speech_gate_init(struct speech_gate *g,
		      const struct speech_gate_settings *settings)
{
	*g = (struct speech_gate){.settings = *settings};
	if (g->settings.least_db == 0)
		g->settings.least_db = -50;
	if (g->settings.above_floor_db == 0)
		g->settings.above_floor_db = 9;
	if (g->settings.start_ms == 0)
		g->settings.start_ms = 60;
	if (g->settings.end_ms == 0)
		g->settings.end_ms = 300;
	g->floor_db = floor_least_db(g);
}

static size_t block_samples(const struct speech_gate *g)
{
	size_t n = g->settings.rate_hz / BLOCKS_IN_SECOND;

	return n ? n : 1;
}

static uint64_t ms_samples(const struct speech_gate *g, unsigned ms)
{
	return (uint64_t)g->settings.rate_hz * ms / 1000;
}

/* Takes the level of a full block; returns whether the block is loud. */
static bool follow_floor(struct speech_gate *g, double level_db)
{
	double threshold = g->floor_db + g->settings.above_floor_db;
	double least = floor_least_db(g);
	double floor = fmin(level_db, g->floor_db + FLOOR_RISE_DB);

	g->floor_db = fmax(least, fmin(floor, FLOOR_MOST_DB));
	return level_db > fmax(threshold, g->settings.least_db);
}

/* Ends a block.  Returns true and fills edge when it decides something. */
static bool end_block(struct speech_gate *g, struct speech_gate_edge *edge)
{
	double power = g->sum / (double)g->in_block;
	double level_db = power > 0 ? 10 * log10(power /
						 (FULL_SCALE * FULL_SCALE))
				    : -120;
	bool loud = follow_floor(g, level_db);

	if (loud && !g->loud)
		g->loud_since = g->position - g->in_block;
	if (loud)
		g->last_loud = g->position;
	g->loud = loud;
	g->sum = 0;
	g->in_block = 0;

	if (!g->speech && loud &&
	    g->position - g->loud_since >=
		    ms_samples(g, g->settings.start_ms)) {
		g->speech = true;
		*edge = (struct speech_gate_edge){true, g->loud_since};
		return true;
	}
	if (g->speech &&
	    g->position - g->last_loud >= ms_samples(g, g->settings.end_ms)) {
		g->speech = false;
		*edge = (struct speech_gate_edge){false, g->last_loud};
		return true;
	}
	return false;
}

size_t speech_gate_process(struct speech_gate *g, const int16_t *samples,
			   size_t n, struct speech_gate_edge *edges,
			   size_t room)
{
	size_t block = block_samples(g), count = 0;

	for (size_t i = 0; i < n; i++) {
		struct speech_gate_edge edge;

		g->sum += (double)samples[i] * samples[i];
		g->in_block++;
		g->position++;
		if (g->in_block == block && end_block(g, &edge) && count < room)
			edges[count++] = edge;
	}
	return count;
}

bool speech_gate_in_speech(const struct speech_gate *g)
{
	return g->speech;
}

uint64_t speech_gate_silence(const struct speech_gate *g)
{
	return g->loud ? 0 : g->position - g->last_loud;
}
