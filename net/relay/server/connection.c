#include "net/relay/server/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/relay/outbox.h"
#include "net/relay/protocol.h"
#include "net/relay/server/origin.h"
#include "net/relay/server/session.h"
#include "net/relay/websocket.h"

enum {
	SESSIONS = 16,
	/* A client that does not read: about two minutes of answer. */
	OUT_LIMIT = 8 * 1024 * 1024,
	/* Upstream bytes at which we stop reading the client, and go on. */
	PAUSE_BYTES = 1024 * 1024,
	RESUME_BYTES = 256 * 1024,
	RESUME_CHECK_US = 20 * 1000,
	CLOSE_LIMIT_US = 5 * 1000 * 1000,
	UPGRADE_REQUIRED = 426, /* HTTP; the others are close codes */
	GOING_AWAY = 1001,
	TOO_BIG = 1009,
	TRY_LATER = 1013,
};

struct connection {
	struct relay_server *server;
	struct connection *next, *previous;
	struct lws *wsi;
	bool raw; /* ?events=raw */
	bool paused;
	struct bytes inbox; /* a message in several pieces */
	struct outbox outbox;
	struct session *sessions[SESSIONS];
	struct timer resume;
	/* Once set, nothing more is taken or said; the code is sent when the
	 * outbox is empty, and the socket is closed when that takes too long.
	 */
	int close_code;
	const char *close_text;
	bool close_said;
	struct timer close_limit;
	struct timer overflow;
};

/* --- out --- */

static void close_with(struct connection *c, int code, const char *text)
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
static void say(struct connection *c, const struct relay_message *m)
{
	if (c->close_code == 0 && !c->overflow.active && add(c, m) != 0)
		timer_start(&c->overflow, 0);
}

static void say_error(struct connection *c, const char *session, int code,
		      const char *text)
{
	struct relay_message m = {
		.type = RELAY_ERROR,
		.session_id = session,
		.text = text,
		.code = code,
	};

	say(c, &m);
}

