/*
 * Recordings as a microphone, and a sound file or nothing as a speaker.
 *
 *   sound_reader -> [pump: device_rt_capture]  -> ring
 *   sound_writer <- [pump: device_rt_playback] <- ring
 *
 * Reading and writing files may wait for the disk, so it is done by the pump
 * and never inside device_rt.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/device/audio_device.h"
#include "audio/device/device_kind.h"
#include "audio/device/device_pump.h"
#include "audio/dsp/sound_file.h"
#include "net/base/language.h"
#include "net/base/text.h"

enum {
	MICROPHONE_RATE_HZ = 16000,
	PERIOD_US = DEVICE_BLOCK_MS * 1000,
	/* Less than VOICE_AHEAD_MS: making up for it does not run dry. */
	BEHIND_US = 40000,
};

struct file_device {
	struct audio_device device;
	struct device_pump pump;
	struct device_failure failure;
	size_t block; /* samples of DEVICE_BLOCK_MS */
	/* --- microphone */
	struct sound_reader **readers; /* owned; all open from the start */
	char **paths;                  /* owned */
	size_t count;
	atomic_size_t cued;  /* recordings that may be given */
	atomic_size_t given; /* recordings whose samples are in the ring */
	/* --- speaker; NULL: silent */
	struct sound_writer *writer;
};

static struct file_device *file_device(struct audio_device *d)
{
	return (struct file_device *)d;
}

/* --- both */

static int start(struct audio_device *d, struct problem *p)
{
	int err = device_pump_start(&file_device(d)->pump);

	if (err)
		problem_set(p, err,
			    "%s: its thread cannot be started; close "
			    "other programs",
			    d->name);
	return err;
}

static void stop(struct audio_device *d)
{
	device_pump_stop(&file_device(d)->pump);
}

static void free_device(struct audio_device *d)
{
	struct file_device *f = file_device(d);

	for (size_t i = 0; i < f->count; i++) {
		if (f->readers)
			sound_reader_free(f->readers[i]);
		if (f->paths)
			free(f->paths[i]);
	}
	free(f->readers);
	free(f->paths);
	sound_writer_free(f->writer);
	audio_device_deinit(d);
	free(f);
}

static int failure(struct audio_device *d, struct problem *p)
{
	return device_failure_get(&file_device(d)->failure, p);
}

static int create(struct file_device **out, const struct audio_device_ops *ops,
		  enum audio_direction dir, struct clock *clock,
		  unsigned rate_hz, void (*tick)(void *arg))
{
	struct file_device *f = calloc(1, sizeof *f);

	if (!f)
		return PROBLEM_MEMORY;
	int err = audio_device_init(&f->device, ops, dir, rate_hz, 1);
	if (err) {
		free(f);
		return err;
	}
	f->block = rate_hz * DEVICE_BLOCK_MS / 1000;
	device_pump_init(&f->pump, clock, PERIOD_US, BEHIND_US, tick, f);
	*out = f;
	return 0;
}

/* --- microphone */

/* Fills from the recording with that index; true when it has ended. */
static bool read_recording(struct file_device *f, size_t index,
			   int16_t *samples, size_t n, size_t *got)
{
	long read = sound_reader_read(f->readers[index], samples, n);

	if (read < 0)
		device_failure_note(&f->failure, (int)read,
				    "%s: reading failed; check the disk",
				    f->paths[index]);
	*got = read > 0 ? (size_t)read : 0;
	return *got < n;
}

static void give_block(void *arg)
{
	struct file_device *f = arg;
	int16_t samples[DEVICE_BLOCK_MOST] = {0};
	size_t given = atomic_load_explicit(&f->given, memory_order_relaxed);
	bool ended = false;

	if (given < atomic_load_explicit(&f->cued, memory_order_acquire)) {
		size_t got;

		ended = read_recording(f, given, samples, f->block, &got);
	}
	device_rt_capture(&f->device.rt, samples, f->block);
	/* release: who sees it finished finds all its samples in the ring */
	if (ended)
		atomic_store_explicit(&f->given, given + 1,
				      memory_order_release);
}

