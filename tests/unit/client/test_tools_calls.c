/* Tools within a conversation, under the virtual clock: the simulator asks for
 * them, and what it says next shows what it was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/tools/tool_runner.h"
#include "net/base/text.h"
#include "tests/support/virtual_talk.h"

enum { CALLS_MOST = 20, SPEECH_SAMPLES = VT_MIC_HZ };

/* --- a runner that needs no process --- */

struct paper_tool {
	const char *name;
	unsigned ms;
	const char *result, *error, *detail;
	bool cannot_start;
};

static const struct paper_tool tools[] = {
	{"look_up", 300, "{\"meaning\":\"green\"}", NULL, NULL, false},
	{"count", 100, "42", NULL, NULL, false},
	{"slow", 20000, "{\"slow\":true}", NULL, NULL, false},
	{"fails", 200, NULL, "failed with exit code 3", "no such book", false},
	{"broken", 0, NULL, NULL, NULL, true},
};

struct tool_call {
	struct paper_runner *runner;
	const struct paper_tool *tool;
	struct timer timer;
	char *arguments;
	tool_done *done;
	void *arg;
};

static struct paper_runner {
	struct tool_runner base;
	struct clock *clock;
	struct tool_call calls[CALLS_MOST];
	size_t count;
	unsigned live, most_live, cancelled;
} runner;

static void end_call(struct tool_call *c)
{
	timer_stop(&c->timer);
	free(c->arguments);
	c->runner->live--;
}

static void finished(void *arg)
{
	struct tool_call *c = arg;
	const struct tool_outcome outcome = {c->tool->result, c->tool->error,
					     c->tool->detail};

	c->done(c->arg, &outcome);
	end_call(c);
}

static int paper_call(struct tool_runner *base, const char *name,
		      const char *arguments, tool_done *done, void *arg,
		      struct tool_call **out, struct problem *p)
{
	struct paper_runner *r = (struct paper_runner *)base;
	const struct paper_tool *tool = NULL;

	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
		if (text_equal(tools[i].name, name))
			tool = &tools[i];
	if (!tool)
		return problem_set(p, PROBLEM_USAGE, "there is no such tool");
	if (tool->cannot_start)
		return problem_set(p, PROBLEM_FILE, "it cannot be started");
	assert_true(r->count < CALLS_MOST);
	struct tool_call *c = &r->calls[r->count++];
	*c = (struct tool_call){
		.runner = r,
		.tool = tool,
		.arguments = text_copy(arguments),
		.done = done,
		.arg = arg,
	};
	timer_init(&c->timer, r->clock, finished, c);
	timer_start(&c->timer, tool->ms * 1000ull);
	r->live++;
	r->most_live = r->live > r->most_live ? r->live : r->most_live;
	*out = c;
	return 0;
}

static void paper_cancel(struct tool_runner *base, struct tool_call *c)
{
	((struct paper_runner *)base)->cancelled++;
	end_call(c);
}

static void paper_free(struct tool_runner *base)
{
	(void)base;
}

/* --- a conversation --- */

#define START                                                                  \
	"name: tools\n"                                                        \
	"stream: {speed: 100, turn_pause_ms: 800}\n"                           \
	"turns:\n"

static void start_model(struct virtual_talk *t, const char *scenario,
			unsigned tries, const char *model)
{
	static const struct tool_runner_ops ops = {paper_call, paper_cancel,
						   paper_free};

	runner = (struct paper_runner){
		.base = {.ops = &ops,
			 .specs = "[{\"toolSpec\":{\"name\":\"look_up\","
				  "\"description\":\"d\",\"inputSchema\":"
				  "{\"json\":\"{}\"}}}]"}};
	virtual_talk_open_with_tools(t, scenario, tries, &runner.base, model);
	runner.clock = t->clock;
	virtual_talk_run_until(t, &t->ready_count, 1, 1000);
}

static void start(struct virtual_talk *t, const char *scenario, unsigned tries)
{
	start_model(t, scenario, tries, NULL);
}

static void type(struct virtual_talk *t)
{
	assert_int_equal(conversation_type(t->conversation, "go on", NULL), 0);
}

