#include "net/loop/loop.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <uv.h>

#include "net/base/clock.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/loop/loop_post.h"

struct loop_clock {
	struct clock clock; /* first, so that ops find the loop */
	struct loop *loop;
};

struct loop {
	uv_loop_t uv;
	uv_async_t wake;
	uv_timer_t timer; /* runs until the clock's earliest due time */
	struct loop_clock clock;
	struct loop_post *taken; /* loop thread: off the queue, not run yet */

	pthread_mutex_t lock;
	struct loop_post *first, **last; /* under lock */

	atomic_bool stopping;
	atomic_bool running;
	_Atomic pthread_t thread; /* while running */
};

static uint64_t loop_now_us(const struct clock *c)
{
	(void)c;
	return clock_now_us(clock_system());
}

static int64_t loop_wall_ms(const struct clock *c)
{
	(void)c;
	return clock_wall_ms(clock_system());
}

static void on_timer(uv_timer_t *timer)
{
	struct loop *l = timer->data;

	clock_fire_due(&l->clock.clock, clock_now_us(&l->clock.clock));
}

static void loop_rearm(struct clock *c, uint64_t due_us)
{
	struct loop *l = ((struct loop_clock *)c)->loop;
	uint64_t now_us = clock_now_us(c);

	if (uv_is_closing((uv_handle_t *)&l->timer))
		return;
	if (due_us == UINT64_MAX) {
		uv_timer_stop(&l->timer);
		return;
	}
	/* libuv counts milliseconds from its own idea of now.  Rounded up; if
	 * it still wakes early, clock_fire_due() arms it once more. */
	uint64_t left_ms = due_us > now_us ? (due_us - now_us + 999) / 1000 : 0;
	uv_update_time(&l->uv);
	uv_timer_start(&l->timer, on_timer, left_ms, 0);
}

static struct loop_post *take_all(struct loop *l)
{
	pthread_mutex_lock(&l->lock);
	struct loop_post *list = l->first;
	l->first = NULL;
	l->last = &l->first;
	pthread_mutex_unlock(&l->lock);
	return list;
}

static void on_wake(uv_async_t *wake)
{
	struct loop *l = wake->data;

	/* what a stopped run has left goes first */
	if (!l->taken)
		l->taken = take_all(l);
	else
		uv_async_send(&l->wake);
	while (l->taken && !atomic_load(&l->stopping)) {
		struct loop_post p = *l->taken;
		if (p.on_heap)
			free(l->taken);
		l->taken = p.next;
		p.run(p.arg);
	}
	if (atomic_load(&l->stopping))
		uv_stop(&l->uv);
}

int loop_create(struct loop **out)
{
	static const struct clock_ops ops = {
		.now_us = loop_now_us,
		.wall_ms = loop_wall_ms,
		.rearm = loop_rearm,
	};
	struct loop *l = calloc(1, sizeof *l);

	if (!l)
		return PROBLEM_MEMORY;
	if (uv_loop_init(&l->uv) != 0) {
		free(l);
		return PROBLEM_LIMIT; /* file descriptors */
	}
	if (uv_async_init(&l->uv, &l->wake, on_wake) != 0) {
		uv_loop_close(&l->uv);
		free(l);
		return PROBLEM_LIMIT;
	}
	uv_timer_init(&l->uv, &l->timer);
	l->wake.data = l;
	l->timer.data = l;
	l->last = &l->first;
	l->clock.loop = l;
	clock_init(&l->clock.clock, &ops);
	pthread_mutex_init(&l->lock, NULL);
	*out = l;
	return 0;
}

static void free_posts(struct loop_post *p)
{
	while (p) {
		struct loop_post *next = p->next;
		if (p->on_heap)
			free(p);
		p = next;
	}
}

static void close_stray(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (uv_is_closing(handle))
		return;
	log_error("loop", "a %s was still open when its loop ended",
		  uv_handle_type_name(handle->type));
	uv_close(handle, NULL);
}

struct loop *loop_free(struct loop *l)
{
	if (!l)
		return NULL;
	uv_close((uv_handle_t *)&l->wake, NULL);
	uv_close((uv_handle_t *)&l->timer, NULL);
	/* an open handle would keep the run below from ending */
	uv_walk(&l->uv, close_stray, NULL);
	uv_run(&l->uv, UV_RUN_DEFAULT);
	uv_loop_close(&l->uv);

	free_posts(l->taken);
	free_posts(l->first);
	pthread_mutex_destroy(&l->lock);
	free(l);
	return NULL;
}

void loop_run(struct loop *l)
{
	sigset_t pipe, before;

	/* libuv writes without MSG_NOSIGNAL: a peer that has gone must be an
	 * error, not the end of the program */
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &before);

	atomic_store(&l->thread, pthread_self());
	atomic_store(&l->running, true);
	uv_async_send(&l->wake); /* for what a stopped run has left */
	while (!atomic_load(&l->stopping))
		uv_run(&l->uv, UV_RUN_DEFAULT);
	atomic_store(&l->stopping, false);
	atomic_store(&l->running, false);

	/* a write may have left the signal pending */
	struct timespec at_once = {0};
	if (!sigismember(&before, SIGPIPE))
		sigtimedwait(&pipe, NULL, &at_once);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void loop_stop(struct loop *l)
{
	atomic_store(&l->stopping, true);
	uv_async_send(&l->wake);
	if (atomic_load(&l->running) && loop_on_thread(l))
		uv_stop(&l->uv);
}

void loop_post_element(struct loop *l, struct loop_post *p)
{
	p->next = NULL;
	pthread_mutex_lock(&l->lock);
	*l->last = p;
	l->last = &p->next;
	/* under the lock: p's run may lead another thread to free the loop */
	uv_async_send(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

int loop_post(struct loop *l, void (*run)(void *arg), void *arg)
{
	struct loop_post *p = malloc(sizeof *p);

	if (!p)
		return PROBLEM_MEMORY;
	*p = (struct loop_post){.run = run, .arg = arg, .on_heap = true};
	loop_post_element(l, p);
	return 0;
}

/* Takes matching elements out of a list and gives its new end. */
static struct loop_post **cancel_in(struct loop_post **at,
				    void (*run)(void *arg), const void *arg)
{
	while (*at) {
		struct loop_post *p = *at;

		if (p->run != run || p->arg != arg) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		if (p->on_heap)
			free(p);
	}
	return at;
}

void loop_cancel(struct loop *l, void (*run)(void *arg), const void *arg)
{
	cancel_in(&l->taken, run, arg);
	pthread_mutex_lock(&l->lock);
	l->last = cancel_in(&l->first, run, arg);
	pthread_mutex_unlock(&l->lock);
}

struct clock *loop_clock(struct loop *l)
{
	return &l->clock.clock;
}

void *loop_uv(struct loop *l)
{
	return &l->uv;
}

bool loop_on_thread(const struct loop *l)
{
	return !atomic_load(&l->running) ||
	       pthread_equal(atomic_load(&l->thread), pthread_self());
}
