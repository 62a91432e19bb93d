#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>

#include "net/base/clock.h"
#include "net/loop/loop.h"

enum { POSTERS = 4, POSTS_EACH = 5000 };

/* Loop thread only, but for the posters' own fields. */
struct counting {
	struct loop *loop;
	int ran;
	int next[POSTERS];
	int out_of_order;
};

struct message {
	struct counting *counting;
	int poster, number;
};

static void count_message(void *arg)
{
	struct message *m = arg;
	struct counting *c = m->counting;

	if (c->next[m->poster]++ != m->number)
		c->out_of_order++;
	free(m);
	if (++c->ran == POSTERS * POSTS_EACH)
		loop_stop(c->loop);
}

struct poster {
	struct counting *counting;
	int index;
};

static void *post_many(void *arg)
{
	struct poster *p = arg;

	for (int i = 0; i < POSTS_EACH; i++) {
		struct message *m = malloc(sizeof *m);
		*m = (struct message){p->counting, p->index, i};
		loop_post(p->counting->loop, count_message, m);
	}
	return NULL;
}

static void posts_of_many_threads_all_run_each_in_order(void **state)
{
	struct counting c = {0};
	struct poster posters[POSTERS];
	pthread_t threads[POSTERS];

	(void)state;
	assert_int_equal(loop_create(&c.loop), 0);
	for (int i = 0; i < POSTERS; i++) {
		posters[i] = (struct poster){&c, i};
		pthread_create(&threads[i], NULL, post_many, &posters[i]);
	}
	loop_run(c.loop);
	for (int i = 0; i < POSTERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(c.ran, POSTERS * POSTS_EACH);
	assert_int_equal(c.out_of_order, 0);
	loop_free(c.loop);
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static void add_one(void *arg)
{
	++*(int *)arg;
}

static void a_stop_leaves_later_posts_for_the_next_run(void **state)
{
	struct loop *l;
	int ran = 0;

	(void)state;
	assert_int_equal(loop_create(&l), 0);
	loop_post(l, add_one, &ran);
	loop_post(l, stop, l);
	loop_post(l, add_one, &ran);
	loop_post(l, stop, l);
	loop_run(l);
	assert_int_equal(ran, 1);
	loop_run(l);
	assert_int_equal(ran, 2);
	loop_free(l);
}

static void a_stop_before_the_run_ends_it_at_once(void **state)
{
	struct loop *l;
	int ran = 0;

	(void)state;
	assert_int_equal(loop_create(&l), 0);
	loop_post(l, add_one, &ran);
	loop_stop(l);
	loop_run(l);
	assert_int_equal(ran, 0);
	loop_free(l); /* frees the post, as the leak checker sees */
}

enum { PACE_US = 10 * 1000, PACES = 30, WORK_US = 3 * 1000 };

struct pace {
	struct loop *loop;
	struct timer timer;
	uint64_t start_us;
	int count;
	int early;
};

/* Works for a while, as a real consumer does, which is what makes a timer
 * started by delay drift. */
static void on_pace(void *arg)
{
	struct pace *p = arg;
	struct clock *clock = loop_clock(p->loop);
	uint64_t now_us = clock_now_us(clock);

	p->count++;
	if (now_us < p->start_us + (uint64_t)p->count * PACE_US)
		p->early++;
	while (clock_now_us(clock) < now_us + WORK_US)
		continue;
	if (p->count == PACES)
		loop_stop(p->loop);
	else
		timer_start_at(&p->timer, p->timer.due_us + PACE_US);
}

static void
a_timer_by_absolute_time_keeps_its_grid_and_is_never_early(void **state)
{
	struct pace p = {0};

	(void)state;
	assert_int_equal(loop_create(&p.loop), 0);
	p.start_us = clock_now_us(loop_clock(p.loop));
	timer_init(&p.timer, loop_clock(p.loop), on_pace, &p);
	timer_start_at(&p.timer, p.start_us + PACE_US);
	loop_run(p.loop);
	assert_int_equal(p.count, PACES);
	assert_int_equal(p.early, 0);
	/* the last due time is on the grid whatever the machine did */
	assert_int_equal(p.timer.due_us - p.start_us, PACES * PACE_US);
	loop_free(p.loop);
}

struct order {
	struct loop *loop;
	struct timer timers[3];
	char seen[4];
	int count;
};

struct mark {
	struct order *order;
	char name;
};

static void on_mark(void *arg)
{
	struct mark *m = arg;

	m->order->seen[m->order->count++] = m->name;
	if (m->order->count == 3)
		loop_stop(m->order->loop);
}

static void timers_of_a_loop_fire_in_order_of_due_time(void **state)
{
	struct order o = {0};
	struct mark marks[3] = {{&o, 'a'}, {&o, 'b'}, {&o, 'c'}};
	static const uint64_t delays_us[3] = {20000, 500, 9000};

	(void)state;
	assert_int_equal(loop_create(&o.loop), 0);
	for (int i = 0; i < 3; i++) {
		timer_init(&o.timers[i], loop_clock(o.loop), on_mark,
			   &marks[i]);
		timer_start(&o.timers[i], delays_us[i]);
	}
	loop_run(o.loop);
	assert_string_equal(o.seen, "bca");
	loop_free(o.loop);
}

struct where {
	struct loop *loop;
	pthread_t thread;
	bool on_thread;
};

static void note_thread(void *arg)
{
	struct where *w = arg;

	w->thread = pthread_self();
	w->on_thread = loop_on_thread(w->loop);
}

static void a_call_runs_on_the_loops_thread_and_is_waited_for(void **state)
{
	struct loop_thread *t;
	struct where w = {0};

	(void)state;
	assert_int_equal(loop_thread_start(&t, "a long name of a thread"), 0);
	w.loop = loop_thread_loop(t);
	loop_thread_call(t, note_thread, &w);
	assert_false(pthread_equal(w.thread, pthread_self()));
	assert_true(w.on_thread);
	assert_false(loop_on_thread(w.loop));
	assert_null(loop_thread_free(t));
}

static void a_thread_ends_at_any_time_after_its_start(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		struct loop_thread *t;
		int ran = 0;
		assert_int_equal(loop_thread_start(&t, "short"), 0);
		if (i % 2)
			loop_post(loop_thread_loop(t), add_one, &ran);
		loop_thread_free(t);
		assert_in_range(ran, 0, i % 2);
	}
	assert_null(loop_thread_free(NULL));
	assert_null(loop_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posts_of_many_threads_all_run_each_in_order),
		cmocka_unit_test(a_stop_leaves_later_posts_for_the_next_run),
		cmocka_unit_test(a_stop_before_the_run_ends_it_at_once),
		cmocka_unit_test(
			a_timer_by_absolute_time_keeps_its_grid_and_is_never_early),
		cmocka_unit_test(timers_of_a_loop_fire_in_order_of_due_time),
		cmocka_unit_test(
			a_call_runs_on_the_loops_thread_and_is_waited_for),
		cmocka_unit_test(a_thread_ends_at_any_time_after_its_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
