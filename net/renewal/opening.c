#include "net/renewal/opening.h"

#include <stdlib.h>

#include "net/base/problem.h"
#include "net/base/text.h"

enum { TEXT_MAX = 1024 * 1024 };

void opening_init(struct opening *o)
{
	*o = (struct opening){0};
	bytes_init(&o->text, TEXT_MAX);
}

void opening_deinit(struct opening *o)
{
	for (size_t i = 0; i < o->count; i++)
		nova_event_clear(&o->events[i]);
	free(o->events);
	nova_event_clear(&o->audio);
	free(o->prompt_name);
	free(o->tool_use_id);
	bytes_deinit(&o->text);
	opening_init(o);
}

const char *opening_text(struct opening *o)
{
	return bytes_text(&o->text);
}

static int keep(struct opening *o, const struct nova_event *e)
{
	if (o->count == o->capacity) {
		size_t capacity = o->capacity ? 2 * o->capacity : 8;
		struct nova_event *more = realloc(o->events,
						  capacity * sizeof *more);
		if (!more)
			return PROBLEM_MEMORY;
		o->events = more;
		o->capacity = capacity;
	}
	int err = nova_event_copy(&o->events[o->count], e);
	if (!err)
		o->count++;
	return err;
}

static int replace(char **text, const char *with)
{
	free(*text);
	*text = text_copy(with);
	return with && !*text ? PROBLEM_MEMORY : 0;
}

static bool is_old_message(const struct opening *o)
{
	return o->content == NOVA_TEXT && !o->interactive &&
	       (o->role == NOVA_USER || o->role == NOVA_ASSISTANT);
}

/* Instructions for the model, which every stream needs. */
static bool is_instruction(const struct opening *o)
{
	return o->content == NOVA_TEXT && o->role != NOVA_USER &&
	       o->role != NOVA_ASSISTANT;
}

static int begin_audio(struct opening *o, const struct nova_event *e,
		       enum opening_news *news)
{
	nova_event_clear(&o->audio);
	int err = nova_event_copy(&o->audio, e);

	o->audio_open = !err;
	*news = OPENING_AUDIO_BEGAN;
	return err;
}

static int begin_block(struct opening *o, const struct nova_event *e,
		       enum opening_news *news)
{
	if (e->content == NOVA_AUDIO)
		return begin_audio(o, e, news);
	o->in_block = true;
	o->content = e->content;
	o->role = e->role;
	o->interactive = e->interactive;
	bytes_clear(&o->text);
	if (is_instruction(o))
		return keep(o, e);
	return replace(&o->tool_use_id, e->tool_use_id);
}

static int end_block(struct opening *o, const struct nova_event *e,
		     enum opening_news *news)
{
	if (o->audio_open && text_equal(e->content_id, o->audio.content_id)) {
		o->audio_open = false;
		return 0;
	}
	if (!o->in_block)
		return 0;
	o->in_block = false;
	if (is_instruction(o))
		return keep(o, e);
	if (is_old_message(o))
		*news = OPENING_HISTORY;
	else if (o->content == NOVA_TOOL)
		*news = OPENING_RESULT;
	else
		*news = OPENING_TYPED;
	return 0;
}

int opening_take(struct opening *o, const struct nova_event *e,
		 enum opening_news *news)
{
	int err;

	*news = OPENING_NOTHING;
	switch (e->type) {
	case NOVA_SESSION_START:
		return keep(o, e);
	case NOVA_PROMPT_START:
		err = replace(&o->prompt_name, e->prompt_name);
		return err ? err : keep(o, e);
	case NOVA_CONTENT_START:
		return begin_block(o, e, news);
	case NOVA_TEXT_INPUT:
	case NOVA_TOOL_RESULT:
		if (o->in_block && is_instruction(o))
			return keep(o, e);
		return e->text ? bytes_append_text(&o->text, e->text) : 0;
	case NOVA_CONTENT_END:
		return end_block(o, e, news);
	default:
		return 0;
	}
}
