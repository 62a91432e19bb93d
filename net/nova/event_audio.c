#include "net/nova/event_audio.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/base64.h"
#include "net/base/problem.h"
#include "net/nova/event_names.h"
#include "net/nova/json_scan.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "samples are s16le on the wire");

static bool scan_audio(struct json_scan *s, struct json_slice *name,
		       struct json_scan_object *o)
{
	bool outer;

	if (!json_scan_char(s, '{') || !json_scan_string(s, name) ||
	    !json_scan_char(s, ':'))
		return false;
	outer = json_slice_is(name, "event");
	if (outer && (!json_scan_char(s, '{') || !json_scan_string(s, name) ||
		      !json_scan_char(s, ':')))
		return false;
	if (!json_slice_is(name, "audioOutput") &&
	    !json_slice_is(name, "audioInput"))
		return false;
	return json_scan_object(s, o) && json_scan_char(s, '}') &&
	       (!outer || json_scan_char(s, '}')) && json_scan_at_end(s);
}

static const char *copy_slice(char **at, const struct json_slice *s)
{
	if (!s)
		return NULL;
	char *text = memcpy(*at, s->text, s->length);
	text[s->length] = '\0';
	*at += s->length + 1;
	return text;
}

static enum nova_role slice_role(const struct json_slice *s)
{
	for (int i = 1; s && nova_role_names[i]; i++)
		if (json_slice_is(s, nova_role_names[i]))
			return (enum nova_role)i;
	return NOVA_ROLE_NONE;
}

int event_parse_audio(struct nova_event *out, const char *json, size_t length,
		      enum nova_direction direction)
{
	struct json_scan scan = {json, json + length};
	struct json_scan_object o;
	struct json_slice name;

	if (!scan_audio(&scan, &name, &o))
		return 0;
	const struct json_slice *content = json_scan_find(&o, "content");
	if (!content)
		return 0;

	/* the texts are slices of json, so with a NUL each they fit into its
	 * length; the samples lie first, where malloc's alignment is */
	size_t sound = base64_decoded_bound(content->length);
	char *storage = malloc(sound + length);
	if (!storage)
		return PROBLEM_MEMORY;
	long size = base64_decode(storage, content->text, content->length);
	if (size < 0 || size % 2 != 0) {
		free(storage);
		return 0;
	}

	char *at = storage + sound;
	bool in = direction == NOVA_TO_SERVICE;
	*out = (struct nova_event){
		.type = json_slice_is(&name, "audioInput") ? NOVA_AUDIO_INPUT
							   : NOVA_AUDIO_OUTPUT,
		.role = slice_role(json_scan_find(&o, "role")),
		.samples = size > 0 ? (const int16_t *)(void *)storage : NULL,
		.sample_count = (size_t)size / sizeof(int16_t),
		.storage = storage,
	};
	out->session_id = copy_slice(&at, json_scan_find(&o, "sessionId"));
	out->completion_id = copy_slice(&at,
					json_scan_find(&o, "completionId"));
	out->prompt_name = copy_slice(&at, json_scan_find(&o, "promptName"));
	out->content_id = copy_slice(&at, json_scan_find(&o, in ? "contentName"
								: "contentId"));
	return 1;
}
