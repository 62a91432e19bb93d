#include "client/trial/live.h"

#include <stdlib.h>

#include "client/report/report_recorder.h"
#include "client/script/script.h"
#include "client/session/folder.h"
#include "client/settings/settings.h"
#include "client/talk/backend.h"
#include "client/trial/trial.h"
#include "client/trial/trial_report.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/nova/session.h"

struct live {
	const struct simulated_settings *settings;
	struct loop *loop;
	struct talk_backend backend;
	bool has_backend;
	struct report_recorder *recorder;
	struct session_folder *folder;
	struct trial *trial;
};

static void on_done(void *arg)
{
	loop_stop(((struct live *)arg)->loop);
}

static int no_memory(struct problem *p)
{
	return problem_set(p, PROBLEM_MEMORY,
			   "not enough memory; close other programs");
}

static int open_trial(struct live *r, struct problem *p)
{
	const struct simulated_settings *s = r->settings;
	const struct nova_session_settings session = {.model = s->model};
	struct trial_settings trial = {
		.script = s->script,
		.clock = loop_clock(r->loop),
		.upstream = r->backend.upstream,
		.renews = true, /* the backend or its relay sees to that */
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

static int open_all(struct live *r, struct report_case *out, struct problem *p)
{
	const struct simulated_settings *s = r->settings;
	int err = loop_create(&r->loop);

	if (err)
		return no_memory(p);
	err = talk_backend_open(&r->backend, r->loop, s->settings, NULL, p);
	r->has_backend = err == 0;
	if (!err && report_recorder_create(&r->recorder, out,
					   clock_now_us(loop_clock(r->loop))))
		err = no_memory(p);
	if (!err && s->folder)
		err = session_folder_create(&r->folder, s->folder,
					    loop_clock(r->loop), s->settings,
					    r->backend.line, p);
	return err ? err : open_trial(r, p);
}

static void close_all(struct live *r)
{
	trial_free(r->trial);
	if (r->has_backend)
		talk_backend_close_upstream(&r->backend);
	session_folder_close(r->folder, NULL);
	report_recorder_free(r->recorder);
	loop_free(r->loop);
	if (r->has_backend)
		talk_backend_close(&r->backend);
}

/* --- what only the simulator can be told --- */

static void not_here(struct report_case *out, const struct script_place *at,
		     const char *what)
{
	char *why = text_format(
		"%s:%u:%u: %s: a real service renews its streams itself; add "
		"\"backend: sim\" to the script",
		at->file, at->line, at->column, what);

	out->verdict = REPORT_ERROR;
	report_case_text(out, &out->reason, why ? why : what);
	free(why);
}

/* Nothing passes because something was left out. */
static bool can_run(const struct script_case *c, struct report_case *out)
{
	if (c->renew_after_ms) {
		not_here(out, &c->place, "renew_after_ms");
		return false;
	}
	for (size_t i = 0; i < c->turn_count; i++) {
		if (!c->turns[i].renew)
			continue;
		not_here(out, &c->turns[i].place, "renew");
		return false;
	}
	return true;
}

int live_run(const struct simulated_settings *s, struct report_case *out,
	     struct problem *p)
{
	struct live r = {.settings = s};
	int err;

	if (!can_run(s->script, out))
		return 0;
	err = open_all(&r, out, p);

	if (!err) {
		uint64_t start_us = clock_now_us(loop_clock(r.loop));
		trial_start(r.trial);
		loop_run(r.loop);
		trial_report(r.trial, s->script, s->judge, start_us, out,
			     r.recorder);
		if (r.folder)
			trial_report_folder(out, session_folder_path(r.folder));
	}
	close_all(&r);
	return err;
}
