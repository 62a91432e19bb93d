#include "client/conversation/conversation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/conversation/conversation_private.h"
#include "client/exit_code.h"
#include "client/tools/tool_runner.h"
#include "net/base/language.h"
#include "net/renewal/renewing.h"

enum {
	END_LIMIT_MS = 3000,
	/* Shorter is a pause like any other. */
	GAP_TOLD_MS = 500,
	/* Silence before speech that goes into a new session with it. */
	QUIET_KEPT_MS = 500,
};

/* --- sinks --- */

const char *conversation_state_name(enum conversation_state state)
{
	static const char *const names[] = {
		[CONVERSATION_CONNECTING] = "connecting",
		[CONVERSATION_LISTENING] = "listening",
		[CONVERSATION_HEARING] = "hearing",
		[CONVERSATION_THINKING] = "thinking",
		[CONVERSATION_SPEAKING] = "speaking",
		[CONVERSATION_DISCONNECTED] = "disconnected",
		[CONVERSATION_ENDED] = "ended",
	};
	return names[state];
}

void conversation_emit(struct conversation *c, struct session_event *e)
{
	e->at_us = clock_now_us(c->settings.clock);
	for (struct session_sink *s = c->sinks; s; s = s->next)
		s->ops->event(s, e);
}

void conversation_add_sink(struct conversation *c, struct session_sink *sink)
{
	struct session_sink **end = &c->sinks;

	while (*end)
		end = &(*end)->next;
	sink->next = NULL;
	*end = sink;
}

void conversation_notice(struct conversation *c, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, _(format), args);
	va_end(args);

	struct session_event e = {.kind = SESSION_NOTICE, .text = text};
	conversation_emit(c, &e);
}

void conversation_command(struct conversation *c, const char *id,
			  const char *command, const char *status,
			  const struct problem *why)
{
	struct session_event e = {
		.kind = SESSION_COMMAND,
		.text = command,
		.command_id = id,
		.command_status = status,
		.problem = why,
	};

	conversation_emit(c, &e);
}

void conversation_renewed(struct conversation *c,
			  const struct renewal_report *report)
{
	struct session_event e = {
		.kind = SESSION_RENEWAL,
		.number = report->number,
		.text = report->session_id,
		.delay_ms = report->gap_ms,
		.replayed_ms = report->replayed_ms,
		.cut = report->forced,
		.problem = report->why->code ? report->why : NULL,
	};

	conversation_emit(c, &e);
	if (report->gap_ms >= GAP_TOLD_MS)
		conversation_notice(c,
				    "For %.1f s no session listened; what you "
				    "said then was kept and is answered.",
				    report->gap_ms / 1000.0);
}

static enum conversation_state present_state(const struct conversation *c)
{
	if (c->state == CONVERSATION_ENDED)
		return CONVERSATION_ENDED;
	if (!c->ready)
		return c->was_connected ? CONVERSATION_DISCONNECTED
					: CONVERSATION_CONNECTING;
	if (c->sounding)
		return CONVERSATION_SPEAKING;
	if (c->learner_speaks)
		return CONVERSATION_HEARING;
	return c->question_open ? CONVERSATION_THINKING
				: CONVERSATION_LISTENING;
}

static void tell_state(struct conversation *c)
{
	struct session_event e = {
		.kind = SESSION_STATE,
		.text = conversation_state_name(c->state),
	};
	conversation_emit(c, &e);
}

void conversation_update_state(struct conversation *c)
{
	enum conversation_state state = present_state(c);

	if (state == c->state)
		return;
	c->state = state;
	tell_state(c);
}

/* --- ending --- */

void conversation_fail(struct conversation *c, const struct problem *why)
{
	if (c->state == CONVERSATION_ENDED)
		return;
	timer_stop(&c->end_timer);
	timer_stop(&c->answer_timer);
	timer_stop(&c->final_timer);
	connection_close(c);
	tool_calls_cancel(c->tools);
	answers_close_turn(c);
	c->state = CONVERSATION_ENDED;
	tell_state(c);
	if (why->code) {
		struct session_event e = {.kind = SESSION_PROBLEM,
					  .problem = why};
		conversation_emit(c, &e);
	}

	struct session_event end = {
		.kind = SESSION_END,
		.number = exit_code_for(why->code, c->was_connected),
	};
	conversation_emit(c, &end);
	c->listener.ended(c->listener.arg, why, c->was_connected);
}

static void finish_in_order(void *arg)
{
	conversation_fail(arg, &(struct problem){0});
}

void conversation_end(struct conversation *c)
{
	if (c->ending || c->state == CONVERSATION_ENDED)
		return;
	c->ending = true;
	answers_stop(c);
	if (c->ready && nova_session_finish(&c->session) == 0)
		timer_start(&c->end_timer, END_LIMIT_MS * 1000ull);
	else
		timer_start(&c->end_timer, 0);
}

/* --- answers that do not come --- */

