#include "client/tools/tool_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/tools/tool_schema.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/yaml.h"

enum {
	TOOLS_MOST = 64,
	NAME_MOST = 64,
	SCHEMA_BYTES_MOST = 64 * 1024,
	SPECS_BYTES_MOST = 512 * 1024,
};

/* Seconds.  A learner does not wait longer for an answer. */
static const double LIMIT_LEAST = 0.1, LIMIT_MOST = 50;

static const char no_arguments[] = "{\"type\":\"object\",\"properties\":{}}";

struct reader {
	const struct yaml_file *file;
	struct problem *problem;
};

static int no_memory(const struct reader *r)
{
	return problem_set(r->problem, PROBLEM_MEMORY,
			   "%s: not enough memory for the tools",
			   r->file->path);
}

/* --- name, description --- */

static int read_text(const struct reader *r, const struct yaml_node *map,
		     const char *key, char **out)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (!n)
		return yaml_problem(r->problem, r->file, map,
				    "a tool without \"%s\"; add it", key);
	return yaml_to_text(out, r->file, n, r->problem);
}

static int check_name(const struct reader *r, const struct yaml_node *n,
		      const struct tool_file *f, const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-";

	if (name[strspn(name, letters)] || strlen(name) > NAME_MOST)
		return yaml_problem(r->problem, r->file, n,
				    "name: wanted letters, digits, \"_\" and "
				    "\"-\" only, at most %d",
				    NAME_MOST);
	if (tool_file_find(f, name))
		return yaml_problem(r->problem, r->file, n,
				    "name: another tool is named \"%s\"; "
				    "rename one",
				    name);
	return 0;
}

/* --- schema --- */

/* The node of a fault, as deep as it is known: a schema that is a text has one
 * place for all of it. */
static const struct yaml_node *place_of(const struct yaml_node *n,
					const struct tool_schema_fault *fault)
{
	for (size_t i = 0; i < fault->depth; i++) {
		const char *step = fault->steps[i];
		const struct yaml_node *next = NULL;

		if (n->kind == YAML_MAP)
			next = yaml_get(n, step);
		else if (n->kind == YAML_LIST && step[0] == '#')
			next = n->child;
		for (long k = strtol(step + 1, NULL, 10);
		     n->kind == YAML_LIST && next && k > 0; k--)
			next = next->next;
		if (!next)
			break;
		n = next;
	}
	return n;
}

static int schema_problem(const struct reader *r, const struct yaml_node *n,
			  const struct tool_schema_fault *fault)
{
	char path[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < fault->depth && used < sizeof path; i++)
		used += (size_t)snprintf(path + used, sizeof path - used, ".%s",
					 fault->steps[i]);
	return yaml_problem(r->problem, r->file, place_of(n, fault),
			    "schema%s: %s", path, fault->text);
}

static int schema_text(const struct reader *r, const struct yaml_node *n,
		       char **out)
{
	struct bytes b;
	int err;

	if (n->kind == YAML_SCALAR) {
		*out = text_copy(n->text);
		return *out ? 0 : no_memory(r);
	}
	bytes_init(&b, SCHEMA_BYTES_MOST);
	err = yaml_write_json(&b, NULL, n);
	if (!err && !(*out = bytes_take_text(&b)))
		err = PROBLEM_MEMORY;
	bytes_deinit(&b);
	if (err == PROBLEM_LIMIT)
		return yaml_problem(r->problem, r->file, n,
				    "schema: longer than %d bytes or deeper "
				    "than %d levels; shorten it",
				    SCHEMA_BYTES_MOST, YAML_JSON_DEPTH);
	return err ? no_memory(r) : 0;
}

static int read_schema(const struct reader *r, const struct yaml_node *map,
		       struct tool *t)
{
	const struct yaml_node *n = yaml_get(map, "schema");
	struct tool_schema_fault fault;
	int err;

	if (!n) {
		t->schema = text_copy(no_arguments);
		return t->schema ? 0 : no_memory(r);
	}
	err = schema_text(r, n, &t->schema);
	if (!err && tool_schema_check(t->schema, &fault))
		err = schema_problem(r, n, &fault);
	return err;
}

/* --- command --- */

static char **new_list(size_t count)
{
	return calloc(count + 1, sizeof(char *));
}

