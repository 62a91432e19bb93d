#include "audio/device/voice.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audio/device/audio_device.h"
#include "audio/device/voice_heard.h"
#include "audio/device/voice_level.h"
#include "audio/device/voice_playback.h"
#include "audio/dsp/resampler.h"
#include "audio/dsp/speech_gate.h"
#include "net/base/problem.h"

enum {
	TAKE_SAMPLES = 480, /* from a device at a time */
	/* Two frames more than the tail: the one that was being filled when
	 * the last sample left the ring, and the 10 ms that the device then
	 * still had to play. */
	HELD_SAMPLES = VOICE_RATE_HZ * VOICE_HALF_DUPLEX_TAIL_MS / 1000 +
		       2 * VOICE_FRAME_SAMPLES,
	EDGES_MOST = 4, /* a frame of 20 ms has two blocks of the gate */
};

struct voice {
	/* --- set in voice_create(), never changed */
	struct audio_device *mic, *speaker;
	bool half_duplex;
	struct voice_listener listener;
	/* --- voice thread only */
	struct voice_playback *playback;
	struct voice_heard *heard;   /* NULL: nobody wants it */
	struct resampler *resampler; /* the microphone's rate to 16 kHz */
	int16_t *converted;
	int16_t frame[VOICE_FRAME_SAMPLES];
	size_t in_frame;
	size_t held; /* samples still to be silenced by half duplex */
	struct speech_gate gate;
	struct voice_level mic_level, speaker_level;
	/* --- any thread */
	atomic_bool muted;
};

/* The filter keeps the newest samples (2.5 ms of 48 kHz).  Silence in front
 * makes up for them: else the frame that a device's block completes would wait
 * for the next block, 10 ms later. */
static void fill_filter(struct voice *v)
{
	static const int16_t silence[TAKE_SAMPLES];
	size_t n = resampler_tail(v->resampler);

	/* what comes out belongs before the first sample */
	resampler_process(v->resampler, v->converted, silence,
			  n < TAKE_SAMPLES ? n : TAKE_SAMPLES);
}

static int create_parts(struct voice *v, struct playout *playout)
{
	int err = voice_playback_create(&v->playback, v->speaker, playout,
					&v->listener);
	if (err)
		return err;
	if (v->listener.heard)
		err = voice_heard_create(&v->heard, v->mic->rate_hz,
					 v->speaker->rate_hz, &v->listener);
	if (err)
		return err;
	err = resampler_create(&v->resampler, v->mic->rate_hz, VOICE_RATE_HZ);
	if (err)
		return err;
	v->converted = calloc(resampler_bound(v->resampler, TAKE_SAMPLES),
			      sizeof *v->converted);
	if (!v->converted)
		return PROBLEM_MEMORY;
	fill_filter(v);
	return 0;
}

int voice_create(struct voice **out, struct audio_device *mic,
		 struct audio_device *speaker, struct playout *playout,
		 bool half_duplex, const struct voice_listener *listener)
{
	const struct speech_gate_settings gate = {.rate_hz = VOICE_RATE_HZ};
	struct voice *v = calloc(1, sizeof *v);

	if (!v)
		return PROBLEM_MEMORY;
	v->mic = mic;
	v->speaker = speaker;
	v->half_duplex = half_duplex;
	v->listener = *listener;
	speech_gate_init(&v->gate, &gate);
	voice_level_init(&v->mic_level, mic->rate_hz);
	voice_level_init(&v->speaker_level, speaker->rate_hz);
	int err = create_parts(v, playout);
	if (err)
		voice_free(v);
	else
		*out = v;
	return err;
}

struct voice *voice_free(struct voice *v)
{
	if (!v)
		return NULL;
	voice_playback_free(v->playback);
	voice_heard_free(v->heard);
	resampler_free(v->resampler);
	free(v->converted);
	free(v);
	return NULL;
}

/* Whether the frame that has just become full is to be silent. */
static bool is_silenced(struct voice *v)
{
	bool held = v->held > 0;

	v->held -= held ? VOICE_FRAME_SAMPLES : 0;
	return held || atomic_load_explicit(&v->muted, memory_order_relaxed);
}

static void give_frame(struct voice *v)
{
	struct speech_gate_edge edges[EDGES_MOST];

	if (is_silenced(v))
		memset(v->frame, 0, sizeof v->frame);
	v->in_frame = 0;
	/* edges first: who sees the frame knows what it belongs to */
	size_t n = speech_gate_process(&v->gate, v->frame, VOICE_FRAME_SAMPLES,
				       edges, EDGES_MOST);
	for (size_t i = 0; i < n && v->listener.speech; i++)
		v->listener.speech(v->listener.arg, edges[i].started,
				   edges[i].position);
	if (v->listener.frame)
		v->listener.frame(v->listener.arg, v->frame,
				  VOICE_FRAME_SAMPLES);
}

static void add_to_frames(struct voice *v, const int16_t *samples, size_t n)
{
	while (n > 0) {
		size_t take = VOICE_FRAME_SAMPLES - v->in_frame;

		if (take > n)
			take = n;
		memcpy(v->frame + v->in_frame, samples, take * sizeof *samples);
		v->in_frame += take;
		samples += take;
		n -= take;
		if (v->in_frame == VOICE_FRAME_SAMPLES)
			give_frame(v);
	}
}

static void step_capture(struct voice *v)
{
	int16_t samples[TAKE_SAMPLES];
	size_t n;

	/* a whole number of frames, so that is_silenced() counts to zero */
	_Static_assert(HELD_SAMPLES % VOICE_FRAME_SAMPLES == 0, "frames");
	if (v->half_duplex && voice_playback_sounding(v->playback))
		v->held = HELD_SAMPLES;
	while ((n = audio_device_read(v->mic, samples, TAKE_SAMPLES)) > 0) {
		voice_level_take(&v->mic_level, samples, n);
		if (v->heard)
			voice_heard_take(v->heard, VOICE_LEARNER, samples, n);
		size_t count = resampler_process(v->resampler, v->converted,
						 samples, n);
		add_to_frames(v, v->converted, count);
	}
}

static void step_heard(struct voice *v)
{
	int16_t samples[TAKE_SAMPLES];
	size_t n;

	while ((n = audio_device_heard(v->speaker, samples, TAKE_SAMPLES)) >
	       0) {
		voice_level_take(&v->speaker_level, samples, n);
		if (v->heard)
			voice_heard_take(v->heard, VOICE_TUTOR, samples, n);
	}
}

void voice_step(struct voice *v)
{
	/* playback first: what sounds decides on what the microphone gives */
	voice_playback_step(v->playback);
	step_capture(v);
	step_heard(v);
}

void voice_finish(struct voice *v)
{
	step_heard(v);
	if (v->heard)
		voice_heard_finish(v->heard);
}

void voice_set_muted(struct voice *v, bool muted)
{
	atomic_store_explicit(&v->muted, muted, memory_order_relaxed);
}

void voice_set_volume(struct voice *v, unsigned percent)
{
	voice_playback_set_volume(v->playback, percent);
}

double voice_mic_level_db(const struct voice *v)
{
	return voice_level_db(&v->mic_level);
}

double voice_speaker_level_db(const struct voice *v)
{
	return voice_level_db(&v->speaker_level);
}
