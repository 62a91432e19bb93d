#include "tests/support/sound.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sndfile.h>

#include "audio/dsp/meter.h"
#include "audio/dsp/resampler.h"
#include "audio/dsp/sound_file.h"
#include "net/base/problem.h"
#include "tests/support/wave.h"

enum { SOUND_MAX = 300 * 48000 };

struct sound sound_load(const char *path, unsigned rate_hz)
{
	struct sound s = {0};
	struct problem p = {0};

	if (sound_file_load(&s.samples, &s.count, path, rate_hz, SOUND_MAX, &p))
		fail_msg("%s", p.text);
	return s;
}

struct sound sound_at_rate(struct sound s, unsigned from_hz, unsigned to_hz)
{
	struct resampler *r = NULL;
	struct sound out = {0};

	assert_int_equal(resampler_create(&r, from_hz, to_hz), 0);
	out.samples = calloc(resampler_bound(r, s.count) +
				     resampler_bound(r, resampler_tail(r)),
			     sizeof *out.samples);
	assert_non_null(out.samples);
	out.count = resampler_process(r, out.samples, s.samples, s.count);
	out.count += resampler_finish(r, out.samples + out.count);
	resampler_free(r);
	free(s.samples);
	return out;
}

struct sound sound_load_channel(const char *path, unsigned channel,
				unsigned rate_hz)
{
	SF_INFO info = {0};
	SNDFILE *f = sf_open(path, SFM_READ, &info);

	if (!f)
		fail_msg("%s: %s", path, sf_strerror(NULL));

	size_t channels = (size_t)info.channels, frames = (size_t)info.frames;
	int16_t *all = calloc(frames * channels, sizeof *all);
	struct sound s = {.samples = calloc(frames, sizeof *s.samples),
			  .count = frames};

	assert_non_null(all);
	assert_non_null(s.samples);
	assert_true(channel < channels);
	assert_int_equal(sf_readf_short(f, all, info.frames), info.frames);
	for (size_t i = 0; i < frames; i++)
		s.samples[i] = all[i * channels + channel];
	free(all);
	sf_close(f);
	return sound_at_rate(s, (unsigned)info.samplerate, rate_hz);
}

double sound_snr_db(struct sound wanted, struct sound got)
{
	enum { EDGE = 48000 / 50 };
	size_t at = wave_find(got.samples, got.count, wanted.samples,
			      wanted.count);

	assert_true(at != SIZE_MAX);
	return meter_snr_db(wanted.samples + EDGE, got.samples + at + EDGE,
			    wanted.count - 2 * EDGE);
}

bool sound_contains(struct sound outer, struct sound inner)
{
	return memmem(outer.samples, outer.count * sizeof *outer.samples,
		      inner.samples, inner.count * sizeof *inner.samples);
}

void sound_assert_same(const char *a, const char *b, unsigned rate_hz)
{
	struct sound x = sound_load(a, rate_hz), y = sound_load(b, rate_hz);

	assert_true(x.count > rate_hz);
	assert_int_equal(x.count, y.count);
	assert_memory_equal(x.samples, y.samples, x.count * sizeof *x.samples);
	free(x.samples);
	free(y.samples);
}
