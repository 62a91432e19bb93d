#include "audio/dsp/noise_reduction.h"

#include <speex/speex_preprocess.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"

/* More takes so much of the speech that a recogniser errs more. */
static const int SUPPRESS_DB = -12;

struct noise_reduction {
	SpeexPreprocessState *state;
	int16_t block[NOISE_REDUCTION_BLOCK];
	size_t filled;
};

int noise_reduction_create(struct noise_reduction **out)
{
	struct noise_reduction *r = calloc(1, sizeof *r);
	int on = 1, suppress_db = SUPPRESS_DB;

	if (!r)
		return PROBLEM_MEMORY;
	r->state = speex_preprocess_state_init(NOISE_REDUCTION_BLOCK,
					       NOISE_REDUCTION_RATE_HZ);
	if (!r->state) {
		free(r);
		return PROBLEM_MEMORY;
	}
	speex_preprocess_ctl(r->state, SPEEX_PREPROCESS_SET_DENOISE, &on);
	speex_preprocess_ctl(r->state, SPEEX_PREPROCESS_SET_NOISE_SUPPRESS,
			     &suppress_db);
	*out = r;
	return 0;
}

struct noise_reduction *noise_reduction_free(struct noise_reduction *r)
{
	if (!r)
		return NULL;
	speex_preprocess_state_destroy(r->state);
	free(r);
	return NULL;
}

size_t noise_reduction_process(struct noise_reduction *r, int16_t *dst,
			       const int16_t *src, size_t n)
{
	size_t written = 0;

	while (n > 0) {
		size_t room = NOISE_REDUCTION_BLOCK - r->filled;
		size_t take = n < room ? n : room;

		memcpy(r->block + r->filled, src, take * sizeof *src);
		r->filled += take;
		src += take;
		n -= take;
		if (r->filled < NOISE_REDUCTION_BLOCK)
			break;
		speex_preprocess_run(r->state, r->block);
		memcpy(dst + written, r->block, sizeof r->block);
		written += NOISE_REDUCTION_BLOCK;
		r->filled = 0;
	}
	return written;
}