static void answer_missing(void *arg)
{
	struct conversation *c = arg;
	struct problem p;

	problem_set(&p, PROBLEM_TIMEOUT,
		    "%s: no answer within %u s of the end of speech; look at "
		    "the server's log, or listen to sent.wav in the session "
		    "folder",
		    c->settings.upstream->name, c->answer_timeout_ms / 1000);
	conversation_fail(c, &p);
}

void conversation_expect_answer(struct conversation *c)
{
	if (c->question_open && c->answer_timeout_ms)
		timer_start(&c->answer_timer, c->answer_timeout_ms * 1000ull);
}

void conversation_set_answer_timeout(struct conversation *c, unsigned ms)
{
	c->answer_timeout_ms = ms;
	if (!c->learner_speaks)
		conversation_expect_answer(c);
}

/* --- beginning --- */

void conversation_start(struct conversation *c)
{
	tell_state(c);
	connection_open(c);
}

/* --- the learner --- */

void conversation_frame(struct conversation *c, const int16_t *samples,
			size_t n)
{
	if (c->state == CONVERSATION_ENDED || c->ending)
		return;
	learner_audio_add(&c->learner_audio, samples, n);
	if (!c->speech_held)
		learner_audio_keep(&c->learner_audio, QUIET_KEPT_MS);
	if (!c->ready)
		return;

	int err = nova_session_audio(&c->session, samples, n);
	if (err && err != PROBLEM_CLOSED) {
		/* ORDER: of something else it took a part, and no more. */
		bool full = err == PROBLEM_LIMIT || err == PROBLEM_ORDER;
		struct problem p;

		problem_set(&p, full ? PROBLEM_CLOSED : err, "%s: %s",
			    c->settings.upstream->name,
			    full ? "it does not take the audio any more"
				 : problem_name(err));
		connection_lost(c, &p);
	}
}

void conversation_speech(struct conversation *c, bool started)
{
	struct session_event e = {
		.kind = SESSION_SPEECH,
		.text = started ? "started" : "ended",
	};

	if (c->state == CONVERSATION_ENDED)
		return;
	c->learner_speaks = started;
	if (started) {
		c->question_open = true;
		c->speech_held = true;
	}
	conversation_emit(c, &e);
	conversation_update_state(c);
	if (!started)
		conversation_expect_answer(c);
}

void conversation_answer_began(struct conversation *c)
{
	timer_stop(&c->answer_timer);
	retry_reset(&c->retry);
	c->question_open = c->learner_speaks;
	if (!c->learner_speaks) {
		learner_audio_clear(&c->learner_audio);
		c->speech_held = false;
	}
}

void conversation_muted(struct conversation *c, bool muted)
{
	struct session_event e = {
		.kind = SESSION_MUTED,
		.text = muted ? "on" : "off",
	};

	if (c->state != CONVERSATION_ENDED)
		conversation_emit(c, &e);
}

int conversation_type(struct conversation *c, const char *text,
		      struct problem *p)
{
	int err = c->ready ? nova_session_text(&c->session, text)
			   : PROBLEM_ORDER;

	if (err == PROBLEM_ORDER)
		return problem_set(p, err,
				   "Nobody is connected yet; try again in a "
				   "moment.");
	if (err == PROBLEM_REJECTED)
		return problem_set(p, err,
				   "This model does not answer typed text; say "
				   "it instead.");
	if (err)
		return problem_set(p, err,
				   "The line was not sent (%s); try again.",
				   problem_name(err));
	answers_learner_typed(c, text);
	c->question_open = true;
	conversation_update_state(c);
	conversation_expect_answer(c);
	return 0;
}

enum conversation_state conversation_state(const struct conversation *c)
{
	return c->state;
}

bool conversation_waits_for_answer(const struct conversation *c)
{
	return c->question_open || c->learner_speaks ||
	       (c->turn.active && !c->answer_told && !c->turn.interrupted &&
		!c->turn.skipped);
}

/* --- life --- */

int conversation_create(struct conversation **out,
			const struct conversation_settings *settings,
			const struct conversation_listener *listener)
{
	struct conversation *c = calloc(1, sizeof *c);

	if (!c)
		return PROBLEM_MEMORY;
	c->settings = *settings;
	c->listener = *listener;
	c->state = CONVERSATION_CONNECTING;
	connection_init(c);
	timer_init(&c->end_timer, settings->clock, finish_in_order, c);
	timer_init(&c->answer_timer, settings->clock, answer_missing, c);
	history_init(&c->history);
	if (settings->history_bytes)
		c->history.total_limit = settings->history_bytes;
	answers_init(c);
	if (tool_calls_create(&c->tools, c, settings->tools) ||
	    learner_audio_init(&c->learner_audio, NOVA_INPUT_RATE_HZ)) {
		conversation_free(c);
		return PROBLEM_MEMORY;
	}
	*out = c;
	return 0;
}

struct conversation *conversation_free(struct conversation *c)
{
	if (!c)
		return NULL;
	timer_stop(&c->end_timer);
	timer_stop(&c->answer_timer);
	connection_close(c);
	tool_calls_free(c->tools);
	answers_deinit(c);
	history_deinit(&c->history);
	learner_audio_deinit(&c->learner_audio);
	free(c);
	return NULL;
}
