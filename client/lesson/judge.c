#include "client/lesson/judge.h"

#include <stdlib.h>
#include <string.h>

#include "client/lesson/judge_private.h"
#include "net/base/problem.h"

/* So many words about something else are no attempt at an answer. */
enum { OFF_TOPIC_WORDS = 3 };

const char *judge_verdict_name(enum judge_verdict verdict)
{
	static const char *const names[] = {
		[JUDGE_NOTHING] = "nothing",
		[JUDGE_RIGHT] = "right",
		[JUDGE_PARTLY] = "partly",
		[JUDGE_MISTAKE] = "mistake",
		[JUDGE_WRONG] = "wrong",
		[JUDGE_OFF_TOPIC] = "off-topic",
		[JUDGE_DOES_NOT_KNOW] = "does-not-know",
		[JUDGE_REQUEST] = "request",
	};

	return names[verdict];
}

/* --- making one --- */

static int read_step(struct judge_step *s, enum lesson_language language,
		     const struct lesson_step *step)
{
	int err = 0;

	s->answers = calloc(step->answer_count, sizeof *s->answers);
	s->mistakes = calloc(step->mistake_count + 1, sizeof *s->mistakes);
	if (!s->answers || !s->mistakes)
		return PROBLEM_MEMORY;
	for (; s->answer_count < step->answer_count && !err; s->answer_count++)
		err = pattern_words_read(&s->answers[s->answer_count], language,
					 &step->answers[s->answer_count]);
	for (; s->mistake_count < step->mistake_count && !err;
	     s->mistake_count++)
		err = pattern_words_read(
			&s->mistakes[s->mistake_count], language,
			&step->mistakes[s->mistake_count].words);
	return err;
}

int judge_create(struct judge **out, const struct lesson *l)
{
	struct judge *j = calloc(1, sizeof *j);
	int err = 0;

	if (!j)
		return PROBLEM_MEMORY;
	j->language = l->language;
	j->steps = calloc(l->step_count, sizeof *j->steps);
	if (!j->steps)
		err = PROBLEM_MEMORY;
	for (; !err && j->step_count < l->step_count; j->step_count++)
		err = read_step(&j->steps[j->step_count], l->language,
				&l->steps[j->step_count]);
	if (!err)
		err = judge_read_known(j, l);
	if (err)
		judge_free(j);
	else
		*out = j;
	return err;
}

static void free_step(struct judge_step *s)
{
	for (size_t i = 0; i < s->answer_count; i++)
		pattern_words_clear(&s->answers[i]);
	for (size_t i = 0; i < s->mistake_count; i++)
		pattern_words_clear(&s->mistakes[i]);
	free(s->answers);
	free(s->mistakes);
}

struct judge *judge_free(struct judge *j)
{
	if (!j)
		return NULL;
	for (size_t i = 0; i < j->step_count; i++)
		free_step(&j->steps[i]);
	free(j->steps);
	free(j->known);
	free(j);
	return NULL;
}

/* --- judging --- */

/* What one turn's words are held against the step. */
struct trial {
	const struct judge *judge;
	const struct judge_step *step;
	const struct words *words;
	struct judgement *out;
	struct cover right; /* of all answers that are whole */
	struct cover used;  /* of all that was found */
	bool whole;
};

/* Whether some answer is whole in the first words. */
static bool answered_by(const struct trial *t, const struct words *w)
{
	for (size_t i = 0; i < t->step->answer_count; i++) {
		const struct pattern_words *a = &t->step->answers[i];
		struct cover c = {{0}};
		if (pattern_words_suffice(a, pattern_words_find(a, w, &c)))
			return true;
	}
	return false;
}

/* "Four, because eight divided by two": what is said to explain an answer is
 * neither answer nor mistake. */
static void leave_out_reason(const struct trial *t, struct words *w)
{
	size_t whole = w->count;

	for (size_t i = 1; i < whole; i++) {
		if (!words_match(w, i, "because") &&
		    !words_match(w, i, "porque"))
			continue;
		w->count = i;
		if (answered_by(t, w))
			return;
		w->count = whole;
	}
}

