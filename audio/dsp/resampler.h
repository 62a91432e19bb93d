/*
 * resampler: mono 16-bit from one rate to another, streaming (speexdsp,
 * quality 5: -105 dB aliases, about 3 ms of delay).
 *
 * One thread.  Equal rates copy the samples bit for bit, with no delay.
 */
#ifndef AUDIO_DSP_RESAMPLER_H
#define AUDIO_DSP_RESAMPLER_H

#include <stddef.h>
#include <stdint.h>

struct resampler;

/* Returns 0, PROBLEM_USAGE (a rate of 0 or above 384000) or PROBLEM_MEMORY. */
int resampler_create(struct resampler **out, unsigned from_hz, unsigned to_hz);
struct resampler *resampler_free(struct resampler *r);

/* Most samples that n input samples can give. */
size_t resampler_bound(const struct resampler *r, size_t n);
/* Takes all n samples; dst has room for resampler_bound(r, n).  Returns how
 * many were written.  Sample 0 of the output stands at the time of sample 0
 * of the input (the filter's delay is skipped at the start). */
size_t resampler_process(struct resampler *r, int16_t *dst, const int16_t *src,
			 size_t n);
/* Gives the last samples still in the filter; dst needs
 * resampler_bound(r, resampler_tail(r)).  Then as newly created. */
size_t resampler_tail(const struct resampler *r);
size_t resampler_finish(struct resampler *r, int16_t *dst);
/* Forgets the past, as newly created. */
void resampler_reset(struct resampler *r);

#endif
