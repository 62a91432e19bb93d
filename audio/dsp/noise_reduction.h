/*
 * noise_reduction: takes steady background noise off speech (speexdsp's
 * preprocessor), for a recogniser rather than for ears.
 *
 * 16 kHz, mono.  One thread.  The output is as long as the input and 10 ms
 * late; up to 10 ms wait inside until their block is full.
 */
#ifndef AUDIO_DSP_NOISE_REDUCTION_H
#define AUDIO_DSP_NOISE_REDUCTION_H

#include <stddef.h>
#include <stdint.h>

enum { NOISE_REDUCTION_RATE_HZ = 16000, NOISE_REDUCTION_BLOCK = 160 };

struct noise_reduction;

/* 0 or PROBLEM_MEMORY. */
int noise_reduction_create(struct noise_reduction **out);
/* NULL is fine; returns NULL. */
struct noise_reduction *noise_reduction_free(struct noise_reduction *r);

/* dst has room for n + NOISE_REDUCTION_BLOCK samples and is not src.  Returns
 * how many were written. */
size_t noise_reduction_process(struct noise_reduction *r, int16_t *dst,
			       const int16_t *src, size_t n);

#endif
