/* lesson_read_step: the steps of a lesson, and the words of their answers. */
#include "client/lesson/lesson_read.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

/* --- wordings: "sunlight | the sun | = the light of the sun" --- */

static const char blanks[] = " \t\r\n";

static size_t count_wordings(const char *text)
{
	size_t count = 1;

	for (; *text; text++)
		count += *text == '|';
	return count;
}

/* One wording, of length bytes. */
static int take_wording(const struct lesson_reader *r,
			const struct yaml_node *n, const char *text,
			size_t length, struct lesson_wording *w)
{
	size_t lead = strspn(text, blanks);

	if (lead < length && text[lead] == '=') {
		w->exact = true;
		lead++;
		lead += strspn(text + lead, blanks);
	}
	while (length > lead && strchr(blanks, text[length - 1]))
		length--;
	if (lead >= length)
		return yaml_problem(r->problem, r->file, n,
				    "nothing stands beside a \"|\" or \"=\"; "
				    "write a wording there or remove it");
	if (length - lead > LESSON_SHORT_MOST)
		return yaml_problem(r->problem, r->file, n,
				    "a wording is longer than %d bytes; give "
				    "the words that matter only",
				    LESSON_SHORT_MOST);
	w->text = text_format("%.*s", (int)(length - lead), text + lead);
	return w->text ? 0 : lesson_read_memory(r);
}

static int read_part(const struct lesson_reader *r, const struct yaml_node *n,
		     struct lesson_part *part)
{
	size_t count = n->kind == YAML_SCALAR ? count_wordings(n->text) : 0;
	const char *at = n->text;
	int err = 0;

	if (count == 0)
		return yaml_problem(r->problem, r->file, n,
				    "wanted words, like: sunlight | the sun; "
				    "several that must all be there are "
				    "written {parts: [...]}");
	if (!n->text[0])
		return yaml_problem(r->problem, r->file, n,
				    "the words are missing; write them, like: "
				    "sunlight | the sun");
	if (count > LESSON_WORDINGS_MOST)
		return yaml_problem(r->problem, r->file, n,
				    "more than %d wordings; keep those that "
				    "learners use",
				    LESSON_WORDINGS_MOST);
	part->wordings = calloc(count, sizeof *part->wordings);
	if (!part->wordings)
		return lesson_read_memory(r);
	while (part->count < count && !err) {
		size_t length = strcspn(at, "|");
		err = take_wording(r, n, at, length,
				   &part->wordings[part->count++]);
		at += length + 1;
	}
	return err;
}

/* --- words: a part, or {parts, need} --- */

static int read_parts(const struct lesson_reader *r,
		      const struct yaml_node *map, struct lesson_words *w)
{
	static const char *const keys[] = {"parts", "need", NULL};
	const struct yaml_node *need_node = yaml_get(map, "need");
	const struct yaml_node *n;
	size_t count = 0;
	long need;
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	if (!err)
		err = lesson_read_list(r, map, "parts", LESSON_PARTS_MOST, &n,
				       &count);
	if (err)
		return err;
	need = (long)count;
	if (need_node)
		err = yaml_to_integer(&need, r->file, need_node, 1, (long)count,
				      r->problem);
	w->parts = err ? NULL : calloc(count, sizeof *w->parts);
	if (err || !w->parts)
		return err ? err : lesson_read_memory(r);
	w->need = (size_t)need;
	for (; w->count < count && !err; n = n->next)
		err = read_part(r, n, &w->parts[w->count++]);
	return err;
}

static int read_words(const struct lesson_reader *r, const struct yaml_node *n,
		      struct lesson_words *w)
{
	if (n->kind == YAML_MAP)
		return read_parts(r, n, w);
	w->parts = calloc(1, sizeof *w->parts);
	if (!w->parts)
		return lesson_read_memory(r);
	w->count = w->need = 1;
	return read_part(r, n, &w->parts[0]);
}

/* --- answers, mistakes --- */

