/* connection_messages: what a client says, and the sessions it has. */
#include <string.h>

#include <libwebsockets.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/relay/protocol.h"
#include "net/relay/server/connection_private.h"
#include "net/relay/server/session.h"
#include "net/relay/websocket.h"

enum {
	/* Upstream bytes at which we stop reading the client, and go on. */
	PAUSE_BYTES = 1024 * 1024,
	RESUME_BYTES = 256 * 1024,
	RESUME_CHECK_US = 20 * 1000,
	TOO_BIG = 1009, /* a close code */
};

/* --- sessions --- */

static void session_says(void *arg, const struct relay_message *m)
{
	connection_say(arg, m);
}

static void session_is_over(void *arg, struct session *s)
{
	struct connection *c = arg;

	for (int i = 0; i < CONNECTION_SESSIONS; i++)
		if (c->sessions[i] == s)
			c->sessions[i] = session_free(s);
}

static struct session *find_session(struct connection *c, const char *id)
{
	for (int i = 0; i < CONNECTION_SESSIONS; i++)
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
		connection_say_error(c, NULL, PROBLEM_DENIED, fault);
		return;
	}
	while (free_place < CONNECTION_SESSIONS && c->sessions[free_place])
		free_place++;
	m->raw_events |= c->raw;
	if (free_place == CONNECTION_SESSIONS)
		err = problem_set(&why, PROBLEM_LIMIT,
				  "%d sessions are open on this connection; "
				  "end one first",
				  CONNECTION_SESSIONS);
	else
		err = session_open(&c->sessions[free_place],
				   &c->server->session_settings, m, &host,
				   &why);
	if (err) {
		problem_set(&p, err, "Session initialization failed: %s",
			    why.text);
		connection_say_error(c, NULL, err, p.text);
	}
}

/* --- in --- */

static size_t most_queued(const struct connection *c)
{
	size_t most = 0;

	for (int i = 0; i < CONNECTION_SESSIONS; i++)
		if (c->sessions[i] && session_queued(c->sessions[i]) > most)
			most = session_queued(c->sessions[i]);
	return most;
}

void connection_check_resume(void *arg)
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
	connection_say(c, &m);
}

static void to_session(struct connection *c, const struct relay_message *m)
{
	struct session *s = find_session(c, m->session_id);

	if (s)
		session_receive(s, m);
	else
		connection_say_error(c, m->session_id, PROBLEM_ORDER,
				     "Session not found");
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
		connection_say_error(c, m->session_id, p.code, p.text);
		break;
	}
}

static void receive_message(struct connection *c, const char *json,
			    size_t length)
{
	struct relay_message m = {0};
	struct problem p = {0};

	if (relay_message_parse(&m, json, length, &p)) {
		connection_say_error(c, NULL, p.code, p.text);
		return;
	}
	dispatch(c, &m);
	relay_message_clear(&m);
	check_pause(c);
}

static void receive_too_long(struct connection *c)
{
	bytes_clear(&c->inbox);
	connection_say_error(
		c, NULL, PROBLEM_LIMIT,
		"Invalid message format: longer than 1 MiB; send smaller "
		"pieces");
	connection_close_with(c, TOO_BIG, "message longer than 1 MiB");
}

void connection_receive(struct connection *c, const void *in, size_t length)
{
	bool first = lws_is_first_fragment(c->wsi);
	bool last = lws_is_final_fragment(c->wsi);

	if (c->close_code != 0 || c->overflow.active)
		return;
	if (lws_frame_is_binary(c->wsi)) {
		if (last)
			connection_say_error(
				c, NULL, PROBLEM_FORMAT,
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
