/*
 * judge_match: finds the wordings of an answer in what was said.
 *
 * The words of a wording must stand in their order, with at most
 * MATCH_GAP_MOST others that count between two of them, negated as in the
 * wording.  Private to the judge.
 */
#ifndef CLIENT_LESSON_JUDGE_MATCH_H
#define CLIENT_LESSON_JUDGE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/lesson/words.h"

enum { MATCH_GAP_MOST = 4, PATTERN_WORDS_MOST = 16 };

/* A wording as words. */
struct pattern {
	struct word *list; /* owned; those that count, or, exact, all */
	size_t count;      /* 0: nothing in it can be compared */
	bool exact;
};

struct pattern_part {
	struct pattern *patterns; /* owned */
	size_t count;
};

struct pattern_words {
	struct pattern_part *parts; /* owned */
	size_t count, need;
};

/* Which words of a text are used, a bit each. */
struct cover {
	uint64_t bits[WORDS_MOST / 64];
};
void cover_set(struct cover *c, size_t at);
bool cover_holds(const struct cover *c, size_t at);
/* Whether all of part is in whole. */
bool cover_is_within(const struct cover *part, const struct cover *whole);
void cover_add(struct cover *c, const struct cover *other);

/* The first PATTERN_WORDS_MOST words of the wording; one that says nothing but
 * a set phrase is exact.  0 or PROBLEM_MEMORY. */
int pattern_read(struct pattern *p, enum lesson_language language,
		 const struct lesson_wording *w);
int pattern_words_read(struct pattern_words *p, enum lesson_language language,
		       const struct lesson_words *w);
void pattern_words_clear(struct pattern_words *p);

/* Adds all places where the pattern stands to *c; false: there is none. */
bool pattern_find(const struct pattern *p, const struct words *w,
		  struct cover *c);
/* The parts that are there, as bits, with their places added to *c. */
uint32_t pattern_words_find(const struct pattern_words *p,
			    const struct words *w, struct cover *c);
size_t parts_count(uint32_t parts);
bool pattern_words_suffice(const struct pattern_words *p, uint32_t parts);

#endif
