#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/aws/command_words.h"
#include "net/base/problem.h"

static void words_are_split_as_a_shell_does(void **state)
{
	static const struct {
		const char *command, *words[5];
	} rows[] = {
		{"aws", {"aws"}},
		{"  a\tb \n c ", {"a", "b", "c"}},
		{"'a b' \"c d\"", {"a b", "c d"}},
		{"a'b'c\"d\"e", {"abcde"}},
		{"a\\ b \\'", {"a b", "'"}},
		{"'a\\b' \"a\\b\"", {"a\\b", "a\\b"}},
		{"\"a\\\"b\" \"a\\\\b\"", {"a\"b", "a\\b"}},
		{"\"it's\" 'say \"x\"'", {"it's", "say \"x\""}},
		{"'' \"\"", {"", ""}},
		{"$HOME `id` ; * | &", {"$HOME", "`id`", ";", "*", "|"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char **words = NULL;
		assert_int_equal(0,
				 command_words_split(&words, rows[i].command));
		size_t n = 0;
		while (n < 5 && rows[i].words[n]) {
			assert_non_null(words[n]);
			assert_string_equal(rows[i].words[n], words[n]);
			n++;
		}
		if (n < 5)
			assert_null(words[n]);
		command_words_free(words);
	}
}

static void what_has_no_end_is_refused(void **state)
{
	static const char *const commands[] = {"",      "  ",   "'a",
					       "a \"b", "a \\", "\"\\"};

	(void)state;
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		char **words = NULL;
		assert_int_equal(PROBLEM_FORMAT,
				 command_words_split(&words, commands[i]));
		assert_null(words);
	}
	assert_null(command_words_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_split_as_a_shell_does),
		cmocka_unit_test(what_has_no_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
