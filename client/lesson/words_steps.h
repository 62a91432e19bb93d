/* words_steps: the steps of words_read(), in their order.  Private to
 * words*.c. */
#ifndef CLIENT_LESSON_WORDS_STEPS_H
#define CLIENT_LESSON_WORDS_STEPS_H

#include "client/lesson/words.h"

/* words_split.c: letters to words, with WORD_ENDS_CLAUSE; "n't" and its like
 * become words of their own. */
void words_split(struct words *w, enum lesson_language language,
		 const char *text);
/* words_digits.c: numbers in digits get one form. */
void words_tidy_digits(struct words *w, enum lesson_language language);
/* words_number.c: number words that belong together become one word of
 * digits. */
void words_join_numbers(struct words *w, enum lesson_language language);
/* words_digits.c: spelled letters, and a digit behind them, become one word. */
void words_join_letters(struct words *w);
/* words_stem.c */
void word_find_stem(struct word *w, enum lesson_language language);
/* words_meaning.c: WORD_NEGATED and all that leads to it. */
void words_find_negation(struct words *w, enum lesson_language language);

/* --- words_tables.c --- */
/* Lists of words end with NULL. */
struct word_tables {
	const char *const *little;
	const char *const *common;   /* say little about a topic: go, make */
	const char *const *negators; /* up to the end of the clause */
	const char *const *near_negators; /* the next thing only: without */
	const char *const *clause_starts; /* but, because */
	const char *const *subjects; /* they, it: start a clause once something
				      * has been negated */
	const char *const *verbs;    /* is, does: "X is not" negates X */
	const char *const *raising;  /* I do not think that it is X */
	const char *const *joiners;  /* and, or */
	/* runs of words */
	const char *const *not_negating;   /* not only */
	const char *const *corrections;    /* I mean */
	const char *const *hedges;         /* I do not know */
	const char *const *hedge_breakers; /* what follows a hedge that is
					    * meant: I do not know what */
};
const struct word_tables *word_tables(enum lesson_language language);

bool word_is_in(const struct word *w, const char *const *list);
void word_set(struct word *w, const char *text, size_t length);
/* The first run of the list that begins at that word: how many words, or 0. */
size_t words_match_any(const struct words *w, size_t at,
		       const char *const *runs);
/* Makes room for one more word at that place, if it fits; it is zero. */
bool words_insert(struct words *w, size_t at);
void words_remove(struct words *w, size_t at, size_t count);
/* The n words from at on become one, with these flags. */
void words_join(struct words *w, size_t at, size_t n, const char *text,
		unsigned flags);

#endif
