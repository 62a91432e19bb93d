#include "net/base/yaml.h"

#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"

static void write_scalar(struct bytes *out, const char *key,
			 const struct yaml_node *n)
{
	bool is_word = text_equal(n->text, "true") ||
		       text_equal(n->text, "false") ||
		       text_equal(n->text, "null");
	double number;

	if (!n->quoted && text_to_number(&number, n->text) == 0)
		json_number(out, key, number);
	else if (!n->quoted && is_word)
		json_raw(out, key, n->text);
	else
		json_string(out, key, n->text);
}

static void write_node(struct bytes *out, const char *key,
		       const struct yaml_node *n, unsigned depth)
{
	if (depth > YAML_JSON_DEPTH) {
		out->failed = PROBLEM_LIMIT;
		return;
	}
	if (n->kind == YAML_SCALAR) {
		write_scalar(out, key, n);
		return;
	}
	if (n->kind == YAML_MAP)
		json_open_object(out, key);
	else
		json_open_array(out, key);
	for (const struct yaml_node *i = n->child; i; i = i->next)
		write_node(out, n->kind == YAML_MAP ? i->key : NULL, i,
			   depth + 1);
	if (n->kind == YAML_MAP)
		json_close_object(out);
	else
		json_close_array(out);
}

int yaml_write_json(struct bytes *out, const char *key,
		    const struct yaml_node *n)
{
	write_node(out, key, n, 0);
	return out->failed;
}
