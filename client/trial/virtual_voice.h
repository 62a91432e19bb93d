/*
 * virtual_voice: a learner's ears and mouth without a sound card: a virtual
 * microphone (16 kHz) and speaker (24 kHz) with the voice stage between them
 * and a conversation, all on one clock and one thread.
 */
#ifndef CLIENT_TRIAL_VIRTUAL_VOICE_H
#define CLIENT_TRIAL_VIRTUAL_VOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock;
struct conversation;
struct playout;
struct virtual_voice;

enum {
	VIRTUAL_MIC_HZ = 16000,
	VIRTUAL_SPEAKER_HZ = 24000,
	VIRTUAL_STEP_MS = 10, /* and length of the blocks */
};

struct virtual_voice_settings {
	struct clock *clock; /* borrowed, as is playout */
	struct playout *playout;
	/* What the microphone takes in during the 10 ms that end now. */
	void (*mic)(void *arg, int16_t *samples, size_t n);
	/* What the speaker plays in the 10 ms that begin now, and how many
	 * samples of it are the tutor's (the rest is silence for want of
	 * them). */
	void (*speaker)(void *arg, const int16_t *samples, size_t n,
			size_t played);
	/* After each step of the stage; may be NULL. */
	void (*stepped)(void *arg);
	/* Both sides as heard, as in voice.h; NULL: not made, which saves
	 * most of the work. */
	void (*heard)(void *arg, const int16_t *stereo, size_t frames);
	void *arg;
};

/* 0 or PROBLEM_MEMORY. */
int virtual_voice_create(struct virtual_voice **out,
			 const struct virtual_voice_settings *settings);
/* c gets what the stage reports from then on; borrowed.  0 or
 * PROBLEM_MEMORY. */
int virtual_voice_start(struct virtual_voice *v, struct conversation *c);
void virtual_voice_set_muted(struct virtual_voice *v, bool muted);
/* Stops both devices; heard() gets what it still lacks.  NULL is fine; returns
 * NULL. */
struct virtual_voice *virtual_voice_free(struct virtual_voice *v);

#endif
