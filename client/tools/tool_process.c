#include "client/tools/tool_process.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "client/tools/tool_file.h"
#include "client/tools/tool_runner.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/child.h"

/* Of a result: what a model can use is far shorter. */
enum { OUTPUT_KIB_MOST = 64, ERROR_SIZE = 160, DETAIL_SIZE = 200 };

struct tool_process {
	struct tool_runner base;
	struct loop *loop; /* borrowed */
	struct tool_file *file;
};

struct tool_call {
	struct child *child;
	const struct tool *tool; /* of the file */
	tool_done *done;
	void *arg;
};

/* --- what the program has answered --- */

static bool is_json(const char *text, size_t length)
{
	cJSON *value = strlen(text) == length
			       ? cJSON_ParseWithOpts(text, NULL, 1)
			       : NULL;
	bool is = value != NULL;

	cJSON_Delete(value);
	return is;
}

/* Empty when its result can be used. */
static void find_fault(char error[ERROR_SIZE], const struct tool *t,
		       const struct child_result *r)
{
	*error = '\0';
	if (r->timed_out)
		snprintf(error, ERROR_SIZE, "no answer within %g s",
			 t->limit_ms / 1000.0);
	else if (r->too_long)
		snprintf(error, ERROR_SIZE, "an answer of more than %d KiB",
			 OUTPUT_KIB_MOST);
	else if (r->signal)
		snprintf(error, ERROR_SIZE, "ended by signal %d", r->signal);
	else if (r->exit_code)
		snprintf(error, ERROR_SIZE, "failed with exit code %d",
			 r->exit_code);
	else if (r->output_length == 0)
		snprintf(error, ERROR_SIZE, "no answer on its stdout");
	else if (!is_json(r->output, r->output_length))
		snprintf(error, ERROR_SIZE, "its answer is no JSON");
}

static void ended(void *arg, const struct child_result *r)
{
	struct tool_call *c = arg;
	char error[ERROR_SIZE], detail[DETAIL_SIZE];
	struct tool_outcome outcome = {.result = r->output};

	find_fault(error, c->tool, r);
	if (*error) {
		child_last_error(detail, sizeof detail, r);
		outcome = (struct tool_outcome){
			.error = error,
			.detail = *detail ? detail : NULL,
		};
		log_warn("tools", "%s: %s", c->tool->name, error);
	}
	c->done(c->arg, &outcome);
	child_free(c->child);
	free(c);
}

/* --- the seam --- */

static int call(struct tool_runner *base, const char *name,
		const char *arguments, tool_done *done, void *arg,
		struct tool_call **out, struct problem *p)
{
	struct tool_process *r = (struct tool_process *)base;
	const struct tool *t = tool_file_find(r->file, name);
	struct tool_call *c;
	struct problem why = {0};
	int err;

	if (!t)
		return problem_set(p, PROBLEM_USAGE, "there is no such tool");
	if (!is_json(arguments, strlen(arguments)))
		return problem_set(p, PROBLEM_FORMAT,
				   "the arguments are no JSON");
	c = calloc(1, sizeof *c);
	if (!c)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	*c = (struct tool_call){.tool = t, .done = done, .arg = arg};

	const struct child_settings settings = {
		.argv = (const char *const *)t->argv,
		.environment = (const char *const *)t->environment,
		.input = arguments,
		.input_length = strlen(arguments),
		.limit_ms = t->limit_ms,
		.output_most = OUTPUT_KIB_MOST * 1024,
	};
	err = child_start(&c->child, r->loop, &settings, ended, c, &why);
	if (err) {
		free(c);
		return problem_set(p, err, "its program cannot be started (%s)",
				   *why.text ? why.text : problem_name(err));
	}
	*out = c;
	return 0;
}

static void cancel(struct tool_runner *base, struct tool_call *c)
{
	(void)base;
	child_free(c->child);
	free(c);
}

static void free_runner(struct tool_runner *base)
{
	struct tool_process *r = (struct tool_process *)base;

	tool_file_free(r->file);
	free(r);
}

int tool_process_create(struct tool_runner **out, struct loop *loop,
			const char *path, struct problem *p)
{
	static const struct tool_runner_ops ops = {
		.call = call,
		.cancel = cancel,
		.free = free_runner,
	};
	struct tool_process *r = calloc(1, sizeof *r);
	int err;

	if (!r)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	r->base.ops = &ops;
	r->loop = loop;
	err = tool_file_read(&r->file, path, p);
	if (err) {
		free(r);
		return err;
	}
	r->base.specs = r->file->specs;
	*out = &r->base;
	return 0;
}
