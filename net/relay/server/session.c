#include "net/relay/server/session.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/clock.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/base/text.h"
#include "net/nova/session.h"
#include "net/relay/server/audio_form.h"
#include "net/relay/server/replies.h"
#include "net/relay/server/server.h"
#include "net/relay/server/silence.h"

enum {
	OPEN_LIMIT_MS = 60 * 1000, /* a cold model needs up to 45 s */
	END_LIMIT_MS = 5 * 1000,
};

enum state { OPENING, READY, ENDING };

struct session {
	struct session_settings settings;
	struct session_host host;
	char id[UUID_TEXT_SIZE];
	enum state state;
	struct nova_stream *stream; /* owned */
	struct nova_session nova;
	struct replies replies;
	struct silence silence;
	struct audio_form form;
	struct timer limit; /* of OPENING or ENDING */
};

static void send(struct session *s, struct relay_message *m)
{
	m->session_id = s->id;
	s->host.send(s->host.arg, m);
}

static void send_reply(void *arg, struct relay_message *m)
{
	send(arg, m);
}

static void refuse(struct session *s, int code, const char *text)
{
	struct relay_message m = {
		.type = RELAY_ERROR,
		.text = text,
		.code = code,
	};

	send(s, &m);
}

/* --- endings; s is gone afterwards --- */

static void over(struct session *s)
{
	silence_stop(&s->silence);
	timer_stop(&s->limit);
	s->stream = nova_stream_free(s->stream);
	s->host.over(s->host.arg, s);
}

static void end_failed(struct session *s, const struct problem *why)
{
	struct problem p;
	struct relay_message m = {.code = why->code};

	log_info("relay", "session %s: %s", s->id, why->text);
	if (s->state == OPENING) {
		problem_set(&p, why->code, "Session initialization failed: %s",
			    why->text);
		m.type = RELAY_ERROR;
		m.text = p.text;
	} else {
		m.type = RELAY_SESSION_ERROR;
		m.text = why->text;
	}
	send(s, &m);
	over(s);
}

static void end_in_order(struct session *s, const char *message)
{
	struct relay_message m = {
		.type = RELAY_SESSION_ENDED,
		.text = message,
		.silence_samples = s->silence.samples,
	};

	send(s, &m);
	over(s);
}

static void limit_reached(void *arg)
{
	struct session *s = arg;
	struct problem p;

	if (s->state == ENDING) {
		end_in_order(s, "Session ended; the service did not confirm");
		return;
	}
	problem_set(&p, PROBLEM_TIMEOUT,
		    "%s did not accept the session in %d s; try again",
		    s->settings.upstream->name, OPEN_LIMIT_MS / 1000);
	end_failed(s, &p);
}

/* --- the upstream --- */

static void opened(void *arg, const char *upstream_id)
{
	struct session *s = arg;
	struct relay_message m = {
		.type = RELAY_SESSION_INITIALIZED,
		.text = "Session ready",
		.mode = s->settings.mode,
	};

	if (s->state != OPENING)
		return;
	log_info("relay", "session %s: ready (%s)", s->id,
		 upstream_id ? upstream_id : "-");
	timer_stop(&s->limit);
	s->state = READY;
	silence_start(&s->silence);
	send(s, &m);
}

static void event(void *arg, const struct nova_event *e)
{
	struct session *s = arg;

	if (e->type == NOVA_AUDIO_OUTPUT)
		s->settings.counts->audio_out_bytes += e->sample_count *
						       sizeof *e->samples;
	if (!nova_session_received(&s->nova, e))
		log_warn("relay",
			 "session %s: a call of the tool %s cannot be "
			 "answered",
			 s->id, e->tool_name ? e->tool_name : "");
	replies_event(&s->replies, e, send_reply, s);
}

static void closed(void *arg, const struct problem *why)
{
	struct session *s = arg;
	struct problem p;

	if (s->state == ENDING)
		end_in_order(s, "Session ended");
	else if (why->code != 0)
		end_failed(s, why);
	else if (s->state == READY)
		end_in_order(s, "The service has ended the session");
	else {
		problem_set(&p, PROBLEM_CLOSED,
			    "%s ended the session before it began; try again",
			    s->settings.upstream->name);
		end_failed(s, &p);
	}
}

/* 0 and PROBLEM_CLOSED are fine: closed() follows a dead stream. */
static void check_sent(struct session *s, int err)
{
	struct problem p;

	if (err == 0 || err == PROBLEM_CLOSED)
		return;
	if (err == PROBLEM_LIMIT)
		problem_set(&p, err,
			    "%s does not take audio as fast as it comes; "
			    "send it no faster than it is spoken",
			    s->settings.upstream->name);
	else
		problem_set(&p, err, "%s: cannot be sent to (%s); try again",
			    s->settings.upstream->name, problem_name(err));
	end_failed(s, &p);
}

