#include "client/tutor/dialogue_private.h"

#include <stdlib.h>

#include "net/base/problem.h"

/* Each "slower" takes so much off, down to that; a voice that is stretched
 * further is hard to understand. */
static const double SLOWER = 0.85, SPEED_LEAST = 0.6;

enum { SILENCES_MOST = 1 };

/* --- life --- */

int dialogue_create(struct dialogue **out,
		    const struct dialogue_settings *settings)
{
	struct dialogue *d = calloc(1, sizeof *d);

	if (!d)
		return PROBLEM_MEMORY;
	d->settings = *settings;
	d->language = settings->lesson->language;
	d->random = settings->seed;
	d->speed = 1;
	d->question_from = d->content_question = NO_QUESTION;
	d->reply = (struct dialogue_reply){.said = &d->said, .speed = 1};
	*out = d;
	return 0;
}

struct dialogue *dialogue_free(struct dialogue *d)
{
	if (!d)
		return NULL;
	sentence_list_deinit(&d->said);
	sentence_list_deinit(&d->content);
	free(d);
	return NULL;
}

const struct lesson_step *dialogue_asked_step(const struct dialogue *d)
{
	return &d->settings.lesson->steps[dialogue_step(d)];
}

size_t dialogue_step(const struct dialogue *d)
{
	return d->state == DIALOGUE_ASKING ? d->settings.plan->steps[d->at]
					   : d->settings.lesson->step_count;
}

void dialogue_ask(struct dialogue *d, size_t at)
{
	d->state = DIALOGUE_ASKING;
	d->at = at;
	d->asked = (struct asked){0};
}

void dialogue_cut(struct dialogue *d, size_t whole, bool begun)
{
	d->question_heard = d->question_from == NO_QUESTION ||
			    whole + begun > d->question_from;
	if (d->is_content && whole < d->content.count)
		d->content_from = whole;
}

/* --- going on --- */

static void mark(struct dialogue *d, enum lesson_result result)
{
	d->reply.marks = true;
	d->reply.step = dialogue_step(d);
	d->reply.result = result;
}

static void finish(struct dialogue *d)
{
	d->state = DIALOGUE_OVER;
	say_summary(d);
	say_text(d, d->settings.lesson->close);
}

static void go_on(struct dialogue *d, enum dialogue_outcome outcome)
{
	d->outcomes[d->at] = outcome;
	if (d->at + 1 == d->settings.plan->count) {
		finish(d);
		return;
	}
	dialogue_ask(d, d->at + 1);
	say_question(d);
}

static void tell(struct dialogue *d, enum phrase before)
{
	say_phrase(d, before);
	say_text(d, dialogue_asked_step(d)->explanation);
	go_on(d, OUTCOME_MISSED);
}

/* The next hint, or, when all are given, the answer. */
static void help(struct dialogue *d)
{
	const struct lesson_step *s = dialogue_asked_step(d);

	if (d->asked.hints == s->hint_count) {
		tell(d, PHRASE_TELL);
		return;
	}
	say_text(d, s->hints[d->asked.hints++]);
	say_question(d);
}

/* --- what an answer does --- */

static void right(struct dialogue *d)
{
	bool at_once = d->asked.tries == 0 && d->asked.hints == 0;

	mark(d, LESSON_RIGHT);
	say_phrase(d, at_once ? PHRASE_PRAISE : PHRASE_PRAISE_LATE);
	go_on(d, at_once ? OUTCOME_AT_ONCE : OUTCOME_LATER);
}

static void wrong(struct dialogue *d, enum phrase before)
{
	mark(d, LESSON_WRONG);
	d->asked.tries++;
	say_phrase(d, before);
	help(d);
}

static size_t count_bits(uint32_t bits)
{
	size_t n = 0;

	for (; bits; bits &= bits - 1)
		n++;
	return n;
}

