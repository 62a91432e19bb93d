/* The contract of a nova_stream over HTTP/2, with the simulator behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/sim/sim.h"
#include "tests/support/loop_until.h"
#include "tests/support/nova_stream_contract.h"

struct bedrock_kind {
	struct loop *loop;
	struct brain_maker *maker;
	struct sim_server *server;
	struct credentials_source *keys;
	struct nova_upstream *upstream;
};

static struct nova_upstream *open_kind(void *arg, struct clock **clock)
{
	struct bedrock_kind *k = arg;
	struct problem p = {0};
	char url[64];

	assert_int_equal(0, loop_create(&k->loop));
	assert_int_equal(0, scenario_maker_create(&k->maker, NULL, &p));
	const struct sim_server_settings served = {
		.key_id = "AKIDEXAMPLE",
		.secret = "secret",
		.core = {.turn_pause_ms = 500, .speed = 20},
	};
	assert_int_equal(0, sim_server_open(&k->server, k->loop, &served,
					    k->maker, &p));
	snprintf(url, sizeof url, "http://127.0.0.1:%u",
		 sim_server_port(k->server));
	assert_int_equal(
		0, credentials_fixed_create(&k->keys, loop_clock(k->loop),
					    "AKIDEXAMPLE", "secret", NULL, &p));
	const struct bedrock_settings settings = {.endpoint = url,
						  .credentials = k->keys};
	assert_int_equal(0, bedrock_upstream_create(&k->upstream, k->loop,
						    &settings, &p));
	*clock = loop_clock(k->loop);
	return k->upstream;
}

static void close_kind(void *arg)
{
	struct bedrock_kind *k = arg;

	bedrock_upstream_free(k->upstream);
	credentials_source_free(k->keys);
	sim_server_free(k->server);
	scenario_maker_free(k->maker);
	loop_free(k->loop);
	memset(k, 0, sizeof *k);
}

static void run_until(void *arg, bool (*done)(void *arg), void *done_arg)
{
	struct bedrock_kind *k = arg;

	loop_until(k->loop, done, done_arg);
}

int main(void)
{
	static struct bedrock_kind bedrock;
	const struct nova_stream_kind kind = {open_kind, close_kind, run_until,
					      &bedrock};

	return nova_stream_contract(&kind, "bedrock");
}
