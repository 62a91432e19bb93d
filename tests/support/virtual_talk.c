#include "tests/support/virtual_talk.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "audio/dsp/playout.h"
#include "client/trial/virtual_voice.h"
#include "net/base/clock.h"
#include "net/base/text.h"
#include "net/base/virtual_clock.h"
#include "net/renewal/renewing.h"

/* --- devices --- */

static void mic_block(void *arg, int16_t *samples, size_t n)
{
	struct virtual_talk *t = arg;
	size_t take = n < t->say_left ? n : t->say_left;

	memset(samples, 0, n * sizeof *samples);
	if (take)
		memcpy(samples, t->say, take * sizeof *samples);
	t->say += take;
	t->say_left -= take;
}

static void on_heard(void *arg, const int16_t *stereo, size_t frames)
{
	struct virtual_talk *t = arg;

	if (t->watcher->ops->heard)
		t->watcher->ops->heard(t->watcher, stereo, frames);
}

static void speaker_block(void *arg, const int16_t *samples, size_t n,
			  size_t played)
{
	struct virtual_talk *t = arg;

	(void)played;
	assert_true(t->heard_count + n <= VT_SECONDS_MAX * VT_SPEAKER_HZ);
	memcpy(t->heard + t->heard_count, samples, n * sizeof *samples);
	t->heard_count += n;
}

/* --- the conversation's words --- */

static void on_ready(void *arg)
{
	((struct virtual_talk *)arg)->ready_count++;
}

static void on_answered(void *arg)
{
	((struct virtual_talk *)arg)->answered_count++;
}

static void on_ended(void *arg, const struct problem *why, bool was_connected)
{
	struct virtual_talk *t = arg;

	t->ended = true;
	t->why = *why;
	t->was_connected = was_connected;
}

static void note_line(struct virtual_talk *t, char *line)
{
	assert_non_null(line);
	assert_true(t->line_count < VT_LINES_MAX);
	t->lines[t->line_count++] = line;
}

/* Text blocks of the learner's and tutor's role that we send are history. */
static void note_history(struct virtual_talk *t, const struct session_event *e)
{
	if (e->direction != SESSION_SENT)
		return;
	if (e->nova->type == NOVA_CONTENT_START)
		t->sent_role = e->nova->interactive ? NOVA_ROLE_NONE
						    : e->nova->role;
	if (e->nova->type == NOVA_TEXT_INPUT &&
	    (t->sent_role == NOVA_USER || t->sent_role == NOVA_ASSISTANT))
		note_line(t, text_format("sent history %s %s",
					 nova_role_name(t->sent_role),
					 e->nova->text));
}

static void on_event(struct session_sink *sink, const struct session_event *e)
{
	struct virtual_talk *t = (void *)((char *)sink -
					  offsetof(struct virtual_talk, sink));

	if (e->kind == SESSION_NOVA) {
		note_history(t, e);
		return;
	}
	if (e->kind == SESSION_INTERRUPTED) {
		t->interrupted_count++;
		t->interrupted_at_us = e->at_us;
	}
	if (e->kind == SESSION_RETRY && t->retry_count < 16)
		t->retry_at_us[t->retry_count++] = e->at_us +
						   e->delay_ms * 1000ull;
	if (e->kind == SESSION_RETRY || e->kind == SESSION_COUNTDOWN) {
		note_line(t, text_format("%s %u", session_kind_name(e->kind),
					 e->delay_ms));
		return;
	}
	note_line(t, text_format("%s%s%s%s%s%s%s%s", session_kind_name(e->kind),
				 e->role ? " " : "",
				 e->role ? nova_role_name(e->role) : "",
				 e->tool ? " " : "", e->tool ? e->tool : "",
				 e->cut ? " cut " : " ", e->text ? e->text : "",
				 e->tool && e->problem ? " failed" : ""));
}

/* --- the upstream that can be broken --- */

static void live_opened(void *arg, const char *session_id)
{
	struct virtual_talk *t = arg;

	t->listener.opened(t->listener.arg, session_id);
}

static void live_event(void *arg, const struct nova_event *e)
{
	struct virtual_talk *t = arg;

	t->listener.event(t->listener.arg, e);
}

static void live_closed(void *arg, const struct problem *why)
{
	struct virtual_talk *t = arg;

	t->live = NULL;
	t->listener.closed(t->listener.arg, why);
}

