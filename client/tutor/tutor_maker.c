/* tutor_maker: what all sessions of a tutor share. */
#include "client/tutor/tutor_private.h"

#include <stdlib.h>

#include "client/speech/synthesiser.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/session.h"
#include "net/nova/voice.h"

/* How fast the voice speaks to learners of each level; 1 is its own pace. */
static const double paces[] = {
	[LESSON_A1] = 0.85, [LESSON_A2] = 0.9, [LESSON_B1] = 0.95,
	[LESSON_B2] = 1,    [LESSON_C1] = 1,   [LESSON_C2] = 1,
};

void tutor_maker_trouble(struct tutor_maker *m, const struct problem *p)
{
	if (m->voice_trouble)
		return;
	m->voice_trouble = true;
	log_warn("tutor", "%s", p->text);
	if (m->trouble)
		m->trouble(m->trouble_arg, p);
}

struct synthesiser *tutor_maker_synthesiser(struct tutor_maker *m,
					    unsigned rate_hz)
{
	const struct synthesiser_settings settings = {
		.rate_hz = rate_hz,
		.cache_dir = m->cache_dir,
	};

	for (size_t i = 0; i < TUTOR_RATES_MOST; i++) {
		if (!m->voices[i].synthesiser) {
			if (synthesiser_open(&m->voices[i].synthesiser,
					     &settings, NULL))
				return NULL;
			m->voices[i].rate_hz = rate_hz;
		}
		if (m->voices[i].rate_hz == rate_hz)
			return m->voices[i].synthesiser;
	}
	return NULL;
}

const char *tutor_maker_voice(const char *nova_voice)
{
	size_t count;
	const struct nova_voice *voices = nova_voices(&count);

	for (size_t i = 0; i < count; i++)
		if (text_equal(voices[i].name, nova_voice))
			return text_equal(voices[i].sounds, "masculine")
				       ? "rms"
				       : "slt";
	return NULL;
}

/* --- what is said first, before anybody waits for it --- */

static void warm(struct worker_job *job)
{
	struct tutor_maker *m = (void *)((char *)job -
					 offsetof(struct tutor_maker, warming));
	const struct lesson *l = m->lesson;
	struct sentence_list first = {0};
	struct synthesiser *s = m->voices[0].synthesiser;

	sentence_list_add(&first, l->opener);
	sentence_list_add(&first, l->steps[m->plan.steps[0]].question);
	for (size_t i = 0; i < first.count; i++) {
		const struct speech_sound *sound = NULL;
		struct problem ignored; /* it is told when it is to be said */

		synthesiser_speak(
			s,
			&(struct synthesiser_request){
				.text = first.texts[i],
				.language = lesson_language_tag(l->language),
				.voice = tutor_maker_voice(NOVA_VOICE_DEFAULT),
				.speed = m->pace,
			},
			&sound, &ignored);
		speech_sound_release(sound);
	}
	sentence_list_deinit(&first);
}

static void warmed(struct worker_job *job, bool skipped)
{
	(void)job;
	(void)skipped;
}

/* --- life --- */

static int open_maker(struct tutor_maker *m, const struct tutor_settings *s)
{
	const struct tutor_ears_settings ears = {
		.lesson = s->lesson,
		.worker = s->worker,
		.model_dir = m->model_dir,
		.trouble = s->trouble,
		.arg = s->arg,
	};
	int err = judge_create(&m->judge, s->lesson);

	if (err)
		return err;
	if (!tutor_maker_synthesiser(m, NOVA_OUTPUT_RATE_HZ))
		return PROBLEM_MEMORY;
	m->warming = (struct worker_job){.work = warm, .done = warmed};
	worker_give(s->worker, &m->warming);
	return s->deaf ? 0 : tutor_ears_create(&m->ears, &ears);
}

int tutor_maker_create(struct brain_maker **out,
		       const struct tutor_settings *settings, struct problem *p)
{
	struct tutor_maker *m = calloc(1, sizeof *m);
	int err = PROBLEM_MEMORY;

	if (m) {
		m->base.make = tutor_brain_make;
		m->lesson = settings->lesson;
		m->plan = *settings->plan;
		m->worker = settings->worker;
		m->seed = settings->seed;
		m->pace = paces[settings->lesson->level];
		m->trouble = settings->trouble;
		m->trouble_arg = settings->arg;
		m->cache_dir = text_copy(settings->cache_dir);
		m->model_dir = text_copy(settings->model_dir);
		*out = &m->base;
		err = open_maker(m, settings);
	}
	/* On failure the worker may be at work for it: it stays with the
	 * caller, who frees it after the worker. */
	return err ? problem_set(p, err, "tutor: not enough memory") : 0;
}

struct brain_maker *tutor_maker_free(struct brain_maker *base)
{
	struct tutor_maker *m = (struct tutor_maker *)base;

	if (!m)
		return NULL;
	tutor_ears_free(m->ears);
	for (size_t i = 0; i < TUTOR_RATES_MOST; i++)
		synthesiser_free(m->voices[i].synthesiser);
	judge_free(m->judge);
	free(m->cache_dir);
	free(m->model_dir);
	free(m);
	return NULL;
}
