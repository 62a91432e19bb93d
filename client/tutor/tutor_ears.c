#include "client/tutor/tutor_ears.h"

#include <stdlib.h>
#include <string.h>

#include "client/speech/recogniser.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/worker.h"

struct tutor_ears {
	struct tutor_ears_settings settings;
	struct worker_job opening;
	struct problem problem; /* the opening's, once it is done */
	bool deaf;              /* it could not be opened */

	/* --- the worker's, until it has been freed */
	struct recogniser *recogniser;
	bool in_turn;
	const void *owner; /* whose turn; only compared */
};

/* A piece of a turn on its way to the recogniser. */
struct ear_job {
	struct worker_job job; /* first */
	struct tutor_ear *ear; /* NULL: nobody waits for it any more */
	struct tutor_ears *ears;
	const void *owner;
	size_t step;
	bool begins, ends;
	int16_t *samples;
	size_t count;
	int err;
	struct recogniser_result result;
};

/* --- the recogniser, on the worker --- */

static void open_recogniser(struct worker_job *job)
{
	struct tutor_ears *e = (void *)((char *)job -
					offsetof(struct tutor_ears, opening));
	const struct recogniser_settings settings = {
		.lesson = e->settings.lesson,
		.model_dir = e->settings.model_dir,
	};

	recogniser_open(&e->recogniser, &settings, &e->problem);
}

static int begin_turn(struct tutor_ears *e, const struct ear_job *j)
{
	struct recogniser_result nobody_asks;

	if (e->in_turn)
		recogniser_end(e->recogniser, &nobody_asks);
	int err = recogniser_begin(e->recogniser, j->step);
	e->in_turn = err == 0;
	e->owner = j->owner;
	return err;
}

static void hear_piece(struct worker_job *job)
{
	struct ear_job *j = (struct ear_job *)job;
	struct tutor_ears *e = j->ears;

	if (!e->recogniser) {
		j->err = PROBLEM_FILE;
		return;
	}
	if (j->begins)
		j->err = begin_turn(e, j);
	if (!j->err && (!e->in_turn || e->owner != j->owner))
		j->err = PROBLEM_CLOSED; /* another has the recogniser */
	if (!j->err)
		j->err = recogniser_hear(e->recogniser, j->samples, j->count);
	if (!j->err && j->ends) {
		j->err = recogniser_end(e->recogniser, &j->result);
		e->in_turn = false;
	}
}

/* --- ears, on the simulator's thread --- */

static void opened(struct worker_job *job, bool skipped)
{
	struct tutor_ears *e = (void *)((char *)job -
					offsetof(struct tutor_ears, opening));

	if (skipped || !e->problem.code)
		return;
	e->deaf = true;
	if (e->settings.trouble)
		e->settings.trouble(e->settings.arg, &e->problem);
}

int tutor_ears_create(struct tutor_ears **out,
		      const struct tutor_ears_settings *settings)
{
	struct tutor_ears *e = calloc(1, sizeof *e);

	if (!e)
		return PROBLEM_MEMORY;
	e->settings = *settings;
	e->opening = (struct worker_job){.work = open_recogniser,
					 .done = opened};
	worker_give(settings->worker, &e->opening);
	*out = e;
	return 0;
}

struct tutor_ears *tutor_ears_free(struct tutor_ears *e)
{
	if (!e)
		return NULL;
	recogniser_free(e->recogniser);
	free(e);
	return NULL;
}

/* --- an ear --- */

static void job_free(struct ear_job *j)
{
	free(j->samples);
	free(j);
}

void tutor_ear_init(struct tutor_ear *e, struct tutor_ears *ears,
		    void (*heard)(void *arg,
				  const struct recogniser_result *result),
		    void *arg)
{
	*e = (struct tutor_ear){.ears = ears, .heard = heard, .arg = arg};
}

void tutor_ear_deinit(struct tutor_ear *e)
{
	tutor_ear_forget(e);
	free(e->waiting);
	e->waiting = NULL;
}