/* Which answer fits best: a whole one, then the one with most of its parts. */
static void try_answers(struct trial *t)
{
	size_t best = 0;

	for (size_t i = 0; i < t->step->answer_count; i++) {
		const struct pattern_words *a = &t->step->answers[i];
		struct cover c = {{0}};
		uint32_t parts = pattern_words_find(a, t->words, &c);
		bool whole = pattern_words_suffice(a, parts);
		size_t percent = 100 * parts_count(parts) / a->need;

		if (whole)
			cover_add(&t->right, &c);
		cover_add(&t->used, &c);
		t->whole |= whole;
		if (percent <= best)
			continue;
		best = percent;
		t->out->answer = i;
		t->out->parts = parts;
	}
}

/* A mistake counts unless all its words belong to an answer that is there:
 * "carbon dioxide goes in and oxygen comes out" can be accepted as a whole,
 * "carbon dioxide or oxygen" is no answer.  Nor is "more" one in "please speak
 * more slowly". */
static bool try_mistakes(struct trial *t)
{
	struct cover asked = {{0}};

	judge_request_cover(t->judge->language, t->words, &asked);
	for (size_t i = 0; i < t->step->mistake_count; i++) {
		const struct pattern_words *m = &t->step->mistakes[i];
		struct cover c = {{0}};
		uint32_t parts = pattern_words_find(m, t->words, &c);

		if (!pattern_words_suffice(m, parts) ||
		    (t->whole && cover_is_within(&c, &t->right)) ||
		    (cover_is_within(&c, &asked) &&
		     !cover_is_within(&asked, &c)))
			continue;
		cover_add(&t->used, &c);
		t->out->mistake = i;
		return true;
	}
	return false;
}

/* An attempt at an answer, or about something else? */
static enum judge_verdict no_answer(const struct trial *t)
{
	size_t count = 0;

	if (t->words->little)
		return JUDGE_NOTHING;
	for (size_t i = 0; i < t->words->count; i++) {
		const struct word *w = &t->words->list[i];
		const struct known_word *k;
		if (!word_counts(w))
			continue;
		k = judge_known(t->judge, w->stem);
		if (w->flags & WORD_NUMBER || (k && k->topic))
			return JUDGE_WRONG;
		count++;
	}
	if (count == 0)
		return JUDGE_NOTHING;
	return t->words->question || count >= OFF_TOPIC_WORDS ? JUDGE_OFF_TOPIC
							      : JUDGE_WRONG;
}

static enum judge_verdict find_verdict(struct trial *t)
{
	bool partly = t->out->parts && !t->whole;

	if (try_mistakes(t))
		return JUDGE_MISTAKE;
	if (t->whole)
		return JUDGE_RIGHT;
	if (partly)
		return JUDGE_PARTLY;
	return JUDGE_WRONG;
}

/* "I do not know" and requests that stand alone. */
static void find_rest(struct trial *t, const char *text)
{
	struct judgement *out = t->out;
	bool found = out->verdict != JUDGE_WRONG;
	const struct cover *used = &t->used;

	out->request = judge_request_of(t->judge->language, t->words, used);
	out->does_not_know = judge_says_unknown(t->judge->language, t->words,
						used);
	if (found)
		return;
	if (out->request == JUDGE_NO_REQUEST)
		out->request = judge_find_request(t->judge->language, text);
	if (out->request != JUDGE_NO_REQUEST)
		out->verdict = JUDGE_REQUEST;
	else if (out->does_not_know)
		out->verdict = JUDGE_DOES_NOT_KNOW;
	else
		out->verdict = no_answer(t);
}

void judge_answer(const struct judge *j, size_t step, const char *text,
		  enum judge_source source, struct judgement *out)
{
	struct words words;
	struct trial t = {
		.judge = j,
		.step = &j->steps[step],
		.words = &words,
		.out = out,
	};

	*out = (struct judgement){.verdict = JUDGE_WRONG};
	words_read(&words, j->language, text);
	judge_mend(j, t.step, source, &words);
	size_t all = words.count;
	leave_out_reason(&t, &words);
	try_answers(&t);
	out->verdict = find_verdict(&t);
	words.count = all;
	find_rest(&t, text);
}
