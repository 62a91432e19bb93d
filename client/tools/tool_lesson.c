#include "client/tools/tool_lesson.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "client/lesson/lesson_prompt.h"
#include "client/progress/progress_store.h"
#include "client/tools/tool_runner.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { SPECS_MOST = 32 * 1024 };

struct tool_lesson {
	struct tool_runner base;
	struct clock *clock;
	const struct lesson *lesson;
	struct progress_store *const *store;
	struct bytes specs;
};

/* Noted at once; told a moment later, as the seam wants it. */
struct tool_call {
	struct timer answer;
	tool_done *done;
	void *arg;
};

static const char *member(const cJSON *arguments, const char *name)
{
	return cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(arguments, name));
}

static int note(const struct tool_lesson *r, const char *arguments,
		struct problem *p)
{
	cJSON *tree = cJSON_ParseWithOpts(arguments, NULL, 1);
	const char *step = member(tree, "step");
	const char *result = member(tree, "result");
	const char *words = member(tree, "words");
	size_t at = lesson_find_step(r->lesson, step);
	int value = LESSON_RIGHT, err = 0;

	while (value <= LESSON_WRONG &&
	       !text_equal(lesson_result_name((enum lesson_result)value),
			   result))
		value++;
	if (!cJSON_IsObject(tree))
		err = problem_set(p, PROBLEM_FORMAT,
				  "the arguments are no JSON object");
	else if (at == r->lesson->step_count)
		err = problem_set(p, PROBLEM_USAGE,
				  "the lesson has no step \"%.64s\"",
				  step ? step : "");
	else if (value > LESSON_WRONG)
		err = problem_set(p, PROBLEM_USAGE,
				  "result must be right, partly or wrong");
	else if (*r->store)
		err = progress_store_answer(*r->store, at,
					    (enum lesson_result)value,
					    words ? words : "");
	cJSON_Delete(tree);
	return err ? problem_add(p, err, "not enough memory") : 0;
}

static void answer(void *arg)
{
	static const struct tool_outcome noted = {
		.result = "{\"noted\":true}",
	};
	struct tool_call *c = arg;

	c->done(c->arg, &noted);
	free(c);
}

/* --- the seam --- */

static int call(struct tool_runner *base, const char *name,
		const char *arguments, tool_done *done, void *arg,
		struct tool_call **out, struct problem *p)
{
	struct tool_lesson *r = (struct tool_lesson *)base;
	struct tool_call *c;
	int err;

	if (!text_equal(name, LESSON_TOOL))
		return problem_set(p, PROBLEM_USAGE, "there is no such tool");
	c = calloc(1, sizeof *c);
	if (!c)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	err = note(r, arguments, p);
	if (err) {
		free(c);
		return err;
	}
	c->done = done;
	c->arg = arg;
	timer_init(&c->answer, r->clock, answer, c);
	timer_start(&c->answer, 0);
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
	struct tool_lesson *r = (struct tool_lesson *)base;

	bytes_deinit(&r->specs);
	free(r);
}

int tool_lesson_create(struct tool_runner **out, struct clock *clock,
		       const struct lesson *l,
		       struct progress_store *const *store, struct problem *p)
{
	static const struct tool_runner_ops ops = {
		.call = call,
		.cancel = cancel,
		.free = free_runner,
	};
	struct tool_lesson *r = calloc(1, sizeof *r);

	if (!r)
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	r->base.ops = &ops;
	r->clock = clock;
	r->lesson = l;
	r->store = store;
	bytes_init(&r->specs, SPECS_MOST);
	lesson_tool_write(&r->specs, l);
	r->base.specs = r->specs.failed ? NULL : bytes_text(&r->specs);
	if (!r->base.specs) {
		free_runner(&r->base);
		return problem_set(p, PROBLEM_MEMORY, "not enough memory");
	}
	*out = &r->base;
	return 0;
}