static int read_answers(const struct lesson_reader *r,
			const struct yaml_node *map, struct lesson_step *s)
{
	const struct yaml_node *n = yaml_get(map, "answers");
	size_t count = 0;
	int err = 0;

	if (!n)
		return yaml_problem(r->problem, r->file, map,
				    "a step without answers; add \"answers\" "
				    "with the words that are right");
	err = lesson_read_list(r, map, "answers", LESSON_ANSWERS_MOST, &n,
			       &count);
	if (err)
		return err;
	s->answers = calloc(count, sizeof *s->answers);
	if (!s->answers)
		return lesson_read_memory(r);
	for (; s->answer_count < count && !err; n = n->next)
		err = read_words(r, n, &s->answers[s->answer_count++]);
	return err;
}

static int read_mistake(const struct lesson_reader *r,
			const struct yaml_node *map, struct lesson_mistake *m)
{
	static const char *const keys[] = {"words", "reply", NULL};
	const struct yaml_node *words = yaml_get(map, "words");
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	if (err)
		return err;
	if (!words)
		return yaml_problem(r->problem, r->file, map,
				    "a mistake without \"words\"; add those "
				    "that show it");
	err = read_words(r, words, &m->words);
	if (!err)
		err = lesson_read_line(r, map, "reply", LESSON_SPOKEN_MOST,
				       &m->reply);
	return err;
}

static int read_mistakes(const struct lesson_reader *r,
			 const struct yaml_node *map, struct lesson_step *s)
{
	const struct yaml_node *n;
	size_t count = 0;
	int err;

	if (!yaml_get(map, "mistakes"))
		return 0;
	err = lesson_read_list(r, map, "mistakes", LESSON_MISTAKES_MOST, &n,
			       &count);
	if (err)
		return err;
	s->mistakes = calloc(count, sizeof *s->mistakes);
	if (!s->mistakes)
		return lesson_read_memory(r);
	for (; s->mistake_count < count && !err; n = n->next)
		err = read_mistake(r, n, &s->mistakes[s->mistake_count++]);
	return err;
}

/* --- steps --- */

static int read_step(const struct lesson_reader *r, const struct yaml_node *map,
		     struct lesson_step *s)
{
	static const char *const keys[] = {"id",    "question",    "answers",
					   "hints", "explanation", "mistakes",
					   NULL};
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	if (!err)
		err = lesson_read_id(r, map, &s->id);
	if (!err)
		err = lesson_read_line(r, map, "question", LESSON_SPOKEN_MOST,
				       &s->question);
	if (!err)
		err = read_answers(r, map, s);
	if (!err)
		err = lesson_read_lines(r, map, "hints", LESSON_HINTS_MOST,
					&s->hints, &s->hint_count);
	if (!err)
		err = lesson_read_line(r, map, "explanation",
				       LESSON_SPOKEN_MOST, &s->explanation);
	return err ? err : read_mistakes(r, map, s);
}

static int check_id(const struct lesson_reader *r, const struct lesson *l,
		    const struct yaml_node *map, size_t index)
{
	const char *id = l->steps[index].id;
	size_t first = lesson_find_step(l, id);

	if (first == index)
		return 0;
	return yaml_problem(r->problem, r->file, yaml_get(map, "id"),
			    "id: step %zu is named \"%s\" too; rename one",
			    first + 1, id);
}

int lesson_read_steps(const struct lesson_reader *r,
		      const struct yaml_node *root, struct lesson *l)
{
	const struct yaml_node *n;
	size_t count = 0;
	int err = lesson_read_list(r, root, "steps", LESSON_STEPS_MOST, &n,
				   &count);

	if (err)
		return err;
	l->steps = calloc(count, sizeof *l->steps);
	if (!l->steps)
		return lesson_read_memory(r);
	for (; l->step_count < count && !err; n = n->next) {
		size_t at = l->step_count++;
		err = read_step(r, n, &l->steps[at]);
		if (!err)
			err = check_id(r, l, n, at);
	}
	return err;
}
