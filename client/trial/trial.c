/*
 * trial: the parts of a run, and its life; what happens when is decided in
 * trial_turns.c.
 */
#include "client/trial/trial.h"

#include <stdlib.h>
#include <string.h>

#include "audio/dsp/playout.h"
#include "client/conversation/conversation.h"
#include "client/lesson/lesson.h"
#include "client/lesson/lesson_prompt.h"
#include "client/lessons.h"
#include "client/script/script.h"
#include "client/tools/tool_lesson.h"
#include "client/tools/tool_runner.h"
#include "client/tools/tool_set.h"
#include "client/trial/canned_tools.h"
#include "client/trial/faulty_upstream.h"
#include "client/trial/trial_private.h"
#include "client/trial/virtual_voice.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/text.h"
#include "net/renewal/renewing.h"

enum { PLAYOUT_MOST = 10 * 60 * VIRTUAL_SPEAKER_HZ };

/* --- devices --- */

static void keep(struct trial *t, struct trial_track *k, const int16_t *samples,
		 size_t n)
{
	if (k->count + n > k->room) {
		size_t room = k->room ? 2 * k->room : 1 << 20;
		int16_t *more = realloc(k->samples, room * sizeof *more);
		if (!more) {
			t->log.failed = PROBLEM_MEMORY;
			return;
		}
		k->samples = more;
		k->room = room;
	}
	memcpy(k->samples + k->count, samples, n * sizeof *samples);
	k->count += n;
}

static void on_mic(void *arg, int16_t *samples, size_t n)
{
	struct trial *t = arg;

	learner_mouth_take(t->mouth, samples, n);
	keep(t, &t->learner, samples, n);
}

static void on_speaker(void *arg, const int16_t *samples, size_t n,
		       size_t played)
{
	struct trial *t = arg;

	trial_log_sound(&t->log, clock_now_us(t->settings.clock), samples, n,
			played);
	keep(t, &t->tutor, samples, n);
}

static void on_heard(void *arg, const int16_t *stereo, size_t frames)
{
	struct trial *t = arg;

	for (size_t i = 0; i < TRIAL_SINKS; i++) {
		struct session_sink *s = t->settings.sinks[i];
		if (s && s->ops->heard)
			s->ops->heard(s, stereo, frames);
	}
}

static void on_stepped(void *arg)
{
	trial_turns_step(arg);
}

/* --- the conversation --- */

static void on_ready(void *arg)
{
	struct trial *t = arg;

	if (!t->ready)
		t->ready_us = clock_now_us(t->settings.clock);
	t->ready = true;
}

static void on_answered(void *arg)
{
	(void)arg; /* the log has it */
}

static void tell_done(void *arg)
{
	struct trial *t = arg;

	t->settings.done(t->settings.arg);
}

static void on_ended(void *arg, const struct problem *why, bool was_connected)
{
	struct trial *t = arg;

	t->ended = true;
	if (!t->end.code)
		t->end = *why;
	t->was_connected = was_connected;
	timer_stop(&t->limit);
	timer_start(&t->told, 0);
}

static void limit_reached(void *arg)
{
	struct trial *t = arg;

	problem_set(&t->end, PROBLEM_TIMEOUT,
		    "it had not ended after %u s; look what it waited for, or "
		    "give it more time with --timeout S",
		    t->settings.timeout_s);
	conversation_fail(t->conversation, &t->end);
}

static void on_renewed(void *arg, const struct renewal_report *report)
{
	struct trial *t = arg;

	if (t->conversation)
		conversation_renewed(t->conversation, report);
}

/* --- making --- */

static int no_memory(struct problem *p)
{
	return problem_set(p, PROBLEM_MEMORY,
			   "not enough memory; close other programs");
}

static int open_lesson(struct trial *t, struct problem *p)
{
	const struct script_case *s = t->settings.script;
	struct problem why = {0};
	struct lesson_plan plan;
	struct bytes b;
	int err = s->lesson ? lessons_open(&t->lesson, &t->lesson_name,
					   s->lesson, &why)
			    : 0;

	if (err)
		return problem_set(p, err, "%s:%u:%u: lesson: %s",
				   s->place.file, s->place.line,
				   s->place.column, why.text);
	if (!t->lesson)
		return 0;
	lesson_plan_whole(&plan, t->lesson);
	bytes_init(&b, LESSON_PROMPT_BYTES_MOST);
	lesson_prompt_write(&b, t->lesson, &plan, NULL);
	t->prompt = bytes_take_text(&b);
	bytes_deinit(&b);
	return t->prompt ? 0 : no_memory(p);
}

static int open_tools(struct trial *t, struct problem *p)
{
	static struct progress_store *const nothing_kept = NULL;
	struct tool_runner *both[2] = {NULL, NULL};
	int err = canned_tools_create(&both[0], t->settings.clock,
				      t->settings.script, p);

	if (!err && t->lesson)
		err = tool_lesson_create(&both[1], t->settings.clock, t->lesson,
					 &nothing_kept, p);
	if (err) {
		tool_runner_free(both[0]);
		return err;
	}
	return both[0] || both[1] ? tool_set_create(&t->tools, both, 2, p) : 0;
}

static int open_upstream(struct trial *t)
{
	const struct trial_settings *s = &t->settings;
	const struct renewing_settings renewing = {
		.clock = s->clock,
		.upstream = NULL,
		.model = s->session->model,
		.renew_after_ms = s->script->renew_after_ms,
		.renewed = on_renewed,
		.arg = t,
	};
	struct renewing_settings mine = renewing;
	int err = faulty_upstream_create(&t->faulty, s->clock, s->upstream);

	if (err || s->renews)
		return err;
	mine.upstream = faulty_upstream_base(t->faulty);
	return renewing_upstream_create(&t->renewing, &mine);
}

