#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <semaphore.h>

#include "net/base/clock.h"
#include "net/base/virtual_clock.h"
#include "net/base/worker.h"
#include "net/loop/loop.h"
#include "net/loop/worker_thread.h"
#include "tests/support/loop_until.h"
#include "tests/support/worker_contract.h"

enum { COST_US = 40000 };

static struct worker *create_inline(void *arg)
{
	struct worker *w;

	assert_int_equal(
		worker_inline_create(&w, virtual_clock_clock(arg), COST_US), 0);
	return w;
}

static void step_until(void *arg, bool (*done)(void *of), void *of)
{
	while (!done(of))
		assert_true(virtual_clock_step(arg));
}

static struct worker *create_thread(void *arg)
{
	struct worker *w;

	assert_int_equal(worker_thread_create(&w, arg), 0);
	return w;
}

static void turn_loop(void *arg, bool (*done)(void *of), void *of)
{
	loop_until(arg, done, of);
}

static void workers_of_each_kind_keep_the_contract(void **state)
{
	struct virtual_clock *clock;
	struct loop *loop;

	(void)state;
	assert_int_equal(virtual_clock_create(&clock, 0), 0);
	worker_contract(&(struct worker_kind){"inline", create_inline,
					      step_until, clock});
	virtual_clock_free(clock);

	assert_int_equal(loop_create(&loop), 0);
	worker_contract(&(struct worker_kind){"thread", create_thread,
					      turn_loop, loop});
	loop_free(loop);
}

struct timed_job {
	struct worker_job job; /* first */
	struct clock *clock;
	uint64_t worked_us, done_us;
};

static void note_work(struct worker_job *job)
{
	struct timed_job *j = (struct timed_job *)job;

	j->worked_us = clock_now_us(j->clock);
}

static void note_done(struct worker_job *job, bool skipped)
{
	struct timed_job *j = (struct timed_job *)job;

	assert_false(skipped);
	j->done_us = clock_now_us(j->clock);
}

static void inline_work_costs_its_time_one_job_after_another(void **state)
{
	struct virtual_clock *clock;

	(void)state;
	assert_int_equal(virtual_clock_create(&clock, 0), 0);
	struct worker *w = create_inline(clock);
	struct timed_job jobs[2];
	for (int i = 0; i < 2; i++) {
		jobs[i] = (struct timed_job){
			.job = {.work = note_work, .done = note_done},
			.clock = virtual_clock_clock(clock),
		};
		worker_give(w, &jobs[i].job);
	}
	virtual_clock_run_until(clock, 1000000);

	assert_int_equal(jobs[0].worked_us, 0);
	assert_int_equal(jobs[0].done_us, COST_US);
	assert_int_equal(jobs[1].worked_us, COST_US);
	assert_int_equal(jobs[1].done_us, 2 * COST_US);
	worker_free(w);
	virtual_clock_free(clock);
}

struct gated_job {
	struct worker_job job; /* first */
	sem_t gate;
	bool done;
};

static void wait_at_gate(struct worker_job *job)
{
	sem_wait(&((struct gated_job *)job)->gate);
}

static void note_gated(struct worker_job *job, bool skipped)
{
	(void)skipped;
	((struct gated_job *)job)->done = true;
}

static void open_gate(void *arg)
{
	sem_post(&((struct gated_job *)arg)->gate);
}

static bool gated_done(void *arg)
{
	return ((struct gated_job *)arg)->done;
}

/* The gate is opened by a timer of the loop: it would never open if work held
 * the loop up. */
static void a_loop_goes_on_while_its_thread_works(void **state)
{
	struct gated_job j = {
		.job = {.work = wait_at_gate, .done = note_gated}};
	struct loop *loop;
	struct timer timer;

	(void)state;
	assert_int_equal(loop_create(&loop), 0);
	struct worker *w = create_thread(loop);
	sem_init(&j.gate, 0, 0);
	worker_give(w, &j.job);
	timer_init(&timer, loop_clock(loop), open_gate, &j);
	timer_start(&timer, 1000);
	loop_until(loop, gated_done, &j);

	worker_free(w);
	sem_destroy(&j.gate);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_of_each_kind_keep_the_contract),
		cmocka_unit_test(
			inline_work_costs_its_time_one_job_after_another),
		cmocka_unit_test(a_loop_goes_on_while_its_thread_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