/* What waits is given up, so that the reason fits in. */
static void overflowed(void *arg)
{
	struct connection *c = arg;

	log_warn("relay", "a client does not read; its sessions are ended");
	outbox_drop(&c->outbox);
	for (int i = 0; i < SESSIONS; i++) {
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
	close_with(c, TRY_LATER, "messages were not read");
}

/* --- sessions --- */

static void session_says(void *arg, const struct relay_message *m)
{
	say(arg, m);
}

static void session_is_over(void *arg, struct session *s)
{
	struct connection *c = arg;

	for (int i = 0; i < SESSIONS; i++)
		if (c->sessions[i] == s)
			c->sessions[i] = session_free(s);
}

static struct session *find_session(struct connection *c, const char *id)
{
	for (int i = 0; i < SESSIONS; i++)
		if (c->sessions[i] &&
		    text_equal(session_id(c->sessions[i]), id))
			return c->sessions[i];
	return NULL;
}

/* In time that does not tell how much of the token was right. */
static bool token_equals(const char *given, const char *wanted)
{
	size_t n = strlen(wanted), m = strlen(given);
	unsigned different = n != m;

	for (size_t i = 0; i < m; i++)
		different |= (unsigned char)given[i] ^
			     (unsigned char)wanted[n > 0 ? i % n : 0];
	return different == 0;
}

static const char *token_fault(const struct connection *c, const char *token)
{
	const char *wanted = c->server->token;

	if (!token || !*token)
		return "Auth token required";
	if (wanted && !token_equals(token, wanted))
		return "Auth token required: the one given is not accepted "
		       "here; check it";
	return NULL;
}

static void open_session(struct connection *c, struct relay_message *m)
{
	const struct session_host host = {session_says, session_is_over, c};
	const char *fault = token_fault(c, m->auth_token);
	struct problem why, p;
	int free_place = 0;
	int err;

	if (fault) {
		say_error(c, NULL, PROBLEM_DENIED, fault);
		return;
	}
	while (free_place < SESSIONS && c->sessions[free_place])
		free_place++;
	m->raw_events |= c->raw;
	if (free_place == SESSIONS)
		err = problem_set(&why, PROBLEM_LIMIT,
				  "%d sessions are open on this connection; "
				  "end one first",
				  SESSIONS);
	else
		err = session_open(&c->sessions[free_place],
				   &c->server->session_settings, m, &host,
				   &why);
	if (err) {
		problem_set(&p, err, "Session initialization failed: %s",
			    why.text);
		say_error(c, NULL, err, p.text);
	}
}

/* --- in --- */

static size_t most_queued(const struct connection *c)
{
	size_t most = 0;

	for (int i = 0; i < SESSIONS; i++)
		if (c->sessions[i] && session_queued(c->sessions[i]) > most)
			most = session_queued(c->sessions[i]);
	return most;
}

static void check_resume(void *arg)
{
	struct connection *c = arg;

	if (most_queued(c) > RESUME_BYTES) {
		timer_start(&c->resume, RESUME_CHECK_US);
		return;
	}
	c->paused = false;
	lws_rx_flow_control(c->wsi, 1);
	websocket_kick(c->server->websocket);
}

/* The upstream takes less than the client gives: TCP tells the client. */
static void check_pause(struct connection *c)
{
	if (c->paused || most_queued(c) <= PAUSE_BYTES)
		return;
	c->paused = true;
	lws_rx_flow_control(c->wsi, 0);
	timer_start(&c->resume, RESUME_CHECK_US);
}

static void answer_ping(struct connection *c, const struct relay_message *ping)
{
	struct relay_message m = {
		.type = RELAY_PONG,
		.timestamp_ms = ping->timestamp_ms,
	};

	if (m.timestamp_ms == 0)
		m.timestamp_ms = (double)clock_wall_ms(c->server->clock);
	say(c, &m);
}

static void to_session(struct connection *c, const struct relay_message *m)
{
	struct session *s = find_session(c, m->session_id);

	if (s)
		session_receive(s, m);
	else
		say_error(c, m->session_id, PROBLEM_ORDER, "Session not found");
}

static void dispatch(struct connection *c, struct relay_message *m)
{
	struct problem p;

	switch (m->type) {
	case RELAY_INITIALIZE_SESSION:
		open_session(c, m);
		break;
	case RELAY_AUDIO_INPUT:
	case RELAY_TEXT_INPUT:
	case RELAY_TOOL_RESULT:
	case RELAY_END_SESSION:
		to_session(c, m);
		break;
	case RELAY_PING:
		answer_ping(c, m);
		break;
	default:
		problem_set(&p, PROBLEM_FORMAT, "Unknown message type: %s",
			    m->type_name);
		say_error(c, m->session_id, p.code, p.text);
		break;
	}
}

static void receive_message(struct connection *c, const char *json,
			    size_t length)
{
	struct relay_message m = {0};
	struct problem p = {0};

	if (relay_message_parse(&m, json, length, &p)) {
		say_error(c, NULL, p.code, p.text);
		return;
	}
	dispatch(c, &m);
	relay_message_clear(&m);
	check_pause(c);
}

static void receive_too_long(struct connection *c)
{
	bytes_clear(&c->inbox);
	say_error(c, NULL, PROBLEM_LIMIT,
		  "Invalid message format: longer than 1 MiB; send smaller "
		  "pieces");
	close_with(c, TOO_BIG, "message longer than 1 MiB");
}

static void receive(struct connection *c, const void *in, size_t length)
{
	bool first = lws_is_first_fragment(c->wsi);
	bool last = lws_is_final_fragment(c->wsi);

	if (c->close_code != 0 || c->overflow.active)
		return;
	if (lws_frame_is_binary(c->wsi)) {
		if (last)
			say_error(c, NULL, PROBLEM_FORMAT,
				  "Invalid message format: binary frames are "
				  "not understood; send JSON as text");
		return;
	}
	if (first && last && length <= RELAY_CLIENT_MESSAGE_LIMIT) {
		receive_message(c, in, length);
		return;
	}
	if (first)
		bytes_clear(&c->inbox);
	if (bytes_append(&c->inbox, in, length)) {
		receive_too_long(c);
		return;
	}
	if (last) {
		receive_message(c, (const char *)c->inbox.data,
				c->inbox.length);
		bytes_clear(&c->inbox);
	}
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
	for (int i = 0; i < SESSIONS; i++)
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
	timer_init(&c->resume, s->clock, check_resume, c);
	timer_init(&c->close_limit, s->clock, close_limit_reached, c);
	timer_init(&c->overflow, s->clock, overflowed, c);
	c->next = s->connections;
	if (c->next)
		c->next->previous = c;
	s->connections = c;
	s->counts.connections++;
	lws_set_opaque_user_data(wsi, c);
	say(c, &hello);
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
			receive(c, in, length);
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
