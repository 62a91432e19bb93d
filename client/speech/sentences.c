#include "client/speech/sentences.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "net/base/text.h"

/* Followed by a capital letter or a digit they still end no sentence. */
static const char *const abbreviations[] = {
	"e.g.", "i.e.", "mr.",  "mrs.",    "ms.",  "dr.",  "st.",
	"vs.",  "no.",  "fig.", "approx.", "sr.",  "sra.", "dra.",
	"ud.",  "uds.", "p.",   "ej.",     "núm.",
};

static size_t mark_at(const char *at, const char *const *marks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_starts(at, marks[i]))
			return strlen(marks[i]);
	return 0;
}

static size_t ending_at(const char *at)
{
	static const char *const marks[] = {".", "!", "?", "…"};

	return mark_at(at, marks, sizeof marks / sizeof *marks);
}

static size_t closing_at(const char *at)
{
	static const char *const marks[] = {"\"", "'", ")", "]", "”", "’", "»"};

	return mark_at(at, marks, sizeof marks / sizeof *marks);
}

/* "no." is one when it is a number's sign ("no. 5"), not as an answer: the
 * word must be written small, or before a name. */
static int is_abbreviation(const char *text, const char *end)
{
	const char *word = end;

	while (word > text && !isspace((unsigned char)word[-1]) &&
	       !strchr("(\"", word[-1]))
		word--;
	size_t n = (size_t)(end - word);
	for (size_t i = 0; i < sizeof abbreviations / sizeof *abbreviations;
	     i++) {
		const char *a = abbreviations[i];
		if (strlen(a) != n || strncasecmp(a, word, n) != 0)
			continue;
		return !text_equal(a, "no.") ||
		       isdigit((unsigned char)end[strspn(end, " ")]);
	}
	return 0;
}

/* A small letter goes on. */
static int begins_sentence(const char *at)
{
	return !islower((unsigned char)*at);
}

const char *sentence_next(const char *text, size_t *length)
{
	text += strspn(text, " \t\n");
	for (const char *at = text; *at;) {
		size_t n = ending_at(at);
		if (n == 0) {
			at++;
			continue;
		}
		at += n;
		if (n == 1 && at[-1] == '.' && is_abbreviation(text, at))
			continue;
		while ((n = ending_at(at)) > 0 || (n = closing_at(at)) > 0)
			at += n;
		size_t blanks = strspn(at, " \t\n");
		if (!at[blanks] || (blanks && begins_sentence(at + blanks))) {
			*length = (size_t)(at - text);
			return text;
		}
	}
	*length = strlen(text);
	while (*length && isspace((unsigned char)text[*length - 1]))
		--*length;
	return text;
}
