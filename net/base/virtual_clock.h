/*
 * virtual_clock: time that stands still until it is told to go on.
 *
 * One thread.  Running jumps from timer to timer, so an hour of conversation
 * takes as long as its work.  Outstanding work elsewhere (a worker, a child
 * process) holds the clock: time does not pass until it is released.
 */
#ifndef NET_BASE_VIRTUAL_CLOCK_H
#define NET_BASE_VIRTUAL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock;
struct virtual_clock;

/* wall_ms: the UTC time at monotonic 0. */
int virtual_clock_create(struct virtual_clock **out, int64_t wall_ms);
struct virtual_clock *virtual_clock_free(struct virtual_clock *v);
struct clock *virtual_clock_clock(struct virtual_clock *v);

/* Jumps to the next timer and fires all that are due then.  Returns false
 * when no timer is left or the clock is held. */
bool virtual_clock_step(struct virtual_clock *v);

/* Fires all timers due up to until_us and leaves the time at until_us.
 * Returns false, with the time short of that, as soon as the clock is held. */
bool virtual_clock_run_until(struct virtual_clock *v, uint64_t until_us);

/* Any thread.  Calls nest. */
void virtual_clock_hold(struct virtual_clock *v);
void virtual_clock_release(struct virtual_clock *v);
/* Blocks until nobody holds the clock; for the thread that steps it, when all
 * holders are on other threads. */
void virtual_clock_wait(struct virtual_clock *v);

#endif
