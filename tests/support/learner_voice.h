/*
 * learner_voice: a learner whose every sample says where it stands: speech
 * loud enough for any gate, and everywhere a faint code made from the sample's
 * position, by which a piece of it is found again.  16 kHz.
 */
#ifndef TESTS_SUPPORT_LEARNER_VOICE_H
#define TESTS_SUPPORT_LEARNER_VOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEARNER_VOICE_HZ = 16000, LEARNER_VOICE_MS = LEARNER_VOICE_HZ / 1000 };

/* The learner's words are numbers: utterance 0 says "w0". */
struct utterance {
	uint64_t start, end;
};

struct learner_voice {
	struct utterance *list; /* owned, in order */
	size_t count, capacity;
};

void learner_voice_free(struct learner_voice *v);
/* From then on, that long. */
void learner_voice_say(struct learner_voice *v, unsigned at_ms,
		       unsigned length_ms);
/* A talk of so many seconds with utterances and pauses of all lengths, some
 * too short to end a turn, some into answers; each seed another one.  One
 * utterance in ten is long: 5 s to longest_ms. */
void learner_voice_chatter(struct learner_voice *v, uint32_t seed,
			   unsigned from_s, unsigned to_s, unsigned longest_ms);

void learner_voice_read(const struct learner_voice *v, uint64_t position,
			int16_t *out, size_t n);
/* True when samples stand at that position. */
bool learner_voice_stands(const struct learner_voice *v, uint64_t position,
			  const int16_t *samples, size_t n);
/* Where samples stand, looking back from before `before`; false: nowhere. */
bool learner_voice_find(const struct learner_voice *v, uint64_t before,
			const int16_t *samples, size_t n, uint64_t *position);

/* "w3 w4", with "w4(part)" for what lies not wholly in there. */
void learner_voice_words(const struct learner_voice *v, uint64_t start,
			 uint64_t end, char *out, size_t size);

#endif