bool tutor_ear_hears(const struct tutor_ear *e)
{
	return e->ears && !e->ears->deaf;
}

static void pump(struct tutor_ear *e);

static void piece_done(struct worker_job *job, bool skipped)
{
	struct ear_job *j = (struct ear_job *)job;
	struct tutor_ear *e = j->ear;
	struct recogniser_result result = j->result;
	bool over = j->ends;

	if (j->err && over)
		log_warn("tutor", "the learner is not understood: %s",
			 problem_name(j->err));
	job_free(j);
	if (!e)
		return;
	e->job = NULL;
	if (skipped)
		return;
	if (over)
		e->heard(e->arg, &result);
	else
		pump(e);
}

/* Hands over what is there, one piece at a time. */
static void pump(struct tutor_ear *e)
{
	struct ear_job *j;

	if (e->job || (!e->begins && !e->ends && !e->waiting_count))
		return;
	j = calloc(1, sizeof *j);
	if (!j) {
		log_warn("tutor", "no memory to hear with");
		return;
	}
	*j = (struct ear_job){
		.job = {.work = hear_piece, .done = piece_done},
		.ear = e,
		.ears = e->ears,
		.owner = e,
		.step = e->step,
		.begins = e->begins,
		.ends = e->ends,
		.samples = e->waiting,
		.count = e->waiting_count,
	};
	e->begins = e->ends = false;
	e->waiting = NULL;
	e->waiting_count = e->waiting_room = 0;
	e->job = j;
	worker_give(e->ears->settings.worker, &j->job);
}

static void keep(struct tutor_ear *e, const int16_t *samples, size_t n)
{
	if (n == 0)
		return;
	if (e->waiting_count + n > e->waiting_room) {
		size_t room = 2 * (e->waiting_count + n);
		int16_t *more = realloc(e->waiting, room * sizeof *more);
		if (!more) {
			log_warn("tutor", "no memory to hear with");
			return;
		}
		e->waiting = more;
		e->waiting_room = room;
	}
	memcpy(e->waiting + e->waiting_count, samples, n * sizeof *samples);
	e->waiting_count += n;
}

void tutor_ear_sound(struct tutor_ear *e, const int16_t *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		e->recent[(e->position + i) % TUTOR_EAR_RECENT] = samples[i];
	e->position += n;
	if (!e->in_turn)
		return;
	keep(e, samples, n);
	pump(e);
}

static void open_turn(struct tutor_ear *e, size_t step, const int16_t *before,
		      size_t n)
{
	tutor_ear_forget(e);
	e->step = step;
	e->in_turn = e->begins = true;
	keep(e, before, n);
}

void tutor_ear_begin(struct tutor_ear *e, size_t step, const int16_t *before,
		     size_t n)
{
	uint64_t from = e->position > TUTOR_EAR_RECENT
				? e->position - TUTOR_EAR_RECENT
				: 0;
	size_t first = (size_t)(from % TUTOR_EAR_RECENT);
	size_t count = (size_t)(e->position - from);
	size_t part = TUTOR_EAR_RECENT - first;

	if (!tutor_ear_hears(e))
		return;
	open_turn(e, step, before, n);
	if (part > count)
		part = count;
	keep(e, e->recent + first, part);
	keep(e, e->recent, count - part);
	pump(e);
}

void tutor_ear_understand(struct tutor_ear *e, size_t step,
			  const int16_t *samples, size_t n)
{
	open_turn(e, step, samples, n);
	tutor_ear_end(e);
}

void tutor_ear_end(struct tutor_ear *e)
{
	e->in_turn = false;
	e->ends = true;
	pump(e);
}

void tutor_ear_forget(struct tutor_ear *e)
{
	if (e->job)
		e->job->ear = NULL;
	e->job = NULL;
	e->in_turn = e->begins = e->ends = false;
	e->waiting_count = 0;
}
