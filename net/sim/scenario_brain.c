/*
 * scenario_brain: answers as a scenario file says.
 *
 * Each kind of event (the learner spoke, typed, a tool gave its result) takes
 * the first turn that suits it and was not used yet, so turns for tools and
 * turns for speech do not disturb each other's order.
 */
#include <stdio.h>
#include <stdlib.h>

#include "audio/dsp/resampler.h"
#include "net/base/clock.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/nova/json_has.h"
#include "net/sim/scenario.h"

struct scenario_maker {
	struct brain_maker base;
	struct scenario *scenario;
};

struct scenario_brain {
	struct brain base;
	const struct scenario *scenario; /* borrowed from the maker */
	unsigned rate_hz;
	bool *used;                                    /* for each turn */
	const struct scenario_turn *waiting;           /* for its delay */
	const struct scenario_turn *failing, *cutting; /* when time comes */
	struct timer delay_timer, interrupt_timer, fail_timer, cut_timer;
};

/* --- which turn --- */

/* result: of the tool, when that is the event. */
static bool suits(const struct scenario_turn *t, enum scenario_on event,
		  const char *result)
{
	if (t->result && !json_has(result, t->result))
		return false;
	if (t->on == SCENARIO_ON_ANY)
		return event == SCENARIO_ON_SPEECH || event == SCENARIO_ON_TEXT;
	return t->on == event;
}

static const struct scenario_turn *take_unused(struct scenario_brain *b,
					       enum scenario_on event,
					       const char *result)
{
	for (size_t i = 0; i < b->scenario->turn_count; i++) {
		if (b->used[i] || !suits(&b->scenario->turns[i], event, result))
			continue;
		b->used[i] = true;
		return &b->scenario->turns[i];
	}
	return NULL;
}

static const struct scenario_turn *
choose(struct scenario_brain *b, enum scenario_on event, const char *result)
{
	const struct scenario_turn *t = take_unused(b, event, result);

	if (t)
		return t;
	for (size_t i = 0; i < b->scenario->turn_count; i++) {
		if (!suits(&b->scenario->turns[i], event, result))
			continue;
		t = &b->scenario->turns[i];
		if (b->scenario->repeat)
			b->used[i] = false;
	}
	return b->scenario->repeat ? take_unused(b, event, result) : t;
}

/* --- saying it --- */

static int say_converted(struct scenario_brain *b,
			 const struct scenario_sentence *s)
{
	struct resampler *r = NULL;
	int16_t *samples = NULL;
	int err = resampler_create(&r, SCENARIO_RATE_HZ, b->rate_hz);

	if (err == 0) {
		size_t room = resampler_bound(r, s->count) +
			      resampler_bound(r, resampler_tail(r));
		samples = malloc(room * sizeof *samples);
		err = samples ? 0 : PROBLEM_MEMORY;
	}
	if (err == 0) {
		size_t n = resampler_process(r, samples, s->samples, s->count);
		n += resampler_finish(r, samples + n);
		err = sim_say(b->base.core, s->text, samples, n);
	}
	free(samples);
	resampler_free(r);
	return err;
}

static int say(struct scenario_brain *b, const struct scenario_sentence *s)
{
	if (s->count == 0 || b->rate_hz == SCENARIO_RATE_HZ)
		return sim_say(b->base.core, s->text, s->samples, s->count);
	return say_converted(b, s);
}

static void answer(struct scenario_brain *b, const struct scenario_turn *t)
{
	char id[37];
	int err = 0;

	b->waiting = NULL;
	for (size_t i = 0; i < t->sentence_count && err == 0; i++)
		err = say(b, &t->sentences[i]);
	for (size_t i = 0; i < t->tool_count && err == 0; i++)
		err = sim_tool_use(b->base.core, t->tools[i].name,
				   t->tools[i].arguments, id);
	if (err == 0 && t->tool_count == 0)
		err = sim_end_turn(b->base.core);
	if (err && err != PROBLEM_CLOSED)
		log_error("sim", "scenario: answer not said: %s",
			  problem_name(err));
	if (t->interrupts)
		timer_start(&b->interrupt_timer,
			    t->interrupt_after_ms * UINT64_C(1000));
	if (t->fail_exception) {
		b->failing = t;
		timer_start(&b->fail_timer, t->fail_after_ms * UINT64_C(1000));
	}
	if (t->cuts) {
		b->cutting = t;
		timer_start(&b->cut_timer, t->cut_after_ms * UINT64_C(1000));
	}
}

static void delay_is_over(void *arg)
{
	struct scenario_brain *b = arg;

	answer(b, b->waiting);
}

static void interrupt_now(void *arg)
{
	struct scenario_brain *b = arg;

	sim_interrupt(b->base.core);
}

static void fail_now(void *arg)
{
	struct scenario_brain *b = arg;

	sim_fail(b->base.core, b->failing->fail_exception,
		 b->failing->fail_message);
}

static void cut_now(void *arg)
{
	struct scenario_brain *b = arg;

	sim_cut(b->base.core, b->cutting->cut);
}

static void start(struct scenario_brain *b, enum scenario_on event,
		  const char *default_hear, const char *result)
{
	const struct scenario_turn *t = choose(b, event, result);
	const char *hear = t && t->hear ? t->hear : default_hear;

	/* A tool's result may come while a spoken turn waits. */
	if (b->waiting) {
		timer_stop(&b->delay_timer);
		answer(b, b->waiting);
	}
	if (hear)
		sim_transcript(b->base.core, hear);
	if (!t)
		return;
	b->waiting = t;
	if (t->delay_ms)
		timer_start(&b->delay_timer, t->delay_ms * UINT64_C(1000));
	else
		answer(b, t);
}