/* Frees the conversation, and no call is left. */
static void finish(struct virtual_talk *t)
{
	virtual_talk_close(t);
	tool_runner_free(&runner.base);
	assert_int_equal(0, runner.live);
}

static const struct {
	const char *tool, *call, *result, *says;
} outcomes[] = {
	{"{name: look_up, arguments: {word: leaf}}",
	 "tool_call look_up {\"word\":\"leaf\"}",
	 "tool_result look_up {\"meaning\":\"green\"}",
	 "transcript ASSISTANT It is green."},
	{"{name: count}", "tool_call count {}", "tool_result count 42",
	 "transcript ASSISTANT The number."},
	{"{name: fails}", "tool_call fails {}",
	 "tool_result fails {\"error\":\"failed with exit code 3\"} failed",
	 "transcript ASSISTANT It has failed."},
	{"{name: nobody}", "tool_call nobody {}",
	 "tool_result nobody {\"error\":\"there is no such tool\"} failed",
	 "transcript ASSISTANT Not there."},
	{"{name: broken}", "tool_call broken {}",
	 "tool_result broken {\"error\":\"it cannot be started\"} failed",
	 "transcript ASSISTANT Something else."},
};

static void the_model_gets_the_result_or_why_there_is_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
		struct virtual_talk t;
		char *scenario = text_format(
			START "  - {on: text, tool_use: %s}\n"
			      "  - on: tool_result\n"
			      "    result: {meaning: green}\n"
			      "    say: It is green.\n"
			      "  - on: tool_result\n"
			      "    result: {result: 42}\n"
			      "    say: The number.\n"
			      "  - on: tool_result\n"
			      "    result: {error: failed with exit code 3}\n"
			      "    say: It has failed.\n"
			      "  - on: tool_result\n"
			      "    result: {error: there is no such tool}\n"
			      "    say: Not there.\n"
			      "  - on: tool_result\n"
			      "    say: Something else.\n",
			outcomes[i].tool);

		start(&t, scenario, 0);
		type(&t);
		virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
		virtual_talk_run(&t, 1500);
		assert_true(virtual_talk_told(&t, outcomes[i].call));
		assert_true(virtual_talk_told(&t, outcomes[i].result));
		assert_true(virtual_talk_told(&t, outcomes[i].says));
		assert_false(t.ended);
		free(scenario);
		finish(&t);
	}
}

static void several_run_at_once_and_are_answered_as_they_end(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t,
	      START "  - on: text\n"
		    "    tool_use: [{name: look_up}, {name: count}]\n"
		    "  - on: tool_result\n"
		    "    result: {result: 42}\n"
		    "    say: First the number.\n"
		    "  - on: tool_result\n"
		    "    result: {meaning: green}\n"
		    "    say: Then the colour.\n",
	      0);
	type(&t);
	virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
	virtual_talk_run(&t, 10000);
	assert_int_equal(2, runner.most_live);
	assert_true(virtual_talk_told(
		&t, "transcript ASSISTANT First the number."));
	assert_true(
		virtual_talk_told(&t, "transcript ASSISTANT Then the colour."));
	finish(&t);
}

static int16_t speech[SPEECH_SAMPLES];

static void the_conversation_goes_on_while_a_tool_runs(void **state)
{
	struct virtual_talk t;

	(void)state;
	virtual_talk_make_speech(speech, SPEECH_SAMPLES);
	start(&t,
	      START "  - {on: text, tool_use: {name: slow}}\n"
		    "  - {on: speech, hear: are you there, say: Yes.}\n"
		    "  - {on: tool_result, say: Here it is.}\n",
	      0);
	type(&t);
	virtual_talk_run(&t, 1000);
	virtual_talk_say(&t, speech, SPEECH_SAMPLES);
	virtual_talk_run_until(&t, &t.answered_count, 1, 10000);
	assert_int_equal(1, runner.live);
	virtual_talk_run_until(&t, &t.answered_count, 2, 30000);
	virtual_talk_run(&t, 1500);
	assert_true(virtual_talk_told(&t, "transcript ASSISTANT Yes."));
	assert_true(virtual_talk_told(&t, "transcript ASSISTANT Here it is."));
	finish(&t);
}

