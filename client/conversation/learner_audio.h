/*
 * learner_audio: what the learner said that no answer has begun for yet.
 *
 * When a session begins, these samples go into it first: words said before it
 * was there, or to one that was lost, are still answered.  Holds the last
 * LEARNER_AUDIO_MAX_MS; older samples go first.  One thread.
 */
#ifndef CLIENT_CONVERSATION_LEARNER_AUDIO_H
#define CLIENT_CONVERSATION_LEARNER_AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEARNER_AUDIO_MAX_MS = 30000, LEARNER_AUDIO_RATE_HZ = 16000 };

struct learner_audio {
	int16_t *samples; /* owned, circular */
	size_t capacity, start, count;
	bool has_speech;
};

int learner_audio_init(struct learner_audio *l);
void learner_audio_deinit(struct learner_audio *l);

void learner_audio_add(struct learner_audio *l, const int16_t *samples,
		       size_t n);
/* The learner speaks: what is held is worth saying again. */
void learner_audio_mark_speech(struct learner_audio *l);
/* An answer has begun: what was held is answered. */
void learner_audio_clear(struct learner_audio *l);
/* Forgets all but the last ms, for silence that nobody needs to hear again. */
void learner_audio_keep(struct learner_audio *l, unsigned ms);

/* Calls each(arg, samples, n) over what is held, oldest first; stops at a
 * non-zero return and gives it back. */
int learner_audio_each(const struct learner_audio *l,
		       int (*each)(void *arg, const int16_t *samples, size_t n),
		       void *arg);

#endif
