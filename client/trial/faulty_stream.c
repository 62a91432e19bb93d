/* faulty_stream: one stream, with trouble each way. */
#include <stdio.h>
#include <stdlib.h>

#include "client/trial/faulty_private.h"
#include "net/base/problem.h"

/* --- from the service --- */

static void hand_over(const struct nova_stream_listener *l,
		      struct faulty_parcel *p)
{
	switch (p->what) {
	case FAULTY_OPENED:
		l->opened(l->arg, p->has_id ? p->session_id : NULL);
		break;
	case FAULTY_EVENT:
		l->event(l->arg, &p->event);
		break;
	case FAULTY_CLOSED:
		l->closed(l->arg, &p->why);
		break;
	}
	faulty_parcel_free(p);
}

static void arrived(void *arg)
{
	struct faulty_stream *s = arg;
	struct nova_stream_listener listener = s->base.listener;

	hand_over(&listener, faulty_way_take(&s->in));
}

static void lose(struct faulty_stream *s, const struct problem *why)
{
	struct faulty_parcel *p = calloc(1, sizeof *p);

	if (s->closing || !p) {
		free(p);
		return;
	}
	s->closing = true;
	p->what = FAULTY_CLOSED;
	p->why = *why;
	faulty_way_post(&s->in, p);
}

static void lose_memory(struct faulty_stream *s)
{
	struct problem why;

	problem_set(&why, PROBLEM_MEMORY, "not enough memory; try again");
	lose(s, &why);
}

static void inner_opened(void *arg, const char *session_id)
{
	struct faulty_stream *s = arg;
	const struct nova_stream_listener *l = &s->base.listener;

	if (s->closing)
		return;
	if (faulty_way_is_direct(&s->in)) {
		l->opened(l->arg, session_id);
		return;
	}
	struct faulty_parcel *p = calloc(1, sizeof *p);
	if (!p) {
		lose_memory(s);
		return;
	}
	p->has_id = session_id != NULL;
	if (session_id)
		snprintf(p->session_id, sizeof p->session_id, "%s", session_id);
	faulty_way_post(&s->in, p);
}

static void inner_event(void *arg, const struct nova_event *e)
{
	struct faulty_stream *s = arg;
	const struct nova_stream_listener *l = &s->base.listener;

	if (s->closing)
		return;
	if (faulty_way_is_direct(&s->in)) {
		l->event(l->arg, e);
		return;
	}
	struct faulty_parcel *p = calloc(1, sizeof *p);
	if (!p || nova_event_copy(&p->event, e)) {
		free(p);
		lose_memory(s);
		return;
	}
	p->what = FAULTY_EVENT;
	faulty_way_post(&s->in, p);
}

static void inner_closed(void *arg, const struct problem *why)
{
	struct faulty_stream *s = arg;

	if (faulty_way_is_direct(&s->in) && !s->closing) {
		s->closing = true;
		s->base.listener.closed(s->base.listener.arg, why);
		return;
	}
	lose(s, why);
}

/* --- to the service --- */

static void sent(void *arg)
{
	struct faulty_stream *s = arg;
	struct faulty_parcel *p = faulty_way_take(&s->out);
	int err = s->inner ? nova_stream_send(s->inner, &p->event) : 0;
	struct problem why;

	faulty_parcel_free(p);
	if (err && err != PROBLEM_CLOSED) {
		problem_set(&why, err, "the event cannot be sent: %s",
			    problem_name(err));
		lose(s, &why);
	}
}

static int stream_send(struct nova_stream *base, const struct nova_event *e)
{
	struct faulty_stream *s = (struct faulty_stream *)base;

	if (!s->inner || s->closing)
		return PROBLEM_CLOSED;
	if (faulty_way_is_direct(&s->out))
		return nova_stream_send(s->inner, e);
	struct faulty_parcel *p = calloc(1, sizeof *p);
	if (!p || nova_event_copy(&p->event, e)) {
		free(p);
		return PROBLEM_MEMORY;
	}
	faulty_way_post(&s->out, p);
	return 0;
}

static size_t stream_queued(const struct nova_stream *base)
{
	const struct faulty_stream *s = (const struct faulty_stream *)base;
	size_t waiting = s->inner ? nova_stream_queued(s->inner) : 0;

	for (const struct faulty_parcel *p = s->out.first; p; p = p->next)
		waiting += p->event.sample_count * FAULTY_SAMPLE_BYTES;
	return waiting;
}

static int64_t stream_expires_ms(const struct nova_stream *base)
{
	const struct faulty_stream *s = (const struct faulty_stream *)base;

	return s->inner ? nova_stream_expires_ms(s->inner) : 0;
}

static void stream_free(struct nova_stream *base)
{
	struct faulty_stream *s = (struct faulty_stream *)base;
	struct faulty_stream **at = &s->upstream->streams;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	nova_stream_free(s->inner);
	faulty_way_clear(&s->in);
	faulty_way_clear(&s->out);
	free(s);
}

/* --- its life --- */

int faulty_stream_open(struct faulty_upstream *f,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p)
{
	static const struct nova_stream_ops ops = {
		.send = stream_send,
		.queued = stream_queued,
		.free = stream_free,
		.expires_ms = stream_expires_ms,
	};
	struct faulty_stream *s = calloc(1, sizeof *s);
	struct nova_stream_listener mine = {
		.opened = inner_opened,
		.event = inner_event,
		.closed = inner_closed,
		.arg = s,
	};

	if (!s)
		return problem_set(p, PROBLEM_MEMORY,
				   "not enough memory; try again");
	s->base.ops = &ops;
	s->base.listener = *listener;
	s->upstream = f;
	faulty_way_init(&s->in, f, arrived, s);
	faulty_way_init(&s->out, f, sent, s);
	int err = nova_upstream_open(f->inner, &mine, &s->inner, p);
	if (err) {
		free(s);
		return err;
	}
	s->next = f->streams;
	f->streams = s;
	*out = &s->base;
	return 0;
}

void faulty_stream_cut(struct faulty_stream *s, const struct problem *why)
{
	s->inner = nova_stream_free(s->inner);
	faulty_way_clear(&s->in);
	faulty_way_clear(&s->out);
	s->in.last_us = 0;
	lose(s, why);
}
