#include "tests/bench/backend.h"

#include <stdio.h>

int backend_start(struct backend *k, const struct bench *b,
		  const char *scenario, struct problem *p)
{
	const char *sim[] = {
		"habla",  "sim", "--port", "0", scenario ? "--scenario" : NULL,
		scenario, NULL};
	char endpoint[64];
	const char *relay[] = {"habla-relay", "--port", "0",
			       "--endpoint",  endpoint, NULL};
	uint16_t port = 0;
	int err = program_start(&k->sim, b, sim, p);

	if (!err)
		err = program_expect_port(&k->sim, "http://127.0.0.1:", &port,
					  p);
	snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%u", port);
	if (!err)
		err = program_start(&k->relay, b, relay, p);
	if (!err)
		err = program_expect_port(&k->relay,
					  "ws://127.0.0.1:", &k->relay_port, p);
	return err;
}

void backend_end(struct backend *k)
{
	program_end(&k->relay);
	program_end(&k->sim);
}
