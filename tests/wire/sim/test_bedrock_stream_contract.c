/* The stream over HTTP/2, against this front, keeps the contract of the seam.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/sim/sim.h"
#include "tests/support/h2_peer.h"
#include "tests/support/nova_stream_contract.h"

static struct {
	struct loop *loop;
	struct brain_maker *maker;
	struct sim_server *server;
	struct credentials_source *keys;
	struct nova_upstream *upstream;
} wire;

static struct nova_upstream *open_wire(void *arg, struct clock **clock)
{
	struct problem p = {0};
	char url[64];

	(void)arg;
	assert_int_equal(loop_create(&wire.loop), 0);
	*clock = loop_clock(wire.loop);
	assert_int_equal(scenario_maker_create(&wire.maker, NULL, NULL), 0);
	if (sim_server_open(&wire.server, wire.loop,
			    &(struct sim_server_settings){.key_id = "AKID",
							  .secret = "secret"},
			    wire.maker, &p) != 0)
		fail_msg("%s", p.text);
	snprintf(url, sizeof url, "http://127.0.0.1:%u",
		 (unsigned)sim_server_port(wire.server));
	assert_int_equal(credentials_fixed_create(&wire.keys, *clock, "AKID",
						  "secret", NULL, &p),
			 0);
	if (bedrock_upstream_create(
		    &wire.upstream, wire.loop,
		    &(struct bedrock_settings){.endpoint = url,
					       .credentials = wire.keys},
		    &p) != 0)
		fail_msg("%s", p.text);
	return wire.upstream;
}

static void close_wire(void *arg)
{
	(void)arg;
	bedrock_upstream_free(wire.upstream);
	credentials_source_free(wire.keys);
	sim_server_free(wire.server);
	scenario_maker_free(wire.maker);
	loop_free(wire.loop);
}

static void run_until(void *arg, bool (*done)(void *done_arg), void *done_arg)
{
	(void)arg;
	h2_peer_run(wire.loop, done, done_arg);
}

int main(void)
{
	static const struct nova_stream_kind kind = {open_wire, close_wire,
						     run_until, NULL};

	return nova_stream_contract(&kind, "bedrock");
}
