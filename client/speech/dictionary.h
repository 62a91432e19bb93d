/*
 * dictionary: of a pronouncing dictionary (CMUdict's form: "word phones",
 * further ways as "word(2) phones") the words that are wanted.
 *
 * A whole one would take 30 MB in a recogniser.
 */
#ifndef CLIENT_SPEECH_DICTIONARY_H
#define CLIENT_SPEECH_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>

struct bytes;
struct vocabulary;

/* Appends the lines of the wanted words in text to out, and their phones to
 * sounds and the words themselves to found (each NULL: not wanted).  Words
 * that sound like one of `unlike` (NULL: none) are left out.  0 or
 * PROBLEM_MEMORY. */
int dictionary_pick(struct bytes *out, const char *text,
		    const struct vocabulary *wanted, struct vocabulary *sounds,
		    struct vocabulary *found, const struct vocabulary *unlike);

#endif
