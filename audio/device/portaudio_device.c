#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <portaudio.h>

#include "audio/device/audio_device.h"
#include "audio/device/device_kind.h"
#include "audio/device/portaudio_library.h"
#include "audio/device/portaudio_rt.h"
#include "net/base/clock.h"
#include "net/base/log.h"

enum {
	RATE_HZ = 48000, /* what cards and sound servers run at */
	BUFFERS_IN_SECOND = 100,
	/* A stream that neither ends nor calls back for so long is dead. */
	STALLED_US = 3000000,
	SERVER_LATENCY_MS = 200, /* PulseAudio's by default, at most */
};

/* What a busy machine may be late without a loss.  A microphone hands over each
 * 10 ms whatever the size of its buffer, so a long one costs nothing.  A
 * speaker's is heard as delay: at 40 ms a machine of which others take a
 * quarter left a gap of 20 ms now and then, at 100 ms none was seen.
 */
static const double CAPTURE_LATENCY_S = 0.200;
static const double PLAYBACK_LATENCY_S = 0.100;

struct portaudio_device {
	struct audio_device device;
	struct portaudio_rt rt;
	PaStream *stream;
	bool entered; /* counted as a user of the library */
	bool started;
	/* --- of failure() */
	size_t frames_seen;
	uint64_t frames_seen_us;
};

static struct portaudio_device *portaudio_device(struct audio_device *d)
{
	return (struct portaudio_device *)d;
}

static const char *word(enum audio_direction dir)
{
	return dir == AUDIO_CAPTURE ? "microphone" : "speaker";
}

/* --- running */

static int start(struct audio_device *d, struct problem *p)
{
	struct portaudio_device *pd = portaudio_device(d);
	int err = 0;

	portaudio_library_lock();
	PaError code = Pa_StartStream(pd->stream);
	if (code != paNoError)
		err = problem_set(p, PROBLEM_DEVICE,
				  "%s \"%s\": it does not start: %s; check "
				  "that no other program holds it",
				  word(d->direction), d->name,
				  Pa_GetErrorText(code));
	portaudio_library_unlock();
	pd->started = !err;
	pd->frames_seen_us = clock_now_us(clock_system());
	return err;
}

static bool has_stalled(struct portaudio_device *pd)
{
	uint64_t now_us = clock_now_us(clock_system());
	size_t frames = atomic_load_explicit(&pd->device.rt.frames,
					     memory_order_relaxed);

	if (frames != pd->frames_seen) {
		pd->frames_seen = frames;
		pd->frames_seen_us = now_us;
	}
	return now_us - pd->frames_seen_us > STALLED_US;
}

static void stop(struct audio_device *d)
{
	struct portaudio_device *pd = portaudio_device(d);

	if (!pd->started)
		return;
	pd->started = false;
	portaudio_library_lock();
	/* Pa_StopStream() waits for the card's next request, without end when
	 * a sound server has stopped asking, and plays no more than this: with
	 * ALSA it drops what the card holds, too (latency_ms()). */
	Pa_AbortStream(pd->stream);
	portaudio_library_unlock();
}

static void free_device(struct audio_device *d)
{
	struct portaudio_device *pd = portaudio_device(d);

	portaudio_library_lock();
	if (pd->stream)
		Pa_CloseStream(pd->stream);
	if (pd->entered)
		portaudio_library_leave();
	portaudio_library_unlock();
	audio_device_deinit(d);
	free(pd);
}

static int failure(struct audio_device *d, struct problem *p)
{
	struct portaudio_device *pd = portaudio_device(d);

	if (!pd->started)
		return 0;
	if (!atomic_load_explicit(&pd->rt.ended, memory_order_acquire) &&
	    !has_stalled(pd))
		return 0;
	return problem_set(p, PROBLEM_DEVICE,
			   "%s \"%s\": it has stopped working (unplugged, or "
			   "its sound server ended); connect it and start "
			   "again",
			   word(d->direction), d->name);
}

static const struct audio_device_ops ops = {
	.start = start,
	.stop = stop,
	.free = free_device,
	.failure = failure,
};

/* --- choosing; all called locked */

