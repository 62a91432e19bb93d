/*
 * worker: slow work beside the thread that asked for it; a seam.
 *
 * What would block a loop (recognising, synthesising) is a job: work() runs
 * somewhere else, then done() on the thread that owns the worker.  The jobs of
 * one worker run one after another, in the order in which they were given.
 * Kinds: a thread beside a loop (net/loop/worker_thread.h), and in place under
 * a virtual clock, as below.
 */
#ifndef NET_BASE_WORKER_H
#define NET_BASE_WORKER_H

#include <stdbool.h>

struct clock;
struct worker;

/* Embedded in what the work is about.  It stays where it is until done(), which
 * comes exactly once and may free it or give it again. */
struct worker_job {
	void (*work)(struct worker_job *job);
	/* skipped: the worker ended first, work() was not called. */
	void (*done)(struct worker_job *job, bool skipped);
	struct worker_job *next; /* the worker's own */
};

struct worker_ops {
	void (*give)(struct worker *w, struct worker_job *job);
	void (*free)(struct worker *w);
};

/* First member of every kind. */
struct worker {
	const struct worker_ops *ops;
};

/* Owner's thread.  done() never comes inside. */
void worker_give(struct worker *w, struct worker_job *job);
/* Waits for the job that runs, and calls done() for it and for all that wait.
 * NULL is fine; returns NULL. */
struct worker *worker_free(struct worker *w);

/* Makes one worker for whoever needs one; a seam's factory. */
struct worker_maker {
	int (*make)(struct worker_maker *m, struct worker **out);
};

/* Work is done in place when the clock comes to it; done() follows cost_us
 * later.  clock is borrowed.  0 or PROBLEM_MEMORY. */
int worker_inline_create(struct worker **out, struct clock *clock,
			 unsigned cost_us);

#endif
