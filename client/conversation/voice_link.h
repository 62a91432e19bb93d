/*
 * voice_link: devices and voice stage on threads of their own, the
 * conversation on its loop, and the way between them.
 *
 *   opener thread   opens the devices, beside connecting: a cold sound
 *                   system takes half a second
 *   voice thread    steps the voice stage
 *   loop thread     gets what they report, in order
 *
 * All functions are for the loop thread.
 */
#ifndef CLIENT_CONVERSATION_VOICE_LINK_H
#define CLIENT_CONVERSATION_VOICE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct audio_device;
struct loop;
struct playout;
struct problem;
struct voice_link;

/* What the opener found. */
struct voice_link_devices {
	struct audio_device *mic, *speaker; /* the link takes them */
	bool half_duplex;
};

struct voice_link_settings {
	struct loop *loop;
	struct playout *playout; /* borrowed */
	/* On the opener thread.  0 or a problem code with p filled. */
	int (*open)(void *arg, struct voice_link_devices *out,
		    struct problem *p);
	void *open_arg;
};

/* On the loop thread, but for heard. */
struct voice_link_listener {
	/* The devices run, or why they do not; once. */
	void (*opened)(void *arg, const struct problem *p);
	void (*frame)(void *arg, const int16_t *samples, size_t n);
	void (*speech)(void *arg, bool started);
	void (*played)(void *arg, uint32_t block, uint64_t samples);
	void (*drained)(void *arg);
	/* The recording that was cued has been given whole, once for each; or
	 * what voice_link_give() had. */
	void (*recording_done)(void *arg);
	/* A device has stopped working; once. */
	void (*failed)(void *arg, const struct problem *p);
	/* Voice thread; NULL: not wanted. */
	void (*heard)(void *arg, const int16_t *stereo, size_t frames);
	void *arg;
};

int voice_link_create(struct voice_link **out,
		      const struct voice_link_settings *settings,
		      const struct voice_link_listener *listener);
/* Waits for the opener, stops the devices.  Returns NULL. */
struct voice_link *voice_link_free(struct voice_link *v);

/* Lets the microphone's next recording begin.  0, PROBLEM_CLOSED when there is
 * none left, PROBLEM_ORDER before opened(). */
int voice_link_cue(struct voice_link *v);

/* The microphone hears this (16 kHz), when it is one that hears what is given;
 * recording_done() comes when all that was given has been heard.
 * PROBLEM_ORDER: it is another, or before opened(); PROBLEM_MEMORY. */
int voice_link_give(struct voice_link *v, const int16_t *samples, size_t n);

/* Kept until the devices are open. */
void voice_link_set_muted(struct voice_link *v, bool muted);
void voice_link_set_volume(struct voice_link *v, unsigned percent);
/* The levels of the last 50 ms, dBFS; false before opened(). */
bool voice_link_levels(const struct voice_link *v, double *mic_db,
		       double *speaker_db);

#endif