static int cue(struct audio_device *d)
{
	struct file_device *f = file_device(d);
	size_t cued = atomic_load_explicit(&f->cued, memory_order_relaxed);

	do {
		if (cued >= f->count)
			return PROBLEM_CLOSED;
	} while (!atomic_compare_exchange_weak_explicit(&f->cued, &cued,
							cued + 1,
							memory_order_release,
							memory_order_relaxed));
	return 0;
}

static bool finished(struct audio_device *d)
{
	struct file_device *f = file_device(d);

	return atomic_load_explicit(&f->given, memory_order_acquire) ==
	       atomic_load_explicit(&f->cued, memory_order_relaxed);
}

static const struct audio_device_ops microphone_ops = {
	.start = start,
	.stop = stop,
	.free = free_device,
	.cue = cue,
	.finished = finished,
	.failure = failure,
};

static int open_recordings(struct file_device *f, const char *const *paths,
			   size_t count, struct problem *p)
{
	f->readers = calloc(count ? count : 1, sizeof(struct sound_reader *));
	f->paths = calloc(count ? count : 1, sizeof *f->paths);
	if (!f->readers || !f->paths)
		return PROBLEM_MEMORY;
	f->count = count;
	for (size_t i = 0; i < count; i++) {
		f->paths[i] = text_copy(paths[i]);
		if (!f->paths[i])
			return PROBLEM_MEMORY;
		int err = sound_reader_open(&f->readers[i], paths[i],
					    MICROPHONE_RATE_HZ, p);
		if (err)
			return err;
	}
	return 0;
}

int file_microphone_open(struct audio_device **out, struct clock *clock,
			 const char *const *paths, size_t count,
			 struct problem *p)
{
	struct file_device *f = NULL;
	int err = create(&f, &microphone_ops, AUDIO_CAPTURE, clock,
			 MICROPHONE_RATE_HZ, give_block);

	if (err)
		goto out;
	err = open_recordings(f, paths, count, p);
	if (err)
		goto out;
	if (count == 1)
		snprintf(f->device.name, sizeof f->device.name, "%s", paths[0]);
	else
		snprintf(f->device.name, sizeof f->device.name,
			 _("%zu recordings"), count);
out:
	if (err) {
		problem_add(p, err,
			    "recordings: cannot be opened: %s; try "
			    "again",
			    problem_name(err));
		if (f)
			free_device(&f->device);
	} else {
		*out = &f->device;
	}
	return err;
}

/* --- speaker */

static void take_block(void *arg)
{
	struct file_device *f = arg;
	int16_t samples[DEVICE_BLOCK_MOST];

	device_rt_playback(&f->device.rt, samples, f->block);
	if (!f->writer)
		return;
	int err = sound_writer_write(f->writer, samples, f->block);
	if (err == PROBLEM_DISK_FULL)
		device_failure_note(&f->failure, err,
				    "%s: the disk is full; make room or name "
				    "another folder",
				    f->device.name);
	else if (err)
		device_failure_note(&f->failure, err,
				    "%s: writing failed: %s; name another file",
				    f->device.name, problem_name(err));
}

static const struct audio_device_ops speaker_ops = {
	.start = start,
	.stop = stop,
	.free = free_device,
	.failure = failure,
};

static int speaker_open(struct audio_device **out, struct clock *clock,
			const char *path, unsigned rate_hz, struct problem *p)
{
	struct file_device *f = NULL;
	int err = create(&f, &speaker_ops, AUDIO_PLAYBACK, clock, rate_hz,
			 take_block);

	if (err)
		goto out;
	if (path)
		err = sound_writer_open(&f->writer, path, rate_hz, 1, p);
	snprintf(f->device.name, sizeof f->device.name, "%s",
		 path ? path : _("silent speaker"));
out:
	if (err) {
		problem_add(p, err,
			    "%s: cannot be opened as a speaker: %s; "
			    "try again",
			    path ? path : _("silent speaker"),
			    problem_name(err));
		if (f)
			free_device(&f->device);
	} else {
		*out = &f->device;
	}
	return err;
}

int file_speaker_open(struct audio_device **out, struct clock *clock,
		      const char *path, unsigned rate_hz, struct problem *p)
{
	return speaker_open(out, clock, path, rate_hz, p);
}

int silent_speaker_open(struct audio_device **out, struct clock *clock,
			unsigned rate_hz, struct problem *p)
{
	return speaker_open(out, clock, NULL, rate_hz, p);
}
