/*
 * speech_level: how loud a recording of speech is, and one loudness for all.
 *
 * The level is the RMS of those 20 ms blocks that hold speech: louder than
 * 30 dB below the loudest block.  (The active level of ITU-T P.56 does the same
 * with a sample-by-sample threshold; for clean synthetic speech they agree.)
 */
#ifndef AUDIO_DSP_SPEECH_LEVEL_H
#define AUDIO_DSP_SPEECH_LEVEL_H

#include <stddef.h>
#include <stdint.h>

/* dB as in meter.h; METER_SILENCE_DB when there is no speech. */
double speech_level_db(const int16_t *samples, size_t n, unsigned rate_hz);

/* Amplifies so that the level is level_db, or less when a peak would pass
 * -1 dBFS.  Silence stays. */
void speech_level_set(int16_t *samples, size_t n, unsigned rate_hz,
		      double level_db);

/* Where the speech is, with so much of the silence before and behind it as is
 * there and wanted. */
struct speech_span {
	size_t begin, end;
};
struct speech_span speech_level_span(const int16_t *samples, size_t n,
				     unsigned rate_hz, unsigned before_ms,
				     unsigned behind_ms);

#endif
