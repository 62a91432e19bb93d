/*
 * A microphone that hears what is given to it: sounds one after another at
 * real-time pace, silence between them.
 *
 *   audio_device_give() -> list -> [pump: device_rt_capture] -> ring
 *
 * The list is behind a lock, which the pump may wait for; device_rt does not
 * see it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/device/audio_device.h"
#include "audio/device/device_kind.h"
#include "audio/device/device_pump.h"
#include "net/base/language.h"

enum {
	RATE_HZ = 16000,
	BLOCK = RATE_HZ * DEVICE_BLOCK_MS / 1000,
	PERIOD_US = DEVICE_BLOCK_MS * 1000,
	BEHIND_US = 40000, /* see file_device.c */
};

struct given_sound {
	struct given_sound *next;
	size_t count;
	int16_t samples[];
};

struct given_device {
	struct audio_device device;
	struct device_pump pump;
	pthread_mutex_t lock;
	/* --- protected by lock */
	struct given_sound *first, **end;
	size_t at; /* samples of the first that are in the ring */
};

static struct given_device *given_device(struct audio_device *d)
{
	return (struct given_device *)d;
}

static void drop_first_locked(struct given_device *g)
{
	struct given_sound *first = g->first;

	g->first = first->next;
	if (!g->first)
		g->end = &g->first;
	g->at = 0;
	free(first);
}

/* The next samples of what is there; the rest of the block stays silent.  The
 * ring is filled under the lock: who sees it finished finds all of it there. */
static void give_block(void *arg)
{
	struct given_device *g = arg;
	int16_t samples[BLOCK] = {0};
	size_t filled = 0;

	pthread_mutex_lock(&g->lock);
	while (g->first && filled < BLOCK) {
		size_t n = g->first->count - g->at;

		if (n > BLOCK - filled)
			n = BLOCK - filled;
		memcpy(samples + filled, g->first->samples + g->at,
		       n * sizeof *samples);
		filled += n;
		g->at += n;
		if (g->at == g->first->count)
			drop_first_locked(g);
	}
	device_rt_capture(&g->device.rt, samples, BLOCK);
	pthread_mutex_unlock(&g->lock);
}

static int start(struct audio_device *d, struct problem *p)
{
	int err = device_pump_start(&given_device(d)->pump);

	if (err)
		problem_set(p, err,
			    "%s: its thread cannot be started; close other "
			    "programs",
			    d->name);
	return err;
}

static void stop(struct audio_device *d)
{
	device_pump_stop(&given_device(d)->pump);
}

static void free_device(struct audio_device *d)
{
	struct given_device *g = given_device(d);

	while (g->first)
		drop_first_locked(g);
	pthread_mutex_destroy(&g->lock);
	audio_device_deinit(d);
	free(g);
}

static int give(struct audio_device *d, const int16_t *samples, size_t n)
{
	struct given_device *g = given_device(d);
	struct given_sound *sound = malloc(sizeof *sound + n * sizeof *samples);

	if (!sound)
		return PROBLEM_MEMORY;
	sound->next = NULL;
	sound->count = n;
	memcpy(sound->samples, samples, n * sizeof *samples);
	pthread_mutex_lock(&g->lock);
	*g->end = sound;
	g->end = &sound->next;
	pthread_mutex_unlock(&g->lock);
	return 0;
}

static bool finished(struct audio_device *d)
{
	struct given_device *g = given_device(d);

	pthread_mutex_lock(&g->lock);
	bool empty = !g->first;
	pthread_mutex_unlock(&g->lock);
	return empty;
}

int given_microphone_open(struct audio_device **out, struct clock *clock,
			  struct problem *p)
{
	static const struct audio_device_ops ops = {
		.start = start,
		.stop = stop,
		.free = free_device,
		.give = give,
		.finished = finished,
	};
	struct given_device *g = calloc(1, sizeof *g);
	int err = g ? audio_device_init(&g->device, &ops, AUDIO_CAPTURE,
					RATE_HZ, 1)
		    : PROBLEM_MEMORY;

	if (err) {
		free(g);
		return problem_set(p, err, "microphone: not enough memory");
	}
	g->end = &g->first;
	pthread_mutex_init(&g->lock, NULL);
	device_pump_init(&g->pump, clock, PERIOD_US, BEHIND_US, give_block, g);
	snprintf(g->device.name, sizeof g->device.name, _("what is given"));
	*out = &g->device;
	return 0;
}
