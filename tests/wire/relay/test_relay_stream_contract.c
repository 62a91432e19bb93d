/* The contract of a nova_stream through a relay on a socket, with the
 * simulator behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/loop/loop.h"
#include "net/relay/client.h"
#include "net/relay/server/server.h"
#include "net/sim/sim.h"
#include "tests/support/loop_until.h"
#include "tests/support/nova_stream_contract.h"

struct relay_kind {
	struct loop *loop;
	struct brain_maker *maker;
	struct nova_upstream *simulator;
	struct relay_server *server;
	struct nova_upstream *upstream;
};

static struct nova_upstream *open_kind(void *arg, struct clock **clock)
{
	const struct sim_core_settings sim = {.turn_pause_ms = 500,
					      .speed = 20};
	struct relay_kind *k = arg;
	struct problem p = {0};
	char url[64];

	assert_int_equal(loop_create(&k->loop), 0);
	assert_int_equal(scenario_maker_create(&k->maker, NULL, &p), 0);
	assert_int_equal(memory_upstream_create(&k->simulator,
						loop_clock(k->loop), &sim,
						k->maker),
			 0);
	const struct relay_server_settings served = {.upstream = k->simulator};
	assert_int_equal(relay_server_open(&k->server, k->loop, &served, &p),
			 0);
	snprintf(url, sizeof url, "ws://127.0.0.1:%u",
		 relay_server_port(k->server));
	const struct relay_client_settings settings = {.url = url};
	assert_int_equal(
		relay_upstream_create(&k->upstream, k->loop, &settings, &p), 0);
	*clock = loop_clock(k->loop);
	return k->upstream;
}

static void close_kind(void *arg)
{
	struct relay_kind *k = arg;

	relay_upstream_free(k->upstream);
	relay_server_free(k->server);
	memory_upstream_free(k->simulator);
	scenario_maker_free(k->maker);
	loop_free(k->loop);
	memset(k, 0, sizeof *k);
}

static void run_until(void *arg, bool (*done)(void *arg), void *done_arg)
{
	struct relay_kind *k = arg;

	loop_until(k->loop, done, done_arg);
}

int main(void)
{
	static struct relay_kind relay;
	const struct nova_stream_kind kind = {open_kind, close_kind, run_until,
					      &relay};

	return nova_stream_contract(&kind, "relay");
}
