/* lesson_read: the lesson as a whole; its steps are in lesson_read_step.c. */
#include "client/lesson/lesson_read.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

enum { SYSTEM_MOST = 8 * 1024 };

int lesson_read_memory(const struct lesson_reader *r)
{
	return problem_set(r->problem, PROBLEM_MEMORY,
			   "%s: out of memory; close other programs",
			   r->file->path);
}

/* --- texts --- */

/* One line, as it is spoken: blanks and line breaks become single blanks. */
static void join_lines(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		bool blank = strchr(" \t\r\n", *at) != NULL;
		if (!blank)
			*to++ = *at;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

static int line_of(const struct lesson_reader *r, const struct yaml_node *n,
		   const char *key, size_t most, char **out)
{
	char *text = NULL;
	int err;

	if (n->kind != YAML_SCALAR)
		return yaml_problem(r->problem, r->file, n,
				    "%s: wanted a text; a text with \": \" in "
				    "it needs quotes around it",
				    key);
	err = yaml_to_text(&text, r->file, n, r->problem);
	if (err)
		return err;
	join_lines(text);
	if (!*text)
		err = yaml_problem(r->problem, r->file, n,
				   "%s: the text is empty; write something, or "
				   "leave it out",
				   key);
	else if (strlen(text) > most)
		err = yaml_problem(r->problem, r->file, n,
				   "%s: longer than %zu bytes; shorten it", key,
				   most);
	if (err) {
		free(text);
		return err;
	}
	free(*out);
	*out = text;
	return 0;
}

int lesson_read_optional_line(const struct lesson_reader *r,
			      const struct yaml_node *map, const char *key,
			      size_t most, char **out)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n ? line_of(r, n, key, most, out) : 0;
}

static int missing(const struct lesson_reader *r, const struct yaml_node *map,
		   const char *key)
{
	return yaml_problem(r->problem, r->file, map,
			    "\"%s\" is missing; add it (docs/lessons.md)", key);
}

int lesson_read_line(const struct lesson_reader *r, const struct yaml_node *map,
		     const char *key, size_t most, char **out)
{
	return yaml_get(map, key)
		       ? lesson_read_optional_line(r, map, key, most, out)
		       : missing(r, map, key);
}

/* --- lists --- */

int lesson_read_list(const struct lesson_reader *r, const struct yaml_node *map,
		     const char *key, size_t most,
		     const struct yaml_node **first, size_t *count)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (!n)
		return missing(r, map, key);
	bool list = n->kind == YAML_LIST;
	*first = list ? n->child : n;
	*count = list ? yaml_count(n) : 1;
	if (*count == 0)
		return yaml_problem(r->problem, r->file, n,
				    "%s: the list is empty; write at least one",
				    key);
	if (*count > most)
		return yaml_problem(r->problem, r->file, n,
				    "%s: more than %zu; shorten the list", key,
				    most);
	return 0;
}

int lesson_read_lines(const struct lesson_reader *r,
		      const struct yaml_node *map, const char *key, size_t most,
		      char ***out, size_t *count)
{
	const struct yaml_node *n;
	size_t wanted = 0;
	int err = lesson_read_list(r, map, key, most, &n, &wanted);

	if (err)
		return err;
	*out = calloc(wanted, sizeof **out);
	if (!*out)
		return lesson_read_memory(r);
	for (; *count < wanted && !err; n = n->next) {
		err = line_of(r, n, key, LESSON_SPOKEN_MOST, &(*out)[*count]);
		*count += err == 0;
	}
	return err;
}

/* --- the head --- */

int lesson_read_id(const struct lesson_reader *r, const struct yaml_node *map,
		   char **out)
{
	int err = lesson_read_line(r, map, "id", LESSON_SPOKEN_MOST, out);

	if (!err && !lesson_id_is_good(*out))
		err = yaml_problem(r->problem, r->file, yaml_get(map, "id"),
				   "id: wanted letters a to z, digits, \"-\" "
				   "and \"_\" only, at most %d",
				   LESSON_ID_SIZE - 1);
	return err;
}

/* "lessons/photosynthesis.yaml": photosynthesis. */
static int id_from_path(const struct lesson_reader *r, struct lesson *l)
{
	const char *slash = strrchr(r->file->path, '/');
	const char *name = slash ? slash + 1 : r->file->path;
	const char *dot = strrchr(name, '.');
	int length = (int)(dot && dot > name ? (size_t)(dot - name)
					     : strlen(name));

	l->id = text_format("%.*s", length, name);
	if (!l->id)
		return lesson_read_memory(r);
	if (!lesson_id_is_good(l->id))
		return yaml_problem(r->problem, r->file, r->file->root,
				    "the file's name is no lesson's id; add "
				    "\"id: some-name\" to it");
	return 0;
}

static int read_words(const struct lesson_reader *r,
		      const struct yaml_node *root, struct lesson *l)
{
	static const char *const languages[] = {"en", "es", NULL};
	static const char *const levels[] = {"A1", "A2", "B1", "B2",
					     "C1", "C2", NULL};
	const struct yaml_node *language = yaml_get(root, "language");
	const struct yaml_node *level = yaml_get(root, "level");
	int word = 0, err;

	if (!language || !level)
		return missing(r, root, language ? "level" : "language");
	err = yaml_to_word(&word, r->file, language, languages, r->problem);
	l->language = (enum lesson_language)word;
	if (!err)
		err = yaml_to_word(&word, r->file, level, levels, r->problem);
	l->level = (enum lesson_level)word;
	return err;
}

