/* worker_contract: what every kind of worker is held to. */
#ifndef TESTS_SUPPORT_WORKER_CONTRACT_H
#define TESTS_SUPPORT_WORKER_CONTRACT_H

#include <stdbool.h>

struct worker;

struct worker_kind {
	const char *name;
	struct worker *(*create)(void *arg);
	/* Lets the owner's thread turn until done(of) is true. */
	void (*turn)(void *arg, bool (*done)(void *of), void *of);
	void *arg;
};

/* Fails the running cmocka test when the contract is broken. */
void worker_contract(const struct worker_kind *kind);

#endif