/* What was said of an answer before counts, too. */
static void partly(struct dialogue *d, const struct judgement *j)
{
	uint32_t *have = &d->asked.parts[j->answer];
	bool gained = (*have | j->parts) != *have;

	*have |= j->parts;
	if (count_bits(*have) >=
	    dialogue_asked_step(d)->answers[j->answer].need) {
		right(d);
		return;
	}
	mark(d, LESSON_PARTLY);
	if (!gained) {
		d->asked.tries++;
		help(d);
		return;
	}
	say_parts(d, j->answer, *have);
}

/* The same mistake a second time: its words did not help. */
static void mistake(struct dialogue *d, const struct judgement *j)
{
	uint32_t bit = UINT32_C(1) << j->mistake;

	if (d->asked.mistakes & bit) {
		wrong(d, PHRASE_NOT_QUITE);
		return;
	}
	d->asked.mistakes |= bit;
	d->asked.tries++;
	mark(d, LESSON_WRONG);
	say_text(d, dialogue_asked_step(d)->mistakes[j->mistake].reply);
	say_question(d);
}

/* --- what a request does --- */

static void stop(struct dialogue *d)
{
	d->state = DIALOGUE_OVER;
	say_phrase(d, PHRASE_STOP);
	say_summary(d);
	say_phrase(d, PHRASE_GOODBYE);
}

static void say_again(struct dialogue *d, size_t from)
{
	size_t before = d->said.count, question = d->content_question;

	sentence_list_add_list(&d->said, &d->content, from);
	if (question != NO_QUESTION)
		d->question_from = before +
				   (question > from ? question - from : 0);
}

static void hint(struct dialogue *d)
{
	const struct lesson_step *s = dialogue_asked_step(d);

	if (d->asked.hints == s->hint_count) {
		say_phrase(d, PHRASE_NO_HINTS);
		say_question(d);
		return;
	}
	say_phrase(d, PHRASE_HINT);
	help(d);
}

static void slower(struct dialogue *d)
{
	d->speed *= SLOWER;
	if (d->speed < SPEED_LEAST)
		d->speed = SPEED_LEAST;
	say_phrase(d, PHRASE_SLOWER);
	say_again(d, 0);
}

static void fulfil(struct dialogue *d, enum judge_request request)
{
	switch (request) {
	case JUDGE_REPEAT:
		say_again(d, 0);
		break;
	case JUDGE_HINT:
		hint(d);
		break;
	case JUDGE_SLOWER:
		slower(d);
		break;
	case JUDGE_SKIP:
		mark(d, LESSON_WRONG);
		tell(d, PHRASE_SKIP);
		break;
	default:
		stop(d);
		break;
	}
}

/* --- what was no answer --- */

/* What was cut is said to its end: from the sentence that was cut. */
static void rest(struct dialogue *d)
{
	if (d->content_from > 0)
		say_phrase(d, PHRASE_REST);
	say_again(d, d->content_from);
}

static bool was_cut(const struct dialogue *d)
{
	return d->content_from < d->content.count;
}

static void unclear(struct dialogue *d)
{
	if (was_cut(d)) {
		rest(d);
		return;
	}
	d->is_content = false;
	say_phrase(d, d->unclear++ ? PHRASE_UNCLEAR_AGAIN : PHRASE_UNCLEAR);
	if (d->unclear > 1 && d->state == DIALOGUE_ASKING)
		say_question(d);
}

/* --- hearing --- */

static void answered(struct dialogue *d, const struct judgement *j)
{
	switch (j->verdict) {
	case JUDGE_RIGHT:
		right(d);
		break;
	case JUDGE_PARTLY:
		partly(d, j);
		break;
	case JUDGE_MISTAKE:
		mistake(d, j);
		break;
	case JUDGE_WRONG:
		wrong(d, PHRASE_NOT_QUITE);
		break;
	case JUDGE_DOES_NOT_KNOW:
		wrong(d, PHRASE_DOES_NOT_KNOW);
		break;
	case JUDGE_OFF_TOPIC:
		say_phrase(d, PHRASE_OFF_TOPIC);
		say_question(d);
		break;
	case JUDGE_REQUEST:
		fulfil(d, j->request);
		break;
	case JUDGE_NOTHING:
		unclear(d);
		break;
	}
}

