/*
 * ./dev, with programs in place of apt, cmake, ninja and the others that only
 * note how they were called: what is installed, what is built, what is run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

/* Packages are "installed" when their names stand in a file; what is "built"
 * notes how it was run. */
static const char stand_in[] =
	"#!/bin/sh\n"
	"name=${0##*/}\n"
	"echo \"$name $*\" >>\"$DEV_LOG\"\n"
	"case $name in\n"
	"id) echo \"$DEV_UID\" ;;\n"
	"sudo) exec \"$@\" ;;\n"
	"dpkg-query) sed 's/^/installed /' \"$DEV_INSTALLED\" ;;\n"
	"apt-get)\n"
	"	[ \"$1\" = install ] || exit 0\n"
	"	for word; do\n"
	"		case $word in install | -*) ;; *)\n"
	"			echo \"$word\" >>\"$DEV_INSTALLED\" ;;\n"
	"		esac\n"
	"	done ;;\n"
	"cmake) mkdir -p \"build/$2\" && touch \"build/$2/build.ninja\" ;;\n"
	"ninja) cp \"$DEV_BIN/habla\" \"$2/habla\" ;;\n"
	"esac\n";

static const char *const names[] = {"id",      "sudo",  "dpkg-query",
				    "apt-get", "cmake", "ninja",
				    "ctest",   "habla", "tee",
				    "chmod",   "rm",    "pulseaudio"};

enum { NAMES = sizeof names / sizeof *names, ENVIRONMENT = 8, WORDS = 8 };

struct scene {
	char *folder; /* with dev, .ci/run, bin/, log, installed */
	char *environment[ENVIRONMENT + 1];
	struct process p;
	char *log; /* what the last run called */
};

static void copy_program(const char *folder, const char *name)
{
	char *text = folder_read(HABLA_SOURCE_DIR, name, NULL);
	char *path = text_format("%s/%s", folder, name);

	folder_write(folder, name, text);
	assert_int_equal(chmod(path, 0755), 0);
	free(text);
	free(path);
}

static void make_folder(const char *folder, const char *name)
{
	char *path = text_format("%s/%s", folder, name);

	assert_int_equal(mkdir(path, 0755), 0);
	free(path);
}

static void make_stand_ins(const char *folder)
{
	make_folder(folder, "bin");
	for (int i = 0; i < NAMES; i++) {
		char *name = text_format("bin/%s", names[i]);
		char *path = text_format("%s/%s", folder, name);

		folder_write(folder, name, stand_in);
		assert_int_equal(chmod(path, 0755), 0);
		free(name);
		free(path);
	}
}

static int enter(void **state)
{
	struct scene *s = calloc(1, sizeof *s);

	s->folder = folder_make();
	make_stand_ins(s->folder);
	make_folder(s->folder, ".ci");
	make_folder(s->folder, "tests");
	copy_program(s->folder, "dev");
	copy_program(s->folder, ".ci/run");
	folder_write(s->folder, "tests/sanitizers.supp", "leak:x\n");
	folder_write(s->folder, "installed", "gcc\ncmake\n");
	s->environment[0] = text_format("DEV_BIN=%s/bin", s->folder);
	s->environment[1] = text_format("DEV_LOG=%s/log", s->folder);
	s->environment[2] = text_format("DEV_INSTALLED=%s/installed",
					s->folder);
	s->environment[3] = text_format("PATH=%s/bin:%s", s->folder,
					getenv("PATH"));
	s->environment[4] = text_format("TMPDIR=%s", s->folder);
	s->environment[5] = text_copy("DEV_UID=0");
	s->environment[6] = text_copy("CI");
	*state = s;
	return 0;
}

static int leave(void **state)
{
	struct scene *s = *state;

	folder_remove(s->folder);
	for (int i = 0; i < ENVIRONMENT; i++)
		free(s->environment[i]);
	free(s->log);
	free(s);
	return 0;
}

/* Runs program of the scene's folder with the words; returns its exit code. */
static int run(struct scene *s, const char *program, const char *const *words)
{
	char *path = text_format("%s/%s", s->folder, program);
	const char *argv[WORDS + 2] = {path};

	for (int i = 0; i < WORDS && words[i]; i++)
		argv[i + 1] = words[i];
	folder_write(s->folder, "log", "");
	process_start(&s->p, argv, (const char *const *)s->environment);
	int code = process_wait(&s->p);
	free(s->log);
	s->log = folder_read(s->folder, "log", NULL);
	free(path);
	return code;
}

static void expect_run(struct scene *s, const char *program,
		       const char *const *words)
{
	int code = run(s, program, words);

	if (code)
		fail_msg("%s %s: exit code %d:\n%s", program, words[0], code,
			 s->p.text);
}

static bool called(const struct scene *s, const char *what)
{
	return strstr(s->log, what) != NULL;
}

/* Whether the package was asked for. */
static bool installs(const struct scene *s, const char *package)
{
	const char *line = strstr(s->log, "apt-get install ");
	const char *end = line ? strchr(line, '\n') : NULL;
	const char *at = line ? strstr(line, package) : NULL;

	return at && at < end;
}

