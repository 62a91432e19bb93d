/* The relay dies, comes back, stays away; the simulator cuts. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

#define ONE_ANSWER                                                             \
	"name: one answer\n"                                                   \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    hear: What the learner said.\n"                                   \
	"    say:\n"                                                           \
	"      - {text: Here I am., tone: {hz: 500, ms: 1500}}\n"              \
	"repeat: true\n"

/* The first stream is reset while the learner speaks to it. */
#define RESET_THEN_ANSWER                                                      \
	"name: a reset\n"                                                      \
	"turns:\n"                                                             \
	"  - {on: open, cut: {how: reset, after_ms: 2000}}\n"

static struct stack stack;

static void start(const char *scenario)
{
	stack = (struct stack){.folder = folder_make()};
	stack_start(&stack, stack_file(&stack, "scenario.yaml", scenario));
}

static void start_talk(struct process *talk, const char *tries)
{
	const char *argv[] = {"--mic",       SPEECH,
			      "--speaker",   stack_path(&stack, "speaker.wav"),
			      "--record",    stack_path(&stack, "session"),
			      "--reconnect", tries,
			      "--json",      NULL};

	stack_talk(&stack, talk, argv);
}

static void a_relay_killed_in_mid_sentence_is_found_again(void **state)
{
	struct process talk;

	(void)state;
	start(ONE_ANSWER);
	start_talk(&talk, "5");
	process_expect(&talk, "\"hearing\"");
	process_end(&stack.relay);
	process_expect(&talk, "\"retry\"");
	stack_restart_relay(&stack);

	int code = process_wait(&talk);
	if (code)
		fail_msg("exit code %d:\n%s", code, talk.text);
	assert_non_null(strstr(talk.text, "Here I am."));
	stack_stop(&stack);
}

static void a_relay_that_stays_away_ends_it_with_exit_code_3(void **state)
{
	struct process talk;

	(void)state;
	start(ONE_ANSWER);
	start_talk(&talk, "1");
	process_expect(&talk, "\"hearing\"");
	process_end(&stack.relay);
	assert_int_equal(process_wait(&talk), 3);
	assert_non_null(strstr(talk.text, "\"retry\""));
	assert_non_null(strstr(talk.text, "connection refused"));
	stack_restart_relay(&stack);
	stack_stop(&stack);
}

static void no_relay_at_all_is_one_line_and_exit_code_3(void **state)
{
	const char *argv[] = {"habla",       "talk",
			      "--relay",     "ws://127.0.0.1:9",
			      "--mic",       SPEECH,
			      "--no-record", NULL};
	struct process talk;

	(void)state;
	process_start(&talk, argv, stack_environment);
	assert_int_equal(process_wait(&talk), 3);
	assert_non_null(strstr(talk.text, "ws://127.0.0.1:9"));
	assert_non_null(strstr(talk.text, "connection refused"));
}

static void a_stream_that_the_simulator_resets_is_opened_again(void **state)
{
	struct process talk;

	(void)state;
	start(RESET_THEN_ANSWER);
	start_talk(&talk, "1");
	process_expect(&talk, "\"retry\"");
	/* The second is reset too, and then the tries are used up. */
	assert_int_equal(process_wait(&talk), 1);
	stack_stop(&stack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_relay_killed_in_mid_sentence_is_found_again),
		cmocka_unit_test(
			a_relay_that_stays_away_ends_it_with_exit_code_3),
		cmocka_unit_test(no_relay_at_all_is_one_line_and_exit_code_3),
		cmocka_unit_test(
			a_stream_that_the_simulator_resets_is_opened_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
