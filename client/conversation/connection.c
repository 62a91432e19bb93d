#include <stdlib.h>

#include "client/conversation/conversation_private.h"
#include "client/tools/tool_runner.h"

enum {
	COUNTDOWN_MS = 1000,
	/* A session that lived so long was a good one: its loss is the first
	 * in a row, though nobody may have spoken. */
	GOOD_SESSION_MS = 60000,
};

/* --- losing a session --- */

static void drop_stream(struct conversation *c)
{
	c->ready = false;
	c->session.open = false;
	c->stream = nova_stream_free(c->stream);
}

static void tell_wait(struct conversation *c, enum session_kind kind,
		      unsigned left_ms, const struct problem *why)
{
	struct session_event e = {
		.kind = kind,
		.problem = why,
		.number = c->retry.attempt,
		.tries = c->settings.reconnect_tries,
		.delay_ms = left_ms,
	};

	conversation_emit(c, &e);
}

/* The filter would block the same words again. */
static void forget_what_was_said(struct conversation *c)
{
	learner_audio_clear(&c->learner_audio);
	c->speech_held = false;
	c->question_open = false;
	if (c->history.count &&
	    c->history.messages[c->history.count - 1].role == NOVA_USER)
		history_drop_last(&c->history);
}

/* To the next whole second before the attempt, or to the attempt. */
static void wait_on(struct conversation *c)
{
	uint64_t left = c->retry_due_us - clock_now_us(c->settings.clock);

	timer_start(&c->retry_timer,
		    left ? (left - 1) % (COUNTDOWN_MS * 1000ull) + 1 : 0);
}

void connection_lost(struct conversation *c, const struct problem *why)
{
	unsigned delay_ms;

	if (c->ready && clock_now_us(c->settings.clock) - c->ready_us >=
				GOOD_SESSION_MS * 1000ull)
		retry_reset(&c->retry);
	drop_stream(c);
	answers_session_lost(c);
	timer_stop(&c->answer_timer);
	if (c->ending) {
		conversation_fail(c, &(struct problem){0});
		return;
	}
	if (!retry_next(&c->retry, why, c->was_connected, &delay_ms)) {
		conversation_fail(c, why);
		return;
	}
	if (why->code == PROBLEM_FILTERED) {
		answers_close_turn(c);
		forget_what_was_said(c);
	}
	conversation_update_state(c);
	tell_wait(c, SESSION_RETRY, delay_ms, why);
	c->retry_due_us = clock_now_us(c->settings.clock) + delay_ms * 1000ull;
	wait_on(c);
}

/* --- a session --- */

static void stream_closed(void *arg, const struct problem *why)
{
	struct conversation *c = arg;
	struct problem told = *why;

	if (!told.code && !c->ending && *why->text)
		told.code = PROBLEM_ORDER;
	else if (!told.code && !c->ending)
		problem_set(&told, PROBLEM_ORDER,
			    "%s: has ended the conversation; start a new one",
			    c->settings.upstream->name);
	connection_lost(c, &told);
}

static int replay(void *arg, const int16_t *samples, size_t n)
{
	struct conversation *c = arg;

	return nova_session_audio(&c->session, samples, n);
}

static void stream_opened(void *arg, const char *session_id)
{
	struct conversation *c = arg;
	struct session_event e = {.kind = SESSION_ID, .text = session_id};

	c->ready = true;
	c->ready_us = clock_now_us(c->settings.clock);
	c->was_connected = true;
	if (session_id)
		conversation_emit(c, &e);
	/* What was said while there was no session: early words, too. */
	learner_audio_each(&c->learner_audio, 0, replay, c);
	conversation_update_state(c);
	if (!c->learner_speaks)
		conversation_expect_answer(c);
	c->listener.ready(c->listener.arg);
}

static void stream_event(void *arg, const struct nova_event *e)
{
	struct conversation *c = arg;
	struct session_event told = {
		.direction = SESSION_RECEIVED,
		.kind = SESSION_NOVA,
		.nova = e,
	};

	conversation_emit(c, &told);
	answers_receive(c, e);
}

/* A stream in front of the real one, so that the sinks see all that is sent. */
static int tapped_send(struct nova_stream *s, const struct nova_event *e)
{
	struct conversation *c = s->listener.arg;
	int err = nova_stream_send(c->stream, e);

	if (!err) {
		struct session_event told = {
			.direction = SESSION_SENT,
			.kind = SESSION_NOVA,
			.nova = e,
		};
		conversation_emit(c, &told);
	}
	return err;
}

static size_t tapped_queued(const struct nova_stream *s)
{
	const struct conversation *c = s->listener.arg;

	return nova_stream_queued(c->stream);
}

static const struct nova_stream_ops tap_ops = {
	.send = tapped_send,
	.queued = tapped_queued,
};

/* The question that is said again must not stand in the history too, or it is
 * answered twice. */
static int history_for_session(struct conversation *c, struct history *out)
{
	int err = history_copy(out, &c->history);

	if (!err && c->speech_held && out->count &&
	    out->messages[out->count - 1].role == NOVA_USER)
		history_drop_last(out);
	return err;
}

static void start_session(struct conversation *c)
{
	struct nova_session_settings settings = c->settings.session;
	struct problem p = {0};
	struct history history;
	struct nova_stream_listener listener = {
		.opened = stream_opened,
		.event = stream_event,
		.closed = stream_closed,
		.arg = c,
	};
	int err;

	history_init(&history);
	answers_close_turn(c);
	err = history_for_session(c, &history);
	if (err)
		problem_set(&p, err, "not enough memory for the history");
	settings.history = &history;
	settings.tools = c->settings.tools ? c->settings.tools->specs : NULL;

	if (!err)
		err = nova_upstream_open(c->settings.upstream, &listener,
					 &c->stream, &p);
	if (!err) {
		err = nova_session_start(&c->session, &c->tap, &settings);
		if (err)
			problem_set(&p, err,
				    "%s: the session cannot be opened (%s)",
				    c->settings.upstream->name,
				    problem_name(err));
	}
	history_deinit(&history);
	if (err)
		connection_lost(c, &p);
}

static void on_retry_timer(void *arg)
{
	struct conversation *c = arg;
	uint64_t now = clock_now_us(c->settings.clock);

	if (now >= c->retry_due_us) {
		start_session(c);
		return;
	}
	tell_wait(c, SESSION_COUNTDOWN,
		  (unsigned)((c->retry_due_us - now) / 1000), NULL);
	wait_on(c);
}

/* --- life --- */

void connection_init(struct conversation *c)
{
	const struct conversation_settings *s = &c->settings;

	c->tap = (struct nova_stream){.ops = &tap_ops, .listener.arg = c};
	timer_init(&c->retry_timer, s->clock, on_retry_timer, c);
	retry_init(&c->retry, s->reconnect_tries, s->reconnect_step_ms);
}

void connection_open(struct conversation *c)
{
	/* Through a timer, so that no listener is called from here. */
	timer_start(&c->retry_timer, 0);
}

void connection_close(struct conversation *c)
{
	timer_stop(&c->retry_timer);
	drop_stream(c);
}
