/*
 * learner_audio: the last 30 s of what the learner's microphone gave, by
 * position, so that a new session can be given again what the old one has not
 * answered.
 *
 * A position counts samples since the beginning; what is held is the newest
 * LEARNER_AUDIO_MAX_MS, older samples go first.  One thread.
 */
#ifndef NET_RENEWAL_LEARNER_AUDIO_H
#define NET_RENEWAL_LEARNER_AUDIO_H

#include <stddef.h>
#include <stdint.h>

enum { LEARNER_AUDIO_MAX_MS = 30000 };

struct learner_audio {
	unsigned rate_hz;
	int16_t *samples; /* owned, circular */
	size_t capacity, start, count;
	uint64_t end; /* position of the next sample that will come */
};

/* 0 or PROBLEM_MEMORY. */
int learner_audio_init(struct learner_audio *l, unsigned rate_hz);
void learner_audio_deinit(struct learner_audio *l);

void learner_audio_add(struct learner_audio *l, const int16_t *samples,
		       size_t n);
/* Forgets what is held; positions go on. */
void learner_audio_clear(struct learner_audio *l);
/* Forgets all but the last ms, for silence that nobody needs to hear again. */
void learner_audio_keep(struct learner_audio *l, unsigned ms);

/* Position of the oldest sample that is held. */
uint64_t learner_audio_oldest(const struct learner_audio *l);
/* Calls each(arg, samples, n) over what is held from this position on, oldest
 * first; stops at a non-zero return and gives it back. */
int learner_audio_each(const struct learner_audio *l, uint64_t from,
		       int (*each)(void *arg, const int16_t *samples, size_t n),
		       void *arg);

#endif
