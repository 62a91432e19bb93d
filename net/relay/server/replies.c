#include "net/relay/server/replies.h"

#include <string.h>

#include "net/base/text.h"
#include "net/relay/protocol.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "samples go out as they lie in memory");

struct replying {
	struct replies *replies;
	void (*send)(void *arg, struct relay_message *m);
	void *arg;
};

static void say(const struct replying *r, struct relay_message *m)
{
	r->send(r->arg, m);
}

static void pass_on(const struct replying *r, const struct nova_event *e)
{
	struct relay_message m = {
		.type = RELAY_NOVA_RESPONSE,
		.raw_events = r->replies->raw,
		.event = *e,
	};

	m.event.storage = NULL;
	say(r, &m);
}

static struct replies_block *find_block(struct replies *r, const char *id)
{
	for (int i = 0; i < REPLIES_OPEN_BLOCKS; i++)
		if (id && r->blocks[i].id[0] && text_equal(r->blocks[i].id, id))
			return &r->blocks[i];
	return NULL;
}

static void open_block(struct replies *r, const struct nova_event *e)
{
	struct replies_block *b = NULL;

	if (!e->content_id || strlen(e->content_id) >= REPLIES_ID_SIZE)
		return;
	for (int i = 0; i < REPLIES_OPEN_BLOCKS && !b; i++)
		if (!r->blocks[i].id[0])
			b = &r->blocks[i];
	if (!b)
		b = &r->blocks[r->next++ % REPLIES_OPEN_BLOCKS];
	memcpy(b->id, e->content_id, strlen(e->content_id) + 1);
	b->role = e->role;
	b->stage = e->stage;
}

static bool is_planned(struct replies *r, const struct nova_event *e)
{
	const struct replies_block *b = find_block(r, e->content_id);

	return b && b->stage == NOVA_SPECULATIVE;
}

static void content_start(const struct replying *r, const struct nova_event *e)
{
	if (e->content == NOVA_AUDIO)
		r->replies->interrupted = false;
	if (e->content != NOVA_TEXT)
		return;
	open_block(r->replies, e);
	if (e->stage == NOVA_SPECULATIVE)
		pass_on(r, e);
}

static void text_output(const struct replying *r, const struct nova_event *e)
{
	const struct replies_block *b = find_block(r->replies, e->content_id);
	enum nova_role role = b ? b->role : e->role;

	if (nova_event_is_interrupted_marker(e))
		return;
	if (is_planned(r->replies, e)) {
		pass_on(r, e);
		return;
	}
	struct relay_message m = {
		.type = role == NOVA_USER ? RELAY_TRANSCRIPTION
					  : RELAY_TEXT_RESPONSE,
		.text = e->text,
	};
	say(r, &m);
}

static void audio_output(const struct replying *r, const struct nova_event *e)
{
	struct relay_message m = {
		.type = RELAY_AUDIO_RESPONSE,
		.audio = (const uint8_t *)e->samples,
		.audio_length = e->sample_count * sizeof *e->samples,
	};

	if (e->sample_count > 0)
		say(r, &m);
}

static void tool_use(const struct replying *r, const struct nova_event *e)
{
	struct relay_message m = {
		.type = RELAY_TOOL_USE,
		.tool_name = e->tool_name,
		.tool_use_id = e->tool_use_id,
		.text = e->text,
	};

	say(r, &m);
}

static void content_end(const struct replying *r, const struct nova_event *e)
{
	struct replies_block *b = find_block(r->replies, e->content_id);
	bool planned = is_planned(r->replies, e);

	if (b)
		b->id[0] = '\0';
	if (planned)
		pass_on(r, e);
	if (e->content == NOVA_AUDIO && e->stop == NOVA_END_TURN) {
		struct relay_message m = {
			.type = RELAY_INFERENCE_COMPLETE,
			.text = "Inference complete",
		};
		say(r, &m);
	}
}

/* A barge-in shows up to three signs; the client is told at the first. */
static void interruption(const struct replying *r)
{
	struct relay_message m = {.type = RELAY_INTERRUPTED};

	if (!r->replies->interrupted)
		say(r, &m);
	r->replies->interrupted = true;
}

void replies_event(struct replies *replies, const struct nova_event *e,
		   void (*send)(void *arg, struct relay_message *m), void *arg)
{
	const struct replying r = {replies, send, arg};

	if (replies->raw) {
		pass_on(&r, e);
		return;
	}
	if (nova_event_is_interruption(e))
		interruption(&r);
	switch (e->type) {
	case NOVA_CONTENT_START:
		content_start(&r, e);
		break;
	case NOVA_TEXT_OUTPUT:
		text_output(&r, e);
		break;
	case NOVA_AUDIO_OUTPUT:
		audio_output(&r, e);
		break;
	case NOVA_TOOL_USE:
		tool_use(&r, e);
		break;
	case NOVA_CONTENT_END:
		content_end(&r, e);
		break;
	default:
		pass_on(&r, e);
		break;
	}
}