/* Whoever has not heard the question has not answered it wrong. */
static bool counts(const struct dialogue *d, const struct judgement *j)
{
	return d->question_heard || j->verdict == JUDGE_RIGHT ||
	       j->verdict == JUDGE_PARTLY || j->request != JUDGE_NO_REQUEST;
}

static void hear_answer(struct dialogue *d, const struct dialogue_heard *heard)
{
	struct judgement j = {.verdict = JUDGE_NOTHING};

	if (heard->sure)
		judge_answer(d->settings.judge, dialogue_step(d), heard->text,
			     heard->source, &j);
	if (j.verdict != JUDGE_NOTHING)
		d->unclear = 0;
	if (!counts(d, &j)) {
		rest(d);
		return;
	}
	answered(d, &j);
	if (j.request == JUDGE_STOP && d->state == DIALOGUE_ASKING) {
		/* What was to be asked next is not asked. */
		sentence_list_clear(&d->said);
		d->question_from = NO_QUESTION;
		if (j.verdict == JUDGE_RIGHT)
			say_phrase(d, PHRASE_PRAISE);
		stop(d);
	}
}

static void hear_first(struct dialogue *d, const struct dialogue_heard *heard)
{
	if (heard->sure &&
	    judge_find_request(d->language, heard->text) == JUDGE_STOP) {
		stop(d);
		return;
	}
	say_opening(d);
	dialogue_ask(d, 0);
	say_question(d);
}

static void hear_late(struct dialogue *d, const struct dialogue_heard *heard)
{
	if (heard->sure && d->content.count > 0 &&
	    judge_find_request(d->language, heard->text) == JUDGE_REPEAT)
		say_again(d, 0);
	else if (was_cut(d))
		rest(d);
	else
		say_phrase(d, PHRASE_OVER);
}

/* --- replies --- */

static void begin_reply(struct dialogue *d)
{
	sentence_list_clear(&d->said);
	d->question_from = NO_QUESTION;
	d->is_content = true;
	d->reply.marks = false;
}

static const struct dialogue_reply *end_reply(struct dialogue *d)
{
	if (d->is_content) {
		sentence_list_clear(&d->content);
		sentence_list_add_list(&d->content, &d->said, 0);
		d->content_from = d->content.count;
		d->content_question = d->question_from;
	}
	d->question_heard = true; /* until it is cut */
	d->reply.speed = d->speed;
	d->reply.over = d->state == DIALOGUE_OVER;
	return d->said.failed || d->content.failed ? NULL : &d->reply;
}

const struct dialogue_reply *dialogue_hear(struct dialogue *d,
					   const struct dialogue_heard *heard)
{
	begin_reply(d);
	d->silences = 0;
	switch (d->state) {
	case DIALOGUE_NEW:
		hear_first(d, heard);
		break;
	case DIALOGUE_ASKING:
		hear_answer(d, heard);
		break;
	case DIALOGUE_OVER:
		hear_late(d, heard);
		break;
	}
	return end_reply(d);
}

const struct dialogue_reply *dialogue_silence(struct dialogue *d)
{
	static const struct dialogue_heard nothing = {.text = ""};

	if (d->state == DIALOGUE_NEW)
		return dialogue_hear(d, &nothing);
	if (d->state == DIALOGUE_OVER || d->silences >= SILENCES_MOST)
		return NULL;
	begin_reply(d);
	d->silences++;
	if (was_cut(d)) {
		rest(d);
	} else if (d->content.count == 0) {
		say_phrase(d, PHRASE_GO_ON);
		say_question(d);
	} else {
		d->is_content = false;
		say_phrase(d, PHRASE_SILENCE);
		say_question(d);
	}
	return end_reply(d);
}
