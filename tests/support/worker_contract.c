#include "tests/support/worker_contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "net/base/worker.h"

enum { JOBS = 200 };

struct ledger {
	const struct worker_kind *kind;
	struct worker *worker;
	pthread_t owner;
	int worked; /* the worker's own until it is done */
	int done, skipped;
	bool in_give;
	int give_again; /* so many times more */
	bool free_in_done;
};

struct numbered_job {
	struct worker_job job; /* first */
	struct ledger *ledger;
	int number;
	int worked_as; /* its place among those that were worked, or -1 */
};

static void work(struct worker_job *job)
{
	struct numbered_job *j = (struct numbered_job *)job;

	j->worked_as = j->ledger->worked++;
}

static void give(struct ledger *l, struct numbered_job *j)
{
	l->in_give = true;
	worker_give(l->worker, &j->job);
	l->in_give = false;
}

static void done(struct worker_job *job, bool skipped)
{
	struct numbered_job *j = (struct numbered_job *)job;
	struct ledger *l = j->ledger;

	assert_true(pthread_equal(l->owner, pthread_self()));
	assert_false(l->in_give);
	assert_int_equal(j->number, l->done); /* in the order of giving */
	assert_int_equal(skipped, j->worked_as < 0);
	if (!skipped)
		assert_int_equal(j->worked_as, j->number);
	l->done++;
	l->skipped += skipped;
	if (l->give_again > 0) {
		l->give_again--;
		j->number = l->done;
		j->worked_as = -1;
		give(l, j);
	}
	if (l->free_in_done) {
		l->free_in_done = false;
		l->worker = worker_free(l->worker);
	}
}

static struct ledger ledger_for(const struct worker_kind *kind)
{
	return (struct ledger){
		.kind = kind,
		.worker = kind->create(kind->arg),
		.owner = pthread_self(),
	};
}

static struct numbered_job numbered(struct ledger *l, int number)
{
	return (struct numbered_job){
		.job = {.work = work, .done = done},
		.ledger = l,
		.number = number,
		.worked_as = -1,
	};
}

static bool all_done(void *arg)
{
	struct ledger *l = arg;

	return l->done == JOBS;
}

static bool freed(void *arg)
{
	struct ledger *l = arg;

	return !l->worker;
}

static void jobs_are_done_in_order(const struct worker_kind *kind)
{
	struct ledger l = ledger_for(kind);
	struct numbered_job jobs[JOBS];

	for (int i = 0; i < JOBS; i++) {
		jobs[i] = numbered(&l, i);
		give(&l, &jobs[i]);
	}
	kind->turn(kind->arg, all_done, &l);
	assert_int_equal(l.skipped, 0);
	worker_free(l.worker);
	assert_int_equal(l.done, JOBS);
}

static void a_job_may_be_given_again_when_done(const struct worker_kind *kind)
{
	struct ledger l = ledger_for(kind);
	struct numbered_job job = numbered(&l, 0);

	l.give_again = JOBS - 1;
	give(&l, &job);
	kind->turn(kind->arg, all_done, &l);
	worker_free(l.worker);
}

static void freeing_does_or_skips_each_job_once(const struct worker_kind *kind)
{
	struct ledger l = ledger_for(kind);
	struct numbered_job jobs[JOBS];

	for (int i = 0; i < JOBS; i++) {
		jobs[i] = numbered(&l, i);
		give(&l, &jobs[i]);
	}
	worker_free(l.worker);
	assert_int_equal(l.done, JOBS);
	assert_int_equal(l.skipped, JOBS - l.worked);
}

/* What is given while the worker ends is skipped, not lost. */
static void jobs_given_at_the_end_are_skipped(const struct worker_kind *kind)
{
	struct ledger l = ledger_for(kind);
	struct numbered_job job = numbered(&l, 0);

	l.give_again = 1;
	give(&l, &job);
	worker_free(l.worker);
	assert_int_equal(l.done, 2);
	assert_true(l.skipped >= 1);
}

static void a_worker_may_be_freed_by_a_job(const struct worker_kind *kind)
{
	struct ledger l = ledger_for(kind);
	struct numbered_job jobs[3];

	l.free_in_done = true;
	for (int i = 0; i < 3; i++) {
		jobs[i] = numbered(&l, i);
		give(&l, &jobs[i]);
	}
	kind->turn(kind->arg, freed, &l);
	assert_int_equal(l.done, 3);
}

void worker_contract(const struct worker_kind *kind)
{
	print_message("worker: %s\n", kind->name);
	jobs_are_done_in_order(kind);
	a_job_may_be_given_again_when_done(kind);
	freeing_does_or_skips_each_job_once(kind);
	jobs_given_at_the_end_are_skipped(kind);
	a_worker_may_be_freed_by_a_job(kind);
	assert_null(worker_free(NULL));
}
