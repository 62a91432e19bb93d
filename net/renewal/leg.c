#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/log.h"
#include "net/base/text.h"
#include "net/nova/model.h"
#include "net/renewal/renewing_private.h"

/* A goodbye that is not answered within this time was one all the same. */
enum { END_LIMIT_US = 10000000 };

/* --- what the stream says --- */

static void remove_ending(struct leg *l)
{
	struct leg **at = &l->r->ending;

	while (*at && *at != l)
		at = &(*at)->next;
	if (*at)
		*at = l->next;
}

static void on_opened(void *arg, const char *session_id)
{
	struct leg *l = arg;

	l->opened = true;
	snprintf(l->session_id, sizeof l->session_id, "%s",
		 session_id ? session_id : "");
	renewal_leg_opened(l);
}

static void on_event(void *arg, const struct nova_event *e)
{
	struct leg *l = arg;
	struct renewing *r = l->r;

	if (l == r->present) {
		renewing_enter(r);
		if (deliver_event(r, l, e))
			renewal_poke(r);
		renewing_leave(r);
	} else if (e->type == NOVA_USAGE) {
		deliver_usage_of_old(r, l, &e->usage);
	}
}

static void on_closed(void *arg, const struct problem *why)
{
	renewal_leg_closed(arg, why);
}

/* --- opening --- */

/* Ours are the words on every stream but the first; what is sent there was
 * held against the rules where the owner opened us. */
static int open_stream(struct leg *l,
		       const struct nova_stream_listener *listener,
		       struct problem *p)
{
	struct nova_upstream *u = l->r->u->settings.upstream;

	if (l->r->opened)
		return nova_upstream_open(u, listener, &l->stream, p);
	return u->open(u, listener, &l->stream, p);
}

int leg_open(struct leg **out, struct renewing *r, struct problem *p)
{
	struct leg *l = calloc(1, sizeof *l);
	const struct nova_stream_listener listener = {
		.opened = on_opened,
		.event = on_event,
		.closed = on_closed,
		.arg = l,
	};
	int err;

	if (!l)
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: no memory for a session",
				   r->u->base.name);
	l->r = r;
	l->born_us = clock_now_us(r->clock);
	err = open_stream(l, &listener, p);
	if (err)
		free(l);
	else
		*out = l;
	return err;
}

struct leg *leg_free(struct leg *l)
{
	if (!l)
		return NULL;
	timer_stop(&l->end_limit);
	remove_ending(l);
	nova_stream_free(l->stream);
	free(l);
	return NULL;
}

/* --- the same opening, again --- */

static int take_name(char out[64], const char *name)
{
	if (!name || strlen(name) >= 64)
		return PROBLEM_LIMIT;
	memcpy(out, name, strlen(name) + 1);
	return 0;
}

int leg_prepare(struct leg *l)
{
	const struct opening *o = &l->r->opening;
	int err = take_name(l->session.prompt_name, o->prompt_name);

	l->session.stream = l->stream;
	l->session.text_input =
		nova_model_find(l->r->u->settings.model)->text_input;
	for (size_t i = 0; i < o->count && !err; i++)
		err = nova_stream_send(l->stream, &o->events[i]);
	return err;
}

static int feed_sound(void *arg, const int16_t *samples, size_t n)
{
	return nova_session_audio(arg, samples, n);
}

static int feed_audio(struct leg *l, uint64_t from)
{
	struct renewing *r = l->r;
	int err = take_name(l->session.audio_name, r->opening.audio.content_id);

	if (!err)
		err = nova_stream_send(l->stream, &r->opening.audio);
	l->session.open = !err;
	if (!err)
		err = learner_audio_each(&r->audio, from, feed_sound,
					 &l->session);
	return err;
}

int leg_feed(struct leg *l, uint64_t from)
{
	struct renewing *r = l->r;
	int err = nova_session_history(&l->session, &r->account.history);

	if (!err && r->opening.audio_open)
		err = feed_audio(l, from);
	for (size_t i = 0; i < r->account.count && !err; i++)
		if (l->session.open && l->session.text_input)
			err = nova_session_text(&l->session,
						r->account.questions[i].text);
	return err;
}

/* --- ending --- */

static void end_limit_reached(void *arg)
{
	leg_free(arg);
}

static int say_goodbye(struct leg *l)
{
	const struct nova_event prompt_end = {
		.type = NOVA_PROMPT_END,
		.prompt_name = l->session.prompt_name,
	};
	const struct nova_event session_end = {.type = NOVA_SESSION_END};
	int err;

	if (l->session.open)
		return nova_session_finish(&l->session);
	err = nova_stream_send(l->stream, &prompt_end);
	return err ? err : nova_stream_send(l->stream, &session_end);
}

void leg_end(struct leg *l)
{
	struct renewing *r = l->r;

	if (!l->opened || say_goodbye(l)) {
		leg_free(l);
		return;
	}
	l->next = r->ending;
	r->ending = l;
	timer_init(&l->end_limit, r->clock, end_limit_reached, l);
	timer_start(&l->end_limit, END_LIMIT_US);
}
