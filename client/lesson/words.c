#include "client/lesson/words.h"

#include <string.h>

#include "client/lesson/words_steps.h"
#include "net/base/text.h"

/* --- one word --- */

void word_set(struct word *w, const char *text, size_t length)
{
	length = text_utf8_cut(text, length, WORD_SIZE - 1);
	memcpy(w->text, text, length);
	w->text[length] = '\0';
}

bool word_is_in(const struct word *w, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(w->text, *list) == 0)
			return true;
	return false;
}

bool word_counts(const struct word *w)
{
	if (w->flags & (WORD_RETRACTED | WORD_SET_PHRASE))
		return false;
	return w->flags & WORD_PARTICLE ||
	       !(w->flags & (WORD_LITTLE | WORD_NEGATOR));
}

/* --- runs of words --- */

size_t words_match(const struct words *w, size_t at, const char *text)
{
	size_t i = at;

	while (*text && i < w->count) {
		size_t length = strcspn(text, " ");
		if (strlen(w->list[i].text) != length ||
		    strncmp(w->list[i].text, text, length) != 0)
			return 0;
		text += length;
		text += *text == ' ';
		i++;
	}
	return *text ? 0 : i - at;
}

size_t words_match_any(const struct words *w, size_t at,
		       const char *const *runs)
{
	size_t longest = 0;

	for (; *runs; runs++) {
		size_t n = words_match(w, at, *runs);
		if (n > longest)
			longest = n;
	}
	return longest;
}

/* --- the list --- */

bool words_insert(struct words *w, size_t at)
{
	if (w->count == WORDS_MOST)
		return false;
	memmove(&w->list[at + 1], &w->list[at],
		(w->count - at) * sizeof *w->list);
	w->list[at] = (struct word){.flags = 0};
	w->count++;
	return true;
}

void words_remove(struct words *w, size_t at, size_t count)
{
	memmove(&w->list[at], &w->list[at + count],
		(w->count - at - count) * sizeof *w->list);
	w->count -= count;
}

void words_join(struct words *w, size_t at, size_t n, const char *text,
		unsigned flags)
{
	unsigned last = w->list[at + n - 1].flags & WORD_ENDS_CLAUSE;

	word_set(&w->list[at], text, strlen(text));
	w->list[at].flags = last | flags;
	words_remove(w, at + 1, n - 1);
}

/* --- all of it --- */

static bool anything_counts(const struct words *w)
{
	for (size_t i = 0; i < w->count; i++)
		if (word_counts(&w->list[i]))
			return true;
	return false;
}

void words_read(struct words *w, enum lesson_language language,
		const char *text)
{
	words_split(w, language, text);
	words_tidy_digits(w, language);
	words_join_numbers(w, language);
	words_join_letters(w);
	for (size_t i = 0; i < w->count; i++) {
		struct word *word = &w->list[i];
		word_find_stem(word, language);
		if (word_is_in(word, word_tables(language)->little))
			word->flags |= WORD_LITTLE;
	}
	words_find_negation(w, language);
	/* A text of little words alone means them. */
	w->little = !anything_counts(w);
	if (w->little)
		for (size_t i = 0; i < w->count; i++)
			w->list[i].flags &= ~(unsigned)WORD_LITTLE;
}
