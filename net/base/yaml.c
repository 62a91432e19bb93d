#include "net/base/yaml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum {
	FILE_LIMIT = 8 * 1024 * 1024,
	NODE_LIMIT = 100 * 1000,
	DEPTH_LIMIT = 64,
};

/* A list or map that is still open. */
struct level {
	struct yaml_node *node;
	struct yaml_node **tail; /* where its next member goes */
	size_t members;
	char *key; /* owned; read, and waiting for its value */
	unsigned key_line, key_column;
};

struct reader {
	yaml_parser_t parser;
	struct yaml_file *file; /* owned until it is handed out */
	struct problem *problem;
	struct level levels[DEPTH_LIMIT];
	size_t depth;
	size_t nodes;
	bool ended;
};

__attribute__((format(printf, 5, 0))) static int
fill_problem(struct problem *p, int code, const struct yaml_file *f,
	     const unsigned place[2], const char *format, va_list args)
{
	char text[PROBLEM_TEXT_SIZE];

	vsnprintf(text, sizeof text, _(format), args);
	if (!place)
		return problem_set(p, code, "%s: %s", f->path, text);
	return problem_set(p, code, "%s:%u:%u: %s", f->path, place[0], place[1],
			   text);
}

int yaml_problem(struct problem *p, const struct yaml_file *f,
		 const struct yaml_node *at, const char *format, ...)
{
	unsigned place[2] = {at ? at->line : 0, at ? at->column : 0};
	va_list args;

	va_start(args, format);
	int err = fill_problem(p, PROBLEM_FORMAT, f, at ? place : NULL, format,
			       args);
	va_end(args);
	return err;
}

__attribute__((format(printf, 4, 5))) static int
refuse(struct reader *r, int code, yaml_mark_t mark, const char *format, ...)
{
	unsigned place[2] = {(unsigned)mark.line + 1,
			     (unsigned)mark.column + 1};
	va_list args;

	va_start(args, format);
	int err = fill_problem(r->problem, code, r->file, place, format, args);
	va_end(args);
	return err;
}

static int no_memory(struct reader *r)
{
	return problem_set(r->problem, PROBLEM_MEMORY,
			   "%s: out of memory; close other programs",
			   r->file->path);
}

static int add_node(struct yaml_node **out, struct reader *r,
		    enum yaml_kind kind, yaml_mark_t mark)
{
	struct level *parent = r->depth ? &r->levels[r->depth - 1] : NULL;

	if (++r->nodes > NODE_LIMIT)
		return refuse(r, PROBLEM_LIMIT, mark,
			      "more than %d values; split the file",
			      NODE_LIMIT);
	struct yaml_node *n = calloc(1, sizeof *n);
	if (!n)
		return no_memory(r);
	n->kind = kind;
	n->line = (unsigned)mark.line + 1;
	n->column = (unsigned)mark.column + 1;
	if (parent) {
		n->key = parent->key; /* moves; NULL in a list */
		n->key_line = parent->key_line;
		n->key_column = parent->key_column;
		parent->key = NULL;
		*parent->tail = n;
		parent->tail = &n->next;
		parent->members++;
	} else {
		r->file->root = n;
	}
	*out = n;
	return 0;
}

static int check_decoration(struct reader *r, const yaml_char_t *anchor,
			    const yaml_char_t *tag, yaml_mark_t mark)
{
	if (anchor)
		return refuse(r, PROBLEM_FORMAT, mark,
			      "anchors (&%s) are not allowed; repeat the value",
			      (const char *)anchor);
	if (tag)
		return refuse(r, PROBLEM_FORMAT, mark,
			      "tags (%s) are not allowed; remove it",
			      (const char *)tag);
	return 0;
}

static bool wants_key(const struct reader *r)
{
	const struct level *top = r->depth ? &r->levels[r->depth - 1] : NULL;

	return top && top->node->kind == YAML_MAP && !top->key;
}

