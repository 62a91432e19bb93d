#include "net/nova/order_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/text.h"

enum {
	TEXT_PIECE_MAX = 1024,
	HISTORY_MAX = 40 * 1024,
	/* a session has a few hundred blocks in its 8 minutes */
	BLOCKS_MAX = 8192,
};

static const char bad_tool_result[] = "Tool Response parsing error";

/* --- blocks and tool uses --- */

/* From the newest back: the audio block is asked for all the time, so it is
 * tried first by those who know it. */
static struct block *find_block(struct order *o, const char *name)
{
	for (size_t i = o->block_count; i > 0; i--)
		if (text_equal(o->blocks[i - 1].name, name))
			return &o->blocks[i - 1];
	return NULL;
}

static struct block *open_block_of(struct order *o, enum nova_content content)
{
	for (size_t i = 0; i < o->block_count; i++)
		if (o->blocks[i].open && o->blocks[i].content == content)
			return &o->blocks[i];
	return NULL;
}

static struct tool_use *find_tool(struct order *o, const char *id)
{
	for (size_t i = 0; i < o->tool_count; i++)
		if (text_equal(o->tools[i].id, id))
			return &o->tools[i];
	return NULL;
}

/* Makes room for one more element. */
static int grow(void **array, size_t *capacity, size_t count, size_t size)
{
	if (count < *capacity)
		return 0;
	size_t more = *capacity ? 2 * *capacity : 8;
	void *grown = realloc(*array, more * size);
	if (!grown)
		return PROBLEM_MEMORY;
	*array = grown;
	*capacity = more;
	return 0;
}

int order_tool_use(struct order *o, const char *tool_use_id)
{
	if (find_tool(o, tool_use_id))
		return 0;
	void *tools = o->tools;
	int err = grow(&tools, &o->tool_capacity, o->tool_count,
		       sizeof *o->tools);
	o->tools = tools;
	if (err)
		return err;
	char *id = text_copy(tool_use_id);
	if (!id)
		return PROBLEM_MEMORY;
	o->tools[o->tool_count++] = (struct tool_use){.id = id};
	return 0;
}

static int add_block(struct order *o, const struct nova_event *e)
{
	void *blocks = o->blocks;
	int err = grow(&blocks, &o->block_capacity, o->block_count,
		       sizeof *o->blocks);

	o->blocks = blocks;
	if (err)
		return err;
	char *name = text_copy(e->content_id);
	if (!name)
		return PROBLEM_MEMORY;
	o->blocks[o->block_count++] = (struct block){
		.name = name,
		.content = e->content,
		.role = e->role,
		.interactive = e->interactive,
		.open = true,
	};
	return 0;
}

/* --- contentStart --- */

static int check_history_start(struct order *o, const struct nova_event *e)
{
	if (o->audio_seen)
		return order_breach(
			o, order_invalid,
			"contentStart: history (a TEXT block of role %s "
			"that is not interactive) after the audio block",
			nova_role_name(e->role));
	if (!o->history_seen && e->role != NOVA_USER)
		return order_breach(
			o, order_invalid,
			"contentStart: history must begin with role USER");
	if (e->role == o->history_role)
		return order_breach(
			o, order_invalid,
			"contentStart: two messages of role %s in a row in the "
			"history; join them",
			nova_role_name(e->role));
	return 0;
}

static int check_text_start(struct order *o, const struct nova_event *e)
{
	switch (e->role) {
	case NOVA_SYSTEM:
		if (o->system_seen)
			return order_breach(
				o, order_invalid,
				"contentStart: a second SYSTEM block");
		if (o->history_seen || o->audio_seen)
			return order_breach(
				o, order_invalid,
				"contentStart: the SYSTEM block must come "
				"before history and audio");
		return 0;
	case NOVA_SYSTEM_SPEECH:
		if (o->speech_style_seen || o->history_seen || o->audio_seen)
			return order_breach(
				o, order_invalid,
				"contentStart: SYSTEM_SPEECH comes once, "
				"before history and audio");
		return 0;
	case NOVA_ASSISTANT:
		if (e->interactive)
			return order_breach(
				o, order_invalid,
				"contentStart: a TEXT block of role "
				"ASSISTANT cannot be interactive");
		return check_history_start(o, e);
	case NOVA_USER:
		if (!e->interactive)
			return check_history_start(o, e);
		if (!open_block_of(o, NOVA_AUDIO))
			return order_breach(
				o, order_invalid,
				"contentStart: interactive text while no "
				"audio block is open");
		return 0;
	case NOVA_ROLE_NONE:
	case NOVA_ROLE_TOOL:
		break;
	}
	return order_breach(
		o, order_invalid,
		"contentStart: role \"%s\" does not go with type TEXT",
		nova_role_name(e->role));
}

static int check_audio_start(struct order *o, const struct nova_event *e)
{
	if (e->role != NOVA_USER)
		return order_breach(
			o, order_invalid,
			"contentStart: type AUDIO must have role USER");
	if (!order_is_rate(e->rate_hz))
		return order_breach(
			o, order_invalid,
			"contentStart: sampleRateHertz %u is not 8000, "
			"16000 or 24000",
			e->rate_hz);
	if (open_block_of(o, NOVA_AUDIO))
		return order_breach(
			o, order_invalid,
			"contentStart: an audio block is open already");
	return 0;
}

