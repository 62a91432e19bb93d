/*
 * voice_heard: both directions as at the devices, as one stereo stream.
 *
 * Left and right are aligned by their count of samples since both began.  A
 * side that falls more than VOICE_HEARD_APART_MS behind (its device has
 * stopped) counts as silent from there.  For this room only, and for the
 * voice thread.
 */
#ifndef AUDIO_DEVICE_VOICE_HEARD_H
#define AUDIO_DEVICE_VOICE_HEARD_H

#include <stddef.h>
#include <stdint.h>

enum { VOICE_HEARD_APART_MS = 500 };

enum voice_side { VOICE_LEARNER, VOICE_TUTOR };

struct voice_listener;
struct voice_heard;

int voice_heard_create(struct voice_heard **out, unsigned learner_hz,
		       unsigned tutor_hz,
		       const struct voice_listener *listener);
struct voice_heard *voice_heard_free(struct voice_heard *h);

/* n: at most VOICE_HEARD_TAKE_MOST. */
enum { VOICE_HEARD_TAKE_MOST = 1024 };
void voice_heard_take(struct voice_heard *h, enum voice_side side,
		      const int16_t *samples, size_t n);
/* Hands over all that both sides have. */
void voice_heard_step(struct voice_heard *h);
/* Hands over all that either side has, to its last sample. */
void voice_heard_finish(struct voice_heard *h);

#endif
