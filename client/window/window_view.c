#include "client/window/window_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/device/voice.h"
#include "client/session/sink.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { COLUMN_FRAMES = VOICE_HEARD_RATE_HZ / 1000 * WINDOW_COLUMN_MS };

/* --- captions --- */

/* What does not fit is cut at a letter; control characters become '?'. */
static void put_text(char *out, size_t size, const char *text)
{
	size_t n = strlen(text ? text : "");

	if (n >= size)
		n = text_utf8_cut(text, n, size - 1);
	memcpy(out, text ? text : "", n);
	out[n] = '\0';
	for (char *c = out; *c; c++)
		if (strchr("\t\n\v\f\r", *c))
			*c = ' ';
	text_clean_line(out);
}

static struct window_caption *last_caption(struct window_view *v)
{
	return v->caption_count ? &v->captions[v->caption_count - 1] : NULL;
}

static struct window_caption *new_caption(struct window_view *v, bool tutor)
{
	if (v->caption_count == WINDOW_CAPTIONS) {
		memmove(v->captions, v->captions + 1,
			sizeof v->captions - sizeof v->captions[0]);
		v->caption_count--;
	}
	struct window_caption *c = &v->captions[v->caption_count++];
	*c = (struct window_caption){.tutor = tutor};
	return c;
}

/* The tutor's line that is not complete, or a new one. */
static struct window_caption *open_caption(struct window_view *v)
{
	struct window_caption *c = last_caption(v);

	return c && c->tutor && !c->complete ? c : new_caption(v, true);
}

static void add_planned(struct window_view *v, const char *text)
{
	struct window_caption *c = open_caption(v);
	size_t n = strlen(c->text);

	if (n > 0 && n + 1 < sizeof c->text)
		c->text[n++] = ' ';
	put_text(c->text + n, sizeof c->text - n, text);
}

static void end_caption(struct window_view *v, const struct session_event *e)
{
	bool tutor = e->role == NOVA_ASSISTANT;
	struct window_caption *c = tutor ? open_caption(v)
					 : new_caption(v, false);

	put_text(c->text, sizeof c->text, e->text);
	c->heard = window_words(c->text);
	c->complete = true;
	c->cut = e->cut;
}

/* Planned text is in the blocks that the service marks so. */
static bool fold_nova(struct window_view *v, const struct session_event *e)
{
	const struct nova_event *n = e->nova;

	if (e->direction != SESSION_RECEIVED || !n)
		return false;
	if (n->type == NOVA_CONTENT_START && n->content == NOVA_TEXT &&
	    n->role == NOVA_ASSISTANT && n->stage == NOVA_SPECULATIVE)
		put_text(v->planned_id, sizeof v->planned_id, n->content_id);
	if (n->type != NOVA_TEXT_OUTPUT || !n->text || !*v->planned_id ||
	    !text_equal(n->content_id, v->planned_id) ||
	    nova_event_is_interrupted_marker(n))
		return false;
	add_planned(v, n->text);
	return true;
}

static bool fold_partial(struct window_view *v, const struct session_event *e)
{
	struct window_caption *c = open_caption(v);

	if (!*c->text)
		put_text(c->text, sizeof c->text, e->text);
	c->heard = window_words(e->text ? e->text : "");
	return true;
}

/* --- time axis --- */

static void add_mark(struct window_view *v, enum window_mark_kind kind)
{
	v->marks[v->mark_count++ % WINDOW_MARKS] = (struct window_mark){
		.column = v->columns,
		.kind = kind,
	};
	v->loud_until = v->columns + 1;
}

static int louder(int peak, int16_t sample)
{
	int level = abs(sample);

	return level > peak ? level : peak;
}

static int16_t clipped(int level)
{
	return level > INT16_MAX ? INT16_MAX : (int16_t)level;
}

static bool end_column(struct window_view *v)
{
	size_t at = v->columns++ % WINDOW_COLUMNS;
	bool loud = v->learner_peak > WINDOW_QUIET_PEAK ||
		    v->tutor_peak > WINDOW_QUIET_PEAK;

	v->learner[at] = clipped(v->learner_peak);
	v->tutor[at] = clipped(v->tutor_peak);
	if (loud)
		v->loud_until = v->columns;
	v->learner_peak = v->tutor_peak = 0;
	v->frames = 0;
	return loud;
}

