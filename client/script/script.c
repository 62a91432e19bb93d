/*
 * script: from a file to its cases.
 *
 *   file -> includes, variables -> rows -> conditions -> a case each
 *
 * Each case reads the files anew, so that values are put into a tree of its
 * own and every message has the place of the file that was written.
 */
#include "client/script/script.h"

#include <stdlib.h>
#include <string.h>

#include "client/script/script_read.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/sim/sim.h"

enum { VARIABLES_MOST = 256 };

/* --- files --- */

static int add_file(struct script_reader *r, const char *path)
{
	struct script_memory *m = r->memory;

	if (m->file_count == SCRIPT_FILES_MOST)
		return problem_set(r->problem, PROBLEM_LIMIT,
				   "%s: more than %d files are included; "
				   "include fewer",
				   path, SCRIPT_FILES_MOST);
	int err = yaml_read_file(&m->files[m->file_count], path, r->problem);
	if (!err)
		m->file_count++;
	return err;
}

static bool is_there(const struct script_memory *m, const char *path)
{
	for (size_t i = 0; i < m->file_count; i++)
		if (text_equal(m->files[i]->path, path))
			return true;
	return false;
}

/* The script, what it includes, and what that includes; each once. */
static int read_files(struct script_reader *r, const char *path)
{
	struct script_memory *m = r->memory;
	int err = add_file(r, path);

	for (size_t i = 0; i < m->file_count && !err; i++) {
		const struct yaml_node *n = yaml_get(m->files[i]->root,
						     "include");
		const char **names;
		size_t count = 0;
		if (!n)
			continue;
		r->file = m->files[i];
		err = script_read_texts(r, n, &names, &count);
		for (size_t k = 0; k < count && !err; k++) {
			const char *other = script_beside(r, names[k]);
			if (!other)
				err = script_no_memory(r);
			else if (!is_there(m, other))
				err = add_file(r, other);
		}
	}
	if (!err)
		r->file = m->files[0];
	return err;
}

/* --- variables --- */

static int collect(const struct script_reader *r, struct script_values *v)
{
	const struct script_memory *m = r->memory;

	for (size_t i = 0; i < m->file_count; i++) {
		const struct yaml_node *map = yaml_get(m->files[i]->root,
						       "variables");
		if (map && map->kind != YAML_MAP)
			return yaml_problem(r->problem, m->files[i], map,
					    "variables: wanted a map");
		for (const struct yaml_node *n = map ? map->child : NULL; n;
		     n = n->next) {
			if (n->kind != YAML_SCALAR ||
			    v->count == VARIABLES_MOST)
				return yaml_problem(r->problem, m->files[i], n,
						    "%s: wanted a text or a "
						    "number",
						    n->key);
			v->names[v->count] = n->key;
			v->texts[v->count++] = n->text;
		}
	}
	return 0;
}

/* row NULL: none.  What a row says goes before variables. */
static int put_values(struct script_reader *r, const struct script_values *row)
{
	struct script_memory *m = r->memory;
	size_t room = VARIABLES_MOST + (row ? row->count : 0);
	struct script_values v = {
		.names = script_allocate(m, room * sizeof *v.names),
		.texts = script_allocate(m, room * sizeof *v.texts),
	};
	int err = 0;

	if (!v.names || !v.texts)
		return script_no_memory(r);
	for (; row && v.count < row->count; v.count++) {
		v.names[v.count] = row->names[v.count];
		v.texts[v.count] = row->texts[v.count];
	}
	err = collect(r, &v);
	for (size_t i = 0; i < m->file_count && !err; i++) {
		struct script_reader inner = *r;
		inner.file = m->files[i];
		err = script_values_put(&inner, m->files[i]->root, &v);
	}
	return err;
}

/* --- cases --- */

static struct script_case *case_free(struct script_case *c)
{
	if (!c)
		return NULL;
	scenario_maker_free(c->scenario);
	script_memory_free(c->memory);
	free(c);
	return NULL;
}

static int add_case(struct script *s, struct script_case *c, struct problem *p,
		    const char *path)
{
	struct script_case **more;

	if (s->count == SCRIPT_CASES_MOST)
		return problem_set(p, PROBLEM_LIMIT,
				   "%s: more than %d cases; split the table",
				   path, SCRIPT_CASES_MOST);
	more = realloc(s->cases, (s->count + 1) * sizeof(struct script_case *));
	if (!more)
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: out of memory; close other programs",
				   path);
	s->cases = more;
	s->cases[s->count++] = c;
	return 0;
}

