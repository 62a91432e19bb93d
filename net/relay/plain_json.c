#include "net/relay/plain_json.h"

#include <string.h>

const char *plain_json_skip_blanks(const char *at, const char *end)
{
	while (at < end &&
	       (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

static bool has_control(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20)
			return true;
	return false;
}

/* at stands on the opening quote; returns what follows the closing one, or
 * NULL when the string has escapes or no end.  Long strings are base64, whose
 * decoder looks at each character itself. */
static const char *take_string(const char *at, const char *end,
			       const char **text, size_t *n)
{
	if (at >= end || *at != '"')
		return NULL;
	const char *close = memchr(at + 1, '"', (size_t)(end - at - 1));
	if (!close)
		return NULL;
	*text = at + 1;
	*n = (size_t)(close - at - 1);
	if (memchr(*text, '\\', *n) || (*n <= 256 && has_control(*text, *n)))
		return NULL;
	return close + 1;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* true, false, null and plain numbers; other spellings of numbers are rare. */
static const char *take_word(const char *at, const char *end, const char **text,
			     size_t *n)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t left = (size_t)(end - at);
	const char *start = at;

	*text = start;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		*n = strlen(words[i]);
		if (left >= *n && memcmp(at, words[i], *n) == 0)
			return at + *n;
	}
	if (at < end && *at == '0')
		at++;
	else
		while (at < end && is_digit(*at))
			at++;
	if (at > start && at + 1 < end && *at == '.' && is_digit(at[1]))
		for (at++; at < end && is_digit(*at);)
			at++;
	*n = (size_t)(at - start);
	return at > start ? at : NULL;
}

/* The object at `at` up to its closing brace; its inside is not checked, that
 * is for whoever parses it. */
static const char *take_object(const char *at, const char *end,
			       const char **text, size_t *n)
{
	const char *start = at;
	int depth = 0;

	if (at >= end || *at != '{')
		return NULL;
	while (at < end) {
		if (*at == '"') {
			const char *ignored;
			size_t length;
			at = take_string(at, end, &ignored, &length);
			if (!at)
				return NULL;
			continue;
		}
		if (*at == '{')
			depth++;
		if (*at == '}' && --depth == 0) {
			*text = start;
			*n = (size_t)(at + 1 - start);
			return at + 1;
		}
		at++;
	}
	return NULL;
}

static struct plain_member *wanted(struct plain_member *members, size_t count,
				   const char *key, size_t n)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(members[i].key) == n &&
		    memcmp(members[i].key, key, n) == 0)
			return &members[i];
	return NULL;
}

static const char *take_member(const char *at, const char *end,
			       struct plain_member *members, size_t count)
{
	const char *key, *value = NULL;
	size_t key_length, length = 0;

	at = take_string(at, end, &key, &key_length);
	if (!at)
		return NULL;
	at = plain_json_skip_blanks(at, end);
	if (at >= end || *at != ':')
		return NULL;
	at = plain_json_skip_blanks(at + 1, end);
	if (at >= end)
		return NULL;

	struct plain_member *m = wanted(members, count, key, key_length);
	bool quoted = *at == '"';
	if (m && m->object)
		at = take_object(at, end, &value, &length);
	else if (quoted)
		at = take_string(at, end, &value, &length);
	else
		at = take_word(at, end, &value, &length);
	if (!at || !m)
		return at;
	if (m->value)
		return NULL;
	m->value = value;
	m->length = length;
	m->quoted = quoted;
	return at;
}

bool plain_json_find(const char *json, size_t length,
		     struct plain_member *members, size_t count)
{
	const char *end = json + length;
	const char *at = plain_json_skip_blanks(json, end);

	for (size_t i = 0; i < count; i++)
		members[i].value = NULL;
	if (at >= end || *at != '{')
		return false;
	do {
		at = plain_json_skip_blanks(at + 1, end);
		at = take_member(at, end, members, count);
		if (!at)
			return false;
		at = plain_json_skip_blanks(at, end);
	} while (at < end && *at == ',');
	return at < end && *at == '}' &&
	       plain_json_skip_blanks(at + 1, end) == end;
}

bool plain_member_is(const struct plain_member *m, const char *text)
{
	return m->value && strlen(text) == m->length &&
	       memcmp(m->value, text, m->length) == 0;
}
