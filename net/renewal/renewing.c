#include "net/renewal/renewing.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/log.h"
#include "net/base/text.h"
#include "net/nova/model.h"
#include "net/renewal/renewing_private.h"

enum {
	RENEW_AFTER_MS = 360000,
	CREDENTIALS_MARGIN_MS = 60000,
};

static struct renewing *renewing_of(struct nova_stream *s)
{
	return (struct renewing *)(void *)s;
}

/* --- life --- */

static void destroy(struct renewing *r)
{
	opening_deinit(&r->opening);
	learner_audio_deinit(&r->audio);
	answer_watch_deinit(&r->answer);
	account_deinit(&r->account);
	calls_free(r);
	free(r->swallowed_id);
	free(r);
}

void renewing_enter(struct renewing *r)
{
	r->depth++;
}

bool renewing_leave(struct renewing *r)
{
	if (--r->depth > 0 || !r->freed)
		return !r->freed;
	destroy(r);
	return false;
}

static void drop_legs(struct renewing *r)
{
	r->present = leg_free(r->present);
	r->coming = leg_free(r->coming);
	while (r->ending)
		leg_free(r->ending);
}

void renewing_close(struct renewing *r, const struct problem *why)
{
	const struct nova_stream_listener *to = &r->base.listener;
	struct problem told = *why;

	if (r->closed)
		return;
	r->closed = true;
	timer_stop(&r->step);
	drop_legs(r);
	to->closed(to->arg, &told);
}

static void renewing_free(struct nova_stream *base)
{
	struct renewing *r = renewing_of(base);

	r->freed = true;
	timer_stop(&r->step);
	drop_legs(r);
	*r->link = r->next;
	if (r->next)
		r->next->link = r->link;
	if (r->depth == 0)
		destroy(r);
}

/* --- what the owner sends --- */

static int begin_audio(struct renewing *r)
{
	unsigned rate = r->opening.audio.rate_hz ? r->opening.audio.rate_hz
						 : NOVA_INPUT_RATE_HZ;
	uint64_t position = r->audio.end;
	int err = 0;

	if (r->audio.rate_hz != rate) {
		learner_audio_deinit(&r->audio);
		err = learner_audio_init(&r->audio, rate);
		r->audio.end = position;
		learner_turns_init(&r->turns, rate, position);
	}
	return err;
}

/* What is said on the present stream in our own words needs its names. */
static void name_present(struct renewing *r)
{
	const char *prompt = r->opening.prompt_name;
	const char *audio = r->opening.audio.content_id;
	struct nova_session *s = &r->present->session;

	s->stream = r->present->stream;
	s->text_input = nova_model_find(r->u->settings.model)->text_input;
	if (!prompt || !audio || strlen(prompt) >= sizeof s->prompt_name ||
	    strlen(audio) >= sizeof s->audio_name) {
		r->cannot_renew = true;
		return;
	}
	memcpy(s->prompt_name, prompt, strlen(prompt) + 1);
	memcpy(s->audio_name, audio, strlen(audio) + 1);
	s->open = r->opening.audio_open;
}

static int take_text(struct renewing *r, enum opening_news news)
{
	const char *text = opening_text(&r->opening);

	if (!text)
		return PROBLEM_MEMORY;
	if (news == OPENING_HISTORY)
		return history_add(&r->account.history, r->opening.role, text);
	if (news == OPENING_RESULT)
		return calls_take_result(r, r->opening.tool_use_id, text);
	answer_watch_expect(&r->answer);
	return account_typed(&r->account, text, r->audio.end);
}

static int take_audio(struct renewing *r, const struct nova_event *e)
{
	if (!r->audio.samples || !r->opening.audio_open)
		return 0;
	learner_audio_add(&r->audio, e->samples, e->sample_count);
	if (learner_turns_hear(&r->turns, e->samples, e->sample_count))
		renewal_poke(r);
	return 0;
}

