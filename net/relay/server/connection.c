#include "net/relay/server/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/relay/protocol.h"
#include "net/relay/server/connection_private.h"
#include "net/relay/server/origin.h"
#include "net/relay/server/session.h"
#include "net/relay/websocket.h"

enum {
	/* A client that does not read: about two minutes of answer. */
	OUT_LIMIT = 8 * 1024 * 1024,
	CLOSE_LIMIT_US = 5 * 1000 * 1000,
	UPGRADE_REQUIRED = 426, /* HTTP; the others are close codes */
	GOING_AWAY = 1001,
	TRY_LATER = 1013,
};

/* --- out --- */

void connection_close_with(struct connection *c, int code, const char *text)
{
	if (c->close_code != 0)
		return;
	c->close_code = code;
	c->close_text = text;
	timer_start(&c->close_limit, CLOSE_LIMIT_US);
	lws_callback_on_writable(c->wsi);
}

static int add(struct connection *c, const struct relay_message *m)
{
	int64_t wall_ms = clock_wall_ms(c->server->clock);
	int err = outbox_add(&c->outbox, m, wall_ms);

	if (err == 0)
		lws_callback_on_writable(c->wsi);
	return err;
}

/* A failure ends the sessions, but not in here: one of them is speaking. */
void connection_say(struct connection *c, const struct relay_message *m)
{
	if (c->close_code == 0 && !c->overflow.active && add(c, m) != 0)
		timer_start(&c->overflow, 0);
}

void connection_say_error(struct connection *c, const char *session, int code,
			  const char *text)
{
	struct relay_message m = {
		.type = RELAY_ERROR,
		.session_id = session,
		.text = text,
		.code = code,
	};

	connection_say(c, &m);
}

/* What waits is given up, so that the reason fits in. */
static void overflowed(void *arg)
{
	struct connection *c = arg;

	log_warn("relay", "a client does not read; its sessions are ended");
	outbox_drop(&c->outbox);
	for (int i = 0; i < CONNECTION_SESSIONS; i++) {
		struct session *s = c->sessions[i];
		if (!s)
			continue;
		struct relay_message m = {
			.type = RELAY_SESSION_ERROR,
			.session_id = session_id(s),
			.text = "relay: this client does not read its "
				"messages; read them as they come",
			.code = PROBLEM_LIMIT,
		};
		add(c, &m);
		c->sessions[i] = session_free(s);
	}
	connection_close_with(c, TRY_LATER, "messages were not read");
}

/* --- life --- */

static void unlink_connection(struct connection *c)
{
	if (c->previous)
		c->previous->next = c->next;
	else
		c->server->connections = c->next;
	if (c->next)
		c->next->previous = c->previous;
	c->server->counts.connections--;
}

static void connection_free(struct connection *c)
{
	timer_stop(&c->resume);
	timer_stop(&c->close_limit);
	timer_stop(&c->overflow);
	for (int i = 0; i < CONNECTION_SESSIONS; i++)
		session_free(c->sessions[i]);
	unlink_connection(c);
	outbox_deinit(&c->outbox);
	bytes_deinit(&c->inbox);
	free(c);
}

static void close_limit_reached(void *arg)
{
	struct connection *c = arg;

	/* ends in LWS_CALLBACK_CLOSED, which frees c */
	lws_set_timeout(c->wsi, PENDING_TIMEOUT_KILLED_BY_PARENT,
			LWS_TO_KILL_SYNC);
}

static int established(struct relay_server *s, struct lws *wsi)
{
	struct connection *c = calloc(1, sizeof *c);
	struct relay_message hello = {
		.type = RELAY_CONNECTION_ESTABLISHED,
		.text = "Connected to the Habla relay",
	};
	char query[256];

	if (!c)
		return -1;
	c->server = s;
	c->wsi = wsi;
	c->raw = text_equal(lws_get_urlarg_by_name(wsi, "events=", query,
						   sizeof query),
			    "raw");
	bytes_init(&c->inbox, RELAY_CLIENT_MESSAGE_LIMIT);
	outbox_init(&c->outbox, OUT_LIMIT);
	timer_init(&c->resume, s->clock, connection_check_resume, c);
	timer_init(&c->close_limit, s->clock, close_limit_reached, c);
	timer_init(&c->overflow, s->clock, overflowed, c);
	c->next = s->connections;
	if (c->next)
		c->next->previous = c;
	s->connections = c;
	s->counts.connections++;
	lws_set_opaque_user_data(wsi, c);
	connection_say(c, &hello);
	return 0;
}

