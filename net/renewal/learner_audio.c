#include "net/renewal/learner_audio.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"

/* Fewer and larger than live frames, far below what a peer refuses. */
enum { PIECE_MS = 200 };

int learner_audio_init(struct learner_audio *l, unsigned rate_hz)
{
	*l = (struct learner_audio){
		.rate_hz = rate_hz,
		.capacity = (size_t)rate_hz / 1000 * LEARNER_AUDIO_MAX_MS,
	};
	l->samples = calloc(l->capacity, sizeof *l->samples);
	return l->samples ? 0 : PROBLEM_MEMORY;
}

void learner_audio_deinit(struct learner_audio *l)
{
	free(l->samples);
	*l = (struct learner_audio){0};
}

static void drop_front(struct learner_audio *l, size_t n)
{
	l->start = (l->start + n) % l->capacity;
	l->count -= n;
}

void learner_audio_add(struct learner_audio *l, const int16_t *samples,
		       size_t n)
{
	l->end += n;
	if (n > l->capacity) {
		samples += n - l->capacity;
		n = l->capacity;
	}
	if (l->count + n > l->capacity)
		drop_front(l, l->count + n - l->capacity);

	size_t at = (l->start + l->count) % l->capacity;
	size_t first = l->capacity - at < n ? l->capacity - at : n;

	memcpy(l->samples + at, samples, first * sizeof *samples);
	memcpy(l->samples, samples + first, (n - first) * sizeof *samples);
	l->count += n;
}

void learner_audio_clear(struct learner_audio *l)
{
	l->start = 0;
	l->count = 0;
}

void learner_audio_keep(struct learner_audio *l, unsigned ms)
{
	size_t keep = (size_t)ms * (l->rate_hz / 1000);

	if (l->count > keep)
		drop_front(l, l->count - keep);
}

uint64_t learner_audio_oldest(const struct learner_audio *l)
{
	return l->end - l->count;
}

int learner_audio_each(const struct learner_audio *l, uint64_t from,
		       int (*each)(void *arg, const int16_t *samples, size_t n),
		       void *arg)
{
	uint64_t oldest = learner_audio_oldest(l);
	size_t piece = (size_t)l->rate_hz / 1000 * PIECE_MS;
	size_t done = from > oldest ? (size_t)(from - oldest) : 0;

	while (done < l->count) {
		size_t at = (l->start + done) % l->capacity;
		size_t n = l->count - done;

		if (n > l->capacity - at)
			n = l->capacity - at;
		if (n > piece)
			n = piece;

		int err = each(arg, l->samples + at, n);
		if (err)
			return err;
		done += n;
	}
	return 0;
}
