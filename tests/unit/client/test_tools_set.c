/* A lesson's tool, and several kinds of tools as one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/lesson/lesson.h"
#include "client/progress/progress.h"
#include "client/progress/progress_store.h"
#include "client/tools/tool_lesson.h"
#include "client/tools/tool_runner.h"
#include "client/tools/tool_set.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/virtual_clock.h"
#include "net/nova/tool_specs.h"
#include "tests/support/folder.h"
#include "tests/support/lesson.h"

/* --- another kind: answers with its name after 100 ms --- */

struct tool_call {
	struct timer timer;
	tool_done *done;
	void *arg;
	char result[64];
};

struct named_runner {
	struct tool_runner base;
	struct clock *clock;
	unsigned live, freed;
};

static void named_is_done(void *arg)
{
	struct tool_call *c = arg;
	const struct tool_outcome outcome = {.result = c->result};

	c->done(c->arg, &outcome);
	free(c);
}

static int named_call(struct tool_runner *base, const char *name,
		      const char *arguments, tool_done *done, void *arg,
		      struct tool_call **out, struct problem *p)
{
	struct named_runner *r = (struct named_runner *)base;
	struct tool_call *c = calloc(1, sizeof *c);

	(void)p;
	assert_string_equal(arguments, "{}");
	snprintf(c->result, sizeof c->result, "{\"by\":\"%s\"}", name);
	c->done = done;
	c->arg = arg;
	timer_init(&c->timer, r->clock, named_is_done, c);
	timer_start(&c->timer, 100000);
	r->live++;
	*out = c;
	return 0;
}

static void named_cancel(struct tool_runner *base, struct tool_call *c)
{
	((struct named_runner *)base)->live--;
	timer_stop(&c->timer);
	free(c);
}

static void named_free(struct tool_runner *base)
{
	((struct named_runner *)base)->freed++;
}

static const struct tool_runner_ops named_ops = {named_call, named_cancel,
						 named_free};

#define SPEC(name)                                                             \
	"[{\"toolSpec\":{\"name\":\"" name "\",\"description\":\"x\","         \
	"\"inputSchema\":{\"json\":\"{}\"}}}]"

/* --- the rig --- */

struct rig {
	struct virtual_clock *virtual;
	struct clock *clock;
	char *folder, *path;
	struct lesson *lesson;
	struct progress_store *store;
	struct named_runner look_up;
	struct tool_runner *set;
	char result[256]; /* of the last call that is done */
	unsigned done;
};

static void open_rig(struct rig *r)
{
	struct problem p = {0};

	*r = (struct rig){.folder = folder_make()};
	assert_int_equal(virtual_clock_create(&r->virtual, 1700000000000), 0);
	r->clock = virtual_clock_clock(r->virtual);
	r->path = text_format("%s/progress.db", r->folder);
	r->lesson = asset_lesson("fractions");
	r->look_up = (struct named_runner){
		.base = {&named_ops, SPEC("look_up")},
		.clock = r->clock,
	};
	const struct progress_settings settings = {
		.path = r->path,
		.learner = "Ana",
		.clock = r->clock,
		.at_once = true,
	};
	assert_int_equal(progress_store_create(&r->store, &settings, r->lesson,
					       "fractions", NULL, &p),
			 0);
	struct tool_runner *runners[2] = {NULL, &r->look_up.base};
	assert_int_equal(tool_lesson_create(&runners[0], r->clock, r->lesson,
					    &r->store, &p),
			 0);
	assert_int_equal(tool_set_create(&r->set, runners, 2, &p), 0);
}

static void close_rig(struct rig *r)
{
	tool_runner_free(r->set);
	progress_store_close(r->store, NULL);
	lesson_free(r->lesson);
	virtual_clock_free(r->virtual);
	free(r->path);
	folder_remove(r->folder);
}

static void on_done(void *arg, const struct tool_outcome *outcome)
{
	struct rig *r = arg;

	r->done++;
	snprintf(r->result, sizeof r->result, "%s",
		 outcome->result ? outcome->result : outcome->error);
}

/* The result, or why the call was refused. */
static const char *call(struct rig *r, const char *name, const char *arguments)
{
	static struct problem p;
	struct tool_call *c = NULL;

	p = (struct problem){0};
	if (tool_runner_call(r->set, name, arguments, on_done, r, &c, &p))
		return p.text;
	assert_int_equal(r->done, 0); /* never from within */
	virtual_clock_run_until(r->virtual, clock_now_us(r->clock) + 1000000);
	assert_int_equal(r->done, 1);
	r->done = 0;
	return r->result;
}

