#include "net/aws/command_words.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"

enum { WORD_MOST = 64 * 1024 };

/* Appends one word to b and returns what follows it; NULL: a quote or a
 * backslash has no end. */
static const char *read_word(struct bytes *b, const char *at)
{
	char quote = '\0';

	for (; *at && (quote || !strchr(" \t\r\n", *at)); at++) {
		if (quote ? *at == quote : (*at == '\'' || *at == '"')) {
			quote = quote ? '\0' : *at;
			continue;
		}
		/* in double quotes it escapes only itself and the quote */
		if (*at == '\\' && quote != '\'' &&
		    (!quote || at[1] == '"' || at[1] == '\\')) {
			if (!*++at)
				return NULL;
		}
		bytes_append_u8(b, (uint8_t)*at);
	}
	return quote ? NULL : at;
}

int command_words_split(char ***out, const char *command)
{
	/* a word needs a byte and a blank */
	char **words = calloc(strlen(command) / 2 + 2, sizeof *words);
	size_t count = 0;
	int err = words ? 0 : PROBLEM_MEMORY;

	while (!err) {
		struct bytes b;

		command += strspn(command, " \t\r\n");
		if (!*command)
			break;
		bytes_init(&b, WORD_MOST);
		command = read_word(&b, command);
		if (!command)
			err = PROBLEM_FORMAT;
		else if (!(words[count++] = bytes_take_text(&b)))
			err = PROBLEM_MEMORY;
		bytes_deinit(&b);
	}
	if (!err && count == 0)
		err = PROBLEM_FORMAT;
	if (err)
		command_words_free(words);
	else
		*out = words;
	return err;
}

char **command_words_free(char **words)
{
	for (char **w = words; w && *w; w++)
		free(*w);
	free(words);
	return NULL;
}
