#include "tests/support/loop_until.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/loop/loop.h"

enum { LOOK_US = 500, LIMIT_US = 60000000 };

struct watch {
	struct loop *loop;
	bool (*done)(void *arg);
	void *arg;
	struct timer timer;
	uint64_t limit_us;
	bool late;
};

static void look(void *arg)
{
	struct watch *w = arg;

	w->late = clock_now_us(loop_clock(w->loop)) > w->limit_us;
	if (w->late || w->done(w->arg))
		loop_stop(w->loop);
	else
		timer_start(&w->timer, LOOK_US);
}

void loop_until(struct loop *l, bool (*done)(void *arg), void *arg)
{
	struct watch w = {.loop = l, .done = done, .arg = arg};

	w.limit_us = clock_now_us(loop_clock(l)) + LIMIT_US;
	timer_init(&w.timer, loop_clock(l), look, &w);
	timer_start(&w.timer, 0);
	loop_run(l);
	timer_stop(&w.timer);
	assert_false(w.late);
}
