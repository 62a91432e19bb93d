/*
 * spoken: a text of a lesson as the words that are heard when it is said, for
 * a recogniser's grammar.
 *
 *   "CO2" -> "c o two"    "3/4" -> "three quarters"    "Isn't it?" -> "isn't
 * it"
 *
 * Lower case with accents and apostrophes as written, single blanks, no
 * punctuation.  The judge takes the result for the same words as the text.
 */
#ifndef CLIENT_LESSON_SPOKEN_H
#define CLIENT_LESSON_SPOKEN_H

#include "client/lesson/lesson.h"

struct bytes;

/* Appends to out; its failure stays in it (bytes.failed). */
void lesson_spoken(struct bytes *out, enum lesson_language language,
		   const char *text);

#endif
