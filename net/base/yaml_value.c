/* yaml_value: what a node of a YAML tree means. */
#include "net/base/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (const struct yaml_node *n = map->child; n; n = n->next)
		if (strcmp(n->key, key) == 0)
			return n;
	return NULL;
}

/* How a message calls what stands there. */
static const char *found(const struct yaml_node *n)
{
	if (n->kind == YAML_LIST)
		return "a list";
	if (n->kind == YAML_MAP)
		return "a map";
	return n->text[0] ? n->text : "nothing";
}

static const char *quote(const struct yaml_node *n)
{
	return n->kind == YAML_SCALAR && n->text[0] ? "\"" : "";
}

/* "max_turns: " for a member of a map. */
static const char *name(const struct yaml_node *n)
{
	return n->key ? n->key : "";
}

static const char *colon(const struct yaml_node *n)
{
	return n->key ? ": " : "";
}

static bool is_plain(const struct yaml_node *n)
{
	return n->kind == YAML_SCALAR && !n->quoted;
}

int yaml_to_integer(long *out, const struct yaml_file *f,
		    const struct yaml_node *n, long least, long most,
		    struct problem *p)
{
	if (is_plain(n) && n->text[0] &&
	    strspn(n->text, "+-0123456789") == strlen(n->text)) {
		char *end;
		errno = 0;
		long v = strtol(n->text, &end, 10);
		if (*end == '\0' && errno == 0 && v >= least && v <= most) {
			*out = v;
			return 0;
		}
	}
	return yaml_problem(p, f, n,
			    "%.80s%swanted a whole number from %ld to %ld, "
			    "found %s%.80s%s",
			    name(n), colon(n), least, most, quote(n), found(n),
			    quote(n));
}

int yaml_to_number(double *out, const struct yaml_file *f,
		   const struct yaml_node *n, double least, double most,
		   struct problem *p)
{
	char low[TEXT_NUMBER_SIZE], high[TEXT_NUMBER_SIZE];
	double v;

	if (is_plain(n) && text_to_number(&v, n->text) == 0 && v >= least &&
	    v <= most) {
		*out = v;
		return 0;
	}
	text_from_number(low, least);
	text_from_number(high, most);
	return yaml_problem(p, f, n,
			    "%.80s%swanted a number from %s to %s, "
			    "found %s%.80s%s",
			    name(n), colon(n), low, high, quote(n), found(n),
			    quote(n));
}

int yaml_to_bool(bool *out, const struct yaml_file *f,
		 const struct yaml_node *n, struct problem *p)
{
	if (is_plain(n) && (text_equal_fold(n->text, "true") ||
			    text_equal_fold(n->text, "false"))) {
		*out = text_equal_fold(n->text, "true");
		return 0;
	}
	return yaml_problem(p, f, n,
			    "%.80s%swanted true or false, found %s%.80s%s",
			    name(n), colon(n), quote(n), found(n), quote(n));
}

int yaml_to_text(char **out, const struct yaml_file *f,
		 const struct yaml_node *n, struct problem *p)
{
	if (n->kind != YAML_SCALAR || !n->text[0])
		return yaml_problem(p, f, n, "%.80s%swanted a text", name(n),
				    colon(n));
	*out = text_copy(n->text);
	if (!*out)
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: out of memory; close other programs",
				   f->path);
	return 0;
}

int yaml_to_word(int *out, const struct yaml_file *f, const struct yaml_node *n,
		 const char *const *words, struct problem *p)
{
	const char *near = NULL;
	char wanted[160] = "";
	size_t at = 0;

	for (int i = 0; n->kind == YAML_SCALAR && words[i]; i++)
		if (text_equal(n->text, words[i])) {
			*out = i;
			return 0;
		}
	for (int i = 0; words[i] && at < sizeof wanted; i++)
		at += (size_t)snprintf(wanted + at, sizeof wanted - at, "%s%s",
				       i ? ", " : "", words[i]);
	if (n->kind == YAML_SCALAR)
		near = text_nearest(n->text, words);
	if (near)
		return yaml_problem(p, f, n,
				    "\"%.80s\" is none of %s; did you mean "
				    "\"%s\"?",
				    n->text, wanted, near);
	return yaml_problem(p, f, n, "wanted one of %s", wanted);
}

size_t yaml_count(const struct yaml_node *list)
{
	size_t count = 0;

	for (const struct yaml_node *n = list->child; n; n = n->next)
		count++;
	return count;
}

static bool is_in(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(text, *words) == 0)
			return true;
	return false;
}

int yaml_check_keys(const struct yaml_file *f, const struct yaml_node *map,
		    const char *const *keys, struct problem *p)
{
	if (map->kind != YAML_MAP)
		return yaml_problem(p, f, map,
				    "%.80s%swanted a map, found %s%.80s%s",
				    name(map), colon(map), quote(map),
				    found(map), quote(map));
	for (const struct yaml_node *n = map->child; n; n = n->next) {
		if (is_in(n->key, keys))
			continue;
		struct yaml_node at = {.line = n->key_line,
				       .column = n->key_column};
		const char *near = text_nearest(n->key, keys);
		if (near)
			return yaml_problem(p, f, &at,
					    "unknown key \"%.80s\"; did you "
					    "mean \"%s\"?",
					    n->key, near);
		return yaml_problem(p, f, &at,
				    "unknown key \"%.80s\"; remove it", n->key);
	}
	return 0;
}
