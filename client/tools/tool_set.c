#include "client/tools/tool_set.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "client/tools/tool_runner.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/tool_specs.h"

struct tool_set {
	struct tool_runner base;
	struct tool_runner *runners[TOOL_SET_MOST]; /* owned */
	cJSON *specs[TOOL_SET_MOST];                /* of each, as a tree */
	size_t count;
	char *all; /* specs of all */
};

struct tool_call {
	struct tool_runner *runner; /* whose call it is */
	struct tool_call *inner;
	tool_done *done;
	void *arg;
};

/* --- the specs --- */

static bool has_tool(const cJSON *specs, const char *name)
{
	const cJSON *tool;

	cJSON_ArrayForEach(tool, specs)
	{
		const cJSON *spec = cJSON_GetObjectItemCaseSensitive(
			tool, "toolSpec");
		if (text_equal(cJSON_GetStringValue(
				       cJSON_GetObjectItemCaseSensitive(
					       spec, "name")),
			       name))
			return true;
	}
	return false;
}

/* All arrays as one. */
static int join_specs(struct tool_set *s)
{
	cJSON *all = cJSON_CreateArray();
	int err = all ? 0 : PROBLEM_MEMORY;

	for (size_t i = 0; i < s->count && !err; i++) {
		const cJSON *tool;
		cJSON_ArrayForEach(tool, s->specs[i])
		{
			cJSON *copy = cJSON_Duplicate(tool, 1);
			if (!copy || !cJSON_AddItemToArray(all, copy))
				err = PROBLEM_MEMORY;
		}
	}
	s->all = err ? NULL : cJSON_PrintUnformatted(all);
	cJSON_Delete(all);
	return s->all ? 0 : PROBLEM_MEMORY;
}

/* --- calls --- */

/* The call is over: its runner has freed its own part. */
static void inner_is_done(void *arg, const struct tool_outcome *outcome)
{
	struct tool_call *c = arg;

	c->done(c->arg, outcome);
	free(c);
}

static int call(struct tool_runner *base, const char *name,
		const char *arguments, tool_done *done, void *arg,
		struct tool_call **out, struct problem *p)
{
	struct tool_set *s = (struct tool_set *)base;
	struct tool_call *c;
	size_t i = 0;
	int err;

	while (i < s->count && !has_tool(s->specs[i], name))
		i++;
	if (i == s->count)
		return problem_set(p, PROBLEM_USAGE, "there is no such tool");
	c = calloc(1, sizeof *c);
	if (!c)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	*c = (struct tool_call){s->runners[i], NULL, done, arg};
	err = tool_runner_call(s->runners[i], name, arguments, inner_is_done, c,
			       &c->inner, p);
	if (err)
		free(c);
	else
		*out = c;
	return err;
}

static void cancel(struct tool_runner *base, struct tool_call *c)
{
	(void)base;
	tool_runner_cancel(c->runner, c->inner);
	free(c);
}

/* --- life --- */

static void free_set(struct tool_runner *base)
{
	struct tool_set *s = (struct tool_set *)base;

	for (size_t i = 0; i < s->count; i++) {
		tool_runner_free(s->runners[i]);
		cJSON_Delete(s->specs[i]);
	}
	cJSON_free(s->all);
	free(s);
}

static void add_runners(struct tool_set *s, struct tool_runner *const *runners,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (runners[i]) {
			s->runners[s->count] = runners[i];
			s->specs[s->count++] = cJSON_Parse(runners[i]->specs);
		}
}

int tool_set_create(struct tool_runner **out,
		    struct tool_runner *const *runners, size_t count,
		    struct problem *p)
{
	static const struct tool_runner_ops ops = {
		.call = call,
		.cancel = cancel,
		.free = free_set,
	};
	struct tool_set *s = calloc(1, sizeof *s);
	int err;

	if (!s) {
		for (size_t i = 0; i < count; i++)
			tool_runner_free(runners[i]);
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	}
	s->base.ops = &ops;
	add_runners(s, runners, count);
	if (s->count <= 1) {
		*out = s->count ? s->runners[0] : NULL;
		s->count = 0;
		cJSON_Delete(s->specs[0]);
		free(s);
		return 0;
	}
	err = join_specs(s);
	if (err)
		problem_set(p, err, "not enough memory");
	else
		err = tool_specs_check(s->all, p);
	if (err) {
		free_set(&s->base);
		return err;
	}
	s->base.specs = s->all;
	*out = &s->base;
	return 0;
}
