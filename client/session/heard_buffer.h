/*
 * heard_buffer: stereo sound on its way to a slower thread.
 *
 * Two blocks that change places, so that the side that adds never waits for
 * more than that.  No lock of its own.
 */
#ifndef CLIENT_SESSION_HEARD_BUFFER_H
#define CLIENT_SESSION_HEARD_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct heard_buffer {
	int16_t *filling, *taken; /* owned; capacity frames each */
	size_t capacity, frames;
	uint64_t lost; /* frames that came after those in filling */
};

/* Returns 0 or PROBLEM_MEMORY (then there is nothing to free). */
int heard_buffer_init(struct heard_buffer *b, size_t capacity);
void heard_buffer_deinit(struct heard_buffer *b);

/* Copies; what does not fit is lost, and so is all that follows until the next
 * take: the gap is in one place. */
void heard_buffer_add(struct heard_buffer *b, const int16_t *stereo,
		      size_t frames);

struct heard_piece {
	const int16_t *samples; /* valid until the next take */
	size_t frames;
	uint64_t lost; /* frames that are missing behind them */
};
struct heard_piece heard_buffer_take(struct heard_buffer *b);

#endif