static int check_tool_start(struct order *o, const struct nova_event *e)
{
	const struct tool_use *use;

	if (e->role != NOVA_ROLE_TOOL)
		return order_breach(
			o, order_invalid,
			"contentStart: type TOOL must have role TOOL");
	if (!e->tool_use_id || !*e->tool_use_id)
		return order_breach(o, order_invalid,
				    "contentStart: toolUseId is missing");
	use = find_tool(o, e->tool_use_id);
	if (!use)
		return order_breach(
			o, order_invalid,
			"contentStart: nobody asked for toolUseId %s",
			e->tool_use_id);
	if (use->answered)
		return order_breach(
			o, order_invalid,
			"contentStart: toolUseId %s is answered already",
			e->tool_use_id);
	return 0;
}

/* Remembers what later rules ask for. */
static int begin_block(struct order *o, const struct nova_event *e)
{
	int err = add_block(o, e);

	if (err)
		return err;
	if (e->content == NOVA_AUDIO)
		o->audio_seen = true;
	else if (e->content == NOVA_TOOL)
		find_tool(o, e->tool_use_id)->answered = true;
	else if (e->role == NOVA_SYSTEM)
		o->system_seen = true;
	else if (e->role == NOVA_SYSTEM_SPEECH)
		o->speech_style_seen = true;
	else if (!e->interactive) {
		o->history_seen = true;
		o->history_role = e->role;
	}
	return 0;
}

int order_check_content_start(struct order *o, const struct nova_event *e)
{
	int err = 0;

	if (!e->content_id || !*e->content_id)
		return order_breach(o, order_invalid,
				    "contentStart: contentName is missing");
	if (find_block(o, e->content_id))
		return order_breach(
			o, order_invalid,
			"contentStart: contentName %s was used before",
			e->content_id);
	if (o->block_count == BLOCKS_MAX)
		return order_breach(o, order_invalid,
				    "contentStart: more than %d blocks",
				    BLOCKS_MAX);
	switch (e->content) {
	case NOVA_TEXT:
		err = check_text_start(o, e);
		break;
	case NOVA_AUDIO:
		err = check_audio_start(o, e);
		break;
	case NOVA_TOOL:
		err = check_tool_start(o, e);
		break;
	case NOVA_CONTENT_NONE:
		err = order_breach(o, order_invalid,
				   "contentStart: type is missing");
		break;
	}
	return err ? err : begin_block(o, e);
}

/* --- data and contentEnd --- */

/* The block that an event belongs to, or NULL when none is open. */
static struct block *open_block(struct order *o, const struct nova_event *e)
{
	struct block *b = find_block(o, e->content_id ? e->content_id : "");

	return b && b->open ? b : NULL;
}

static int no_open_block(struct order *o, const struct nova_event *e)
{
	const char *name = e->content_id ? e->content_id : "";

	snprintf(o->service_text, sizeof o->service_text,
		 "No open content found for content name: %s", name);
	return order_breach(
		o, o->service_text,
		find_block(o, name)
			? "%s for a block that has ended (contentName %s)"
			: "%s for a block that was never started "
			  "(contentName %s)",
		nova_event_name(e->type), name);
}

static bool is_history(const struct block *b)
{
	return !b->interactive &&
	       (b->role == NOVA_USER || b->role == NOVA_ASSISTANT);
}

static int check_text(struct order *o, const struct nova_event *e,
		      const struct block *b)
{
	size_t length = e->text ? strlen(e->text) : 0;

	if (!e->text)
		return order_breach(o, order_invalid,
				    "textInput: content is missing");
	if (length > TEXT_PIECE_MAX)
		return order_breach(
			o, order_invalid,
			"textInput: content of %zu bytes; at most %d fit "
			"into one",
			length, TEXT_PIECE_MAX);
	if (!is_history(b))
		return 0;
	if (length > HISTORY_MAX - o->history_bytes)
		return order_breach(o, order_invalid,
				    "textInput: history of more than %d bytes",
				    HISTORY_MAX);
	o->history_bytes += length;
	return 0;
}

int order_check_data(struct order *o, const struct nova_event *e)
{
	static const enum nova_content wanted[] = {
		[NOVA_TEXT_INPUT] = NOVA_TEXT,
		[NOVA_AUDIO_INPUT] = NOVA_AUDIO,
		[NOVA_TOOL_RESULT] = NOVA_TOOL,
	};
	struct block *b = open_block(o, e);
	int err = 0;

	if (!b)
		return no_open_block(o, e);
	if (b->content != wanted[e->type])
		return order_breach(o, order_invalid,
				    "%s in a block of type %s",
				    nova_event_name(e->type),
				    nova_content_name(b->content));
	if (e->type == NOVA_TEXT_INPUT)
		err = check_text(o, e, b);
	else if (e->type == NOVA_AUDIO_INPUT && e->sample_count == 0)
		err = order_breach(o, order_invalid,
				   "audioInput: content is empty");
	else if (e->type == NOVA_TOOL_RESULT && b->pieces > 0)
		err = order_breach(o, order_invalid,
				   "toolResult: a second one in its block");
	else if (e->type == NOVA_TOOL_RESULT && !order_is_object_text(e->text))
		err = order_breach(
			o, bad_tool_result,
			"toolResult: content is not the text of a JSON "
			"object");
	if (!err)
		b->pieces++;
	return err;
}

int order_check_content_end(struct order *o, const struct nova_event *e)
{
	struct block *b = open_block(o, e);

	if (!b)
		return no_open_block(o, e);
	if (b->content == NOVA_TOOL && b->pieces == 0)
		return order_breach(
			o, order_invalid,
			"contentEnd: a TOOL block without a toolResult");
	b->open = false;
	return 0;
}
