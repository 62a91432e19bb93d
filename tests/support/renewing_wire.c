#include "tests/support/renewing_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/relay/client.h"
#include "net/relay/server/server.h"
#include "net/renewal/renewing.h"
#include "net/sim/sim.h"
#include "tests/support/folder.h"
#include "tests/support/loop_until.h"
#include "tests/support/nova_stream_contract.h"

struct kind {
	enum renewing_wire below;
	uint32_t renew_after_ms;
	unsigned renewals; /* in all tests */

	struct loop *loop;
	struct brain_maker *maker;
	struct sim_server *simulator;
	struct credentials_source *keys;
	struct nova_upstream *memory;
	struct relay_server *relay;
	struct nova_upstream *wire, *renewing;
	char *folder;
};

static const struct sim_core_settings core = {.turn_pause_ms = 500,
					      .speed = 20};

static void renewed(void *arg, const struct renewal_report *report)
{
	struct kind *k = arg;

	k->renewals += !report->why->code;
}

static void open_bedrock(struct kind *k)
{
	bool tls = k->below == OVER_TLS;
	struct problem p = {0};

	k->folder = folder_make();
	const struct sim_server_settings settings = {
		.tls_dir = tls ? k->folder : NULL,
		.key_id = "AKID",
		.secret = "secret",
		.core = core,
	};
	if (sim_server_open(&k->simulator, k->loop, &settings, k->maker, &p))
		fail_msg("%s", p.text);
	assert_int_equal(credentials_fixed_create(&k->keys, loop_clock(k->loop),
						  "AKID", "secret", NULL, &p),
			 0);
	char *url = text_format("http%s://127.0.0.1:%u", tls ? "s" : "",
				(unsigned)sim_server_port(k->simulator));
	char *ca = text_format("%s/sim-ca.pem", k->folder);
	const struct bedrock_settings bedrock = {
		.endpoint = url,
		.ca_file = tls ? ca : NULL,
		.credentials = k->keys,
	};
	if (bedrock_upstream_create(&k->wire, k->loop, &bedrock, &p))
		fail_msg("%s", p.text);
	free(url);
	free(ca);
}

static void open_relay(struct kind *k)
{
	struct problem p = {0};
	char url[64];

	assert_int_equal(memory_upstream_create(&k->memory, loop_clock(k->loop),
						&core, k->maker),
			 0);
	const struct relay_server_settings served = {.upstream = k->memory};
	assert_int_equal(relay_server_open(&k->relay, k->loop, &served, &p), 0);
	snprintf(url, sizeof url, "ws://127.0.0.1:%u",
		 relay_server_port(k->relay));
	const struct relay_client_settings settings = {.url = url};
	assert_int_equal(
		relay_upstream_create(&k->wire, k->loop, &settings, &p), 0);
}

static struct nova_upstream *open_kind(void *arg, struct clock **clock)
{
	struct kind *k = arg;

	assert_int_equal(loop_create(&k->loop), 0);
	*clock = loop_clock(k->loop);
	assert_int_equal(scenario_maker_create(&k->maker, NULL, NULL), 0);
	if (k->below == OVER_RELAY)
		open_relay(k);
	else
		open_bedrock(k);
	const struct renewing_settings settings = {
		.clock = *clock,
		.upstream = k->wire,
		.renew_after_ms = k->renew_after_ms,
		/* an answer is not cut: the list counts its samples */
		.force_after_ms = 470000,
		.renewed = renewed,
		.arg = k,
	};
	assert_int_equal(renewing_upstream_create(&k->renewing, &settings), 0);
	return k->renewing;
}

static void close_kind(void *arg)
{
	struct kind *k = arg;
	const struct kind next = {
		.below = k->below,
		.renew_after_ms = k->renew_after_ms,
		.renewals = k->renewals,
	};

	renewing_upstream_free(k->renewing);
	if (k->below == OVER_RELAY) {
		relay_upstream_free(k->wire);
		relay_server_free(k->relay);
		memory_upstream_free(k->memory);
	} else {
		bedrock_upstream_free(k->wire);
		sim_server_free(k->simulator);
		credentials_source_free(k->keys);
		folder_remove(k->folder);
	}
	scenario_maker_free(k->maker);
	loop_free(k->loop);
	*k = next;
}

static void run_until(void *arg, bool (*done)(void *done_arg), void *done_arg)
{
	loop_until(((struct kind *)arg)->loop, done, done_arg);
}

int renewing_wire_contract(enum renewing_wire below, uint32_t renew_after_ms,
			   const char *name, unsigned *renewals)
{
	struct kind k = {.below = below, .renew_after_ms = renew_after_ms};
	const struct nova_stream_kind kind = {open_kind, close_kind, run_until,
					      &k};
	int failed = nova_stream_contract(&kind, name);

	*renewals = k.renewals;
	return failed;
}
