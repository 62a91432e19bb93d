/* dialogue_say: the parts of which a tutor's replies are made. */
#include "client/tutor/dialogue_private.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"

enum {
	TEXT_MOST = 8 * 1024,
	REMEMBERED_MOST = 3, /* more would be a lecture */
	NUMBER_SIZE = 24,
};

void say_text(struct dialogue *d, const char *text)
{
	sentence_list_add(&d->said, text);
}

void say_phrase(struct dialogue *d, enum phrase phrase)
{
	say_text(d, phrase_pick(d->language, phrase, &d->random));
}

void say_filled(struct dialogue *d, enum phrase phrase,
		const char *const *values)
{
	struct bytes text;
	const char *filled;

	bytes_init(&text, TEXT_MOST);
	phrase_write(&text, phrase_pick(d->language, phrase, &d->random),
		     values);
	filled = bytes_text(&text);
	if (filled && !text.failed)
		say_text(d, filled);
	else
		d->said.failed = PROBLEM_MEMORY;
	bytes_deinit(&text);
}

void say_question(struct dialogue *d)
{
	d->question_from = d->said.count;
	say_text(d, dialogue_asked_step(d)->question);
}

void say_opening(struct dialogue *d)
{
	const struct lesson *l = d->settings.lesson;
	const struct lesson_plan *plan = d->settings.plan;

	if (!plan->resumed)
		say_text(d, l->opener);
	else
		say_filled(d, PHRASE_GREETING,
			   (const char *const[]){l->title, NULL});
	if (plan->review > 0)
		say_phrase(d, PHRASE_REVIEW);
}

void say_parts(struct dialogue *d, size_t answer, uint32_t parts)
{
	const struct lesson_words *w = &dialogue_asked_step(d)->answers[answer];
	struct bytes list;
	const char *text;

	bytes_init(&list, TEXT_MOST);
	for (size_t i = 0; i < w->count; i++) {
		if (!(parts & UINT32_C(1) << i))
			continue;
		uint32_t left = parts >> i >> 1;
		if (list.length > 0)
			bytes_append_text(&list,
					  left ? ", "
					       : phrase_pick(d->language,
							     PHRASE_AND,
							     &d->random));
		bytes_append_text(&list, w->parts[i].wordings[0].text);
	}
	text = bytes_text(&list);
	if (text && !list.failed)
		say_filled(d, PHRASE_PARTLY, (const char *const[]){text, NULL});
	else
		d->said.failed = PROBLEM_MEMORY;
	bytes_deinit(&list);
}

/* --- the summary --- */

static size_t count_outcomes(const struct dialogue *d,
			     enum dialogue_outcome which)
{
	size_t n = 0;

	for (size_t i = 0; i < d->settings.plan->count; i++)
		n += d->outcomes[i] == which;
	return n;
}

static void say_missed(struct dialogue *d)
{
	const struct lesson_plan *plan = d->settings.plan;
	size_t said = 0;

	for (size_t i = 0; i < plan->count && said < REMEMBERED_MOST; i++) {
		if (d->outcomes[i] != OUTCOME_MISSED)
			continue;
		if (said++ == 0)
			say_phrase(d, PHRASE_REMEMBER);
		say_text(d,
			 d->settings.lesson->steps[plan->steps[i]].explanation);
	}
}

void say_summary(struct dialogue *d)
{
	size_t all = d->settings.plan->count;
	size_t first = count_outcomes(d, OUTCOME_AT_ONCE);
	size_t right = first + count_outcomes(d, OUTCOME_LATER);
	char of[NUMBER_SIZE], answered[NUMBER_SIZE], at_once[NUMBER_SIZE];

	snprintf(of, sizeof of, "%zu", all);
	snprintf(answered, sizeof answered, "%zu", right);
	snprintf(at_once, sizeof at_once, "%zu", first);
	if (first == all)
		say_filled(d, PHRASE_ALL_AT_ONCE,
			   (const char *const[]){of, NULL});
	else if (right == all)
		say_filled(d, PHRASE_ALL_ANSWERED,
			   (const char *const[]){of, at_once, NULL});
	else if (right == 0)
		say_filled(d, PHRASE_NONE, (const char *const[]){of, NULL});
	else
		say_filled(d, PHRASE_SOME,
			   (const char *const[]){answered, of, at_once, NULL});
	say_missed(d);
}
