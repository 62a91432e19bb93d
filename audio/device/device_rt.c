#include "audio/device/device_rt.h"

#include <string.h>

#include "net/base/problem.h"

enum { PIECE = 256 }; /* frames brought to one channel at a time */

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void count(atomic_size_t *counter, size_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

int device_rt_init(struct device_rt *rt, unsigned rate_hz, unsigned channels,
		   size_t ring_samples, size_t heard_samples)
{
	memset(rt, 0, sizeof *rt);
	if (rate_hz == 0 || channels == 0)
		return PROBLEM_USAGE;
	rt->rate_hz = rate_hz;
	rt->channels = channels;
	/* no sound has been, so the first one comes after a pause */
	rt->gap = SIZE_MAX;
	int err = pcm_ring_init(&rt->ring, ring_samples);
	if (err)
		return err;
	err = pcm_ring_init(&rt->heard, heard_samples);
	if (err)
		pcm_ring_deinit(&rt->ring);
	return err;
}

void device_rt_deinit(struct device_rt *rt)
{
	pcm_ring_deinit(&rt->ring);
	pcm_ring_deinit(&rt->heard);
}

void device_rt_capture(struct device_rt *rt, const int16_t *in, size_t frames)
{
	int16_t mono[PIECE];
	size_t written = 0;

	for (size_t at = 0; at < frames && rt->channels > 1; at += PIECE) {
		size_t n = min_size(PIECE, frames - at);

		for (size_t i = 0; i < n; i++)
			mono[i] = in[(at + i) * rt->channels];
		written += pcm_ring_write(&rt->ring, mono, n);
	}
	if (rt->channels == 1)
		written = pcm_ring_write(&rt->ring, in, frames);
	count(&rt->dropped, frames - written);
	count(&rt->frames, frames);
}

/* Sees whether a flush is asked for.  Returns the mark to skip to. */
static size_t look_for_flush(struct device_rt *rt)
{
	/* acquire: what was written up to the mark is visible */
	size_t mark = atomic_load_explicit(&rt->flush_mark,
					   memory_order_acquire);
	size_t tail = atomic_load_explicit(&rt->ring.tail,
					   memory_order_relaxed);

	if (mark == rt->mark_seen)
		return mark;
	rt->mark_seen = mark;
	rt->gap = SIZE_MAX;
	/* with a fade under way this mark only moves its end */
	if (rt->fade_left == 0 && rt->sounding) {
		size_t most = (size_t)rt->rate_hz * DEVICE_RT_FADE_MS / 1000;

		rt->fade_length = min_size(mark - tail, most);
		rt->fade_left = rt->fade_length;
	}
	return mark;
}

static void skip_to(struct device_rt *rt, size_t mark)
{
	size_t tail = atomic_load_explicit(&rt->ring.tail,
					   memory_order_relaxed);

	/* skipped before the tail: see device_rt_progress() */
	count(&rt->skipped, mark - tail);
	pcm_ring_skip(&rt->ring, mark - tail);
}

/* Plays the next part of a fade.  Its last sample is zero. */
static size_t play_fade(struct device_rt *rt, int16_t *out, size_t frames)
{
	size_t n = pcm_ring_read(&rt->ring, out,
				 min_size(frames, rt->fade_left));

	for (size_t i = 0; i < n; i++) {
		int64_t gain = (int64_t)(rt->fade_left - 1 - i);

		out[i] = (int16_t)(out[i] * gain / (int64_t)rt->fade_length);
	}
	rt->fade_left -= n;
	return n;
}

/* Plays what was in the ring before the mark was looked at. */
static size_t play_ring(struct device_rt *rt, int16_t *out, size_t frames,
			size_t head)
{
	size_t tail = atomic_load_explicit(&rt->ring.tail,
					   memory_order_relaxed);
	size_t n = 0;

	/* the mark may lie ahead of the head seen before it */
	if ((ptrdiff_t)(head - tail) > 0)
		n = pcm_ring_read(&rt->ring, out,
				  min_size(frames, head - tail));
	if (n > 0 && rt->gap < (size_t)rt->rate_hz * DEVICE_RT_PAUSE_MS / 1000)
		count(&rt->late, rt->gap);
	if (n > 0)
		rt->gap = 0;
	return n;
}

static void spread(const struct device_rt *rt, int16_t *out, size_t frames)
{
	/* from the end, so that no sample is overwritten before it is used */
	for (size_t i = frames; rt->channels > 1 && i-- > 0;)
		for (unsigned c = 0; c < rt->channels; c++)
			out[i * rt->channels + c] = out[i];
}

void device_rt_playback(struct device_rt *rt, int16_t *out, size_t frames)
{
	/* The head is read before the mark: samples that this call can see
	 * and that were written after a flush come with its mark. */
	size_t head = atomic_load_explicit(&rt->ring.head,
					   memory_order_acquire);
	bool fading = rt->fade_left > 0;
	size_t before = rt->mark_seen;
	size_t mark = look_for_flush(rt);
	size_t done = 0;

	if (rt->fade_left > 0) {
		fading = true;
		done = play_fade(rt, out, frames);
	}
	if (rt->fade_left == 0 && (fading || mark != before))
		skip_to(rt, mark);
	if (rt->fade_left == 0)
		done += play_ring(rt, out + done, frames - done, head);
	count(&rt->played, done);

	rt->sounding = done == frames && frames > 0;
	if (done < frames) {
		/* whatever is in out is played: fill it on every path */
		memset(out + done, 0, (frames - done) * sizeof *out);
		if (rt->gap < SIZE_MAX - frames)
			rt->gap += frames - done;
	}
	pcm_ring_write(&rt->heard, out, frames);
	spread(rt, out, frames);
	count(&rt->frames, frames);
}

void device_rt_flush(struct device_rt *rt)
{
	/* release: the reader that sees the mark sees what lies before it */
	atomic_store_explicit(&rt->flush_mark, pcm_ring_head(&rt->ring),
			      memory_order_release);
}

struct device_rt_progress device_rt_progress(const struct device_rt *rt)
{
	struct device_rt_progress progress;

	/* acquire: with a tail past a mark comes its count of skipped */
	progress.position = atomic_load_explicit(&rt->ring.tail,
						 memory_order_acquire);
	progress.skipped = atomic_load_explicit(&rt->skipped,
						memory_order_relaxed);
	return progress;
}
