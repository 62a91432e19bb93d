#include "net/relay/client_opening.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/session.h"
#include "net/relay/protocol.h"

enum { TEXT_LIMIT = 512 * 1024 };

void client_opening_init(struct client_opening *o)
{
	memset(o, 0, sizeof *o);
	bytes_init(&o->system, TEXT_LIMIT);
	bytes_init(&o->text, TEXT_LIMIT);
	history_init(&o->history);
}

void client_opening_deinit(struct client_opening *o)
{
	free(o->prompt_name);
	free(o->voice);
	free(o->tools);
	free(o->tool_use_id);
	bytes_deinit(&o->system);
	bytes_deinit(&o->text);
	history_deinit(&o->history);
}

static int replace(char **text, const char *with)
{
	free(*text);
	*text = text_copy(with);
	return with && !*text ? PROBLEM_MEMORY : 0;
}

static int take_prompt(struct client_opening *o, const struct nova_event *e)
{
	if (o->audio_open ||
	    (e->rate_hz != 0 && e->rate_hz != NOVA_OUTPUT_RATE_HZ))
		return PROBLEM_REJECTED;
	if (replace(&o->prompt_name, e->prompt_name) ||
	    replace(&o->voice, e->voice_id) || replace(&o->tools, e->tools))
		return PROBLEM_MEMORY;
	return 0;
}

static int initialize(struct client_opening *o, const struct nova_event *e,
		      struct relay_message *out)
{
	if (o->audio_open ||
	    (e->rate_hz != 0 && e->rate_hz != NOVA_INPUT_RATE_HZ))
		return PROBLEM_REJECTED;
	o->audio_open = true;
	out->type = RELAY_INITIALIZE_SESSION;
	out->inference = o->inference;
	out->turn_pause = o->turn_pause;
	out->prompt_name = o->prompt_name;
	out->audio_content_name = e->content_id;
	out->voice_id = o->voice;
	out->tools = o->tools;
	out->system_prompt = o->system.length ? bytes_text(&o->system) : NULL;
	out->history = o->history.count ? &o->history : NULL;
	out->raw_events = true;
	out->continuous_audio = true;
	return 0;
}

static int open_block(struct client_opening *o, const struct nova_event *e,
		      struct relay_message *out)
{
	bool speaker = e->role == NOVA_USER || e->role == NOVA_ASSISTANT;

	if (e->content == NOVA_AUDIO)
		return initialize(o, e, out);
	if (e->content == NOVA_TEXT && o->audio_open &&
	    (e->role != NOVA_USER || !e->interactive))
		return PROBLEM_REJECTED;
	if (e->content == NOVA_TEXT && !o->audio_open &&
	    e->role != NOVA_SYSTEM && !speaker)
		return PROBLEM_REJECTED;
	if (e->content == NOVA_TOOL && !o->audio_open)
		return PROBLEM_REJECTED;
	o->block = e->content;
	o->role = e->role;
	bytes_clear(&o->text);
	return replace(&o->tool_use_id, e->tool_use_id);
}

static int close_block(struct client_opening *o, struct relay_message *out)
{
	enum nova_content block = o->block;

	o->block = NOVA_CONTENT_NONE;
	if (block == NOVA_CONTENT_NONE)
		return 0; /* of the audio */
	out->text = bytes_text(&o->text);
	if (!out->text)
		return PROBLEM_MEMORY;
	if (block == NOVA_TOOL) {
		out->type = RELAY_TOOL_RESULT;
		out->tool_use_id = o->tool_use_id;
	} else if (o->audio_open) {
		if (o->text.length > 0)
			out->type = RELAY_TEXT_INPUT;
	} else if (o->role == NOVA_SYSTEM) {
		return bytes_append(&o->system, o->text.data, o->text.length);
	} else {
		return history_add(&o->history, o->role, out->text);
	}
	return 0;
}

int client_opening_take(struct client_opening *o, const struct nova_event *e,
			struct relay_message *out)
{
	switch (e->type) {
	case NOVA_SESSION_START:
		if (o->audio_open)
			return PROBLEM_REJECTED;
		o->inference = e->inference;
		o->turn_pause = e->turn_pause;
		return 0;
	case NOVA_PROMPT_START:
		return take_prompt(o, e);
	case NOVA_CONTENT_START:
		return open_block(o, e, out);
	case NOVA_TEXT_INPUT:
	case NOVA_TOOL_RESULT:
		if (o->block == NOVA_CONTENT_NONE || !e->text)
			return PROBLEM_REJECTED;
		return bytes_append_text(&o->text, e->text);
	case NOVA_CONTENT_END:
		return close_block(o, out);
	case NOVA_AUDIO_INPUT:
		if (!o->audio_open)
			return PROBLEM_REJECTED;
		if (e->sample_count == 0)
			return 0;
		out->type = RELAY_AUDIO_INPUT;
		out->audio = (const uint8_t *)e->samples;
		out->audio_length = e->sample_count * sizeof *e->samples;
		return 0;
	case NOVA_PROMPT_END:
		return 0;
	case NOVA_SESSION_END:
		out->type = RELAY_END_SESSION;
		return 0;
	default:
		return PROBLEM_REJECTED;
	}
}
