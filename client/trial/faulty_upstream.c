#include "client/trial/faulty_upstream.h"

#include <stdlib.h>

#include "client/trial/faulty_private.h"
#include "net/base/problem.h"

static int open_stream(struct nova_upstream *base,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p)
{
	return faulty_stream_open((struct faulty_upstream *)base, listener, out,
				  p);
}

void faulty_upstream_cut(struct faulty_upstream *f)
{
	struct problem why;

	problem_set(&why, PROBLEM_CLOSED,
		    "%s: the connection was cut, as the script asks",
		    f->base.name);
	for (struct faulty_stream *s = f->streams; s; s = s->next)
		faulty_stream_cut(s, &why);
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
