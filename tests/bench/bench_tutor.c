/*
 * bench_tutor: how soon the built-in tutor has understood and speaks, and what
 * it takes.
 *
 *   [learner's sound -> nova_session -> simulator in memory -> tutor] one loop
 *
 * The turn ends when the simulator says so to the brain; a brain that stands
 * before the tutor's notes it.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audio/dsp/sound_file.h"
#include "client/assets.h"
#include "client/lesson/lesson.h"
#include "client/lesson/lesson_plan.h"
#include "client/tutor/tutor.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/worker.h"
#include "net/loop/loop.h"
#include "net/loop/worker_thread.h"
#include "net/nova/session.h"
#include "net/sim/sim.h"
#include "tests/bench/bench.h"
#include "tests/bench/program.h"

enum {
	EVENT_MS = 20,
	EVENT_SAMPLES = NOVA_INPUT_RATE_HZ * EVENT_MS / 1000,
	SPEECH_MOST = 60 * NOVA_INPUT_RATE_HZ,
	TURN_MOST_MS = 30000,
	STEP_MS = 10,
	TURNS = 7,
};

/* The tutor's brain, with a note of when a turn ended. */
struct noting_brain {
	struct brain base;
	struct brain *tutor;
	struct tutor_rig *rig;
};

struct tutor_rig {
	struct brain_maker maker; /* first */
	struct loop_thread *thread;
	struct lesson *lesson;
	struct lesson_plan plan;
	struct worker *worker;
	struct brain_maker *tutor;
	struct nova_upstream *upstream;
	struct nova_stream *stream;
	struct nova_session session;
	struct timer pace;
	uint64_t due_us;
	struct problem problem;

	int16_t *speech; /* what is said now */
	size_t count, at;
	uint64_t ended_us, transcript_us, sound_us; /* of this turn; 0: not yet
						     */
	bool answered;
};

/* --- a brain that notes --- */

static struct noting_brain *noting(struct brain *b)
{
	struct noting_brain *n = (struct noting_brain *)b;

	n->tutor->core = b->core;
	return n;
}

static void session_started(struct brain *b, const struct brain_session *s)
{
	struct brain *t = noting(b)->tutor;

	t->ops->session_started(t, s);
}

static void audio(struct brain *b, const int16_t *samples, size_t n)
{
	struct brain *t = noting(b)->tutor;

	t->ops->audio(t, samples, n);
}

static void turn_began(struct brain *b)
{
	struct brain *t = noting(b)->tutor;

	t->ops->turn_began(t);
}

static void turn_ended(struct brain *b, const int16_t *samples, size_t n,
		       const char *text)
{
	struct noting_brain *x = noting(b);

	x->rig->ended_us = clock_now_us(clock_system());
	x->tutor->ops->turn_ended(x->tutor, samples, n, text);
}

static void tool_result(struct brain *b, const char *id, const char *result)
{
	struct brain *t = noting(b)->tutor;

	t->ops->tool_result(t, id, result);
}

static void interrupted(struct brain *b, const struct brain_heard *heard)
{
	struct brain *t = noting(b)->tutor;

	t->ops->interrupted(t, heard);
}

static void free_brain(struct brain *b)
{
	struct noting_brain *x = (struct noting_brain *)b;

	x->tutor->ops->free(x->tutor);
	free(x);
}

static int make(struct brain_maker *m, struct clock *clock, struct brain **out,
		struct problem *p)
{
	static const struct brain_ops ops = {
		session_started, audio,       turn_began, turn_ended,
		tool_result,     interrupted, free_brain,
	};
	struct tutor_rig *r = (struct tutor_rig *)m;
	struct noting_brain *x = calloc(1, sizeof *x);

	if (!x || r->tutor->make(r->tutor, clock, &x->tutor, p)) {
		free(x);
		return PROBLEM_MEMORY;
	}
	x->base.ops = &ops;
	x->rig = r;
	*out = &x->base;
	return 0;
}

/* --- the client's end, on the loop --- */

static void on_opened(void *arg, const char *session_id)
{
	(void)arg;
	(void)session_id;
}