bool window_view_heard(struct window_view *v, const int16_t *stereo,
		       size_t frames)
{
	bool loud = false;

	for (size_t i = 0; i < frames; i++) {
		v->learner_peak = louder(v->learner_peak, stereo[2 * i]);
		v->tutor_peak = louder(v->tutor_peak, stereo[2 * i + 1]);
		if (++v->frames == COLUMN_FRAMES && end_column(v))
			loud = true;
	}
	return loud;
}

bool window_view_moves(const struct window_view *v)
{
	return v->loud_until && v->columns < v->loud_until + WINDOW_COLUMNS &&
	       v->state != WINDOW_ENDED;
}

/* --- latency --- */

static void add_latency(struct window_view *v, uint64_t at_us)
{
	if (v->latency_count == WINDOW_LATENCIES) {
		memmove(v->latency_ms, v->latency_ms + 1,
			sizeof v->latency_ms - sizeof v->latency_ms[0]);
		v->latency_count--;
	}
	v->latency_ms[v->latency_count++] = (unsigned)((at_us - v->asked_us) /
						       1000);
	v->asked_us = 0;
}

static bool fold_speech(struct window_view *v, const struct session_event *e)
{
	bool began = text_equal(e->text, "started");

	v->asked_us = began ? 0 : e->at_us;
	add_mark(v,
		 began ? WINDOW_MARK_SPEECH_BEGAN : WINDOW_MARK_SPEECH_ENDED);
	return true;
}

/* --- state and connection --- */

static bool fold_state(struct window_view *v, const struct session_event *e)
{
	static const char *const names[] = {
		[WINDOW_CONNECTING] = "connecting",
		[WINDOW_LISTENING] = "listening",
		[WINDOW_HEARING] = "hearing",
		[WINDOW_THINKING] = "thinking",
		[WINDOW_SPEAKING] = "speaking",
		[WINDOW_RECONNECTING] = "disconnected",
		[WINDOW_ENDED] = "ended",
	};

	for (int i = 0; i < WINDOW_STATES; i++)
		if (text_equal(e->text, names[i]))
			v->state = (enum window_state)i;
	if (v->state == WINDOW_SPEAKING && v->asked_us &&
	    e->at_us >= v->asked_us)
		add_latency(v, e->at_us);
	if (v->state >= WINDOW_LISTENING && v->state <= WINDOW_SPEAKING)
		put_text(v->connection, sizeof v->connection, _("Connected"));
	/* when it is tried again has its own event, before or behind this */
	if (v->state == WINDOW_RECONNECTING &&
	    text_equal(v->connection, _("Connected")))
		put_text(v->connection, sizeof v->connection,
			 _("Connection lost"));
	if (v->state == WINDOW_ENDED)
		put_text(v->connection, sizeof v->connection, "");
	return true;
}

static bool fold_retry(struct window_view *v, const struct session_event *e)
{
	char line[WINDOW_TEXT_SIZE], of[24] = "";

	if (e->tries)
		snprintf(of, sizeof of, _(" of %u"), e->tries);
	snprintf(line, sizeof line, _("Trying again in %u s (attempt %lld%s)"),
		 (e->delay_ms + 999) / 1000, (long long)e->number, of);
	put_text(v->connection, sizeof v->connection, line);
	v->state = WINDOW_RECONNECTING;
	v->asked_us = 0;
	return true;
}

void window_view_init(struct window_view *v, const struct lesson *lesson)
{
	*v = (struct window_view){
		.state = WINDOW_CONNECTING,
		.steps.lesson = lesson,
	};
	put_text(v->connection, sizeof v->connection, _("Connecting"));
}

bool window_view_event(struct window_view *v, const struct session_event *e)
{
	switch (e->kind) {
	case SESSION_NOVA:
		return fold_nova(v, e);
	case SESSION_STATE:
		return fold_state(v, e);
	case SESSION_SPEECH:
		return fold_speech(v, e);
	case SESSION_PARTIAL:
		return fold_partial(v, e);
	case SESSION_TRANSCRIPT:
		end_caption(v, e);
		return true;
	case SESSION_INTERRUPTED:
	case SESSION_SKIPPED:
		add_mark(v, WINDOW_MARK_INTERRUPTED);
		return true;
	case SESSION_MUTED:
		v->muted = text_equal(e->text, "on");
		return true;
	case SESSION_TOOL_CALL:
		return lesson_steps_take(&v->steps, e);
	case SESSION_RETRY:
	case SESSION_COUNTDOWN:
		return fold_retry(v, e);
	case SESSION_PROBLEM:
		put_text(v->notice, sizeof v->notice,
			 e->problem ? e->problem->text : e->text);
		return true;
	default:
		return false;
	}
}