static int open_mouth(struct trial *t, struct problem *p)
{
	const struct script_case *s = t->settings.script;
	const char *language = s->language ? s->language
			       : t->lesson ? lesson_language_tag(
						     t->lesson->language)
					   : NULL;
	int err = learner_mouth_create(&t->mouth, t->settings.voices, language,
				       t->settings.seed);

	if (err)
		return no_memory(p);
	for (size_t i = 0; i < s->turn_count && !err; i++)
		err = learner_mouth_prepare(t->mouth, &s->turns[i], p);
	if (s->noisy)
		learner_mouth_room(t->mouth, s->snr_db);
	return err;
}

static int open_conversation(struct trial *t)
{
	const struct trial_settings *s = &t->settings;
	const struct script_case *c = s->script;
	const struct conversation_listener listener = {
		.ready = on_ready,
		.answered = on_answered,
		.ended = on_ended,
		.arg = t,
	};
	struct conversation_settings settings = {
		.clock = s->clock,
		.upstream = t->renewing ? t->renewing
					: faulty_upstream_base(t->faulty),
		.playout = t->playout,
		.tools = t->tools,
		.session = *s->session,
		.reconnect_tries = c->reconnect,
	};

	if (t->lesson) {
		settings.session.system_prompt = t->prompt;
		settings.session.language = lesson_language_tag(
			t->lesson->language);
		settings.session.turn_pause = lesson_nova_pause(
			t->lesson->level);
	}
	if (c->system)
		settings.session.system_prompt = c->system;
	if (c->voice)
		settings.session.voice = c->voice;
	if (c->language)
		settings.session.language = c->language;
	int err = conversation_create(&t->conversation, &settings, &listener);
	if (err)
		return err;
	conversation_add_sink(t->conversation, &t->log.sink);
	for (size_t i = 0; i < TRIAL_SINKS; i++)
		if (s->sinks[i])
			conversation_add_sink(t->conversation, s->sinks[i]);
	return 0;
}

static int open_parts(struct trial *t)
{
	const struct trial_settings *s = &t->settings;
	bool heard = false;
	int err = trial_log_init(&t->log, s->script->turn_count);

	for (size_t i = 0; i < TRIAL_SINKS; i++)
		heard |= s->sinks[i] && s->sinks[i]->ops->heard;
	const struct virtual_voice_settings voice = {
		.clock = s->clock,
		.playout = NULL,
		.mic = on_mic,
		.speaker = on_speaker,
		.stepped = on_stepped,
		.heard = heard ? on_heard : NULL,
		.arg = t,
	};
	struct virtual_voice_settings mine = voice;

	if (!err)
		err = playout_create(&t->playout, PLAYOUT_MOST);
	mine.playout = t->playout;
	if (!err)
		err = virtual_voice_create(&t->voice, &mine);
	if (!err)
		err = open_upstream(t);
	return err ? err : open_conversation(t);
}

int trial_create(struct trial **out, const struct trial_settings *settings,
		 struct problem *p)
{
	struct trial *t = calloc(1, sizeof *t);
	int err;

	if (!t)
		return no_memory(p);
	t->settings = *settings;
	timer_init(&t->limit, settings->clock, limit_reached, t);
	timer_init(&t->told, settings->clock, tell_done, t);
	err = open_lesson(t, p);
	if (!err)
		err = open_tools(t, p);
	if (!err)
		err = open_mouth(t, p);
	if (!err && open_parts(t))
		err = no_memory(p);
	if (err)
		trial_free(t);
	else
		*out = t;
	return err;
}

void trial_start(struct trial *t)
{
	const struct script_case *s = t->settings.script;
	struct problem p;

	if (s->has_network)
		faulty_upstream_trouble(t->faulty, &s->network);
	timer_start(&t->limit, t->settings.timeout_s * 1000000ull);
	if (virtual_voice_start(t->voice, t->conversation)) {
		no_memory(&p);
		conversation_fail(t->conversation, &p);
		return;
	}
	conversation_start(t->conversation);
}

struct trial *trial_free(struct trial *t)
{
	if (!t)
		return NULL;
	timer_stop(&t->limit);
	timer_stop(&t->told);
	virtual_voice_free(t->voice);
	conversation_free(t->conversation);
	tool_runner_free(t->tools);
	renewing_upstream_free(t->renewing);
	faulty_upstream_free(t->faulty);
	playout_free(t->playout);
	learner_mouth_free(t->mouth);
	lesson_free(t->lesson);
	free(t->lesson_name);
	free(t->prompt);
	free(t->learner.samples);
	free(t->tutor.samples);
	trial_log_deinit(&t->log);
	free(t);
	return NULL;
}

/* --- afterwards --- */

struct trial_log *trial_log_of(struct trial *t)
{
	return &t->log;
}

const struct problem *trial_end(const struct trial *t, bool *connected)
{
	*connected = t->was_connected;
	return &t->end;
}

bool trial_is_complete(const struct trial *t)
{
	return t->complete;
}

struct trial_sound trial_learner_sound(const struct trial *t)
{
	return (struct trial_sound){t->learner.samples, t->learner.count};
}

struct trial_sound trial_tutor_sound(const struct trial *t)
{
	return (struct trial_sound){t->tutor.samples, t->tutor.count};
}