static int channels_of(PaDeviceIndex i, enum audio_direction dir)
{
	const PaDeviceInfo *info = Pa_GetDeviceInfo(i);

	if (!info)
		return 0;
	return dir == AUDIO_CAPTURE ? info->maxInputChannels
				    : info->maxOutputChannels;
}

static PaDeviceIndex first_device(enum audio_direction dir)
{
	for (PaDeviceIndex i = 0; i < Pa_GetDeviceCount(); i++)
		if (channels_of(i, dir) > 0)
			return i;
	return paNoDevice;
}

static PaDeviceIndex default_device(enum audio_direction dir)
{
	PaDeviceIndex i = dir == AUDIO_CAPTURE ? Pa_GetDefaultInputDevice()
					       : Pa_GetDefaultOutputDevice();

	return i != paNoDevice ? i : first_device(dir);
}

static PaDeviceIndex numbered_device(const char *name, enum audio_direction dir)
{
	char *end;
	long i = strtol(name, &end, 10);

	if (!isdigit((unsigned char)*name) || *end)
		return paNoDevice;
	if (i >= Pa_GetDeviceCount() || channels_of((int)i, dir) == 0)
		return paNoDevice;
	return (PaDeviceIndex)i;
}

static PaDeviceIndex find_device(const char *name, enum audio_direction dir)
{
	if (!name || !*name)
		return default_device(dir);
	PaDeviceIndex numbered = numbered_device(name, dir);
	if (numbered != paNoDevice)
		return numbered;
	for (PaDeviceIndex i = 0; i < Pa_GetDeviceCount(); i++)
		if (channels_of(i, dir) > 0 &&
		    strcasestr(Pa_GetDeviceInfo(i)->name, name))
			return i;
	return paNoDevice;
}

static int no_device(const char *name, enum audio_direction dir,
		     struct problem *p)
{
	char names[320] = "", thing[160];
	size_t used = 0;
	const char *flag = dir == AUDIO_CAPTURE ? "--mic" : "--speaker";

	if (name && *name)
		snprintf(thing, sizeof thing, "%s \"%s\"", word(dir), name);
	else
		snprintf(thing, sizeof thing, "%s", word(dir));
	if (first_device(dir) == paNoDevice)
		return problem_set(
			p, PROBLEM_DEVICE,
			"%s: no sound card was found; connect one "
			"(is PulseAudio or PipeWire running? package "
			"libasound2-plugins) or name a file with "
			"%s FILE",
			thing, flag);
	for (PaDeviceIndex i = 0; i < Pa_GetDeviceCount(); i++) {
		if (channels_of(i, dir) == 0 || used >= sizeof names)
			continue;
		int n = snprintf(names + used, sizeof names - used,
				 "%s%d \"%s\"", used ? ", " : "", i,
				 Pa_GetDeviceInfo(i)->name);
		used += n > 0 ? (size_t)n : 0;
	}
	return problem_set(p, PROBLEM_DEVICE,
			   "%s: there is none of that name; name one of these: "
			   "%s",
			   thing, names);
}

/* --- opening; called locked */

static PaError try_form(struct portaudio_device *pd, PaDeviceIndex index,
			double rate_hz, int channels)
{
	bool capture = pd->device.direction == AUDIO_CAPTURE;
	const PaDeviceInfo *info = Pa_GetDeviceInfo(index);
	double low = capture ? info->defaultLowInputLatency
			     : info->defaultLowOutputLatency;
	double least = capture ? CAPTURE_LATENCY_S : PLAYBACK_LATENCY_S;
	PaStreamParameters form = {
		.device = index,
		.channelCount = channels,
		.sampleFormat = paInt16,
		.suggestedLatency = low > least ? low : least,
	};
	PaStream *stream; /* undefined when the open fails */
	PaError code = Pa_OpenStream(
		&stream, capture ? &form : NULL, capture ? NULL : &form,
		rate_hz, (unsigned long)rate_hz / BUFFERS_IN_SECOND, paNoFlag,
		capture ? portaudio_rt_capture : portaudio_rt_playback,
		&pd->rt);

	if (code == paNoError)
		pd->stream = stream;
	return code;
}

