/* A lesson over the wire: the model of the simulator marks progress through the
 * relay; `habla progress` shows it; --resume goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

#define MARK "    tool_use: {name: mark_progress, arguments: "

/* Each result is checked by the turn that it chooses. */
#define SCENARIO                                                               \
	"name: a lesson\n"                                                     \
	"turns:\n"                                                             \
	"  - on: speech\n" MARK                                                \
	"{step: name, result: right, words: photosynthesis}}\n"                \
	"  - on: tool_result\n"                                                \
	"    result: {noted: true}\n" MARK                                     \
	"{step: energy, result: wrong, words: from the <soil>}}\n"             \
	"  - on: tool_result\n"                                                \
	"    result: {noted: true}\n" MARK                                     \
	"{step: nonsense, result: right}}\n"                                   \
	"  - on: tool_result\n"                                                \
	"    result: {error: 'the lesson has no step \"nonsense\"'}\n" MARK    \
	"{step: energy, result: great}}\n"                                     \
	"  - on: tool_result\n"                                                \
	"    result: {error: 'result must be right, partly or wrong'}\n"       \
	"    tool_use: {name: look_up, arguments: {}}\n"                       \
	"  - on: tool_result\n"                                                \
	"    result: {found: 1}\n"                                             \
	"    say: Both kinds of tools have answered.\n"                        \
	"  - on: tool_result\n"                                                \
	"    say: That is not what I wanted.\n"

#define TOOLS                                                                  \
	"- name: look_up\n"                                                    \
	"  description: Looks a word up.\n"                                    \
	"  command: 'echo \"{\\\"found\\\":1}\"'\n"                            \
	"  shell: true\n"                                                      \
	"  limit: 50\n"

static struct stack stack;
static char printed[65536]; /* by talk */

/* Talks with more arguments (ends with NULL), and keeps what was printed. */
static int talk(const char *session, const char *const *more)
{
	struct process *p = calloc(1, sizeof *p);
	const char *argv[24] = {
		"--mic",     SPEECH,
		"--speaker", stack_path(&stack, "s.wav"),
		"--record",  stack_path(&stack, session),
	};
	size_t n = 6;

	while (*more)
		argv[n++] = *more++;
	stack_talk(&stack, p, argv);
	int code = process_wait(p);
	snprintf(printed, sizeof printed, "%s", p->text);
	process_end(p);
	free(p);
	return code;
}

static int teach_once(void **state)
{
	(void)state;
	stack.folder = folder_make();
	setenv("XDG_DATA_HOME", stack_path(&stack, "data"), 1);
	stack_start(&stack, stack_file(&stack, "scenario.yaml", SCENARIO));
	stack_file(&stack, "tools.yaml", TOOLS);
	int code = talk("session",
			(const char *const[]){"--lesson", "photosynthesis",
					      "--tools",
					      stack_path(&stack, "tools.yaml"),
					      "--learner", "Ana", "--system",
					      "Call me Ana Maria.", NULL});
	if (code)
		fail_msg("exit code %d:\n%s", code, printed);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	stack_stop(&stack);
	return 0;
}

static void the_lessons_tool_and_programs_work_together(void **state)
{
	(void)state;
	assert_holds(printed, "Lesson: Photosynthesis, 12 steps.");
	assert_holds(printed, "Both kinds of tools have answered.");
	assert_lacks(printed, "not what I wanted");
}

static void the_lesson_makes_the_session(void **state)
{
	char *events = folder_read(stack_path(&stack, "session"),
				   "events.jsonl", NULL);

	(void)state;
	assert_holds(events, "\"turnPause\":\"HIGH\"");
	assert_holds(events, "\"toolSpec\":{\"name\":\"mark_progress\"");
	assert_holds(events, "\"toolSpec\":{\"name\":\"look_up\"");
	assert_holds(events, "You teach one lesson by voice: "
			     "\\\"Photosynthesis\\\"");
	assert_holds(events, "Call me Ana Maria.");
	free(events);
}

/* What the program prints; stays until the test ends. */
static const char *progress(struct process *p, const char *flag)
{
	const char *argv[] = {"habla", "progress", flag, "-", NULL};

	if (strcmp(flag, "--json") == 0)
		argv[3] = NULL;
	process_start(p, argv, stack_environment);
	assert_int_equal(process_wait(p), 0);
	return p->text;
}

static void what_the_model_marked_is_kept(void **state)
{
	struct process p = {0};
	const char *json = progress(&p, "--json");

	(void)state;
	assert_holds(json, "\"learner\":\"Ana\"");
	assert_holds(json, "\"step\":\"name\",\"result\":\"right\",\"tries\":1,"
			   "\"words\":\"photosynthesis\"");
	assert_holds(json, "\"step\":\"energy\",\"result\":\"wrong\","
			   "\"tries\":1,\"words\":\"from the <soil>\"");
	assert_holds(json, stack_path(&stack, "session"));
	assert_lacks(json, "nonsense");
	process_end(&p);

	struct process anki = {0};
	assert_holds(progress(&anki, "--anki"), "from the &lt;soil&gt;");
	process_end(&anki);
	struct process xapi = {0};
	assert_holds(progress(&xapi, "--xapi"),
		     "\"id\":\"http://adlnet.gov/expapi/verbs/answered\"");
	process_end(&xapi);
}

