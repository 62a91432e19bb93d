/* Lesson files: what is read from them, and what is said about wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/lesson/lesson.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/document.h"

/* A lesson that is right; tests change one line of it. */
static const char good[] = "title: T\n"                          /* 1 */
			   "language: en\n"                      /* 2 */
			   "level: A2\n"                         /* 3 */
			   "goals: [Know it.]\n"                 /* 4 */
			   "opener: Hello!\n"                    /* 5 */
			   "steps:\n"                            /* 6 */
			   "  - id: one\n"                       /* 7 */
			   "    question: What is green?\n"      /* 8 */
			   "    answers: [leaf | leaves]\n"      /* 9 */
			   "    hints: [It grows on a tree.]\n"  /* 10 */
			   "    explanation: A leaf is green.\n" /* 11 */
			   "    mistakes:\n"                     /* 12 */
			   "      - words: flower\n"             /* 13 */
			   "        reply: That is red.\n"       /* 14 */
			   "vocabulary:\n"                       /* 15 */
			   "  - word: leaf\n"                    /* 16 */
			   "    meaning: a green part\n"         /* 17 */
			   "close: Goodbye!\n";                  /* 18 */

/* good with line number so (from 1) replaced; caller frees. */
static char *with_line(unsigned line, const char *text)
{
	struct bytes b;
	const char *at = good;

	bytes_init(&b, 1 << 20);
	for (unsigned n = 1; *at; n++) {
		size_t length = strcspn(at, "\n") + 1;
		if (n == line)
			bytes_append_text(&b, text);
		else
			bytes_append(&b, at, length);
		at += length;
	}
	char *whole = bytes_take_text(&b);
	assert_non_null(whole);
	return whole;
}

static void refused(const char *text, const char *wanted)
{
	struct lesson *l = NULL;
	struct problem p = {0};
	int err = lesson_read_text(&l, "l.yaml", text, strlen(text), &p);

	if (err == 0)
		fail_msg("accepted, wanted \"%s\"", wanted);
	assert_int_equal(err, p.code);
	assert_null(l);
	if (!strstr(p.text, wanted))
		fail_msg("\"%s\" has no \"%s\"", p.text, wanted);
}

