/*
 * vocabulary: a set of words, each with a number from 0 on.
 *
 * Owner's thread.
 */
#ifndef CLIENT_SPEECH_VOCABULARY_H
#define CLIENT_SPEECH_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

#define VOCABULARY_NONE SIZE_MAX

struct vocabulary {
	char **words; /* by number */
	size_t count;
	size_t *slots; /* a hash table of numbers + 1; 0: free */
	size_t slot_count;
};

/* All bytes zero is an empty vocabulary. */
void vocabulary_deinit(struct vocabulary *v);
/* The number of the word, which is added when it is new; VOCABULARY_NONE: not
 * enough memory. */
size_t vocabulary_add(struct vocabulary *v, const char *word, size_t length);
/* VOCABULARY_NONE: it is not in it. */
size_t vocabulary_find(const struct vocabulary *v, const char *word,
		       size_t length);

#endif
