/*
 * lesson_check: what a teacher may get wrong although the form is right.
 *
 * The judge that will judge the learners reads the lesson first: each accepted
 * wording must be right to it and each mistake a mistake; a question or a hint
 * must not hold the answer, and an explanation must.
 */
#include <stdlib.h>
#include <string.h>

#include "client/lesson/judge.h"
#include "client/lesson/judge_private.h"
#include "client/lesson/lesson_prompt.h"
#include "client/lesson/lesson_read.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"

enum { SAMPLE_MOST = 64 * 1024 };

struct check {
	const struct lesson_reader *reader;
	const struct lesson *lesson;
	const struct judge *judge;
	/* the present step */
	const struct yaml_node *map;
	const struct lesson_step *step;
	size_t index;
};

/* --- places --- */

/* Member i of a list; one that is no list is its only member. */
static const struct yaml_node *member(const struct yaml_node *n, size_t i)
{
	if (n->kind == YAML_LIST)
		for (n = n->child; i > 0; i--)
			n = n->next;
	return n;
}

static const struct yaml_node *part_node(const struct yaml_node *words,
					 size_t part)
{
	const struct yaml_node *parts = yaml_get(words, "parts");

	return parts ? member(parts, part) : words;
}

static const struct yaml_node *of_step(const struct check *c, const char *key,
				       size_t i)
{
	return member(yaml_get(c->map, key), i);
}

/* --- judging a text of the lesson --- */

static struct judgement judge_text(const struct check *c, const char *text)
{
	struct judgement j;

	judge_answer(c->judge, c->index, text, JUDGE_HEARD, &j);
	return j;
}

/* A whole answer is in it, whatever else. */
static bool says_answer(const struct check *c, const struct judgement *j)
{
	return parts_count(j->parts) >= c->step->answers[j->answer].need;
}

/* The first part of it that was found. */
static const char *answer_name(const struct check *c, const struct judgement *j)
{
	size_t part = 0;

	while (!(j->parts >> part & 1))
		part++;
	return c->step->answers[j->answer].parts[part].wordings[0].text;
}

static const char *mistake_name(const struct check *c, size_t mistake)
{
	return c->step->mistakes[mistake].words.parts[0].wordings[0].text;
}

/* --- wordings --- */

static int check_wording(const struct check *c, const struct yaml_node *at,
			 const struct lesson_wording *w,
			 const struct pattern *p)
{
	if (p->count == 0)
		return yaml_problem(c->reader->problem, c->reader->file, at,
				    "\"%s\" has no word that can be compared; "
				    "write one",
				    w->text);
	if (p->count == PATTERN_WORDS_MOST)
		return yaml_problem(c->reader->problem, c->reader->file, at,
				    "\"%.60s...\" has %d words or more; give "
				    "those that matter only",
				    w->text, PATTERN_WORDS_MOST);
	return 0;
}

static int check_wordings(const struct check *c, const struct yaml_node *at,
			  const struct lesson_words *w,
			  const struct pattern_words *p)
{
	int err = 0;

	for (size_t i = 0; i < w->count; i++)
		for (size_t k = 0; k < w->parts[i].count && !err; k++)
			err = check_wording(c, part_node(at, i),
					    &w->parts[i].wordings[k],
					    &p->parts[i].patterns[k]);
	return err;
}

/* What a learner says who means this wording of this part, and gives enough of
 * the other parts; NULL: no memory. */
static char *sample(const struct lesson_words *w, size_t part, size_t wording)
{
	struct bytes b;
	size_t said = 1;

	bytes_init(&b, SAMPLE_MOST);
	bytes_append_text(&b, w->parts[part].wordings[wording].text);
	for (size_t i = 0; i < w->count && said < w->need; i++)
		if (i != part) {
			bytes_append_format(&b, ", %s",
					    w->parts[i].wordings[0].text);
			said++;
		}
	char *text = bytes_take_text(&b);
	bytes_deinit(&b);
	return text;
}

/* How the wording is judged, or a problem. */
static int try_wording(const struct check *c, const struct lesson_words *w,
		       size_t part, size_t wording, struct judgement *out)
{
	char *text = sample(w, part, wording);

	if (!text)
		return lesson_read_memory(c->reader);
	*out = judge_text(c, text);
	free(text);
	return 0;
}

static int check_answer_wording(const struct check *c,
				const struct yaml_node *at,
				const struct lesson_words *w, size_t part,
				size_t wording)
{
	const char *text = w->parts[part].wordings[wording].text;
	struct judgement j = {0};
	int err = try_wording(c, w, part, wording, &j);

	if (err || j.verdict == JUDGE_RIGHT)
		return err;
	if (j.verdict == JUDGE_MISTAKE)
		return yaml_problem(c->reader->problem, c->reader->file, at,
				    "\"%s\" is an answer and would be taken "
				    "for the mistake \"%s\"; change one of "
				    "them (little words count after a \"=\")",
				    text, mistake_name(c, j.mistake));
	return yaml_problem(c->reader->problem, c->reader->file, at,
			    "\"%s\" would not be understood as an answer; say "
			    "it in other words",
			    text);
}