static int read_system(const struct lesson_reader *r,
		       const struct yaml_node *root, struct lesson *l)
{
	const struct yaml_node *n = yaml_get(root, "system");
	int err = n ? yaml_to_text(&l->system, r->file, n, r->problem) : 0;

	for (size_t k = l->system ? strlen(l->system) : 0;
	     k > 0 && l->system[k - 1] == '\n'; k--)
		l->system[k - 1] = '\0';
	if (l->system && strlen(l->system) > SYSTEM_MOST)
		return yaml_problem(r->problem, r->file, n,
				    "system: longer than %d KiB; shorten it",
				    SYSTEM_MOST / 1024);
	return err;
}

static int read_head(const struct lesson_reader *r,
		     const struct yaml_node *root, struct lesson *l)
{
	int err = yaml_get(root, "id") ? lesson_read_id(r, root, &l->id)
				       : id_from_path(r, l);

	if (!err)
		err = lesson_read_line(r, root, "title", LESSON_SHORT_MOST,
				       &l->title);
	if (!err)
		err = read_words(r, root, l);
	if (!err)
		err = lesson_read_lines(r, root, "goals", LESSON_GOALS_MOST,
					&l->goals, &l->goal_count);
	if (!err)
		err = read_system(r, root, l);
	if (!err)
		err = lesson_read_line(r, root, "opener", LESSON_SPOKEN_MOST,
				       &l->opener);
	if (!err)
		err = lesson_read_line(r, root, "close", LESSON_SPOKEN_MOST,
				       &l->close);
	return err;
}

/* --- vocabulary --- */

static int read_word(const struct lesson_reader *r, const struct yaml_node *map,
		     struct lesson_word *w)
{
	static const char *const keys[] = {"word", "meaning", "example", NULL};
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	if (!err)
		err = lesson_read_line(r, map, "word", LESSON_SHORT_MOST,
				       &w->word);
	if (!err)
		err = lesson_read_line(r, map, "meaning", LESSON_SPOKEN_MOST,
				       &w->meaning);
	if (!err)
		err = lesson_read_optional_line(r, map, "example",
						LESSON_SPOKEN_MOST,
						&w->example);
	return err;
}

static int check_word(const struct lesson_reader *r, const struct lesson *l,
		      const struct yaml_node *map, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (text_equal_fold(l->vocabulary[i].word,
				    l->vocabulary[index].word))
			return yaml_problem(r->problem, r->file,
					    yaml_get(map, "word"),
					    "word: \"%s\" is in the vocabulary "
					    "already; remove one of them",
					    l->vocabulary[index].word);
	return 0;
}

static int read_vocabulary(const struct lesson_reader *r,
			   const struct yaml_node *root, struct lesson *l)
{
	const struct yaml_node *n;
	size_t count = 0;
	int err;

	if (!yaml_get(root, "vocabulary"))
		return 0;
	err = lesson_read_list(r, root, "vocabulary", LESSON_VOCABULARY_MOST,
			       &n, &count);
	if (err)
		return err;
	l->vocabulary = calloc(LESSON_VOCABULARY_MOST, sizeof *l->vocabulary);
	if (!l->vocabulary)
		return lesson_read_memory(r);
	for (; l->word_count < count && !err; n = n->next) {
		size_t at = l->word_count++;
		err = read_word(r, n, &l->vocabulary[at]);
		if (!err)
			err = check_word(r, l, n, at);
	}
	return err;
}

/* --- the whole --- */

static int read_root(const struct lesson_reader *r, struct lesson *l)
{
	static const char *const keys[] = {
		"id",     "title", "language",   "level", "goals", "system",
		"opener", "steps", "vocabulary", "close", NULL,
	};
	const struct yaml_node *root = r->file->root;
	int err = yaml_check_keys(r->file, root, keys, r->problem);

	if (!err)
		err = read_head(r, root, l);
	if (!err)
		err = lesson_read_steps(r, root, l);
	if (!err)
		err = read_vocabulary(r, root, l);
	return err ? err : lesson_check(r, l);
}

static int build(struct lesson **out, struct yaml_file *file, struct problem *p)
{
	struct lesson_reader r = {file, p};
	struct lesson *l = calloc(1, sizeof *l);
	int err = l ? read_root(&r, l) : lesson_read_memory(&r);

	if (err)
		lesson_free(l);
	else
		*out = l;
	yaml_file_free(file);
	return err;
}

int lesson_read_text(struct lesson **out, const char *path, const char *text,
		     size_t length, struct problem *p)
{
	struct yaml_file *file;
	int err = yaml_read_text(&file, path, text, length, p);

	return err ? err : build(out, file, p);
}

int lesson_read(struct lesson **out, const char *path, struct problem *p)
{
	struct yaml_file *file;
	int err = yaml_read_file(&file, path, p);

	return err ? err : build(out, file, p);
}
