#include "audio/dsp/resampler.h"

#include <stdlib.h>
#include <string.h>

#include <speex/speex_resampler.h>

#include "net/base/problem.h"

enum {
	QUALITY = 5,
	RATE_MOST_HZ = 384000,
	/* Samples given to speex at a time, so that counts fit 32 bits. */
	PIECE = 1 << 20,
};

struct resampler {
	SpeexResamplerState *speex; /* NULL when the rates are equal */
	uint32_t from_hz, to_hz;
	/* Since creation or reset; what finish() still owes follows. */
	uint64_t in, out;
};

int resampler_create(struct resampler **out, unsigned from_hz, unsigned to_hz)
{
	int err = 0;

	if (from_hz == 0 || to_hz == 0 || from_hz > RATE_MOST_HZ ||
	    to_hz > RATE_MOST_HZ)
		return PROBLEM_USAGE;
	struct resampler *r = calloc(1, sizeof *r);
	if (!r)
		return PROBLEM_MEMORY;
	r->from_hz = from_hz;
	r->to_hz = to_hz;
	if (from_hz == to_hz)
		goto out;

	int code = RESAMPLER_ERR_SUCCESS;
	r->speex = speex_resampler_init(1, from_hz, to_hz, QUALITY, &code);
	if (!r->speex) {
		err = PROBLEM_MEMORY;
		goto out;
	}
	speex_resampler_skip_zeros(r->speex);
out:
	if (err)
		resampler_free(r);
	else
		*out = r;
	return err;
}

struct resampler *resampler_free(struct resampler *r)
{
	if (!r)
		return NULL;
	if (r->speex)
		speex_resampler_destroy(r->speex);
	free(r);
	return NULL;
}

size_t resampler_bound(const struct resampler *r, size_t n)
{
	if (!r->speex)
		return n;
	return (size_t)((uint64_t)n * r->to_hz / r->from_hz) + 2;
}

static size_t process_piece(struct resampler *r, int16_t *dst, size_t room,
			    const int16_t *src, size_t n)
{
	size_t written = 0;

	while (n > 0) {
		spx_uint32_t in = (spx_uint32_t)n;
		spx_uint32_t out = (spx_uint32_t)(room - written);

		speex_resampler_process_int(r->speex, 0, src, &in,
					    dst + written, &out);
		/* with room for the bound speex always moves */
		if (in == 0 && out == 0)
			break;
		src += in;
		n -= in;
		written += out;
	}
	return written;
}

size_t resampler_process(struct resampler *r, int16_t *dst, const int16_t *src,
			 size_t n)
{
	size_t written = 0;

	if (n == 0)
		return 0;
	r->in += n;
	if (!r->speex) {
		memcpy(dst, src, n * sizeof *dst);
		return n;
	}
	while (n > 0) {
		size_t piece = n < PIECE ? n : PIECE;

		written += process_piece(r, dst + written,
					 resampler_bound(r, piece), src, piece);
		src += piece;
		n -= piece;
	}
	r->out += written;
	return written;
}

size_t resampler_tail(const struct resampler *r)
{
	if (!r->speex)
		return 0;
	return (size_t)speex_resampler_get_input_latency(r->speex);
}

size_t resampler_finish(struct resampler *r, int16_t *dst)
{
	int16_t silence[64] = {0};
	size_t written = 0;

	if (r->speex && r->in > 0) {
		/* as many as the input's length stands for, rounded up */
		uint64_t whole = (r->in * r->to_hz + r->from_hz - 1) /
				 r->from_hz;
		size_t owed = whole > r->out ? (size_t)(whole - r->out) : 0;
		size_t most = resampler_bound(r, resampler_tail(r));

		if (owed > most)
			owed = most;
		while (written < owed) {
			spx_uint32_t in = sizeof silence / sizeof *silence;
			spx_uint32_t out = (spx_uint32_t)(owed - written);

			speex_resampler_process_int(r->speex, 0, silence, &in,
						    dst + written, &out);
			if (in == 0 && out == 0)
				break;
			written += out;
		}
	}
	resampler_reset(r);
	return written;
}

void resampler_reset(struct resampler *r)
{
	r->in = 0;
	r->out = 0;
	if (!r->speex)
		return;
	speex_resampler_reset_mem(r->speex);
	speex_resampler_skip_zeros(r->speex);
}
