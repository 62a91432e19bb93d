#include "net/base/failure.h"

#include "net/base/language.h"
#include "net/base/problem.h"

static const char *word_of(char mark, const struct failure_word *words,
			   size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].mark == mark)
			return words[i].text;
	return NULL;
}

void failure_fill(char *out, size_t size, const char *text,
		  const struct failure_word *words, size_t count)
{
	size_t n = 0;

	while (*text && n + 1 < size) {
		const char *word = text[0] == '%'
					   ? word_of(text[1], words, count)
					   : NULL;
		if (!word) {
			out[n++] = *text++;
			continue;
		}
		text += 2;
		while (*word && n + 1 < size)
			out[n++] = *word++;
	}
	out[n] = '\0';
}

int failure_set(struct problem *p, const struct failure *f, const char *thing,
		const struct failure_word *words, size_t count)
{
	char cause[PROBLEM_TEXT_SIZE / 2], remedy[PROBLEM_TEXT_SIZE / 2];

	failure_fill(cause, sizeof cause, _(f->cause), words, count);
	failure_fill(remedy, sizeof remedy, _(f->remedy), words, count);
	return problem_set(p, f->code, "%s: %s; %s", thing, cause, remedy);
}
