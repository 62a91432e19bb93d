/* script_values: ${name} in the texts of a script. */
#include <stdlib.h>
#include <string.h>

#include "client/script/script_read.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { TEXT_MOST = 64 * 1024, NAMES_SHOWN = 32 };

static const char *find(const struct script_values *v, const char *name,
			size_t length)
{
	for (size_t i = 0; i < v->count; i++)
		if (strncmp(v->names[i], name, length) == 0 &&
		    v->names[i][length] == '\0')
			return v->texts[i];
	return NULL;
}

static int unknown(const struct script_reader *r, const struct yaml_node *n,
		   const struct script_values *v, const char *name,
		   size_t length)
{
	const char *names[NAMES_SHOWN + 1] = {NULL};
	char *wanted = text_format("%.*s", (int)length, name);
	const char *near = NULL;

	for (size_t i = 0; i < v->count && i < NAMES_SHOWN; i++)
		names[i] = v->names[i];
	if (wanted)
		near = text_nearest(wanted, names);
	int err = yaml_problem(r->problem, r->file, n,
			       "${%.*s}: there is no such variable%s%s%s",
			       (int)length, name,
			       near ? "; did you mean \""
				    : "; add it to "
				      "\"variables\"",
			       near ? near : "", near ? "\"?" : "");
	free(wanted);
	return err;
}

static int put(const struct script_reader *r, struct yaml_node *n,
	       const struct script_values *v)
{
	const char *at = n->text, *next;
	struct bytes out;
	int err = 0;

	bytes_init(&out, TEXT_MOST);
	while (!err && (next = strstr(at, "${"))) {
		size_t length = strcspn(next + 2, "}");
		bytes_append(&out, at, (size_t)(next - at));
		const char *text = find(v, next + 2, length);
		if (!next[2 + length])
			err = yaml_problem(r->problem, r->file, n,
					   "\"${\" without \"}\"; close it");
		else if (!text)
			err = unknown(r, n, v, next + 2, length);
		else
			bytes_append_text(&out, text);
		at = next + 2 + length + 1;
	}
	if (!err) {
		bytes_append_text(&out, at);
		char *text = bytes_take_text(&out);
		if (text) {
			free(n->text);
			n->text = text;
		} else {
			err = script_no_memory(r);
		}
	}
	bytes_deinit(&out);
	return err;
}

int script_values_put(const struct script_reader *r, struct yaml_node *n,
		      const struct script_values *v)
{
	int err = 0;

	if (n->kind == YAML_SCALAR)
		return strstr(n->text, "${") ? put(r, n, v) : 0;
	for (struct yaml_node *child = n->child; child && !err;
	     child = child->next)
		err = script_values_put(r, child, v);
	return err;
}
