/* script_table: rows that each make a case: CSV (RFC 4180) with a head line,
 * JSON (a list of objects), or maps in the script. */
#include <stdlib.h>
#include <string.h>

#include "client/script/script_read.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { TABLE_MOST = 4 * 1024 * 1024, COLUMNS_MOST = 64 };

/* --- CSV --- */

struct csv {
	const struct script_reader *r;
	const char *path;
	char *at;
	unsigned line;
};

static int refuse_csv(const struct csv *c, unsigned line, const char *why)
{
	return problem_set(c->r->problem, PROBLEM_FORMAT, "%s:%u:1: %s",
			   c->path, line, why);
}

/* A quoted field, from behind its first quote; it is unquoted in place. */
static char *quoted_field(struct csv *c)
{
	char *field = c->at, *to = c->at;

	for (; *c->at; c->at++) {
		if (*c->at == '\n')
			c->line++;
		if (*c->at == '"' && c->at[1] != '"')
			break;
		c->at += *c->at == '"';
		*to++ = *c->at;
	}
	bool closed = *c->at == '"';
	c->at += closed;
	*to = '\0';
	return closed ? field : NULL;
}

/* The fields of a line; *count of them. */
static int csv_line(struct csv *c, const char *fields[COLUMNS_MOST],
		    size_t *count)
{
	unsigned line = c->line;
	char ended = ',';

	for (*count = 0; ended == ',';) {
		char *field = c->at;
		if (*count == COLUMNS_MOST)
			return refuse_csv(c, line,
					  "more than 64 columns; "
					  "leave some out");
		if (*c->at == '"') {
			c->at++;
			field = quoted_field(c);
			if (!field)
				return refuse_csv(c, line,
						  "a quote is not closed");
		} else {
			c->at += strcspn(c->at, ",\r\n");
		}
		if (*c->at && !strchr(",\r\n", *c->at))
			return refuse_csv(c, line,
					  "text stands behind a closing quote");
		ended = *c->at;
		if (ended)
			*c->at++ = '\0';
		fields[(*count)++] = field;
	}
	if (ended == '\r' && *c->at == '\n')
		c->at++;
	c->line++;
	return 0;
}

static int add_row(const struct script_reader *r, struct script_table *t,
		   const char **names, const char **texts, size_t count)
{
	struct script_values row = {names, texts, count};

	if (t->count == SCRIPT_ROWS_MOST)
		return problem_set(r->problem, PROBLEM_LIMIT,
				   "%s: a table of more than %d rows; split it",
				   r->file->path, SCRIPT_ROWS_MOST);
	return script_append(r, (void **)&t->rows, &t->count, sizeof row, &row);
}

static const char **kept(const struct script_reader *r, const char **fields,
			 size_t count)
{
	const char **copy = script_allocate(r->memory, count * sizeof *copy);

	if (copy)
		memcpy(copy, fields, count * sizeof *copy);
	return copy;
}

static int read_csv(const struct script_reader *r, const char *path, char *text,
		    struct script_table *out)
{
	struct csv c = {r, path, text, 1};
	const char *fields[COLUMNS_MOST];
	size_t columns = 0, count;
	int err = csv_line(&c, fields, &columns);
	const char **names = err ? NULL : kept(r, fields, columns);

	if (!err && !names)
		return script_no_memory(r);
	while (!err && *c.at) {
		unsigned line = c.line;
		err = csv_line(&c, fields, &count);
		if (err || (count == 1 && !*fields[0]))
			continue;
		if (count != columns)
			return refuse_csv(&c, line,
					  "this line has another number of "
					  "fields than the first; correct it");
		const char **texts = kept(r, fields, count);
		err = texts ? add_row(r, out, names, texts, count)
			    : script_no_memory(r);
	}
	return err;
}

/* --- maps: JSON is YAML --- */

static int read_map(const struct script_reader *r, const struct yaml_node *n,
		    struct script_table *out)
{
	const char *names[COLUMNS_MOST], *texts[COLUMNS_MOST];
	size_t count = 0;

	if (n->kind != YAML_MAP)
		return yaml_problem(r->problem, r->file, n,
				    "wanted a map: names and values of a row");
	for (const struct yaml_node *m = n->child; m; m = m->next) {
		if (m->kind != YAML_SCALAR || count == COLUMNS_MOST)
			return yaml_problem(r->problem, r->file, m,
					    "%s: wanted a text or a number",
					    m->key);
		names[count] = m->key;
		texts[count++] = m->text;
	}
	const char **n_kept = kept(r, names, count),
		   **t_kept = kept(r, texts, count);
	return n_kept && t_kept ? add_row(r, out, n_kept, t_kept, count)
				: script_no_memory(r);
}

static int read_maps(const struct script_reader *r, const struct yaml_node *n,
		     struct script_table *out)
{
	int err = 0;

	if (n->kind != YAML_LIST || !n->child)
		return yaml_problem(r->problem, r->file, n,
				    "wanted a list of rows, or the name of a "
				    ".csv or .json file");
	for (const struct yaml_node *m = n->child; m && !err; m = m->next)
		err = read_map(r, m, out);
	return err;
}

static int read_json(const struct script_reader *r, const char *path,
		     const char *text, size_t length, struct script_table *out)
{
	struct script_memory *m = r->memory;
	struct script_reader inner = *r;
	int err;

	if (m->file_count == SCRIPT_FILES_MOST)
		return problem_set(r->problem, PROBLEM_LIMIT,
				   "%s: too many files", path);
	err = yaml_read_text(&m->files[m->file_count], path, text, length,
			     r->problem);
	if (err)
		return err;
	inner.file = m->files[m->file_count++];
	return read_maps(&inner, inner.file->root, out);
}

int script_table_read(const struct script_reader *r, const struct yaml_node *n,
		      struct script_table *out)
{
	char *text = NULL;
	size_t length;
	const char *path, *end;

	if (n->kind != YAML_SCALAR)
		return read_maps(r, n, out);
	path = script_beside(r, n->text);
	if (!path)
		return script_no_memory(r);
	int err = text_read_file(&text, &length, path, TABLE_MOST);
	if (err)
		return yaml_problem(r->problem, r->file, n,
				    "%s: the table cannot be read; check name "
				    "and size (at most %d MiB)",
				    path, TABLE_MOST >> 20);
	/* its fields are used in place */
	char *copy = script_allocate(r->memory, length + 1);
	if (copy)
		memcpy(copy, text, length);
	free(text);
	end = strrchr(path, '.');
	if (!copy)
		err = script_no_memory(r);
	else if (text_equal(end, ".csv"))
		err = read_csv(r, path, copy, out);
	else if (text_equal(end, ".json"))
		err = read_json(r, path, copy, length, out);
	else
		err = yaml_problem(r->problem, r->file, n,
				   "wanted a file .csv or .json");
	if (!err && out->count == 0)
		err = yaml_problem(r->problem, r->file, n,
				   "%s: the table has no row, so there would "
				   "be no case",
				   path);
	return err;
}
