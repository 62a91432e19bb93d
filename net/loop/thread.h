/*
 * thread: a thread that signals of the outside never reach; they stay with the
 * main thread.
 */
#ifndef NET_LOOP_THREAD_H
#define NET_LOOP_THREAD_H

#include <pthread.h>

/* name: its first 15 letters are what ps and debuggers show.  0 or
 * PROBLEM_LIMIT. */
int thread_start(pthread_t *out, const char *name, void *(*run)(void *arg),
		 void *arg);

#endif
