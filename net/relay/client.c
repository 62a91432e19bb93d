#include "net/relay/client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>

#include "net/base/language.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/loop/tls.h"
#include "net/relay/client_private.h"
#include "net/relay/protocol.h"
#include "net/relay/websocket.h"

enum {
	CONNECT_TIMEOUT_MS = 10 * 1000,
	READY_TIMEOUT_MS = 60 * 1000,
	END_TIMEOUT_MS = 10 * 1000,
	/* A relay that does not read: 1.5 minutes of audio. */
	OUT_LIMIT = 4 * 1024 * 1024,
	MOST_SOCKETS = 64,
};

/* --- the end --- */

static void release(struct relay_stream *s)
{
	client_opening_deinit(&s->opening);
	outbox_deinit(&s->outbox);
	bytes_deinit(&s->inbox);
	free(s->session_id);
	free(s);
}

void relay_stream_drop_early(struct relay_stream *s)
{
	while (s->early) {
		struct early *e = s->early;
		s->early = e->next;
		nova_event_clear(&e->event);
		free(e);
	}
	s->early_end = &s->early;
	s->early_bytes = 0;
}

void relay_stream_enter(struct relay_stream *s)
{
	s->busy++;
}

bool relay_stream_leave(struct relay_stream *s)
{
	if (--s->busy > 0 || !s->freed)
		return true;
	release(s);
	return false;
}

static void deliver(void *arg)
{
	struct relay_stream *s = arg;

	relay_stream_enter(s);
	s->stream.listener.closed(s->stream.listener.arg, &s->why);
	relay_stream_leave(s);
}

void relay_stream_end(struct relay_stream *s, int code, const char *format, ...)
{
	char text[sizeof s->why.text];
	va_list args;

	if (s->stage == STAGE_CLOSED || s->freed)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, _(format), args);
	va_end(args);
	problem_set(&s->why, code, "%s", text);
	s->stage = STAGE_CLOSED;
	timer_stop(&s->limit);
	relay_stream_disconnect(s);
	relay_stream_drop_early(s);
	timer_start(&s->deliver, 0);
}

static void limit_reached(void *arg)
{
	struct relay_stream *s = arg;

	if (s->stage == STAGE_CONNECTING)
		relay_stream_no_answer(s);
	else if (s->stage == STAGE_OPENING)
		relay_stream_end(s, PROBLEM_TIMEOUT,
				 "relay %s: the session was not ready in %u s; "
				 "try again",
				 relay_stream_name(s),
				 s->upstream->ready_timeout_ms / 1000);
	else
		relay_stream_end(s, PROBLEM_TIMEOUT,
				 "relay %s: did not confirm the end of the "
				 "session; it may have been cut",
				 relay_stream_name(s));
}

/* --- to the relay --- */

static int send_message(struct relay_stream *s, struct relay_message *m)
{
	int64_t wall_ms = clock_wall_ms(loop_clock(s->upstream->loop));

	m->session_id = s->session_id;
	int err = outbox_add(&s->outbox, m, wall_ms);
	if (err == 0 && s->established && s->wsi)
		lws_callback_on_writable(s->wsi);
	return err;
}

int relay_stream_say(struct relay_stream *s, const struct nova_event *e)
{
	struct relay_message m = {0};
	int err = client_opening_take(&s->opening, e, &m);

	if (err || m.type == RELAY_NONE)
		return err;
	if (m.type == RELAY_INITIALIZE_SESSION) {
		m.auth_token = s->upstream->token;
		m.course_id = s->upstream->course;
		m.student_id = s->upstream->student;
	}
	err = send_message(s, &m);
	if (err == 0 && m.type == RELAY_END_SESSION) {
		s->stage = STAGE_ENDING;
		timer_start(&s->limit, END_TIMEOUT_MS * 1000);
	}
	return err;
}

static int keep_for_later(struct relay_stream *s, const struct nova_event *e)
{
	size_t size = sizeof *e + e->sample_count * sizeof *e->samples +
		      (e->text ? strlen(e->text) : 0);

	if (s->early_bytes + size > OUT_LIMIT)
		return PROBLEM_LIMIT;
	struct early *early = calloc(1, sizeof *early);
	if (!early)
		return PROBLEM_MEMORY;
	if (nova_event_copy(&early->event, e)) {
		free(early);
		return PROBLEM_MEMORY;
	}
	s->early_bytes += size;
	*s->early_end = early;
	s->early_end = &early->next;
	return 0;
}

