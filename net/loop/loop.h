/*
 * loop: one thread's event loop on libuv, with one queue leading into it.
 *
 * Everything that belongs to a loop is touched on the loop's thread only.
 * loop_post() is the one way in from other threads; wake-ups coalesce, and
 * each one drains the whole queue in order.
 */
#ifndef NET_LOOP_LOOP_H
#define NET_LOOP_LOOP_H

#include <stdbool.h>

struct clock;
struct loop;

/* 0, PROBLEM_MEMORY, or PROBLEM_LIMIT: no more descriptors. */
int loop_create(struct loop **out);

/* After loop_run() has returned (or before it was called).  Runs what still
 * closes, frees posts that were never run.  NULL is fine; returns NULL. */
struct loop *loop_free(struct loop *l);

/* Runs until loop_stop(); at once, if that came first. */
void loop_run(struct loop *l);
/* Any thread.  The loop returns from loop_run() after the current callback.
 * Posts that have not run by then wait for the next loop_run(). */
void loop_stop(struct loop *l);

/* Any thread.  run(arg) is called once on the loop's thread.  Returns 0 or
 * PROBLEM_MEMORY (then run will not be called). */
int loop_post(struct loop *l, void (*run)(void *arg), void *arg);

/* Loop thread, once nobody posts run(arg) any more: forgets those posts that
 * have not run, so that what arg leads to can be freed. */
void loop_cancel(struct loop *l, void (*run)(void *arg), const void *arg);

/* A real clock whose timers fire on this loop. */
struct clock *loop_clock(struct loop *l);

/* The uv_loop_t, for the few files that speak libuv. */
void *loop_uv(struct loop *l);

/* True on the thread that runs the loop, and on any while it does not run;
 * for asserts. */
bool loop_on_thread(const struct loop *l);

/* A thread that runs a loop of its own. */
struct loop_thread;
/* 0, PROBLEM_MEMORY, or PROBLEM_LIMIT: no more threads or descriptors. */
int loop_thread_start(struct loop_thread **out, const char *name);
struct loop *loop_thread_loop(struct loop_thread *t);
/* Runs run(arg) on that thread and waits until it has returned. */
void loop_thread_call(struct loop_thread *t, void (*run)(void *arg), void *arg);
/* Stops, joins, frees.  NULL is fine; returns NULL. */
struct loop_thread *loop_thread_free(struct loop_thread *t);

#endif
