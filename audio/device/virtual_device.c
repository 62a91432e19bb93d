#include <stdio.h>
#include <stdlib.h>

#include "audio/device/audio_device.h"
#include "audio/device/device_kind.h"
#include "audio/device/device_pump.h"

struct virtual_device {
	struct audio_device device;
	struct device_pump pump;
	size_t block; /* samples of DEVICE_BLOCK_MS */
	void (*pass)(void *arg, int16_t *samples, size_t n);
	void *arg;
};

static void tick(void *arg)
{
	struct virtual_device *v = arg;
	int16_t samples[DEVICE_BLOCK_MOST] = {0};

	if (v->device.direction == AUDIO_PLAYBACK)
		device_rt_playback(&v->device.rt, samples, v->block);
	if (v->pass)
		v->pass(v->arg, samples, v->block);
	if (v->device.direction == AUDIO_CAPTURE)
		device_rt_capture(&v->device.rt, samples, v->block);
}

static int start(struct audio_device *d, struct problem *p)
{
	int err = device_pump_start(&((struct virtual_device *)d)->pump);

	return err ? problem_set(p, err, "%s: it runs already", d->name) : 0;
}

static void stop(struct audio_device *d)
{
	device_pump_stop(&((struct virtual_device *)d)->pump);
}

static void free_device(struct audio_device *d)
{
	audio_device_deinit(d);
	free(d);
}

static const struct audio_device_ops ops = {
	.start = start,
	.stop = stop,
	.free = free_device,
};

int virtual_device_open(struct audio_device **out, enum audio_direction dir,
			struct clock *clock, unsigned rate_hz,
			void (*block)(void *arg, int16_t *samples, size_t n),
			void *arg)
{
	struct virtual_device *v = calloc(1, sizeof *v);

	if (!v)
		return PROBLEM_MEMORY;
	int err = audio_device_init(&v->device, &ops, dir, rate_hz, 1);
	if (err) {
		free(v);
		return err;
	}
	v->block = rate_hz * DEVICE_BLOCK_MS / 1000;
	v->pass = block;
	v->arg = arg;
	/* a clock of tests never runs late, so nothing is left out */
	device_pump_init(&v->pump, clock, DEVICE_BLOCK_MS * 1000,
			 UINT64_MAX / 2, tick, v);
	snprintf(v->device.name, sizeof v->device.name, "virtual %s",
		 dir == AUDIO_CAPTURE ? "microphone" : "speaker");
	*out = &v->device;
	return 0;
}
