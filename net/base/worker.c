#include "net/base/worker.h"

#include <stdlib.h>

#include "net/base/clock.h"
#include "net/base/problem.h"

struct worker_inline {
	struct worker worker;
	struct worker_job *first, **last;
	struct timer timer;
	unsigned cost_us;
	bool worked; /* the first job is, and waits for its time to pass */
};

void worker_give(struct worker *w, struct worker_job *job)
{
	w->ops->give(w, job);
}

struct worker *worker_free(struct worker *w)
{
	if (w)
		w->ops->free(w);
	return NULL;
}

static struct worker_job *take_first(struct worker_inline *w)
{
	struct worker_job *job = w->first;

	w->first = job->next;
	if (!w->first)
		w->last = &w->first;
	w->worked = false;
	return job;
}

static void on_timer(void *arg)
{
	struct worker_inline *w = arg;

	if (!w->worked) {
		w->first->work(w->first);
		w->worked = true;
		timer_start(&w->timer, w->cost_us);
		return;
	}
	struct worker_job *job = take_first(w);
	/* Before done(), which may free the worker. */
	if (w->first)
		timer_start(&w->timer, 0);
	job->done(job, false);
}

static void inline_give(struct worker *worker, struct worker_job *job)
{
	struct worker_inline *w = (struct worker_inline *)worker;
	bool idle = !w->first;

	job->next = NULL;
	*w->last = job;
	w->last = &job->next;
	if (idle)
		timer_start(&w->timer, 0);
}

static void inline_free(struct worker *worker)
{
	struct worker_inline *w = (struct worker_inline *)worker;

	timer_stop(&w->timer);
	while (w->first) {
		bool worked = w->worked;
		struct worker_job *job = take_first(w);
		job->done(job, !worked);
		timer_stop(&w->timer); /* done() may have given another job */
	}
	free(w);
}

int worker_inline_create(struct worker **out, struct clock *clock,
			 unsigned cost_us)
{
	static const struct worker_ops ops = {
		.give = inline_give,
		.free = inline_free,
	};
	struct worker_inline *w = calloc(1, sizeof *w);

	if (!w)
		return PROBLEM_MEMORY;
	w->worker.ops = &ops;
	w->last = &w->first;
	w->cost_us = cost_us;
	timer_init(&w->timer, clock, on_timer, w);
	*out = &w->worker;
	return 0;
}