static void a_result_whose_session_is_gone_is_dropped(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t,
	      START "  - {on: text, tool_use: {name: slow}}\n"
		    "  - {on: text, say: Welcome back.}\n"
		    "  - {on: tool_result, say: Never.}\n",
	      5);
	type(&t);
	virtual_talk_run(&t, 1000);
	assert_int_equal(1, runner.live);
	virtual_talk_break(&t, PROBLEM_CLOSED);
	virtual_talk_run_until(&t, &t.ready_count, 2, 30000);
	assert_int_equal(1, runner.live);
	virtual_talk_run(&t, 20000);
	assert_int_equal(0, runner.live);
	assert_int_equal(0, runner.cancelled);
	assert_true(virtual_talk_told(
		&t, "tool_result slow {\"slow\":true} failed"));
	/* the new session has seen nothing of it, and lives */
	assert_false(t.ended);
	assert_int_equal(1, t.retry_count);
	assert_int_equal(0, virtual_talk_count(&t, "transcript ASSISTANT"));
	finish(&t);
}

static void
a_result_that_comes_while_there_is_no_session_is_dropped(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, START "  - {on: text, tool_use: {name: slow}}\n", 100);
	type(&t);
	virtual_talk_run(&t, 1000);
	t.refuse = 50;
	virtual_talk_break(&t, PROBLEM_CLOSED);
	virtual_talk_run(&t, 20000);
	assert_int_equal(0, runner.live);
	assert_true(virtual_talk_told(
		&t, "tool_result slow {\"slow\":true} failed"));
	assert_false(t.ended);
	finish(&t);
}

/* A toolUse whose block was cut off by the loss; a block of the next session
 * may have the same id. */
static void
a_call_that_had_not_begun_is_forgotten_with_its_session(void **state)
{
	const struct nova_event use = {.type = NOVA_TOOL_USE,
				       .content_id = "c1",
				       .tool_name = "look_up",
				       .tool_use_id = "t1",
				       .text = "{}"};
	const struct nova_event end = {.type = NOVA_CONTENT_END,
				       .content_id = "c1",
				       .content = NOVA_TOOL,
				       .stop = NOVA_STOP_TOOL_USE};
	struct virtual_talk t;

	(void)state;
	start(&t, START "  - {on: text, say: Welcome back.}\n", 5);
	t.listener.event(t.listener.arg, &use);
	virtual_talk_break(&t, PROBLEM_CLOSED);
	virtual_talk_run_until(&t, &t.ready_count, 2, 30000);
	t.listener.event(t.listener.arg, &end);
	virtual_talk_run(&t, 1000);
	assert_int_equal(0, runner.count);
	assert_int_equal(0, virtual_talk_count(&t, "tool_call"));
	assert_false(t.ended);
	finish(&t);
}

/* --- a stream that is full when a result is to go out --- */

static int (*plain_open)(struct nova_upstream *,
			 const struct nova_stream_listener *,
			 struct nova_stream **, struct problem *);
static const struct nova_stream_ops *plain_ops;
static bool full;

static int send_if_room(struct nova_stream *s, const struct nova_event *e)
{
	if (full && e->type == NOVA_TOOL_RESULT)
		return PROBLEM_LIMIT;
	return plain_ops->send(s, e);
}

static int open_narrow(struct nova_upstream *u,
		       const struct nova_stream_listener *listener,
		       struct nova_stream **out, struct problem *p)
{
	static struct nova_stream_ops ops;
	int err = plain_open(u, listener, out, p);

	if (!err) {
		plain_ops = (*out)->ops;
		ops = *plain_ops;
		ops.send = send_if_room;
		(*out)->ops = &ops;
	}
	return err;
}

