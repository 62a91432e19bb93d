#include "client/conversation/voice_link.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audio/device/audio_device.h"
#include "audio/device/voice.h"
#include "net/base/clock.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/loop/loop.h"

enum { FAILURE_CHECK_MS = 100 };

enum report_kind {
	REPORT_FRAME,
	REPORT_SPEECH,
	REPORT_PLAYED,
	REPORT_DRAINED,
	REPORT_RECORDING_DONE
};

struct report {
	enum report_kind kind;
	bool started;   /* SPEECH */
	uint32_t block; /* PLAYED */
	uint64_t samples;
	int16_t frame[VOICE_FRAME_SAMPLES];
};

struct report_list {
	struct report *items; /* owned; kept from one delivery to the next */
	size_t count, capacity;
};

struct voice_link {
	/* --- set when created */
	struct voice_link_settings settings;
	struct voice_link_listener listener;
	pthread_t opener;
	bool opener_runs;

	/* --- opener thread, then loop thread after opened */
	struct voice_link_devices devices;
	struct problem open_problem;
	struct voice *voice;
	struct voice_thread *thread;

	/* --- loop thread only */
	struct timer failure_timer;
	struct report_list delivered;
	bool opened;
	bool muted;
	unsigned volume;  /* percent */
	atomic_bool cued; /* a recording runs; the voice thread clears it */

	/* --- protected by lock */
	pthread_mutex_t lock;
	struct report_list waiting;
	bool posted; /* a delivery is on its way */
};

/* --- from the voice thread to the loop --- */

static void deliver_one(struct voice_link *v, const struct report *r)
{
	const struct voice_link_listener *l = &v->listener;

	switch (r->kind) {
	case REPORT_FRAME:
		l->frame(l->arg, r->frame, VOICE_FRAME_SAMPLES);
		break;
	case REPORT_SPEECH:
		l->speech(l->arg, r->started);
		break;
	case REPORT_PLAYED:
		l->played(l->arg, r->block, r->samples);
		break;
	case REPORT_DRAINED:
		l->drained(l->arg);
		break;
	case REPORT_RECORDING_DONE:
		l->recording_done(l->arg);
		break;
	}
}

static void deliver(void *arg)
{
	struct voice_link *v = arg;

	pthread_mutex_lock(&v->lock);
	struct report_list list = v->waiting;
	v->waiting = v->delivered;
	v->waiting.count = 0;
	v->delivered = list;
	v->posted = false;
	pthread_mutex_unlock(&v->lock);

	for (size_t i = 0; i < v->delivered.count; i++)
		deliver_one(v, &v->delivered.items[i]);
}

/* A new entry at the end, or NULL when there is no memory.  Lock held. */
static struct report *add_report_locked(struct report_list *list)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 16;
		void *grown = realloc(list->items,
				      capacity * sizeof *list->items);

		if (!grown)
			return NULL;
		list->items = grown;
		list->capacity = capacity;
	}
	return &list->items[list->count++];
}

static void report(struct voice_link *v, const struct report *r)
{
	pthread_mutex_lock(&v->lock);
	struct report *slot = add_report_locked(&v->waiting);
	bool post = slot && !v->posted;

	if (slot)
		*slot = *r;
	if (post)
		v->posted = true;
	pthread_mutex_unlock(&v->lock);

	if (!slot)
		log_warn("voice",
			 "no memory: a report of the voice stage is lost");
	if (post && loop_post(v->settings.loop, deliver, v)) {
		/* The next report tries again; nothing of the list is lost. */
		pthread_mutex_lock(&v->lock);
		v->posted = false;
		pthread_mutex_unlock(&v->lock);
	}
}

/* --- on the voice thread --- */

static void voice_frame(void *arg, const int16_t *samples, size_t n)
{
	struct voice_link *v = arg;
	struct report r = {.kind = REPORT_FRAME};

	memcpy(r.frame, samples, n * sizeof *samples);
	report(v, &r);
	if (atomic_load(&v->cued) && audio_device_finished(v->devices.mic)) {
		atomic_store(&v->cued, false);
		report(v, &(struct report){.kind = REPORT_RECORDING_DONE});
	}
}

static void voice_speech(void *arg, bool started, uint64_t position)
{
	(void)position;
	report(arg,
	       &(struct report){.kind = REPORT_SPEECH, .started = started});
}

static void voice_played(void *arg, uint32_t block, uint64_t samples)
{
	report(arg, &(struct report){.kind = REPORT_PLAYED,
				     .block = block,
				     .samples = samples});
}

static void voice_drained(void *arg)
{
	report(arg, &(struct report){.kind = REPORT_DRAINED});
}

static void voice_heard(void *arg, const int16_t *stereo, size_t frames)
{
	struct voice_link *v = arg;

	v->listener.heard(v->listener.arg, stereo, frames);
}

/* --- opening --- */

