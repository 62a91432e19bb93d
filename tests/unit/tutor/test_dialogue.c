/* The talk of a lesson as tables: what the learner says, what the tutor says
 * then, and what goes into the learner's progress. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/tutor/dialogue.h"
#include "net/base/problem.h"
#include "net/nova/history.h"
#include "tests/support/lesson.h"

#define LEAF                                                                   \
	"id: leaf\ntitle: the leaf\nlanguage: en\nlevel: A2\n"                 \
	"goals: [Know a leaf.]\n"                                              \
	"opener: Hello! We look at a leaf.\n"                                  \
	"steps:\n"                                                             \
	"  - id: gas\n"                                                        \
	"    question: Which gas goes in?\n"                                   \
	"    answers: [carbon dioxide]\n"                                      \
	"    hints: [You breathe it out., It has two words.]\n"                \
	"    explanation: It is carbon dioxide.\n"                             \
	"    mistakes:\n"                                                      \
	"      - {words: oxygen, reply: That one comes out.}\n"                \
	"  - id: needs\n"                                                      \
	"    question: Name all three. What does a leaf need?\n"               \
	"    answers:\n"                                                       \
	"      - parts: [sunlight | light, water, air]\n"                      \
	"    hints: Look up.\n"                                                \
	"    explanation: It needs sunlight, water and air.\n"                 \
	"  - id: colour\n"                                                     \
	"    question: Which colour has it?\n"                                 \
	"    answers: [green]\n"                                               \
	"    hints: As grass.\n"                                               \
	"    explanation: A leaf is green.\n"                                  \
	"close: Well done. Goodbye!\n"

#define OPENING "Hello! We look at a leaf. Which gas goes in?"

enum how { SAYS, IS_UNCLEAR, IS_SILENT, CUTS };

struct row {
	enum how how;
	const char *heard;
	const char *said; /* by the tutor; NULL: not looked at */
	const char *mark; /* "gas right"; NULL: none */
	size_t whole;     /* CUTS: sentences that were heard */
	bool begun;
};

struct talk {
	struct lesson *lesson;
	struct judge *judge;
	struct lesson_plan plan;
	struct dialogue *dialogue;
};

static void open_talk(struct talk *t, struct lesson *l)
{
	t->lesson = l;
	assert_int_equal(judge_create(&t->judge, l), 0);
	lesson_plan_whole(&t->plan, l);
	assert_int_equal(dialogue_create(&t->dialogue,
					 &(struct dialogue_settings){
						 l, t->judge, &t->plan, 0}),
			 0);
}

static void open_leaf(struct talk *t)
{
	struct lesson *l = NULL;
	struct problem p = {0};

	if (lesson_read_text(&l, "leaf.yaml", LEAF, strlen(LEAF), &p))
		fail_msg("%s", p.text);
	open_talk(t, l);
}

static void close_talk(struct talk *t)
{
	dialogue_free(t->dialogue);
	judge_free(t->judge);
	lesson_free(t->lesson);
}

static void join(char *out, size_t size, const struct sentence_list *l)
{
	out[0] = '\0';
	for (size_t i = 0; i < l->count; i++) {
		size_t n = strlen(out);
		snprintf(out + n, size - n, "%s%s", i ? " " : "", l->texts[i]);
	}
}

static const struct dialogue_reply *take(struct talk *t, const struct row *r)
{
	if (r->how == IS_SILENT)
		return dialogue_silence(t->dialogue);
	return dialogue_hear(t->dialogue,
			     &(struct dialogue_heard){r->heard, JUDGE_TYPED,
						      r->how == SAYS});
}

static void expect(struct talk *t, const struct row *r)
{
	const struct dialogue_reply *reply = take(t, r);
	char said[4096], mark[128] = "";

	assert_non_null(reply);
	join(said, sizeof said, reply->said);
	if (r->said && strcmp(said, r->said) != 0)
		fail_msg("\"%s\" got\n  \"%s\", not\n  \"%s\"", r->heard, said,
			 r->said);
	if (reply->marks)
		snprintf(mark, sizeof mark, "%s %s",
			 t->lesson->steps[reply->step].id,
			 lesson_result_name(reply->result));
	assert_string_equal(mark, r->mark ? r->mark : "");
}

static void run(struct talk *t, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].how == CUTS)
			dialogue_cut(t->dialogue, rows[i].whole, rows[i].begun);
		else
			expect(t, &rows[i]);
}

