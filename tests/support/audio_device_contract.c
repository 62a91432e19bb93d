#include "tests/support/audio_device_contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "audio/device/audio_device.h"
#include "tests/support/await.h"
#include "tests/support/wave.h"

enum { OLD = 8000, NEW = -5000 }; /* levels that cannot be mistaken */

struct frames_wanted {
	struct audio_device *device;
	size_t frames;
};

static size_t frames_of(struct audio_device *d)
{
	return atomic_load(&d->rt.frames);
}

static bool has_frames(void *arg)
{
	struct frames_wanted *wanted = arg;

	return frames_of(wanted->device) >= wanted->frames;
}

static void advance(const struct audio_device_kind *kind,
		    struct audio_device *d, size_t frames)
{
	struct frames_wanted wanted = {d, frames_of(d) + frames};

	if (kind->advance)
		kind->advance(kind->arg, d, frames);
	else if (!await(has_frames, &wanted))
		fail_msg("%s: no frame comes any more", kind->name);
	assert_true(has_frames(&wanted));
}

static size_t ms_of(const struct audio_device *d, unsigned ms)
{
	return (size_t)d->rate_hz * ms / 1000;
}

static struct audio_device *open_started(const struct audio_device_kind *kind)
{
	struct audio_device *d = kind->open(kind->arg);

	assert_non_null(d);
	assert_true(d->rate_hz >= 8000);
	assert_true(d->name[0] != 0);
	assert_int_equal(audio_device_start(d, NULL), 0);
	return d;
}

/* --- both directions */

static void nothing_moves_before_the_start(const struct audio_device_kind *kind)
{
	struct audio_device *d = kind->open(kind->arg);

	assert_non_null(d);
	assert_int_equal(frames_of(d), 0);
	assert_int_equal(audio_device_failure(d, NULL), 0);
	assert_null(audio_device_free(d));
	assert_null(audio_device_free(NULL));
}

static void nothing_moves_after_the_stop(const struct audio_device_kind *kind)
{
	struct audio_device *d = open_started(kind);

	advance(kind, d, ms_of(d, 30));
	audio_device_stop(d);
	size_t frames = frames_of(d);
	audio_device_stop(d);
	/* another device of the kind runs meanwhile: time has passed */
	struct audio_device *other = open_started(kind);
	advance(kind, other, ms_of(other, 30));
	assert_int_equal(frames_of(d), frames);
	audio_device_free(other);
	audio_device_free(d);
}

/* --- playback */

static void
silence_flows_when_nothing_is_written(const struct audio_device_kind *kind)
{
	struct audio_device *d = open_started(kind);
	size_t n = ms_of(d, 50), nonzero = 0;
	int16_t *heard = calloc(n, sizeof *heard);

	assert_non_null(heard);
	advance(kind, d, n);
	assert_int_equal(audio_device_heard(d, heard, n), n);
	for (size_t i = 0; i < n; i++)
		nonzero += heard[i] != 0;
	assert_int_equal(nonzero, 0);
	assert_int_equal(audio_device_played(d), 0);
	assert_int_equal(atomic_load(&d->rt.late), 0);
	free(heard);
	audio_device_free(d);
}

static void
what_is_written_is_played_and_counted(const struct audio_device_kind *kind)
{
	struct audio_device *d = open_started(kind);
	size_t n = ms_of(d, 80), most = ms_of(d, 900);
	int16_t *sound = calloc(n, sizeof *sound);
	int16_t *heard = calloc(most, sizeof *heard);

	assert_non_null(sound);
	assert_non_null(heard);
	wave_noise(sound, n, 11, 9000);
	assert_int_equal(audio_device_write(d, sound, n), n);
	assert_int_equal(audio_device_written(d), n);
	advance(kind, d, ms_of(d, 200));
	assert_int_equal(audio_device_played(d), n);
	assert_int_equal(audio_device_waiting(d), 0);
	size_t got = audio_device_heard(d, heard, most);
	size_t at = wave_find(heard, got, sound, n);
	assert_true(at <= got - n);
	assert_memory_equal(heard + at, sound, n * sizeof *sound);
	free(sound);
	free(heard);
	audio_device_free(d);
}

