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

#include "audio/dsp/sound_file.h"
#include "tests/support/folder.h"
#include "tests/support/sound.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

#define QUESTION HABLA_SOURCE_DIR "/tests/data/where-in-the-leaf.wav"

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

static void start_talk_with(struct process *talk, const char *mic,
			    const char *tries)
{
	const char *argv[] = {"--mic",       mic,
			      "--speaker",   stack_path(&stack, "speaker.wav"),
			      "--record",    stack_path(&stack, "session"),
			      "--reconnect", tries,
			      "--json",      NULL};

	stack_talk(&stack, talk, argv);
}

static void start_talk(struct process *talk, const char *tries)
{
	start_talk_with(talk, SPEECH, tries);
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

/* A question, time for its answer, and the question again. */
static const char *write_two_questions(void)
{
	const char *path = stack_path(&stack, "questions.wav");
	struct sound speech = sound_load(QUESTION, 16000);
	struct sound_writer *w = NULL;
	static const int16_t silence[6 * 16000];

	assert_int_equal(sound_writer_open(&w, path, 16000, 1, NULL), 0);
	sound_writer_write(w, speech.samples, speech.count);
	sound_writer_write(w, silence, sizeof silence / sizeof *silence);
	sound_writer_write(w, speech.samples, speech.count);
	sound_writer_free(w);
	free(speech.samples);
	return path;
}

/* What was said before the loss goes into the new session; the question that
 * it cut is sent again as sound, and is not in the history. */
static void a_new_session_is_told_what_was_said_before(void **state)
{
	static const char opening[] = "\"dir\":\"sent\",\"layer\":\"nova\","
				      "\"event\":\"sessionStart\"";
	struct process talk;

	(void)state;
	start(ONE_ANSWER);
	start_talk_with(&talk, write_two_questions(), "5");
	size_t first = (size_t)(process_expect(&talk, "\"answered\"") -
				talk.text);
	process_expect_from(&talk, first, "\"hearing\"");
	process_end(&stack.relay);
	process_expect(&talk, "\"retry\"");
	stack_restart_relay(&stack);

	int code = process_wait(&talk);
	if (code)
		fail_msg("exit code %d:\n%s", code, talk.text);
	const char *again = strstr(strstr(talk.text, opening) + 1, opening);
	assert_non_null(again);
	const char *opened = strstr(again, "\"event\":\"session\"");
	const char *words = strstr(again, "What the learner said.");
	const char *answer = strstr(again, "\"text\":\"Here I am.\"");
	if (!words || !answer || !opened || words > answer || answer > opened)
		fail_msg("no history in the new opening:\n%s", again);
	/* the learner's words stand there once, and are answered once more */
	const char *twice = strstr(words + 1, "What the learner said.");
	assert_true(twice && twice > opened);
	assert_non_null(strstr(opened, "\"answered\""));
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
		cmocka_unit_test(a_new_session_is_told_what_was_said_before),
		cmocka_unit_test(
			a_relay_that_stays_away_ends_it_with_exit_code_3),
		cmocka_unit_test(no_relay_at_all_is_one_line_and_exit_code_3),
		cmocka_unit_test(
			a_stream_that_the_simulator_resets_is_opened_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