static int check_mistake_wording(const struct check *c,
				 const struct yaml_node *at, size_t mistake,
				 size_t part, size_t wording)
{
	const struct lesson_words *w = &c->step->mistakes[mistake].words;
	const char *text = w->parts[part].wordings[wording].text;
	struct judgement j = {0};
	int err = try_wording(c, w, part, wording, &j);

	if (err || (j.verdict == JUDGE_MISTAKE && j.mistake == mistake))
		return err;
	if (j.verdict == JUDGE_RIGHT)
		return yaml_problem(c->reader->problem, c->reader->file, at,
				    "\"%s\" is a mistake and would be taken "
				    "for the answer \"%s\"; change one of "
				    "them (little words count after a \"=\")",
				    text, answer_name(c, &j));
	if (j.verdict == JUDGE_MISTAKE)
		return yaml_problem(c->reader->problem, c->reader->file, at,
				    "\"%s\" shows the mistake \"%s\" already; "
				    "remove one of them",
				    text, mistake_name(c, j.mistake));
	return yaml_problem(c->reader->problem, c->reader->file, at,
			    "\"%s\" would not be understood as a mistake; say "
			    "it in other words",
			    text);
}

/* --- a step --- */

static int check_answers(const struct check *c)
{
	const struct judge_step *s = &c->judge->steps[c->index];
	int err = 0;

	for (size_t i = 0; i < c->step->answer_count && !err; i++) {
		const struct lesson_words *w = &c->step->answers[i];
		const struct yaml_node *n = of_step(c, "answers", i);
		err = check_wordings(c, n, w, &s->answers[i]);
		for (size_t k = 0; k < w->count; k++)
			for (size_t v = 0; v < w->parts[k].count && !err; v++)
				err = check_answer_wording(c, part_node(n, k),
							   w, k, v);
	}
	return err;
}

static int check_mistakes(const struct check *c)
{
	const struct judge_step *s = &c->judge->steps[c->index];
	int err = 0;

	for (size_t i = 0; i < c->step->mistake_count && !err; i++) {
		const struct lesson_words *w = &c->step->mistakes[i].words;
		const struct yaml_node *n = of_step(c, "mistakes", i);
		const struct yaml_node *words = yaml_get(n, "words");
		struct judgement j = judge_text(c, c->step->mistakes[i].reply);

		err = check_wordings(c, words, w, &s->mistakes[i]);
		for (size_t k = 0; k < w->count; k++)
			for (size_t v = 0; v < w->parts[k].count && !err; v++)
				err = check_mistake_wording(c,
							    part_node(words, k),
							    i, k, v);
		if (!err && says_answer(c, &j))
			err = yaml_problem(
				c->reader->problem, c->reader->file,
				yaml_get(n, "reply"),
				"reply: it gives the answer \"%s\" away, and "
				"the question comes again after it; say only "
				"why the mistake is one",
				answer_name(c, &j));
	}
	return err;
}

/* A question that names answer and mistake asks for a choice. */
static int check_question(const struct check *c)
{
	struct judgement j = judge_text(c, c->step->question);
	const struct yaml_node *n = yaml_get(c->map, "question");

	if (says_answer(c, &j) && j.verdict != JUDGE_MISTAKE)
		return yaml_problem(c->reader->problem, c->reader->file, n,
				    "question: it holds the answer \"%s\"; ask "
				    "in other words",
				    answer_name(c, &j));
	if (!says_answer(c, &j) && j.verdict == JUDGE_MISTAKE)
		return yaml_problem(c->reader->problem, c->reader->file, n,
				    "question: it holds the mistake \"%s\", so "
				    "a learner who repeats the question would "
				    "make it; ask in other words",
				    mistake_name(c, j.mistake));
	return 0;
}

static int check_help(const struct check *c)
{
	struct judgement j;

	for (size_t i = 0; i < c->step->hint_count; i++) {
		j = judge_text(c, c->step->hints[i]);
		if (says_answer(c, &j))
			return yaml_problem(
				c->reader->problem, c->reader->file,
				of_step(c, "hints", i),
				"hints: this one gives the answer \"%s\" "
				"away; that is what \"explanation\" is for",
				answer_name(c, &j));
	}
	j = judge_text(c, c->step->explanation);
	if (!says_answer(c, &j))
		return yaml_problem(
			c->reader->problem, c->reader->file,
			yaml_get(c->map, "explanation"),
			"explanation: it does not say the answer "
			"\"%s\", and a learner who cannot find it "
			"would never hear it; add it",
			c->step->answers[0].parts[0].wordings[0].text);
	return 0;
}

/* What a model is told of the lesson must fit a session. */
static int check_prompt(const struct lesson_reader *r, const struct lesson *l)
{
	struct lesson_plan plan;
	struct bytes b;

	lesson_plan_whole(&plan, l);
	bytes_init(&b, LESSON_PROMPT_BYTES_MOST);
	lesson_prompt_write(&b, l, &plan, NULL);
	int err = b.failed;
	bytes_deinit(&b);
	if (err == PROBLEM_LIMIT)
		return yaml_problem(r->problem, r->file, r->file->root,
				    "the prompt that is made of this lesson "
				    "is longer than %d KiB; shorten it or "
				    "make two lessons of it",
				    LESSON_PROMPT_BYTES_MOST / 1024);
	return err ? lesson_read_memory(r) : 0;
}

int lesson_check(const struct lesson_reader *r, const struct lesson *l)
{
	const struct yaml_node *steps = yaml_get(r->file->root, "steps");
	struct judge *judge;
	int err = judge_create(&judge, l);

	if (err)
		return lesson_read_memory(r);
	for (size_t i = 0; i < l->step_count && !err; i++) {
		struct check c = {
			.reader = r,
			.lesson = l,
			.judge = judge,
			.map = member(steps, i),
			.step = &l->steps[i],
			.index = i,
		};
		err = check_answers(&c);
		if (!err)
			err = check_mistakes(&c);
		if (!err)
			err = check_question(&c);
		if (!err)
			err = check_help(&c);
	}
	judge_free(judge);
	return err ? err : check_prompt(r, l);
}
