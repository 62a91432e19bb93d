#include "net/relay/client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>

#include "net/base/log.h"
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

#define NAME(s) ((s)->upstream->address.name)

/* --- the end --- */

static void release(struct relay_stream *s)
{
	client_opening_deinit(&s->opening);
	outbox_deinit(&s->outbox);
	bytes_deinit(&s->inbox);
	free(s->session_id);
	free(s);
}

static void drop_early(struct relay_stream *s)
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
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	problem_set(&s->why, code, "%s", text);
	s->stage = STAGE_CLOSED;
	timer_stop(&s->limit);
	relay_stream_disconnect(s);
	drop_early(s);
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
				 NAME(s), s->upstream->ready_timeout_ms / 1000);
	else
		relay_stream_end(s, PROBLEM_TIMEOUT,
				 "relay %s: did not confirm the end of the "
				 "session; it may have been cut",
				 NAME(s));
}

/* --- to the relay --- */

static int say(struct relay_stream *s, struct relay_message *m)
{
	int64_t wall_ms = clock_wall_ms(loop_clock(s->upstream->loop));

	m->session_id = s->session_id;
	int err = outbox_add(&s->outbox, m, wall_ms);
	if (err == 0 && s->established && s->wsi)
		lws_callback_on_writable(s->wsi);
	return err;
}

static int say_event(struct relay_stream *s, const struct nova_event *e)
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
	err = say(s, &m);
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
		err = say_event(s, e);
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

/* --- from the relay --- */

static void ready(struct relay_stream *s, const struct relay_message *m)
{
	if (s->stage != STAGE_OPENING)
		return; /* the first relay said it twice */
	s->session_id = text_copy(m->session_id);
	if (!s->session_id) {
		relay_stream_end(s, PROBLEM_FORMAT,
				 "relay %s: gave the session no name; ask "
				 "whoever runs it",
				 NAME(s));
		return;
	}
	timer_stop(&s->limit);
	s->stage = STAGE_READY;
	int err = 0;
	for (struct early *e = s->early; e && !err; e = e->next)
		err = say_event(s, &e->event);
	drop_early(s);
	if (err) {
		relay_stream_end(s, err,
				 "relay %s: an event cannot be said to "
				 "a relay (%s); use --bedrock for it",
				 NAME(s), problem_name(err));
		return;
	}
	s->stream.listener.opened(s->stream.listener.arg, s->session_id);
}

/* Relays other than ours give no code; their words are what there is. */
static int code_of(const struct relay_message *m)
{
	static const struct {
		const char *words;
		int code;
	} rows[] = {
		{"Auth token", PROBLEM_DENIED},
		{"denied", PROBLEM_DENIED},
		{"not authorized", PROBLEM_DENIED},
		{"credentials", PROBLEM_DENIED},
		{"security token", PROBLEM_DENIED},
		{"throttl", PROBLEM_THROTTLED},
		{"too many", PROBLEM_THROTTLED},
		{"quota", PROBLEM_THROTTLED},
		{"not found", PROBLEM_CLOSED},
		{"timed out", PROBLEM_TIMEOUT},
		{"validation", PROBLEM_REJECTED},
	};

	if (m->code != 0)
		return m->code;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (m->text && strcasestr(m->text, rows[i].words))
			return rows[i].code;
	return PROBLEM_SERVER;
}

static void failed(struct relay_stream *s, const struct relay_message *m)
{
	static const char prefix[] = "Session initialization failed: ";
	const char *text = m->text ? m->text : "failed without a reason";
	int code = code_of(m);

	if (text_starts(text, prefix))
		text += sizeof prefix - 1;
	if (text_starts(text, "Auth token"))
		relay_stream_end(s, code,
				 "relay %s: %s; give the right one with "
				 "--token",
				 NAME(s), text);
	else
		relay_stream_end(s, code, "relay %s: %s", NAME(s), text);
}

static void error_message(struct relay_stream *s, const struct relay_message *m)
{
	bool gone = m->text && text_starts(m->text, "Session not found");

	if (s->stage == STAGE_OPENING || gone)
		failed(s, m);
	else
		log_warn("relay", "%s: %s", NAME(s),
			 m->text ? m->text : "error");
}

static void ended(struct relay_stream *s, const struct relay_message *m)
{
	log_info("relay", "%s: session ended, %llu samples of silence added",
		 NAME(s), (unsigned long long)m->silence_samples);
	if (s->stage == STAGE_ENDING)
		relay_stream_end(s, 0, "%s", "");
	else
		relay_stream_end(s, 0,
				 "relay %s: has ended the session (%s); start "
				 "a new one",
				 NAME(s),
				 m->text ? m->text : "no reason given");
}

static bool give_event(void *arg, const struct nova_event *e)
{
	struct relay_stream *s = arg;

	if (s->freed || s->stage == STAGE_CLOSED)
		return false;
	s->stream.listener.event(s->stream.listener.arg, e);
	return !s->freed && s->stage != STAGE_CLOSED;
}

static void dispatch(struct relay_stream *s, const struct relay_message *m)
{
	const struct client_listener to = {give_event, s};

	switch (m->type) {
	case RELAY_SESSION_INITIALIZED:
	case RELAY_NOVA_SESSION_READY:
		ready(s, m);
		break;
	case RELAY_NOVA_ERROR:
	case RELAY_SESSION_ERROR:
		failed(s, m);
		break;
	case RELAY_ERROR:
		error_message(s, m);
		break;
	case RELAY_SESSION_ENDED:
		ended(s, m);
		break;
	default:
		client_replies_take(&s->replies, m, &to);
		break;
	}
}

void relay_stream_message(struct relay_stream *s, const char *json, size_t n)
{
	struct relay_message m = {0};
	struct problem p = {0};

	if (s->stage == STAGE_CLOSED || s->freed)
		return;
	if (relay_message_parse(&m, json, n, &p)) {
		log_warn("relay", "%s: %s", NAME(s), p.text);
		return;
	}
	dispatch(s, &m);
	relay_message_clear(&m);
}

void relay_stream_connected(struct relay_stream *s)
{
	s->stage = STAGE_OPENING;
	timer_start(&s->limit, (uint64_t)s->upstream->ready_timeout_ms * 1000);
	if (outbox_queued(&s->outbox) > 0)
		lws_callback_on_writable(s->wsi);
}

/* --- life --- */

static void stream_free(struct nova_stream *stream)
{
	struct relay_stream *s = (struct relay_stream *)stream;

	timer_stop(&s->limit);
	timer_stop(&s->deliver);
	relay_stream_disconnect(s);
	drop_early(s);
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