/* Keeps what of it concerns the next stream. */
static int take(struct renewing *r, const struct nova_event *e)
{
	enum opening_news news;
	int err;

	if (e->type == NOVA_AUDIO_INPUT)
		return take_audio(r, e);
	if (e->type == NOVA_PROMPT_END || e->type == NOVA_SESSION_END) {
		r->finishing = true;
		r->finished = e->type == NOVA_SESSION_END;
		renewal_poke(r);
		return 0;
	}
	err = opening_take(&r->opening, e, &news);
	if (err)
		return err;
	if (news == OPENING_AUDIO_BEGAN)
		err = begin_audio(r);
	else if (news != OPENING_NOTHING)
		err = take_text(r, news);
	if (r->present && r->present->session.open != r->opening.audio_open)
		name_present(r);
	renewal_poke(r);
	return err;
}

static int renewing_send(struct nova_stream *base, const struct nova_event *e)
{
	struct renewing *r = renewing_of(base);
	int err = 0;

	if (r->finished || r->closed)
		return PROBLEM_CLOSED;
	if (calls_is_old_result(r, e))
		r->swallows_result = true;
	if (r->present && !r->swallows_result)
		err = nova_stream_send(r->present->stream, e);
	/* It has just ended, and whether another takes its place is decided
	 * when it says so: nothing of the learner's may be lost until then. */
	if (err == PROBLEM_CLOSED)
		err = 0;
	if (err)
		return err;
	err = take(r, e);
	if (e->type == NOVA_CONTENT_END && !r->opening.in_block)
		r->swallows_result = false;
	return err;
}

static size_t renewing_queued(const struct nova_stream *base)
{
	const struct renewing *r = (const struct renewing *)(const void *)base;

	return r->present ? nova_stream_queued(r->present->stream) : 0;
}

static const struct nova_stream_ops ops = {
	.send = renewing_send,
	.queued = renewing_queued,
	.free = renewing_free,
};

/* --- the factory --- */

static int renewing_open(struct nova_upstream *base,
			 const struct nova_stream_listener *listener,
			 struct nova_stream **out, struct problem *p)
{
	struct renewing_upstream *u = (struct renewing_upstream *)base;
	struct renewing *r = calloc(1, sizeof *r);
	int err;

	if (!r)
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: no memory for a session", base->name);
	r->base.ops = &ops;
	r->base.listener = *listener;
	r->u = u;
	r->clock = u->settings.clock;
	opening_init(&r->opening);
	account_init(&r->account, u->settings.history_bytes);
	answer_watch_init(&r->answer, r->clock, &r->account, &r->turns);
	timer_init(&r->step, r->clock, renewal_step, r);
	err = leg_open(&r->present, r, p);
	if (err) {
		destroy(r);
		return err;
	}
	r->next = u->streams;
	r->link = &u->streams;
	if (r->next)
		r->next->link = &r->next;
	u->streams = r;
	*out = &r->base;
	return 0;
}

int renewing_upstream_create(struct nova_upstream **out,
			     const struct renewing_settings *settings)
{
	struct renewing_upstream *u = calloc(1, sizeof *u);
	struct renewing_settings *s;

	if (!u)
		return PROBLEM_MEMORY;
	u->base.open = renewing_open;
	u->base.name = settings->upstream->name;
	u->settings = *settings;
	s = &u->settings;
	s->model = u->model = text_copy(settings->model);
	if (settings->model && !u->model) {
		free(u);
		return PROBLEM_MEMORY;
	}
	if (!s->renew_after_ms)
		s->renew_after_ms = RENEW_AFTER_MS;
	if (!s->force_after_ms)
		s->force_after_ms = s->renew_after_ms + s->renew_after_ms / 4;
	if (!s->credentials_margin_ms)
		s->credentials_margin_ms = CREDENTIALS_MARGIN_MS;
	*out = &u->base;
	return 0;
}

struct nova_upstream *renewing_upstream_free(struct nova_upstream *base)
{
	struct renewing_upstream *u = (struct renewing_upstream *)base;

	if (!u)
		return NULL;
	free(u->model);
	free(u);
	return NULL;
}

void renewing_upstream_renew_now(struct nova_upstream *base)
{
	struct renewing_upstream *u = (struct renewing_upstream *)base;

	for (struct renewing *r = u->streams; r; r = r->next) {
		r->asked = true;
		renewal_poke(r);
	}
}
