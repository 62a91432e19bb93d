/*
 * websocket: one libwebsockets context on one of our loops, for both ends.
 *
 * libwebsockets runs on a libuv loop of its own that is embedded in ours.  So
 * its handles, which need several turns of their loop to close, can be closed
 * on the spot, wherever the owner stands in our loop.
 *
 * libwebsockets' own types stay in the files of this room that include its
 * header.  Its log goes to ours.  Loop thread only.
 */
#ifndef NET_RELAY_WEBSOCKET_H
#define NET_RELAY_WEBSOCKET_H

#include <stdbool.h>

struct loop;
struct lws;
struct lws_context;
struct lws_protocols;
struct lws_vhost;
struct problem;
struct websocket;

struct websocket_settings {
	const struct lws_protocols *protocols; /* borrowed; outlives it */
	bool server;           /* takes sockets; else it connects */
	bool tls;              /* a client that connects by wss:// */
	const char *ca_file;   /* as for relay_client_settings */
	unsigned most_sockets; /* open at one time */
	void *user;            /* borrowed; see websocket_user() */
};

/* Listens nowhere.  Also makes writes to a closed socket an error instead of
 * SIGPIPE, unless the program handles that signal. */
int websocket_open(struct websocket **out, struct loop *l,
		   const struct websocket_settings *settings,
		   struct problem *p);

struct lws_context *websocket_context(const struct websocket *w);
struct lws_vhost *websocket_vhost(const struct websocket *w);

/* The settings' user, for libwebsockets' callbacks; NULL after
 * websocket_free(). */
void *websocket_user(struct lws *wsi);

/* libwebsockets sets its timers only after one of its events.  For callers
 * that have started one from outside its callbacks. */
void websocket_kick(struct websocket *w);

/* Closes all sockets at once and frees.  libwebsockets' callbacks for them
 * are called before it returns; inside one of its callbacks, after that one
 * has returned.  NULL is fine; returns NULL. */
struct websocket *websocket_free(struct websocket *w);

#endif
