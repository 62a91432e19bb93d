/* script_members: the values that scripts are made of. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/script/script_read.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { JSON_MOST = 256 * 1024 };

static int want_text(const struct script_reader *r, const struct yaml_node *n)
{
	if (n->kind == YAML_SCALAR && n->text[0])
		return 0;
	return yaml_problem(r->problem, r->file, n,
			    "%s%swanted a text; a text with \": \" in it needs "
			    "quotes around it",
			    n->key ? n->key : "", n->key ? ": " : "");
}

int script_read_text(const struct script_reader *r, const struct yaml_node *map,
		     const char *key, const char **out)
{
	const struct yaml_node *n = yaml_get(map, key);
	int err = n ? want_text(r, n) : 0;

	if (n && !err)
		*out = n->text;
	return err;
}

int script_read_ms(const struct script_reader *r, const struct yaml_node *map,
		   const char *key, unsigned *out)
{
	const struct yaml_node *n = yaml_get(map, key);
	long v = 0;
	int err = n ? yaml_to_integer(&v, r->file, n, 0, SCRIPT_MS_MOST,
				      r->problem)
		    : 0;

	if (n && !err)
		*out = (unsigned)v;
	return err;
}

int script_read_number(const struct script_reader *r,
		       const struct yaml_node *map, const char *key,
		       double least, double most, double *out)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n ? yaml_to_number(out, r->file, n, least, most, r->problem) : 0;
}

int script_read_bool(const struct script_reader *r, const struct yaml_node *map,
		     const char *key, bool *out)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n ? yaml_to_bool(out, r->file, n, r->problem) : 0;
}

int script_read_texts(const struct script_reader *r, const struct yaml_node *n,
		      const char ***out, size_t *count)
{
	bool list = n->kind == YAML_LIST;
	size_t wanted = list ? yaml_count(n) : 1;
	const struct yaml_node *at = list ? n->child : n;
	int err = 0;

	if (wanted == 0)
		return yaml_problem(r->problem, r->file, n,
				    "the list is empty; write at least one");
	*out = script_allocate(r->memory, wanted * sizeof **out);
	if (!*out)
		return script_no_memory(r);
	for (*count = 0; *count < wanted && !err; at = at->next) {
		err = want_text(r, at);
		(*out)[(*count)++] = at->text;
	}
	return err;
}

/* --- bounds --- */

static int refuse_bound(const struct script_reader *r,
			const struct yaml_node *n)
{
	return yaml_problem(r->problem, r->file, n,
			    "%s%swanted a number, \"<= N\", \">= N\" or "
			    "[least, most]",
			    n->key ? n->key : "", n->key ? ": " : "");
}

static int range(const struct script_reader *r, const struct yaml_node *n,
		 struct script_bound *out)
{
	const struct yaml_node *low = n->child, *high = low ? low->next : NULL;

	if (!high || high->next || low->kind != YAML_SCALAR ||
	    high->kind != YAML_SCALAR ||
	    text_to_number(&out->least, low->text) ||
	    text_to_number(&out->most, high->text))
		return refuse_bound(r, n);
	if (out->least > out->most)
		return yaml_problem(r->problem, r->file, n,
				    "%s is more than %s; exchange them",
				    low->text, high->text);
	out->text = script_text(r->memory, "%s to %s", low->text, high->text);
	return out->text ? 0 : script_no_memory(r);
}

int script_read_bound(const struct script_reader *r, const struct yaml_node *n,
		      struct script_bound *out)
{
	double v;
	const char *text = n->text;

	*out = (struct script_bound){-INFINITY, INFINITY, n->text};
	if (n->kind == YAML_LIST)
		return range(r, n, out);
	if (n->kind != YAML_SCALAR)
		return refuse_bound(r, n);
	bool most = text_starts(text, "<="), least = text_starts(text, ">=");
	text += most || least ? 2 : 0;
	text += strspn(text, " ");
	if (text_to_number(&v, text))
		return refuse_bound(r, n);
	if (!least)
		out->most = v;
	if (!most)
		out->least = v;
	return 0;
}

/* --- others --- */

const char *script_beside(const struct script_reader *r, const char *name)
{
	const char *slash = strrchr(r->file->path, '/');

	if (name[0] == '/' || !slash)
		return name;
	return script_text(r->memory, "%.*s/%s", (int)(slash - r->file->path),
			   r->file->path, name);
}

int script_read_json(const struct script_reader *r, const struct yaml_node *n,
		     const char **out)
{
	struct bytes b;
	int err;

	bytes_init(&b, JSON_MOST);
	err = yaml_write_json(&b, NULL, n);
	if (!err && !b.failed && bytes_text(&b))
		*out = script_text(r->memory, "%s", bytes_text(&b));
	bytes_deinit(&b);
	if (err == PROBLEM_LIMIT)
		return yaml_problem(r->problem, r->file, n,
				    "too large or nested too deep; shorten it");
	return !err && *out ? 0 : script_no_memory(r);
}

int script_append(const struct script_reader *r, void **list, size_t *count,
		  size_t size, const void *item)
{
	size_t n = *count;

	/* room is doubled at powers of two */
	if ((n & (n - 1)) == 0) {
		void *more = script_allocate(r->memory, (n ? 2 * n : 1) * size);
		if (!more)
			return script_no_memory(r);
		if (n)
			memcpy(more, *list, n * size);
		*list = more;
	}
	memcpy((char *)*list + n * size, item, size);
	*count = n + 1;
	return 0;
}
