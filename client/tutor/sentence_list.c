#include "client/tutor/sentence_list.h"

#include <stdlib.h>
#include <string.h>

#include "client/speech/sentences.h"
#include "net/base/problem.h"

void sentence_list_clear(struct sentence_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->texts[i]);
	l->count = 0;
	l->failed = 0;
}

void sentence_list_deinit(struct sentence_list *l)
{
	sentence_list_clear(l);
	free(l->texts);
	*l = (struct sentence_list){0};
}

static int make_room(struct sentence_list *l)
{
	size_t room = l->room ? l->room * 2 : 16;
	char **more;

	if (l->count < l->room)
		return 0;
	more = realloc(l->texts, room * sizeof *more);
	if (!more)
		return PROBLEM_MEMORY;
	l->texts = more;
	l->room = room;
	return 0;
}

static void add(struct sentence_list *l, const char *text, size_t length)
{
	char *copy = make_room(l) ? NULL : strndup(text, length);

	if (copy)
		l->texts[l->count++] = copy;
	else
		l->failed = PROBLEM_MEMORY;
}

void sentence_list_add(struct sentence_list *l, const char *text)
{
	size_t length;

	while ((text = sentence_next(text, &length)), length > 0) {
		add(l, text, length);
		text += length;
	}
}

void sentence_list_add_list(struct sentence_list *l,
			    const struct sentence_list *other, size_t from)
{
	for (size_t i = from; i < other->count; i++)
		add(l, other->texts[i], strlen(other->texts[i]));
	if (other->failed)
		l->failed = other->failed;
}
