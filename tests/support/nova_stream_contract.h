/*
 * nova_stream_contract: what every kind of nova_stream does, whatever lies
 * below it.  Each kind runs the whole list against the built-in scenario of
 * the simulator, which answers a spoken turn.
 *
 * A test program of a kind:
 *
 *	static struct nova_stream_kind kind = { open, close, run_until, ... };
 *	int main(void) { return nova_stream_contract(&kind, "bedrock"); }
 */
#ifndef TESTS_SUPPORT_NOVA_STREAM_CONTRACT_H
#define TESTS_SUPPORT_NOVA_STREAM_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>

struct clock;
struct nova_upstream;

struct nova_stream_kind {
	/* A factory and all that is behind it, new for each test; fails the
	 * test when it cannot.  *clock is the one that run_until() runs: the
	 * contract speaks at its pace. */
	struct nova_upstream *(*open)(void *arg, struct clock **clock);
	void (*close)(void *arg);
	/* Runs time until done() holds; fails the test when it never does. */
	void (*run_until)(void *arg, bool (*done)(void *done_arg),
			  void *done_arg);
	void *arg;
};

/* Runs the list as a cmocka group of that name; the number of failures. */
int nova_stream_contract(const struct nova_stream_kind *kind, const char *name);

#endif
