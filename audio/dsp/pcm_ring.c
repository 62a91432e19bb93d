#include "audio/dsp/pcm_ring.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

int pcm_ring_init(struct pcm_ring *r, size_t capacity)
{
	size_t rounded = 1;

	if (capacity > SIZE_MAX / 4)
		return PROBLEM_MEMORY;
	while (rounded < capacity)
		rounded *= 2;
	int16_t *samples = calloc(rounded, sizeof *samples);
	if (!samples)
		return PROBLEM_MEMORY;
	r->samples = samples;
	r->capacity = rounded;
	atomic_init(&r->head, 0);
	atomic_init(&r->tail, 0);
	return 0;
}

void pcm_ring_deinit(struct pcm_ring *r)
{
	free(r->samples);
	r->samples = NULL;
	r->capacity = 0;
}

size_t pcm_ring_write(struct pcm_ring *r, const int16_t *src, size_t n)
{
	size_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	/* acquire: the reader is done with the slots that we overwrite */
	size_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);

	n = min_size(n, r->capacity - (head - tail));
	if (n == 0)
		return 0;
	size_t at = head & (r->capacity - 1);
	size_t first = min_size(n, r->capacity - at);
	memcpy(r->samples + at, src, first * sizeof *src);
	memcpy(r->samples, src + first, (n - first) * sizeof *src);

	/* release: the samples are visible before the new head is */
	atomic_store_explicit(&r->head, head + n, memory_order_release);
	return n;
}

size_t pcm_ring_space(const struct pcm_ring *r)
{
	size_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	size_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);

	return r->capacity - (head - tail);
}

size_t pcm_ring_head(const struct pcm_ring *r)
{
	return atomic_load_explicit(&r->head, memory_order_relaxed);
}

size_t pcm_ring_read(struct pcm_ring *r, int16_t *dst, size_t n)
{
	size_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
	/* acquire: the samples below head have been written */
	size_t head = atomic_load_explicit(&r->head, memory_order_acquire);

	n = min_size(n, head - tail);
	if (n == 0)
		return 0;
	size_t at = tail & (r->capacity - 1);
	size_t first = min_size(n, r->capacity - at);
	memcpy(dst, r->samples + at, first * sizeof *dst);
	memcpy(dst + first, r->samples, (n - first) * sizeof *dst);

	/* release: we are done with the slots before the writer takes them */
	atomic_store_explicit(&r->tail, tail + n, memory_order_release);
	return n;
}

size_t pcm_ring_skip(struct pcm_ring *r, size_t n)
{
	size_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
	size_t head = atomic_load_explicit(&r->head, memory_order_acquire);

	n = min_size(n, head - tail);
	atomic_store_explicit(&r->tail, tail + n, memory_order_release);
	return n;
}

size_t pcm_ring_used(const struct pcm_ring *r)
{
	/* tail first: the head read later cannot lie behind it */
	size_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	size_t head = atomic_load_explicit(&r->head, memory_order_acquire);

	/* A third thread may see a head many writes newer than its tail. */
	return min_size(head - tail, r->capacity);
}