static void on_closed(void *arg, const struct problem *why)
{
	struct tutor_rig *r = arg;

	timer_stop(&r->pace);
	problem_add(&r->problem, why->code ? why->code : PROBLEM_CLOSED, "%s",
		    why->code ? why->text : "the simulator ended it");
}

static void on_event(void *arg, const struct nova_event *e)
{
	struct tutor_rig *r = arg;
	uint64_t now = clock_now_us(clock_system());

	if (!r->ended_us)
		return;
	if (e->type == NOVA_CONTENT_START && e->role == NOVA_USER &&
	    !r->transcript_us)
		r->transcript_us = now;
	if (e->type == NOVA_AUDIO_OUTPUT && !r->sound_us)
		r->sound_us = now;
	if (e->type == NOVA_CONTENT_END && e->stop == NOVA_END_TURN)
		r->answered = true;
}

static void send_next(void *arg)
{
	struct tutor_rig *r = arg;
	int16_t frame[EVENT_SAMPLES] = {0};
	size_t left = r->count - r->at;
	size_t n = left < EVENT_SAMPLES ? left : EVENT_SAMPLES;

	if (n)
		memcpy(frame, r->speech + r->at, n * sizeof *frame);
	r->at += n;
	nova_session_audio(&r->session, frame, EVENT_SAMPLES);
	r->due_us += EVENT_MS * 1000;
	timer_start_at(&r->pace, r->due_us);
}

static void on_trouble(void *arg, const struct problem *p)
{
	struct tutor_rig *r = arg;

	r->problem = *p;
}

static void open_rig(void *arg)
{
	struct tutor_rig *r = arg;
	struct loop *loop = loop_thread_loop(r->thread);
	const struct nova_stream_listener listener = {on_opened, on_event,
						      on_closed, r};
	const struct nova_session_settings session = {0};
	struct tutor_settings settings = {.lesson = r->lesson,
					  .plan = &r->plan,
					  .trouble = on_trouble,
					  .arg = r};
	struct sim_core_settings core = {
		.turn_pause_ms = lesson_turn_pause_ms(r->lesson->level)};

	int err = worker_thread_create(&r->worker, loop);
	settings.worker = r->worker;
	if (!err)
		err = tutor_maker_create(&r->tutor, &settings, &r->problem);
	r->maker.make = make;
	if (!err)
		err = memory_upstream_create(&r->upstream, loop_clock(loop),
					     &core, &r->maker);
	if (!err)
		err = nova_upstream_open(r->upstream, &listener, &r->stream,
					 &r->problem);
	if (!err)
		err = nova_session_start(&r->session, r->stream, &session);
	if (err) {
		problem_add(&r->problem, err, "the tutor cannot be opened");
		return;
	}
	timer_init(&r->pace, loop_clock(loop), send_next, r);
	r->due_us = clock_now_us(loop_clock(loop));
	timer_start_at(&r->pace, r->due_us);
}

static void close_rig(void *arg)
{
	struct tutor_rig *r = arg;

	if (r->pace.clock)
		timer_stop(&r->pace);
	nova_stream_free(r->stream);
	memory_upstream_free(r->upstream);
	worker_free(r->worker);
	tutor_maker_free(r->tutor);
}

/* --- turns --- */

static void wait_ms(unsigned ms)
{
	const struct timespec time = {0, (long)ms * 1000 * 1000};

	nanosleep(&time, NULL);
}

struct turn {
	struct tutor_rig *rig;
	int16_t *speech;
	size_t count;
	bool over;
};

static void begin_turn(void *arg)
{
	struct turn *t = arg;
	struct tutor_rig *r = t->rig;

	free(r->speech);
	r->speech = t->speech;
	r->count = t->count;
	r->at = 0;
	r->ended_us = r->transcript_us = r->sound_us = 0;
	r->answered = false;
}

static void look(void *arg)
{
	struct turn *t = arg;

	t->over = t->rig->answered || t->rig->problem.code;
}

/* Waits for the end of the answer on the wire; the learner speaks into what is
 * still to be heard of it. */
static int take_turn(struct tutor_rig *r, const char *name,
		     struct samples *transcript, struct samples *sound,
		     struct problem *p)
{
	struct turn t = {.rig = r};
	char *path = NULL;
	int err = asset_path(&path, name);

