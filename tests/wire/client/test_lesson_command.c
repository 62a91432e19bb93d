/* `habla lesson` and `habla progress`, as a teacher and a shell see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/stack.h"

static char *folder;

static int enter(void **state)
{
	(void)state;
	folder = folder_make();
	setenv("XDG_DATA_HOME", folder, 1);
	return 0;
}

static int leave(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

/* Runs habla with these arguments and that on stdin; stays until the next. */
static const char *run(int code, const char *input,
		       const char *const *arguments)
{
	static struct process p;
	const char *argv[12] = {"habla"};

	for (size_t i = 0; arguments[i]; i++)
		argv[i + 1] = arguments[i];
	if (p.pid > 0)
		process_end(&p);
	p = (struct process){0};
	process_start(&p, argv, stack_environment);
	if (input) {
		process_type(&p, input);
		close(p.input);
		p.input = -1;
	}
	int got = process_wait(&p);
	if (got != code)
		fail_msg("exit code %d, not %d: %s", got, code, p.text);
	return p.text;
}

#define RUN(code, input, ...)                                                  \
	run(code, input, (const char *const[]){__VA_ARGS__, NULL})

static void a_good_lesson_is_shown(void **state)
{
	const char *text = RUN(0, NULL, "lesson", "--check", "spanish-travel");

	(void)state;
	assert_holds(text, "spanish-travel: Espa\xC3\xB1ol para viajeros.\n"
			   "Language es, level A2: a turn ends after 1.8 s of "
			   "silence.\nSteps: 12. Words: 8.\n");
	assert_holds(text, "  cuenta           Has terminado de comer");
	assert_holds(text, "The lesson can be taught.");
}

static void a_wrong_one_is_refused_with_its_place(void **state)
{
	char *path = text_format("%s/l.yaml", folder);

	(void)state;
	folder_write(folder, "l.yaml",
		     "title: T\nlanguage: en\nlevel: A1\ngoals: g\nopener: o\n"
		     "close: c\nsteps:\n  - id: a\n    question: Q?\n"
		     "    answers: leaf\n    hints: It is a leaf.\n"
		     "    explanation: a leaf\n");
	const char *text = RUN(2, NULL, "lesson", "--check", path);
	assert_holds(text, "habla lesson: ");
	assert_holds(text, "l.yaml:11:12: hints: this one gives the answer "
			   "\"leaf\" away");
	free(path);
	assert_holds(RUN(2, NULL, "lesson"),
		     "habla lesson: which lesson? name it with --check");
	assert_holds(RUN(2, NULL, "lesson", "--check", "fraction"),
		     "did you mean \"fractions\"?");
}

static void answers_can_be_tried(void **state)
{
	(void)state;
	assert_string_equal(
		RUN(0,
		    "oxygen\nwater and the sun\nlight, water, carbon dixoide\n"
		    "a hint please\nI don't know\n",
		    "lesson", "--check", "photosynthesis", "--step", "needs"),
		"mistake (oxygen): oxygen\n"
		"partly (sunlight) (water): water and the sun\n"
		"right: light, water, carbon dixoide\n"
		"request [hint]: a hint please\n"
		"does-not-know: I don't know\n");
	assert_holds(RUN(2, "", "lesson", "--check", "photosynthesis", "--step",
			 "need"),
		     "--step: the lesson has no step \"need\"");
}

static void the_prompt_can_be_seen(void **state)
{
	(void)state;
	assert_holds(RUN(0, NULL, "lesson", "--check", "fractions", "--prompt"),
		     "You are a tutor. You teach one lesson by voice: "
		     "\"Fractions\".");
}

static void progress_without_a_file_says_how_to_begin(void **state)
{
	(void)state;
	assert_string_equal(RUN(0, NULL, "progress"),
			    "Nothing has been learned yet; begin with: habla "
			    "talk --lesson photosynthesis\n");
	assert_holds(RUN(0, NULL, "progress", "--json"), "\"learners\":[]}\n");
}

static void exports_go_to_files_or_one_line_says_why_not(void **state)
{
	char *anki = text_format("%s/a.txt", folder);
	char *xapi = text_format("%s/x.json", folder);
	char *text;

	(void)state;
	assert_string_equal(
		RUN(0, NULL, "progress", "--anki", anki, "--xapi", xapi), "");
	text = folder_read(folder, "a.txt", NULL);
	assert_true(text_starts(text, "#separator:tab\n"));
	free(text);
	text = folder_read(folder, "x.json", NULL);
	assert_string_equal(text, "[]\n");
	free(text);
	assert_holds(RUN(2, NULL, "progress", "--anki", "/nowhere/a.txt"),
		     "habla progress: --anki: /nowhere/a.txt cannot be "
		     "written: No such file or directory; name another file\n");
	free(anki);
	free(xapi);
}

static void a_damaged_file_is_one_line(void **state)
{
	char *home = text_format("%s/habla", folder);
	const char *make[] = {"/bin/mkdir", home, NULL};
	struct process p = {0};

	(void)state;
	process_start(&p, make, NULL);
	process_wait(&p);
	process_end(&p);
	folder_write(home, "progress.db",
		     "no database at all, but long "
		     "enough to look like a file");
	assert_holds(RUN(2, NULL, "progress"),
		     "progress.db: the file is damaged; restore a copy, or "
		     "let the next lesson put it aside\n");
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_lesson_is_shown),
		cmocka_unit_test(a_wrong_one_is_refused_with_its_place),
		cmocka_unit_test(answers_can_be_tried),
		cmocka_unit_test(the_prompt_can_be_seen),
		cmocka_unit_test(progress_without_a_file_says_how_to_begin),
		cmocka_unit_test(exports_go_to_files_or_one_line_says_why_not),
		cmocka_unit_test(a_damaged_file_is_one_line),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
