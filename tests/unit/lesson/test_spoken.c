/* Spoken: the words that are heard when a text of a lesson is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/lesson/judge.h"
#include "client/lesson/spoken.h"
#include "net/base/bytes.h"
#include "tests/support/lesson.h"

static char *spoken(enum lesson_language language, const char *text)
{
	struct bytes b;

	bytes_init(&b, 1 << 16);
	lesson_spoken(&b, language, text);
	assert_int_equal(b.failed, 0);
	char *said = bytes_take_text(&b);
	assert_non_null(said);
	return said;
}

static void numbers_names_and_signs_become_words(void **state)
{
	static const struct {
		enum lesson_language language;
		const char *text, *wanted;
	} rows[] = {
		{LESSON_ENGLISH, "CO2", "c o two"},
		{LESSON_ENGLISH, "WBS", "w b s"},
		{LESSON_ENGLISH, "3/4", "three quarters"},
		{LESSON_ENGLISH, "1/2", "one half"},
		{LESSON_ENGLISH, "6/49", "six over forty nine"},
		{LESSON_ENGLISH, "1 3/4", "one and three quarters"},
		{LESSON_ENGLISH, "0.75", "zero point seven five"},
		{LESSON_ENGLISH, "75%", "seventy five percent"},
		{LESSON_ENGLISH, "2,500", "two thousand five hundred"},
		{LESSON_ENGLISH, "1000206", "one million two hundred six"},
		{LESSON_ENGLISH, "Isn\xE2\x80\x99t it?", "isn't it"},
		{LESSON_ENGLISH, "The sun's rays, I think.",
		 "the sun's rays i think"},
		{LESSON_ENGLISH, "twenty-five", "twenty five"},
		{LESSON_ENGLISH, "", ""},
		{LESSON_ENGLISH, "?!", ""},
		{LESSON_SPANISH,
		 "\xC2\xBF"
		 "Cu\xC3\xA1nto cuesta?",
		 "cu\xC3\xA1nto cuesta"},
		{LESSON_SPANISH, "\xC3\x81RBOL", "\xC3\xA1rbol"},
		{LESSON_SPANISH, "8:30", "ocho treinta"},
		{LESSON_SPANISH, "16", "diecis\xC3\xA9is"},
		{LESSON_SPANISH, "105", "ciento cinco"},
		{LESSON_SPANISH, "1.000", "mil"},
		{LESSON_SPANISH, "0,75", "cero coma siete cinco"},
		{LESSON_SPANISH, "3/4", "tres cuartos"},
		{LESSON_SPANISH, "50%", "cincuenta por ciento"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *said = spoken(rows[i].language, rows[i].text);

		assert_string_equal(said, rows[i].wanted);
		free(said);
	}
}

/* What a recogniser writes when an accepted wording is said is right. */
static void each_wording_is_right_as_it_is_spoken(void **state)
{
	(void)state;
	for (size_t i = 0; i < ASSET_LESSON_COUNT; i++) {
		struct lesson *l = asset_lesson(asset_lesson_names[i]);
		struct judge *judge;

		assert_int_equal(judge_create(&judge, l), 0);
		for (size_t s = 0; s < l->step_count; s++)
			for (size_t a = 0; a < l->steps[s].answer_count; a++) {
				const struct lesson_words *w =
					&l->steps[s].answers[a];
				for (size_t k = 0;
				     w->need == 1 && k < w->parts[0].count;
				     k++) {
					struct judgement j;
					char *said = spoken(
						l->language,
						w->parts[0].wordings[k].text);

					judge_answer(judge, s, said,
						     JUDGE_HEARD, &j);
					if (j.verdict != JUDGE_RIGHT)
						fail_msg("%s: \"%s\"",
							 l->steps[s].id, said);
					free(said);
				}
			}
		judge_free(judge);
		lesson_free(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_names_and_signs_become_words),
		cmocka_unit_test(each_wording_is_right_as_it_is_spoken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
