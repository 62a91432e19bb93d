#include "net/relay/client_replies.h"

#include "net/nova/session.h"
#include "net/relay/protocol.h"

struct making {
	struct client_replies *replies;
	const struct client_listener *to;
};

static bool give(const struct making *m, const struct nova_event *e)
{
	return m->to->event(m->to->arg, e);
}

/* The form in which something may be used: the one it came in first. */
static bool use(enum client_form *form, enum client_form now)
{
	if (*form == FORM_UNKNOWN)
		*form = now;
	return *form == now;
}

/* --- blocks that we make up --- */

static bool make_text(const struct making *m, enum nova_role role,
		      const char *text, enum nova_stop stop)
{
	char id[UUID_TEXT_SIZE];
	struct nova_event e = {
		.type = NOVA_CONTENT_START,
		.content_id = id,
		.content = NOVA_TEXT,
		.role = role,
		.stage = NOVA_FINAL,
	};

	random_uuid(id);
	if (!give(m, &e))
		return false;
	e = (struct nova_event){
		.type = NOVA_TEXT_OUTPUT,
		.content_id = id,
		.role = role,
		.text = text,
	};
	if (text && !give(m, &e))
		return false;
	e = (struct nova_event){
		.type = NOVA_CONTENT_END,
		.content_id = id,
		.content = NOVA_TEXT,
		.stop = stop,
	};
	return give(m, &e);
}

static bool open_audio(const struct making *m)
{
	struct nova_event e = {
		.type = NOVA_CONTENT_START,
		.content_id = m->replies->audio_id,
		.content = NOVA_AUDIO,
		.role = NOVA_ASSISTANT,
		.rate_hz = NOVA_OUTPUT_RATE_HZ,
	};

	if (m->replies->audio_open)
		return true;
	m->replies->audio_open = true;
	random_uuid(m->replies->audio_id);
	return give(m, &e);
}

static void make_audio(const struct making *m, const int16_t *samples, size_t n)
{
	struct nova_event e = {
		.type = NOVA_AUDIO_OUTPUT,
		.content_id = m->replies->audio_id,
		.role = NOVA_ASSISTANT,
		.samples = samples,
		.sample_count = n,
	};

	if (n > 0 && open_audio(m))
		give(m, &e);
}

static bool close_audio(const struct making *m, enum nova_stop stop)
{
	struct nova_event e = {
		.type = NOVA_CONTENT_END,
		.content_id = m->replies->audio_id,
		.content = NOVA_AUDIO,
		.stop = stop,
	};

	if (!m->replies->audio_open)
		return false;
	m->replies->audio_open = false;
	give(m, &e);
	return true;
}

/* The cut answer's sound may have been received whole already; then the sign
 * is that of its text. */
static void make_interruption(const struct making *m)
{
	if (!close_audio(m, NOVA_INTERRUPTED))
		make_text(m, NOVA_ASSISTANT, NULL, NOVA_INTERRUPTED);
}

static void make_tool_use(const struct making *m,
			  const struct relay_message *message)
{
	char id[UUID_TEXT_SIZE], use_id[UUID_TEXT_SIZE];
	struct nova_event e = {
		.type = NOVA_CONTENT_START,
		.content_id = id,
		.content = NOVA_TOOL,
		.role = NOVA_ROLE_TOOL,
	};

	random_uuid(id);
	random_uuid(use_id); /* the first relay gave none */
	if (!give(m, &e))
		return;
	e = (struct nova_event){
		.type = NOVA_TOOL_USE,
		.content_id = id,
		.role = NOVA_ROLE_TOOL,
		.tool_name = message->tool_name ? message->tool_name : "",
		.tool_use_id = message->tool_use_id ? message->tool_use_id
						    : use_id,
		.text = message->text ? message->text : "{}",
	};
	if (!give(m, &e))
		return;
	e = (struct nova_event){
		.type = NOVA_CONTENT_END,
		.content_id = id,
		.content = NOVA_TOOL,
		.stop = NOVA_STOP_TOOL_USE,
	};
	give(m, &e);
}

/* --- events as they are --- */

