/* Tools that are real programs of this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/tools/tool_process.h"
#include "client/tools/tool_runner.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "tests/support/folder.h"
#include "tests/support/loop_until.h"

static const char file[] =
	"- {name: echo, description: d, limit: 50, command: [cat]}\n"
	"- {name: number, description: d, limit: 50, command: [echo, 42]}\n"
	"- {name: variable, description: d, limit: 50, shell: true,\n"
	"   command: 'echo \"\\\"$GREETING\\\"\"',\n"
	"   environment: {GREETING: hello}}\n"
	"- {name: quoted, description: d, limit: 50, command: [echo, '\"$HOME; "
	"ls\"']}\n"
	"- {name: exits, description: d, limit: 50, shell: true,\n"
	"   command: 'echo {}; echo one >&2; echo the book is gone >&2; "
	"exit 3'}\n"
	"- {name: dies, description: d, limit: 50, shell: true, command: kill "
	"-TERM $$}\n"
	"- {name: talks, description: d, limit: 50, command: [echo, hello, "
	"there]}\n"
	"- {name: twice, description: d, limit: 50, command: [echo, '{} {}']}\n"
	"- {name: silent, description: d, limit: 50, command: ['true']}\n"
	"- {name: long, description: d, limit: 50, shell: true,\n"
	"   command: 'head -c 100000 /dev/zero'}\n"
	"- {name: hangs, description: d, command: [sleep, 1000], limit: 0.2}\n"
	"- {name: gone, description: d, limit: 50, command: "
	"[no-such-program-anywhere]}\n"
	"- {name: deaf, description: d, limit: 50, command: [echo, "
	"'{\"deaf\":true}']}\n";

static struct loop *loop;
static struct tool_runner *runner;
static char *folder;

static int open_runner(void **state)
{
	char path[300];
	struct problem p = {0};

	(void)state;
	folder = folder_make();
	folder_write(folder, "tools.yaml", file);
	snprintf(path, sizeof path, "%s/tools.yaml", folder);
	assert_int_equal(0, loop_create(&loop));
	if (tool_process_create(&runner, loop, path, &p))
		fail_msg("%s", p.text);
	return 0;
}

static int close_runner(void **state)
{
	(void)state;
	tool_runner_free(runner);
	loop_free(loop);
	folder_remove(folder);
	return 0;
}

/* --- one call --- */

struct told {
	bool done;
	char *result, *error, *detail;
};

static void is_done(void *arg, const struct tool_outcome *outcome)
{
	struct told *t = arg;

	assert_false(t->done);
	t->done = true;
	t->result = text_copy(outcome->result);
	t->error = text_copy(outcome->error);
	t->detail = text_copy(outcome->detail);
}

static bool has_done(void *arg)
{
	return ((struct told *)arg)->done;
}

static int begin(struct told *t, const char *name, const char *arguments,
		 struct tool_call **call, struct problem *p)
{
	*t = (struct told){0};
	*p = (struct problem){0};
	return tool_runner_call(runner, name, arguments, is_done, t, call, p);
}

static void wait_for(struct told *t)
{
	loop_until(loop, has_done, t);
}

static void forget(struct told *t)
{
	free(t->result);
	free(t->error);
	free(t->detail);
}

static const char *or_none(const char *text)
{
	return text ? text : "none";
}

static void each_way_to_end_has_its_words(void **state)
{
	static const struct {
		const char *name, *arguments, *result, *error, *detail;
	} rows[] = {
		{"echo", "{\"word\":\"Blatt \xc3\xa4\"}",
		 "{\"word\":\"Blatt \xc3\xa4\"}", NULL, NULL},
		{"number", "{}", "42\n", NULL, NULL},
		{"variable", "{}", "\"hello\"\n", NULL, NULL},
		{"quoted", "{}", "\"$HOME; ls\"\n", NULL, NULL},
		{"deaf", "{\"unread\":[1,2,3]}", "{\"deaf\":true}\n", NULL,
		 NULL},
		{"exits", "{}", NULL, "failed with exit code 3",
		 "the book is gone"},
		{"dies", "{}", NULL, "ended by signal 15", NULL},
		{"talks", "{}", NULL, "its answer is no JSON", NULL},
		{"twice", "{}", NULL, "its answer is no JSON", NULL},
		{"silent", "{}", NULL, "no answer on its stdout", NULL},
		{"long", "{}", NULL, "an answer of more than 64 KiB", NULL},
		{"hangs", "{}", NULL, "no answer within 0.2 s", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tool_call *call = NULL;
		struct told t;
		struct problem p;
		if (begin(&t, rows[i].name, rows[i].arguments, &call, &p))
			fail_msg("%s: %s", rows[i].name, p.text);
		wait_for(&t);
		assert_string_equal(or_none(rows[i].error), or_none(t.error));
		assert_string_equal(or_none(rows[i].result), or_none(t.result));
		assert_string_equal(or_none(rows[i].detail), or_none(t.detail));
		forget(&t);
	}
}

static void what_cannot_begin_says_why(void **state)
{
	struct tool_call *call = NULL;
	struct told t;
	struct problem p;

	(void)state;
	assert_int_not_equal(0, begin(&t, "nobody", "{}", &call, &p));
	assert_string_equal("there is no such tool", p.text);
	assert_int_not_equal(0, begin(&t, "echo", "{\"a\":", &call, &p));
	assert_string_equal("the arguments are no JSON", p.text);
	assert_int_equal(PROBLEM_FILE, begin(&t, "gone", "{}", &call, &p));
	assert_non_null(strstr(p.text, "its program cannot be started (no-"));
	assert_false(t.done);
}

static void several_run_at_once(void **state)
{
	enum { MANY = 8 };
	struct tool_call *calls[MANY];
	struct told told[MANY];
	struct problem p;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char arguments[32];
		snprintf(arguments, sizeof arguments, "{\"n\":%d}", i);
		assert_int_equal(0, begin(&told[i], "echo", arguments,
					  &calls[i], &p));
	}
	for (int i = MANY - 1; i >= 0; i--) {
		char want[32];
		snprintf(want, sizeof want, "{\"n\":%d}", i);
		wait_for(&told[i]);
		assert_string_equal(want, told[i].result);
		forget(&told[i]);
	}
}

static void a_cancelled_call_says_nothing(void **state)
{
	struct tool_call *slow = NULL, *call = NULL;
	struct told silent, t;
	struct problem p;

	(void)state;
	assert_int_equal(0, begin(&silent, "hangs", "{}", &slow, &p));
	tool_runner_cancel(runner, slow);
	/* its limit would have come by now */
	assert_int_equal(0, begin(&t, "hangs", "{}", &call, &p));
	wait_for(&t);
	assert_false(silent.done);
	forget(&t);
}

static void the_model_is_told_of_all_tools(void **state)
{
	(void)state;
	assert_non_null(strstr(runner->specs, "\"name\":\"echo\""));
	assert_non_null(strstr(runner->specs, "\"name\":\"deaf\""));
	assert_null(strstr(runner->specs, "sleep"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_to_end_has_its_words),
		cmocka_unit_test(what_cannot_begin_says_why),
		cmocka_unit_test(several_run_at_once),
		cmocka_unit_test(a_cancelled_call_says_nothing),
		cmocka_unit_test(the_model_is_told_of_all_tools),
	};

	return cmocka_run_group_tests(tests, open_runner, close_runner);
}