/* A program with a "/" that is not absolute stands beside the file. */
static char *program_path(const struct reader *r, const char *name)
{
	const char *slash = strrchr(r->file->path, '/');

	if (name[0] == '/' || !strchr(name, '/') || !slash)
		return text_copy(name);
	return text_format("%.*s/%s", (int)(slash - r->file->path),
			   r->file->path, name);
}

static int check_program(const struct reader *r, const struct yaml_node *n,
			 const char *path)
{
	if (!strchr(path, '/'))
		return 0;
	if (access(path, F_OK))
		return yaml_problem(r->problem, r->file, n,
				    "command: there is no %s; correct the path",
				    path);
	if (access(path, X_OK))
		return yaml_problem(r->problem, r->file, n,
				    "command: %s may not be run; chmod +x it",
				    path);
	return 0;
}

static int read_argv(const struct reader *r, const struct yaml_node *n,
		     struct tool *t)
{
	size_t count = 0;

	if (n->kind != YAML_LIST || !n->child)
		return yaml_problem(r->problem, r->file, n,
				    "command: wanted a list: [PROGRAM, "
				    "ARGUMENT]; one text needs \"shell: true\" "
				    "beside it");
	t->argv = new_list(yaml_count(n));
	if (!t->argv)
		return no_memory(r);
	for (const struct yaml_node *i = n->child; i; i = i->next, count++) {
		if (i->kind != YAML_SCALAR || (!count && !i->text[0]))
			return yaml_problem(r->problem, r->file, i,
					    "command: wanted a text");
		t->argv[count] = count ? text_copy(i->text)
				       : program_path(r, i->text);
		if (!t->argv[count])
			return no_memory(r);
	}
	return check_program(r, n->child, t->argv[0]);
}

static int read_shell(const struct reader *r, const struct yaml_node *n,
		      struct tool *t)
{
	if (n->kind != YAML_SCALAR || !n->text[0])
		return yaml_problem(r->problem, r->file, n,
				    "command: wanted one text for the shell; "
				    "leave \"shell\" out for a list");
	t->argv = new_list(3);
	if (!t->argv)
		return no_memory(r);
	t->argv[0] = text_copy("/bin/sh");
	t->argv[1] = text_copy("-c");
	t->argv[2] = text_copy(n->text);
	return t->argv[0] && t->argv[1] && t->argv[2] ? 0 : no_memory(r);
}

static int read_command(const struct reader *r, const struct yaml_node *map,
			struct tool *t)
{
	const struct yaml_node *n = yaml_get(map, "command");
	const struct yaml_node *shell_node = yaml_get(map, "shell");
	bool shell = false;
	int err = 0;

	if (!n)
		return yaml_problem(r->problem, r->file, map,
				    "a tool without \"command\"; add it");
	if (shell_node)
		err = yaml_to_bool(&shell, r->file, shell_node, r->problem);
	if (err)
		return err;
	return shell ? read_shell(r, n, t) : read_argv(r, n, t);
}

/* --- limit, environment --- */

static int read_limit(const struct reader *r, const struct yaml_node *map,
		      struct tool *t)
{
	const struct yaml_node *n = yaml_get(map, "limit");
	double seconds = TOOL_LIMIT_MS / 1000.0;
	int err = 0;

	if (n)
		err = yaml_to_number(&seconds, r->file, n, LIMIT_LEAST,
				     LIMIT_MOST, r->problem);
	t->limit_ms = (uint32_t)(seconds * 1000);
	return err;
}

static int read_environment(const struct reader *r, const struct yaml_node *map,
			    struct tool *t)
{
	const struct yaml_node *n = yaml_get(map, "environment");
	size_t count = 0;

	if (!n)
		return 0;
	if (n->kind != YAML_MAP)
		return yaml_problem(r->problem, r->file, n,
				    "environment: wanted a map of names and "
				    "values");
	t->environment = new_list(yaml_count(n));
	if (!t->environment)
		return no_memory(r);
	for (const struct yaml_node *i = n->child; i; i = i->next) {
		if (i->kind != YAML_SCALAR || !i->key[0] || strchr(i->key, '='))
			return yaml_problem(r->problem, r->file, i,
					    "environment: wanted NAME: value");
		t->environment[count] = text_format("%s=%s", i->key, i->text);
		if (!t->environment[count++])
			return no_memory(r);
	}
	return 0;
}

