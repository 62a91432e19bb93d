/*
 * word_diff: two texts word by word: how far they are apart, and where.
 *
 *   expected "The leaf takes in CO2, isn't it?"
 *   got      "a leaf takes c o two is not it"
 *   text     "[-the-] {+a+} leaf takes [-in-] co2 is not it"
 *
 * What counts as the same word is decided by client/lesson/words.h, as for the
 * judge of a learner's answers: letters without case and accents, no
 * punctuation, no fillers ("um"), contractions written out, numbers in one
 * form ("three quarters" is "3/4").  Stems do not count: "leaf" is not
 * "leaves".
 *
 * The alignment is Levenshtein's over words, a replaced word costs as much as
 * a missing or an added one; so the word error rate is the usual
 * (replaced + missing + added) / expected.  Any thread.
 */
#ifndef CLIENT_REPORT_WORD_DIFF_H
#define CLIENT_REPORT_WORD_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "client/lesson/lesson.h"

enum word_diff_span {
	WORD_DIFF_WHOLE, /* all of got is compared */
	/* The place in got that is nearest; what stands before and behind it
	 * costs nothing and is shown as "...". */
	WORD_DIFF_WITHIN,
};

struct word_diff {
	size_t expected;                 /* words of it */
	size_t replaced, missing, added; /* words of got */
	/* Words in lower case; "[-missing-]", "{+added+}".  Owned. */
	char *text;
};

/* 0, PROBLEM_MEMORY, or PROBLEM_LIMIT when both are too long to be compared
 * (WORD_DIFF_CELLS_MOST pairs of words); then there is nothing to free. */
enum { WORD_DIFF_CELLS_MOST = 64 * 1024 * 1024 };
int word_diff_make(struct word_diff *out, enum lesson_language language,
		   const char *expected, const char *got,
		   enum word_diff_span span);
/* Fine on zero bytes. */
void word_diff_deinit(struct word_diff *d);

/* Nothing replaced, missing or added, and something was expected. */
bool word_diff_is_same(const struct word_diff *d);
/* 0 is the best; above 1 when more was added than expected.  Where no word was
 * expected: 0 when there is none, else 1. */
double word_diff_error_rate(const struct word_diff *d);

#endif
