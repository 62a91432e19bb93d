/* Manual pages and completions, read by the programs that they are for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/commands/commands.h"
#include "client/settings/settings_table.h"
#include "net/base/text.h"
#include "tests/support/process.h"

static char *path_with_habla(void)
{
	return text_format("PATH=%s:%s", HABLA_BINARY_DIR, getenv("PATH"));
}

/* What a shell's command line prints; caller frees.  It must succeed. */
static char *output_of(const char *shell, const char *script)
{
	char *path = path_with_habla();
	struct process p;

	process_start(&p, (const char *[]){shell, "-c", script, NULL},
		      (const char *[]){path, NULL});
	int code = process_wait(&p);
	if (code)
		fail_msg("%s -c '%s': exit code %d: %s", shell, script, code,
			 p.text);
	char *text = text_copy(p.text);
	process_end(&p);
	free(path);
	return text;
}

static void assert_prints(const char *shell, const char *script,
			  const char *expected)
{
	char *text = output_of(shell, script);

	assert_string_equal(text, expected);
	free(text);
}

static void assert_page_names_flags(const char *page, int command)
{
	size_t count;
	const struct setting_row *rows = settings_rows(&count);

	for (size_t i = 0; i < count; i++) {
		if (!(rows[i].commands & (1U << command)))
			continue;
		char variable[SETTING_VARIABLE_SIZE];
		char *flag = text_format("--%s", rows[i].name);
		setting_variable(variable, &rows[i]);
		if (!rows[i].no_flag && !strstr(page, flag))
			fail_msg("%s is missing:\n%s", flag, page);
		if (!rows[i].no_variable && !strstr(page, variable))
			fail_msg("%s is missing:\n%s", variable, page);
		free(flag);
	}
}

static void each_command_has_a_sound_page_with_all_its_flags(void **state)
{
	size_t count;
	const struct command *commands = commands_all(&count);

	(void)state;
	assert_prints("sh", "habla manual | mandoc -T lint -W error", "");
	for (size_t i = 0; i < count; i++) {
		if (commands[i].settings == COMMAND_NONE)
			continue;
		char *lint = text_format(
			"habla manual %s | mandoc -T lint -W error",
			commands[i].name);
		assert_prints("sh", lint, "");
		char *show = text_format(
			"habla manual %s | mandoc -T ascii -O width=200 | "
			"sed 's/.\\x08//g'",
			commands[i].name);
		char *page = output_of("sh", show);
		assert_non_null(strstr(page, commands[i].help));
		assert_page_names_flags(page, commands[i].settings);
		free(page);
		free(show);
		free(lint);
	}
}

static void a_page_that_is_not_there_is_one_line(void **state)
{
	(void)state;
	assert_prints("sh", "habla manual tlak 2>&1; echo $?",
		      "habla manual: tlak: no command with a page; habla "
		      "--help lists the commands\n2\n");
	assert_prints("sh", "habla completions csh 2>&1; echo $?",
		      "habla completions: one of three shells is wanted; "
		      "\"habla completions bash\", zsh or fish\n2\n");
}

static void bash_completes(void **state)
{
	static const struct {
		const char *words, *expected;
	} rows[] = {
		{"ta", "talk"},
		{"talk --turn-pause ''", "high medium low"},
		{"talk --les", "--lesson --lessons"},
		{"talk --lesson ph", "photosynthesis"},
		{"talk --relay ''", ""},
		{"talk --tools assets/lessons/water",
		 "assets/lessons/water-cycle.yaml"},
		{"manual si", "sim"},
		{"completions ''", "bash zsh fish"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *script = text_format(
			". <(habla completions bash)\n"
			"COMP_WORDS=(habla %s)\n"
			"COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
			"_habla\n"
			"echo \"${COMPREPLY[*]}\"\n",
			rows[i].words);
		char *expected = text_format("%s\n", rows[i].expected);
		assert_prints("bash", script, expected);
		free(expected);
		free(script);
	}
}

static void fish_completes(void **state)
{
	static const struct {
		const char *line, *expected;
	} rows[] = {
		{"habla ta", "talk\ttalk with the tutor\n"},
		{"habla talk --lesson ph",
		 "photosynthesis\twhat the tutor teaches (docs/lessons.md)\n"},
		{"habla logi", "login\tsign in with your school's account\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *script = text_format("habla completions fish | source; "
					   "complete -C '%s'",
					   rows[i].line);
		assert_prints("fish", script, rows[i].expected);
		free(script);
	}
}

static void zsh_completes(void **state)
{
	char *path = path_with_habla();
	struct process p;

	(void)state;
	process_start_on_terminal(&p, (const char *[]){"zsh", "-f", "-i", NULL},
				  (const char *[]){path, "TERM=xterm", NULL});
	process_type(&p, "autoload -Uz compinit; compinit -D -u; "
			 "source <(habla completions zsh); echo rea''dy\n");
	process_expect(&p, "ready\r\n");
	size_t from = p.length;
	process_type(&p, "habla talk --turn-pause=\t");
	process_expect_from(&p, from, "medium");
	process_type(&p, "\x15habla talk --lesson=photos\t");
	process_expect_from(&p, from, "ynthesis");
	process_type(&p, "\x15"
			 "exit\n");
	process_wait(&p);
	process_end(&p);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_command_has_a_sound_page_with_all_its_flags),
		cmocka_unit_test(a_page_that_is_not_there_is_one_line),
		cmocka_unit_test(bash_completes),
		cmocka_unit_test(fish_completes),
		cmocka_unit_test(zsh_completes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
