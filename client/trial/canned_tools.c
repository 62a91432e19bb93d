#include "client/trial/canned_tools.h"

#include <stdlib.h>

#include "client/script/script.h"
#include "client/tools/tool_runner.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { SPECS_MOST = 256 * 1024 };

struct canned_tools {
	struct tool_runner base;
	struct clock *clock;
	const struct script_case *script;
	size_t *calls; /* of each tool, so far */
	struct bytes specs;
};

struct tool_call {
	struct timer answer;
	const struct script_tool *tool;
	size_t number;
	tool_done *done;
	void *arg;
};

static void answer(void *arg)
{
	struct tool_call *c = arg;
	const struct script_tool *t = c->tool;
	size_t at = c->number < t->result_count ? c->number
						: t->result_count - 1;
	struct tool_outcome outcome = {
		.result = t->error ? NULL : t->results[at],
		.error = t->error,
	};

	c->done(c->arg, &outcome);
	free(c);
}

static int call(struct tool_runner *base, const char *name,
		const char *arguments, tool_done *done, void *arg,
		struct tool_call **out, struct problem *p)
{
	struct canned_tools *r = (struct canned_tools *)base;
	const struct script_case *s = r->script;
	size_t i = 0;

	(void)arguments;
	while (i < s->tool_count && !text_equal(s->tools[i].name, name))
		i++;
	if (i == s->tool_count)
		return problem_set(p, PROBLEM_USAGE, "there is no such tool");
	struct tool_call *c = calloc(1, sizeof *c);
	if (!c)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	c->tool = &s->tools[i];
	c->number = r->calls[i]++;
	c->done = done;
	c->arg = arg;
	timer_init(&c->answer, r->clock, answer, c);
	timer_start(&c->answer, c->tool->delay_ms * 1000ull);
	*out = c;
	return 0;
}

static void cancel(struct tool_runner *base, struct tool_call *c)
{
	(void)base;
	timer_stop(&c->answer);
	free(c);
}

static void free_runner(struct tool_runner *base)
{
	struct canned_tools *r = (struct canned_tools *)base;

	bytes_deinit(&r->specs);
	free(r->calls);
	free(r);
}

static void write_specs(struct bytes *out, const struct script_case *c)
{
	json_open_array(out, NULL);
	for (size_t i = 0; i < c->tool_count; i++) {
		json_open_object(out, NULL);
		json_open_object(out, "toolSpec");
		json_string(out, "name", c->tools[i].name);
		json_string(out, "description", c->tools[i].description);
		json_open_object(out, "inputSchema");
		json_string(out, "json", c->tools[i].schema);
		json_close_object(out);
		json_close_object(out);
		json_close_object(out);
	}
	json_close_array(out);
}

int canned_tools_create(struct tool_runner **out, struct clock *clock,
			const struct script_case *c, struct problem *p)
{
	static const struct tool_runner_ops ops = {
		.call = call,
		.cancel = cancel,
		.free = free_runner,
	};

	*out = NULL;
	if (!c->tool_count)
		return 0;
	struct canned_tools *r = calloc(1, sizeof *r);
	if (!r)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	r->base.ops = &ops;
	r->clock = clock;
	r->script = c;
	r->calls = calloc(c->tool_count, sizeof *r->calls);
	bytes_init(&r->specs, SPECS_MOST);
	write_specs(&r->specs, c);
	r->base.specs = r->specs.failed ? NULL : bytes_text(&r->specs);
	if (!r->calls || !r->base.specs) {
		free_runner(&r->base);
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	}
	*out = &r->base;
	return 0;
}