static void a_wrong_line_is_refused_with_its_place_and_a_remedy(void **state)
{
	static const struct {
		unsigned line;
		const char *text, *wanted;
	} rows[] = {
		{1, "titel: T\n",
		 "l.yaml:1:1: unknown key \"titel\"; did you mean \"title\"?"},
		{1, "", "l.yaml:1:1: \"title\" is missing; add it"},
		{1, "title: \"  \"\n", "l.yaml:1:8: title: the text is empty"},
		{1, "title:\n", "title: wanted a text"},
		{1, "title: [T]\n", "l.yaml:1:8: title: wanted a text; a text"},
		{1, "title: T: U\n", "l.yaml:1:"},
		{1, "id: a b\ntitle: T\n",
		 "l.yaml:1:5: id: wanted letters a to z, digits"},
		{2, "language: fr\n", "l.yaml:2:11: wanted one of en, es"},
		{2, "", "\"language\" is missing"},
		{3, "level: a2\n",
		 "l.yaml:3:8: \"a2\" is none of A1, A2, B1, B2, C1, C2; did "
		 "you mean \"A2\"?"},
		{3, "", "\"level\" is missing"},
		{4, "goals: []\n", "l.yaml:4:8: goals: the list is empty"},
		{4, "", "\"goals\" is missing"},
		{5, "", "\"opener\" is missing"},
		{7, "  - id: one two\n", "l.yaml:7:9: id: wanted letters"},
		{7, "  - idd: one\n",
		 "l.yaml:7:5: unknown key \"idd\"; did you mean \"id\"?"},
		{8, "", "l.yaml:7:5: \"question\" is missing"},
		{8, "    question: ''\n", "l.yaml:8:15: question: wanted a "},
		{9, "", "l.yaml:7:5: a step without answers; add \"answers\""},
		{9, "    answers: []\n", "l.yaml:9:14: answers: the list is "},
		{9, "    answers: [leaf |]\n",
		 "l.yaml:9:15: nothing stands beside a \"|\""},
		{9, "    answers: [leaf || leaves]\n", "nothing stands beside"},
		{9, "    answers: [=]\n", "nothing stands beside a \"|\" or"},
		{9, "    answers: ['']\n", "the words are missing"},
		{9, "    answers: [[leaf, green]]\n",
		 "l.yaml:9:15: wanted words, like: sunlight | the sun; "
		 "several that must all be there are written {parts: [...]}"},
		{9, "    answers: [{parts: [leaf], need: 2}]\n",
		 "need: wanted a whole number from 1 to 1"},
		{9, "    answers: [{part: [leaf]}]\n",
		 "unknown key \"part\"; did you mean \"parts\"?"},
		{9, "    answers: [{need: 1}]\n", "\"parts\" is missing"},
		{9, "    answers: [{parts: []}]\n", "parts: the list is empty"},
		{10, "", "\"hints\" is missing"},
		{10, "    hints: [' ']\n", "hints: the text is empty"},
		{10, "    hints: [{a: b}]\n",
		 "hints: wanted a text; a text "
		 "with \": \" in it needs quotes"},
		{11, "", "\"explanation\" is missing"},
		{13, "      - word: flower\n",
		 "l.yaml:13:9: unknown key \"word\"; did you mean \"words\"?"},
		{13, "      - reply: x\n", "l.yaml:14:9: \"reply\" is already"},
		{14, "", "l.yaml:13:9: \"reply\" is missing"},
		{16, "  - word: leaf\n    meaning: x\n  - word: Leaf\n",
		 "l.yaml:18:11: word: \"Leaf\" is in the vocabulary already"},
		{17, "", "\"meaning\" is missing"},
		{18, "close: \"\xff\"\n", "l.yaml:"},
		{18, "", "\"close\" is missing"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = with_line(rows[i].line, rows[i].text);

		refused(text, rows[i].wanted);
		free(text);
	}
	refused("- a\n", "wanted a map, found a list");
	refused("", "l.yaml: the file is empty");
}

static void what_a_teacher_gets_wrong_is_refused(void **state)
{
	static const struct {
		unsigned line;
		const char *text, *wanted;
	} rows[] = {
		{8, "    question: Is a leaf green?\n",
		 "l.yaml:8:15: question: it holds the answer \"leaf\"; ask in "
		 "other words"},
		{8, "    question: Is it the flower that is green?\n",
		 "l.yaml:8:15: question: it holds the mistake \"flower\""},
		{9, "    answers: [leaf, the flower]\n",
		 "l.yaml:13:16: \"flower\" is a mistake and would be taken for "
		 "the answer \"the flower\"; change one of them"},
		{9, "    answers: [leaf, '!']\n",
		 "l.yaml:9:21: \"!\" has no word that can be compared"},
		{9,
		 "    answers: [leaf, aa bb cc dd ee ff gg hh ii jj kk ll mm "
		 "nn oo pp qq]"
		 "\n",
		 "has 16 words or more"},
		{10, "    hints: [It grows., It is the leaf.]\n",
		 "l.yaml:10:24: hints: this one gives the answer \"leaf\" "
		 "away; that is what \"explanation\" is for"},
		{11, "    explanation: It is green.\n",
		 "l.yaml:11:18: explanation: it does not say the answer "
		 "\"leaf\""},
		{11, "    explanation: It is not a leaf.\n",
		 "explanation: it does not say the answer"},
		{13, "      - words: flower | Leaves!\n",
		 "l.yaml:13:16: \"Leaves!\" is a mistake and would be taken "
		 "for the answer \"leaf\""},
		{13,
		 "      - words: flower | red flower\n        reply: No.\n"
		 "      - words: the flowers\n",
		 "l.yaml:15:16: \"the flowers\" shows the mistake \"flower\" "
		 "already; remove one of them"},
		{14, "        reply: No, it is the leaf.\n",
		 "l.yaml:14:16: reply: it gives the answer \"leaf\" away"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = with_line(rows[i].line, rows[i].text);

		refused(text, rows[i].wanted);
		free(text);
	}
}

static void a_question_may_ask_for_a_choice(void **state)
{
	char *text = with_line(8, "    question: Leaf or flower, which is "
				  "green?\n");
	struct lesson *l = NULL;
	struct problem p = {0};

	(void)state;
	if (lesson_read_text(&l, "l.yaml", text, strlen(text), &p))
		fail_msg("%s", p.text);
	lesson_free(l);
	free(text);
}

static void two_steps_of_one_id_are_refused(void **state)
{
	char *text = with_line(12, "  - id: one\n"
				   "    question: And what is blue?\n"
				   "    answers: sky\n"
				   "    hints: Look up.\n"
				   "    explanation: The sky.\n"
				   "    mistakes:\n");

	(void)state;
	refused(text, "l.yaml:12:9: id: step 1 is named \"one\" too; rename");
	free(text);
}

/* Something n times, with a number in it. */
static char *repeated(const char *head, const char *format, unsigned n,
		      const char *tail)
{
	struct bytes b;

	bytes_init(&b, 1 << 20);
	bytes_append_text(&b, head);
	for (unsigned i = 0; i < n; i++)
		bytes_append_format(&b, "%s%u", format, i);
	bytes_append_text(&b, tail);
	char *text = bytes_take_text(&b);
	assert_non_null(text);
	return text;
}

static void what_is_too_long_or_too_much_is_refused(void **state)
{
	static const struct {
		unsigned line;
		const char *head, *format;
		unsigned most; /* so many are fine, one more is not */
		const char *tail, *wanted;
	} rows[] = {
		{4, "goals: [g", ", g", LESSON_GOALS_MOST - 1, "]\n",
		 "l.yaml:4:8: goals: more than 16"},
		{9, "    answers: [leaf", ", a", LESSON_ANSWERS_MOST - 1, "]\n",
		 "answers: more than 32"},
		{9, "    answers: [leaf", " | b", LESSON_WORDINGS_MOST - 1,
		 "]\n", "more than 64 wordings"},
		{9, "    answers: [{need: 1, parts: [leaf", ", c",
		 LESSON_PARTS_MOST - 1, "]}]\n", "parts: more than 24"},
		{10, "    hints: [h", ", h", LESSON_HINTS_MOST - 1, "]\n",
		 "hints: more than 8"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (unsigned extra = 0; extra < 2; extra++) {
			char *line = repeated(rows[i].head, rows[i].format,
					      rows[i].most + extra,
					      rows[i].tail);
			char *text = with_line(rows[i].line, line);
			struct lesson *l = NULL;
			struct problem p = {0};

			if (extra)
				refused(text, rows[i].wanted);
			else if (lesson_read_text(&l, "l.yaml", text,
						  strlen(text), &p))
				fail_msg("%s", p.text);
			lesson_free(l);
			free(text);
			free(line);
		}
	char *long_text = repeated("    question: What?", " and", 400, "\n");
	char *text = with_line(8, long_text);
	refused(text, "l.yaml:8:15: question: longer than 1000 bytes");
	free(text);
	free(long_text);
}

static void the_example_of_the_page_says_what_the_page_says(void **state)
{
	char *text = document_example("lessons.md");
	struct lesson *l = NULL;
	struct problem p = {0};

	(void)state;
	if (lesson_read_text(&l, "x/y.yaml", text, strlen(text), &p))
		fail_msg("%s", p.text);
	assert_string_equal(l->id, "leaf");
	assert_string_equal(l->title, "The leaf");
	assert_int_equal(l->language, LESSON_ENGLISH);
	assert_int_equal(l->level, LESSON_A2);
	assert_int_equal(l->goal_count, 1);
	assert_string_equal(l->system, "You are a cheerful biology tutor.");
	assert_string_equal(l->opener, "Hello! Today we look at a leaf.");
	assert_int_equal(l->step_count, 2);

	const struct lesson_step *needs = &l->steps[0], *edge = &l->steps[1];
	assert_int_equal(needs->answer_count, 1);
	assert_int_equal(needs->answers[0].count, 3);
	assert_int_equal(needs->answers[0].need, 3);
	assert_int_equal(needs->answers[0].parts[0].count, 3);
	assert_string_equal(needs->answers[0].parts[0].wordings[2].text,
			    "the sun");
	assert_int_equal(needs->hint_count, 2);
	assert_int_equal(needs->mistake_count, 2);
	assert_int_equal(needs->mistakes[1].words.count, 1);
	assert_int_equal(needs->mistakes[1].words.parts[0].count, 3);
	assert_int_equal(edge->answers[0].need, 2);
	assert_int_equal(edge->answers[0].count, 4);
	assert_int_equal(edge->answers[1].need, 1);
	assert_int_equal(edge->hint_count, 1);
	assert_int_equal(edge->mistake_count, 0);
	assert_int_equal(l->word_count, 1);
	assert_string_equal(l->vocabulary[0].word, "lobe");
	assert_string_equal(l->close, "Well done. Goodbye!");
	assert_int_equal(lesson_find_step(l, "edge"), 1);
	assert_int_equal(lesson_find_step(l, "none"), 2);
	lesson_free(l);
	free(text);
}

static void texts_are_joined_and_wordings_are_trimmed(void **state)
{
	char *text = with_line(9, "    answers: |\n"
				  "      leaf\n"
				  "      |   = The  leaf | green leaves  \n");
	struct lesson *l = NULL;
	struct problem p = {0};

	(void)state;
	if (lesson_read_text(&l, "dir/some-name.yaml", text, strlen(text), &p))
		fail_msg("%s", p.text);
	const struct lesson_part *part = &l->steps[0].answers[0].parts[0];
	assert_string_equal(l->id, "some-name");
	assert_int_equal(part->count, 3);
	assert_string_equal(part->wordings[0].text, "leaf");
	assert_false(part->wordings[0].exact);
	assert_true(part->wordings[1].exact);
	assert_string_equal(part->wordings[1].text, "The  leaf");
	assert_string_equal(part->wordings[2].text, "green leaves");
	lesson_free(l);
	free(text);

	text = with_line(5, "opener: >\n  Hello,\n  my  friend!\n\n  Well.\n");
	if (lesson_read_text(&l, "l.yaml", text, strlen(text), &p))
		fail_msg("%s", p.text);
	assert_string_equal(l->opener, "Hello, my friend! Well.");
	lesson_free(l);
	free(text);
}

static void a_file_whose_name_is_no_id_needs_one(void **state)
{
	struct lesson *l = NULL;
	struct problem p = {0};

	(void)state;
	assert_int_equal(lesson_read_text(&l, "my lesson.yaml", good,
					  strlen(good), &p),
			 PROBLEM_FORMAT);
	assert_string_equal(p.text, "my lesson.yaml:1:1: the file's name is no "
				    "lesson's id; add \"id: some-name\" to it");
	assert_int_equal(lesson_read(&l, "/nowhere/x.yaml", &p), PROBLEM_FILE);
	assert_non_null(strstr(p.text, "/nowhere/x.yaml: No such file"));
}

static void a_level_sets_the_pause_within_a_turn(void **state)
{
	static const struct {
		enum lesson_level level;
		const char *name;
		unsigned ms;
	} rows[] = {
		{LESSON_A1, "A1", 1800}, {LESSON_A2, "A2", 1800},
		{LESSON_B1, "B1", 1500}, {LESSON_B2, "B2", 1500},
		{LESSON_C1, "C1", 1200}, {LESSON_C2, "C2", 1200},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_string_equal(lesson_level_name(rows[i].level),
				    rows[i].name);
		assert_int_equal(lesson_turn_pause_ms(rows[i].level),
				 rows[i].ms);
	}
}

static void the_lessons_that_come_along_are_whole(void **state)
{
	static const char *const names[] = {
		"photosynthesis", "fractions",   "job-interview",
		"spanish-travel", "water-cycle", "project-management",
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = text_format("%s/assets/lessons/%s.yaml",
					 HABLA_SOURCE_DIR, names[i]);
		struct lesson *l = NULL;
		struct problem p = {0};

		if (lesson_read(&l, path, &p))
			fail_msg("%s", p.text);
		assert_string_equal(l->id, names[i]);
		assert_true(l->step_count >= 8 && l->step_count <= 12);
		assert_true(l->word_count >= 5);
		assert_non_null(l->system);
		for (size_t k = 0; k < l->step_count; k++) {
			assert_true(l->steps[k].hint_count >= 2);
			assert_true(l->steps[k].mistake_count >= 1);
		}
		lesson_free(l);
		free(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_wrong_line_is_refused_with_its_place_and_a_remedy),
		cmocka_unit_test(what_a_teacher_gets_wrong_is_refused),
		cmocka_unit_test(a_question_may_ask_for_a_choice),
		cmocka_unit_test(two_steps_of_one_id_are_refused),
		cmocka_unit_test(what_is_too_long_or_too_much_is_refused),
		cmocka_unit_test(
			the_example_of_the_page_says_what_the_page_says),
		cmocka_unit_test(texts_are_joined_and_wordings_are_trimmed),
		cmocka_unit_test(a_file_whose_name_is_no_id_needs_one),
		cmocka_unit_test(a_level_sets_the_pause_within_a_turn),
		cmocka_unit_test(the_lessons_that_come_along_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
