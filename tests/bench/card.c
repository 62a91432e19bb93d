#include "tests/bench/card.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "audio/device/device_kind.h"
#include "audio/device/device_pump.h"
#include "tests/bench/bench.h"

enum {
	LEVEL_STEP = 250,
	BLOCKS_IN_FRAME = FRAME_MS / DEVICE_BLOCK_MS,
	/* A little slow, as cards are: within 4 s its blocks have come at
	 * every time between two steps of the voice thread. */
	PERIOD_US = DEVICE_BLOCK_MS * 1000 + 3,
	BEHIND_US = 40000,
};

struct card {
	struct audio_device device;
	struct device_pump pump;
	size_t block;    /* samples */
	unsigned blocks; /* so far */
	_Atomic(uint64_t) captured_us[CARD_CODES];
};

int16_t card_level(unsigned code)
{
	return (int16_t)(((int)(code % CARD_CODES) - CARD_CODES / 2) *
			 LEVEL_STEP);
}

unsigned card_code(const int16_t *samples, size_t n)
{
	int level = samples[n / 2] + CARD_CODES / 2 * LEVEL_STEP;

	return (unsigned)((level + LEVEL_STEP / 2) / LEVEL_STEP) % CARD_CODES;
}

uint64_t card_captured_us(const struct audio_device *d, unsigned code)
{
	const struct card *c = (const struct card *)d;

	return atomic_load(&c->captured_us[code]);
}

static void tick(void *arg)
{
	struct card *c = arg;
	unsigned code = c->blocks / BLOCKS_IN_FRAME % CARD_CODES;
	int16_t samples[DEVICE_BLOCK_MOST];

	if (c->device.direction == AUDIO_PLAYBACK) {
		device_rt_playback(&c->device.rt, samples, c->block);
		return;
	}
	for (size_t i = 0; i < c->block; i++)
		samples[i] = card_level(code);
	bool whole = ++c->blocks % BLOCKS_IN_FRAME == 0;

	/* before as well: the frame may be through before the second line */
	if (whole)
		atomic_store(&c->captured_us[code],
			     clock_now_us(clock_system()));
	device_rt_capture(&c->device.rt, samples, c->block);
	if (whole)
		atomic_store(&c->captured_us[code],
			     clock_now_us(clock_system()));
}

static int start(struct audio_device *d, struct problem *p)
{
	int err = device_pump_start(&((struct card *)d)->pump);

	return err ? problem_set(p, err, "%s: no thread for it", d->name) : 0;
}

static void stop(struct audio_device *d)
{
	device_pump_stop(&((struct card *)d)->pump);
}

static void free_card(struct audio_device *d)
{
	audio_device_deinit(d);
	free(d);
}

static const struct audio_device_ops ops = {
	.start = start,
	.stop = stop,
	.free = free_card,
};

int card_open(struct audio_device **out, enum audio_direction dir,
	      unsigned rate_hz)
{
	struct card *c = calloc(1, sizeof *c);
	int err;

	if (!c)
		return PROBLEM_MEMORY;
	err = audio_device_init(&c->device, &ops, dir, rate_hz, 1);
	if (err) {
		free(c);
		return err;
	}
	c->block = rate_hz * DEVICE_BLOCK_MS / 1000;
	device_pump_init(&c->pump, NULL, PERIOD_US, BEHIND_US, tick, c);
	snprintf(c->device.name, sizeof c->device.name, "card of the bench");
	*out = &c->device;
	return 0;
}
