#include "client/terminal/columns.h"

#include <locale.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "net/base/text.h"

/* wcwidth() knows characters in a UTF-8 locale only, and this program leaves
 * the process's as it is.  Made once and kept; NULL: the system has none. */
static locale_t utf8;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_utf8(void)
{
	utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static wchar_t code_point(const char *text, size_t n)
{
	static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c = (unsigned char)text[0] & first[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)text[i] & 0x3f);
	return (wchar_t)c;
}

/* The character at text; its bytes go to *n, at least 1. */
static size_t width_at(const char *text, size_t left, size_t *n)
{
	*n = text_utf8_sequence(text, left);
	if (*n == 0) {
		*n = 1;
		return 1; /* a terminal shows one mark for it */
	}

	int width = wcwidth(code_point(text, *n));

	return width < 0 ? 1 : (size_t)width;
}

/* Bytes of text that are at most `most` columns wide; they go to *width. */
static size_t measure(const char *text, size_t length, size_t most,
		      size_t *width)
{
	locale_t before = (locale_t)0;
	size_t at = 0;

	pthread_once(&once, make_utf8);
	if (utf8)
		before = uselocale(utf8);
	*width = 0;
	while (at < length) {
		size_t n, w = width_at(text + at, length - at, &n);

		if (*width + w > most)
			break;
		*width += w;
		at += n;
	}
	if (utf8)
		uselocale(before);
	return at;
}

size_t columns_of(const char *text, size_t length)
{
	size_t width;

	measure(text, length, SIZE_MAX, &width);
	return width;
}

size_t columns_fit(const char *text, size_t columns)
{
	size_t width;

	return measure(text, strlen(text), columns, &width);
}

static bool is_inside_character(const char *text, size_t at)
{
	return ((unsigned char)text[at] & 0xc0) == 0x80;
}

/* Wide scripts have no blanks between words: a line may end behind each of
 * their characters and what is combined with it. */
static bool may_break(const char *text, size_t at)
{
	size_t before = at,
	       n = text_utf8_sequence(text + at, strlen(text + at));

	if (text[at] == ' ')
		return true;
	if (is_inside_character(text, at) || columns_of(text + at, n) == 0)
		return false;
	do
		before--;
	while (before > 0 && is_inside_character(text, before));
	return columns_of(text + before, at - before) == 2;
}

size_t columns_fit_words(const char *text, size_t columns)
{
	size_t fit = columns_fit(text, columns);
	size_t cut = fit;

	if (!text[fit])
		return fit;
	while (cut > 0 && !may_break(text, cut))
		cut--;
	return cut > 0 ? cut : fit;
}
