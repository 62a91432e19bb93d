/*
 * pcm_ring: mono 16-bit samples from one writer thread to one reader thread.
 *
 * No locks and no allocation after pcm_ring_init(), so both ends may be a
 * real-time callback.  With two writers or two readers the content is garbage.
 */
#ifndef AUDIO_DSP_PCM_RING_H
#define AUDIO_DSP_PCM_RING_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct pcm_ring {
	int16_t *samples;   /* owned; capacity entries */
	size_t capacity;    /* power of two */
	atomic_size_t head; /* total samples written; writer stores */
	atomic_size_t tail; /* total samples read; reader stores */
};

/* capacity is rounded up to a power of two.  Returns 0 or PROBLEM_MEMORY;
 * after a failure there is nothing to free. */
int pcm_ring_init(struct pcm_ring *r, size_t capacity);
/* Both threads must have stopped using r.  Safe on zero bytes. */
void pcm_ring_deinit(struct pcm_ring *r);

/* Writer only.  Copies what fits and returns that count; never waits. */
size_t pcm_ring_write(struct pcm_ring *r, const int16_t *src, size_t n);
/* Writer only.  Samples that a write would take now. */
size_t pcm_ring_space(const struct pcm_ring *r);
/* Writer only.  Index of the next sample written: total written so far. */
size_t pcm_ring_head(const struct pcm_ring *r);

/* Reader only.  Copies what is there and returns that count; never waits. */
size_t pcm_ring_read(struct pcm_ring *r, int16_t *dst, size_t n);
/* Reader only.  Drops up to n samples and returns how many. */
size_t pcm_ring_skip(struct pcm_ring *r, size_t n);
/* Any thread (a snapshot).  Samples waiting. */
size_t pcm_ring_used(const struct pcm_ring *r);

#endif
