#include "net/base/json_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "net/base/base64.h"
#include "net/base/bytes.h"
#include "net/base/text.h"

/* What a byte of a string needs: 0 goes as it is, 'u' as \u00XX, '8' is part
 * of a longer UTF-8 sequence, other letters follow a backslash. */
static char escape_of(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return c < 0x20 ? 'u' : c >= 0x80 ? '8' : 0;
	}
}

static void write_escaped(struct bytes *b, const char *text, size_t n)
{
	size_t start = 0, i = 0;

	while (i < n) {
		char escape = escape_of((unsigned char)text[i]);
		size_t size = 1;
		if (escape == '8')
			size = text_utf8_sequence(text + i, n - i);
		if (escape == 0 || (escape == '8' && size > 0)) {
			i += size;
			continue;
		}
		bytes_append(b, text + start, i - start);
		if (escape == '8')
			bytes_append_text(b, "\xef\xbf\xbd");
		else if (escape == 'u')
			bytes_append_format(b, "\\u%04x",
					    (unsigned)text[i] & 0xff);
		else
			bytes_append(b, (char[]){'\\', escape}, 2);
		start = ++i;
	}
	bytes_append(b, text + start, n - start);
}

static void write_quoted(struct bytes *b, const char *text, size_t n)
{
	bytes_append(b, "\"", 1);
	write_escaped(b, text, n);
	bytes_append(b, "\"", 1);
}

/* The comma, if a value stands before this one, and the key. */
static void begin(struct bytes *b, const char *key)
{
	if (b->length > 0 && !strchr("{[\n", b->data[b->length - 1]))
		bytes_append(b, ",", 1);
	if (key) {
		write_quoted(b, key, strlen(key));
		bytes_append(b, ":", 1);
	}
}

void json_open_object(struct bytes *b, const char *key)
{
	begin(b, key);
	bytes_append(b, "{", 1);
}

void json_close_object(struct bytes *b)
{
	bytes_append(b, "}", 1);
}

void json_open_array(struct bytes *b, const char *key)
{
	begin(b, key);
	bytes_append(b, "[", 1);
}

void json_close_array(struct bytes *b)
{
	bytes_append(b, "]", 1);
}

void json_string(struct bytes *b, const char *key, const char *text)
{
	if (text)
		json_string_n(b, key, text, strlen(text));
	else
		json_raw(b, key, "null");
}

void json_string_n(struct bytes *b, const char *key, const char *text, size_t n)
{
	begin(b, key);
	write_quoted(b, text, n);
}

void json_integer(struct bytes *b, const char *key, int64_t v)
{
	begin(b, key);
	bytes_append_format(b, "%" PRId64, v);
}

void json_number(struct bytes *b, const char *key, double v)
{
	char text[TEXT_NUMBER_SIZE] = "null";

	if (isfinite(v))
		text_from_number(text, v);
	json_raw(b, key, text);
}

void json_bool(struct bytes *b, const char *key, bool v)
{
	json_raw(b, key, v ? "true" : "false");
}

void json_raw(struct bytes *b, const char *key, const char *json)
{
	size_t n = strlen(json);

	/* begin() looks at the last byte */
	while (n > 0 && isspace((unsigned char)json[n - 1]))
		n--;
	begin(b, key);
	bytes_append(b, json, n);
}

void json_base64(struct bytes *b, const char *key, const void *data, size_t n)
{
	begin(b, key);
	bytes_append(b, "\"", 1);
	base64_append(b, data, n);
	bytes_append(b, "\"", 1);
}