static void raw_content_start(const struct making *m,
			      const struct nova_event *e)
{
	struct client_replies *r = m->replies;
	bool wanted = true;

	if (e->content == NOVA_AUDIO) {
		wanted = use(&r->sound, FORM_RAW);
		r->raw_audio_open = true;
	} else if (e->content == NOVA_TEXT) {
		r->raw_text_open = true;
		r->raw_stage = e->stage;
		wanted = e->stage == NOVA_SPECULATIVE ||
			 use(&r->words, FORM_RAW);
	} else if (e->content == NOVA_TOOL) {
		wanted = use(&r->tools, FORM_RAW);
	}
	if (wanted)
		give(m, e);
}

static void raw_content_end(const struct making *m, const struct nova_event *e)
{
	struct client_replies *r = m->replies;
	bool wanted = true;

	if (e->content == NOVA_AUDIO) {
		wanted = use(&r->sound, FORM_RAW);
		r->raw_audio_open = false;
		if (wanted && close_audio(m, e->stop))
			return; /* ours stood for its block */
	} else if (e->content == NOVA_TEXT) {
		wanted = r->raw_stage == NOVA_SPECULATIVE ||
			 r->words != FORM_TYPED;
		r->raw_text_open = false;
	} else if (e->content == NOVA_TOOL) {
		wanted = r->tools != FORM_TYPED;
	}
	if (wanted)
		give(m, e);
}

static void raw_text(const struct making *m, const struct nova_event *e)
{
	struct client_replies *r = m->replies;

	if (r->raw_text_open && r->raw_stage == NOVA_SPECULATIVE) {
		give(m, e);
		return;
	}
	if (!use(&r->words, FORM_RAW))
		return;
	if (r->raw_text_open || nova_event_is_interrupted_marker(e))
		give(m, e);
	else
		make_text(m, e->role == NOVA_USER ? NOVA_USER : NOVA_ASSISTANT,
			  e->text,
			  e->role == NOVA_USER ? NOVA_PARTIAL_TURN
					       : NOVA_END_TURN);
}

static void take_raw(const struct making *m, const struct nova_event *e)
{
	struct client_replies *r = m->replies;

	switch (e->type) {
	case NOVA_CONTENT_START:
		raw_content_start(m, e);
		break;
	case NOVA_CONTENT_END:
		raw_content_end(m, e);
		break;
	case NOVA_TEXT_OUTPUT:
		raw_text(m, e);
		break;
	case NOVA_AUDIO_OUTPUT:
		if (!use(&r->sound, FORM_RAW))
			break;
		if (r->raw_audio_open)
			give(m, e);
		else
			make_audio(m, e->samples, e->sample_count);
		break;
	case NOVA_TOOL_USE:
		if (use(&r->tools, FORM_RAW))
			give(m, e);
		break;
	default:
		give(m, e);
		break;
	}
}

void client_replies_take(struct client_replies *r,
			 const struct relay_message *message,
			 const struct client_listener *to)
{
	const struct making m = {r, to};

	switch (message->type) {
	case RELAY_NOVA_RESPONSE:
		take_raw(&m, &message->event);
		break;
	case RELAY_TRANSCRIPTION:
		if (use(&r->words, FORM_TYPED))
			make_text(&m, NOVA_USER, message->text,
				  NOVA_PARTIAL_TURN);
		break;
	case RELAY_TEXT_RESPONSE:
		if (use(&r->words, FORM_TYPED))
			make_text(&m, NOVA_ASSISTANT, message->text,
				  NOVA_END_TURN);
		break;
	case RELAY_AUDIO_RESPONSE:
		if (use(&r->sound, FORM_TYPED))
			make_audio(
				&m,
				(const int16_t *)(const void *)message->audio,
				message->audio_length / sizeof(int16_t));
		break;
	case RELAY_INFERENCE_COMPLETE:
		close_audio(&m, NOVA_END_TURN);
		break;
	case RELAY_INTERRUPTED:
		if (r->sound != FORM_RAW || r->audio_open)
			make_interruption(&m);
		break;
	case RELAY_TOOL_USE:
		if (use(&r->tools, FORM_TYPED))
			make_tool_use(&m, message);
		break;
	default:
		break;
	}
}
