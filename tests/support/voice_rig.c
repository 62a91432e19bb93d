#include "tests/support/voice_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio/device/audio_device.h"
#include "audio/dsp/playout.h"
#include "net/base/clock.h"
#include "net/base/virtual_clock.h"

static void fill_mic(void *arg, int16_t *samples, size_t n)
{
	struct voice_rig *rig = arg;
	size_t left = rig->mic_count - rig->mic_given;
	size_t take = left < n ? left : n;

	if (take)
		memcpy(samples, rig->mic + rig->mic_given,
		       take * sizeof *samples);
	rig->mic_given += take;
}

static void keep_speaker(void *arg, int16_t *samples, size_t n)
{
	struct voice_rig *rig = arg;

	assert_true(rig->speaker_count + n <= RIG_SAMPLES);
	memcpy(rig->speaker + rig->speaker_count, samples, n * sizeof *samples);
	rig->speaker_count += n;
}

static void on_frame(void *arg, const int16_t *samples, size_t n)
{
	struct voice_rig *rig = arg;

	assert_int_equal(n, VOICE_FRAME_SAMPLES);
	assert_true(rig->frames_count + n <= RIG_SAMPLES);
	memcpy(rig->frames + rig->frames_count, samples, n * sizeof *samples);
	rig->frames_count += n;
}

static void on_speech(void *arg, bool started, uint64_t position)
{
	struct voice_rig *rig = arg;

	assert_true(rig->edges_count < RIG_EDGES);
	rig->edges[rig->edges_count].started = started;
	rig->edges[rig->edges_count++].position = position;
}

static void on_played(void *arg, uint32_t block, uint64_t samples)
{
	struct voice_rig *rig = arg;

	assert_true(block < RIG_BLOCKS);
	rig->backwards += samples <= rig->played[block];
	rig->played[block] = samples;
}

static void on_drained(void *arg)
{
	struct voice_rig *rig = arg;

	rig->drained++;
}

static void on_heard(void *arg, const int16_t *stereo, size_t frames)
{
	struct voice_rig *rig = arg;

	assert_true(rig->heard_count + frames <= RIG_SAMPLES);
	memcpy(rig->heard + 2 * rig->heard_count, stereo,
	       2 * frames * sizeof *stereo);
	rig->heard_count += frames;
}

struct voice_rig *voice_rig_create(unsigned mic_hz, unsigned speaker_hz,
				   bool half_duplex, const int16_t *mic,
				   size_t mic_count)
{
	struct voice_rig *rig = calloc(1, sizeof *rig);

	assert_non_null(rig);
	const struct voice_listener listener = {
		.frame = on_frame,
		.speech = on_speech,
		.played = on_played,
		.drained = on_drained,
		.heard = on_heard,
		.arg = rig,
	};

	rig->mic = mic;
	rig->mic_count = mic_count;
	assert_int_equal(virtual_clock_create(&rig->clock, 0), 0);
	struct clock *clock = virtual_clock_clock(rig->clock);
	assert_int_equal(virtual_device_open(&rig->mic_device, AUDIO_CAPTURE,
					     clock, mic_hz, fill_mic, rig),
			 0);
	assert_int_equal(virtual_device_open(&rig->speaker_device,
					     AUDIO_PLAYBACK, clock, speaker_hz,
					     keep_speaker, rig),
			 0);
	assert_int_equal(playout_create(&rig->playout, 24000 * 60), 0);
	assert_int_equal(voice_create(&rig->voice, rig->mic_device,
				      rig->speaker_device, rig->playout,
				      half_duplex, &listener),
			 0);
	assert_int_equal(audio_device_start(rig->mic_device, NULL), 0);
	assert_int_equal(audio_device_start(rig->speaker_device, NULL), 0);
	return rig;
}

struct voice_rig *voice_rig_free(struct voice_rig *rig)
{
	if (!rig)
		return NULL;
	audio_device_stop(rig->mic_device);
	audio_device_stop(rig->speaker_device);
	voice_free(rig->voice);
	playout_free(rig->playout);
	audio_device_free(rig->mic_device);
	audio_device_free(rig->speaker_device);
	virtual_clock_free(rig->clock);
	free(rig);
	return NULL;
}

void voice_rig_run(struct voice_rig *rig, unsigned ms)
{
	for (unsigned i = 0; i < ms; i++) {
		uint64_t now_us = clock_now_us(virtual_clock_clock(rig->clock));

		virtual_clock_run_until(rig->clock, now_us + 1000);
		voice_step(rig->voice);
		size_t waiting = audio_device_waiting(rig->speaker_device);
		if (waiting > rig->waiting_most)
			rig->waiting_most = waiting;
	}
}
