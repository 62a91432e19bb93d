#include "audio/device/audio_device.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audio/device/device_kind.h"
#include "net/base/language.h"

int audio_device_init(struct audio_device *d,
		      const struct audio_device_ops *ops,
		      enum audio_direction dir, unsigned rate_hz,
		      unsigned channels)
{
	size_t ring = (size_t)rate_hz * DEVICE_RING_MS / 1000;
	size_t heard = dir == AUDIO_PLAYBACK ? ring : 0;

	if (rate_hz * DEVICE_BLOCK_MS / 1000 > DEVICE_BLOCK_MOST)
		return PROBLEM_USAGE;
	d->ops = ops;
	d->direction = dir;
	d->rate_hz = rate_hz;
	return device_rt_init(&d->rt, rate_hz, channels, ring, heard);
}

void audio_device_deinit(struct audio_device *d)
{
	device_rt_deinit(&d->rt);
}

void device_failure_note(struct device_failure *f, int code, const char *format,
			 ...)
{
	va_list args;
	char text[sizeof f->problem.text];

	if (atomic_load_explicit(&f->code, memory_order_relaxed))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, _(format), args);
	va_end(args);
	problem_set(&f->problem, code, "%s", text);
	/* release: who sees the code sees the text */
	atomic_store_explicit(&f->code, code, memory_order_release);
}

int device_failure_get(struct device_failure *f, struct problem *p)
{
	int code = atomic_load_explicit(&f->code, memory_order_acquire);

	if (code && p)
		*p = f->problem;
	return code;
}

int audio_device_start(struct audio_device *d, struct problem *p)
{
	return d->ops->start(d, p);
}

void audio_device_stop(struct audio_device *d)
{
	d->ops->stop(d);
}

struct audio_device *audio_device_free(struct audio_device *d)
{
	if (d) {
		d->ops->stop(d);
		d->ops->free(d);
	}
	return NULL;
}

size_t audio_device_read(struct audio_device *d, int16_t *dst, size_t n)
{
	return pcm_ring_read(&d->rt.ring, dst, n);
}

size_t audio_device_write(struct audio_device *d, const int16_t *src, size_t n)
{
	return pcm_ring_write(&d->rt.ring, src, n);
}

size_t audio_device_space(const struct audio_device *d)
{
	return pcm_ring_space(&d->rt.ring);
}

size_t audio_device_waiting(const struct audio_device *d)
{
	return pcm_ring_used(&d->rt.ring);
}

size_t audio_device_written(const struct audio_device *d)
{
	return pcm_ring_head(&d->rt.ring);
}

size_t audio_device_played(const struct audio_device *d)
{
	return atomic_load_explicit(&d->rt.played, memory_order_acquire);
}

void audio_device_flush(struct audio_device *d)
{
	device_rt_flush(&d->rt);
}

size_t audio_device_heard(struct audio_device *d, int16_t *dst, size_t n)
{
	return pcm_ring_read(&d->rt.heard, dst, n);
}

int audio_device_cue(struct audio_device *d)
{
	return d->ops->cue ? d->ops->cue(d) : 0;
}

int audio_device_give(struct audio_device *d, const int16_t *samples, size_t n)
{
	return d->ops->give ? d->ops->give(d, samples, n) : PROBLEM_ORDER;
}

bool audio_device_finished(struct audio_device *d)
{
	return d->ops->finished ? d->ops->finished(d) : false;
}

int audio_device_failure(struct audio_device *d, struct problem *p)
{
	return d->ops->failure ? d->ops->failure(d, p) : 0;
}
