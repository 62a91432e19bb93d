#include "client/trial/simulated.h"

#include <stdlib.h>

#include "client/assets.h"
#include "client/lesson/lesson.h"
#include "client/lessons.h"
#include "client/report/report_recorder.h"
#include "client/script/script.h"
#include "client/session/folder.h"
#include "client/trial/trial.h"
#include "client/trial/trial_report.h"
#include "client/tutor/tutor.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/base/virtual_clock.h"
#include "net/base/worker.h"
#include "net/nova/session.h"
#include "net/sim/sim.h"

/* The same day each time: 2026-01-02 00:00 UTC. */
static const int64_t WALL_MS = 1767312000000;

/* What the tutor takes to understand, and to find its words. */
enum { THINKING_US = 150000 };

struct simulated {
	const struct simulated_settings *settings;
	struct virtual_clock *virtual;
	struct clock *clock;
	struct brain_maker *own; /* when the script has no scenario */
	struct lesson *lesson;   /* tutor: */
	char *lesson_name;
	struct worker *worker;
	struct brain_maker *tutor;
	struct problem trouble; /* of its voice or ears; the first */
	struct nova_upstream *memory;
	struct report_recorder *recorder;
	struct session_folder *folder;
	struct trial *trial;
	bool done;
};

static void on_done(void *arg)
{
	((struct simulated *)arg)->done = true;
}

static int no_memory(struct problem *p)
{
	return problem_set(p, PROBLEM_MEMORY,
			   "not enough memory; close other programs");
}

static void on_trouble(void *arg, const struct problem *p)
{
	struct simulated *r = arg;

	if (!r->trouble.code)
		r->trouble = *p;
}

static bool speaks(const struct script_case *c)
{
	for (size_t i = 0; i < c->turn_count; i++)
		if (c->turns[i].act == SCRIPT_SAY ||
		    c->turns[i].act == SCRIPT_PLAY)
			return true;
	return false;
}

static int open_tutor(struct simulated *r, struct problem *p)
{
	const struct script_case *c = r->settings->script;
	struct lesson_plan plan;
	struct tutor_settings settings = {
		.plan = &plan,
		.deaf = !speaks(c),
		.cache_dir = r->settings->cache_dir,
		.seed = (uint32_t)r->settings->seed,
		.trouble = on_trouble,
		.arg = r,
	};
	int err = lessons_open(&r->lesson, &r->lesson_name, c->lesson, p);

	if (err)
		return err;
	lesson_plan_whole(&plan, r->lesson);
	if (worker_inline_create(&r->worker, r->clock, THINKING_US))
		return no_memory(p);
	settings.lesson = r->lesson;
	settings.worker = r->worker;
	return tutor_maker_create(&r->tutor, &settings, p);
}

static int open_scenario(struct simulated *r, struct problem *p)
{
	char *path = NULL;
	int err;

	/* without assets the words that are built in */
	if (asset_path(&path, "scenarios/photosynthesis.yaml"))
		path = NULL;
	err = scenario_maker_create(&r->own, path, p);
	free(path);
	return err;
}

static int open_brain(struct simulated *r, struct problem *p)
{
	struct sim_core_settings core = {.model = r->settings->model};
	const struct script_case *c = r->settings->script;
	int err = c->tutor      ? open_tutor(r, p)
		  : c->scenario ? 0
				: open_scenario(r, p);
	struct brain_maker *maker = c->tutor      ? r->tutor
				    : c->scenario ? c->scenario
						  : r->own;

	if (err)
		return err;
	scenario_core_settings(maker, &core);
	if (memory_upstream_create(&r->memory, r->clock, &core, maker))
		return no_memory(p);
	if (scenario_front_plan(maker))
		memory_upstream_plan(r->memory, scenario_front_plan(maker));
	return 0;
}

static int open_trial(struct simulated *r, struct problem *p)
{
	const struct simulated_settings *s = r->settings;
	const struct nova_session_settings session = {.model = s->model};
	struct trial_settings trial = {
		.script = s->script,
		.clock = r->clock,
		.upstream = r->memory,
		.voices = s->voices,
		.session = &session,
		.seed = s->seed,
		.timeout_s = s->timeout_s,
		.sinks = {report_recorder_sink(r->recorder), NULL},
		.done = on_done,
		.arg = r,
	};

	if (r->folder)
		trial.sinks[1] = session_folder_sink(r->folder);
	return trial_create(&r->trial, &trial, p);
}

static int open_all(struct simulated *r, struct report_case *out,
		    struct problem *p)
{
	const struct simulated_settings *s = r->settings;
	int err = virtual_clock_create(&r->virtual, WALL_MS);

	if (err)
		return no_memory(p);
	r->clock = virtual_clock_clock(r->virtual);
	err = open_brain(r, p);
	if (!err &&
	    report_recorder_create(&r->recorder, out, clock_now_us(r->clock)))
		err = no_memory(p);
	if (!err && s->folder)
		err = session_folder_create(&r->folder, s->folder, r->clock,
					    s->settings,
					    "Tutor: the simulator, for a test",
					    p);
	return err ? err : open_trial(r, p);
}

static void run(struct simulated *r)
{
	trial_start(r->trial);
	/* a folder is written at the pace of its disk, not of our clock */
	while (!r->done && virtual_clock_step(r->virtual))
		if (r->folder)
			session_folder_catch_up(r->folder);
}

static void close_all(struct simulated *r)
{
	trial_free(r->trial);
	session_folder_close(r->folder, NULL);
	report_recorder_free(r->recorder);
	memory_upstream_free(r->memory);
	worker_free(r->worker);
	tutor_maker_free(r->tutor);
	scenario_maker_free(r->own);
	lesson_free(r->lesson);
	free(r->lesson_name);
	virtual_clock_free(r->virtual);
}

int simulated_run(const struct simulated_settings *s, struct report_case *out,
		  struct problem *p)
{
	struct simulated r = {.settings = s};
	int err;

	random_seed_thread(s->seed);
	err = open_all(&r, out, p);
	if (!err) {
		run(&r);
		trial_report(r.trial, s->script, s->judge, 0, out, r.recorder);
		if (r.trouble.code) { /* it taught without ears or voice */
			out->verdict = REPORT_ERROR;
			report_case_text(out, &out->reason, r.trouble.text);
		}
		if (r.folder)
			trial_report_folder(out, session_folder_path(r.folder));
	}
	close_all(&r);
	random_seed_thread(0);
	return err;
}
