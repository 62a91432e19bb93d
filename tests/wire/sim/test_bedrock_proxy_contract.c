/* The stream over TLS and through an HTTP proxy keeps the contract too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/loop/proxy.h"
#include "net/sim/sim.h"
#include "tests/support/connect_proxy.h"
#include "tests/support/folder.h"
#include "tests/support/loop_until.h"
#include "tests/support/nova_stream_contract.h"

static struct {
	struct loop *loop;
	char *folder;
	struct brain_maker *maker;
	struct sim_server *server;
	struct connect_proxy *proxy;
	struct credentials_source *keys;
	struct nova_upstream *upstream;
} wire;

static void serve(void)
{
	const struct sim_server_settings settings = {.key_id = "AKID",
						     .secret = "secret",
						     .tls_dir = wire.folder};
	struct problem p = {0};

	assert_int_equal(scenario_maker_create(&wire.maker, NULL, NULL), 0);
	if (sim_server_open(&wire.server, wire.loop, &settings, wire.maker,
			    &p) != 0)
		fail_msg("%s", p.text);
	wire.proxy = connect_proxy_start(&(struct connect_proxy_settings){
		.to = sim_server_port(wire.server), .login = "ann:secret"});
}

static struct nova_upstream *open_wire(void *arg, struct clock **clock)
{
	struct problem p = {0};
	char url[64];

	(void)arg;
	assert_int_equal(loop_create(&wire.loop), 0);
	*clock = loop_clock(wire.loop);
	wire.folder = folder_make();
	serve();
	char *ca = text_format("%s/sim-ca.pem", wire.folder);
	snprintf(url, sizeof url, "http://ann:secret@127.0.0.1:%u",
		 (unsigned)connect_proxy_port(wire.proxy));
	const struct proxy_environment proxies = {.https_proxy = url};
	assert_int_equal(credentials_fixed_create(&wire.keys, *clock, "AKID",
						  "secret", NULL, &p),
			 0);
	/* a port that only the proxy can make sense of */
	const struct bedrock_settings settings = {
		.endpoint = "https://localhost:1",
		.ca_file = ca,
		.proxies = &proxies,
		.credentials = wire.keys,
	};
	if (bedrock_upstream_create(&wire.upstream, wire.loop, &settings, &p) !=
	    0)
		fail_msg("%s", p.text);
	free(ca);
	return wire.upstream;
}

static void close_wire(void *arg)
{
	(void)arg;
	bedrock_upstream_free(wire.upstream);
	credentials_source_free(wire.keys);
	sim_server_free(wire.server);
	connect_proxy_stop(wire.proxy);
	scenario_maker_free(wire.maker);
	loop_free(wire.loop);
	folder_remove(wire.folder);
}

static void run_until(void *arg, bool (*done)(void *done_arg), void *done_arg)
{
	(void)arg;
	loop_until(wire.loop, done, done_arg);
}

int main(void)
{
	static const struct nova_stream_kind kind = {open_wire, close_wire,
						     run_until, NULL};

	return nova_stream_contract(&kind, "bedrock through a proxy");
}
