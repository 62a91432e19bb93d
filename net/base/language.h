/*
 * language: sentences for people in their own language, by gettext.
 *
 * A sentence in the code is English, and the name under which the files of po/
 * have the others.  problem_set() and its like look their format up by
 * themselves; what goes to a person by another way is marked with _().  Field
 * names, JSON, logs and what goes over the wire are never translated: programs
 * read them.
 */
#ifndef NET_BASE_LANGUAGE_H
#define NET_BASE_LANGUAGE_H

#include <libintl.h>

/* Now, in the person's language.  Any thread, after language_begin(). */
#define _(text) language_text(text)
/* Later, by _() where it is shown: marks a constant for po/. */
#define N_(text) text
/* Once, before any thread, by a program for people.  Translations are in
 * "locale" beside the program or in share/locale of where it is installed;
 * without them it speaks English.  The language is the locale's: LC_ALL,
 * LC_MESSAGES, LANG, and before them LANGUAGE.  A locale that is not installed
 * will do. */
void language_begin(void);

/* An empty text is gettext's name for its own header. */
static inline __attribute__((format_arg(1))) const char *
language_text(const char *text)
{
	return *text ? gettext(text) : text;
}

#endif
