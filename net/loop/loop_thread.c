/* loop_thread: a thread whose whole work is a loop. */
#include "net/loop/loop.h"

#include <pthread.h>
#include <stdlib.h>

#include "net/base/problem.h"
#include "net/loop/loop_post.h"
#include "net/loop/thread.h"

struct loop_thread {
	struct loop *loop;
	pthread_t thread;
};

struct call {
	struct loop_post post;
	void (*run)(void *arg);
	void *arg;
	pthread_mutex_t lock;
	pthread_cond_t returned;
	bool done; /* under lock */
};

static void *thread_main(void *arg)
{
	struct loop_thread *t = arg;

	loop_run(t->loop);
	return NULL;
}

int loop_thread_start(struct loop_thread **out, const char *name)
{
	struct loop_thread *t = calloc(1, sizeof *t);

	if (!t)
		return PROBLEM_MEMORY;
	int err = loop_create(&t->loop);
	if (!err)
		err = thread_start(&t->thread, name, thread_main, t);
	if (err) {
		loop_free(t->loop);
		free(t);
	} else {
		*out = t;
	}
	return err;
}

struct loop *loop_thread_loop(struct loop_thread *t)
{
	return t->loop;
}

static void run_call(void *arg)
{
	struct call *call = arg;

	call->run(call->arg);
	pthread_mutex_lock(&call->lock);
	call->done = true;
	pthread_cond_signal(&call->returned);
	pthread_mutex_unlock(&call->lock);
}

void loop_thread_call(struct loop_thread *t, void (*run)(void *arg), void *arg)
{
	struct call call = {.run = run, .arg = arg};

	if (pthread_equal(t->thread, pthread_self())) {
		run(arg);
		return;
	}
	call.post = (struct loop_post){.run = run_call, .arg = &call};
	pthread_mutex_init(&call.lock, NULL);
	pthread_cond_init(&call.returned, NULL);
	loop_post_element(t->loop, &call.post);

	pthread_mutex_lock(&call.lock);
	while (!call.done)
		pthread_cond_wait(&call.returned, &call.lock);
	pthread_mutex_unlock(&call.lock);
	pthread_cond_destroy(&call.returned);
	pthread_mutex_destroy(&call.lock);
}

struct loop_thread *loop_thread_free(struct loop_thread *t)
{
	if (!t)
		return NULL;
	loop_stop(t->loop);
	pthread_join(t->thread, NULL); /* nothing uses the loop after this */
	loop_free(t->loop);
	free(t);
	return NULL;
}
