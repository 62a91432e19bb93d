/* server_private: what the server's files share. */
#ifndef NET_RELAY_SERVER_SERVER_PRIVATE_H
#define NET_RELAY_SERVER_SERVER_PRIVATE_H

#include "net/relay/server/server.h"
#include "net/relay/server/session.h"

struct clock;
struct connection;
struct listener;
struct websocket;

struct relay_server {
	struct clock *clock;
	struct websocket *websocket;
	struct listener *listener;
	struct nova_upstream *upstream;
	char *listen, *allow_origin, *token, *model, *voice, *mode; /* owned */
	struct relay_server_counts counts;
	struct session_settings session_settings;
	struct connection *connections; /* doubly linked */
};

#endif
