/*
 * dialogue_recall: a talk that was begun elsewhere is taken up.
 *
 * The learner's words are heard once more, in silence, for what they were
 * worth; the tutor's words, where they hold a question or a hint, go before
 * what would be said now.
 */
#include "client/tutor/dialogue_private.h"

#include <string.h>

#include "net/nova/history.h"

/* Behind the words where they stand at text, whatever blanks are between them;
 * NULL: they do not. */
static const char *behind(const char *text, const char *words)
{
	for (;;) {
		while (*words == ' ')
			words++;
		if (!*words)
			return text;
		while (*text == ' ')
			text++;
		if (*text++ != *words++)
			return NULL;
	}
}

/* Behind their last place in text, or NULL. */
static const char *find_last(const char *text, const char *words)
{
	const char *found = NULL;

	for (; *text; text++) {
		const char *end = behind(text, words);
		if (end)
			found = end;
	}
	return found;
}

/* The question that was asked last in it; false: none was. */
static bool find_question(const struct dialogue *d, const char *text,
			  size_t *at)
{
	const struct lesson_plan *plan = d->settings.plan;
	const char *last = NULL;

	for (size_t i = 0; i < plan->count; i++) {
		const char *end = find_last(
			text,
			d->settings.lesson->steps[plan->steps[i]].question);
		if (end && (!last || end > last)) {
			last = end;
			*at = i;
		}
	}
	return last != NULL;
}

static void recall_hints(struct dialogue *d, const char *text)
{
	const struct lesson_step *s = dialogue_asked_step(d);

	for (size_t i = d->asked.hints; i < s->hint_count; i++)
		if (find_last(text, s->hints[i]))
			d->asked.hints = i + 1;
}

static void recall_tutor(struct dialogue *d, const char *text)
{
	size_t at;
	bool asked = find_question(d, text, &at);

	if (asked && (d->state != DIALOGUE_ASKING || d->at != at))
		dialogue_ask(d, at);
	if (d->state == DIALOGUE_ASKING)
		recall_hints(d, text);
	/* The reply was cut before its question, or nobody heard it. */
	d->question_heard = asked || d->content_question == NO_QUESTION;
	if (!d->question_heard)
		d->content_from = 0;
}

void dialogue_recall(struct dialogue *d, const struct history *h)
{
	for (size_t i = 0; i < h->count; i++) {
		const struct history_message *m = &h->messages[i];

		if (m->role == NOVA_USER)
			dialogue_hear(d, &(struct dialogue_heard){
						 m->text, JUDGE_HEARD, true});
		else
			recall_tutor(d, m->text);
	}
	if (h->count > 0 && h->messages[h->count - 1].role == NOVA_USER) {
		d->question_heard = false;
		d->content_from = 0;
	}
	d->reply.marks = false;
}
