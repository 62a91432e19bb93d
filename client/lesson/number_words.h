/* number_words: the words for numbers in each language, for reading and for
 * saying them. */
#ifndef CLIENT_LESSON_NUMBER_WORDS_H
#define CLIENT_LESSON_NUMBER_WORDS_H

#include <stdbool.h>

#include "client/lesson/lesson.h"

struct number_word {
	const char *word; /* without accents; NULL behind the last */
	unsigned long value;
	const char *said; /* with its accents; NULL: the same */
};

/* Where several words mean one number, the first is the one to say. */
struct number_words {
	const struct number_word *units;    /* 0 to 19, in Spanish to 29 */
	const struct number_word *tens;     /* 20, 30 ... */
	const struct number_word *hundreds; /* of one word: "doscientos" */
	const struct number_word *scales;   /* from the greatest on */
	const struct number_word *parts;    /* half, third, fifths */
	const char *hundred;     /* "hundred", counted by a unit; or NULL */
	const char *tens_joiner; /* "y" in "treinta y dos"; or NULL */
	const char *plus;        /* between a whole number and a fraction */
	const char *percent;     /* as two words */
	bool bare_scale;         /* "mil" alone is 1000 */
	/* lists that end with NULL */
	const char *const *over;     /* three OVER four */
	const char *const *articles; /* A third */
	const char *const *alone;    /* HALF */
	const char *const *points;   /* zero POINT five */
	/* behind an article these are no fractions: "un cuarto" is a room */
	const char *const *other_things;
	const char *const *clock_parts;    /* ocho y CUARTO */
	const char *const *before_pronoun; /* THIS one */
};

const struct number_words *number_words(enum lesson_language language);

#endif