/* After the opening everything names the session, which only the relay can. */
static int stream_send(struct nova_stream *stream, const struct nova_event *e)
{
	struct relay_stream *s = (struct relay_stream *)stream;
	int err;

	if (s->stage == STAGE_CLOSED || s->half_closed)
		return PROBLEM_CLOSED;
	if (s->stage == STAGE_READY || !s->opening.audio_open)
		err = relay_stream_say(s, e);
	else
		err = keep_for_later(s, e);
	if (err == 0 && e->type == NOVA_SESSION_END)
		s->half_closed = true;
	return err;
}

static size_t stream_queued(const struct nova_stream *stream)
{
	const struct relay_stream *s = (const struct relay_stream *)stream;

	return outbox_queued(&s->outbox) + s->early_bytes;
}

/* --- life --- */

static void stream_free(struct nova_stream *stream)
{
	struct relay_stream *s = (struct relay_stream *)stream;

	timer_stop(&s->limit);
	timer_stop(&s->deliver);
	relay_stream_disconnect(s);
	relay_stream_drop_early(s);
	s->freed = true;
	if (s->busy == 0)
		release(s);
}

static int upstream_open(struct nova_upstream *upstream,
			 const struct nova_stream_listener *listener,
			 struct nova_stream **out, struct problem *p)
{
	static const struct nova_stream_ops ops = {
		.send = stream_send,
		.queued = stream_queued,
		.free = stream_free,
	};
	struct relay_upstream *u = (struct relay_upstream *)upstream;
	struct relay_stream *s = calloc(1, sizeof *s);

	if (!s)
		return problem_set(p, PROBLEM_MEMORY, "relay: out of memory");
	s->stream.ops = &ops;
	s->stream.listener = *listener;
	s->upstream = u;
	s->early_end = &s->early;
	client_opening_init(&s->opening);
	outbox_init(&s->outbox, OUT_LIMIT);
	bytes_init(&s->inbox, RELAY_SERVER_MESSAGE_LIMIT);
	timer_init(&s->limit, loop_clock(u->loop), limit_reached, s);
	timer_init(&s->deliver, loop_clock(u->loop), deliver, s);
	timer_start(&s->limit, (uint64_t)u->connect_timeout_ms * 1000);
	relay_stream_connect(s);
	*out = &s->stream;
	return 0;
}

static int copy(char **out, const char *text)
{
	*out = text_copy(text);
	return text && !*out ? PROBLEM_MEMORY : 0;
}

/* libwebsockets goes on without a CA file that it cannot read. */
static int check_ca_file(const char *ca_file, struct problem *p)
{
	struct tls_client *t = NULL;
	int err = tls_client_create(&t, ca_file, p);

	tls_client_free(t);
	return err;
}

static int open_websocket(struct relay_upstream *u, const char *ca_file,
			  struct problem *p)
{
	const struct websocket_settings settings = {
		.protocols = relay_client_protocols,
		.tls = u->address.tls,
		.ca_file = ca_file,
		.most_sockets = MOST_SOCKETS,
		.user = u,
	};

	return websocket_open(&u->websocket, u->loop, &settings, p);
}

int relay_upstream_create(struct nova_upstream **out, struct loop *l,
			  const struct relay_client_settings *settings,
			  struct problem *p)
{
	struct relay_upstream *u = calloc(1, sizeof *u);
	int err;

	if (!u)
		return problem_set(p, PROBLEM_MEMORY, "relay: out of memory");
	u->loop = l;
	u->handshake_fd = -1;
	u->upstream.open = upstream_open;
	u->upstream.name = u->address.name;
	u->connect_timeout_ms = settings->connect_timeout_ms
					? settings->connect_timeout_ms
					: CONNECT_TIMEOUT_MS;
	u->ready_timeout_ms = settings->ready_timeout_ms
				      ? settings->ready_timeout_ms
				      : READY_TIMEOUT_MS;
	err = relay_address_parse(&u->address, settings->url, p);
	if (err)
		goto out;
	err = relay_proxy_choose(u, settings->proxies, p);
	if (err)
		goto out;
	err = copy(&u->token, settings->token ? settings->token : "habla");
	if (!err)
		err = copy(&u->course, settings->course);
	if (!err)
		err = copy(&u->student, settings->student);
	if (err) {
		problem_set(p, err, "relay: out of memory");
		goto out;
	}
	if (u->address.tls && settings->ca_file)
		err = check_ca_file(settings->ca_file, p);
	if (!err)
		err = open_websocket(u, settings->ca_file, p);
out:
	if (err)
		relay_upstream_free(&u->upstream);
	else
		*out = &u->upstream;
	return err;
}

struct nova_upstream *relay_upstream_free(struct nova_upstream *upstream)
{
	struct relay_upstream *u = (struct relay_upstream *)upstream;

	if (!u)
		return NULL;
	websocket_free(u->websocket);
	free(u->token);
	free(u->course);
	free(u->student);
	proxy_deinit(&u->proxy);
	free(u);
	return NULL;
}
