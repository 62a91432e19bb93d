/*
 * Raw samples on a file descriptor: s16le mono, 16 kHz in, 24 kHz out.
 *
 * The pump asks the descriptor what it can take or give and never waits for
 * it, so nothing has to be woken to stop.  Input is read at most AHEAD_MS
 * ahead: a program that writes faster waits in its own write.  A reader of
 * the output that is slower than real time slows this device down, and
 * nothing is lost.
 */
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/device/audio_device.h"
#include "audio/device/device_kind.h"
#include "audio/device/device_pump.h"
#include "net/base/language.h"

enum {
	IN_RATE_HZ = 16000,
	OUT_RATE_HZ = 24000,
	AHEAD_MS = 200,
	AHEAD_BYTES = IN_RATE_HZ * AHEAD_MS / 1000 * 2,
	IN_BLOCK = IN_RATE_HZ * DEVICE_BLOCK_MS / 1000,
	OUT_BLOCK = OUT_RATE_HZ * DEVICE_BLOCK_MS / 1000,
	PERIOD_US = DEVICE_BLOCK_MS * 1000,
	BEHIND_US = 40000, /* see file_device.c */
};

struct pipe_device {
	struct audio_device device;
	struct device_pump pump;
	struct device_failure failure;
	int fd; /* borrowed */
	/* --- pump's thread */
	unsigned char bytes[AHEAD_BYTES]; /* read and not given, or not yet
					   * written */
	size_t used;
	bool at_end; /* the input has ended, or the output has failed */
	/* --- any */
	atomic_bool finished;
};

static struct pipe_device *pipe_device(struct audio_device *d)
{
	return (struct pipe_device *)d;
}

static bool is_ready(const struct pipe_device *d, short events)
{
	struct pollfd ask = {.fd = d->fd, .events = events};

	/* hang-up and error count: the next call then says which it is */
	return poll(&ask, 1, 0) > 0;
}

static bool must_retry(int errno_value)
{
	return errno_value == EINTR || errno_value == EAGAIN ||
	       errno_value == EWOULDBLOCK;
}

static void take_used(struct pipe_device *d, size_t n)
{
	d->used -= n;
	memmove(d->bytes, d->bytes + n, d->used);
}

/* --- input */

static void read_ahead(struct pipe_device *d)
{
	while (!d->at_end && d->used < AHEAD_BYTES && is_ready(d, POLLIN)) {
		ssize_t n = read(d->fd, d->bytes + d->used,
				 AHEAD_BYTES - d->used);

		if (n < 0 && must_retry(errno))
			break;
		if (n < 0)
			device_failure_note(&d->failure, PROBLEM_FILE,
					    "%s: reading failed: %s; check "
					    "the program that writes it",
					    d->device.name, strerror(errno));
		if (n <= 0)
			d->at_end = true;
		else
			d->used += (size_t)n;
	}
}

static void give_block(void *arg)
{
	struct pipe_device *d = arg;
	int16_t samples[IN_BLOCK] = {0};
	size_t n = 0;

	read_ahead(d);
	/* Blocks are given whole: a slow writer makes gaps between blocks and
	 * not within them.  The last one is what there is. */
	if (d->used >= sizeof samples)
		n = IN_BLOCK;
	else if (d->at_end)
		n = d->used / sizeof *samples;
	memcpy(samples, d->bytes, n * sizeof *samples);
	take_used(d, n * sizeof *samples);
	for (size_t i = 0; i < n; i++)
		samples[i] = (int16_t)le16toh((uint16_t)samples[i]);
	device_rt_capture(&d->device.rt, samples, IN_BLOCK);
	/* release: who sees it finished finds all samples in the ring; half a
	 * sample at the end is none */
	if (d->at_end && d->used < sizeof *samples)
		atomic_store_explicit(&d->finished, true, memory_order_release);
}

/* --- output */

static void write_bytes(struct pipe_device *d)
{
	while (d->used > 0 && is_ready(d, POLLOUT)) {
		/* A block is smaller than PIPE_BUF, so a pipe that is ready
		 * takes it at once. */
		ssize_t n = write(d->fd, d->bytes, d->used);

		if (n < 0 && must_retry(errno))
			return;
		if (n < 0) {
			int code = problem_from_file_errno(errno);

			device_failure_note(&d->failure,
					    errno == EPIPE ? PROBLEM_CLOSED
							   : code,
					    "%s: writing failed: %s; check "
					    "the program that reads it",
					    d->device.name, strerror(errno));
			d->at_end = true;
			return;
		}
		take_used(d, (size_t)n);
	}
}

static void take_block(void *arg)
{
	struct pipe_device *d = arg;
	int16_t samples[OUT_BLOCK];

	if (!d->at_end)
		write_bytes(d);
	if (d->used > 0 && !d->at_end)
		return;
	device_rt_playback(&d->device.rt, samples, OUT_BLOCK);
	/* with nobody to read it, it still takes its time */
	if (d->at_end)
		return;
	for (size_t i = 0; i < OUT_BLOCK; i++)
		samples[i] = (int16_t)htole16((uint16_t)samples[i]);
	memcpy(d->bytes, samples, sizeof samples);
	d->used = sizeof samples;
	write_bytes(d);
}

/* --- both */

static int start(struct audio_device *d, struct problem *p)
{
	int err = device_pump_start(&pipe_device(d)->pump);

	if (err)
		problem_set(p, err,
			    "%s: its thread cannot be started; close other "
			    "programs",
			    d->name);
	return err;
}

static void stop(struct audio_device *d)
{
	device_pump_stop(&pipe_device(d)->pump);
}

static void free_device(struct audio_device *d)
{
	audio_device_deinit(d);
	free(d);
}

static bool finished(struct audio_device *d)
{
	return atomic_load_explicit(&pipe_device(d)->finished,
				    memory_order_acquire);
}

static int failure(struct audio_device *d, struct problem *p)
{
	return device_failure_get(&pipe_device(d)->failure, p);
}

static const struct audio_device_ops ops = {
	.start = start,
	.stop = stop,
	.free = free_device,
	.finished = finished,
	.failure = failure,
};

int pipe_device_open(struct audio_device **out, enum audio_direction dir,
		     int fd, struct problem *p)
{
	bool in = dir == AUDIO_CAPTURE;
	int err = PROBLEM_MEMORY;
	struct pipe_device *d = calloc(1, sizeof *d);

	if (!d)
		goto out;
	err = audio_device_init(&d->device, &ops, dir,
				in ? IN_RATE_HZ : OUT_RATE_HZ, 1);
	if (err)
		goto out;
	d->fd = fd;
	device_pump_init(&d->pump, NULL, PERIOD_US, BEHIND_US,
			 in ? give_block : take_block, d);
	snprintf(d->device.name, sizeof d->device.name, "%s",
		 in ? _("standard input") : _("standard output"));
out:
	if (err) {
		problem_set(p, err,
			    "%s: not enough memory; close other "
			    "programs",
			    in ? _("standard input") : _("standard output"));
		free(d);
	} else {
		*out = &d->device;
	}
	return err;
}