static void check_failure(void *arg)
{
	struct voice_link *v = arg;
	struct problem p = {0};
	int err = audio_device_failure(v->devices.mic, &p);

	if (!err)
		err = audio_device_failure(v->devices.speaker, &p);
	if (!err) {
		timer_start(&v->failure_timer, FAILURE_CHECK_MS * 1000ull);
		return;
	}
	v->listener.failed(v->listener.arg, &p);
}

static void opener_done(void *arg)
{
	struct voice_link *v = arg;

	pthread_join(v->opener, NULL);
	v->opener_runs = false;
	v->opened = !v->open_problem.code;
	if (v->opened) {
		voice_set_muted(v->voice, v->muted);
		voice_set_volume(v->voice, v->volume);
		timer_start(&v->failure_timer, FAILURE_CHECK_MS * 1000ull);
	}
	v->listener.opened(v->listener.arg, &v->open_problem);
}

static int open_voice(struct voice_link *v, struct problem *p)
{
	struct voice_listener listener = {
		.frame = voice_frame,
		.speech = voice_speech,
		.played = voice_played,
		.drained = voice_drained,
		.heard = v->listener.heard ? voice_heard : NULL,
		.arg = v,
	};
	int err = v->settings.open(v->settings.open_arg, &v->devices, p);

	if (err)
		return err;
	err = voice_create(&v->voice, v->devices.mic, v->devices.speaker,
			   v->settings.playout, v->devices.half_duplex,
			   &listener);
	if (err)
		return problem_set(p, err, "sound: not enough memory");
	err = audio_device_start(v->devices.speaker, p);
	if (!err)
		err = audio_device_start(v->devices.mic, p);
	if (!err && voice_thread_start(&v->thread, v->voice))
		err = problem_set(p, PROBLEM_LIMIT,
				  "sound: the system gives no more threads");
	return err;
}

static void *opener_main(void *arg)
{
	struct voice_link *v = arg;
	struct problem p = {0};

	/* A device that was tried in vain before another leaves its words. */
	if (open_voice(v, &p) == 0)
		p = (struct problem){0};
	v->open_problem = p;
	if (loop_post(v->settings.loop, opener_done, v))
		log_error("voice",
			  "no memory to tell that the devices are open");
	return NULL;
}

int voice_link_create(struct voice_link **out,
		      const struct voice_link_settings *settings,
		      const struct voice_link_listener *listener)
{
	struct voice_link *v = calloc(1, sizeof *v);

	if (!v)
		return PROBLEM_MEMORY;
	v->settings = *settings;
	v->listener = *listener;
	v->volume = 100;
	pthread_mutex_init(&v->lock, NULL);
	timer_init(&v->failure_timer, loop_clock(settings->loop), check_failure,
		   v);
	if (pthread_create(&v->opener, NULL, opener_main, v)) {
		voice_link_free(v);
		return PROBLEM_LIMIT;
	}
	v->opener_runs = true;
	*out = v;
	return 0;
}

struct voice_link *voice_link_free(struct voice_link *v)
{
	if (!v)
		return NULL;
	if (v->opener_runs)
		pthread_join(v->opener, NULL);
	timer_stop(&v->failure_timer);
	/* Reports come from the voice thread: it ends first. */
	bool ran = v->thread;
	v->thread = voice_thread_free(v->thread);
	if (ran) {
		audio_device_stop(v->devices.speaker);
		audio_device_stop(v->devices.mic);
		voice_finish(v->voice);
	}
	loop_cancel(v->settings.loop, deliver, v);
	loop_cancel(v->settings.loop, opener_done, v);
	voice_free(v->voice);
	audio_device_free(v->devices.mic);
	audio_device_free(v->devices.speaker);
	free(v->waiting.items);
	free(v->delivered.items);
	pthread_mutex_destroy(&v->lock);
	free(v);
	return NULL;
}

/* Set after the sound is there: before it, the one before still counts as
 * done. */
static int note_cue(struct voice_link *v, int err)
{
	if (!err)
		atomic_store(&v->cued, true);
	return err;
}

int voice_link_cue(struct voice_link *v)
{
	return v->opened ? note_cue(v, audio_device_cue(v->devices.mic))
			 : PROBLEM_ORDER;
}

int voice_link_give(struct voice_link *v, const int16_t *samples, size_t n)
{
	return v->opened ? note_cue(v, audio_device_give(v->devices.mic,
							 samples, n))
			 : PROBLEM_ORDER;
}

void voice_link_set_muted(struct voice_link *v, bool muted)
{
	v->muted = muted;
	if (v->opened)
		voice_set_muted(v->voice, muted);
}

void voice_link_set_volume(struct voice_link *v, unsigned percent)
{
	v->volume = percent;
	if (v->opened)
		voice_set_volume(v->voice, percent);
}

bool voice_link_levels(const struct voice_link *v, double *mic_db,
		       double *speaker_db)
{
	if (!v->opened)
		return false;
	*mic_db = voice_mic_level_db(v->voice);
	*speaker_db = voice_speaker_level_db(v->voice);
	return true;
}
