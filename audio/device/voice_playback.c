/*
 * A burst is a run of samples that one resampler stream turns into one run in
 * the speaker's ring, so a ring index tells which sample of the burst plays:
 *
 *   ring    ---+---------------------------------+---
 *              base                              base + samples * rate / 24000
 *   spans      [ block 7      )[ block 8         )
 *
 * It begins with VOICE_START_MS of sound in the playout, or so long after the
 * first of it: chunks come at uneven times, and the first may be a few ms.  It
 * ends when the playout stays empty (the resampler's tail is given) or when it
 * is flushed.
 */
#include "audio/device/voice_playback.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "audio/device/audio_device.h"
#include "audio/device/voice.h"
#include "audio/dsp/playout.h"
#include "audio/dsp/resampler.h"
#include "net/base/problem.h"

enum {
	PULL_SAMPLES = 480, /* 20 ms of the playout */
	/* With less than this in the ring an empty playout ends the burst,
	 * though the answer may go on: a callback takes 10 ms, and the filter's
	 * tail must be there for it.  Less than VOICE_START_MS, so that sound
	 * which comes at its own pace is one burst. */
	TAIL_MS = 20,
	SPANS = 64, /* power of two */
};

/* Samples of one block within one burst. */
struct span {
	uint32_t block;
	size_t base;    /* ring index of the burst's first sample */
	uint64_t start; /* sample of the burst */
	uint64_t count;
	uint64_t offset; /* samples of the block before this span */
	uint64_t told;   /* how many of the span have been reported */
	bool flushed;
};

struct voice_playback {
	/* --- set when created, never changed */
	struct audio_device *speaker;
	struct playout *playout;
	const struct voice_listener *listener;
	/* --- voice thread only */
	struct resampler *resampler; /* 24 kHz to the speaker's rate */
	int16_t *converted;
	size_t converted_most;
	uint32_t flushes;    /* of the playout, seen so far */
	bool active;         /* something is owed a drained() */
	bool empty;          /* the ring has run empty ... */
	size_t empty_at;     /* ... when the device had taken so many frames */
	bool gathering;      /* sound waits for a burst to begin ... */
	size_t gathering_at; /* ... since the device had taken so many frames */
	bool in_burst;
	size_t burst_base;
	uint64_t burst_samples;
	struct span spans[SPANS];
	size_t first, end; /* free running; the oldest and behind the last */
	uint32_t block;    /* the last one pulled, and how much of it */
	uint64_t block_samples;
	bool flushing; /* the speaker has not come to the mark yet */
	size_t flush_mark;
	size_t skipped_before; /* the speaker's count when it was flushed */
	/* --- any thread */
	atomic_uint volume; /* percent */
};

int voice_playback_create(struct voice_playback **out,
			  struct audio_device *speaker, struct playout *playout,
			  const struct voice_listener *listener)
{
	struct voice_playback *b = calloc(1, sizeof *b);

	if (!b)
		return PROBLEM_MEMORY;
	b->speaker = speaker;
	b->playout = playout;
	b->listener = listener;
	atomic_init(&b->volume, 100);
	/* flushes before this voice are none of its business */
	b->flushes = playout_pull(playout, NULL, 0).flushes;
	int err = resampler_create(&b->resampler, VOICE_PLAYOUT_RATE_HZ,
				   speaker->rate_hz);
	if (err)
		goto out;
	size_t pull = resampler_bound(b->resampler, PULL_SAMPLES);
	size_t tail = resampler_bound(b->resampler,
				      resampler_tail(b->resampler));
	b->converted_most = pull > tail ? pull : tail;
	b->converted = calloc(b->converted_most, sizeof *b->converted);
	if (!b->converted)
		err = PROBLEM_MEMORY;
out:
	if (err)
		voice_playback_free(b);
	else
		*out = b;
	return err;
}

struct voice_playback *voice_playback_free(struct voice_playback *b)
{
	if (!b)
		return NULL;
	resampler_free(b->resampler);
	free(b->converted);
	free(b);
	return NULL;
}