static void feed_silence(void *arg, const int16_t *samples, size_t n)
{
	struct session *s = arg;

	s->settings.counts->silence_samples += n;
	check_sent(s, nova_session_audio(&s->nova, samples, n));
}

/* --- the client --- */

static void receive_audio(struct session *s, const struct relay_message *m)
{
	struct problem p;
	int err = 0;

	if (m->audio_length > 0) {
		if (audio_form_check(&s->form, m, &p)) {
			refuse(s, p.code, p.text);
			return;
		}
		silence_heard_audio(&s->silence);
		s->settings.counts->audio_in_bytes += m->audio_length;
		/* the decoded block is malloc'ed, so samples are aligned */
		err = nova_session_audio(
			&s->nova, (const int16_t *)(const void *)m->audio,
			m->audio_length / sizeof(int16_t));
	}
	if (m->end_of_utterance)
		silence_end_utterance(&s->silence);
	check_sent(s, err);
}

static void receive_text(struct session *s, const struct relay_message *m)
{
	int err = nova_session_text(&s->nova, m->text);

	if (err == PROBLEM_REJECTED)
		refuse(s, err,
		       "Text refused: this model answers speech only; "
		       "speak, or choose a newer model");
	else
		check_sent(s, err);
}

static void receive_result(struct session *s, const struct relay_message *m)
{
	int err = nova_session_tool_result(&s->nova, m->tool_use_id, m->text);

	if (err == PROBLEM_REJECTED)
		refuse(s, err,
		       "Tool result refused: this toolUseId was not asked for, "
		       "or is answered already");
	else
		check_sent(s, err);
}

static void receive_end(struct session *s)
{
	silence_stop(&s->silence);
	s->state = ENDING;
	timer_start(&s->limit, END_LIMIT_MS * 1000);
	check_sent(s, nova_session_finish(&s->nova));
}

void session_receive(struct session *s, const struct relay_message *m)
{
	if (s->state != READY)
		return; /* its end is under way: nothing is taken any more */
	switch (m->type) {
	case RELAY_AUDIO_INPUT:
		receive_audio(s, m);
		break;
	case RELAY_TEXT_INPUT:
		receive_text(s, m);
		break;
	case RELAY_TOOL_RESULT:
		receive_result(s, m);
		break;
	case RELAY_END_SESSION:
		receive_end(s);
		break;
	default:
		break;
	}
}

/* --- life --- */

static int start(struct session *s, const struct relay_message *m,
		 struct problem *p)
{
	const struct nova_stream_listener listener = {opened, event, closed, s};
	const struct nova_session_settings nova = {
		.model = s->settings.model,
		.voice = m->voice_id ? m->voice_id : s->settings.voice,
		.system_prompt = m->system_prompt,
		.language = m->language,
		.tools = m->tools,
		.prompt_name = m->prompt_name,
		.audio_name = m->audio_content_name,
		.turn_pause = m->turn_pause,
		.inference = m->inference,
		.history = m->history,
	};
	int err = nova_session_check(&nova, p);

	if (!err)
		err = nova_upstream_open(s->settings.upstream, &listener,
					 &s->stream, p);
	if (err)
		return err;
	err = nova_session_start(&s->nova, s->stream, &nova);
	if (err)
		problem_set(p, err, "%s: does not take the opening (%s)",
			    s->settings.upstream->name, problem_name(err));
	return err;
}

int session_open(struct session **out, const struct session_settings *settings,
		 const struct relay_message *initialize,
		 const struct session_host *host, struct problem *p)
{
	struct session *s = calloc(1, sizeof *s);
	int err;

	if (!s)
		return problem_set(p, PROBLEM_MEMORY, "relay: out of memory");
	s->settings = *settings;
	s->host = *host;
	s->replies.raw = initialize->raw_events;
	random_uuid(s->id);
	timer_init(&s->limit, settings->clock, limit_reached, s);
	silence_init(&s->silence, settings->clock,
		     initialize->continuous_audio ? SILENCE_AFTER_CONTINUOUS_MS
						  : SILENCE_AFTER_MS,
		     feed_silence, s);
	settings->counts->sessions++;
	err = start(s, initialize, p);
	if (err) {
		session_free(s);
		return err;
	}
	timer_start(&s->limit, OPEN_LIMIT_MS * 1000);
	*out = s;
	return 0;
}

const char *session_id(const struct session *s)
{
	return s->id;
}

size_t session_queued(const struct session *s)
{
	return s->stream ? nova_stream_queued(s->stream) : 0;
}

struct session *session_free(struct session *s)
{
	if (!s)
		return NULL;
	silence_stop(&s->silence);
	timer_stop(&s->limit);
	nova_stream_free(s->stream);
	s->settings.counts->sessions--;
	free(s);
	return NULL;
}
