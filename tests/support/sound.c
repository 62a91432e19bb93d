#include "tests/support/sound.h"

#include <math.h>
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

static double power_of(const int16_t *samples, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)samples[i] * samples[i];
	return sum / (double)n;
}

static double error_of(const int16_t *wanted, const int16_t *got, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += ((double)got[i] - wanted[i]) *
		       ((double)got[i] - wanted[i]);
	return sum / (double)n;
}

/* Where the piece stands in got at or after from, within look samples;
 * SIZE_MAX: nowhere. */
static size_t find_piece(const int16_t *piece, size_t n, struct sound got,
			 size_t from, size_t look, double most_error)
{
	if (from + n > got.count)
		return SIZE_MAX;
	if (error_of(piece, got.samples + from, n) <= most_error)
		return from;
	if (look > got.count - from)
		look = got.count - from;
	size_t at = wave_find(got.samples + from, look, piece, n);
	if (at == SIZE_MAX ||
	    error_of(piece, got.samples + from + at, n) > most_error)
		return SIZE_MAX;
	return from + at;
}

double sound_survived(struct sound wanted, struct sound got, double *snr_db)
{
	enum { PIECE = 48000 / 5, NEAR = 2 * 48000 };
	double power = power_of(wanted.samples, wanted.count);
	double most_error = power / 2500, error = 0; /* 34 dB */
	size_t pieces = 0, survived = 0;
	size_t next = 0; /* where the next piece stands when nothing pauses */

	for (size_t at = 0; at + PIECE <= wanted.count; at += PIECE) {
		const int16_t *piece = wanted.samples + at;
		size_t found = SIZE_MAX;

		/* a quiet piece looks like any other, and like silence */
		if (power_of(piece, PIECE) > power / 10) {
			pieces++;
			found = find_piece(piece, PIECE, got, next,
					   survived ? NEAR : got.count,
					   most_error);
		}
		if (found != SIZE_MAX) {
			survived++;
			next = found;
			error += error_of(piece, got.samples + found, PIECE);
		}
		if (survived)
			next += PIECE;
	}
	error = survived ? error / (double)survived : power;
	*snr_db = error > 0 ? 10 * log10(power / error) : 200;
	return pieces ? (double)survived / (double)pieces : 0;
}

void sound_expect_survived(const char *what, struct sound wanted,
			   struct sound got)
{
	double snr_db, share = sound_survived(wanted, got, &snr_db);

	print_message("%s: %.0f %%, %.1f dB\n", what, 100 * share, snr_db);
	if (share < 0.8 || snr_db < 40)
		fail_msg("%s: %.0f %%, %.1f dB", what, 100 * share, snr_db);
	free(wanted.samples);
	free(got.samples);
}

bool sound_plays(struct sound outer, struct sound inner)
{
	size_t o = 0, i = 0;

	while (i < inner.count && inner.samples[i] == 0)
		i++;
	for (; o < outer.count && i < inner.count; o++) {
		if (outer.samples[o] == inner.samples[i])
			i++;
		else if (outer.samples[o] != 0)
			return false;
	}
	return i > 0 && i == inner.count;
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
