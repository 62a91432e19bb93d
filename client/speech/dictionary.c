#include "client/speech/dictionary.h"

#include <string.h>

#include "client/speech/vocabulary.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"

struct entry {
	const char *line, *phones;
	size_t line_length, word_length, phones_length;
};

/* Its length up to the first of those bytes.  strcspn() would do, if memory
 * checkers did not measure the whole rest of the dictionary at each call. */
static size_t length_until(const char *text, const char *stops)
{
	size_t n = 0;

	while (text[n] && !strchr(stops, text[n]))
		n++;
	return n;
}

static size_t length_of(const char *text, const char *bytes)
{
	size_t n = 0;

	while (text[n] && strchr(bytes, text[n]))
		n++;
	return n;
}

/* "read(2) R IY D": word_length is that of "read".  Returns what follows. */
static const char *next_entry(const char *text, struct entry *e)
{
	size_t name = length_until(text, " \t\r\n");

	e->line = text;
	e->line_length = length_until(text, "\r\n");
	e->word_length = length_until(text, "( \t\r\n");
	e->phones = text + name + length_of(text + name, " \t");
	e->phones_length = length_until(e->phones, "\r\n");
	text += e->line_length;
	return text + length_of(text, "\r\n");
}

static int add(struct vocabulary *v, const char *text, size_t length)
{
	if (v && vocabulary_add(v, text, length) == VOCABULARY_NONE)
		return PROBLEM_MEMORY;
	return 0;
}

int dictionary_pick(struct bytes *out, const char *text,
		    const struct vocabulary *wanted, struct vocabulary *sounds,
		    struct vocabulary *found, const struct vocabulary *unlike)
{
	struct entry e;

	while (*text) {
		text = next_entry(text, &e);
		if (vocabulary_find(wanted, e.line, e.word_length) ==
		    VOCABULARY_NONE)
			continue;
		if (unlike &&
		    vocabulary_find(unlike, e.phones, e.phones_length) !=
			    VOCABULARY_NONE)
			continue;
		bytes_append(out, e.line, e.line_length);
		bytes_append(out, "\n", 1);
		if (add(sounds, e.phones, e.phones_length) ||
		    add(found, e.line, e.word_length))
			return PROBLEM_MEMORY;
	}
	return out->failed ? PROBLEM_MEMORY : 0;
}