static void each_call_goes_to_the_runner_that_has_the_tool(void **state)
{
	struct rig r;
	struct problem p = {0};

	(void)state;
	open_rig(&r);
	assert_int_equal(tool_specs_check(r.set->specs, &p), 0);
	assert_non_null(strstr(r.set->specs, "\"mark_progress\""));
	assert_non_null(strstr(r.set->specs, "\"look_up\""));
	assert_string_equal(call(&r, "look_up", "{}"), "{\"by\":\"look_up\"}");
	assert_string_equal(call(&r, "mark_progress",
				 "{\"step\":\"compare\",\"result\":\"partly\","
				 "\"words\":\"two thirds\"}"),
			    "{\"noted\":true}");
	assert_string_equal(call(&r, "fly", "{}"), "there is no such tool");

	struct progress *progress = NULL;
	assert_int_equal(progress_read(&progress, r.path, NULL, &p), 0);
	assert_int_equal(progress->answer_count, 1);
	assert_string_equal(progress->answers[0].step, "compare");
	assert_string_equal(progress->answers[0].words, "two thirds");
	assert_int_equal(progress->answers[0].result, LESSON_PARTLY);
	progress_free(progress);
	close_rig(&r);
}

static void what_a_model_gets_wrong_is_told_to_it_and_not_kept(void **state)
{
	static const struct {
		const char *arguments, *wanted;
	} rows[] = {
		{"no json", "the arguments are no JSON object"},
		{"[]", "the arguments are no JSON object"},
		{"{}", "the lesson has no step \"\""},
		{"{\"step\":7}", "the lesson has no step \"\""},
		{"{\"step\":\"gas\",\"result\":\"right\"}",
		 "the lesson has no step \"gas\""},
		{"{\"step\":\"compare\"}",
		 "result must be right, partly or wrong"},
		{"{\"step\":\"compare\",\"result\":\"great\"}",
		 "result must be right, partly or wrong"},
	};
	struct rig r;
	struct progress *progress = NULL;

	(void)state;
	open_rig(&r);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(call(&r, "mark_progress",
					 rows[i].arguments),
				    rows[i].wanted);
	/* words may be missing, and more may be there */
	assert_string_equal(call(&r, "mark_progress",
				 "{\"step\":\"compare\",\"result\":\"wrong\","
				 "\"mood\":1}"),
			    "{\"noted\":true}");
	assert_int_equal(progress_read(&progress, r.path, NULL, NULL), 0);
	assert_int_equal(progress->answer_count, 1);
	assert_string_equal(progress->answers[0].words, "");
	progress_free(progress);
	close_rig(&r);
}

static void calls_are_cancelled_where_they_run(void **state)
{
	struct rig r;
	struct problem p = {0};
	struct tool_call *a = NULL, *b = NULL;

	(void)state;
	open_rig(&r);
	assert_int_equal(tool_runner_call(r.set, "look_up", "{}", on_done, &r,
					  &a, &p),
			 0);
	assert_int_equal(tool_runner_call(r.set, "mark_progress",
					  "{\"step\":\"compare\",\"result\":"
					  "\"right\"}",
					  on_done, &r, &b, &p),
			 0);
	assert_int_equal(r.look_up.live, 1);
	tool_runner_cancel(r.set, a);
	tool_runner_cancel(r.set, b);
	assert_int_equal(r.look_up.live, 0);
	virtual_clock_run_until(r.virtual, 1000000);
	assert_int_equal(r.done, 0);
	close_rig(&r);
	assert_int_equal(r.look_up.freed, 1);
}

static void tools_of_one_name_are_refused(void **state)
{
	struct named_runner a = {.base = {&named_ops, SPEC("look_up")}};
	struct named_runner b = a;
	struct tool_runner *runners[] = {&a.base, &b.base}, *set = NULL;
	struct problem p = {0};

	(void)state;
	assert_int_equal(tool_set_create(&set, runners, 2, &p), PROBLEM_USAGE);
	assert_string_equal(p.text, "two tools are named \"look_up\"");
	assert_int_equal(a.freed, 1);
	assert_int_equal(b.freed, 1);
}

static void one_runner_alone_is_the_set_and_none_is_none(void **state)
{
	struct named_runner a = {.base = {&named_ops, SPEC("look_up")}};
	struct tool_runner *runners[] = {NULL, &a.base}, *set = NULL;
	struct problem p = {0};

	(void)state;
	assert_int_equal(tool_set_create(&set, runners, 2, &p), 0);
	assert_ptr_equal(set, &a.base);
	runners[1] = NULL;
	assert_int_equal(tool_set_create(&set, runners, 2, &p), 0);
	assert_null(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_call_goes_to_the_runner_that_has_the_tool),
		cmocka_unit_test(
			what_a_model_gets_wrong_is_told_to_it_and_not_kept),
		cmocka_unit_test(calls_are_cancelled_where_they_run),
		cmocka_unit_test(tools_of_one_name_are_refused),
		cmocka_unit_test(one_runner_alone_is_the_set_and_none_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
