/*
 * client: the nova_stream kind that goes through a relay.
 *
 * Speaks the original JSON protocol (docs/protocol.md): the opening events
 * become initialize_session, audio audio_input, and so on; it asks for raw
 * events and understands the typed messages too.  One connection a stream.
 */
#ifndef NET_RELAY_CLIENT_H
#define NET_RELAY_CLIENT_H

#include <stdint.h>

#include "net/nova/stream.h"

struct loop;
struct problem;
struct proxy_environment;

/* Texts are copied. */
struct relay_client_settings {
	const char *url;     /* ws:// or wss:// */
	const char *ca_file; /* PEM trust in place of the system's, or NULL */
	/* For wss://, as for https; NULL: the process's own.  ws:// goes
	 * directly. */
	const struct proxy_environment *proxies;
	const char *token, *course, *student; /* may be NULL; token: "habla" */
	unsigned connect_timeout_ms;          /* 0: 10000 */
	unsigned ready_timeout_ms; /* 0: 60000, a cold model needs up to 45 s */
};

/* Streams it opened must be freed before it. */
int relay_upstream_create(struct nova_upstream **out, struct loop *l,
			  const struct relay_client_settings *settings,
			  struct problem *p);
struct nova_upstream *relay_upstream_free(struct nova_upstream *u);

#endif
