/*
 * words: a text as the words that a judge compares.
 *
 *   "It isn't Oxygen, it's three quarters!"
 *     it is not oxygen(negated), it is 3/4.
 *
 * Letters without case and accents; contractions and numbers in one form; each
 * word with a stem that its plural and simple inflections share; which words
 * are little (articles, pronouns, forms of be), negated or taken back.  Pure,
 * no allocation; any thread.
 */
#ifndef CLIENT_LESSON_WORDS_H
#define CLIENT_LESSON_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "client/lesson/lesson.h"

enum {
	WORD_SIZE = 32,   /* longer words are compared by their beginning */
	WORDS_MOST = 256, /* of a text; what follows is not looked at */
};

enum word_flag {
	WORD_LITTLE = 1 << 0, /* says nothing by itself: the, of, it, is */
	WORD_NUMBER = 1 << 1,
	WORD_NEGATOR = 1 << 2,     /* not, without */
	WORD_NEGATED = 1 << 3,     /* stands under one */
	WORD_PARTICLE = 1 << 4,    /* the "no" that answers a question */
	WORD_RETRACTED = 1 << 5,   /* "oxygen, I mean, carbon dioxide" */
	WORD_ENDS_CLAUSE = 1 << 6, /* punctuation follows */
	WORD_SET_PHRASE = 1 << 7,  /* of "I do not know": negates nothing */
};

struct word {
	char text[WORD_SIZE]; /* "leaves", "3/4" */
	char stem[WORD_SIZE]; /* "leaf", "3/4" */
	unsigned flags;       /* WORD_... */
};

struct words {
	struct word list[WORDS_MOST];
	size_t count;
	bool question; /* it had a question mark */
	bool little;   /* it has little words only; then they count */
};

/* All that the head of this file says.  text is UTF-8; what is none is passed
 * over. */
void words_read(struct words *w, enum lesson_language language,
		const char *text);

/* Whether it counts when an answer is compared. */
bool word_counts(const struct word *w);
/* A letter of two or more words in a row, as a search for "i do not know" needs
 * it: whether the words from at on are those of the text, single blanks
 * between them.  Returns how many, or 0. */
size_t words_match(const struct words *w, size_t at, const char *text);

#endif