static int open_stream(struct nova_upstream *u,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p)
{
	struct virtual_talk *t =
		(void *)((char *)u - offsetof(struct virtual_talk, upstream));
	struct nova_stream_listener mine = {
		.opened = live_opened,
		.event = live_event,
		.closed = live_closed,
		.arg = t,
	};

	t->opened++;
	if (t->refuse) {
		t->refuse--;
		return problem_set(p, PROBLEM_CONNECT, "test: refused");
	}
	t->listener = *listener;

	int err = nova_upstream_open(t->memory, &mine, out, p);
	if (!err)
		t->live = *out;
	return err;
}

void virtual_talk_break(struct virtual_talk *t, int code)
{
	struct problem p;

	problem_set(&p, code, "test: the line is cut");
	t->live = NULL;
	t->listener.closed(t->listener.arg, &p);
}

/* --- life --- */

static void make_scenario(struct virtual_talk *t, const char *text)
{
	char path[] = "/tmp/habla-scenario-XXXXXX";
	int fd = mkstemp(path);
	struct problem p = {0};

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	if (scenario_maker_create(&t->scenario, path, &p))
		fail_msg("%s", p.text);
	unlink(path);
}

static void make_sound(struct virtual_talk *t)
{
	const struct virtual_voice_settings settings = {
		.clock = t->clock,
		.playout = t->playout,
		.mic = mic_block,
		.speaker = speaker_block,
		.heard = t->watcher ? on_heard : NULL,
		.arg = t,
	};

	assert_int_equal(virtual_voice_create(&t->voice, &settings), 0);
}

static void make_room(struct virtual_talk *t)
{
	t->heard = calloc((size_t)VT_SECONDS_MAX * VT_SPEAKER_HZ,
			  sizeof *t->heard);
	assert_non_null(t->heard);
	assert_int_equal(
		playout_create(&t->playout, VT_SECONDS_MAX * VT_SPEAKER_HZ), 0);
}

void virtual_talk_open(struct virtual_talk *t, const char *scenario,
		       unsigned tries)
{
	virtual_talk_open_with_tools(t, scenario, tries, NULL, NULL);
}

static void on_renewed(void *arg, const struct renewal_report *report)
{
	conversation_renewed(((struct virtual_talk *)arg)->conversation,
			     report);
}

static struct nova_upstream *
renew(struct virtual_talk *t, unsigned renew_after_ms, unsigned force_after_ms)
{
	const struct renewing_settings settings = {
		.clock = t->clock,
		.upstream = t->memory,
		.renew_after_ms = renew_after_ms,
		.force_after_ms = force_after_ms,
		.renewed = on_renewed,
		.arg = t,
	};

	assert_int_equal(renewing_upstream_create(&t->renewing, &settings), 0);
	return t->renewing;
}

struct opening {
	unsigned tries;
	struct tool_runner *tools;
	const char *model;
	unsigned renew_after_ms, force_after_ms; /* 0: it is not renewed */
	size_t history_bytes;
	struct session_sink *watcher;
	const struct virtual_talk_taught *taught; /* in place of a scenario */
};

/* Who answers: a scenario, or the test's own. */
static void make_answers(struct virtual_talk *t, const char *scenario,
			 struct opening *o)
{
	struct sim_core_settings core = {.model = o->model};
	struct brain_maker *brain;

	if (o->taught) {
		t->taught = *o->taught;
		core.turn_pause_ms = t->taught.turn_pause_ms;
		t->taught.prepare(t->taught.arg, t->clock, &brain, &o->tools);
	} else {
		make_scenario(t, scenario);
		brain = t->scenario;
		scenario_core_settings(t->scenario, &core);
	}
	assert_int_equal(
		memory_upstream_create(&t->memory, t->clock, &core, brain), 0);
	if (t->scenario)
		memory_upstream_plan(t->memory,
				     scenario_front_plan(t->scenario));
}

