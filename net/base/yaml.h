/*
 * yaml: a document as a tree that knows line and column of every node.
 *
 * For files that people write (scenarios, lessons, scripts): an error can
 * name the place.  Aliases and tags are refused; sizes are bounded.
 */
#ifndef NET_BASE_YAML_H
#define NET_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct bytes;
struct problem;

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	unsigned line, column; /* from 1 */
	char *text;            /* scalar's value */
	bool quoted;           /* scalar was quoted: "1" is a text */
	char *key;             /* in a map: this member's key */
	unsigned key_line, key_column;
	struct yaml_node *child; /* first of a list or map */
	struct yaml_node *next;
};

struct yaml_file {
	char *path;
	struct yaml_node *root; /* never NULL after success */
};

/* Reads the whole file; the problem's text starts "path:line:column: ". */
int yaml_read_file(struct yaml_file **out, const char *path, struct problem *p);
/* The same from memory; name stands for the path in messages. */
int yaml_read_text(struct yaml_file **out, const char *name, const char *text,
		   size_t length, struct problem *p);
/* (libyaml itself exports a function named yaml_free.) */
struct yaml_file *yaml_file_free(struct yaml_file *f);

/* A map's member, or NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Fills p with "path:line:column: " and the text, returns PROBLEM_FORMAT. */
__attribute__((format(printf, 4, 5))) int
yaml_problem(struct problem *p, const struct yaml_file *f,
	     const struct yaml_node *at, const char *format, ...);

/* A problem as yaml_problem() wrote it, and below it the line of the file with
 * a caret; a problem without a place, or whose file cannot be read again, as
 * its one line. */
void yaml_print_problem(FILE *out, const struct problem *p);

/* Typed readers: 0, or yaml_problem() with what was wanted. */
int yaml_to_integer(long *out, const struct yaml_file *f,
		    const struct yaml_node *n, long least, long most,
		    struct problem *p);
int yaml_to_number(double *out, const struct yaml_file *f,
		   const struct yaml_node *n, double least, double most,
		   struct problem *p);
int yaml_to_bool(bool *out, const struct yaml_file *f,
		 const struct yaml_node *n, struct problem *p);
/* A text that is not empty; the caller frees.  PROBLEM_MEMORY too. */
int yaml_to_text(char **out, const struct yaml_file *f,
		 const struct yaml_node *n, struct problem *p);
/* The place of the text in words (ends with NULL). */
int yaml_to_word(int *out, const struct yaml_file *f, const struct yaml_node *n,
		 const char *const *words, struct problem *p);
size_t yaml_count(const struct yaml_node *list);
/* Appends the node as JSON (key as in json_text.h).  Scalars that are bare
 * numbers, true, false and null stay what they are, all others are strings.
 * PROBLEM_LIMIT: deeper than YAML_JSON_DEPTH; or what out->failed says. */
enum { YAML_JSON_DEPTH = 32 };
int yaml_write_json(struct bytes *out, const char *key,
		    const struct yaml_node *n);
/* Refuses members of map that are not in keys (ends with NULL) and suggests
 * the nearest one. */
int yaml_check_keys(const struct yaml_file *f, const struct yaml_node *map,
		    const char *const *keys, struct problem *p);

#endif
