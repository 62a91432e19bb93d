/*
 * bench_relay: how long sound takes through the relay, in this process:
 *
 *   client socket -> [relay's loop] -> nova_stream_send()       relay_up
 *   nova_stream's event -> [relay's loop] -> client socket      relay_down
 *
 * The upstream is the bench's own: no HTTP/2 and no signing is in it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/loop/loop.h"
#include "net/nova/model.h"
#include "net/relay/server/server.h"
#include "tests/bench/bench.h"
#include "tests/bench/driver.h"
#include "tests/bench/stamping_upstream.h"
#include "tests/bench/witness.h"

enum { FRAMES = 160 }; /* a run: 3 s after warming up */

struct relay_rig {
	struct loop_thread *thread;
	struct stamping_upstream upstream;
	struct relay_server *server;
	struct problem problem;
	uint64_t start_us; /* what was said before waited unread */
	struct samples down;
};

static void open_server(void *arg)
{
	struct relay_rig *r = arg;
	struct loop *loop = loop_thread_loop(r->thread);
	const struct relay_server_settings settings = {
		.model = NOVA_MODEL_DEFAULT,
		.upstream = &r->upstream.upstream,
		.mode = "simulator",
	};

	stamping_upstream_init(&r->upstream, loop_clock(loop));
	relay_server_open(&r->server, loop, &settings, &r->problem);
}

static void close_server(void *arg)
{
	struct relay_rig *r = arg;

	r->server = relay_server_free(r->server);
}

static struct relay_rig *rig_stop(struct relay_rig *r)
{
	if (!r)
		return NULL;
	loop_thread_call(r->thread, close_server, r);
	loop_thread_free(r->thread);
	samples_deinit(&r->down);
	free(r);
	return NULL;
}

static int rig_start(struct relay_rig **out, struct problem *p)
{
	struct relay_rig *r = calloc(1, sizeof *r);
	int err;

	if (!r || loop_thread_start(&r->thread, "relay")) {
		free(r);
		return problem_set(p, PROBLEM_MEMORY, "no memory for a relay");
	}
	loop_thread_call(r->thread, open_server, r);
	err = r->problem.code;
	if (err) {
		*p = r->problem;
		rig_stop(r);
	} else {
		*out = r;
	}
	return err;
}

static void received(void *arg, const struct nova_event *e, uint64_t at_us)
{
	struct relay_rig *r = arg;
	unsigned stream = e->sample_count > 1 ? (unsigned)e->samples[0] : 0;
	unsigned frame = e->sample_count > 1 ? (unsigned)e->samples[1] : 0;

	if (stream >= STAMP_STREAMS_MOST || frame >= STAMP_FRAMES_MOST ||
	    frame < WARM_UP_FRAMES)
		return;
	uint64_t said = atomic_load(&r->upstream.down_us[stream][frame]);
	if (said > r->start_us)
		samples_add(&r->down, ((double)at_us - (double)said) / 1000);
}

static int add_up(struct bench *b, const struct relay_rig *r,
		  const struct driver *d, unsigned clients,
		  const struct figure_name *id)
{
	struct samples s = {0};
	int err;

	for (unsigned i = 0; i < clients; i++) {
		for (unsigned k = WARM_UP_FRAMES; k < FRAMES; k++) {
			uint64_t at = atomic_load(&r->upstream.up_us[i][k]);
			uint64_t sent = driver_sent_us(d, i, k);

			if (at)
				samples_add(&s,
					    ((double)at - (double)sent) / 1000);
		}
	}
	err = figures_add(&b->figures, id, &s);
	samples_deinit(&s);
	return err;
}

static int run_once(struct bench *b, unsigned clients,
		    const struct figure_name *up,
		    const struct figure_name *down, struct tries *tries,
		    struct problem *p)
{
	struct witness witness = {0};
	struct relay_rig *r = NULL;
	struct driver *d = NULL;
	int err = rig_start(&r, p);

	if (!err)
		err = driver_open(&d, relay_server_port(r->server), clients, p);
	if (!err && witness_start(&witness))
		err = problem_set(p, PROBLEM_MEMORY, "no thread for a witness");
	if (err)
		goto out;
	r->start_us = clock_now_us(clock_system()) + FRAME_US;
	err = driver_run(d, FRAMES, received, r, p);
	if (err)
		goto out;
	tries_note(tries, witness_end_ms(&witness));
	b->figures.noise = tries->noise;
	err = add_up(b, r, d, clients, up);
	if (!err)
		err = figures_add(&b->figures, down, &r->down);
	if (err)
		problem_set(p, err, "no frame came through the relay");
out:
	b->figures.noise = 0;
	witness_end_ms(&witness);
	driver_close(d);
	rig_stop(r);
	return err;
}

int bench_relay_hops(struct bench *b, struct problem *p)
{
	static const struct {
		unsigned clients;
		struct figure_name up, down;
	} rows[] = {
		{1, {"relay_up", "ms", 2}, {"relay_down", "ms", 2}},
		{8,
		 {"relay_up_8_sessions", "ms", 0},
		 {"relay_down_8_sessions", "ms", 0}},
		{100,
		 {"relay_up_100_sessions", "ms", 0},
		 {"relay_down_100_sessions", "ms", 0}},
	};
	int err = 0;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tries tries = {0};
		/* what is for information only is run less often, and the
		 * witness of many clients is late by them alone */
		unsigned most = rows[i].clients == 1 ? 2 * b->runs
						     : (b->runs + 1) / 2;

		while (!err && tries_left(&tries, b->runs) && tries.made < most)
			err = run_once(b, rows[i].clients, &rows[i].up,
				       &rows[i].down, &tries, p);
	}
	return err;
}