	if (!err)
		err = sound_file_load(&t.speech, &t.count, path,
				      NOVA_INPUT_RATE_HZ, SPEECH_MOST, p);
	free(path);
	if (err)
		return problem_add(p, err, "assets/%s: is not there", name);
	loop_thread_call(r->thread, begin_turn, &t);
	for (unsigned ms = 0; !t.over && ms < TURN_MOST_MS; ms += STEP_MS) {
		wait_ms(STEP_MS);
		loop_thread_call(r->thread, look, &t);
	}
	if (r->problem.code)
		return problem_set(p, r->problem.code, "%s", r->problem.text);
	if (!r->answered || !r->transcript_us || !r->sound_us)
		return problem_set(p, PROBLEM_TIMEOUT,
				   "the tutor did not answer %s", name);
	samples_add(transcript,
		    (double)(r->transcript_us - r->ended_us) / 1000);
	samples_add(sound, (double)(r->sound_us - r->ended_us) / 1000);
	return 0;
}

static int measure_turns(struct bench *b, struct tutor_rig *r,
			 struct problem *p)
{
	static const char *const names[TURNS] = {
		"speech/01-hello.wav",          "speech/02-photosynthesis.wav",
		"speech/03-from-the-soil.wav",  "speech/04-sunlight.wav",
		"speech/05-water.wav",          "speech/06-i-do-not-know.wav",
		"speech/07-carbon-dioxide.wav",
	};
	static const struct figure_name heard = {"tutor_transcript", "ms", 400},
					spoken = {"tutor_first_audio", "ms",
						  250};
	struct samples transcript = {0}, sound = {0};
	int err = 0;

	for (size_t i = 0; !err && i < TURNS; i++)
		err = take_turn(r, names[i], &transcript, &sound, p);
	if (!err)
		err = figures_add(&b->figures, &heard, &transcript);
	if (!err)
		err = figures_add(&b->figures, &spoken, &sound);
	samples_deinit(&transcript);
	samples_deinit(&sound);
	return err;
}

static int run_once(struct bench *b, struct problem *p)
{
	struct tutor_rig r = {0};
	char *path = NULL;
	int err = asset_path(&path, "lessons/photosynthesis.yaml");

	if (!err)
		err = lesson_read(&r.lesson, path, p);
	free(path);
	if (!err) {
		lesson_plan_whole(&r.plan, r.lesson);
		err = loop_thread_start(&r.thread, "tutor");
	}
	if (!err) {
		loop_thread_call(r.thread, open_rig, &r);
		err = r.problem.code;
		if (err)
			*p = r.problem;
	}
	if (!err)
		err = measure_turns(b, &r, p);
	if (r.thread)
		loop_thread_call(r.thread, close_rig, &r);
	loop_thread_free(r.thread);
	lesson_free(r.lesson);
	free(r.speech);
	return err;
}

/* --- what the program takes --- */

static int weigh(struct bench *b, struct problem *p)
{
	static const struct figure_name peak = {"memory_tutor", "MB", 160},
					pss = {"memory_tutor_pss", "MB", 0};
	static struct program talk;
	struct program_memory memory;
	char *mic = NULL;
	int err = asset_path(&mic, "speech/02-photosynthesis.wav");
	const char *const argv[] = {"habla",     "talk",        "--sim",
				    "--json",    "--mic",       mic,
				    "--speaker", "./tutor.wav", "--no-record",
				    NULL};

	if (!err)
		err = program_start(&talk, b, argv, p);
	if (!err) /* with its ears, not deaf */
		err = program_expect(&talk, "called photosynthesis", NULL, p);
	if (!err)
		err = program_expect(&talk, "\"state\":\"speaking\"", NULL, p);
	if (!err)
		err = program_memory(&talk, &memory, p);
	if (!err)
		err = figures_add_value(&b->figures, &peak, memory.peak_mb);
	if (!err)
		err = figures_add_value(&b->figures, &pss, memory.pss_mb);
	program_end(&talk);
	free(mic);
	return err;
}

int bench_tutor(struct bench *b, struct problem *p)
{
	int err = 0;

	for (unsigned i = 0; !err && i < b->runs; i++)
		err = run_once(b, p);
	for (unsigned i = 0; !err && i < b->runs; i++)
		err = weigh(b, p);
	return err;
}
