#include "net/renewal/account.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

void account_init(struct account *a, size_t history_bytes)
{
	*a = (struct account){0};
	history_init(&a->history);
	if (history_bytes)
		a->history.total_limit = history_bytes;
}

void account_deinit(struct account *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->questions[i].text);
	free(a->questions);
	history_deinit(&a->history);
	*a = (struct account){0};
}

static int add(struct account *a, const char *text, uint64_t end, bool typed)
{
	if (a->count == a->capacity) {
		size_t capacity = a->capacity ? 2 * a->capacity : 4;
		struct question *more = realloc(a->questions,
						capacity * sizeof *more);
		if (!more)
			return PROBLEM_MEMORY;
		a->questions = more;
		a->capacity = capacity;
	}
	char *copy = text_copy(text);
	if (!copy)
		return PROBLEM_MEMORY;
	a->questions[a->count++] = (struct question){copy, end, typed};
	return 0;
}

int account_heard(struct account *a, const char *text, uint64_t end)
{
	/* A service that transcribes typed text says it a second time. */
	for (size_t i = 0; i < a->count; i++)
		if (a->questions[i].typed &&
		    text_equal(a->questions[i].text, text))
			return 0;
	return *text ? add(a, text, end, false) : 0;
}

int account_typed(struct account *a, const char *text, uint64_t end)
{
	return *text ? add(a, text, end, true) : 0;
}

int account_said(struct account *a, const char *text)
{
	return history_add(&a->history, NOVA_ASSISTANT, text);
}

static void remove_question(struct account *a, size_t i)
{
	free(a->questions[i].text);
	a->count--;
	memmove(a->questions + i, a->questions + i + 1,
		(a->count - i) * sizeof *a->questions);
}

static int into_history(struct account *a, size_t i)
{
	int err = history_add(&a->history, NOVA_USER, a->questions[i].text);

	if (!err)
		remove_question(a, i);
	return err;
}

int account_answered(struct account *a)
{
	int err = 0;

	while (a->count > 0 && !err)
		err = into_history(a, 0);
	return err;
}

uint64_t account_begin(const struct account *a, uint64_t from, uint64_t oldest)
{
	if (from >= oldest)
		return from;
	for (size_t i = 0; i < a->count; i++)
		if (!a->questions[i].typed && a->questions[i].end >= oldest)
			return a->questions[i].end;
	return oldest;
}

int account_settle(struct account *a, uint64_t from)
{
	int forgotten = 0;

	for (size_t i = 0; i < a->count;) {
		const struct question *q = &a->questions[i];

		if (q->typed) {
			i++;
		} else if (q->end <= from) {
			if (into_history(a, i))
				return PROBLEM_MEMORY;
		} else {
			remove_question(a, i);
			forgotten++;
		}
	}
	return forgotten;
}
