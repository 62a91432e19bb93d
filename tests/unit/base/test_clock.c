#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/clock.h"
#include "net/base/random.h"
#include "net/base/virtual_clock.h"

enum { START_WALL_MS = 1000000 };

struct fixture;

struct probe {
	struct fixture *fixture;
	struct timer timer;
	char name;
	void (*action)(struct probe *p);
};

struct fixture {
	struct virtual_clock *virtual;
	struct clock *clock;
	struct probe probes[8];
	char seen[32];
	size_t count;
};

static void on_fire(void *arg)
{
	struct probe *p = arg;

	p->fixture->seen[p->fixture->count++] = p->name;
	if (p->action)
		p->action(p);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	if (virtual_clock_create(&f->virtual, START_WALL_MS) != 0)
		return -1;
	f->clock = virtual_clock_clock(f->virtual);
	for (int i = 0; i < 8; i++) {
		struct probe *p = &f->probes[i];
		p->fixture = f;
		p->name = (char)('a' + i);
		timer_init(&p->timer, f->clock, on_fire, p);
	}
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	virtual_clock_free(f->virtual);
	free(f);
	return 0;
}

static void timers_fire_by_due_time_and_ties_by_start(void **state)
{
	static const uint64_t delays_us[8] = {50, 10, 30, 10, 20, 30, 0, 10};
	struct fixture *f = *state;

	for (int i = 0; i < 8; i++)
		timer_start(&f->probes[i].timer, delays_us[i]);
	while (virtual_clock_step(f->virtual))
		continue;
	assert_string_equal(f->seen, "gbdhecfa");
	assert_int_equal(clock_now_us(f->clock), 50);
}

static void a_step_fires_all_that_is_due_then_and_no_more(void **state)
{
	struct fixture *f = *state;

	timer_start(&f->probes[0].timer, 10);
	timer_start(&f->probes[1].timer, 11);
	timer_start(&f->probes[2].timer, 10);
	assert_true(virtual_clock_step(f->virtual));
	assert_string_equal(f->seen, "ac");
	assert_int_equal(clock_now_us(f->clock), 10);
	assert_true(virtual_clock_step(f->virtual));
	assert_false(virtual_clock_step(f->virtual));
	assert_string_equal(f->seen, "acb");
}

static void a_second_start_replaces_the_first(void **state)
{
	struct fixture *f = *state;

	timer_start(&f->probes[0].timer, 10);
	timer_start(&f->probes[1].timer, 15);
	timer_start(&f->probes[0].timer, 20);
	virtual_clock_run_until(f->virtual, 100);
	assert_string_equal(f->seen, "ba");
}

static void a_stopped_timer_does_not_fire(void **state)
{
	struct fixture *f = *state;
	struct timer zero;

	for (int i = 0; i < 5; i++)
		timer_start(&f->probes[i].timer, 10 + (uint64_t)i);
	timer_stop(&f->probes[0].timer);
	timer_stop(&f->probes[3].timer);
	timer_stop(&f->probes[3].timer);
	memset(&zero, 0, sizeof zero);
	timer_stop(&zero);
	virtual_clock_run_until(f->virtual, 100);
	assert_string_equal(f->seen, "bce");
}

static void start_again(struct probe *p)
{
	if (p->fixture->count < 4)
		timer_start_at(&p->timer, p->timer.due_us + 7);
}

static void a_timer_may_start_itself_when_it_fires(void **state)
{
	struct fixture *f = *state;

	f->probes[0].action = start_again;
	timer_start(&f->probes[0].timer, 7);
	virtual_clock_run_until(f->virtual, 1000);
	assert_string_equal(f->seen, "aaaa");
	assert_int_equal(f->probes[0].timer.due_us, 28);
	assert_int_equal(clock_now_us(f->clock), 1000);
}

static void stop_next(struct probe *p)
{
	timer_stop(&p->fixture->probes[1].timer);
}

static void a_timer_may_stop_another_that_is_due_with_it(void **state)
{
	struct fixture *f = *state;

	f->probes[0].action = stop_next;
	for (int i = 0; i < 3; i++)
		timer_start(&f->probes[i].timer, 10);
	virtual_clock_run_until(f->virtual, 100);
	assert_string_equal(f->seen, "ac");
}

static void start_at_once(struct probe *p)
{
	timer_start(&p->fixture->probes[7].timer, 0);
	/* never inside start */
	p->fixture->seen[p->fixture->count++] = '.';
}

static void a_timer_never_fires_inside_its_start(void **state)
{
	struct fixture *f = *state;

	f->probes[0].action = start_at_once;
	timer_start(&f->probes[0].timer, 10);
	timer_start(&f->probes[1].timer, 10);
	assert_true(virtual_clock_step(f->virtual));
	assert_string_equal(f->seen, "a.bh");
	assert_int_equal(clock_now_us(f->clock), 10);
}

static void a_due_time_in_the_past_does_not_turn_time_back(void **state)
{
	struct fixture *f = *state;

	virtual_clock_run_until(f->virtual, 500);
	timer_start_at(&f->probes[0].timer, 100);
	assert_true(virtual_clock_step(f->virtual));
	assert_string_equal(f->seen, "a");
	assert_int_equal(clock_now_us(f->clock), 500);
}