static int take_scalar(struct reader *r, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	yaml_mark_t mark = event->start_mark;
	int err = check_decoration(r, event->data.scalar.anchor,
				   event->data.scalar.tag, mark);

	if (err)
		return err;
	if (strlen(value) != event->data.scalar.length)
		return refuse(r, PROBLEM_FORMAT, mark,
			      "a text may not hold the character \\0; "
			      "remove it");
	char *text = text_copy(value);
	if (!text)
		return no_memory(r);
	if (wants_key(r)) {
		struct level *top = &r->levels[r->depth - 1];
		top->key = text;
		top->key_line = (unsigned)mark.line + 1;
		top->key_column = (unsigned)mark.column + 1;
		return 0;
	}
	struct yaml_node *n = NULL;
	err = add_node(&n, r, YAML_SCALAR, mark);
	if (err) {
		free(text);
		return err;
	}
	n->text = text;
	n->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return 0;
}

static int open_level(struct reader *r, enum yaml_kind kind,
		      const yaml_char_t *anchor, const yaml_char_t *tag,
		      yaml_mark_t mark)
{
	struct yaml_node *n = NULL;
	int err = check_decoration(r, anchor, tag, mark);

	if (err)
		return err;
	if (wants_key(r))
		return refuse(r, PROBLEM_FORMAT, mark,
			      "a key must be a plain text, not a list or map; "
			      "quote it");
	if (r->depth == DEPTH_LIMIT)
		return refuse(r, PROBLEM_LIMIT, mark,
			      "nested deeper than %d levels; make it flatter",
			      DEPTH_LIMIT);
	err = add_node(&n, r, kind, mark);
	if (err)
		return err;
	r->levels[r->depth++] = (struct level){.node = n, .tail = &n->child};
	return 0;
}

static int by_key(const void *a, const void *b)
{
	const struct yaml_node *x = *(struct yaml_node *const *)a;
	const struct yaml_node *y = *(struct yaml_node *const *)b;
	int order = strcmp(x->key, y->key);

	if (order != 0)
		return order;
	if (x->key_line != y->key_line)
		return x->key_line < y->key_line ? -1 : 1;
	return x->key_column < y->key_column ? -1 : 1;
}

/* Sorts, since comparing each member of a hostile map with each other one
 * would take minutes. */
static int check_duplicates(struct reader *r, const struct level *level)
{
	size_t count = 0;
	int err = 0;

	if (level->node->kind != YAML_MAP || level->members < 2)
		return 0;
	struct yaml_node **members = malloc(level->members *
					    sizeof(struct yaml_node *));
	if (!members)
		return no_memory(r);
	for (struct yaml_node *n = level->node->child; n; n = n->next)
		members[count++] = n;
	qsort(members, count, sizeof(struct yaml_node *), by_key);
	for (size_t i = 1; i < count && !err; i++) {
		const struct yaml_node *n = members[i];
		yaml_mark_t mark = {.line = n->key_line - 1,
				    .column = n->key_column - 1};
		if (text_equal(n->key, members[i - 1]->key))
			err = refuse(r, PROBLEM_FORMAT, mark,
				     "\"%.80s\" is already set on line %u; "
				     "remove one of them",
				     n->key, members[i - 1]->key_line);
	}
	free(members);
	return err;
}

static int close_level(struct reader *r)
{
	return check_duplicates(r, &r->levels[--r->depth]);
}

static int take_event(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(r, e);
	case YAML_SEQUENCE_START_EVENT:
		return open_level(r, YAML_LIST, e->data.sequence_start.anchor,
				  e->data.sequence_start.tag, e->start_mark);
	case YAML_MAPPING_START_EVENT:
		return open_level(r, YAML_MAP, e->data.mapping_start.anchor,
				  e->data.mapping_start.tag, e->start_mark);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_level(r);
	case YAML_ALIAS_EVENT:
		return refuse(r, PROBLEM_FORMAT, e->start_mark,
			      "aliases (*%s) are not allowed; repeat the value",
			      (const char *)e->data.alias.anchor);
	case YAML_DOCUMENT_START_EVENT:
		if (r->file->root)
			return refuse(r, PROBLEM_FORMAT, e->start_mark,
				      "a second document begins here; "
				      "a file may hold only one");
		return 0;
	case YAML_STREAM_END_EVENT:
		r->ended = true;
		if (!r->file->root)
			return problem_set(r->problem, PROBLEM_FORMAT,
					   "%s: the file is empty; "
					   "write something into it",
					   r->file->path);
		return 0;
	default:
		return 0;
	}
}

