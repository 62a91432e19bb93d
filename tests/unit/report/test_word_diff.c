/* Word diff: alignment, word error rate, and what a person is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/report/word_diff.h"
#include "net/base/problem.h"

struct row {
	const char *expected, *got, *text;
	size_t words, replaced, missing, added;
};

static void check(enum word_diff_span span, const struct row *rows,
		  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct word_diff d;
		assert_int_equal(word_diff_make(&d, LESSON_ENGLISH,
						rows[i].expected, rows[i].got,
						span),
				 0);
		if (strcmp(d.text, rows[i].text) != 0)
			fail_msg("\"%s\" / \"%s\": \"%s\", wanted \"%s\"",
				 rows[i].expected, rows[i].got, d.text,
				 rows[i].text);
		assert_int_equal(d.expected, rows[i].words);
		assert_int_equal(d.replaced, rows[i].replaced);
		assert_int_equal(d.missing, rows[i].missing);
		assert_int_equal(d.added, rows[i].added);
		word_diff_deinit(&d);
	}
}

static void whole_texts_are_aligned_word_by_word(void **state)
{
	static const struct row rows[] = {
		{"Red, green.", "red green", "red green", 2, 0, 0, 0},
		{"The leaf takes in CO2, isn't it?",
		 "a leaf takes c o two is not it",
		 "[-the-] {+a+} leaf takes [-in-] co2 is not it", 8, 1, 1, 0},
		{"three quarters", "3/4", "3/4", 1, 0, 0, 0},
		{"Caf\xC3\xA9!", "um, cafe", "cafe", 1, 0, 0, 0},
		{"leaf", "leaves", "[-leaf-] {+leaves+}", 1, 1, 0, 0},
		{"red green", "red very dark green", "red {+very dark+} green",
		 2, 0, 0, 2},
		{"red green blue", "blue", "[-red green-] blue", 3, 0, 2, 0},
		{"red green", "", "[-red green-]", 2, 0, 2, 0},
		{"", "red", "{+red+}", 0, 0, 0, 1},
		{"", "", "", 0, 0, 0, 0},
		{"red green blue", "pink grey black white",
		 "[-red green blue-] {+pink grey black white+}", 3, 3, 0, 1},
	};

	(void)state;
	check(WORD_DIFF_WHOLE, rows, sizeof rows / sizeof *rows);
}

static void a_phrase_is_compared_with_its_nearest_place(void **state)
{
	static const struct row rows[] = {
		{"carbon dioxide", "A leaf takes in carbon dioxide, by day.",
		 "... carbon dioxide ...", 2, 0, 0, 0},
		{"carbon dioxide", "Carbon dioxide", "carbon dioxide", 2, 0, 0,
		 0},
		{"carbon dioxide", "It is carbon monoxide here",
		 "... carbon [-dioxide-] {+monoxide+} ...", 2, 1, 0, 0},
		{"red green", "blue", "[-red green-] ...", 2, 0, 2, 0},
		{"red", "", "[-red-]", 1, 0, 1, 0},
		{"red green", "red, then green", "red [-green-] {+then+} ...",
		 2, 1, 0, 0},
	};

	(void)state;
	check(WORD_DIFF_WITHIN, rows, sizeof rows / sizeof *rows);
}

static double rate(const char *expected, const char *got)
{
	struct word_diff d;

	assert_int_equal(word_diff_make(&d, LESSON_ENGLISH, expected, got,
					WORD_DIFF_WHOLE),
			 0);
	double wer = word_diff_error_rate(&d);
	assert_true(word_diff_is_same(&d) ==
		    (wer == 0 && strlen(expected) > 0));
	word_diff_deinit(&d);
	return wer;
}

static void the_error_rate_is_of_the_expected_words(void **state)
{
	(void)state;
	assert_float_equal(rate("red green blue pink", "red green blue pink"),
			   0, 0);
	assert_float_equal(rate("red green blue pink", "red grey pink"), 0.5,
			   0);
	assert_float_equal(rate("red", "pink blue grey"), 3, 0);
	assert_float_equal(rate("red", ""), 1, 0);
	assert_float_equal(rate("", "red"), 1, 0);
	assert_float_equal(rate("", ""), 0, 0);
}

static void long_texts_are_read_to_their_end(void **state)
{
	enum { SENTENCES = 400 };
	static const char sentence[] = "Three quarters of it isn't red. ";
	char *text = malloc(SENTENCES * sizeof sentence);
	struct word_diff d;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < SENTENCES; i++)
		memcpy(text + i * (sizeof sentence - 1), sentence,
		       sizeof sentence);
	assert_int_equal(word_diff_make(&d, LESSON_ENGLISH, text, text,
					WORD_DIFF_WHOLE),
			 0);
	assert_true(word_diff_is_same(&d));
	assert_int_equal(d.expected, SENTENCES * 6); /* 3/4 of it is not red */
	word_diff_deinit(&d);

	/* one sentence without end, and one word without end */
	for (char *c = text; *c; c++)
		if (*c == '.')
			*c = ' ';
	assert_int_equal(word_diff_make(&d, LESSON_ENGLISH, text, text,
					WORD_DIFF_WHOLE),
			 0);
	assert_true(word_diff_is_same(&d));
	assert_true(d.expected >= SENTENCES * 6);
	word_diff_deinit(&d);
	memset(text, 'x', strlen(text));
	assert_int_equal(word_diff_make(&d, LESSON_ENGLISH, text, "x",
					WORD_DIFF_WHOLE),
			 0);
	assert_true(d.expected > 0);
	word_diff_deinit(&d);
	free(text);
}

static void texts_too_long_to_compare_are_refused(void **state)
{
	enum { WORDS = 9000 };
	char *text = malloc(2 * WORDS + 1);
	struct word_diff d;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < WORDS; i++)
		memcpy(text + 2 * i, "i ", 3);
	assert_int_equal(word_diff_make(&d, LESSON_ENGLISH, text, text,
					WORD_DIFF_WHOLE),
			 PROBLEM_LIMIT);
	assert_null(d.text);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_texts_are_aligned_word_by_word),
		cmocka_unit_test(a_phrase_is_compared_with_its_nearest_place),
		cmocka_unit_test(the_error_rate_is_of_the_expected_words),
		cmocka_unit_test(long_texts_are_read_to_their_end),
		cmocka_unit_test(texts_too_long_to_compare_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