static void a_lesson_that_was_left_goes_on(void **state)
{
	(void)state;
	assert_int_equal(talk("second",
			      (const char *const[]){"--resume", "--learner",
						    "Ana", NULL}),
			 0);
	assert_holds(printed, "Lesson: Photosynthesis. It goes on at step "
			      "\"energy\"; left: 11 of 12.");
	char *events = folder_read(stack_path(&stack, "second"), "events.jsonl",
				   NULL);
	assert_holds(events, "The learner has begun this lesson before.");
	assert_lacks(events, "Step name");
	assert_holds(events, "Step energy");
	free(events);
	/* nobody else's */
	assert_int_equal(talk("third", (const char *const[]){"--resume", NULL}),
			 2);
	assert_holds(printed, "--resume: \"learner\" has no lesson to go on "
			      "with, and nothing is due; begin one with "
			      "--lesson NAME");
}

/* A voice from the environment was not chosen for this lesson; one that speaks
 * its language stays, and so does a flag's. */
static void a_lesson_has_a_voice_of_its_language(void **state)
{
	static const struct {
		const char *session, *variable, *flag, *wanted;
	} rows[] = {
		{"voice1", "amy", NULL, "\"voice\":\"lupe\""},
		{"voice2", "carlos", NULL, "\"voice\":\"carlos\""},
		{"voice3", "carlos", "--voice=amy", "\"voice\":\"amy\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		setenv("HABLA_VOICE", rows[i].variable, 1);
		assert_int_equal(
			talk(rows[i].session,
			     (const char *const[]){"--lesson", "spanish-travel",
						   rows[i].flag, NULL}),
			0);
		unsetenv("HABLA_VOICE");
		char *events = folder_read(stack_path(&stack, rows[i].session),
					   "events.jsonl", NULL);
		assert_holds(events, rows[i].wanted);
		assert_holds(events, "\"turnPause\":\"MEDIUM\"");
		free(events);
	}
}

static void what_does_not_fit_is_said_before_anything_is_sent(void **state)
{
	static const struct {
		const char *flags[6], *line;
	} rows[] = {
		{{"--lesson", "photosintesis"},
		 "habla talk: there is no lesson \"photosintesis\"; did you "
		 "mean \"photosynthesis\"?"},
		{{"--lesson", "wrong.yaml"},
		 "wrong.yaml:1:1: unknown key \"titel\"; did you mean "
		 "\"title\"?"},
		{{"--lesson", "gone.yaml"},
		 "gone.yaml: No such file or directory; check the path"},
		{{"--lesson", "spanish-travel", "--language", "en-GB"},
		 "--language: the lesson is in \"es\"; leave the flag out"},
		{{"--lesson", "fractions", "--tools", "clash.yaml"},
		 "two tools are named \"mark_progress\"; rename yours"},
	};

	(void)state;
	stack_file(&stack, "wrong.yaml", "titel: x\n");
	stack_file(&stack, "clash.yaml",
		   "- name: mark_progress\n"
		   "  description: x\n"
		   "  command: [true]\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *flags[7] = {NULL};
		char *paths[6] = {NULL};

		for (size_t k = 0; k < 6 && rows[i].flags[k]; k++) {
			const char *f = rows[i].flags[k];
			if (strstr(f, ".yaml"))
				f = paths[k] = text_format("%s/%s",
							   stack.folder, f);
			flags[k] = f;
		}
		assert_int_equal(talk("none", flags), 2);
		assert_holds(printed, rows[i].line);
		assert_lacks(printed, "Connect");
		for (size_t k = 0; k < 6; k++)
			free(paths[k]);
	}
}

static void a_learners_own_lesson_goes_before_ours(void **state)
{
	char *text = NULL;
	struct process p = {0};
	const char *argv[] = {"habla", "talk", "--lessons", NULL};
	const char *folder = stack_path(&stack, "data/habla/lessons");

	(void)state;
	assert_int_equal(text_read_file(&text, NULL,
					HABLA_SOURCE_DIR
					"/assets/lessons/fractions.yaml",
					1 << 20),
			 0);
	memcpy(strstr(text, "title: Fractions"), "title: MyFracts!", 16);
	char *command = text_format("mkdir -p %s", folder);
	assert_int_equal(system(command), 0);
	free(command);
	folder_write(folder, "fractions.yaml", text);
	folder_write(folder, "broken.yaml", "title: x\n");
	process_start(&p, argv, stack_environment);
	assert_int_equal(process_wait(&p), 0);
	assert_holds(p.text, "MyFracts!");
	assert_lacks(p.text, "Fractions\n");
	assert_holds(p.text, "photosynthesis       en        B1     12     "
			     "Photosynthesis\n");
	assert_holds(p.text, "broken.yaml:1:1: \"language\" is missing");
	process_end(&p);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lessons_tool_and_programs_work_together),
		cmocka_unit_test(the_lesson_makes_the_session),
		cmocka_unit_test(what_the_model_marked_is_kept),
		cmocka_unit_test(a_lesson_that_was_left_goes_on),
		cmocka_unit_test(a_lesson_has_a_voice_of_its_language),
		cmocka_unit_test(
			what_does_not_fit_is_said_before_anything_is_sent),
		cmocka_unit_test(a_learners_own_lesson_goes_before_ours),
	};

	return cmocka_run_group_tests(tests, teach_once, stop);
}
