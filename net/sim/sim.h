/*
 * sim: the simulator's two fronts: a server that speaks Bedrock's HTTP/2 form,
 * and a nova_stream that needs no socket; and the brains of this room.
 */
#ifndef NET_SIM_SIM_H
#define NET_SIM_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "net/nova/stream.h"
#include "net/sim/core.h"

struct clock;
struct loop;
struct problem;
struct yaml_file;
struct yaml_node;

/* --- brain: scenario (docs/scenarios.md) --- */
/* path NULL: the built-in scenario. */
int scenario_maker_create(struct brain_maker **out, const char *path,
			  struct problem *p);
/* From a map in a file of another kind; its sounds stand beside that file. */
int scenario_maker_create_from(struct brain_maker **out,
			       const struct yaml_file *f,
			       const struct yaml_node *map, struct problem *p);
struct brain_maker *scenario_maker_free(struct brain_maker *m);

/* How the HTTP/2 front behaves before the stream, from the scenario. */
struct sim_front_plan {
	unsigned refuse_status;       /* 0: accept; else e.g. 429 */
	const char *refuse_exception; /* "ThrottlingException"; "": none */
	const char *refuse_message;
	unsigned refuse_first;   /* only the first N streams; 0: all */
	unsigned refuse_after_s; /* its Retry-After; 0: none */
	enum sim_fault_kind odd; /* SIM_FAULT_PAGE, SIM_FAULT_SILENT or NONE */
	unsigned odd_first;      /* as refuse_first */
	int64_t clock_ms; /* the service's clock is ahead by that; dates of
			   * requests are checked with it, with and without
			   * keys */
	bool headers_after_first_event;
	unsigned headers_delay_ms;
};
/* NULL when m is no scenario.  Lives as long as m. */
const struct sim_front_plan *scenario_front_plan(const struct brain_maker *m);
/* Overwrites those members that the scenario file sets; leaves the rest. */
void scenario_core_settings(const struct brain_maker *m,
			    struct sim_core_settings *settings);

/* --- front: memory --- */
/* A nova_upstream whose streams are sim_cores on clock.  Texts of settings are
 * copied; maker is borrowed.  Streams it opened must be freed before it. */
int memory_upstream_create(struct nova_upstream **out, struct clock *clock,
			   const struct sim_core_settings *settings,
			   struct brain_maker *maker);
struct nova_upstream *memory_upstream_free(struct nova_upstream *u);
/* Refuses streams as plan says, or is a web page; headers, clocks and silence
 * do not exist here.  plan is borrowed. */
void memory_upstream_plan(struct nova_upstream *u,
			  const struct sim_front_plan *plan);

/* --- front: HTTP/2 server --- */
struct sim_server_settings {
	const char *listen;  /* NULL: 127.0.0.1 */
	uint16_t port;       /* 0: any free one */
	const char *tls_dir; /* NULL: h2c; else certificates are made or
			      * found there and sim-ca.pem is written there */
	const char *key_id;  /* NULL: any signature is accepted, unchecked */
	const char *secret;
	struct sim_core_settings core;
	const struct sim_front_plan *front; /* NULL: accept at once */
	unsigned skew_limit_ms;             /* 0: 300000; date of the request */
	unsigned streams_most; /* at once, more are refused as "quota"; 0: any
				* number */
};
struct sim_server;
int sim_server_open(struct sim_server **out, struct loop *l,
		    const struct sim_server_settings *settings,
		    struct brain_maker *maker, struct problem *p);
uint16_t sim_server_port(const struct sim_server *s);
/* Sessions opened since the start; and live now. */
unsigned sim_server_sessions(const struct sim_server *s);
unsigned sim_server_live(const struct sim_server *s);
/* RST_STREAM on every live stream; for fault tests. */
void sim_server_reset_all(struct sim_server *s);
struct sim_server *sim_server_free(struct sim_server *s);

#endif
