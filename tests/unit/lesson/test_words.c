/* Words: what a text becomes before it is compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/lesson/words.h"

enum { LINE_SIZE = 4096 };

/* Each word that counts by its stem, a negated one with "-" before it, one that
 * was taken back with "~"; the others in "()" when all is wanted; "," where a
 * clause ends. */
static void write_words(char out[LINE_SIZE], const struct words *w, bool all)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < w->count; i++) {
		const struct word *word = &w->list[i];
		bool counts = word_counts(word);
		if (!counts && !all && !(word->flags & WORD_RETRACTED))
			continue;
		if (word->flags & WORD_RETRACTED && word->flags & WORD_LITTLE)
			continue;
		n += (size_t)snprintf(out + n, LINE_SIZE - n, "%s%s%s%s",
				      n ? " " : "",
				      word->flags & WORD_RETRACTED ? "~" : "",
				      word->flags & WORD_NEGATED ? "-" : "",
				      word->stem);
	}
}

struct row {
	const char *text, *wanted;
};

static void check(enum lesson_language language, const struct row *rows,
		  size_t count)
{
	struct words w;
	char line[LINE_SIZE];

	for (size_t i = 0; i < count; i++) {
		words_read(&w, language, rows[i].text);
		write_words(line, &w, false);
		if (strcmp(line, rows[i].wanted) != 0)
			fail_msg("\"%s\": \"%s\", wanted \"%s\"", rows[i].text,
				 line, rows[i].wanted);
	}
}

#define CHECK(language, rows) check(language, rows, sizeof rows / sizeof *rows)

static void case_accents_signs_and_fillers_do_not_count(void **state)
{
	static const struct row rows[] = {
		{"Um, the OXYGEN!", "oxygen"},
		{"\xC3\x89LAN caf\xC3\xA9 na\xC3\xAFve", "elan caf naiv"},
		{"e\xCC\x81lan", "elan"}, /* the accent by itself */
		{"CO\xE2\x82\x82", "co2"},
		{"\xC3\x86gir, stra\xC3\x9F"
		 "e",
		 "aegir stras"},
		{"uh er hmm", ""},
		{"", ""},
		{"\xFF\xFEoxygen\xC3", "oxygen"},    /* no UTF-8: passed over */
		{"\xD0\xBB\xD0\xB8\xD1\x81\xD1\x82", /* stays as it is */
		 "\xD0\xBB\xD0\xB8\xD1\x81\xD1\x82"},
	};

	(void)state;
	CHECK(LESSON_ENGLISH, rows);
}

static void numbers_have_one_form(void **state)
{
	static const struct row rows[] = {
		{"three quarters", "3/4"},
		{"three fourths", "3/4"},
		{"3/4", "3/4"},
		{"three over four", "3/4"},
		{"3 out of 4", "3/4"},
		{"a quarter", "1/4"},
		{"half", "1/2"},
		{"one half of one third", "1/2 1/3"},
		{"six forty-ninths", "6/49"},
		{"6/8", "6/8"}, /* is not 3/4 */
		{"one and three quarters", "1+3/4"},
		{"1 3/4", "1+3/4"},
		{"1\xC2\xBE", "1+3/4"},
		{"two and a half", "2+1/2"},
		{"twenty-five per cent", "25 percent"},
		{"25%", "25 percent"},
		{"zero point seven five", "0.75"},
		{"0.750", "0.75"},
		{".5", "0.5"},
		{"two hundred and five", "205"},
		{"a hundred", "100"},
		{"nineteen thousand three hundred twelve", "19312"},
		{"two million", "2000000"},
		{"2,500", "2500"},
		{"007", "7"},
		{"two, three", "2 3"},
		{"two three", "2 3"},
		{"twenty fifth", "20 fifth"},
		{"three, quarters", "3 quarter"},
		{"this one", "one"},
		{"one", "1"},
		{"8:30", "8 30"},
		{"1/2/2020", "1/2/2020"},
		{"99999999999999999999 9/0", "99999999999999999999 9/0"},
		{"c o two", "co2"},
		{"my C.V.", "cv"},
		{"W B S", "wbs"},
		{"I, a robot", "robot"},
	};
	static const struct row spanish[] = {
		{"tres cuartos", "3/4"},
		{"un tercio", "1/3"},
		{"un cuarto doble", "cuarto dobl"}, /* a room */
		{"las ocho y media", "8+1/2"},
		{"ocho y cuarto", "8+1/4"},
		{"treinta y cinco", "35"},
		{"diecis\xC3\xA9is", "16"},
		{"doscientos cinco", "205"},
		{"dos mil tres", "2003"},
		{"mil", "1000"},
		{"un mill\xC3\xB3n", "1000000"},
		{"0,75", "0.75"},
		{"1.000", "1000"},
		{"setenta y cinco por ciento", "75 percent"},
		{"cero coma siete cinco", "0.75"},
		{"uno", "1"},
	};

	(void)state;
	CHECK(LESSON_ENGLISH, rows);
	CHECK(LESSON_SPANISH, spanish);
}

