/* client_incoming: what a relay says to a stream. */
#include <string.h>

#include <libwebsockets.h>

#include "net/base/log.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/relay/client_private.h"
#include "net/relay/protocol.h"

const char *relay_stream_name(const struct relay_stream *s)
{
	return s->upstream->address.name;
}

static void ready(struct relay_stream *s, const struct relay_message *m)
{
	if (s->stage != STAGE_OPENING)
		return; /* the first relay said it twice */
	s->session_id = text_copy(m->session_id);
	if (!s->session_id) {
		relay_stream_end(s, PROBLEM_FORMAT,
				 "relay %s: gave the session no name; ask "
				 "whoever runs it",
				 relay_stream_name(s));
		return;
	}
	timer_stop(&s->limit);
	s->stage = STAGE_READY;
	int err = 0;
	for (struct early *e = s->early; e && !err; e = e->next)
		err = relay_stream_say(s, &e->event);
	relay_stream_drop_early(s);
	if (err) {
		relay_stream_end(s, err,
				 "relay %s: an event cannot be said to "
				 "a relay (%s); use --bedrock for it",
				 relay_stream_name(s), problem_name(err));
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
				 relay_stream_name(s), text);
	else
		relay_stream_end(s, code, "relay %s: %s", relay_stream_name(s),
				 text);
}

static void error_message(struct relay_stream *s, const struct relay_message *m)
{
	bool gone = m->text && text_starts(m->text, "Session not found");

	if (s->stage == STAGE_OPENING || gone)
		failed(s, m);
	else
		log_warn("relay", "%s: %s", relay_stream_name(s),
			 m->text ? m->text : "error");
}

static void ended(struct relay_stream *s, const struct relay_message *m)
{
	log_info("relay", "%s: session ended, %llu samples of silence added",
		 relay_stream_name(s), (unsigned long long)m->silence_samples);
	if (s->stage == STAGE_ENDING)
		relay_stream_end(s, 0, "%s", "");
	else
		relay_stream_end(s, 0,
				 "relay %s: has ended the session (%s); start "
				 "a new one",
				 relay_stream_name(s),
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
		log_warn("relay", "%s: %s", relay_stream_name(s), p.text);
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
