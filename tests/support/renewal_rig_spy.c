/* renewal_rig's streams below: each a simulator's, with somebody who looks. */
#include "tests/support/renewal_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/virtual_clock.h"
#include "net/nova/order.h"
#include "tests/support/renewal_rig_parts.h"

static struct rig_leg *leg_of(struct nova_stream *s)
{
	return (struct rig_leg *)(void *)s;
}

/* --- from the simulator --- */

static void on_opened(void *arg, const char *session_id)
{
	struct rig_leg *l = arg;

	l->held = l->rig->opens_with_audio && !l->may_open;
	if (!l->held)
		l->base.listener.opened(l->base.listener.arg, session_id);
}

static void open_late(void *arg)
{
	on_opened(arg, "late");
}

static void on_event(void *arg, const struct nova_event *e)
{
	struct rig_leg *l = arg;

	if (e->type == NOVA_TOOL_USE)
		assert_int_equal(0, order_tool_use(l->order, e->tool_use_id));
	l->base.listener.event(l->base.listener.arg, e);
}

static void gone(struct rig_leg *l)
{
	if (l->inner) {
		l->rig->live--;
		l->rig->ended_us = clock_now_us(l->rig->clock);
	}
	l->inner = nova_stream_free(l->inner);
}

static void on_closed(void *arg, const struct problem *why)
{
	struct rig_leg *l = arg;

	gone(l);
	l->closed = true;
	l->base.listener.closed(l->base.listener.arg, why);
}

void rig_break(struct renewal_rig *rig, struct rig_leg *l, int code)
{
	struct problem p;

	(void)rig;
	problem_set(&p, code, "test: the line is cut");
	on_closed(l, &p);
}

/* --- what goes in --- */

static void note_text(struct rig_leg *l, const struct nova_event *e)
{
	size_t n = strlen(l->typed);
	size_t length = e->type == NOVA_TEXT_INPUT ? strlen(e->text) : 0;

	if (e->type == NOVA_CONTENT_START) {
		l->typing = e->content == NOVA_TEXT && e->interactive
				    ? NOVA_USER
				    : NOVA_ROLE_NONE;
		l->old = e->content == NOVA_TEXT && !e->interactive &&
			 e->role != NOVA_SYSTEM;
	}
	if (l->old)
		l->history_bytes += length;
	if (length > l->longest_piece)
		l->longest_piece = length;
	if (e->type == NOVA_TEXT_INPUT && l->typing == NOVA_USER)
		snprintf(l->typed + n, sizeof l->typed - n, "%s|", e->text);
}

/* Without a hole: inside the stream, and from one stream to the next. */
static void note_audio(struct rig_leg *l, const struct nova_event *e)
{
	struct renewal_rig *rig = l->rig;

	if (!l->heard) {
		/* what is being sent right now counts as sent */
		assert_true(learner_voice_find(&rig->voice, rig->sent + 1,
					       e->samples, e->sample_count,
					       &l->first));
		l->heard = true;
		l->next = l->first;
		for (size_t i = rig->leg_count; i-- > 0;) {
			const struct rig_leg *old = rig->legs[i];

			if (old == l || !old->heard)
				continue;
			if (rig->gap_allowed)
				rig->gap_samples = l->first - old->next;
			else
				assert_true(l->first <= old->next);
			break;
		}
	}
	assert_true(learner_voice_stands(&rig->voice, l->next, e->samples,
					 e->sample_count));
	l->next += e->sample_count;
}

