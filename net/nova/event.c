#include "net/nova/event.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/problem.h"
#include "net/nova/event_names.h"

/* Every text member, for copying. */
static const size_t texts[] = {
	offsetof(struct nova_event, session_id),
	offsetof(struct nova_event, completion_id),
	offsetof(struct nova_event, prompt_name),
	offsetof(struct nova_event, content_id),
	offsetof(struct nova_event, text),
	offsetof(struct nova_event, tool_name),
	offsetof(struct nova_event, tool_use_id),
	offsetof(struct nova_event, voice_id),
	offsetof(struct nova_event, tools),
	offsetof(struct nova_event, name),
	offsetof(struct nova_event, raw),
};

enum { TEXT_COUNT = sizeof texts / sizeof *texts };

static const char **text_member(struct nova_event *e, size_t i)
{
	return (const char **)(void *)((char *)e + texts[i]);
}

const char *nova_event_name(enum nova_event_type type)
{
	return type == NOVA_OTHER ? "" : nova_event_names[type];
}

const char *nova_role_name(enum nova_role role)
{
	return nova_role_names[role];
}

const char *nova_content_name(enum nova_content content)
{
	return nova_content_names[content];
}

const char *nova_stage_name(enum nova_stage stage)
{
	return nova_stage_names[stage];
}

const char *nova_stop_name(enum nova_stop stop)
{
	return nova_stop_names[stop];
}

const char *nova_pause_name(enum nova_turn_pause pause)
{
	return nova_pause_names[pause];
}

int nova_event_copy(struct nova_event *out, const struct nova_event *e)
{
	struct nova_event copy = *e;
	size_t sound = e->sample_count * sizeof *e->samples;
	size_t size = sound;

	copy.storage = NULL;
	for (size_t i = 0; i < TEXT_COUNT; i++) {
		const char *text = *text_member(&copy, i);
		size += text ? strlen(text) + 1 : 0;
	}
	if (size > 0) {
		/* the samples lie first, where malloc's alignment is */
		char *at = malloc(size);
		if (!at)
			return PROBLEM_MEMORY;
		copy.storage = at;
		if (sound > 0)
			copy.samples = memcpy(at, e->samples, sound);
		at += sound;
		for (size_t i = 0; i < TEXT_COUNT; i++) {
			const char **text = text_member(&copy, i);
			if (!*text)
				continue;
			size_t length = strlen(*text) + 1;
			*text = memcpy(at, *text, length);
			at += length;
		}
	}
	if (copy.sample_count == 0)
		copy.samples = NULL;
	*out = copy;
	return 0;
}

void nova_event_clear(struct nova_event *e)
{
	free(e->storage);
	*e = (struct nova_event){0};
}

bool nova_event_is_interrupted_marker(const struct nova_event *e)
{
	if (e->type != NOVA_TEXT_OUTPUT || !e->text)
		return false;
	/* nearly no text is JSON, so most calls end here */
	if (e->text[strspn(e->text, " \t\r\n")] != '{')
		return false;

	cJSON *marker = cJSON_Parse(e->text);
	bool is = cJSON_IsTrue(
		cJSON_GetObjectItemCaseSensitive(marker, "interrupted"));
	cJSON_Delete(marker);
	return is;
}

bool nova_event_is_interruption(const struct nova_event *e)
{
	if (e->type == NOVA_CONTENT_END)
		return e->stop == NOVA_INTERRUPTED;
	return nova_event_is_interrupted_marker(e);
}
