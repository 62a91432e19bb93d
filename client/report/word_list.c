#include "client/report/word_list.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

/* A word has two bytes with what parts it from the next one, so a piece of this
 * size has no more than a struct words takes. */
enum { PIECE_MOST = 2 * WORDS_MOST - 1 };

static bool ends_sentence(const char *c)
{
	return *c == '\n' || (strchr(".!?", *c) && (c[1] == ' ' || !c[1]));
}

/* Bytes of the next piece: up to the last end of a sentence in reach, so that
 * what belongs together ("three quarters") is read together; else up to a
 * blank. */
static size_t piece_length(const char *text)
{
	size_t left = strlen(text), blank = 0;

	if (left <= PIECE_MOST)
		return left;
	for (size_t n = PIECE_MOST; n > 0; n--) {
		if (ends_sentence(&text[n - 1]))
			return n;
		if (!blank && text[n - 1] == ' ')
			blank = n;
	}
	return blank ? blank : text_utf8_cut(text, left, PIECE_MOST);
}

static int append(struct word_list *l, const struct words *w)
{
	if (l->count + w->count > l->capacity) {
		size_t capacity = 2 * l->capacity + w->count;
		void *more = realloc(l->words, capacity * sizeof *l->words);
		if (!more)
			return PROBLEM_MEMORY;
		l->words = more;
		l->capacity = capacity;
	}
	for (size_t i = 0; i < w->count; i++)
		memcpy(l->words[l->count++], w->list[i].text, WORD_SIZE);
	return 0;
}

int word_list_read(struct word_list *out, enum lesson_language language,
		   const char *text)
{
	char piece[PIECE_MOST + 1];
	struct words w;
	int err = 0;

	*out = (struct word_list){0};
	while (*text && !err) {
		size_t n = piece_length(text);
		memcpy(piece, text, n);
		piece[n] = '\0';
		text += n;
		words_read(&w, language, piece);
		err = append(out, &w);
	}
	if (err)
		word_list_deinit(out);
	return err;
}

void word_list_deinit(struct word_list *l)
{
	free(l->words);
	*l = (struct word_list){0};
}
