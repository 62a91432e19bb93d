#include "audio/device/voice_heard.h"

#include <stdlib.h>
#include <string.h>

#include "audio/device/voice.h"
#include "audio/dsp/pcm_ring.h"
#include "audio/dsp/resampler.h"
#include "net/base/problem.h"

enum {
	APART = VOICE_HEARD_RATE_HZ * VOICE_HEARD_APART_MS / 1000,
	WAITING_MOST = 2 * APART,
	PIECE = 480,
};

struct side {
	struct resampler *resampler;
	struct pcm_ring waiting; /* at VOICE_HEARD_RATE_HZ */
	int16_t *converted;
};

struct voice_heard {
	const struct voice_listener *listener; /* borrowed */
	struct side sides[2];
};

static int open_side(struct side *s, unsigned rate_hz)
{
	int err = resampler_create(&s->resampler, rate_hz, VOICE_HEARD_RATE_HZ);

	if (err)
		return err;
	err = pcm_ring_init(&s->waiting, WAITING_MOST);
	if (err)
		return err;
	size_t most = resampler_tail(s->resampler);
	if (most < VOICE_HEARD_TAKE_MOST)
		most = VOICE_HEARD_TAKE_MOST;
	s->converted = calloc(resampler_bound(s->resampler, most),
			      sizeof *s->converted);
	return s->converted ? 0 : PROBLEM_MEMORY;
}

int voice_heard_create(struct voice_heard **out, unsigned learner_hz,
		       unsigned tutor_hz, const struct voice_listener *listener)
{
	struct voice_heard *h = calloc(1, sizeof *h);

	if (!h)
		return PROBLEM_MEMORY;
	h->listener = listener;
	int err = open_side(&h->sides[VOICE_LEARNER], learner_hz);
	if (!err)
		err = open_side(&h->sides[VOICE_TUTOR], tutor_hz);
	if (err)
		voice_heard_free(h);
	else
		*out = h;
	return err;
}

struct voice_heard *voice_heard_free(struct voice_heard *h)
{
	if (!h)
		return NULL;
	for (int i = 0; i < 2; i++) {
		resampler_free(h->sides[i].resampler);
		pcm_ring_deinit(&h->sides[i].waiting);
		free(h->sides[i].converted);
	}
	free(h);
	return NULL;
}

/* Hands over up to PIECE frames; a side with less than that gives silence. */
static void give(struct voice_heard *h, size_t frames)
{
	int16_t stereo[2 * PIECE] = {0}, mono[PIECE];

	for (size_t side = 0; side < 2; side++) {
		size_t n = pcm_ring_read(&h->sides[side].waiting, mono, frames);

		for (size_t i = 0; i < n; i++)
			stereo[2 * i + side] = mono[i];
	}
	h->listener->heard(h->listener->arg, stereo, frames);
}

void voice_heard_take(struct voice_heard *h, enum voice_side side,
		      const int16_t *samples, size_t n)
{
	struct side *s = &h->sides[side];
	size_t count = resampler_process(s->resampler, s->converted, samples,
					 n);

	/* Space is there: voice_heard_step() keeps it below APART. */
	pcm_ring_write(&s->waiting, s->converted, count);
	voice_heard_step(h);
}

/* Hands over until one side is empty and the other is at most apart ahead. */
static void give_all(struct voice_heard *h, size_t apart)
{
	for (;;) {
		size_t left = pcm_ring_used(&h->sides[VOICE_LEARNER].waiting);
		size_t right = pcm_ring_used(&h->sides[VOICE_TUTOR].waiting);
		size_t both = left < right ? left : right;
		size_t most = left > right ? left : right;

		if (both == 0 && most <= apart)
			break;
		size_t n = both ? both : most - apart;
		give(h, n < PIECE ? n : PIECE);
	}
}

void voice_heard_step(struct voice_heard *h)
{
	give_all(h, APART);
}

void voice_heard_finish(struct voice_heard *h)
{
	for (size_t i = 0; i < 2; i++) {
		struct side *s = &h->sides[i];
		size_t n = resampler_finish(s->resampler, s->converted);

		pcm_ring_write(&s->waiting, s->converted, n);
	}
	give_all(h, 0);
}
