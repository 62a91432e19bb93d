#include "net/sim/scenario_read.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

enum { TURNS_MOST = 10000 };

static const long MS_MOST = 3600000;

int read_memory(const struct scenario_reader *r)
{
	return problem_set(r->problem, PROBLEM_MEMORY,
			   "%s: no memory to read the scenario; close other "
			   "programs",
			   r->file->path);
}

int read_text(const struct scenario_reader *r, const struct yaml_node *map,
	      const char *key, char **out)
{
	const struct yaml_node *n = yaml_get(map, key);
	char *text;
	int err = n ? yaml_to_text(&text, r->file, n, r->problem) : 0;

	if (!n || err)
		return err;
	free(*out);
	*out = text;
	return 0;
}

int read_ms(const struct scenario_reader *r, const struct yaml_node *map,
	    const char *key, long least, unsigned *out)
{
	const struct yaml_node *n = yaml_get(map, key);
	long v;
	int err;

	if (!n)
		return 0;
	err = yaml_to_integer(&v, r->file, n, least, MS_MOST, r->problem);
	if (err == 0)
		*out = (unsigned)v;
	return err;
}

int read_bool(const struct scenario_reader *r, const struct yaml_node *map,
	      const char *key, bool *out)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n ? yaml_to_bool(out, r->file, n, r->problem) : 0;
}

static int read_turns(const struct scenario_reader *r,
		      const struct yaml_node *root, struct scenario *s)
{
	const struct yaml_node *list = yaml_get(root, "turns");
	size_t count;

	if (!list || list->kind != YAML_LIST || !list->child)
		return yaml_problem(r->problem, r->file, list ? list : root,
				    "turns: wanted a list with one turn or "
				    "more");
	count = yaml_count(list);
	if (count > TURNS_MOST)
		return yaml_problem(r->problem, r->file, list,
				    "turns: more than %d turns; shorten the "
				    "list",
				    TURNS_MOST);
	s->turns = calloc(count, sizeof *s->turns);
	if (!s->turns)
		return read_memory(r);
	for (const struct yaml_node *n = list->child; n; n = n->next) {
		int err = read_turn(r, n, &s->turns[s->turn_count++]);
		if (err)
			return err;
	}
	return 0;
}

static int read_root(const struct scenario_reader *r,
		     const struct yaml_node *root, struct scenario *s)
{
	static const char *const keys[] = {"name", "repeat", "stream", "turns",
					   NULL};
	const struct yaml_node *stream;
	int err = yaml_check_keys(r->file, root, keys, r->problem);

	if (err == 0)
		err = read_text(r, root, "name", &s->name);
	if (err == 0)
		err = read_bool(r, root, "repeat", &s->repeat);
	stream = yaml_get(root, "stream");
	if (err == 0 && stream)
		err = read_stream(r, stream, &s->stream);
	return err ? err : read_turns(r, root, s);
}

int scenario_read_node(struct scenario **out, const struct yaml_file *f,
		       const struct yaml_node *map, struct problem *p)
{
	struct scenario_reader r = {f, p};
	struct scenario *s = calloc(1, sizeof *s);
	int err = s ? read_root(&r, map, s) : read_memory(&r);

	if (err)
		scenario_free(s);
	else
		*out = s;
	return err;
}

/* Takes file. */
static int build(struct scenario **out, struct yaml_file *file,
		 struct problem *p)
{
	int err = scenario_read_node(out, file, file->root, p);

	yaml_file_free(file);
	return err;
}

int scenario_read_text(struct scenario **out, const char *name,
		       const char *text, size_t length, struct problem *p)
{
	struct yaml_file *file;
	int err = yaml_read_text(&file, name, text, length, p);

	return err ? err : build(out, file, p);
}

int scenario_read(struct scenario **out, const char *path, struct problem *p)
{
	struct yaml_file *file;
	int err;

	if (!path)
		return scenario_read_text(out, "built-in scenario",
					  scenario_builtin_text,
					  strlen(scenario_builtin_text), p);
	err = yaml_read_file(&file, path, p);
	return err ? err : build(out, file, p);
}

struct scenario *scenario_free(struct scenario *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < s->turn_count; i++)
		scenario_turn_free(&s->turns[i]);
	free(s->turns);
	free(s->stream.refuse_exception);
	free(s->stream.refuse_message);
	free(s->name);
	free(s);
	return NULL;
}
