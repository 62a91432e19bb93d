/*
 * letters: a text as the bytes that are compared, whoever compares.
 *
 *   "Él está aquí… ½"  ->  "el esta aqui.  1/2 "
 *
 * Letters of Latin scripts lose case and accents, so that a learner's keyboard
 * does not decide; other scripts stay as they are.  Signs that stand for
 * something plain become that: curly apostrophes, fractions, lower figures;
 * dashes and Spanish opening marks become ";", quotation marks blanks.
 * Pure, no allocation; any thread.
 */
#ifndef CLIENT_LESSON_LETTERS_H
#define CLIENT_LESSON_LETTERS_H

#include <stddef.h>

struct letters {
	const char *at; /* UTF-8 that was not read yet */
	size_t left;
	const char *from; /* what is given first */
	size_t from_left;
};

/* text is borrowed. */
void letters_begin(struct letters *l, const char *text);
/* The next byte; 0 at the end.  Bytes from 0x80 on are parts of letters; what
 * is not UTF-8 is passed over. */
unsigned char letters_next(struct letters *l);

#endif