#define RUN(rows)                                                              \
	do {                                                                   \
		struct talk t;                                                 \
		open_leaf(&t);                                                 \
		run(&t, rows, sizeof(rows) / sizeof *(rows));                  \
		close_talk(&t);                                                \
	} while (0)

static void right_answers_lead_through_the_lesson(void **state)
{
	static const struct row rows[] = {
		{.how = SAYS, "hello", OPENING},
		{.how = SAYS,
		 "carbon dioxide",
		 "Right! Name all three. What does a leaf need?",
		 "gas right"},
		{.how = SAYS,
		 "light and water and air",
		 "Right! Which colour has it?",
		 "needs right"},
		{.how = SAYS,
		 "green",
		 "Right! You answered all 3 questions at once. Excellent! Well "
		 "done. Goodbye!",
		 "colour right"},
		{.how = SAYS,
		 "and now",
		 "Our lesson is over. Start it again whenever you like. "
		 "Goodbye!"},
	};

	(void)state;
	RUN(rows);
}

static void hints_come_before_the_answer(void **state)
{
	static const struct row rows[] = {
		{.how = SAYS, "hello", OPENING},
		{.how = SAYS,
		 "nitrogen",
		 "Not quite. You breathe it out. Which gas goes in?",
		 "gas wrong"},
		{.how = SAYS,
		 "I don't know",
		 "No problem. It has two words. Which gas goes in?",
		 "gas wrong"},
		{.how = SAYS,
		 "helium",
		 "Not quite. I will tell you. It is carbon dioxide. Name all "
		 "three. What does a leaf need?",
		 "gas wrong"},
		{.how = SAYS,
		 "skip",
		 "All right. It needs sunlight, water and air. Which colour "
		 "has it?",
		 "needs wrong"},
		{.how = SAYS,
		 "hint",
		 "Here is a hint. As grass. Which colour has it?"},
		{.how = SAYS,
		 "hint",
		 "I have no more hints. Make a guess, or say skip. Which "
		 "colour has it?"},
		{.how = SAYS,
		 "green",
		 "Now you have it. You answered 1 of 3 questions, 0 of them "
		 "at once. Remember this for the next time. It is carbon "
		 "dioxide. It needs sunlight, water and air. Well done. "
		 "Goodbye!",
		 "colour right"},
	};

	(void)state;
	RUN(rows);
}

static void a_mistake_has_its_own_words_once(void **state)
{
	static const struct row rows[] = {
		{.how = SAYS, "hello", OPENING},
		{.how = SAYS,
		 "oxygen",
		 "That one comes out. Which gas goes in?",
		 "gas wrong"},
		{.how = SAYS,
		 "oxygen",
		 "Not quite. You breathe it out. Which gas goes in?",
		 "gas wrong"},
		{.how = SAYS, "carbon dioxide", NULL, "gas right"},
	};

	(void)state;
	RUN(rows);
}

static void parts_are_gathered(void **state)
{
	static const struct row rows[] = {
		{.how = SAYS, "hello", OPENING},
		{.how = SAYS, "carbon dioxide", NULL, "gas right"},
		{.how = SAYS,
		 "water",
		 "Yes, water. And what else?",
		 "needs partly"},
		{.how = SAYS,
		 "water",
		 "Look up. Name all three. What does a leaf "
		 "need?",
		 "needs partly"},
		{.how = SAYS,
		 "light",
		 "Yes, sunlight and water. And what else?",
		 "needs partly"},
		{.how = SAYS, "air", NULL, "needs right"},
	};

	(void)state;
	RUN(rows);
}

static void what_is_no_answer_is_not_marked(void **state)
{
	static const struct row rows[] = {
		{.how = IS_UNCLEAR, "", OPENING},
		{.how = SAYS, "repeat", OPENING},
		{.how = IS_UNCLEAR,
		 "oxygen",
		 "Sorry, I did not understand you. Please say it again."},
		{.how = IS_UNCLEAR,
		 "oxygen",
		 "I still did not understand you. You can also say hint, or "
		 "type your answer. Which gas goes in?"},
		{.how = SAYS, "repeat please", OPENING},
		{.how = SAYS, "slower", "I will speak more slowly. " OPENING},
		{.how = SAYS,
		 "my sister plays football on saturday",
		 "Let us talk about that another time. Which gas goes in?"},
		{.how = IS_SILENT,
		 "(silence)",
		 "Take your time. You can say hint, or repeat. Which gas goes "
		 "in?"},
	};

	(void)state;
	RUN(rows);
}