static void expect_last_call(const struct scene *s, const char *what)
{
	size_t all = strlen(s->log), n = strlen(what);

	if (all < n || strcmp(s->log + all - n, what) != 0)
		fail_msg("the last call is not %s:\n%s", what, s->log);
}

#define RUN(scene, program, ...)                                               \
	expect_run(scene, program, (const char *const[]){__VA_ARGS__, NULL})

/* --- talk and build --- */

static void talk_installs_builds_and_talks(void **state)
{
	struct scene *s = *state;

	RUN(s, "dev", "talk", "--relay", "ws://x", "--headset");
	assert_true(called(s, "apt-get update\n"));
	assert_true(called(s, "apt-get install -y --no-remove "
			      "--no-install-recommends "));
	assert_true(installs(s, " portaudio19-dev "));
	/* not what is there, and nothing for tests and lint */
	assert_false(installs(s, " gcc "));
	assert_false(installs(s, "cmocka"));
	assert_false(installs(s, "pulseaudio"));
	assert_false(installs(s, "clang"));
	assert_true(called(s, "cmake --preset release\n"));
	assert_false(called(s, "sudo"));
	expect_last_call(s, "habla talk --relay ws://x --headset\n");
	/* a minute without a word would look like a hang */
	assert_non_null(strstr(s->p.text, "dev: installing "));
	assert_non_null(strstr(s->p.text, "dev: building"));
}

static void a_second_run_only_asks_and_starts(void **state)
{
	struct scene *s = *state;

	RUN(s, "dev", "talk");
	RUN(s, "dev", "talk");
	assert_false(called(s, "apt-get"));
	assert_false(called(s, "cmake --preset"));
	assert_true(called(s, "ninja -C build/release"));
	expect_last_call(s, "habla talk\n");
	assert_string_equal(s->p.text, "");
}

static void who_is_not_root_is_asked_by_sudo(void **state)
{
	struct scene *s = *state;

	free(s->environment[5]);
	s->environment[5] = text_copy("DEV_UID=1000");
	RUN(s, "dev", "build");
	assert_true(called(s, "sudo apt-get update\n"));
	assert_true(called(s, "sudo env DEBIAN_FRONTEND=noninteractive "
			      "apt-get install"));
	expect_last_call(s, "ninja -C build/release --quiet\n");
	assert_false(called(s, "habla talk"));
}

static void a_package_that_cannot_be_had_is_said(void **state)
{
	static const char refuses[] =
		"#!/bin/sh\n[ \"$1\" = update ] || {\n"
		"	echo 'E: Unable to locate package'\n	exit 100\n}\n";
	struct scene *s = *state;

	folder_write(s->folder, "bin/apt-get", refuses);
	assert_int_equal(run(s, "dev", (const char *const[]){"talk", NULL}), 1);
	assert_non_null(strstr(s->p.text, "E: Unable to locate package\n"));
	assert_non_null(strstr(s->p.text, "dev: that did not work: env "));
	assert_false(called(s, "cmake --preset"));
}

/* --- test --- */

static void test_ends_with_ctests_own_lines(void **state)
{
	struct scene *s = *state;

	RUN(s, "dev", "test", "-R", "unit");
	assert_true(installs(s, " libcmocka-dev "));
	assert_false(installs(s, "clang"));
	assert_true(called(s, "cmake --preset asan\n"));
	assert_true(called(s, "cmake --preset tsan\n"));
	assert_true(called(s, "ctest --test-dir build/tsan "));
	/* nothing is run, so nothing is printed, behind it */
	const char *last = strstr(s->log, "ctest --test-dir build/asan ");
	assert_non_null(last);
	assert_non_null(strstr(last, " -R unit\n"));
	assert_ptr_equal(strchr(last, '\n'), s->log + strlen(s->log) - 1);
}

static void what_lands_is_tested_with_warnings_as_errors(void **state)
{
	struct scene *s = *state;

	RUN(s, ".ci/run", NULL);
	assert_true(called(s, "cmake --preset asan -DHABLA_WERROR=ON\n"));
	assert_true(called(s, "ctest --test-dir build/asan "));
}

static void what_is_no_command_is_refused_with_the_list(void **state)
{
	struct scene *s = *state;

	assert_int_equal(run(s, "dev", (const char *const[]){"talks", NULL}),
			 1);
	assert_non_null(strstr(s->p.text, "usage: ./dev COMMAND\n"));
	assert_non_null(strstr(s->p.text, "dev: no command \"talks\"\n"));
	assert_string_equal(s->log, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(talk_installs_builds_and_talks),
		TEST(a_second_run_only_asks_and_starts),
		TEST(who_is_not_root_is_asked_by_sudo),
		TEST(a_package_that_cannot_be_had_is_said),
		TEST(test_ends_with_ctests_own_lines),
		TEST(what_lands_is_tested_with_warnings_as_errors),
		TEST(what_is_no_command_is_refused_with_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