/* What libyaml says, at its place.  Its reader knows only an offset. */
static int refuse_syntax(struct reader *r, const char *text, size_t length)
{
	const yaml_parser_t *p = &r->parser;
	const char *words = p->problem ? p->problem : "not readable";
	yaml_mark_t mark = p->problem_mark;

	if (p->error == YAML_MEMORY_ERROR)
		return no_memory(r);
	if (p->error == YAML_READER_ERROR) {
		mark = (yaml_mark_t){0};
		for (size_t i = 0; i < length && i < p->problem_offset; i++) {
			mark.column = text[i] == '\n' ? 0 : mark.column + 1;
			mark.line += text[i] == '\n';
		}
	}
	return refuse(r, PROBLEM_FORMAT, mark, "%s%s%s; correct the YAML here",
		      words, p->context ? " " : "",
		      p->context ? p->context : "");
}

static int read_events(struct reader *r, const char *text, size_t length)
{
	yaml_event_t event;
	int err = 0;

	while (!err && !r->ended) {
		if (!yaml_parser_parse(&r->parser, &event))
			return refuse_syntax(r, text, length);
		err = take_event(r, &event);
		yaml_event_delete(&event);
	}
	return err;
}

int yaml_read_text(struct yaml_file **out, const char *name, const char *text,
		   size_t length, struct problem *p)
{
	struct reader r = {.problem = p};
	int err = PROBLEM_MEMORY;

	r.file = calloc(1, sizeof *r.file);
	if (!r.file || !(r.file->path = text_copy(name)) ||
	    !yaml_parser_initialize(&r.parser)) {
		problem_set(p, err, "%s: out of memory; close other programs",
			    name);
		goto out;
	}
	if (length > FILE_LIMIT)
		err = problem_set(p, PROBLEM_LIMIT,
				  "%s: larger than %d MiB; split the file",
				  name, FILE_LIMIT >> 20);
	else {
		yaml_parser_set_input_string(&r.parser,
					     (const unsigned char *)text,
					     length);
		err = read_events(&r, text, length);
	}
	for (size_t i = 0; i < r.depth; i++)
		free(r.levels[i].key);
	yaml_parser_delete(&r.parser);
out:
	if (err)
		yaml_file_free(r.file);
	else
		*out = r.file;
	return err;
}

int yaml_read_file(struct yaml_file **out, const char *path, struct problem *p)
{
	char *text = NULL;
	size_t length = 0;
	int err = text_read_file(&text, &length, path, FILE_LIMIT);

	if (err == PROBLEM_LIMIT)
		return problem_set(p, err,
				   "%s: larger than %d MiB; split the file",
				   path, FILE_LIMIT >> 20);
	if (err == PROBLEM_MEMORY)
		return problem_set(p, err,
				   "%s: out of memory; close other programs",
				   path);
	if (err)
		return problem_set(p, err, "%s: %s; check the path", path,
				   strerror(errno));
	err = yaml_read_text(out, path, text, length, p);
	free(text);
	return err;
}

/* Recursion is bounded by DEPTH_LIMIT. */
static void free_nodes(struct yaml_node *n)
{
	while (n) {
		struct yaml_node *next = n->next;
		free_nodes(n->child);
		free(n->text);
		free(n->key);
		free(n);
		n = next;
	}
}

struct yaml_file *yaml_file_free(struct yaml_file *f)
{
	if (!f)
		return NULL;
	free_nodes(f->root);
	free(f->path);
	free(f);
	return NULL;
}
