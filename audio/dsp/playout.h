/*
 * playout: the tutor's speech that has come but not been played.
 *
 * The service sends an answer faster than it is spoken, so seconds wait here,
 * in blocks (one for each content block of the answer).  A barge-in empties
 * it at once.  Guarded by a mutex of its own: the loop thread pushes and
 * flushes, the voice thread pulls.  The real-time callback never comes here.
 */
#ifndef AUDIO_DSP_PLAYOUT_H
#define AUDIO_DSP_PLAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct playout;

/* limit: most samples that may wait; a push beyond it is refused. */
int playout_create(struct playout **out, size_t limit);
struct playout *playout_free(struct playout *p);

/* Copies samples behind what waits.  block is a number of the caller's for
 * the content block they belong to.  Returns 0, PROBLEM_MEMORY or
 * PROBLEM_LIMIT (nothing was taken). */
int playout_push(struct playout *p, uint32_t block, const int16_t *samples,
		 size_t n);
/* The answer is whole: nothing more of it follows what was pushed.  Its end is
 * then not held back to be joined with more. */
void playout_end(struct playout *p);
/* Drops all that waits and says how many samples that were. */
size_t playout_flush(struct playout *p);
/* What came out of one pull. */
struct playout_piece {
	size_t count;     /* samples taken, all of one block */
	uint32_t block;   /* meaningless when count is 0 */
	uint32_t flushes; /* so many flushes came before these samples */
};

/* Takes up to n samples, all of one block.  A puller that sees a new count of
 * flushes flushes the device before it writes the samples: they are of the
 * next answer. */
struct playout_piece playout_pull(struct playout *p, int16_t *dst, size_t n);
size_t playout_waiting(struct playout *p);
/* Nothing waits, and playout_end() was the last that was said. */
bool playout_is_whole(struct playout *p);

#endif
