/*
 * witness: how late the machine wakes a thread that only sleeps.
 *
 * It runs beside a measurement and shares nothing with it but the machine.
 * When it is late, other programs hold the cores, or the host of a virtual
 * machine does, and what was measured in that time says little about Habla.
 */
#ifndef TESTS_BENCH_WITNESS_H
#define TESTS_BENCH_WITNESS_H

#include <stdbool.h>

#include "audio/device/device_pump.h"
#include "tests/bench/figures.h"

struct witness {
	struct device_pump pump;
	struct samples late_ms; /* witness' thread until it has ended */
};

int witness_start(struct witness *w);
/* p99 of its lateness since the start.  Safe on zero bytes and a second time.
 */
double witness_end_ms(struct witness *w);

/* Runs are made until as many as wanted were calm, or half as many more were
 * made. */
struct tries {
	unsigned made, calm;
	double noise; /* of the run that was noted last */
};
bool tries_left(const struct tries *t, unsigned wanted);
void tries_note(struct tries *t, double noise);

#endif
