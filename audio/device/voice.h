/*
 * voice: the stage between the devices and the conversation.
 *
 *   mic -> 16 kHz -> [half duplex, mute] -> 20 ms frames -> frame()
 *   playout -> speaker's rate -> device ring, kept at most VOICE_AHEAD_MS full
 *
 * A plain struct that is stepped: by voice_thread in `habla talk`, by a timer
 * of the virtual clock in tests.  voice_step() is called every few ms by one
 * thread; the setters are atomics and may be called by any thread.
 */
#ifndef AUDIO_DEVICE_VOICE_H
#define AUDIO_DEVICE_VOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct audio_device;
struct playout;
struct problem;
struct voice;

enum {
	VOICE_RATE_HZ = 16000,         /* what goes up */
	VOICE_FRAME_SAMPLES = 320,     /* 20 ms, an Opus frame */
	VOICE_PLAYOUT_RATE_HZ = 24000, /* what comes back */
	/* Sound kept in the device ring.  A flush skips it whatever its length,
	 * so only a busy machine and cards that take 50 ms at a time decide. */
	VOICE_AHEAD_MS = 250,
	/* Sound gathered before an answer begins, so that chunks which are late
	 * by less make no gap. */
	VOICE_START_MS = 60,
	VOICE_HALF_DUPLEX_TAIL_MS = 200,
	VOICE_HEARD_RATE_HZ = 48000,
};

/* All are called from within voice_step(). */
struct voice_listener {
	/* One frame of VOICE_FRAME_SAMPLES, each 20 ms of microphone time. */
	void (*frame)(void *arg, const int16_t *samples, size_t n);
	/* The learner began or ended to speak, in the frames as they are
	 * sent; position counts samples at VOICE_RATE_HZ since the first
	 * frame.  Comes before the frame in which it was noticed. */
	void (*speech)(void *arg, bool started, uint64_t position);
	/* How much of a block has really been played, in samples at
	 * VOICE_PLAYOUT_RATE_HZ since the block began; after each advance. */
	void (*played)(void *arg, uint32_t block, uint64_t samples);
	/* All that was pushed has been played; also once after each flush,
	 * when the fade is over and nothing new has come. */
	void (*drained)(void *arg);
	/* Stereo, left learner, right tutor, at VOICE_HEARD_RATE_HZ, as at the
	 * devices.  NULL: nobody wants it and it is not made. */
	void (*heard)(void *arg, const int16_t *stereo, size_t frames);
	void *arg;
};

/* The devices and the playout are borrowed and outlive the voice; the devices
 * need not be started yet.  half_duplex: send silence while the speaker is
 * audible and VOICE_HALF_DUPLEX_TAIL_MS longer. */
int voice_create(struct voice **out, struct audio_device *mic,
		 struct audio_device *speaker, struct playout *playout,
		 bool half_duplex, const struct voice_listener *listener);
struct voice *voice_free(struct voice *v);

/* Moves all that can be moved now. */
void voice_step(struct voice *v);
/* Last, with both devices stopped: heard() is given what it still lacks, the
 * shorter side filled with silence. */
void voice_finish(struct voice *v);

void voice_set_muted(struct voice *v, bool muted);
/* Of the speaker, from 0 to 100; 100 at first: as it comes. */
void voice_set_volume(struct voice *v, unsigned percent);
/* Levels of the last 50 ms, dBFS. */
double voice_mic_level_db(const struct voice *v);
double voice_speaker_level_db(const struct voice *v);

/* A thread that steps v each millisecond until it is freed.  It has real-time
 * priority where the system allows that, so what it calls must be short. */
struct voice_thread;
int voice_thread_start(struct voice_thread **out, struct voice *v);
struct voice_thread *voice_thread_free(struct voice_thread *t);

#endif