static void a_result_that_is_taken_in_part_costs_the_session_only(void **state)
{
	static const struct tool_runner_ops ops = {paper_call, paper_cancel,
						   paper_free};
	struct virtual_talk t;

	(void)state;
	runner = (struct paper_runner){.base = {.ops = &ops}};
	virtual_talk_open_with_tools(
		&t,
		START "  - {on: text, tool_use: {name: look_up}}\n"
		      "  - {on: tool_result, say: Never.}\n",
		5, &runner.base, NULL);
	runner.clock = t.clock;
	plain_open = t.upstream.open;
	t.upstream.open = open_narrow;
	full = true;
	virtual_talk_run_until(&t, &t.ready_count, 1, 1000);
	type(&t);
	virtual_talk_run(&t, 1000);
	full = false;
	virtual_talk_run_until(&t, &t.ready_count, 2, 30000);
	assert_true(virtual_talk_told(
		&t, "tool_result look_up {\"meaning\":\"green\"} failed"));
	virtual_talk_run(&t, 5000);
	assert_false(t.ended);
	assert_int_equal(1, t.retry_count);
	finish(&t);
}

static void the_end_of_a_conversation_ends_its_tools(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t, START "  - {on: text, tool_use: {name: slow}}\n", 0);
	type(&t);
	virtual_talk_run(&t, 1000);
	assert_int_equal(1, runner.live);
	conversation_end(t.conversation);
	virtual_talk_run(&t, 5000);
	assert_true(t.ended);
	assert_int_equal(0, t.why.code);
	assert_int_equal(1, runner.cancelled);
	assert_int_equal(0, runner.live);
	assert_int_equal(0, virtual_talk_count(&t, "tool_result"));
	finish(&t);
}

static void a_conversation_that_is_freed_ends_its_tools(void **state)
{
	struct virtual_talk t;

	(void)state;
	start(&t,
	      START "  - {on: text, tool_use: [{name: slow}, {name: slow}]}\n",
	      0);
	type(&t);
	virtual_talk_run(&t, 1000);
	assert_int_equal(2, runner.live);
	finish(&t);
	assert_int_equal(2, runner.cancelled);
}

static void who_talks_to_the_first_model_is_told_to_wait(void **state)
{
	static const char scenario[] = START
		"  - {on: speech, tool_use: {name: look_up}}\n"
		"  - {on: tool_result, say: Here it is.}\n";

	(void)state;
	virtual_talk_make_speech(speech, SPEECH_SAMPLES);
	for (int first = 0; first < 2; first++) {
		struct virtual_talk t;

		start_model(&t, scenario, 0,
			    first ? "amazon.nova-sonic-v1:0" : NULL);
		virtual_talk_say(&t, speech, SPEECH_SAMPLES);
		virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
		assert_int_equal(
			first,
			virtual_talk_count(&t, "notice The tutor is silent "
					       "until the tool look_up has "
					       "answered."));
		finish(&t);
	}
}

static void without_tools_a_call_is_answered_so(void **state)
{
	struct virtual_talk t;

	(void)state;
	virtual_talk_open(&t,
			  START "  - {on: text, tool_use: {name: look_up}}\n"
				"  - on: tool_result\n"
				"    result: {error: there are no tools}\n"
				"    say: What a pity.\n",
			  0);
	virtual_talk_run_until(&t, &t.ready_count, 1, 1000);
	type(&t);
	virtual_talk_run_until(&t, &t.answered_count, 1, 20000);
	virtual_talk_run(&t, 1500);
	assert_true(virtual_talk_told(&t, "transcript ASSISTANT What a pity."));
	virtual_talk_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests_of_calls[] = {
		cmocka_unit_test(
			the_model_gets_the_result_or_why_there_is_none),
		cmocka_unit_test(
			several_run_at_once_and_are_answered_as_they_end),
		cmocka_unit_test(the_conversation_goes_on_while_a_tool_runs),
		cmocka_unit_test(a_result_whose_session_is_gone_is_dropped),
		cmocka_unit_test(
			a_result_that_comes_while_there_is_no_session_is_dropped),
		cmocka_unit_test(
			a_call_that_had_not_begun_is_forgotten_with_its_session),
		cmocka_unit_test(
			a_result_that_is_taken_in_part_costs_the_session_only),
		cmocka_unit_test(the_end_of_a_conversation_ends_its_tools),
		cmocka_unit_test(a_conversation_that_is_freed_ends_its_tools),
		cmocka_unit_test(who_talks_to_the_first_model_is_told_to_wait),
		cmocka_unit_test(without_tools_a_call_is_answered_so),
	};

	return cmocka_run_group_tests(tests_of_calls, NULL, NULL);
}
