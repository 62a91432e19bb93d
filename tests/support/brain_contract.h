/*
 * brain_contract: what the simulator sends is of one form, whatever brain
 * answers.  Failing expectations end the test.
 */
#ifndef TESTS_SUPPORT_BRAIN_CONTRACT_H
#define TESTS_SUPPORT_BRAIN_CONTRACT_H

#include "net/sim/core.h"

struct brain_maker;
struct clock;

struct brain_kind {
	/* A maker on that clock, and what of the core's settings is its own.
	 * Its answer to the learner's first words lasts two seconds or more. */
	struct brain_maker *(*open)(void *arg, struct clock *clock,
				    struct sim_core_settings *settings);
	/* All sessions are gone; the clock is still there. */
	void (*close)(void *arg);
	void *arg;
};

void brain_contract(const struct brain_kind *kind);

#endif