static void inflections_share_a_stem(void **state)
{
	static const char *const english[][5] = {
		{"evaporation", "evaporate", "evaporates", "evaporating",
		 "evaporated"},
		{"reflect", "reflects", "reflected", "reflecting",
		 "reflection"},
		{"stop", "stops", "stopped", "stopping", "stop"},
		{"leaf", "leaves", "leaf", "leaves", "leaf"},
		{"study", "studies", "studied", "studying", "study"},
		{"take", "takes", "took", "taken", "taking"},
		{"organise", "organize", "organised", "organizing",
		 "organizes"},
		{"colour", "color", "colours", "colors", "coloured"},
		{"weakness", "weaknesses", "weakness", "weakness", "weakness"},
		{"gas", "gases", "gas", "gas", "gas"},
		{"quick", "quickly", "quick", "quick", "quick"},
		{"die", "dies", "died", "dying", "die"},
		{"supply", "supplies", "supplied", "supply", "supplies"},
	};
	static const char *const apart[][2] = {
		{"chlorophyll", "chloroplast"},
		{"numerator", "denominator"},
		{"carbon", "carbonic"},
		{"stakeholder", "shareholder"},
		{"need", "ne"},
		{"string", "str"},
		{"evaporation", "evaluation"},
		{"nothing", "not"},
		{"snow", "now"},
		{"oxygen", "oxide"},
		{"scope", "scoop"},
	};
	struct words a, b;

	(void)state;
	for (size_t i = 0; i < sizeof english / sizeof *english; i++)
		for (size_t k = 1; k < 5; k++) {
			words_read(&a, LESSON_ENGLISH, english[i][0]);
			words_read(&b, LESSON_ENGLISH, english[i][k]);
			if (strcmp(a.list[0].stem, b.list[0].stem) != 0)
				fail_msg("%s: %s, %s: %s", english[i][0],
					 a.list[0].stem, english[i][k],
					 b.list[0].stem);
		}
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
		words_read(&a, LESSON_ENGLISH, apart[i][0]);
		words_read(&b, LESSON_ENGLISH, apart[i][1]);
		assert_string_not_equal(a.list[0].stem, b.list[0].stem);
	}
	static const struct row spanish[] = {
		{"noche noches tren trenes luz luces",
		 "noch noch tren tren luc luc"},
		{"cuenta cuento", "cuenta cuento"},
	};
	CHECK(LESSON_SPANISH, spanish);
}