/* Cases of a table need names that differ. */
static int number_name(const struct script_reader *r, size_t row, size_t rows)
{
	if (rows < 2 || !r->c->name)
		return 0;
	r->c->name = script_text(r->memory, "%s #%zu", r->c->name, row + 1);
	return r->c->name ? 0 : script_no_memory(r);
}

struct making {
	struct script *script;
	const char *path;
	const struct script_table *table;
	const char *own_name; /* before values are put in */
	size_t conditions;
	struct problem *problem;
};

/* The condition's place in the list of the tree that was just read. */
static const struct yaml_node *condition_at(const struct script_reader *r,
					    size_t at)
{
	const struct yaml_node *list = yaml_get(r->memory->files[0]->root,
						"matrix");
	const struct yaml_node *n = list ? list->child : NULL;

	while (n && at--)
		n = n->next;
	return n;
}

static int make_case(const struct making *m, size_t row, size_t condition)
{
	struct script_reader r = {.problem = m->problem};
	int err = PROBLEM_MEMORY;

	r.memory = calloc(1, sizeof *r.memory);
	r.c = calloc(1, sizeof *r.c);
	if (!r.memory || !r.c) {
		script_memory_free(r.memory);
		free(r.c);
		return problem_set(m->problem, err,
				   "%s: out of memory; close other programs",
				   m->path);
	}
	r.c->memory = r.memory;
	err = read_files(&r, m->path);
	if (!err)
		err = put_values(&r,
				 m->table->count ? &m->table->rows[row] : NULL);
	if (!err)
		err = script_case_read(&r, condition_at(&r, condition));
	if (!err && !strstr(m->own_name, "${"))
		err = number_name(&r, row, m->table->count);
	if (!err)
		err = add_case(m->script, r.c, m->problem, m->path);
	if (err)
		case_free(r.c);
	return err;
}

static int make_cases(struct making *m)
{
	size_t rows = m->table->count ? m->table->count : 1;
	int err = 0;

	for (size_t row = 0; row < rows && !err; row++)
		for (size_t at = 0; at < m->conditions && !err; at++)
			err = make_case(m, row, at);
	return err;
}

/* Table and matrix, which are of the whole file. */
static int read_plan(struct script_reader *r, struct script_table *table,
		     struct making *m)
{
	const struct yaml_node *root = r->memory->files[0]->root;
	const struct yaml_node *rows = yaml_get(root, "table");
	const struct yaml_node *matrix = yaml_get(root, "matrix");
	const struct yaml_node *name = yaml_get(root, "name");
	int err = rows ? script_table_read(r, rows, table) : 0;

	m->own_name = name && name->kind == YAML_SCALAR ? name->text : "";
	m->conditions = matrix ? yaml_count(matrix) : 1;
	if (!err && matrix && (matrix->kind != YAML_LIST || !matrix->child))
		err = yaml_problem(r->problem, r->file, matrix,
				   "matrix: wanted a list, like [clean, "
				   "{noise: 10}]");
	return err;
}

int script_read(struct script **out, const char *path, struct problem *p)
{
	struct script_reader r = {.problem = p};
	struct script_table table = {0};
	struct script *s = calloc(1, sizeof *s);
	int err = PROBLEM_MEMORY;

	r.memory = calloc(1, sizeof *r.memory);
	if (!s || !r.memory) {
		problem_set(p, err, "%s: out of memory; close other programs",
			    path);
		goto out;
	}
	struct making m = {
		.script = s, .path = path, .table = &table, .problem = p};
	err = read_files(&r, path);
	if (!err)
		err = read_plan(&r, &table, &m);
	if (!err)
		err = make_cases(&m);
out:
	script_memory_free(r.memory);
	if (err)
		script_free(s);
	else
		*out = s;
	return err;
}

struct script *script_free(struct script *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < s->count; i++)
		case_free(s->cases[i]);
	free(s->cases);
	free(s);
	return NULL;
}

bool script_case_has_tag(const struct script_case *c, const char *tag)
{
	for (size_t i = 0; i < c->tag_count; i++)
		if (text_equal(c->tags[i], tag))
			return true;
	return false;
}
