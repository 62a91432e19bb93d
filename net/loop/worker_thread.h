/*
 * worker_thread: a worker (net/base/worker.h) that is a thread, whose done()
 * runs on a loop.
 */
#ifndef NET_LOOP_WORKER_THREAD_H
#define NET_LOOP_WORKER_THREAD_H

#include "net/base/worker.h"

struct loop;

/* Owner's thread is the loop's.  0, PROBLEM_MEMORY or PROBLEM_LIMIT. */
int worker_thread_create(struct worker **out, struct loop *loop);

#endif
