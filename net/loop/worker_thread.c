#include "net/loop/worker_thread.h"

#include <pthread.h>
#include <stdlib.h>

#include "net/base/problem.h"
#include "net/loop/loop.h"
#include "net/loop/loop_post.h"
#include "net/loop/thread.h"

struct queue {
	struct worker_job *first, **last;
};

struct worker_thread {
	struct worker worker;
	struct loop *loop;
	pthread_t thread;

	pthread_mutex_t lock;
	pthread_cond_t change;
	struct queue waiting, worked; /* under lock, as all below */
	bool ending;
	bool posted;
	struct loop_post post;
};

static void queue_init(struct queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

static void queue_add(struct queue *q, struct worker_job *job)
{
	job->next = NULL;
	*q->last = job;
	q->last = &job->next;
}

static struct worker_job *queue_take(struct queue *q)
{
	struct worker_job *job = q->first;

	if (job) {
		q->first = job->next;
		if (!q->first)
			q->last = &q->first;
	}
	return job;
}

static struct worker_job *take_worked(struct worker_thread *w)
{
	pthread_mutex_lock(&w->lock);
	struct worker_job *job = queue_take(&w->worked);
	pthread_mutex_unlock(&w->lock);
	return job;
}

/* One job a turn of the loop: done() may free the worker. */
static void deliver(void *arg)
{
	struct worker_thread *w = arg;

	pthread_mutex_lock(&w->lock);
	struct worker_job *job = queue_take(&w->worked);
	w->posted = w->worked.first != NULL;
	if (w->posted)
		loop_post_element(w->loop, &w->post);
	pthread_mutex_unlock(&w->lock);
	if (job)
		job->done(job, false);
}

static void *run(void *arg)
{
	struct worker_thread *w = arg;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		while (!w->ending && !w->waiting.first)
			pthread_cond_wait(&w->change, &w->lock);
		if (w->ending)
			break;
		struct worker_job *job = queue_take(&w->waiting);
		pthread_mutex_unlock(&w->lock);
		job->work(job);
		pthread_mutex_lock(&w->lock);
		queue_add(&w->worked, job);
		if (!w->posted) {
			w->posted = true;
			loop_post_element(w->loop, &w->post);
		}
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void thread_give(struct worker *worker, struct worker_job *job)
{
	struct worker_thread *w = (struct worker_thread *)worker;

	pthread_mutex_lock(&w->lock);
	queue_add(&w->waiting, job);
	pthread_cond_signal(&w->change);
	pthread_mutex_unlock(&w->lock);
}

static void thread_free(struct worker *worker)
{
	struct worker_thread *w = (struct worker_thread *)worker;
	struct worker_job *job;

	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_signal(&w->change);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	loop_cancel(w->loop, deliver, w);

	while ((job = take_worked(w)) != NULL)
		job->done(job, false);
	/* done() may give more: they are skipped as well. */
	while ((job = queue_take(&w->waiting)) != NULL)
		job->done(job, true);
	pthread_cond_destroy(&w->change);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

int worker_thread_create(struct worker **out, struct loop *loop)
{
	static const struct worker_ops ops = {
		.give = thread_give,
		.free = thread_free,
	};
	struct worker_thread *w = calloc(1, sizeof *w);

	if (!w)
		return PROBLEM_MEMORY;
	w->worker.ops = &ops;
	w->loop = loop;
	w->post = (struct loop_post){.run = deliver, .arg = w};
	queue_init(&w->waiting);
	queue_init(&w->worked);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->change, NULL);
	int err = thread_start(&w->thread, "worker", run, w);
	if (err) {
		pthread_cond_destroy(&w->change);
		pthread_mutex_destroy(&w->lock);
		free(w);
		return err;
	}
	*out = &w->worker;
	return 0;
}
