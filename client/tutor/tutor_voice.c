#include "client/tutor/tutor_voice.h"

#include <stdlib.h>

#include "client/speech/synthesiser.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/worker.h"

struct tutor_voice_job {
	struct worker_job job; /* first */
	/* NULL: nobody waits for it any more. */
	struct tutor_voice *voice;
	struct synthesiser *synthesiser;
	struct synthesiser_request request;
	char *text;

	/* of the work */
	const struct speech_sound *sound;
	int err;
	struct problem problem;
};

static struct tutor_voice_job *job_free(struct tutor_voice_job *j)
{
	if (!j)
		return NULL;
	speech_sound_release(j->sound);
	free(j->text);
	free(j);
	return NULL;
}

void tutor_voice_init(struct tutor_voice *v,
		      const struct tutor_voice_settings *settings)
{
	*v = (struct tutor_voice){.settings = *settings};
}

void tutor_voice_deinit(struct tutor_voice *v)
{
	tutor_voice_stop(v);
	sentence_list_deinit(&v->list);
}

bool tutor_voice_is_busy(const struct tutor_voice *v)
{
	return v->next < v->list.count;
}

/* --- on the worker --- */

static void work(struct worker_job *job)
{
	struct tutor_voice_job *j = (struct tutor_voice_job *)job;

	j->err = j->synthesiser ? synthesiser_speak(j->synthesiser, &j->request,
						    &j->sound, &j->problem)
				: problem_set(&j->problem, PROBLEM_MEMORY,
					      "speech: not enough memory");
}

/* --- on the simulator's thread --- */

static int begin_sentence(struct tutor_voice *v);

/* Gives out the sentence that is ready, and begins the next. */
static void give_out(struct tutor_voice *v)
{
	struct tutor_voice_job *j = v->job;
	const struct speech_sound *sound = j->sound;

	v->job = NULL;
	v->ready = false;
	v->next++;
	/* The next is made while this one is on its way. */
	int err = tutor_voice_is_busy(v) ? begin_sentence(v) : 0;
	bool last = !tutor_voice_is_busy(v);
	v->settings.sentence(v->settings.arg, j->text,
			     sound ? sound->samples : NULL,
			     sound ? sound->count : 0,
			     j->err ? &j->problem : NULL);
	job_free(j);
	if (last || err) {
		v->next = v->list.count;
		v->settings.finished(v->settings.arg);
	}
}

static void done(struct worker_job *job, bool skipped)
{
	struct tutor_voice_job *j = (struct tutor_voice_job *)job;
	struct tutor_voice *v = j->voice;

	if (!v || skipped) {
		if (v)
			v->job = NULL;
		job_free(j);
		return;
	}
	v->ready = true;
	if (!v->held)
		give_out(v);
}

static int begin_sentence(struct tutor_voice *v)
{
	struct tutor_voice_job *j = calloc(1, sizeof *j);

	if (j)
		j->text = text_copy(v->list.texts[v->next]);
	if (!j || !j->text) {
		job_free(j);
		return PROBLEM_MEMORY;
	}
	j->job.work = work;
	j->job.done = done;
	j->voice = v;
	j->synthesiser = v->settings.synthesiser;
	j->request = (struct synthesiser_request){
		.text = j->text,
		.language = v->settings.language,
		.voice = v->settings.voice,
		.speed = v->speed,
	};
	v->job = j;
	worker_give(v->settings.worker, &j->job);
	return 0;
}

int tutor_voice_say(struct tutor_voice *v, const struct sentence_list *list,
		    double speed, bool held)
{
	tutor_voice_stop(v);
	sentence_list_clear(&v->list);
	sentence_list_add_list(&v->list, list, 0);
	v->next = 0;
	v->speed = speed;
	v->held = held;
	int err = v->list.failed;
	if (!err && v->list.count > 0)
		err = begin_sentence(v);
	if (err)
		v->next = v->list.count;
	return err;
}

void tutor_voice_release(struct tutor_voice *v)
{
	v->held = false;
	if (v->ready)
		give_out(v);
}

void tutor_voice_stop(struct tutor_voice *v)
{
	if (v->job && v->ready)
		job_free(v->job);
	else if (v->job)
		v->job->voice = NULL;
	v->job = NULL;
	v->ready = false;
	v->next = v->list.count;
}
