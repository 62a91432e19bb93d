/* judge_known: the words of a lesson, to tell an attempt at an answer from talk
 * about something else, and a word of the lesson from a slip of a finger. */
#include <stdlib.h>
#include <string.h>

#include "client/lesson/judge_private.h"
#include "client/lesson/words_steps.h"
#include "net/base/problem.h"

static int by_stem(const void *a, const void *b)
{
	return strcmp(((const struct known_word *)a)->stem,
		      ((const struct known_word *)b)->stem);
}

static int add_word(struct judge *j, const struct word *w, bool topic)
{
	if (j->known_count == j->known_room) {
		size_t room = j->known_room ? 2 * j->known_room : 512;
		struct known_word *more = realloc(j->known,
						  room * sizeof *j->known);
		if (!more)
			return PROBLEM_MEMORY;
		j->known = more;
		j->known_room = room;
	}
	struct known_word *k = &j->known[j->known_count++];
	memcpy(k->stem, w->stem, sizeof k->stem);
	k->topic = topic && word_counts(w) && !(w->flags & WORD_NUMBER);
	k->common = false;
	return 0;
}

static int add_text(struct judge *j, const char *text, bool topic)
{
	struct words w;
	int err = 0;

	if (!text)
		return 0;
	words_read(&w, j->language, text);
	for (size_t i = 0; i < w.count && !err; i++)
		err = add_word(j, &w.list[i], topic);
	return err;
}

static int add_common(struct judge *j)
{
	const char *const *list = word_tables(j->language)->common;
	int err = 0;

	for (; *list && !err; list++) {
		err = add_text(j, *list, false);
		if (!err)
			j->known[j->known_count - 1].common = true;
	}
	return err;
}

static int add_words(struct judge *j, const struct lesson_words *w)
{
	int err = 0;

	for (size_t i = 0; i < w->count; i++)
		for (size_t k = 0; k < w->parts[i].count && !err; k++)
			err = add_text(j, w->parts[i].wordings[k].text, true);
	return err;
}

static int add_step(struct judge *j, const struct lesson_step *s)
{
	int err = add_text(j, s->question, true);

	if (!err)
		err = add_text(j, s->explanation, true);
	for (size_t i = 0; i < s->answer_count && !err; i++)
		err = add_words(j, &s->answers[i]);
	for (size_t i = 0; i < s->mistake_count && !err; i++)
		err = add_words(j, &s->mistakes[i].words);
	for (size_t i = 0; i < s->mistake_count && !err; i++)
		err = add_text(j, s->mistakes[i].reply, false);
	for (size_t i = 0; i < s->hint_count && !err; i++)
		err = add_text(j, s->hints[i], false);
	return err;
}

static void join_into(struct known_word *k, const struct known_word *other)
{
	k->common |= other->common;
	k->topic = (k->topic || other->topic) && !k->common;
}

/* One entry a stem. */
static void join_equals(struct judge *j)
{
	size_t n = 0;

	for (size_t i = 0; i < j->known_count; i++) {
		const struct known_word *k = &j->known[i];
		if (n > 0 && strcmp(j->known[n - 1].stem, k->stem) == 0)
			join_into(&j->known[n - 1], k);
		else
			j->known[n++] = *k;
	}
	j->known_count = n;
}

int judge_read_known(struct judge *j, const struct lesson *l)
{
	int err = add_common(j);

	if (!err)
		err = add_text(j, l->title, true);

	for (size_t i = 0; i < l->step_count && !err; i++)
		err = add_step(j, &l->steps[i]);
	for (size_t i = 0; i < l->word_count && !err; i++) {
		err = add_text(j, l->vocabulary[i].word, true);
		if (!err)
			err = add_text(j, l->vocabulary[i].meaning,
				       l->language == LESSON_ENGLISH);
	}
	if (err)
		return err;
	qsort(j->known, j->known_count, sizeof *j->known, by_stem);
	join_equals(j);
	return 0;
}

const struct known_word *judge_known(const struct judge *j, const char *stem)
{
	size_t low = 0, high = j->known_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(j->known[middle].stem, stem);
		if (order == 0)
			return &j->known[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