/* --- what has been played */

/* Samples of the burst at base that lie before a ring index. */
static uint64_t burst_position(const struct voice_playback *b, size_t base,
			       size_t index)
{
	if ((ptrdiff_t)(index - base) <= 0)
		return 0;
	return (uint64_t)(index - base) * VOICE_PLAYOUT_RATE_HZ /
	       b->speaker->rate_hz;
}

/* Reports s up to a ring index; true when it has been played whole. */
static bool report_span(struct voice_playback *b, struct span *s, size_t index)
{
	uint64_t at = burst_position(b, s->base, index);
	uint64_t played = at > s->start ? at - s->start : 0;

	if (played > s->count)
		played = s->count;
	if (played > s->told) {
		s->told = played;
		if (b->listener->played)
			b->listener->played(b->listener->arg, s->block,
					    s->offset + played);
	}
	return played == s->count;
}

static void report_played(struct voice_playback *b)
{
	struct device_rt_progress now = device_rt_progress(&b->speaker->rt);

	if (b->flushing && (ptrdiff_t)(now.position - b->flush_mark) >= 0) {
		b->flushing = false;
		/* what was flushed played up to the skipped part */
		size_t old_end = b->flush_mark -
				 (now.skipped - b->skipped_before);
		for (; b->first != b->end; b->first++) {
			struct span *s = &b->spans[b->first % SPANS];

			if (!s->flushed)
				break;
			report_span(b, s, old_end);
		}
	}
	for (size_t i = b->first; i != b->end; i++) {
		struct span *s = &b->spans[i % SPANS];

		if (!report_span(b, s, now.position))
			break;
		/* the last span may still grow */
		if (i + 1 != b->end || !b->in_burst)
			b->first = i + 1;
	}
}

/* --- what is to be played */

static struct span *last_span(struct voice_playback *b)
{
	return b->first == b->end ? NULL : &b->spans[(b->end - 1) % SPANS];
}

/* Notes that n samples of block come next in the burst. */
static void add_to_spans(struct voice_playback *b, uint32_t block, size_t n)
{
	struct span *last = last_span(b);

	if (block != b->block)
		b->block_samples = 0;
	b->block = block;
	if (!last || last->block != block || last->flushed ||
	    last->base != b->burst_base) {
		struct span next = {
			.block = block,
			.base = b->burst_base,
			.start = b->burst_samples,
			.offset = b->block_samples,
		};
		b->spans[b->end++ % SPANS] = next;
		last = last_span(b);
	}
	last->count += n;
	b->block_samples += n;
	b->burst_samples += n;
}

static void begin_burst(struct voice_playback *b)
{
	b->in_burst = true;
	b->gathering = false;
	b->active = true;
	b->burst_base = audio_device_written(b->speaker);
	b->burst_samples = 0;
}

/* Gives the speaker n samples of b->converted. */
static void write_converted(struct voice_playback *b, size_t n)
{
	int percent = (int)atomic_load_explicit(&b->volume,
						memory_order_relaxed);

	for (size_t i = 0; percent < 100 && i < n; i++)
		b->converted[i] = (int16_t)(b->converted[i] * percent / 100);
	audio_device_write(b->speaker, b->converted, n);
}

static void end_burst(struct voice_playback *b)
{
	write_converted(b, resampler_finish(b->resampler, b->converted));
	b->in_burst = false;
}

static void flush(struct voice_playback *b)
{
	if (!b->flushing)
		b->skipped_before = device_rt_progress(&b->speaker->rt).skipped;
	b->flushing = true;
	b->flush_mark = audio_device_written(b->speaker);
	audio_device_flush(b->speaker);
	resampler_reset(b->resampler);
	for (size_t i = b->first; i != b->end; i++)
		b->spans[i % SPANS].flushed = true;
	b->in_burst = false;
	b->active = true;
}

static size_t frames_taken(const struct voice_playback *b)
{
	return atomic_load_explicit(&b->speaker->rt.frames,
				    memory_order_relaxed);
}

