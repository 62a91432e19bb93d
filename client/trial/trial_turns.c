/*
 * trial_turns: when each turn begins, what is done in it, and when it is over.
 *
 *   start comes -> act -> acted -> its outcome comes, or its time is up -> over
 *
 * A turn whose start is not the end of the one before it is waited for as soon
 * as that one has acted: so an answer is interrupted.
 */
#include <string.h>
#include <strings.h>

#include "client/conversation/conversation.h"
#include "client/script/script.h"
#include "client/trial/faulty_upstream.h"
#include "client/trial/trial_private.h"
#include "client/trial/virtual_voice.h"
#include "net/base/text.h"
#include "net/renewal/renewing.h"

enum {
	/* After a barge-in that nobody made. */
	CUT_WAIT_MS = 500,
};

static uint64_t now_us(const struct trial *t)
{
	return clock_now_us(t->settings.clock);
}

static const struct script_turn *turn_at(const struct trial *t, size_t number)
{
	return &t->settings.script->turns[number - 1];
}

static bool is_past(const struct trial *t, uint64_t since_us, unsigned ms)
{
	return now_us(t) >= since_us + ms * 1000ull;
}

/* --- starting --- */

/* Without regard to case, in what was heard of the answer. */
static bool was_heard(const struct trial_turn *l, const char *phrase)
{
	size_t n = strlen(phrase);

	for (const char *at = l->partial; at && *at; at++)
		if (strncasecmp(at, phrase, n) == 0)
			return true;
	return false;
}

/* Whether that for which the turn waits has come, and when. */
static bool find_base(struct trial *t, size_t number, uint64_t *base)
{
	const struct script_start *s = &turn_at(t, number)->start;
	const struct trial_turn *before = &t->log.turns[number - 1];
	const struct trial_event *e;

	switch (s->after) {
	case SCRIPT_AFTER_PREVIOUS:
		*base = number == 1 ? t->ready_us : before->over_us;
		return number == 1 || before->over;
	case SCRIPT_AFTER_SESSION:
		*base = t->ready_us;
		return true;
	case SCRIPT_AFTER_TUTOR_START:
		*base = before->first_us;
		return before->sounded;
	case SCRIPT_AFTER_TUTOR_END:
		*base = before->whole_us;
		return before->whole;
	case SCRIPT_AFTER_EVENT:
		e = trial_log_find(&t->log, s->what, t->armed_us);
		*base = e ? e->at_us : 0;
		return e != NULL;
	default:
		*base = now_us(t);
		return was_heard(before, s->what);
	}
}

static void speak(struct trial *t, const struct script_turn *s,
		  struct trial_turn *l)
{
	const uint64_t sample_us_16 = 1000000 / 16;
	struct learner_speech speech;

	if (!learner_mouth_begin(t->mouth, s, &speech))
		return;
	if (s->act == SCRIPT_NOISE)
		return;
	/* the next block takes in the 10 ms from now on */
	l->spoke = true;
	l->speech_us = now_us(t) + speech.first * sample_us_16 / 1000;
	l->speech_end_us = now_us(t) + speech.last * sample_us_16 / 1000;
}

static void type(struct trial *t, const struct script_turn *s,
		 struct trial_turn *l)
{
	struct problem p, why;
	int err = conversation_type(t->conversation, s->text, &why);

	if (err) {
		problem_set(&p, err, "%s:%u:%u: what is typed is not taken: %s",
			    s->place.file, s->place.line, s->place.column,
			    why.text);
		conversation_fail(t->conversation, &p);
		return;
	}
	l->spoke = true;
	l->speech_us = l->speech_end_us = now_us(t);
}

static void do_beside(struct trial *t, const struct script_turn *s)
{
	if (s->sets_mute) {
		virtual_voice_set_muted(t->voice, s->mute);
		conversation_muted(t->conversation, s->mute);
	}
	if (s->has_fault)
		faulty_upstream_trouble(t->faulty, &s->fault);
	if (s->disconnect)
		faulty_upstream_cut(t->faulty);
	if (s->renew && t->renewing)
		renewing_upstream_renew_now(t->renewing);
}

static void begin(struct trial *t, size_t number)
{
	const struct script_turn *s = turn_at(t, number);
	struct trial_turn *l = &t->log.turns[number];

	t->turn = t->log.now = number;
	l->started = true;
	l->started_us = now_us(t);
	t->renewals = trial_log_count(&t->log, "renewal", 0);
	t->was_lost = false;
	do_beside(t, s);
	if (s->act == SCRIPT_TYPE)
		type(t, s, l);
	else
		speak(t, s, l);
}

