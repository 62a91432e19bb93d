#include "client/trial/faulty_upstream.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/random.h"

enum { AUDIO_BYTES = 2 }; /* of a sample */

struct faulty_upstream {
	struct nova_upstream base;
	struct clock *clock;
	struct nova_upstream *inner;
	struct script_fault now; /* delays and speed that hold */
	uint64_t stalled_until_us;
	struct timer cut;
	struct faulty_stream *streams; /* that are open */
};

enum what { WHAT_OPENED, WHAT_EVENT, WHAT_CLOSED };

struct parcel {
	struct parcel *next;
	uint64_t due_us;
	enum what what;
	struct nova_event event;
	struct problem why;
	char session_id[128];
	bool has_id;
};

/* Parcels on their way, in order. */
struct way {
	struct parcel *first, **end;
	uint64_t last_us; /* when the last one is due */
	struct timer timer;
};

struct faulty_stream {
	struct nova_stream base;
	struct faulty_upstream *upstream;
	struct nova_stream *inner; /* NULL: lost, or closed */
	struct faulty_stream *next;
	struct way in, out;
	bool closing; /* closed() is on its way */
};

/* --- ways --- */

static void way_init(struct way *w, struct clock *clock,
		     void (*arrive)(void *arg), struct faulty_stream *s)
{
	w->end = &w->first;
	timer_init(&w->timer, clock, arrive, s);
}

static void parcel_free(struct parcel *p)
{
	nova_event_clear(&p->event);
	free(p);
}

static void way_clear(struct way *w)
{
	timer_stop(&w->timer);
	while (w->first) {
		struct parcel *next = w->first->next;
		parcel_free(w->first);
		w->first = next;
	}
	w->end = &w->first;
}

static uint64_t due(const struct faulty_upstream *f, const struct way *w,
		    size_t samples)
{
	const struct script_fault *t = &f->now;
	uint64_t at = clock_now_us(f->clock) + t->delay_ms * 1000ull;

	if (t->jitter_ms)
		at += random_below(t->jitter_ms * 1000 + 1);
	if (at < f->stalled_until_us)
		at = f->stalled_until_us;
	if (at < w->last_us)
		at = w->last_us;
	if (t->bytes_per_second)
		at += samples * AUDIO_BYTES * 1000000ull / t->bytes_per_second;
	return at;
}

static bool is_direct(const struct faulty_upstream *f, const struct way *w)
{
	return !w->first && !f->now.delay_ms && !f->now.jitter_ms &&
	       !f->now.bytes_per_second &&
	       clock_now_us(f->clock) >= f->stalled_until_us;
}

static void post(struct faulty_stream *s, struct way *w, struct parcel *p)
{
	p->due_us = due(s->upstream, w, p->event.sample_count);
	w->last_us = p->due_us;
	*w->end = p;
	w->end = &p->next;
	if (w->first == p)
		timer_start_at(&w->timer, p->due_us);
}

/* The first parcel; the timer waits for the next one.  What is done with it may
 * free the stream. */
static struct parcel *take(struct way *w)
{
	struct parcel *p = w->first;

	w->first = p->next;
	if (w->first)
		timer_start_at(&w->timer, w->first->due_us);
	else
		w->end = &w->first;
	return p;
}

/* --- from the service --- */

static void hand_over(const struct nova_stream_listener *l, struct parcel *p)
{
	switch (p->what) {
	case WHAT_OPENED:
		l->opened(l->arg, p->has_id ? p->session_id : NULL);
		break;
	case WHAT_EVENT:
		l->event(l->arg, &p->event);
		break;
	case WHAT_CLOSED:
		l->closed(l->arg, &p->why);
		break;
	}
	parcel_free(p);
}

static void arrived(void *arg)
{
	struct faulty_stream *s = arg;
	struct nova_stream_listener listener = s->base.listener;

	hand_over(&listener, take(&s->in));
}

static void lose(struct faulty_stream *s, const struct problem *why)
{
	struct parcel *p = calloc(1, sizeof *p);

	if (s->closing || !p) {
		free(p);
		return;
	}
	s->closing = true;
	p->what = WHAT_CLOSED;
	p->why = *why;
	post(s, &s->in, p);
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
	if (is_direct(s->upstream, &s->in)) {
		l->opened(l->arg, session_id);
		return;
	}
	struct parcel *p = calloc(1, sizeof *p);
	if (!p) {
		lose_memory(s);
		return;
	}
	p->has_id = session_id != NULL;
	if (session_id)
		snprintf(p->session_id, sizeof p->session_id, "%s", session_id);
	post(s, &s->in, p);
}

