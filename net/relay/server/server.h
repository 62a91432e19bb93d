/*
 * server: the relay: WebSocket clients on one side, a nova_upstream on the
 * other.  Serves docs/protocol.md.  Loop thread only.
 *
 * It accepts sockets itself and hands them to libwebsockets.  One connection
 * may hold several sessions; a session is refused to any other connection.
 */
#ifndef NET_RELAY_SERVER_SERVER_H
#define NET_RELAY_SERVER_SERVER_H

#include <stdint.h>

#include "net/nova/stream.h"

struct loop;
struct problem;
struct relay_server;

/* Texts are copied; the upstream is borrowed and outlives the server. */
struct relay_server_settings {
	const char *listen; /* NULL: 127.0.0.1.  Only loopback is allowed */
	uint16_t port;      /* 0: any free one */
	const char
		*allow_origin; /* NULL or one origin beyond loopback ones,
				* "https://school.example"; comma-separated */
	const char *token;     /* NULL: any token that is not empty */
	const char *model;     /* for turn detection and text rules */
	const char *voice;     /* for sessions that name none, or NULL */
	struct nova_upstream *upstream;
	const char *mode; /* session_initialized.mode: "real", "simulator" */
};

struct relay_server_counts {
	unsigned connections, sessions; /* live */
	uint64_t audio_in_bytes, audio_out_bytes, silence_samples;
};

int relay_server_open(struct relay_server **out, struct loop *l,
		      const struct relay_server_settings *settings,
		      struct problem *p);
uint16_t relay_server_port(const struct relay_server *s);
void relay_server_counts(const struct relay_server *s,
			 struct relay_server_counts *out);
/* Closes all connections with 1001 and frees. */
struct relay_server *relay_server_free(struct relay_server *s);

#endif
