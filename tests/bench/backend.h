/*
 * backend: habla-relay and habla sim as processes, on free ports.
 */
#ifndef TESTS_BENCH_BACKEND_H
#define TESTS_BENCH_BACKEND_H

#include <stdint.h>

#include "tests/bench/program.h"

struct bench;
struct problem;

struct backend {
	struct program sim, relay;
	uint16_t relay_port;
};

/* scenario: a file in the bench's folder, or NULL for the simulator's own.
 * k is zero bytes before; backend_end() is due in any case. */
int backend_start(struct backend *k, const struct bench *b,
		  const char *scenario, struct problem *p);
void backend_end(struct backend *k);

#endif
