/* Tools over the wire: the simulator asks through the relay, `habla talk` runs
 * shell scripts, and the simulator says what it was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

/* Each result is checked by the turn that it chooses. */
#define SCENARIO                                                               \
	"name: tools\n"                                                        \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    hear: What is a leaf?\n"                                          \
	"    tool_use:\n"                                                      \
	"      - {name: look_up, arguments: {word: leaf}}\n"                   \
	"  - on: tool_result\n"                                                \
	"    result: {asked: {word: leaf}, meaning: green}\n"                  \
	"    tool_use: {name: breaks}\n"                                       \
	"  - on: tool_result\n"                                                \
	"    result: {error: failed with exit code 3}\n"                       \
	"    say: A leaf is green and the book is broken.\n"                   \
	"  - on: tool_result\n"                                                \
	"    say: That is not what I wanted.\n"

#define TOOLS                                                                  \
	"- name: look_up\n"                                                    \
	"  description: Looks a word up.\n"                                    \
	"  schema:\n"                                                          \
	"    type: object\n"                                                   \
	"    properties: {word: {type: string}}\n"                             \
	"    required: [word]\n"                                               \
	"  command: [./look_up.sh, green]\n"                                   \
	"  limit: 50\n"                                                        \
	"- name: breaks\n"                                                     \
	"  description: Never works.\n"                                        \
	"  command: echo the secret shelf is empty >&2; exit 3\n"              \
	"  shell: true\n"                                                      \
	"  limit: 50\n"

static const char script[] =
	"#!/bin/sh\n"
	"printf '{\"asked\":%s,\"meaning\":\"%s\"}\\n' \"$(cat)\" \"$1\"\n";

static struct stack stack;
static char printed[65536]; /* by talk */

static int talk_once(void **state)
{
	struct process talk;

	(void)state;
	stack.folder = folder_make();
	stack_start(&stack, stack_file(&stack, "scenario.yaml", SCENARIO));
	assert_int_equal(0,
			 chmod(stack_file(&stack, "look_up.sh", script), 0755));
	stack_file(&stack, "tools.yaml", TOOLS);

	const char *argv[] = {"--mic",     SPEECH,
			      "--speaker", stack_path(&stack, "speaker.wav"),
			      "--record",  stack_path(&stack, "session"),
			      "--tools",   stack_path(&stack, "tools.yaml"),
			      NULL};

	stack_talk(&stack, &talk, argv);

	int code = process_wait(&talk);
	if (code)
		fail_msg("exit code %d:\n%s", code, talk.text);
	snprintf(printed, sizeof printed, "%s", talk.text);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	stack_stop(&stack);
	return 0;
}

static void the_tutor_answers_with_what_the_tools_gave(void **state)
{
	(void)state;
	assert_holds(printed, "A leaf is green and the book is broken.");
}

static void the_person_sees_one_line_for_each_tool(void **state)
{
	(void)state;
	assert_holds(printed, "Tool look_up: answered in ");
	assert_holds(printed, "Tool breaks: failed with exit code 3 (the "
			      "secret shelf is empty); the tutor was told\n");
}

static void calls_and_results_are_in_the_session_folder(void **state)
{
	char *events = folder_read(stack_path(&stack, "session"),
				   "events.jsonl", NULL);
	char *transcript = folder_read(stack_path(&stack, "session"),
				       "transcript.md", NULL);

	(void)state;
	/* what is declared, what is asked, what is sent */
	assert_holds(events, "\"event\":\"toolUse\"");
	assert_holds(events, "\"result\":{\"asked\":{\"word\":\"leaf\"},"
			     "\"meaning\":\"green\"}");
	assert_holds(events, "\"event\":\"tool_call\",\"tool\":\"look_up\"");
	assert_holds(events, "\"event\":\"tool_result\",\"tool\":\"breaks\"");
	/* why it failed is for the person, not for the model */
	assert_holds(events, "\"result\":{\"error\":\"failed with exit code "
			     "3\"}");
	assert_holds(transcript, "\n**Tool** look\\_up is called: "
				 "{\"word\":\"leaf\"}\n");
	assert_holds(transcript, "\n**Tool** look\\_up answers: ");
	assert_holds(transcript, "\n**Tool** breaks has failed: failed with "
				 "exit code 3");
	free(events);
	free(transcript);
}

static void a_wrong_file_is_refused_before_anything_is_sent(void **state)
{
	struct process talk;
	const char *argv[] = {"--tools",
			      stack_file(&stack, "wrong.yaml",
					 "- name: t\n  comand: [x]\n"),
			      NULL};

	(void)state;
	stack_talk(&stack, &talk, argv);
	assert_int_not_equal(0, process_wait(&talk));
	assert_holds(talk.text, "wrong.yaml:2:3: unknown key \"comand\"; did "
				"you mean \"command\"?");
	assert_null(strstr(talk.text, "Connect"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tutor_answers_with_what_the_tools_gave),
		cmocka_unit_test(the_person_sees_one_line_for_each_tool),
		cmocka_unit_test(calls_and_results_are_in_the_session_folder),
		cmocka_unit_test(
			a_wrong_file_is_refused_before_anything_is_sent),
	};

	return cmocka_run_group_tests(tests, talk_once, stop);
}
