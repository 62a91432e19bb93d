#include "net/base/virtual_clock.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "net/base/clock.h"
#include "net/base/problem.h"

struct virtual_clock {
	struct clock clock; /* first, so that ops find the rest */
	_Atomic uint64_t now_us;
	int64_t wall_ms; /* at 0 */

	pthread_mutex_t lock;
	pthread_cond_t released;
	unsigned holders; /* under lock */
};

static uint64_t virtual_now_us(const struct clock *c)
{
	return atomic_load(&((const struct virtual_clock *)c)->now_us);
}

static int64_t virtual_wall_ms(const struct clock *c)
{
	const struct virtual_clock *v = (const struct virtual_clock *)c;

	return v->wall_ms + (int64_t)(virtual_now_us(c) / 1000);
}

static void virtual_rearm(struct clock *c, uint64_t due_us)
{
	/* a step looks for the next timer by itself */
	(void)c;
	(void)due_us;
}

int virtual_clock_create(struct virtual_clock **out, int64_t wall_ms)
{
	static const struct clock_ops ops = {
		.now_us = virtual_now_us,
		.wall_ms = virtual_wall_ms,
		.rearm = virtual_rearm,
	};
	struct virtual_clock *v = calloc(1, sizeof *v);

	if (!v)
		return PROBLEM_MEMORY;
	clock_init(&v->clock, &ops);
	v->wall_ms = wall_ms;
	pthread_mutex_init(&v->lock, NULL);
	pthread_cond_init(&v->released, NULL);
	*out = v;
	return 0;
}

struct virtual_clock *virtual_clock_free(struct virtual_clock *v)
{
	if (!v)
		return NULL;
	pthread_cond_destroy(&v->released);
	pthread_mutex_destroy(&v->lock);
	free(v);
	return NULL;
}

struct clock *virtual_clock_clock(struct virtual_clock *v)
{
	return &v->clock;
}

static bool held(struct virtual_clock *v)
{
	pthread_mutex_lock(&v->lock);
	bool is_held = v->holders > 0;
	pthread_mutex_unlock(&v->lock);
	return is_held;
}

/* Goes on to time_us, but never back: a timer may be due in the past. */
static void go_to(struct virtual_clock *v, uint64_t time_us)
{
	if (time_us > atomic_load(&v->now_us))
		atomic_store(&v->now_us, time_us);
}

bool virtual_clock_step(struct virtual_clock *v)
{
	if (!v->clock.first || held(v))
		return false;
	go_to(v, v->clock.first->due_us);
	clock_fire_due(&v->clock, atomic_load(&v->now_us));
	return true;
}

bool virtual_clock_run_until(struct virtual_clock *v, uint64_t until_us)
{
	while (v->clock.first && v->clock.first->due_us <= until_us)
		if (!virtual_clock_step(v))
			return false;
	if (held(v))
		return false;
	go_to(v, until_us);
	return true;
}

void virtual_clock_hold(struct virtual_clock *v)
{
	pthread_mutex_lock(&v->lock);
	v->holders++;
	pthread_mutex_unlock(&v->lock);
}

void virtual_clock_release(struct virtual_clock *v)
{
	pthread_mutex_lock(&v->lock);
	assert(v->holders > 0);
	if (--v->holders == 0)
		pthread_cond_broadcast(&v->released);
	pthread_mutex_unlock(&v->lock);
}

void virtual_clock_wait(struct virtual_clock *v)
{
	pthread_mutex_lock(&v->lock);
	while (v->holders > 0)
		pthread_cond_wait(&v->released, &v->lock);
	pthread_mutex_unlock(&v->lock);
}