static void inner_event(void *arg, const struct nova_event *e)
{
	struct faulty_stream *s = arg;
	const struct nova_stream_listener *l = &s->base.listener;

	if (s->closing)
		return;
	if (is_direct(s->upstream, &s->in)) {
		l->event(l->arg, e);
		return;
	}
	struct parcel *p = calloc(1, sizeof *p);
	if (!p || nova_event_copy(&p->event, e)) {
		free(p);
		lose_memory(s);
		return;
	}
	p->what = WHAT_EVENT;
	post(s, &s->in, p);
}

static void inner_closed(void *arg, const struct problem *why)
{
	struct faulty_stream *s = arg;

	if (is_direct(s->upstream, &s->in) && !s->closing) {
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
	struct parcel *p = take(&s->out);
	int err = s->inner ? nova_stream_send(s->inner, &p->event) : 0;
	struct problem why;

	parcel_free(p);
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
	if (is_direct(s->upstream, &s->out))
		return nova_stream_send(s->inner, e);
	struct parcel *p = calloc(1, sizeof *p);
	if (!p || nova_event_copy(&p->event, e)) {
		free(p);
		return PROBLEM_MEMORY;
	}
	post(s, &s->out, p);
	return 0;
}

static size_t stream_queued(const struct nova_stream *base)
{
	const struct faulty_stream *s = (const struct faulty_stream *)base;
	size_t waiting = s->inner ? nova_stream_queued(s->inner) : 0;

	for (const struct parcel *p = s->out.first; p; p = p->next)
		waiting += p->event.sample_count * AUDIO_BYTES;
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
	way_clear(&s->in);
	way_clear(&s->out);
	free(s);
}

/* --- the upstream --- */

static int open_stream(struct nova_upstream *base,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p)
{
	static const struct nova_stream_ops ops = {
		.send = stream_send,
		.queued = stream_queued,
		.free = stream_free,
		.expires_ms = stream_expires_ms,
	};
	struct faulty_upstream *f = (struct faulty_upstream *)base;
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
	way_init(&s->in, f->clock, arrived, s);
	way_init(&s->out, f->clock, sent, s);
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

void faulty_upstream_cut(struct faulty_upstream *f)
{
	struct problem why;

	problem_set(&why, PROBLEM_CLOSED,
		    "%s: the connection was cut, as the script asks",
		    f->base.name);
	for (struct faulty_stream *s = f->streams; s; s = s->next) {
		s->inner = nova_stream_free(s->inner);
		way_clear(&s->in);
		way_clear(&s->out);
		s->in.last_us = 0;
		lose(s, &why);
	}
}

static void cut_now(void *arg)
{
	faulty_upstream_cut(arg);
}

void faulty_upstream_trouble(struct faulty_upstream *f,
			     const struct script_fault *trouble)
{
	if (trouble->delays) {
		f->now.delay_ms = trouble->delay_ms;
		f->now.jitter_ms = trouble->jitter_ms;
	}
	if (trouble->bytes_per_second)
		f->now.bytes_per_second = trouble->bytes_per_second;
	if (trouble->stall_ms)
		f->stalled_until_us = clock_now_us(f->clock) +
				      trouble->stall_ms * 1000ull;
	if (trouble->reset && trouble->cut_ms)
		timer_start(&f->cut, trouble->cut_ms * 1000ull);
	else if (trouble->reset)
		faulty_upstream_cut(f);
}

int faulty_upstream_create(struct faulty_upstream **out, struct clock *clock,
			   struct nova_upstream *inner)
{
	struct faulty_upstream *f = calloc(1, sizeof *f);

	if (!f)
		return PROBLEM_MEMORY;
	f->base.open = open_stream;
	f->base.name = inner->name;
	f->clock = clock;
	f->inner = inner;
	timer_init(&f->cut, clock, cut_now, f);
	*out = f;
	return 0;
}

struct nova_upstream *faulty_upstream_base(struct faulty_upstream *f)
{
	return &f->base;
}

struct faulty_upstream *faulty_upstream_free(struct faulty_upstream *f)
{
	if (!f)
		return NULL;
	timer_stop(&f->cut);
	free(f);
	return NULL;
}