static int spy_send(struct nova_stream *base, const struct nova_event *e)
{
	struct rig_leg *l = leg_of(base);
	struct problem p = {0};

	/* what is sent before a refusal is known is lost without a word */
	if (l->refusal.active)
		return 0;
	if (!l->inner)
		return PROBLEM_CLOSED;
	int err = nova_stream_send(l->inner, e);
	if (err)
		return err;
	if (order_check(l->order, e, NULL, &p))
		fail_msg("order: %s", p.text);
	note_text(l, e);
	l->may_open |= e->type == NOVA_CONTENT_START &&
		       e->content == NOVA_AUDIO;
	if (l->may_open && l->held)
		timer_start(&l->open, 0);
	if (e->type == NOVA_AUDIO_INPUT)
		note_audio(l, e);
	l->ended |= e->type == NOVA_SESSION_END;
	return 0;
}

static int spy_send_named(struct nova_stream *base, const struct nova_event *e)
{
	struct rig_leg *l = leg_of(base);

	l->rig->feeding = l;
	int err = spy_send(base, e);
	l->rig->feeding = NULL;
	return err;
}

static size_t spy_queued(const struct nova_stream *base)
{
	(void)base;
	return 0;
}

static int64_t spy_expires_ms(const struct nova_stream *base)
{
	return ((const struct rig_leg *)(const void *)base)->expires_ms;
}

/* The leg itself is kept for the test to look at. */
static void spy_free(struct nova_stream *base)
{
	struct rig_leg *l = leg_of(base);

	timer_stop(&l->refusal);
	timer_stop(&l->open);
	gone(l);
}

static const struct nova_stream_ops ops = {
	.send = spy_send_named,
	.queued = spy_queued,
	.free = spy_free,
	.expires_ms = spy_expires_ms,
};

static void refuse(void *arg)
{
	struct rig_leg *l = arg;
	struct problem p;

	problem_set(&p, l->refused, "test: %s; wait",
		    l->refused == PROBLEM_THROTTLED ? "too many sessions"
						    : "refused");
	l->base.listener.closed(l->base.listener.arg, &p);
}

static unsigned live(const struct renewal_rig *rig)
{
	uint64_t lag_us = rig->quota_lag_ms * UINT64_C(1000);
	bool lags = rig->ended_us &&
		    clock_now_us(rig->clock) < rig->ended_us + lag_us;

	return rig->live + lags;
}

static int spy_open(struct nova_upstream *u,
		    const struct nova_stream_listener *listener,
		    struct nova_stream **out, struct problem *p)
{
	struct renewal_rig *rig = (void *)((char *)u -
					   offsetof(struct renewal_rig, spy));
	struct rig_leg *l = calloc(1, sizeof *l);
	const struct nova_stream_listener mine = {on_opened, on_event,
						  on_closed, l};

	assert_non_null(l);
	assert_true(rig->leg_count < RIG_LEGS);
	rig->legs[rig->leg_count++] = l;
	l->base = (struct nova_stream){.ops = &ops, .listener = *listener};
	l->rig = rig;
	l->opened_us = clock_now_us(rig->clock);
	if (rig->expires_in_ms)
		l->expires_ms = clock_wall_ms(rig->clock) + rig->expires_in_ms;
	assert_int_equal(0, order_create(&l->order, rig->model));
	timer_init(&l->refusal, rig->clock, refuse, l);
	timer_init(&l->open, rig->clock, open_late, l);
	*out = &l->base;
	l->refused = rig->refuse;
	if (rig->quota && live(rig) >= rig->quota)
		l->refused = PROBLEM_THROTTLED;
	if (l->refused) {
		timer_start(&l->refusal, 20000);
		return 0;
	}
	rig->live++;
	if (rig->live > rig->most_live)
		rig->most_live = rig->live;
	return nova_upstream_open(rig->below, &mine, &l->inner, p);
}

void rig_spy_init(struct renewal_rig *rig)
{
	rig->spy = (struct nova_upstream){.open = spy_open, .name = "the test"};
}

void rig_spy_deinit(struct renewal_rig *rig)
{
	for (size_t i = 0; i < rig->leg_count; i++) {
		/* whoever opened it has freed it */
		assert_null(rig->legs[i]->inner);
		order_free(rig->legs[i]->order);
		free(rig->legs[i]);
	}
}
