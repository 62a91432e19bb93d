/*
 * device_urgent: threads that sound waits for go before others.
 *
 * Asks for the lowest real-time priority (SCHED_RR 1).  A system that does not
 * allow it (RLIMIT_RTPRIO, most machines but for root and audio groups) leaves
 * all as it was, and sound is then as good as the machine is idle.
 */
#ifndef AUDIO_DEVICE_DEVICE_URGENT_H
#define AUDIO_DEVICE_DEVICE_URGENT_H

#include <stdbool.h>

struct device_urgent {
	bool changed;
	int policy, priority; /* what was before */
};

/* The calling thread, and those that it starts until the end. */
void device_urgent_begin(struct device_urgent *u);
void device_urgent_end(const struct device_urgent *u);

#endif
