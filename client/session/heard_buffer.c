#include "client/session/heard_buffer.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"

enum { CHANNELS = 2 };

int heard_buffer_init(struct heard_buffer *b, size_t capacity)
{
	*b = (struct heard_buffer){.capacity = capacity};
	b->filling = calloc(capacity * CHANNELS, sizeof *b->filling);
	b->taken = calloc(capacity * CHANNELS, sizeof *b->taken);
	if (b->filling && b->taken)
		return 0;
	heard_buffer_deinit(b);
	return PROBLEM_MEMORY;
}

void heard_buffer_deinit(struct heard_buffer *b)
{
	free(b->filling);
	free(b->taken);
	*b = (struct heard_buffer){0};
}

void heard_buffer_add(struct heard_buffer *b, const int16_t *stereo,
		      size_t frames)
{
	size_t room = b->capacity - b->frames;
	size_t fits = frames < room ? frames : room;

	if (fits > 0)
		memcpy(b->filling + b->frames * CHANNELS, stereo,
		       fits * CHANNELS * sizeof *stereo);
	b->frames += fits;
	b->lost += frames - fits;
}

struct heard_piece heard_buffer_take(struct heard_buffer *b)
{
	struct heard_piece piece = {
		.samples = b->filling,
		.frames = b->frames,
		.lost = b->lost,
	};
	int16_t *other = b->taken;

	b->taken = b->filling;
	b->filling = other;
	b->frames = 0;
	b->lost = 0;
	return piece;
}
