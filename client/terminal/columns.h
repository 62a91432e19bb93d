/*
 * columns: how wide a text is on a terminal.
 *
 * UTF-8, without control characters (text_clean_line()).  Wide characters are
 * two columns, combining ones none, whatever the locale.  Any thread.
 */
#ifndef CLIENT_TERMINAL_COLUMNS_H
#define CLIENT_TERMINAL_COLUMNS_H

#include <stddef.h>

/* Columns of the first length bytes. */
size_t columns_of(const char *text, size_t length);
/* The longest beginning, in bytes, that is at most so many columns wide, with
 * the combining characters of its last one. */
size_t columns_fit(const char *text, size_t columns);
/* The same, back to the last place between words when there is one. */
size_t columns_fit_words(const char *text, size_t columns);

#endif
