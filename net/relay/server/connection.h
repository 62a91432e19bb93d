/*
 * connection: one WebSocket client of the relay and its sessions.
 *
 * Made when libwebsockets reports the handshake done, freed when it reports
 * the end.  Loop thread only.
 */
#ifndef NET_RELAY_SERVER_CONNECTION_H
#define NET_RELAY_SERVER_CONNECTION_H

#include <libwebsockets.h>

#include "net/relay/server/server_private.h"

/* libwebsockets' callback for the relay's one protocol; websocket_user() is
 * the relay_server. */
int connection_callback(struct lws *wsi, enum lws_callback_reasons reason,
			void *user, void *in, size_t length);

/* Ends its sessions, says 1001 as well as that goes at once, lets go of the
 * socket and frees. */
void connection_shut_down(struct connection *c);

#endif
