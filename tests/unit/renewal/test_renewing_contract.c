/* A stream that renews itself keeps the contract of the seam: over the
 * in-process stream as it is, and while it renews as often as it can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/virtual_clock.h"
#include "net/renewal/renewing.h"
#include "net/sim/sim.h"
#include "tests/support/nova_stream_contract.h"

struct kind {
	uint32_t renew_after_ms;
	unsigned renewals; /* in all tests */
	struct virtual_clock *time;
	struct brain_maker *maker;
	struct nova_upstream *memory, *renewing;
};

static void renewed(void *arg, const struct renewal_report *report)
{
	struct kind *k = arg;

	assert_int_equal(0, report->why->code);
	k->renewals++;
}

static struct nova_upstream *open_kind(void *arg, struct clock **clock)
{
	struct kind *k = arg;

	assert_int_equal(virtual_clock_create(&k->time, 1767323045000), 0);
	*clock = virtual_clock_clock(k->time);
	assert_int_equal(scenario_maker_create(&k->maker, NULL, NULL), 0);
	assert_int_equal(memory_upstream_create(&k->memory, *clock,
						&(struct sim_core_settings){0},
						k->maker),
			 0);
	const struct renewing_settings settings = {
		.clock = *clock,
		.upstream = k->memory,
		.renew_after_ms = k->renew_after_ms,
		/* an answer is not cut: the list counts its samples */
		.force_after_ms = 60000,
		.renewed = renewed,
		.arg = k,
	};
	assert_int_equal(renewing_upstream_create(&k->renewing, &settings), 0);
	return k->renewing;
}

static void close_kind(void *arg)
{
	struct kind *k = arg;

	renewing_upstream_free(k->renewing);
	memory_upstream_free(k->memory);
	scenario_maker_free(k->maker);
	virtual_clock_free(k->time);
}

static void run_until(void *arg, bool (*done)(void *done_arg), void *done_arg)
{
	const uint64_t hour_us = UINT64_C(3600000000);
	struct kind *k = arg;

	while (!done(done_arg)) {
		assert_true(virtual_clock_step(k->time));
		assert_true(clock_now_us(virtual_clock_clock(k->time)) <
			    hour_us);
	}
}

int main(void)
{
	struct kind calm = {0}, restless = {.renew_after_ms = 200};
	const struct nova_stream_kind calm_kind = {open_kind, close_kind,
						   run_until, &calm};
	const struct nova_stream_kind restless_kind = {open_kind, close_kind,
						       run_until, &restless};
	int failed = nova_stream_contract(&calm_kind, "renewing");

	failed += nova_stream_contract(&restless_kind, "renewing, restless");
	/* it did what this is about */
	return failed + (calm.renewals != 0) + (restless.renewals < 20);
}
