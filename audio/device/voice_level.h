/* voice_level: the level of the last 50 ms of a stream.  Written by the voice
 * thread, read by any. */
#ifndef AUDIO_DEVICE_VOICE_LEVEL_H
#define AUDIO_DEVICE_VOICE_LEVEL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { VOICE_LEVEL_MOST = 9600 }; /* 50 ms at 192 kHz */

struct voice_level {
	/* --- voice thread only */
	int16_t samples[VOICE_LEVEL_MOST]; /* the last window of them */
	size_t window;                     /* samples in 50 ms */
	size_t at;                         /* where the next sample goes */
	size_t pending; /* taken since the level was last told */
	/* --- any thread */
	atomic_int centi_db;
};

void voice_level_init(struct voice_level *l, unsigned rate_hz);
void voice_level_take(struct voice_level *l, const int16_t *samples, size_t n);
double voice_level_db(const struct voice_level *l);

#endif
