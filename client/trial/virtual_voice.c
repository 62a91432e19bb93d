#include "client/trial/virtual_voice.h"

#include <stdlib.h>

#include "audio/device/audio_device.h"
#include "audio/device/voice.h"
#include "client/conversation/conversation.h"
#include "net/base/clock.h"
#include "net/base/problem.h"

struct virtual_voice {
	struct virtual_voice_settings settings;
	struct audio_device *mic, *speaker;
	struct voice *voice;
	struct conversation *conversation;
	struct timer step;
	size_t played; /* as the speaker's count was */
};

static void mic_block(void *arg, int16_t *samples, size_t n)
{
	struct virtual_voice *v = arg;

	v->settings.mic(v->settings.arg, samples, n);
}

static void speaker_block(void *arg, int16_t *samples, size_t n)
{
	struct virtual_voice *v = arg;
	size_t played = audio_device_played(v->speaker);

	v->settings.speaker(v->settings.arg, samples, n, played - v->played);
	v->played = played;
}

static void step(void *arg)
{
	struct virtual_voice *v = arg;

	/* the owner may end it in stepped() */
	timer_start_at(&v->step, v->step.due_us + VIRTUAL_STEP_MS * 1000);
	voice_step(v->voice);
	if (v->settings.stepped)
		v->settings.stepped(v->settings.arg);
}

static void on_frame(void *arg, const int16_t *samples, size_t n)
{
	conversation_frame(((struct virtual_voice *)arg)->conversation, samples,
			   n);
}

static void on_speech(void *arg, bool started, uint64_t position)
{
	(void)position;
	conversation_speech(((struct virtual_voice *)arg)->conversation,
			    started);
}

static void on_played(void *arg, uint32_t block, uint64_t samples)
{
	conversation_played(((struct virtual_voice *)arg)->conversation, block,
			    samples);
}

static void on_drained(void *arg)
{
	conversation_drained(((struct virtual_voice *)arg)->conversation);
}

static void on_heard(void *arg, const int16_t *stereo, size_t frames)
{
	struct virtual_voice *v = arg;

	v->settings.heard(v->settings.arg, stereo, frames);
}

static int open_parts(struct virtual_voice *v)
{
	const struct virtual_voice_settings *s = &v->settings;
	const struct voice_listener listener = {
		.frame = on_frame,
		.speech = on_speech,
		.played = on_played,
		.drained = on_drained,
		.heard = s->heard ? on_heard : NULL,
		.arg = v,
	};
	int err = virtual_device_open(&v->mic, AUDIO_CAPTURE, s->clock,
				      VIRTUAL_MIC_HZ, mic_block, v);

	if (!err)
		err = virtual_device_open(&v->speaker, AUDIO_PLAYBACK, s->clock,
					  VIRTUAL_SPEAKER_HZ, speaker_block, v);
	return err ? err
		   : voice_create(&v->voice, v->mic, v->speaker, s->playout,
				  false, &listener);
}

int virtual_voice_create(struct virtual_voice **out,
			 const struct virtual_voice_settings *settings)
{
	struct virtual_voice *v = calloc(1, sizeof *v);

	if (!v)
		return PROBLEM_MEMORY;
	v->settings = *settings;
	timer_init(&v->step, settings->clock, step, v);
	int err = open_parts(v);
	if (err)
		virtual_voice_free(v);
	else
		*out = v;
	return err;
}

int virtual_voice_start(struct virtual_voice *v, struct conversation *c)
{
	int err = audio_device_start(v->speaker, NULL);

	v->conversation = c;
	if (!err)
		err = audio_device_start(v->mic, NULL);
	if (!err)
		timer_start(&v->step, VIRTUAL_STEP_MS * 1000);
	return err;
}

void virtual_voice_set_muted(struct virtual_voice *v, bool muted)
{
	voice_set_muted(v->voice, muted);
}

struct virtual_voice *virtual_voice_free(struct virtual_voice *v)
{
	if (!v)
		return NULL;
	timer_stop(&v->step);
	if (v->speaker)
		audio_device_stop(v->speaker);
	if (v->mic)
		audio_device_stop(v->mic);
	if (v->voice)
		voice_finish(v->voice);
	voice_free(v->voice);
	audio_device_free(v->mic);
	audio_device_free(v->speaker);
	free(v);
	return NULL;
}