static void run_until_fires_what_is_due_just_then(void **state)
{
	struct fixture *f = *state;

	timer_start(&f->probes[0].timer, 100);
	timer_start(&f->probes[1].timer, 101);
	assert_true(virtual_clock_run_until(f->virtual, 100));
	assert_string_equal(f->seen, "a");
	assert_int_equal(clock_now_us(f->clock), 100);
}

static void the_wall_goes_with_the_virtual_time(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(clock_wall_ms(f->clock), START_WALL_MS);
	virtual_clock_run_until(f->virtual, UINT64_C(3600) * 1000 * 1000);
	assert_int_equal(clock_wall_ms(f->clock), START_WALL_MS + 3600 * 1000);
}

static void time_does_not_pass_while_it_is_held(void **state)
{
	struct fixture *f = *state;

	timer_start(&f->probes[0].timer, 10);
	virtual_clock_hold(f->virtual);
	virtual_clock_hold(f->virtual);
	assert_false(virtual_clock_step(f->virtual));
	virtual_clock_release(f->virtual);
	assert_false(virtual_clock_run_until(f->virtual, 5));
	assert_false(virtual_clock_run_until(f->virtual, 50));
	assert_int_equal(clock_now_us(f->clock), 0);
	virtual_clock_release(f->virtual);
	assert_true(virtual_clock_run_until(f->virtual, 50));
	assert_string_equal(f->seen, "a");
}

static void hold_clock(struct probe *p)
{
	virtual_clock_hold(p->fixture->virtual);
}

static void a_hold_inside_a_timer_stops_the_run_there(void **state)
{
	struct fixture *f = *state;

	f->probes[0].action = hold_clock;
	timer_start(&f->probes[0].timer, 10);
	timer_start(&f->probes[1].timer, 20);
	assert_false(virtual_clock_run_until(f->virtual, 50));
	assert_string_equal(f->seen, "a");
	assert_int_equal(clock_now_us(f->clock), 10);
	virtual_clock_release(f->virtual);
}

static void *release_clock(void *arg)
{
	virtual_clock_release(arg);
	return NULL;
}

static void another_thread_may_release_the_clock(void **state)
{
	struct fixture *f = *state;
	pthread_t thread;

	virtual_clock_hold(f->virtual);
	pthread_create(&thread, NULL, release_clock, f->virtual);
	virtual_clock_wait(f->virtual);
	assert_true(virtual_clock_run_until(f->virtual, 1));
	pthread_join(thread, NULL);
}

enum { MANY = 500, ROUNDS = 20000 };

struct many {
	struct clock *clock;
	struct timer timers[MANY];
	uint64_t last_due_us, last_order;
	int fired, wrong;
};

struct one {
	struct many *many;
	int index;
};

static void on_one(void *arg)
{
	struct one *o = arg;
	struct many *m = o->many;
	const struct timer *t = &m->timers[o->index];

	if (t->due_us < m->last_due_us ||
	    (t->due_us == m->last_due_us && t->order < m->last_order))
		m->wrong++;
	m->last_due_us = t->due_us;
	m->last_order = t->order;
	m->fired++;
}

static void any_order_of_starts_and_stops_fires_in_order(void **state)
{
	struct fixture *f = *state;
	static struct many m;
	static struct one ones[MANY];
	int active = 0, fired_before = 0;

	random_seed(11);
	m = (struct many){.clock = f->clock};
	for (int i = 0; i < MANY; i++) {
		ones[i] = (struct one){&m, i};
		timer_init(&m.timers[i], f->clock, on_one, &ones[i]);
	}
	for (int round = 0; round < ROUNDS; round++) {
		struct timer *t = &m.timers[random_below(MANY)];
		uint32_t what = random_below(10);
		fired_before = m.fired;
		if (what < 6) {
			active += !t->active;
			timer_start(t, 1 + random_below(100));
		} else if (what < 8) {
			active -= t->active;
			timer_stop(t);
		} else {
			virtual_clock_step(f->virtual);
			active -= m.fired - fired_before;
		}
	}
	fired_before = m.fired;
	while (virtual_clock_step(f->virtual))
		continue;
	random_seed(0);
	assert_int_equal(m.fired - fired_before, active);
	assert_int_equal(m.wrong, 0);
}

static void the_system_clock_goes_on(void **state)
{
	uint64_t before_us = clock_now_us(clock_system());

	(void)state;
	while (clock_now_us(clock_system()) == before_us)
		continue;
	assert_true(clock_now_us(clock_system()) > before_us);
	/* after the first of January 2024 */
	assert_true(clock_wall_ms(clock_system()) > INT64_C(1704067200000));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(timers_fire_by_due_time_and_ties_by_start),
		TEST(a_step_fires_all_that_is_due_then_and_no_more),
		TEST(a_second_start_replaces_the_first),
		TEST(a_stopped_timer_does_not_fire),
		TEST(a_timer_may_start_itself_when_it_fires),
		TEST(a_timer_may_stop_another_that_is_due_with_it),
		TEST(a_timer_never_fires_inside_its_start),
		TEST(a_due_time_in_the_past_does_not_turn_time_back),
		TEST(run_until_fires_what_is_due_just_then),
		TEST(the_wall_goes_with_the_virtual_time),
		TEST(time_does_not_pass_while_it_is_held),
		TEST(a_hold_inside_a_timer_stops_the_run_there),
		TEST(another_thread_may_release_the_clock),
		TEST(any_order_of_starts_and_stops_fires_in_order),
		cmocka_unit_test(the_system_clock_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
