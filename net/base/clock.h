/*
 * clock: time and timers.  The only way to read the time in this project.
 *
 * A clock belongs to one thread: the one that runs its loop (net/loop), or
 * the one that steps the virtual clock (virtual_clock.h).  clock_now_us() and
 * clock_wall_ms() may be called from any thread.
 */
#ifndef NET_BASE_CLOCK_H
#define NET_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock;

struct timer {
	struct clock *clock; /* borrowed; outlives the timer */
	void (*fire)(void *arg);
	void *arg;
	uint64_t due_us;
	uint64_t order; /* earlier start fires first when due together */
	bool active;
	struct timer *child, *sibling, *previous; /* heap links, clock's own */
};

struct clock_ops {
	uint64_t (*now_us)(const struct clock *c);
	int64_t (*wall_ms)(const struct clock *c);
	/* The earliest due time has changed; UINT64_MAX: no timer is left. */
	void (*rearm)(struct clock *c, uint64_t due_us);
};

/* Embedded as first member by the real and the virtual clock. */
struct clock {
	const struct clock_ops *ops;
	struct timer *first; /* pairing heap by (due_us, order) */
	uint64_t next_order;
	uint64_t armed_us; /* what ops->rearm was told last */
	bool firing;       /* inside clock_fire_due() */
};

void clock_init(struct clock *c, const struct clock_ops *ops);

/* Monotonic microseconds from an arbitrary start. */
uint64_t clock_now_us(const struct clock *c);
/* UTC milliseconds since 1970. */
int64_t clock_wall_ms(const struct clock *c);

/* Fires, in order, each timer due at or before now.  For clock kinds. */
void clock_fire_due(struct clock *c, uint64_t now_us);

void timer_init(struct timer *t, struct clock *c, void (*fire)(void *arg),
		void *arg);
/* (Re)starts t; it fires once, on the clock's thread, never inside start. */
void timer_start(struct timer *t, uint64_t delay_us);
/* The same with an absolute time, for pacing that must not drift. */
void timer_start_at(struct timer *t, uint64_t due_us);
/* Stops t if it runs.  Safe on a timer of zero bytes. */
void timer_stop(struct timer *t);

/* The monotonic clock of the system, for threads without a loop; it has no
 * timers (starting one is a programming error). */
struct clock *clock_system(void);

#endif
