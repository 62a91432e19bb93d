#include "net/base/language.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/base/program.h"
#include "net/base/text.h"

static const char *first_set(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "C";
}

/* gettext translates in no locale that setlocale() does not know, and a machine
 * may lack the one that is asked for.  C.UTF-8 is always there, and leaves the
 * choice to LANGUAGE. */
static int use_locale(void)
{
	const char *wanted = first_set();
	const char *language = getenv("LANGUAGE");

	if (text_equal(wanted, "C") || text_equal(wanted, "POSIX") ||
	    text_starts(wanted, "C."))
		return 0;
	if (setlocale(LC_MESSAGES, ""))
		return 1;
	if (!setlocale(LC_MESSAGES, "C.UTF-8"))
		return 0;
	return (language && *language) || setenv("LANGUAGE", wanted, 1) == 0;
}

/* Where translations are, or NULL. */
static const char *find_folder(char *out, size_t size)
{
	/* the second is of a program in PREFIX/bin */
	static const char *const places[] = {"locale", "../share/locale"};
	char program[PROGRAM_FOLDER_SIZE];

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (program_folder(program))
			return NULL;
		snprintf(out, size, "%s/%s", program, places[i]);
		if (access(out, X_OK) == 0)
			return out;
	}
	return NULL;
}

void language_begin(void)
{
	static const char domain[] = "habla";
	char path[PROGRAM_FOLDER_SIZE + 32];
	const char *folder = find_folder(path, sizeof path);

	if (!folder || !use_locale())
		return;
	bindtextdomain(domain, folder);
	bind_textdomain_codeset(domain, "UTF-8");
	textdomain(domain);
}