static void a_tutor_that_was_cut_goes_on_where_it_was(void **state)
{
	static const struct row rows[] = {
		{.how = SAYS, "hello", OPENING},
		/* a cough in the second sentence */
		{.how = CUTS, .whole = 1, .begun = true},
		{.how = IS_UNCLEAR,
		 "",
		 "Let me say that to the end. We look at a leaf. Which gas "
		 "goes in?"},
		/* and one in the next again */
		{.how = CUTS, .whole = 2, .begun = false},
		{.how = SAYS,
		 "wait a moment my friend",
		 "Let me say that to the end. Which gas goes in?"},
		/* the question was heard in part: the answer counts */
		{.how = CUTS, .whole = 1, .begun = true},
		{.how = SAYS,
		 "oxygen",
		 "That one comes out. Which gas goes in?",
		 "gas wrong"},
		/* not heard, but known */
		{.how = CUTS, .whole = 0, .begun = true},
		{.how = SAYS, "carbon dioxide", NULL, "gas right"},
		{.how = CUTS, .whole = 0, .begun = false},
		{.how = SAYS,
		 "hint",
		 "Here is a hint. Look up. Name all three. What does a leaf "
		 "need?"},
		{.how = SAYS,
		 "stop",
		 "All right, we stop here. You answered 1 of 3 questions, 0 "
		 "of them at once. You can go on another time. Goodbye!"},
	};

	(void)state;
	RUN(rows);
}

static void a_right_answer_may_say_goodbye(void **state)
{
	static const struct row rows[] = {
		{.how = SAYS, "hello", OPENING},
		{.how = SAYS,
		 "carbon dioxide, goodbye",
		 "Right! All right, we stop here. You answered 1 of 3 "
		 "questions, 1 of them at once. You can go on another time. "
		 "Goodbye!",
		 "gas right"},
	};

	(void)state;
	RUN(rows);
}

static void silence_at_the_start_is_answered_by_the_opener(void **state)
{
	static const struct row rows[] = {
		{.how = IS_SILENT, "(silence)", OPENING},
		{.how = SAYS, "carbon dioxide", NULL, "gas right"},
	};

	(void)state;
	RUN(rows);
}

static void slower_is_slower_each_time_and_not_without_end(void **state)
{
	struct talk t;
	double before = 1;
	struct dialogue_heard heard = {"slower", JUDGE_TYPED, true};

	(void)state;
	open_leaf(&t);
	dialogue_hear(t.dialogue, &heard);
	for (int i = 0; i < 3; i++) {
		double now = dialogue_hear(t.dialogue, &heard)->speed;
		assert_true(now < before);
		before = now;
	}
	for (int i = 0; i < 20; i++)
		before = dialogue_hear(t.dialogue, &heard)->speed;
	assert_true(before >= 0.5);
	close_talk(&t);
}

/* A talk, and the same taken up by another tutor after each turn: both go on
 * with the same question. */
static void a_talk_is_taken_up_from_its_history(void **state)
{
	static const char *const words[] = {
		"hello", "nitrogen",      "I don't know", "carbon dioxide",
		"water", "light and air", "red",
	};
	struct talk t;
	struct history h;
	char said[4096];

	(void)state;
	open_leaf(&t);
	history_init(&h);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct dialogue_heard heard = {words[i], JUDGE_TYPED, true};
		const struct dialogue_reply *r = dialogue_hear(t.dialogue,
							       &heard);
		join(said, sizeof said, r->said);
		assert_int_equal(history_add(&h, NOVA_USER, words[i]), 0);
		assert_int_equal(history_add(&h, NOVA_ASSISTANT, said), 0);

		struct talk other;
		struct dialogue_heard next = {"hint", JUDGE_TYPED, true};
		open_leaf(&other);
		dialogue_recall(other.dialogue, &h);
		assert_int_equal(dialogue_step(other.dialogue),
				 dialogue_step(t.dialogue));
		r = dialogue_hear(other.dialogue, &next);
		join(said, sizeof said, r->said);
		if (i == 1 && !strstr(said, "It has two words."))
			fail_msg("the first hint was given: \"%s\"", said);
		close_talk(&other);
	}
	history_deinit(&h);
	close_talk(&t);
}

static void a_reply_that_nobody_heard_is_said_again(void **state)
{
	struct talk t;
	struct history h;
	char said[4096];

	(void)state;
	open_leaf(&t);
	history_init(&h);
	history_add(&h, NOVA_USER, "hello");
	history_add(&h, NOVA_ASSISTANT, "Hello! We look");
	dialogue_recall(t.dialogue, &h);
	join(said, sizeof said, dialogue_silence(t.dialogue)->said);
	assert_string_equal(said, OPENING);
	history_deinit(&h);
	close_talk(&t);
}

