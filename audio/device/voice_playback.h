/*
 * voice_playback: from the playout to the speaker, and back what was played.
 *
 * Half of the voice stage; for this room only, and for the voice thread.
 */
#ifndef AUDIO_DEVICE_VOICE_PLAYBACK_H
#define AUDIO_DEVICE_VOICE_PLAYBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct audio_device;
struct playout;
struct voice_listener;
struct voice_playback;

/* All three are borrowed and outlive it. */
int voice_playback_create(struct voice_playback **out,
			  struct audio_device *speaker, struct playout *playout,
			  const struct voice_listener *listener);
struct voice_playback *voice_playback_free(struct voice_playback *b);

/* Fills the speaker's ring and reports what it has played. */
void voice_playback_step(struct voice_playback *b);
/* Any thread.  From 0 to 100, in amplitude; steps are heard as they are. */
void voice_playback_set_volume(struct voice_playback *b, unsigned percent);
/* Some sound has been given to the speaker that it has not played. */
bool voice_playback_sounding(const struct voice_playback *b);

#endif
