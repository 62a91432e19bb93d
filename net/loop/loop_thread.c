/* loop_thread: a thread whose whole work is a loop. */
#include "net/loop/loop.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/base/problem.h"
#include "net/loop/loop_post.h"

enum { NAME_SIZE = 16 }; /* the kernel's limit, with the NUL */

struct loop_thread {
	struct loop *loop;
	pthread_t thread;
	char name[NAME_SIZE];
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

	pthread_setname_np(pthread_self(), t->name);
	loop_run(t->loop);
	return NULL;
}

/* A new thread inherits the mask: signals of the outside stay with the main
 * thread, those that a fault raises must not be blocked. */
static void block_outside_signals(sigset_t *before)
{
	sigset_t outside;

	sigfillset(&outside);
	sigdelset(&outside, SIGSEGV);
	sigdelset(&outside, SIGBUS);
	sigdelset(&outside, SIGFPE);
	sigdelset(&outside, SIGILL);
	sigdelset(&outside, SIGABRT);
	sigdelset(&outside, SIGTRAP);
	sigdelset(&outside, SIGPROF);
	pthread_sigmask(SIG_SETMASK, &outside, before);
}

int loop_thread_start(struct loop_thread **out, const char *name)
{
	struct loop_thread *t = calloc(1, sizeof *t);
	sigset_t before;

	if (!t)
		return PROBLEM_MEMORY;
	snprintf(t->name, sizeof t->name, "%s", name);
	int err = loop_create(&t->loop);
	if (err)
		goto out;
	block_outside_signals(&before);
	if (pthread_create(&t->thread, NULL, thread_main, t) != 0)
		err = PROBLEM_LIMIT;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
out:
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
