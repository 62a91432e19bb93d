/*
 * learner_mouth: what a virtual microphone takes in: the words and recordings
 * of a script's learner, and the noise around them.  16 kHz, one thread.
 */
#ifndef CLIENT_TRIAL_LEARNER_MOUTH_H
#define CLIENT_TRIAL_LEARNER_MOUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/script/script.h"

struct learner_mouth;
struct problem;
struct synthesiser;

/* voices: borrowed, at 16 kHz; may be shared by threads.  seed: of the noise.
 * 0 or PROBLEM_MEMORY. */
int learner_mouth_create(struct learner_mouth **out, struct synthesiser *voices,
			 const char *language, uint64_t seed);
struct learner_mouth *learner_mouth_free(struct learner_mouth *m);

/* Noise from now on, so far below speech of the usual loudness. */
void learner_mouth_room(struct learner_mouth *m, double snr_db);
/* Makes the sound of a say, play or noise turn ready, which may take long, so
 * it is done before the conversation.  PROBLEM_FILE, PROBLEM_FORMAT and what
 * the synthesiser says fill p. */
int learner_mouth_prepare(struct learner_mouth *m, const struct script_turn *t,
			  struct problem *p);
/* Begins it with the next block.  Each sound's first and last speech, by the
 * gate, in samples from its begin; false: there is no speech in it. */
struct learner_speech {
	size_t first, last;
};
bool learner_mouth_begin(struct learner_mouth *m, const struct script_turn *t,
			 struct learner_speech *speech);
bool learner_mouth_speaks(const struct learner_mouth *m);
/* The next n samples. */
void learner_mouth_take(struct learner_mouth *m, int16_t *samples, size_t n);

#endif
