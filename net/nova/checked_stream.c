#include "net/nova/checked_stream.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/nova/order.h"

struct checked_stream {
	struct nova_stream base; /* listener: the owner's */
	struct nova_stream *inner;
	struct order *order; /* NULL: it has missed something */
};

/* What it has missed would look like a breach of ours later. */
static void give_up(struct checked_stream *s)
{
	log_warn("nova", "no memory to check the order of events");
	s->order = order_free(s->order);
}

/* --- from the stream below; nothing of ours is touched after a callback,
 * because the owner may free the stream inside it --- */

static void inner_opened(void *arg, const char *session_id)
{
	struct checked_stream *s = arg;

	s->base.listener.opened(s->base.listener.arg, session_id);
}

static void inner_event(void *arg, const struct nova_event *e)
{
	struct checked_stream *s = arg;

	if (e->type == NOVA_TOOL_USE && e->tool_use_id && s->order &&
	    order_tool_use(s->order, e->tool_use_id))
		give_up(s);
	s->base.listener.event(s->base.listener.arg, e);
}

static void inner_closed(void *arg, const struct problem *why)
{
	struct checked_stream *s = arg;

	s->base.listener.closed(s->base.listener.arg, why);
}

/* --- from the owner --- */

static int checked_send(struct nova_stream *base, const struct nova_event *e)
{
	struct checked_stream *s = (struct checked_stream *)base;
	struct problem p;
	int err = nova_stream_send(s->inner, e);

	if (err || !s->order)
		return err;
	err = order_check(s->order, e, NULL, &p);
	if (err != PROBLEM_REJECTED) {
		if (err)
			give_up(s);
		return 0;
	}
	log_error("nova", "we broke the order of events: %s", p.text);
	fprintf(stderr, "we broke the order of events: %s\n", p.text);
	abort();
}

static size_t checked_queued(const struct nova_stream *base)
{
	const struct checked_stream *s = (const struct checked_stream *)base;

	return nova_stream_queued(s->inner);
}

static int64_t checked_expires_ms(const struct nova_stream *base)
{
	const struct checked_stream *s = (const struct checked_stream *)base;

	return nova_stream_expires_ms(s->inner);
}

static void checked_free(struct nova_stream *base)
{
	struct checked_stream *s = (struct checked_stream *)base;

	nova_stream_free(s->inner);
	order_free(s->order);
	free(s);
}

static const struct nova_stream_ops ops = {
	.send = checked_send,
	.queued = checked_queued,
	.free = checked_free,
	.expires_ms = checked_expires_ms,
};

int checked_stream_open(struct nova_upstream *u,
			const struct nova_stream_listener *listener,
			struct nova_stream **out, struct problem *p)
{
	struct checked_stream *s = calloc(1, sizeof *s);
	int err = s ? order_create(&s->order, NULL) : PROBLEM_MEMORY;

	if (err) {
		free(s);
		return problem_set(p, err, "not enough memory");
	}
	s->base = (struct nova_stream){.ops = &ops, .listener = *listener};

	const struct nova_stream_listener inner = {inner_opened, inner_event,
						   inner_closed, s};
	err = u->open(u, &inner, &s->inner, p);
	if (err) {
		order_free(s->order);
		free(s);
	} else {
		*out = &s->base;
	}
	return err;
}