/* --- the seam --- */

static void session_started(struct brain *base, const struct brain_session *s)
{
	struct scenario_brain *b = (struct scenario_brain *)base;

	b->rate_hz = s->output_rate_hz;
	start(b, SCENARIO_ON_OPEN, NULL, NULL);
}

static void turn_ended(struct brain *base, const int16_t *samples, size_t n,
		       const char *text)
{
	struct scenario_brain *b = (struct scenario_brain *)base;
	char hear[64];

	(void)samples;
	if (text) {
		start(b, SCENARIO_ON_TEXT, NULL, NULL);
		return;
	}
	/* Whole seconds: the samples have some silence around the speech. */
	snprintf(hear, sizeof hear, "[%zu s of speech]",
		 n < 16000 ? 1 : (n + 4000) / 16000);
	start(b, SCENARIO_ON_SPEECH, hear, NULL);
}

static void tool_result(struct brain *base, const char *tool_use_id,
			const char *result)
{
	(void)tool_use_id;
	start((struct scenario_brain *)base, SCENARIO_ON_TOOL_RESULT, NULL,
	      result);
}

static void stop_timers(struct scenario_brain *b)
{
	timer_stop(&b->delay_timer);
	timer_stop(&b->interrupt_timer);
	timer_stop(&b->fail_timer);
	timer_stop(&b->cut_timer);
	b->waiting = NULL;
}

static void interrupted(struct brain *base, const struct brain_heard *heard)
{
	(void)heard;
	stop_timers((struct scenario_brain *)base);
}

static void brain_free(struct brain *base)
{
	struct scenario_brain *b = (struct scenario_brain *)base;

	stop_timers(b);
	free(b->used);
	free(b);
}

static const struct brain_ops ops = {
	.session_started = session_started,
	.turn_ended = turn_ended,
	.tool_result = tool_result,
	.interrupted = interrupted,
	.free = brain_free,
};

static int make(struct brain_maker *base, struct clock *clock,
		struct brain **out, struct problem *p)
{
	struct scenario_maker *m = (struct scenario_maker *)base;
	struct scenario_brain *b = calloc(1, sizeof *b);

	if (b)
		b->used = calloc(m->scenario->turn_count, sizeof *b->used);
	if (!b || !b->used) {
		free(b);
		return problem_set(p, PROBLEM_MEMORY,
				   "scenario: no memory for a session");
	}
	b->base.ops = &ops;
	b->scenario = m->scenario;
	b->rate_hz = SCENARIO_RATE_HZ;
	timer_init(&b->delay_timer, clock, delay_is_over, b);
	timer_init(&b->interrupt_timer, clock, interrupt_now, b);
	timer_init(&b->fail_timer, clock, fail_now, b);
	timer_init(&b->cut_timer, clock, cut_now, b);
	*out = &b->base;
	return 0;
}

/* NULL fills p. */
static struct scenario_maker *create(struct problem *p)
{
	struct scenario_maker *m = calloc(1, sizeof *m);

	if (m)
		m->base.make = make;
	else
		problem_set(p, PROBLEM_MEMORY,
			    "scenario: no memory to read it");
	return m;
}

int scenario_maker_create(struct brain_maker **out, const char *path,
			  struct problem *p)
{
	struct scenario_maker *m = create(p);

	if (!m)
		return PROBLEM_MEMORY;
	int err = scenario_read(&m->scenario, path, p);
	*out = err ? scenario_maker_free(&m->base) : &m->base;
	return err;
}

int scenario_maker_create_from(struct brain_maker **out,
			       const struct yaml_file *f,
			       const struct yaml_node *map, struct problem *p)
{
	struct scenario_maker *m = create(p);

	if (!m)
		return PROBLEM_MEMORY;
	int err = scenario_read_node(&m->scenario, f, map, p);
	*out = err ? scenario_maker_free(&m->base) : &m->base;
	return err;
}

struct brain_maker *scenario_maker_free(struct brain_maker *base)
{
	struct scenario_maker *m = (struct scenario_maker *)base;

	if (!m)
		return NULL;
	scenario_free(m->scenario);
	free(m);
	return NULL;
}

static const struct scenario_stream *stream_of(const struct brain_maker *m)
{
	if (m->make != make)
		return NULL;
	return &((const struct scenario_maker *)m)->scenario->stream;
}

const struct sim_front_plan *scenario_front_plan(const struct brain_maker *m)
{
	const struct scenario_stream *s = stream_of(m);

	return s ? &s->front : NULL;
}

void scenario_core_settings(const struct brain_maker *m,
			    struct sim_core_settings *settings)
{
	const struct scenario_stream *s = stream_of(m);

	if (!s)
		return;
	if (s->chunk_ms_least) {
		settings->chunk_ms_least = s->chunk_ms_least;
		settings->chunk_ms_most = s->chunk_ms_most;
	}
	if (s->speed > 0)
		settings->speed = s->speed;
	if (s->turn_pause_ms)
		settings->turn_pause_ms = s->turn_pause_ms;
	if (s->life_ms)
		settings->life_ms = s->life_ms;
	if (s->idle_ms)
		settings->idle_ms = s->idle_ms;
	if (s->fault.kind >= SIM_FAULT_EXCEPTION)
		settings->fault = s->fault;
	if (s->start_set)
		settings->silent_start = s->silent_start;
}