/* Mono at 48 kHz when the device takes it, else what it likes itself. */
static int open_stream(struct portaudio_device *pd, PaDeviceIndex index,
		       unsigned *rate_hz, unsigned *channels, struct problem *p)
{
	const PaDeviceInfo *info = Pa_GetDeviceInfo(index);
	enum audio_direction dir = pd->device.direction;
	const struct {
		double rate_hz;
		int channels;
	} forms[] = {
		{RATE_HZ, 1},
		{RATE_HZ, 2},
		{info->defaultSampleRate, 1},
		{info->defaultSampleRate, 2},
	};
	PaError code = paNoError;

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (forms[i].channels > channels_of(index, dir))
			continue;
		code = try_form(pd, index, forms[i].rate_hz, forms[i].channels);
		if (code == paNoError) {
			*rate_hz = (unsigned)forms[i].rate_hz;
			*channels = (unsigned)forms[i].channels;
			return 0;
		}
	}
	return problem_set(p, PROBLEM_DEVICE,
			   "%s \"%s\": it cannot be opened: %s; check that no "
			   "other program holds it",
			   word(dir), info->name, Pa_GetErrorText(code));
}

/* PortAudio drops what the card has not played when a stream is stopped, and
 * it does not know what a sound server holds behind it. */
static unsigned latency_ms(PaStream *stream)
{
	const PaStreamInfo *info = Pa_GetStreamInfo(stream);

	return SERVER_LATENCY_MS +
	       (unsigned)(info ? info->outputLatency * 1000 : 0);
}

static int open_locked(struct portaudio_device *pd, const char *name,
		       struct problem *p)
{
	enum audio_direction dir = pd->device.direction;
	unsigned rate_hz = 0, channels = 0;
	int err = portaudio_library_enter(p);

	if (err)
		return err;
	pd->entered = true;
	PaDeviceIndex index = find_device(name, dir);
	if (index == paNoDevice)
		return no_device(name, dir, p);
	err = open_stream(pd, index, &rate_hz, &channels, p);
	if (err)
		return err;
	/* no callback runs before the start, so the rate may come now */
	err = audio_device_init(&pd->device, &ops, dir, rate_hz, channels);
	if (err)
		return problem_set(p, err,
				   "%s \"%s\": it cannot be used at %u Hz; "
				   "name another device",
				   word(dir), Pa_GetDeviceInfo(index)->name,
				   rate_hz);
	pd->device.latency_ms = latency_ms(pd->stream);
	Pa_SetStreamFinishedCallback(pd->stream, portaudio_rt_ended);
	snprintf(pd->device.name, sizeof pd->device.name, "%s",
		 Pa_GetDeviceInfo(index)->name);
	log_info("device", "%s \"%s\" at %u Hz, %u channel(s)", word(dir),
		 pd->device.name, rate_hz, channels);
	return 0;
}

int portaudio_device_open(struct audio_device **out, enum audio_direction dir,
			  const char *name, struct problem *p)
{
	struct portaudio_device *pd = calloc(1, sizeof *pd);

	if (!pd)
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: not enough memory; close other "
				   "programs",
				   word(dir));
	pd->device.direction = dir;
	pd->device.acoustic = true;
	pd->rt.rt = &pd->device.rt;
	portaudio_library_lock();
	int err = open_locked(pd, name, p);
	portaudio_library_unlock();
	if (err)
		free_device(&pd->device);
	else
		*out = &pd->device;
	return err;
}

bool portaudio_device_exists(enum audio_direction dir)
{
	bool found = false;

	portaudio_library_lock();
	if (portaudio_library_enter(NULL) == 0) {
		found = first_device(dir) != paNoDevice;
		portaudio_library_leave();
	}
	portaudio_library_unlock();
	return found;
}

int portaudio_devices_hold(void)
{
	portaudio_library_lock();
	int err = portaudio_library_enter(NULL);
	portaudio_library_unlock();
	return err;
}

void portaudio_devices_release(void)
{
	portaudio_library_lock();
	portaudio_library_leave();
	portaudio_library_unlock();
}
