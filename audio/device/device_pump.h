/*
 * device_pump: calls a function at an even pace.
 *
 * The clock of every device that has none in hardware.  With a clock given it
 * is timers of that clock, on that clock's thread; else a thread of its own,
 * with signals blocked (a write to a closed pipe then is an error and not the
 * end of the program).
 */
#ifndef AUDIO_DEVICE_DEVICE_PUMP_H
#define AUDIO_DEVICE_DEVICE_PUMP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/base/clock.h"

struct device_pump {
	/* --- set in device_pump_init(), never changed */
	struct clock *clock; /* borrowed; NULL: a thread */
	uint64_t period_us;
	uint64_t behind_us; /* ticks later than this are not made up for */
	void (*tick)(void *arg);
	void *arg;
	/* --- the caller's thread */
	bool running;
	pthread_t thread;
	struct timer timer;
	/* --- the thread that ticks */
	uint64_t due_us;
	/* --- any */
	atomic_bool quit;
};

void device_pump_init(struct device_pump *pump, struct clock *clock,
		      uint64_t period_us, uint64_t behind_us,
		      void (*tick)(void *arg), void *arg);
/* The first tick comes one period later.  Returns 0 or PROBLEM_MEMORY. */
int device_pump_start(struct device_pump *pump);
/* No tick runs after it.  Not from within a tick of a thread.  Does nothing
 * when it does not run. */
void device_pump_stop(struct device_pump *pump);

#endif
