/* What the module has a copy of, too. */
#include <string.h>

#include "client/window/window_view.h"
#include "net/base/language.h"

static size_t skip(const char *text, size_t at, bool blanks)
{
	while (text[at] && (strchr(" \t\n", text[at]) != NULL) == blanks)
		at++;
	return at;
}

unsigned window_words(const char *text)
{
	unsigned n = 0;

	for (size_t at = skip(text, 0, true); text[at];
	     at = skip(text, skip(text, at, false), true))
		n++;
	return n;
}

size_t window_words_length(const char *text, unsigned n)
{
	size_t at = skip(text, 0, true);

	while (text[at] && n--)
		at = skip(text, skip(text, at, false), true);
	return at;
}

const char *window_state_word(enum window_state state)
{
	static const char *const words[] = {
		[WINDOW_CONNECTING] = N_("Connecting"),
		[WINDOW_LISTENING] = N_("Listening"),
		[WINDOW_HEARING] = N_("Hearing you"),
		[WINDOW_THINKING] = N_("Thinking"),
		[WINDOW_SPEAKING] = N_("Speaking"),
		[WINDOW_RECONNECTING] = N_("Reconnecting"),
		[WINDOW_ENDED] = N_("Ended"),
	};

	return _(words[state]);
}
