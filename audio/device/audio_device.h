/*
 * audio_device: a microphone or a speaker with a clock of its own.
 *
 * One object is one direction.  Mono 16-bit at rate_hz.  Kinds: a sound card
 * by PortAudio, recordings and files, raw pipes, and a virtual one for tests;
 * all pass the same contract test.  One thread uses a device (the voice
 * thread); only audio_device_cue() and _give() may come from another.
 */
#ifndef AUDIO_DEVICE_AUDIO_DEVICE_H
#define AUDIO_DEVICE_AUDIO_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/device/device_rt.h"

struct clock;
struct problem;
struct audio_device;

enum audio_direction { AUDIO_CAPTURE, AUDIO_PLAYBACK };

struct audio_device_ops {
	int (*start)(struct audio_device *d, struct problem *p);
	void (*stop)(struct audio_device *d);
	void (*free)(struct audio_device *d);
	int (*cue)(struct audio_device *d); /* may be NULL */
	int (*give)(struct audio_device *d, const int16_t *samples,
		    size_t n);                    /* may be NULL */
	bool (*finished)(struct audio_device *d); /* may be NULL */
	int (*failure)(struct audio_device *d, struct problem *p); /* or NULL */
};

/* First member of every kind. */
struct audio_device {
	const struct audio_device_ops *ops;
	enum audio_direction direction;
	unsigned rate_hz;
	bool acoustic; /* in a room: a speaker of it may be heard by a mic */
	/* Playback: so much later than the ring gives it a sample is heard, by
	 * what lies between: the card's buffer, a sound server. */
	unsigned latency_ms;
	char name[128]; /* for people */
	struct device_rt rt;
};

/* Samples flow from start on; no device is started twice.  After stop no
 * callback runs; stopping again does nothing. */
int audio_device_start(struct audio_device *d, struct problem *p);
void audio_device_stop(struct audio_device *d);
/* Stops too.  NULL is fine; returns NULL. */
struct audio_device *audio_device_free(struct audio_device *d);

/* Capture.  Never wait; return the count. */
size_t audio_device_read(struct audio_device *d, int16_t *dst, size_t n);

/* Playback. */
size_t audio_device_write(struct audio_device *d, const int16_t *src, size_t n);
size_t audio_device_space(const struct audio_device *d);
size_t audio_device_waiting(const struct audio_device *d);
/* Samples written so far, and of those the ones really played (flushed ones
 * are not). */
size_t audio_device_written(const struct audio_device *d);
size_t audio_device_played(const struct audio_device *d);
/* Drops what was written and not yet played; what sounds fades out in 5 ms. */
void audio_device_flush(struct audio_device *d);
/* What went out, silence included, in order; for heard.wav. */
size_t audio_device_heard(struct audio_device *d, int16_t *dst, size_t n);

/* Capture from recordings: lets the next one begin, at once or when the
 * present one has ended.  Returns 0, or PROBLEM_CLOSED when there is none
 * left.  Live kinds return 0.  Any thread. */
int audio_device_cue(struct audio_device *d);
/* Capture from what is given: samples at rate_hz, copied; they are heard after
 * those given before.  PROBLEM_ORDER: it is no such device.  Any thread. */
int audio_device_give(struct audio_device *d, const int16_t *samples, size_t n);
/* All samples of the recordings cued, or given, so far are in the ring, and
 * only silence comes until the next; so it is true before the first.  Pipes:
 * the input has ended and is in the ring.  Live kinds: false.  Any thread. */
bool audio_device_finished(struct audio_device *d);
/* 0, or why the device has stopped working (unplugged, disk full). */
int audio_device_failure(struct audio_device *d, struct problem *p);

/* --- the kinds --- */

/* A sound card.  name: part of a device's name, its number, or NULL/"" for
 * the default.  PROBLEM_DEVICE when there is none; the text lists the names
 * that exist.  Library chatter goes to the log. */
int portaudio_device_open(struct audio_device **out, enum audio_direction dir,
			  const char *name, struct problem *p);
/* True when the machine has a device for that direction. */
bool portaudio_device_exists(enum audio_direction dir);

/* Looks for sound cards once for all that is asked and opened until the
 * release; a look takes up to half a second.  Any thread; calls nest.  Returns
 * 0, or PROBLEM_DEVICE: then nothing is to be released. */
int portaudio_devices_hold(void);
void portaudio_devices_release(void);

/* Recordings as a microphone at 16 kHz, at real-time pace: silence until the
 * first cue, each file once.  Files are checked when opened.  clock NULL: a
 * thread of its own paces it; else timers of that clock. */
int file_microphone_open(struct audio_device **out, struct clock *clock,
			 const char *const *paths, size_t count,
			 struct problem *p);
/* A microphone at 16 kHz that hears what audio_device_give() gives it, at
 * real-time pace, and silence.  clock as above. */
int given_microphone_open(struct audio_device **out, struct clock *clock,
			  struct problem *p);
/* A WAV file at rate_hz as a speaker, at real-time pace. */
int file_speaker_open(struct audio_device **out, struct clock *clock,
		      const char *path, unsigned rate_hz, struct problem *p);
/* A speaker that only takes the time it takes. */
int silent_speaker_open(struct audio_device **out, struct clock *clock,
			unsigned rate_hz, struct problem *p);

/* Raw s16le mono on a file descriptor: 16 kHz in, 24 kHz out, paced. */
int pipe_device_open(struct audio_device **out, enum audio_direction dir,
		     int fd, struct problem *p);

/* For tests and scripts: samples come from fill() or go to drain(), in blocks
 * of 10 ms, timed by clock (required). */
int virtual_device_open(struct audio_device **out, enum audio_direction dir,
			struct clock *clock, unsigned rate_hz,
			void (*block)(void *arg, int16_t *samples, size_t n),
			void *arg);

#endif
