/* random: bytes from the system, or from a seed in tests.  Any thread. */
#ifndef NET_BASE_RANDOM_H
#define NET_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum { UUID_TEXT_SIZE = 37 };

/* From here on random_fill() gives the same bytes for the same seed; 0 goes
 * back to the system's.  Tests only: set it before any thread starts. */
void random_seed(uint64_t seed);
/* The same for the calling thread alone, whatever others do: a conversation
 * under a virtual clock of its own is the same each time.  0 ends it. */
void random_seed_thread(uint64_t seed);

void random_fill(void *out, size_t n);
uint32_t random_below(uint32_t bound);

/* The next of a row of one's own, which *state (any number) decides: for what
 * must come out the same each time.  SplitMix64 (Steele, Lea, Flood: Fast
 * splittable pseudorandom number generators, 2014). */
uint64_t random_next(uint64_t *state);

/* Version 4, lower case, with its NUL. */
void random_uuid(char out[UUID_TEXT_SIZE]);

#endif
