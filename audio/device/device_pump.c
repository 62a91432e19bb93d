#include "audio/device/device_pump.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "audio/device/device_urgent.h"
#include "net/base/problem.h"

void device_pump_init(struct device_pump *pump, struct clock *clock,
		      uint64_t period_us, uint64_t behind_us,
		      void (*tick)(void *arg), void *arg)
{
	*pump = (struct device_pump){
		.clock = clock,
		.period_us = period_us,
		.behind_us = behind_us,
		.tick = tick,
		.arg = arg,
	};
}

/* Absolute times do not drift; but a machine that slept or stood still must
 * not hurry through what it missed, as no sound card does. */
static void next_due(struct device_pump *pump, uint64_t now_us)
{
	pump->due_us += pump->period_us;
	if (pump->due_us + pump->behind_us < now_us)
		pump->due_us = now_us;
}

static void on_timer(void *arg)
{
	struct device_pump *pump = arg;

	next_due(pump, clock_now_us(pump->clock));
	timer_start_at(&pump->timer, pump->due_us);
	pump->tick(pump->arg); /* may stop the pump */
}

/* This is the clock of a device, so it waits for the time and nothing else.
 * clock_system() counts CLOCK_MONOTONIC. */
static void sleep_until(uint64_t due_us)
{
	struct timespec due = {
		.tv_sec = (time_t)(due_us / 1000000),
		.tv_nsec = (long)(due_us % 1000000) * 1000,
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) ==
	       EINTR)
		;
}

static void *run(void *arg)
{
	struct device_pump *pump = arg;
	struct device_urgent urgent;
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	device_urgent_begin(&urgent); /* until its end */
	for (;;) {
		sleep_until(pump->due_us);
		if (atomic_load_explicit(&pump->quit, memory_order_acquire))
			break;
		pump->tick(pump->arg);
		next_due(pump, clock_now_us(clock_system()));
	}
	return NULL;
}

int device_pump_start(struct device_pump *pump)
{
	struct clock *clock = pump->clock ? pump->clock : clock_system();

	if (pump->running)
		return PROBLEM_ORDER;
	pump->due_us = clock_now_us(clock) + pump->period_us;
	atomic_store_explicit(&pump->quit, false, memory_order_relaxed);
	if (pump->clock) {
		timer_init(&pump->timer, pump->clock, on_timer, pump);
		timer_start_at(&pump->timer, pump->due_us);
	} else if (pthread_create(&pump->thread, NULL, run, pump) != 0) {
		return PROBLEM_MEMORY;
	}
	pump->running = true;
	return 0;
}

void device_pump_stop(struct device_pump *pump)
{
	if (!pump->running)
		return;
	pump->running = false;
	if (pump->clock) {
		timer_stop(&pump->timer);
		return;
	}
	atomic_store_explicit(&pump->quit, true, memory_order_release);
	pthread_join(pump->thread, NULL);
}
