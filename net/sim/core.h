/*
 * sim_core: one session of the simulated Nova Sonic, apart from any transport.
 *
 * Takes the events that a client sends, checks their order and content as the
 * service does, listens for the end of a turn, lets a brain answer, and gives
 * the answer as the service would: blocks, chunks faster than real time,
 * barge-in, usage, limits.  All times come from the clock.  One thread.
 */
#ifndef NET_SIM_CORE_H
#define NET_SIM_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/nova/event.h"
#include "net/sim/brain.h"
#include "net/sim/fault.h"

struct clock;
struct problem;
struct sim_core;

struct sim_core_settings {
	const char *model;
	unsigned turn_pause_ms;  /* 0: by the session's endpointing setting:
				  * HIGH 1500, MEDIUM 1750, LOW 2000; default
				  * HIGH */
	unsigned life_ms;        /* 0: 480000; then modelTimeoutException */
	unsigned idle_ms;        /* 0: 55000 without audio: error 532 */
	unsigned chunk_ms_least; /* length of a chunk, drawn anew for */
	unsigned chunk_ms_most;  /* each; 0: 20 to 120 */
	double speed;            /* audio is sent this much faster than it is
				  * spoken; 0: 4 */
	bool silent_start;       /* completionStart not before the first turn */
	const char *record_dir;  /* writes received-N.wav (as it came, at the
				  * client's rate) and sent-N.wav (at the
				  * rate of the output) there, or NULL */
	unsigned session_number; /* N of those names; 0: 1.  The fronts set
				  * it: 1, 2, ... */
	struct sim_fault fault;  /* kinds from SIM_FAULT_EXCEPTION on */
};

/* The core is at work when it calls: no callback may free it or give it an
 * event.  After exception(), cut() or ended() no other callback comes. */
struct sim_core_listener {
	/* To the client. */
	void (*event)(void *arg, const struct nova_event *e);
	void (*exception)(void *arg, const char *type, const char *message);
	void (*cut)(void *arg, enum sim_cut how);
	/* All was said and the client has ended the session. */
	void (*ended)(void *arg);
	void *arg;
};

/* Texts are copied; maker is borrowed. */
int sim_core_create(struct sim_core **out, struct clock *clock,
		    const struct sim_core_settings *settings,
		    struct brain_maker *maker,
		    const struct sim_core_listener *listener,
		    struct problem *p);
struct sim_core *sim_core_free(struct sim_core *c);

/* One event from the client.  A breach ends the session through exception(). */
void sim_core_receive(struct sim_core *c, const struct nova_event *e);
/* Words of the first breach found, or NULL; for logs and tests. */
const char *sim_core_breach(const struct sim_core *c);

#endif