static void
a_full_ring_refuses_and_does_not_wait(const struct audio_device_kind *kind)
{
	struct audio_device *d = kind->open(kind->arg);
	int16_t block[1000] = {0};
	size_t space = audio_device_space(d), total = 0, n;

	assert_true(space > 0);
	while ((n = audio_device_write(d, block, 1000)) > 0)
		total += n;
	assert_int_equal(total, space);
	assert_int_equal(audio_device_space(d), 0);
	assert_int_equal(audio_device_waiting(d), space);
	audio_device_free(d);
}

static void fill(int16_t *samples, size_t n, int16_t level)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = level;
}

/* Old samples, a fade of at most 5 ms, then none of the old; the new whole. */
static void check_flush(const struct audio_device *d, const int16_t *heard,
			size_t n, size_t fresh)
{
	size_t i = 0, fade = 0, whole = 0;

	while (i < n && heard[i] == 0)
		i++;
	while (i < n && heard[i] == OLD)
		i++;
	for (; i < n && heard[i] > 0; i++, fade++)
		assert_true(heard[i] < heard[i - 1]);
	assert_in_range(fade, 1, ms_of(d, DEVICE_RT_FADE_MS));
	while (i < n && heard[i] == 0)
		i++;
	for (; i < n && heard[i] == NEW; i++)
		whole++;
	assert_int_equal(whole, fresh);
	for (; i < n; i++)
		assert_int_equal(heard[i], 0);
}

static void
a_flush_fades_and_what_follows_is_whole(const struct audio_device_kind *kind)
{
	struct audio_device *d = open_started(kind);
	size_t n = ms_of(d, 600), fresh = ms_of(d, 50), most = ms_of(d, 990);
	int16_t *samples = calloc(n, sizeof *samples);
	int16_t *heard = calloc(most, sizeof *heard);

	assert_non_null(samples);
	assert_non_null(heard);
	fill(samples, n, OLD);
	assert_int_equal(audio_device_write(d, samples, n), n);
	advance(kind, d, ms_of(d, 60));
	audio_device_flush(d);
	fill(samples, fresh, NEW);
	assert_int_equal(audio_device_write(d, samples, fresh), fresh);
	advance(kind, d, ms_of(d, 200));
	assert_int_equal(audio_device_waiting(d), 0);
	assert_int_equal(audio_device_played(d) + atomic_load(&d->rt.skipped),
			 n + fresh);
	size_t got = audio_device_heard(d, heard, most);
	check_flush(d, heard, got, fresh);
	free(samples);
	free(heard);
	audio_device_free(d);
}

void audio_device_contract_playback(const struct audio_device_kind *kind)
{
	nothing_moves_before_the_start(kind);
	nothing_moves_after_the_stop(kind);
	silence_flows_when_nothing_is_written(kind);
	what_is_written_is_played_and_counted(kind);
	a_full_ring_refuses_and_does_not_wait(kind);
	a_flush_fades_and_what_follows_is_whole(kind);
}

/* --- capture */

static void
samples_come_and_reading_never_waits(const struct audio_device_kind *kind)
{
	struct audio_device *d = open_started(kind);
	size_t wanted = ms_of(d, 100), total = 0;
	int16_t block[512];

	while (total < wanted) {
		size_t n = audio_device_read(d, block, 512);

		total += n;
		if (n == 0)
			advance(kind, d, 1);
	}
	audio_device_stop(d);
	size_t frames = frames_of(d);
	for (size_t n; (n = audio_device_read(d, block, 512)) > 0;)
		total += n;
	assert_int_equal(total, frames);
	assert_int_equal(atomic_load(&d->rt.dropped), 0);
	assert_int_equal(audio_device_read(d, block, 512), 0);
	audio_device_free(d);
}

static void
what_nobody_reads_is_dropped_and_counted(const struct audio_device_kind *kind)
{
	struct audio_device *d = open_started(kind);
	size_t most = audio_device_space(d) + ms_of(d, 50), total = 0;
	int16_t block[512];

	advance(kind, d, most);
	audio_device_stop(d);
	for (size_t n; (n = audio_device_read(d, block, 512)) > 0;)
		total += n;
	assert_int_equal(total + atomic_load(&d->rt.dropped), frames_of(d));
	assert_true(atomic_load(&d->rt.dropped) > 0);
	audio_device_free(d);
}

void audio_device_contract_capture(const struct audio_device_kind *kind)
{
	nothing_moves_before_the_start(kind);
	nothing_moves_after_the_stop(kind);
	samples_come_and_reading_never_waits(kind);
	what_nobody_reads_is_dropped_and_counted(kind);
}