/* Samples that lie before the next one to be written, at the speaker's rate.
 * What is being flushed is as good as gone, but for the ring itself. */
static size_t ahead(const struct voice_playback *b)
{
	if (b->flushing)
		return audio_device_written(b->speaker) - b->flush_mark;
	return audio_device_waiting(b->speaker);
}

/* Whether what waits is enough for a burst to begin, together with what is
 * still being played, or has waited enough. */
static bool may_begin(struct voice_playback *b)
{
	size_t rate = b->speaker->rate_hz;
	size_t waiting = playout_waiting(b->playout);
	size_t taken = frames_taken(b);

	if (!b->gathering)
		b->gathering_at = taken;
	b->gathering = waiting > 0;
	return waiting * 1000 / VOICE_PLAYOUT_RATE_HZ +
			       ahead(b) * 1000 / rate >=
		       VOICE_START_MS ||
	       taken - b->gathering_at >= rate * VOICE_START_MS / 1000;
}

/* How many samples may be pulled now. */
static size_t room(const struct voice_playback *b)
{
	unsigned rate = b->speaker->rate_hz;
	size_t most = (size_t)rate * VOICE_AHEAD_MS / 1000;
	size_t waiting = ahead(b);

	if (waiting >= most || b->end - b->first >= SPANS ||
	    audio_device_space(b->speaker) < 2 * b->converted_most)
		return 0;
	size_t n = (most - waiting) * VOICE_PLAYOUT_RATE_HZ / rate;
	return n < PULL_SAMPLES ? n : PULL_SAMPLES;
}

static void see_flush(struct voice_playback *b, uint32_t flushes)
{
	if (flushes == b->flushes)
		return;
	b->flushes = flushes;
	flush(b);
}

/* Moves one piece; false when there is nothing to move. */
static bool move_piece(struct voice_playback *b)
{
	int16_t samples[PULL_SAMPLES];

	/* a burst that is cut here lets what follows gather anew */
	see_flush(b, playout_pull(b->playout, NULL, 0).flushes);
	if (!b->in_burst && !may_begin(b))
		return false;
	struct playout_piece piece = playout_pull(b->playout, samples, room(b));

	see_flush(b, piece.flushes);
	if (piece.count == 0)
		return false;
	if (!b->in_burst)
		begin_burst(b);
	add_to_spans(b, piece.block, piece.count);
	size_t n = resampler_process(b->resampler, b->converted, samples,
				     piece.count);
	write_converted(b, n);
	return true;
}

static bool is_nearly_dry(const struct voice_playback *b)
{
	return audio_device_waiting(b->speaker) <
	       (size_t)b->speaker->rate_hz * TAIL_MS / 1000;
}

/* The ring is empty and what it gave has had the time to be heard. */
static bool is_silent(struct voice_playback *b)
{
	const struct audio_device *speaker = b->speaker;
	size_t taken = frames_taken(b);

	if (audio_device_waiting(speaker) > 0) {
		b->empty = false;
		return false;
	}
	if (!b->empty)
		b->empty_at = taken;
	b->empty = true;
	return taken - b->empty_at >=
	       (size_t)speaker->rate_hz * speaker->latency_ms / 1000;
}

void voice_playback_step(struct voice_playback *b)
{
	report_played(b);
	while (move_piece(b))
		;
	bool empty = playout_waiting(b->playout) == 0;
	if (b->in_burst &&
	    (playout_is_whole(b->playout) || (empty && is_nearly_dry(b))))
		end_burst(b);
	report_played(b);
	bool silent = is_silent(b);
	if (b->active && !b->in_burst && !b->flushing && b->first == b->end &&
	    empty && silent) {
		b->active = false;
		if (b->listener->drained)
			b->listener->drained(b->listener->arg);
	}
}

void voice_playback_set_volume(struct voice_playback *b, unsigned percent)
{
	atomic_store_explicit(&b->volume, percent < 100 ? percent : 100,
			      memory_order_relaxed);
}

bool voice_playback_sounding(const struct voice_playback *b)
{
	return audio_device_waiting(b->speaker) > 0;
}
