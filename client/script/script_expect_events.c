/* script_expect_events: tools that are called, events and their order. */
#include "client/script/script_expect_private.h"
#include "net/base/problem.h"

static const struct script_bound once = {1, 1e300, "at least once"};

static int add_tool(const struct expect_list *l, const struct yaml_node *n)
{
	static const char *const keys[] = {"name", "arguments", "count", NULL};
	struct script_expectation e = {.about = SCRIPT_TOOL, .bound = once};
	const struct yaml_node *m;
	int err = 0;

	if (n->kind == YAML_SCALAR) {
		e.name = n->text;
		return expect_add(l, n, e);
	}
	err = yaml_check_keys(l->r->file, n, keys, l->r->problem);
	if (!err)
		err = script_read_text(l->r, n, "name", &e.name);
	if (!err && !e.name)
		err = yaml_problem(l->r->problem, l->r->file, n,
				   "\"name\" is missing; add the tool's name");
	if (!err && (m = yaml_get(n, "arguments")))
		err = script_read_json(l->r, m, &e.arguments);
	if (!err && (m = yaml_get(n, "count")))
		err = script_read_bound(l->r, m, &e.bound);
	return err ? err : expect_add(l, n, e);
}

int expect_read_tools(const struct expect_list *l, const struct yaml_node *n)
{
	int err = 0;

	if (n->kind != YAML_LIST)
		return add_tool(l, n);
	for (const struct yaml_node *m = n->child; m && !err; m = m->next)
		err = add_tool(l, m);
	return err;
}

/* A map of names and counts. */
int expect_read_counts(const struct expect_list *l, const struct yaml_node *n,
		       enum script_about about, const char *const *names)
{
	int err = 0;

	if (names)
		err = yaml_check_keys(l->r->file, n, names, l->r->problem);
	else if (n->kind != YAML_MAP)
		err = yaml_problem(l->r->problem, l->r->file, n,
				   "wanted a map: event: count");
	for (const struct yaml_node *m = n->child; m && !err; m = m->next) {
		struct script_expectation e = {.about = about, .name = m->key};
		err = script_read_bound(l->r, m, &e.bound);
		if (!err)
			err = expect_add(l, m, e);
	}
	return err;
}

int expect_read_order(const struct expect_list *l, const struct yaml_node *n)
{
	struct script_expectation e = {.about = SCRIPT_ORDER};
	int err = script_read_texts(l->r, n, &e.texts, &e.text_count);

	return err ? err : expect_add(l, n, e);
}
