#include "net/base/clock.h"

#include <assert.h>
#include <stddef.h>
#include <time.h>

void clock_init(struct clock *c, const struct clock_ops *ops)
{
	*c = (struct clock){.ops = ops, .armed_us = UINT64_MAX};
}

uint64_t clock_now_us(const struct clock *c)
{
	return c->ops->now_us(c);
}

int64_t clock_wall_ms(const struct clock *c)
{
	return c->ops->wall_ms(c);
}

/* --- pairing heap: `previous` is the left sibling, or the parent of a first
 * child, or NULL at the top --- */

static bool fires_before(const struct timer *a, const struct timer *b)
{
	return a->due_us != b->due_us ? a->due_us < b->due_us
				      : a->order < b->order;
}

/* Joins two heaps, whose tops have no sibling.  Either may be NULL. */
static struct timer *join(struct timer *a, struct timer *b)
{
	if (!a || !b)
		return a ? a : b;
	if (fires_before(b, a)) {
		struct timer *swap = a;
		a = b;
		b = swap;
	}
	b->sibling = a->child;
	if (b->sibling)
		b->sibling->previous = b;
	b->previous = a;
	a->child = b;
	return a;
}

static struct timer *detach_first(struct timer **list)
{
	struct timer *t = *list;

	if (t) {
		*list = t->sibling;
		t->sibling = NULL;
		t->previous = NULL;
	}
	return t;
}

/* The usual two passes over a list of siblings: join them in pairs, then
 * join the pairs from the last to the first. */
static struct timer *join_siblings(struct timer *list)
{
	struct timer *joined = NULL, *top = NULL;

	while (list) {
		struct timer *a = detach_first(&list);
		struct timer *pair = join(a, detach_first(&list));
		pair->sibling = joined;
		joined = pair;
	}
	while (joined)
		top = join(top, detach_first(&joined));
	return top;
}

static void heap_remove(struct clock *c, struct timer *t)
{
	struct timer *rest = join_siblings(t->child);

	t->child = NULL;
	if (t == c->first) {
		c->first = rest;
	} else {
		if (t->previous->child == t)
			t->previous->child = t->sibling;
		else
			t->previous->sibling = t->sibling;
		if (t->sibling)
			t->sibling->previous = t->previous;
		c->first = join(c->first, rest);
	}
	t->sibling = NULL;
	t->previous = NULL;
	t->active = false;
}

static void rearm(struct clock *c)
{
	c->armed_us = c->first ? c->first->due_us : UINT64_MAX;
	c->ops->rearm(c, c->armed_us);
}

static void rearm_if_changed(struct clock *c)
{
	uint64_t due_us = c->first ? c->first->due_us : UINT64_MAX;

	/* clock_fire_due() arms once, after all that its timers change */
	if (!c->firing && due_us != c->armed_us)
		rearm(c);
}

void clock_fire_due(struct clock *c, uint64_t now_us)
{
	assert(!c->firing);
	c->firing = true;
	while (c->first && c->first->due_us <= now_us) {
		struct timer *t = c->first;
		heap_remove(c, t);
		t->fire(t->arg); /* may free t */
	}
	c->firing = false;
	rearm(c);
}

void timer_init(struct timer *t, struct clock *c, void (*fire)(void *arg),
		void *arg)
{
	*t = (struct timer){.clock = c, .fire = fire, .arg = arg};
}

void timer_start(struct timer *t, uint64_t delay_us)
{
	uint64_t now_us = clock_now_us(t->clock);

	timer_start_at(t, delay_us < UINT64_MAX - 1 - now_us ? now_us + delay_us
							     : UINT64_MAX - 1);
}

void timer_start_at(struct timer *t, uint64_t due_us)
{
	struct clock *c = t->clock;

	assert(c->ops->rearm);
	if (t->active)
		heap_remove(c, t);
	t->due_us = due_us < UINT64_MAX ? due_us : UINT64_MAX - 1;
	t->order = c->next_order++;
	t->active = true;
	c->first = join(c->first, t);
	rearm_if_changed(c);
}

void timer_stop(struct timer *t)
{
	if (!t->active)
		return;
	heap_remove(t->clock, t);
	rearm_if_changed(t->clock);
}

static uint64_t system_now_us(const struct clock *c)
{
	struct timespec t;

	(void)c;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int64_t system_wall_ms(const struct clock *c)
{
	struct timespec t;

	(void)c;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct clock *clock_system(void)
{
	static const struct clock_ops ops = {
		.now_us = system_now_us,
		.wall_ms = system_wall_ms,
	};
	static struct clock system = {.ops = &ops};

	return &system;
}