static void a_plan_that_goes_on_greets_otherwise(void **state)
{
	struct talk t;
	struct dialogue_heard heard = {"hello", JUDGE_TYPED, true};
	char said[4096];

	(void)state;
	open_leaf(&t);
	t.plan = (struct lesson_plan){
		.steps = {2, 1}, .count = 2, .review = 1, .resumed = true};
	join(said, sizeof said, dialogue_hear(t.dialogue, &heard)->said);
	assert_string_equal(said, "Hello again! We go on with the leaf. First "
				  "we come back to what was difficult last "
				  "time. Which colour has it?");
	close_talk(&t);
}

static void the_seed_chooses_the_words(void **state)
{
	struct talk t;
	char praise[3][4096];

	(void)state;
	open_leaf(&t);
	for (uint32_t seed = 1; seed <= 40; seed++) {
		struct dialogue *twice[2];
		for (int i = 0; i < 2; i++) {
			struct dialogue_settings s = {t.lesson, t.judge,
						      &t.plan, seed};
			struct dialogue_heard right = {"carbon dioxide",
						       JUDGE_TYPED, true};
			assert_int_equal(dialogue_create(&twice[i], &s), 0);
			dialogue_silence(twice[i]);
			join(praise[i], sizeof praise[i],
			     dialogue_hear(twice[i], &right)->said);
			dialogue_free(twice[i]);
		}
		assert_string_equal(praise[0], praise[1]);
		if (seed > 1 && strcmp(praise[0], praise[2]) != 0)
			break;
		assert_int_not_equal(seed, 40);
		memcpy(praise[2], praise[0], sizeof praise[0]);
	}
	close_talk(&t);
}

/* --- the lessons that come with Habla --- */

struct first_answers {
	const char *right[LESSON_STEPS_MOST];
	char texts[LESSON_STEPS_MOST][160];
};

static void keep_first(void *arg, size_t step, const char *kind,
		       const char *text)
{
	struct first_answers *f = arg;

	if (strcmp(kind, "right") != 0 || f->right[step])
		return;
	snprintf(f->texts[step], sizeof f->texts[step], "%s", text);
	f->right[step] = f->texts[step];
}

static void every_lesson_can_be_gone_through(void **state)
{
	(void)state;
	for (size_t i = 0; i < ASSET_LESSON_COUNT; i++) {
		struct talk t;
		struct first_answers first = {{NULL}, {{0}}};
		const struct dialogue_reply *r;
		char said[8192];

		open_talk(&t, asset_lesson(asset_lesson_names[i]));
		asset_answers(asset_lesson_names[i], t.lesson, keep_first,
			      &first);
		r = dialogue_silence(t.dialogue);
		for (size_t k = 0; k < t.lesson->step_count; k++) {
			assert_false(r->over);
			assert_int_equal(dialogue_step(t.dialogue), k);
			assert_non_null(first.right[k]);
			struct dialogue_heard heard = {first.right[k],
						       JUDGE_TYPED, true};
			r = dialogue_hear(t.dialogue, &heard);
			assert_true(r->marks);
			assert_int_equal(r->result, LESSON_RIGHT);
		}
		assert_true(r->over);
		join(said, sizeof said, r->said);
		assert_non_null(
			strstr(said, t.lesson->language == LESSON_SPANISH
					     ? "a la primera"
					     : "at once"));
		close_talk(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_answers_lead_through_the_lesson),
		cmocka_unit_test(hints_come_before_the_answer),
		cmocka_unit_test(a_mistake_has_its_own_words_once),
		cmocka_unit_test(parts_are_gathered),
		cmocka_unit_test(what_is_no_answer_is_not_marked),
		cmocka_unit_test(a_tutor_that_was_cut_goes_on_where_it_was),
		cmocka_unit_test(a_right_answer_may_say_goodbye),
		cmocka_unit_test(
			silence_at_the_start_is_answered_by_the_opener),
		cmocka_unit_test(
			slower_is_slower_each_time_and_not_without_end),
		cmocka_unit_test(a_talk_is_taken_up_from_its_history),
		cmocka_unit_test(a_reply_that_nobody_heard_is_said_again),
		cmocka_unit_test(a_plan_that_goes_on_greets_otherwise),
		cmocka_unit_test(the_seed_chooses_the_words),
		cmocka_unit_test(every_lesson_can_be_gone_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
