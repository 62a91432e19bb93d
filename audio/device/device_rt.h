/*
 * device_rt: what runs on the sound card's own real-time thread.
 *
 * Ring copies and counters only: no lock, no allocation, no log, no system
 * call.  Every kind of device passes its samples through these functions, so
 * that flushing and counting behave alike everywhere.
 */
#ifndef AUDIO_DEVICE_DEVICE_RT_H
#define AUDIO_DEVICE_DEVICE_RT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/dsp/pcm_ring.h"

struct device_rt {
	struct pcm_ring ring;  /* capture: rt writes; playback: rt reads */
	struct pcm_ring heard; /* playback: what really went out, silence
				* included; rt writes */
	unsigned rate_hz;
	unsigned channels; /* of the device; the ring is mono */
	/* Playback: ring index up to which everything is to be dropped. */
	atomic_size_t flush_mark;
	atomic_size_t played;  /* ring samples really played, faded too */
	atomic_size_t skipped; /* ring samples that flushes dropped */
	atomic_size_t frames;  /* frames the device asked for or gave */
	atomic_size_t dropped; /* capture: ring was full; new ones are lost */
	/* Playback: frames of silence put in within speech.  The ring ran dry
	 * and had samples again in less than DEVICE_RT_PAUSE_MS; a longer gap
	 * is a pause of the speaker, and one after a flush is meant. */
	atomic_size_t late;
	/* --- real-time thread only */
	size_t mark_seen;   /* the last flush mark acted on */
	size_t fade_left;   /* samples of the fade still to play */
	size_t fade_length; /* of the whole fade */
	size_t gap;         /* frames of silence since the last sample */
	bool sounding;      /* the last frame came from the ring */
};

enum { DEVICE_RT_FADE_MS = 5, DEVICE_RT_PAUSE_MS = 100 };

int device_rt_init(struct device_rt *rt, unsigned rate_hz, unsigned channels,
		   size_t ring_samples, size_t heard_samples);
void device_rt_deinit(struct device_rt *rt);

/* in: interleaved, rt->channels wide; the first channel is kept. */
void device_rt_capture(struct device_rt *rt, const int16_t *in, size_t frames);
/* Fills all of out.  When a flush mark lies ahead, the next 5 ms of the ring
 * (or what is left up to the mark) fade linearly to zero, all further samples
 * up to the mark are skipped, and what follows plays from its first sample.
 * When nothing was sounding there is nothing to fade, and all is skipped. */
void device_rt_playback(struct device_rt *rt, int16_t *out, size_t frames);

/* Writer of the ring.  Drops all that was written so far, with the fade. */
void device_rt_flush(struct device_rt *rt);

/* Writer of the ring.  How far the reader has come.  Once position has reached
 * a flush mark, skipped counts what that flush dropped: the samples just
 * before the mark. */
struct device_rt_progress {
	size_t position; /* ring index of the next sample to be played */
	size_t skipped;
};
struct device_rt_progress device_rt_progress(const struct device_rt *rt);

#endif