/* Debian's libwebsockets closes twice when a callback asks it to, the second
 * time without a word; closing by its timeout goes through the handshake. */
static void say_close(struct connection *c)
{
	unsigned char text[64];
	size_t n = strlen(c->close_text);

	memcpy(text, c->close_text, n);
	lws_close_reason(c->wsi, (enum lws_close_status)c->close_code, text, n);
	c->close_said = true;
	lws_set_timeout(c->wsi, PENDING_TIMEOUT_KILLED_BY_PARENT,
			LWS_TO_KILL_SYNC);
}

static int writable(struct connection *c)
{
	if (outbox_flush(&c->outbox, c->wsi))
		return -1;
	if (c->close_code == 0 || c->close_said || outbox_queued(&c->outbox))
		return 0;
	if (lws_partial_buffered(c->wsi))
		lws_callback_on_writable(c->wsi);
	else
		say_close(c);
	return 0;
}

/* Answers a request that must not become a WebSocket. */
static int refuse_http(struct lws *wsi, unsigned status, const char *text)
{
	lws_return_http_status(wsi, status, text);
	return 1;
}

static int check_upgrade(const struct relay_server *s, struct lws *wsi,
			 const char *to)
{
	char origin[512] = "";

	if (!text_equal_fold(to, "websocket"))
		return refuse_http(wsi, HTTP_STATUS_FORBIDDEN,
				   "This is a Habla relay: use WebSocket");
	if (lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) > 0 &&
	    lws_hdr_copy(wsi, origin, sizeof origin, WSI_TOKEN_ORIGIN) <= 0)
		memcpy(origin, "?", 2); /* too long to be one */
	if (origin_allowed(origin, s->allow_origin))
		return 0;
	log_info("relay", "refused a page of %s", origin);
	return refuse_http(wsi, HTTP_STATUS_FORBIDDEN,
			   "Origin refused: start habla-relay with "
			   "--allow-origin to allow this page");
}

int connection_callback(struct lws *wsi, enum lws_callback_reasons reason,
			void *user, void *in, size_t length)
{
	struct relay_server *s = websocket_user(wsi);
	struct connection *c = wsi ? lws_get_opaque_user_data(wsi) : NULL;

	(void)user;
	switch (reason) {
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return s ? check_upgrade(s, wsi, in) : -1;
	case LWS_CALLBACK_HTTP:
		refuse_http(wsi, UPGRADE_REQUIRED,
			    "This is a Habla relay: connect by WebSocket");
		return -1;
	case LWS_CALLBACK_ESTABLISHED:
		return s ? established(s, wsi) : -1;
	case LWS_CALLBACK_RECEIVE:
		if (c)
			connection_receive(c, in, length);
		return c ? 0 : -1;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return c ? writable(c) : -1;
	case LWS_CALLBACK_CLOSED:
		if (c) {
			lws_set_opaque_user_data(wsi, NULL);
			connection_free(c);
		}
		return 0;
	default:
		return 0;
	}
}

/* libwebsockets sends a close frame in its own time, and there is none left.
 * So the frame (RFC 6455 section 5.5.1) goes out by hand, now or never; then
 * FIN, so that unread input does not cause a reset that overtakes it. */
void connection_shut_down(struct connection *c)
{
	static const uint8_t frame[] = {0x88, 2, GOING_AWAY >> 8,
					GOING_AWAY & 0xff};
	int fd = (int)lws_get_socket_fd(c->wsi);

	if (c->close_code == 0 && !lws_partial_buffered(c->wsi)) {
		outbox_flush(&c->outbox, c->wsi);
		if (!lws_partial_buffered(c->wsi))
			send(fd, frame, sizeof frame,
			     MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	shutdown(fd, SHUT_WR);
	for (char rest[4096]; recv(fd, rest, sizeof rest, MSG_DONTWAIT) > 0;)
		;
	lws_set_opaque_user_data(c->wsi, NULL);
	connection_free(c);
}
