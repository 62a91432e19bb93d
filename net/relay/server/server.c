#include "net/relay/server/server.h"

#include <stdlib.h>

#include <libwebsockets.h>

#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/relay/server/connection.h"
#include "net/relay/server/listener.h"
#include "net/relay/server/server_private.h"
#include "net/relay/websocket.h"

enum { MOST_SOCKETS = 4096, RECEIVE_BYTES = 64 * 1024 };

/* No name: clients of this protocol ask for no subprotocol. */
static const struct lws_protocols protocols[] = {
	{
		.name = "default",
		.callback = connection_callback,
		.rx_buffer_size = RECEIVE_BYTES,
	},
	{0},
};

static void accepted(void *arg, int fd)
{
	struct relay_server *s = arg;

	/* closes fd when it fails */
	if (!lws_adopt_socket_vhost(websocket_vhost(s->websocket), fd))
		log_warn("relay", "a connection could not be taken");
	/* so that one which never says anything runs into its timeout */
	websocket_kick(s->websocket);
}

static int copy(char **out, const char *text)
{
	*out = text_copy(text);
	return text && !*out ? PROBLEM_MEMORY : 0;
}

static int copy_settings(struct relay_server *s,
			 const struct relay_server_settings *from)
{
	if (copy(&s->listen, from->listen) ||
	    copy(&s->allow_origin, from->allow_origin) ||
	    copy(&s->token, from->token) || copy(&s->model, from->model) ||
	    copy(&s->voice, from->voice) || copy(&s->mode, from->mode))
		return PROBLEM_MEMORY;
	s->upstream = from->upstream;
	s->session_settings = (struct session_settings){
		.clock = s->clock,
		.upstream = s->upstream,
		.model = s->model,
		.voice = s->voice,
		.mode = s->mode,
		.counts = &s->counts,
	};
	return 0;
}

int relay_server_open(struct relay_server **out, struct loop *l,
		      const struct relay_server_settings *settings,
		      struct problem *p)
{
	struct relay_server *s = calloc(1, sizeof *s);
	const struct websocket_settings websocket = {
		.protocols = protocols,
		.server = true,
		.most_sockets = MOST_SOCKETS,
		.user = s,
	};
	int err;

	if (!s)
		return problem_set(p, PROBLEM_MEMORY, "relay: out of memory");
	s->clock = loop_clock(l);
	err = copy_settings(s, settings);
	if (err) {
		problem_set(p, err, "relay: out of memory");
		goto out;
	}
	err = websocket_open(&s->websocket, l, &websocket, p);
	if (err)
		goto out;
	err = listener_open(&s->listener, l, s->listen, settings->port,
			    accepted, s, p);
out:
	if (err)
		relay_server_free(s);
	else
		*out = s;
	return err;
}

uint16_t relay_server_port(const struct relay_server *s)
{
	return listener_port(s->listener);
}

void relay_server_counts(const struct relay_server *s,
			 struct relay_server_counts *out)
{
	*out = s->counts;
}

struct relay_server *relay_server_free(struct relay_server *s)
{
	if (!s)
		return NULL;
	listener_free(s->listener);
	while (s->connections)
		connection_shut_down(s->connections);
	websocket_free(s->websocket);
	free(s->listen);
	free(s->allow_origin);
	free(s->token);
	free(s->model);
	free(s->voice);
	free(s->mode);
	free(s);
	return NULL;
}