/* --- acting --- */

static bool has_acted(const struct trial *t, const struct script_turn *s,
		      const struct trial_turn *l)
{
	switch (s->act) {
	case SCRIPT_SAY:
	case SCRIPT_PLAY:
	case SCRIPT_NOISE:
		return !learner_mouth_speaks(t->mouth);
	case SCRIPT_SILENCE:
		return is_past(t, l->started_us, s->ms);
	default:
		return true;
	}
}

/* --- being over --- */

static bool has_renewed(const struct trial *t)
{
	return trial_log_count(&t->log, "renewal", 0) > t->renewals;
}

/* Lost, and there again. */
static bool is_back(struct trial *t)
{
	t->was_lost |= t->log.lost;
	return t->was_lost && !t->log.lost;
}

static bool is_answered(const struct trial *t, const struct script_turn *s,
			const struct trial_turn *l)
{
	size_t number = (size_t)(l - t->log.turns);

	if (l->whole)
		return true;
	/* cut, though the learner did not speak into it */
	if (l->answered && l->interrupted && t->log.answer_turn == number &&
	    l->interrupted_us > l->answered_us)
		return is_past(t, l->interrupted_us, CUT_WAIT_MS);
	return !l->answered && is_past(t, l->acted_us, s->timeout_ms);
}

static bool is_over(struct trial *t, const struct script_turn *s,
		    const struct trial_turn *l)
{
	bool alone = s->act == SCRIPT_NOTHING;

	if (alone && s->outcome != SCRIPT_RESPOND) {
		if (s->renew && !has_renewed(t))
			return is_past(t, l->acted_us, s->timeout_ms);
		if (s->disconnect && !is_back(t))
			return is_past(t, l->acted_us, s->timeout_ms);
	}
	switch (s->outcome) {
	case SCRIPT_RESPOND:
	case SCRIPT_STOP:
		return is_answered(t, s, l);
	case SCRIPT_IGNORE:
		return is_past(t, l->acted_us, s->window_ms);
	default:
		return true;
	}
}

/* Of a turn that others followed before it was over: its answer was heard, or
 * cut by them, or is not to come any more. */
static bool is_settled(const struct trial *t, size_t number)
{
	const struct trial_turn *l = &t->log.turns[number];

	if (l->over || l->whole || !l->answered || t->log.answer_turn > number)
		return true;
	for (size_t i = number; i <= t->log.count; i++)
		if (t->log.turns[i].interrupted)
			return true;
	return turn_at(t, number)->outcome == SCRIPT_ANY;
}

static bool are_settled(const struct trial *t)
{
	for (size_t i = 1; i <= t->log.count; i++)
		if (!is_settled(t, i))
			return false;
	return t->log.turns[t->log.count].over;
}

/* --- a step --- */

static void finish(struct trial *t, bool complete)
{
	t->ending = true;
	t->complete = complete;
	conversation_end(t->conversation);
}

static void follow(struct trial *t)
{
	const struct script_turn *s;
	struct trial_turn *l;

	if (t->turn == 0)
		return;
	s = turn_at(t, t->turn);
	l = &t->log.turns[t->turn];
	if (!l->acted && has_acted(t, s, l)) {
		l->acted = true;
		l->acted_us = now_us(t);
		t->armed_us = now_us(t);
		t->base_known = false;
	}
	if (l->acted && !l->over && is_over(t, s, l)) {
		l->over = true;
		l->over_us = now_us(t);
		if (turn_at(t, t->turn)->start.after == SCRIPT_AFTER_PREVIOUS)
			t->armed_us = now_us(t);
	}
}

void trial_turns_step(struct trial *t)
{
	size_t next = t->turn + 1;
	uint64_t base;

	if (!t->ready || t->ended || t->ending)
		return;
	if (t->armed_us == 0)
		t->armed_us = t->ready_us;
	follow(t);
	if (t->turn > 0 && !t->log.turns[t->turn].acted)
		return;
	if (next > t->log.count) {
		if (are_settled(t))
			finish(t, true);
		return;
	}
	if (!t->base_known && find_base(t, next, &base)) {
		t->base_known = true;
		t->base_us = base;
	}
	const struct script_turn *s = turn_at(t, next);
	if (t->base_known) {
		if (is_past(t, t->base_us, s->start.delay_ms))
			begin(t, next);
	} else if (s->start.after != SCRIPT_AFTER_PREVIOUS &&
		   is_past(t, t->armed_us, s->timeout_ms)) {
		finish(t, false);
	}
}
