/* The in-process stream keeps the contract of the seam. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/base/virtual_clock.h"
#include "net/sim/sim.h"
#include "tests/support/nova_stream_contract.h"

static struct {
	struct virtual_clock *time;
	struct brain_maker *maker;
	struct nova_upstream *upstream;
} sim;

static struct nova_upstream *open_sim(void *arg, struct clock **clock)
{
	(void)arg;
	assert_int_equal(virtual_clock_create(&sim.time, 1767323045000), 0);
	*clock = virtual_clock_clock(sim.time);
	assert_int_equal(scenario_maker_create(&sim.maker, NULL, NULL), 0);
	assert_int_equal(memory_upstream_create(&sim.upstream, *clock,
						&(struct sim_core_settings){0},
						sim.maker),
			 0);
	return sim.upstream;
}

static void close_sim(void *arg)
{
	(void)arg;
	memory_upstream_free(sim.upstream);
	scenario_maker_free(sim.maker);
	virtual_clock_free(sim.time);
}

static void run_until(void *arg, bool (*done)(void *done_arg), void *done_arg)
{
	const uint64_t hour_us = UINT64_C(3600000000);

	(void)arg;
	while (!done(done_arg)) {
		assert_true(virtual_clock_step(sim.time));
		assert_true(clock_now_us(virtual_clock_clock(sim.time)) <
			    hour_us);
	}
}

int main(void)
{
	static const struct nova_stream_kind kind = {open_sim, close_sim,
						     run_until, NULL};

	return nova_stream_contract(&kind, "memory");
}
