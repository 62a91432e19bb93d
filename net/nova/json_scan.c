#include "net/nova/json_scan.h"

#include <string.h>

static void skip_blanks(struct json_scan *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' ||
				  *s->at == '\n' || *s->at == '\r'))
		s->at++;
}

bool json_scan_char(struct json_scan *s, char c)
{
	skip_blanks(s);
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

bool json_scan_string(struct json_scan *s, struct json_slice *out)
{
	if (!json_scan_char(s, '"'))
		return false;

	size_t left = (size_t)(s->end - s->at);
	const char *close = memchr(s->at, '"', left);
	if (!close)
		return false;
	size_t length = (size_t)(close - s->at);
	/* a backslash means an escape, a NUL would cut the copied text */
	if (memchr(s->at, '\\', length) || memchr(s->at, '\0', length))
		return false;
	*out = (struct json_slice){s->at, length};
	s->at = close + 1;
	return true;
}

static bool scan_member(struct json_scan *s, struct json_scan_object *o)
{
	if (o->count == JSON_SCAN_MEMBERS)
		return false;

	struct json_slice *key = &o->keys[o->count];
	if (!json_scan_string(s, key) || !json_scan_char(s, ':') ||
	    !json_scan_string(s, &o->values[o->count]))
		return false;
	for (size_t i = 0; i < o->count; i++)
		if (o->keys[i].length == key->length &&
		    memcmp(o->keys[i].text, key->text, key->length) == 0)
			return false;
	o->count++;
	return true;
}

bool json_scan_object(struct json_scan *s, struct json_scan_object *out)
{
	out->count = 0;
	if (!json_scan_char(s, '{'))
		return false;
	if (json_scan_char(s, '}'))
		return true;
	do {
		if (!scan_member(s, out))
			return false;
	} while (json_scan_char(s, ','));
	return json_scan_char(s, '}');
}

bool json_scan_at_end(struct json_scan *s)
{
	skip_blanks(s);
	return s->at == s->end;
}

bool json_slice_is(const struct json_slice *s, const char *text)
{
	return s->length == strlen(text) &&
	       memcmp(s->text, text, s->length) == 0;
}

const struct json_slice *json_scan_find(const struct json_scan_object *o,
					const char *key)
{
	for (size_t i = 0; i < o->count; i++)
		if (json_slice_is(&o->keys[i], key))
			return &o->values[i];
	return NULL;
}
