/* `habla talk --text` in a pipe: each line is a turn, and no sound device is
 * needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/stack.h"
#include "tests/support/whole_lesson.h"

static void
each_line_is_answered_before_the_next_and_the_end_is_in_order(void **state)
{
	const char *argv[] = {"habla", "talk", "--text", "--no-record", NULL};
	struct process p;
	(void)state;

	process_start(&p, argv, stack_environment);
	process_type(&p, "hello\n\nphotosynthesis");
	close(p.input);
	p.input = -1;
	assert_int_equal(process_wait(&p), 0);

	const char *one = strstr(p.text, "You:   hello\n");
	const char *answer = strstr(p.text, "Tutor: Hello!");
	const char *two = strstr(p.text, "You:   photosynthesis\n");
	const char *last = strstr(p.text, "Making food takes energy.");

	assert_non_null(one);
	assert_true(one < answer);
	assert_true(answer < two);
	assert_true(two < last);
	assert_null(strstr(p.text, "sound card"));
}

static void quiet_leaves_the_transcript(void **state)
{
	const char *argv[] = {"habla",       "talk",    "--text",
			      "--no-record", "--quiet", NULL};
	struct process p;
	(void)state;

	process_start(&p, argv, stack_environment);
	process_type(&p, "hello\n");
	close(p.input);
	p.input = -1;
	assert_int_equal(process_wait(&p), 0);
	assert_non_null(strstr(p.text, "\nTutor: Hello!"));
	assert_null(strstr(p.text, "Connect"));
	assert_null(strstr(p.text, "Note:"));
}

/* What interrupts by voice comes after the answer here. */
static void a_whole_lesson_can_be_typed(void **state)
{
	const char *argv[] = {"habla", "talk",        "--text", "--learner",
			      "Ana",   "--no-record", NULL};
	char *folder = folder_make();
	char *path = text_format("%s/habla/progress.db", folder);
	struct process p;
	size_t from = 0;

	(void)state;
	setenv("XDG_DATA_HOME", folder, 1);
	process_start(&p, argv, stack_environment);
	for (size_t i = 0; i < whole_lesson_turn_count; i++) {
		process_type(&p, whole_lesson_turns[i].says);
		process_type(&p, "\n");
	}
	close(p.input);
	p.input = -1;
	assert_int_equal(process_wait(&p), 0);
	for (size_t i = 0; i < whole_lesson_turn_count; i++)
		from = (size_t)(process_expect_from(
					&p, from,
					whole_lesson_turns[i].answer) -
				p.text);
	whole_lesson_expect_progress(path, "Ana");
	unsetenv("XDG_DATA_HOME");
	free(path);
	folder_remove(folder);
}

/* Its input stays open: only the reader that is gone ends it. */
static void a_pipe_that_nobody_reads_any_more_ends_it_quietly(void **state)
{
	const char *argv[] = {"sh", "-c",
			      "{ " HABLA_BINARY_DIR
			      "/habla talk --text --no-record; "
			      "echo CODE $? >&2; } | head -n 1",
			      NULL};
	struct process p;
	(void)state;

	process_start(&p, argv, stack_environment);
	assert_int_equal(process_wait(&p), 0);
	assert_string_equal(p.text, "Tutor: the built-in simulator (no "
				    "account, no network)\nCODE 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_line_is_answered_before_the_next_and_the_end_is_in_order),
		cmocka_unit_test(quiet_leaves_the_transcript),
		cmocka_unit_test(a_whole_lesson_can_be_typed),
		cmocka_unit_test(
			a_pipe_that_nobody_reads_any_more_ends_it_quietly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