static void open_talk(struct virtual_talk *t, const char *scenario,
		      const struct opening *opening)
{
	struct opening with_tools = *opening, *o = &with_tools;
	static const struct session_sink_ops sink_ops = {.event = on_event};
	struct conversation_listener listener = {
		.ready = on_ready,
		.answered = on_answered,
		.ended = on_ended,
		.arg = t,
	};

	*t = (struct virtual_talk){.watcher = o->watcher};
	assert_int_equal(virtual_clock_create(&t->virtual, 1767323045000), 0);
	t->clock = virtual_clock_clock(t->virtual);
	make_answers(t, scenario, o);
	t->upstream = (struct nova_upstream){.open = open_stream,
					     .name = "the test"};
	make_room(t);
	make_sound(t);

	struct conversation_settings settings = {
		.clock = t->clock,
		.upstream = &t->upstream,
		.playout = t->playout,
		.tools = o->tools,
		.session = {.model = o->model},
		.reconnect_tries = o->tries,
		.history_bytes = o->history_bytes,
	};
	if (o->renew_after_ms)
		settings.upstream = renew(t, o->renew_after_ms,
					  o->force_after_ms);
	assert_int_equal(
		conversation_create(&t->conversation, &settings, &listener), 0);
	t->sink.ops = &sink_ops;
	conversation_add_sink(t->conversation, &t->sink);
	if (t->watcher)
		conversation_add_sink(t->conversation, t->watcher);
	assert_int_equal(virtual_voice_start(t->voice, t->conversation), 0);
	conversation_start(t->conversation);
}

void virtual_talk_open_with_tools(struct virtual_talk *t, const char *scenario,
				  unsigned tries, struct tool_runner *tools,
				  const char *model)
{
	const struct opening o = {.tries = tries,
				  .tools = tools,
				  .model = model};

	open_talk(t, scenario, &o);
}

void virtual_talk_open_renewing(struct virtual_talk *t, const char *scenario,
				unsigned renew_after_ms,
				unsigned force_after_ms)
{
	const struct opening o = {
		.renew_after_ms = renew_after_ms,
		.force_after_ms = force_after_ms,
	};

	open_talk(t, scenario, &o);
}

void virtual_talk_open_forgetful(struct virtual_talk *t, const char *scenario,
				 unsigned tries, size_t history_bytes)
{
	const struct opening o = {.tries = tries,
				  .history_bytes = history_bytes};

	open_talk(t, scenario, &o);
}

void virtual_talk_open_watched(struct virtual_talk *t, const char *scenario,
			       struct session_sink *watcher)
{
	const struct opening o = {.watcher = watcher};

	open_talk(t, scenario, &o);
}

void virtual_talk_open_taught(struct virtual_talk *t,
			      const struct virtual_talk_taught *taught)
{
	const struct opening o = {
		.taught = taught,
		.tries = taught->tries,
		.renew_after_ms = taught->renew_after_ms,
		.force_after_ms = taught->force_after_ms,
	};

	open_talk(t, NULL, &o);
}

void virtual_talk_close(struct virtual_talk *t)
{
	t->voice = virtual_voice_free(t->voice);
	conversation_free(t->conversation);
	playout_free(t->playout);
	renewing_upstream_free(t->renewing);
	memory_upstream_free(t->memory);
	scenario_maker_free(t->scenario);
	if (t->taught.let_go)
		t->taught.let_go(t->taught.arg);
	virtual_clock_free(t->virtual);
	for (size_t i = 0; i < t->line_count; i++)
		free(t->lines[i]);
	free(t->heard);
}

/* --- driving --- */

void virtual_talk_say(struct virtual_talk *t, const int16_t *samples, size_t n)
{
	t->say = samples;
	t->say_left = n;
}

void virtual_talk_run(struct virtual_talk *t, unsigned ms)
{
	virtual_clock_run_until(t->virtual,
				clock_now_us(t->clock) + ms * 1000ull);
}

void virtual_talk_run_until(struct virtual_talk *t, const unsigned *counter,
			    unsigned value, unsigned limit_ms)
{
	uint64_t limit_us = clock_now_us(t->clock) + limit_ms * 1000ull;

	while (*counter < value) {
		if (clock_now_us(t->clock) > limit_us ||
		    !virtual_clock_step(t->virtual)) {
			for (size_t i = 0; i < t->line_count; i++)
				print_message("%s\n", t->lines[i]);
			fail_msg("the counter is at %u after %u ms, not at %u",
				 *counter, limit_ms, value);
		}
	}
}

bool virtual_talk_told(const struct virtual_talk *t, const char *beginning)
{
	return virtual_talk_count(t, beginning) > 0;
}

unsigned virtual_talk_count(const struct virtual_talk *t, const char *beginning)
{
	unsigned count = 0;

	for (size_t i = 0; i < t->line_count; i++)
		count += text_starts(t->lines[i], beginning);
	return count;
}

void virtual_talk_make_speech(int16_t *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = (int16_t)lrint(8000 *
					    sin(2 * 3.14159265358979 * 300 *
						(double)i / VT_MIC_HZ));
}