static void negation_reaches_as_far_as_it_is_meant(void **state)
{
	static const struct row rows[] = {
		{"not oxygen", "-oxygen"},
		{"It isn't oxygen", "-oxygen"},
		{"it isnt oxygen", "-oxygen"},
		{"I don't think that it is oxygen", "-think -oxygen" + 7},
		{"not oxygen but carbon dioxide", "-oxygen carbon dioxid"},
		{"it isn't oxygen, it's carbon dioxide",
		 "-oxygen carbon dioxid"},
		{"it isn't oxygen it's carbon dioxide",
		 "-oxygen carbon dioxid"},
		{"plants do not need soil they need water",
		 "-plant -need -soil need water"},
		{"oxygen is not", "-oxygen"},
		{"oxygen is not, carbon dioxide is", "-oxygen carbon dioxid"},
		{"without light the plant dies", "-light plant die"},
		{"no oxygen", "-oxygen"},
		{"No, oxygen", "no oxygen"},
		{"no it's oxygen", "no oxygen"},
		{"no", "no"},
		{"It's oxygen, isn't it?", "oxygen"},
		{"not only oxygen but also sugar", "oxygen sugar"},
		{"neither water nor light", "-water -light"},
		{"I don't know, oxygen", "oxygen"},
		{"I'm not sure, oxygen", "oxygen"},
		{"I don't know what oxygen is", "-know -oxygen"},
		{"never oxygen", "-oxygen"},
		{"because it can't breathe it dies", "-breath die"},
	};
	static const struct row spanish[] = {
		{"no es ox\xC3\xADgeno", "-oxigeno"},
		{"No es ox\xC3\xADgeno, es agua", "-oxigeno agua"},
		{"no es ox\xC3\xADgeno es agua", "-oxigeno agua"},
		{"no, agua", "no agua"},
		{"sin leche", "-lech"},
		{"el agua no", "-agua"},
		{"no s\xC3\xA9, la cuenta", "cuenta"},
		{"no ox\xC3\xADgeno sino agua", "-oxigeno agua"},
	};

	(void)state;
	CHECK(LESSON_ENGLISH, rows);
	CHECK(LESSON_SPANISH, spanish);
}

static void what_was_taken_back_does_not_count(void **state)
{
	static const struct row rows[] = {
		{"oxygen, no, carbon dioxide", "~oxygen ~no carbon dioxid"},
		{"water and oxygen, I mean, carbon dioxide",
		 "water ~oxygen ~mean carbon dioxid"},
		{"oxygen no wait carbon dioxide",
		 "~oxygen ~no ~wait carbon dioxid"},
		{"oxygen, sorry, carbon dioxide",
		 "~oxygen ~sorri carbon dioxid"},
		{"it must wait for light", "wait light"},
		{"I mean oxygen", "mean oxygen"},
		{"sorry, oxygen", "sorri oxygen"},
		{"oxygen, sorry", "oxygen sorri"},
	};

	(void)state;
	CHECK(LESSON_ENGLISH, rows);
}

static void a_text_of_little_words_means_them(void **state)
{
	static const struct row rows[] = {
		{"it is", "it be"},
		{"to be or not to be", "to be or -to -be"},
	};
	struct words w;

	(void)state;
	CHECK(LESSON_ENGLISH, rows);
	words_read(&w, LESSON_ENGLISH, "it is");
	assert_true(w.little);
	words_read(&w, LESSON_ENGLISH, "it is green");
	assert_false(w.little);
}

static void long_words_and_long_texts_are_cut_and_nothing_breaks(void **state)
{
	static char text[64 * 1024];
	struct words w;

	(void)state;
	memset(text, 'x', sizeof text - 1);
	words_read(&w, LESSON_ENGLISH, text);
	assert_int_equal(w.count, 1);
	assert_int_equal(strlen(w.list[0].text), WORD_SIZE - 1);
	for (size_t i = 0; i + 3 < sizeof text; i += 3)
		memcpy(text + i, "ab ", 3);
	words_read(&w, LESSON_ENGLISH, text);
	assert_int_equal(w.count, WORDS_MOST);
	/* contractions at the end of the room */
	for (size_t i = 0; i + 6 < sizeof text; i += 6)
		memcpy(text + i, "isn't ", 6);
	words_read(&w, LESSON_ENGLISH, text);
	assert_int_equal(w.count, WORDS_MOST);
	for (size_t i = 0; i + 4 < sizeof text; i += 4)
		memcpy(text + i, "1/2 ", 4);
	words_read(&w, LESSON_ENGLISH, text);
	assert_int_equal(w.count, WORDS_MOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_accents_signs_and_fillers_do_not_count),
		cmocka_unit_test(numbers_have_one_form),
		cmocka_unit_test(inflections_share_a_stem),
		cmocka_unit_test(negation_reaches_as_far_as_it_is_meant),
		cmocka_unit_test(what_was_taken_back_does_not_count),
		cmocka_unit_test(a_text_of_little_words_means_them),
		cmocka_unit_test(
			long_words_and_long_texts_are_cut_and_nothing_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