/* --- the file --- */

static int read_tool(const struct reader *r, const struct yaml_node *map,
		     struct tool_file *f, struct tool *t)
{
	static const char *const keys[] = {"name",        "description",
					   "schema",      "shell",
					   "command",     "limit",
					   "environment", NULL};
	int err = yaml_check_keys(r->file, map, keys, r->problem);

	if (!err)
		err = read_text(r, map, "name", &t->name);
	if (t->name)
		err = check_name(r, yaml_get(map, "name"), f, t->name);
	if (!err)
		err = read_text(r, map, "description", &t->description);
	if (!err)
		err = read_schema(r, map, t);
	if (!err)
		err = read_command(r, map, t);
	if (!err)
		err = read_limit(r, map, t);
	return err ? err : read_environment(r, map, t);
}

static int read_tools(const struct reader *r, struct tool_file *f)
{
	const struct yaml_node *root = r->file->root;
	size_t count = root->kind == YAML_LIST ? yaml_count(root) : 0;

	if (count == 0 || count > TOOLS_MOST)
		return yaml_problem(r->problem, r->file, root,
				    "wanted a list of 1 to %d tools, each with "
				    "name, description and command",
				    TOOLS_MOST);
	f->tools = calloc(count, sizeof *f->tools);
	if (!f->tools)
		return no_memory(r);
	for (const struct yaml_node *n = root->child; n; n = n->next) {
		struct tool t = {0};
		int err = read_tool(r, n, f, &t);

		f->tools[f->count++] = t;
		if (err)
			return err;
	}
	return 0;
}

static int write_specs(const struct reader *r, struct tool_file *f)
{
	struct bytes b;

	bytes_init(&b, SPECS_BYTES_MOST);
	json_open_array(&b, NULL);
	for (size_t i = 0; i < f->count; i++) {
		json_open_object(&b, NULL);
		json_open_object(&b, "toolSpec");
		json_string(&b, "name", f->tools[i].name);
		json_string(&b, "description", f->tools[i].description);
		json_open_object(&b, "inputSchema");
		json_string(&b, "json", f->tools[i].schema);
		json_close_object(&b);
		json_close_object(&b);
		json_close_object(&b);
	}
	json_close_array(&b);

	int err = b.failed;
	f->specs = bytes_take_text(&b);
	bytes_deinit(&b);
	if (err == PROBLEM_LIMIT)
		return yaml_problem(r->problem, r->file, r->file->root,
				    "descriptions and schemas of more than %d "
				    "bytes; shorten them",
				    SPECS_BYTES_MOST);
	return f->specs ? 0 : no_memory(r);
}

/* Takes the YAML. */
static int read_file(struct tool_file **out, struct yaml_file *yaml,
		     struct problem *p)
{
	const struct reader r = {yaml, p};
	struct tool_file *f = calloc(1, sizeof *f);
	int err;

	if (!f) {
		err = no_memory(&r);
	} else {
		err = read_tools(&r, f);
		if (!err)
			err = write_specs(&r, f);
	}
	if (err)
		tool_file_free(f);
	else
		*out = f;
	yaml_file_free(yaml);
	return err;
}

int tool_file_read(struct tool_file **out, const char *path, struct problem *p)
{
	struct yaml_file *yaml = NULL;
	int err = yaml_read_file(&yaml, path, p);

	return err ? err : read_file(out, yaml, p);
}

int tool_file_read_text(struct tool_file **out, const char *path,
			const char *text, size_t length, struct problem *p)
{
	struct yaml_file *yaml = NULL;
	int err = yaml_read_text(&yaml, path, text, length, p);

	return err ? err : read_file(out, yaml, p);
}

static void free_list(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

struct tool_file *tool_file_free(struct tool_file *f)
{
	if (!f)
		return NULL;
	for (size_t i = 0; i < f->count; i++) {
		free(f->tools[i].name);
		free(f->tools[i].description);
		free(f->tools[i].schema);
		free_list(f->tools[i].argv);
		free_list(f->tools[i].environment);
	}
	free(f->tools);
	free(f->specs);
	free(f);
	return NULL;
}

const struct tool *tool_file_find(const struct tool_file *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (text_equal(f->tools[i].name, name))
			return &f->tools[i];
	return NULL;
}
