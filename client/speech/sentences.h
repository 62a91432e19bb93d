/* sentences: cuts a text where a speaker would breathe. */
#ifndef CLIENT_SPEECH_SENTENCES_H
#define CLIENT_SPEECH_SENTENCES_H

#include <stddef.h>

/* The first sentence at text, blanks before it skipped; *length is 0 at the
 * end of the text.  It ends at ".", "!", "?" or an ellipsis, with the quotes
 * and brackets that close behind it, when a new one begins after a blank.
 * Abbreviations ("e.g. iron", "Dr. Who", "p. ej. agua") do not end one. */
const char *sentence_next(const char *text, size_t *length);

#endif
