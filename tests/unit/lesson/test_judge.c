/* The judge: what learners' words are worth, in all lessons that come along. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/lesson/judge.h"
#include "client/lesson/judge_private.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/lesson.h"

enum { TEXT_SIZE = 4096, WRONG_LEAST = 6, RIGHT_LEAST = 3 };

struct rig {
	struct lesson *lesson;
	struct judge *judge;
};

static struct rig open_rig(const char *name)
{
	struct rig r = {.lesson = asset_lesson(name)};

	assert_int_equal(judge_create(&r.judge, r.lesson), 0);
	return r;
}

static void close_rig(struct rig *r)
{
	judge_free(r->judge);
	lesson_free(r->lesson);
}

static struct judgement judged(const struct rig *r, size_t step,
			       const char *text, enum judge_source source)
{
	struct judgement j;

	judge_answer(r->judge, step, text, source, &j);
	return j;
}

/* --- what learners say --- */

struct tally {
	const struct rig *rig;
	size_t right[LESSON_STEPS_MOST], wrong[LESSON_STEPS_MOST];
};

static void check_answer(void *arg, size_t step, const char *kind,
			 const char *text)
{
	struct tally *t = arg;
	struct judgement j = judged(t->rig, step, text, JUDGE_TYPED);
	bool good = text_equal(kind, judge_verdict_name(j.verdict));

	if (text_equal(kind, "wrong"))
		good = j.verdict != JUDGE_RIGHT && j.verdict != JUDGE_PARTLY;
	if (!good)
		fail_msg("%s, %s: \"%s\" is %s, wanted %s", t->rig->lesson->id,
			 t->rig->lesson->steps[step].id, text,
			 judge_verdict_name(j.verdict), kind);
	t->right[step] += text_equal(kind, "right");
	t->wrong[step] += text_equal(kind, "wrong");
}

static void what_learners_say_is_judged_as_a_teacher_would(void **state)
{
	(void)state;
	for (size_t i = 0; i < ASSET_LESSON_COUNT; i++) {
		struct rig r = open_rig(asset_lesson_names[i]);
		struct tally t = {.rig = &r};

		asset_answers(asset_lesson_names[i], r.lesson, check_answer,
			      &t);
		for (size_t k = 0; k < r.lesson->step_count; k++) {
			assert_true(t.right[k] >= RIGHT_LEAST);
			assert_true(t.wrong[k] >= WRONG_LEAST);
		}
		close_rig(&r);
	}
}

/* --- every wording of every lesson --- */

struct phrasing {
	const char *before, *after;
};

static const struct phrasing right_phrasings[LESSON_LANGUAGE_COUNT][8] = {
	[LESSON_ENGLISH] = {{"", ""},
			    {"I think it's ", ""},
			    {"Um, ", "?"},
			    {"Maybe ", ", I guess"},
			    {"I'm not sure, ", ""},
			    {"The answer is ", " of course"},
			    {"No, it's ", "."},
			    {"something else, I mean, ", ""}},
	[LESSON_SPANISH] = {{"", ""},
			    {"Creo que es ", ""},
			    {"Eh, ", "?"},
			    {"Pues, ", "."},
			    {"No s\xC3\xA9, ", ""},
			    {"La respuesta es ", ""},
			    {"No, es ", ""},
			    {"otra cosa, digo, ", ""}},
};

static const struct phrasing negated_phrasings[LESSON_LANGUAGE_COUNT][4] = {
	[LESSON_ENGLISH] = {{"not ", ""},
			    {"It isn't ", ""},
			    {"I don't think that it's ", ""},
			    {"It is never ", ""}},
	[LESSON_SPANISH] = {{"no ", ""},
			    {"No es ", ""},
			    {"No creo que es ", ""},
			    {"Nunca ", ""}},
};

/* The wording, with the first ones of so many other parts that the answer is
 * whole, each in that phrasing. */
static void phrase(char out[TEXT_SIZE], const struct lesson_words *w,
		   size_t part, size_t wording, const struct phrasing *p)
{
	size_t said = 1;
	size_t n = (size_t)snprintf(out, TEXT_SIZE, "%s%s%s", p->before,
				    w->parts[part].wordings[wording].text,
				    p->after);

	for (size_t i = 0; i < w->count && said < w->need; i++) {
		if (i == part)
			continue;
		n += (size_t)snprintf(out + n, TEXT_SIZE - n, ", %s%s%s",
				      p->before, w->parts[i].wordings[0].text,
				      p->after);
		said++;
	}
}

static void each_wording(const struct rig *r,
			 void (*each)(const struct rig *r, size_t step,
				      const struct lesson_words *w, size_t part,
				      size_t wording))
{
	for (size_t s = 0; s < r->lesson->step_count; s++)
		for (size_t a = 0; a < r->lesson->steps[s].answer_count; a++) {
			const struct lesson_words *w =
				&r->lesson->steps[s].answers[a];
			for (size_t i = 0; i < w->count; i++)
				for (size_t k = 0; k < w->parts[i].count; k++)
					each(r, s, w, i, k);
		}
}

static void expect_right(const struct rig *r, size_t step,
			 const struct lesson_words *w, size_t part,
			 size_t wording)
{
	char text[TEXT_SIZE];

	for (size_t i = 0; i < 8; i++) {
		const struct phrasing *p =
			&right_phrasings[r->lesson->language][i];
		/* "not ..." needs the whole clause */
		if (i >= 6 && w->need > 1)
			continue;
		phrase(text, w, part, wording, p);
		struct judgement j = judged(r, step, text, JUDGE_HEARD);
		if (j.verdict != JUDGE_RIGHT)
			fail_msg("%s: \"%s\" is %s", r->lesson->steps[step].id,
				 text, judge_verdict_name(j.verdict));
		if (j.request != JUDGE_NO_REQUEST)
			fail_msg("\"%s\" asks for %s", text,
				 judge_request_name(j.request));
	}
}

static void each_wording_is_right_in_many_phrasings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ASSET_LESSON_COUNT; i++) {
		struct rig r = open_rig(asset_lesson_names[i]);

		each_wording(&r, expect_right);
		close_rig(&r);
	}
}

static bool is_negated(const struct rig *r, const struct lesson_part *p)
{
	struct words w;
	unsigned flags = 0;

	for (size_t k = 0; k < p->count; k++) {
		words_read(&w, r->lesson->language, p->wordings[k].text);
		for (size_t i = 0; i < w.count; i++) {
			flags |= w.list[i].flags;
			if (text_equal(w.list[i].text, "nothing"))
				return true;
		}
	}
	return flags & (WORD_NEGATED | WORD_SET_PHRASE);
}

/* "It doesn't happen", "not absorbed": there a negation may be right. */
static bool accepts_negation(const struct rig *r, size_t step)
{
	const struct lesson_step *s = &r->lesson->steps[step];

	for (size_t a = 0; a < s->answer_count; a++)
		for (size_t i = 0; i < s->answers[a].count; i++)
			if (is_negated(r, &s->answers[a].parts[i]))
				return true;
	return false;
}

static void expect_not_right(const struct rig *r, size_t step,
			     const struct lesson_words *w, size_t part,
			     size_t wording)
{
	enum lesson_language language = r->lesson->language;
	char text[TEXT_SIZE];

	if (accepts_negation(r, step))
		return;
	for (size_t i = 0; i < 4; i++) {
		phrase(text, w, part, wording, &negated_phrasings[language][i]);
		struct judgement j = judged(r, step, text, JUDGE_HEARD);
		if (j.verdict == JUDGE_RIGHT)
			fail_msg("%s: \"%s\" is right",
				 r->lesson->steps[step].id, text);
	}
}

static void no_wording_is_right_when_it_is_negated(void **state)
{
	(void)state;
	for (size_t i = 0; i < ASSET_LESSON_COUNT; i++) {
		struct rig r = open_rig(asset_lesson_names[i]);

		each_wording(&r, expect_not_right);
		close_rig(&r);
	}
}

/* --- requests --- */

static void expect_no_swallowing(const struct rig *r, size_t step,
				 const struct lesson_words *w, size_t part,
				 size_t wording)
{
	static const char *const requests[] = {
		". Could you repeat that, please?",
		". Can you give me a hint?",
		". Please speak more slowly.",
		". Goodbye!",
	};
	char answer[TEXT_SIZE], text[TEXT_SIZE + 64];

	phrase(answer, w, part, wording, &right_phrasings[0][0]);
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		snprintf(text, sizeof text, "%s%s", answer, requests[i]);
		struct judgement j = judged(r, step, text, JUDGE_HEARD);
		if (j.verdict != JUDGE_RIGHT)
			fail_msg("%s: \"%s\" is %s", r->lesson->steps[step].id,
				 text, judge_verdict_name(j.verdict));
	}
}

static void a_request_behind_an_answer_does_not_swallow_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ASSET_LESSON_COUNT; i++) {
		struct rig r = open_rig(asset_lesson_names[i]);

		each_wording(&r, expect_no_swallowing);
		close_rig(&r);
	}
}

static void each_request_is_known_where_it_is_no_answer(void **state)
{
	static const struct {
		enum judge_request request;
		const char *phrases[12];
	} rows[] = {
		{JUDGE_REPEAT,
		 {"repeat", "Repeat, please.", "Could you say that again?",
		  "Sorry, I didn't catch that", "what was the question",
		  "again please", "Pardon?", "one more time",
		  "can you repeat the question please", "What?"}},
		{JUDGE_HINT,
		 {"hint", "a hint please", "Can I have a hint?",
		  "give me a hint", "help", "I need a hint, please", "help me",
		  "um, could you please give me a clue"}},
		{JUDGE_SLOWER,
		 {"slower", "more slowly please", "please speak more slowly",
		  "slow down", "you speak too fast", "Not so fast!"}},
		{JUDGE_SKIP,
		 {"skip", "next question please", "just tell me the answer",
		  "skip this one", "I give up", "pass", "next"}},
		{JUDGE_STOP,
		 {"stop", "goodbye", "I want to stop", "bye bye",
		  "let's stop here", "I have to go now", "bye", "okay bye",
		  "thank you, goodbye"}},
	};
	struct rig r = open_rig("photosynthesis");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t k = 0; k < 12 && rows[i].phrases[k]; k++) {
			const char *text = rows[i].phrases[k];
			struct judgement j = judged(&r, 0, text, JUDGE_HEARD);
			if (j.verdict != JUDGE_REQUEST ||
			    j.request != rows[i].request)
				fail_msg("\"%s\" is %s, %s", text,
					 judge_verdict_name(j.verdict),
					 judge_request_name(j.request));
			assert_int_equal(judge_find_request(LESSON_ENGLISH,
							    text),
					 rows[i].request);
		}
	close_rig(&r);
}

static void requests_are_known_in_spanish_and_in_english_too(void **state)
{
	static const struct {
		enum judge_request request;
		const char *text;
	} rows[] = {
		{JUDGE_REPEAT, "repite, por favor"},
		{JUDGE_REPEAT, "\xC2\xBF"
			       "C\xC3\xB3mo?"},
		{JUDGE_HINT, "una pista, por favor"},
		{JUDGE_HINT, "Necesito ayuda"},
		{JUDGE_SLOWER, "m\xC3\xA1s despacio, por favor"},
		{JUDGE_SKIP, "la siguiente pregunta"},
		{JUDGE_STOP, "adi\xC3\xB3s"},
		{JUDGE_STOP, "Tengo que irme"},
		{JUDGE_HINT, "give me a hint"},
		{JUDGE_REPEAT, "I didn't hear you"},
	};
	struct rig r = open_rig("spanish-travel");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		/* the price of a shirt: none of these is an answer */
		size_t step = lesson_find_step(r.lesson, "precio");
		struct judgement j = judged(&r, step, rows[i].text,
					    JUDGE_TYPED);
		if (j.verdict != JUDGE_REQUEST || j.request != rows[i].request)
			fail_msg("\"%s\" is %s, %s", rows[i].text,
				 judge_verdict_name(j.verdict),
				 judge_request_name(j.request));
	}
	close_rig(&r);
}

static void a_request_is_no_request_where_it_is_the_answer(void **state)
{
	struct rig travel = open_rig("spanish-travel");
	struct rig interview = open_rig("job-interview");
	struct judgement j;

	(void)state;
	j = judged(&travel, lesson_find_step(travel.lesson, "despacio"),
		   "\xC2\xBFPuede repetir? M\xC3\xA1s despacio, por favor",
		   JUDGE_TYPED);
	assert_int_equal(j.verdict, JUDGE_RIGHT);
	assert_int_equal(j.request, JUDGE_NO_REQUEST);
	j = judged(&travel, lesson_find_step(travel.lesson, "despedida"),
		   "Adi\xC3\xB3s", JUDGE_TYPED);
	assert_int_equal(j.verdict, JUDGE_RIGHT);
	assert_int_equal(j.request, JUDGE_NO_REQUEST);
	j = judged(&interview, lesson_find_step(interview.lesson, "ask-again"),
		   "Sorry, could you repeat that?", JUDGE_HEARD);
	assert_int_equal(j.verdict, JUDGE_RIGHT);
	assert_int_equal(j.request, JUDGE_NO_REQUEST);
	close_rig(&travel);
	close_rig(&interview);
}

/* --- single verdicts --- */

static void verdicts_tell_what_to_do_next(void **state)
{
	static const struct {
		const char *step, *text;
		enum judge_verdict verdict;
		enum judge_request request;
		bool does_not_know;
		uint32_t parts;
		size_t mistake;
	} rows[] = {
		{"gas-in", "", JUDGE_NOTHING, 0, false, 0, 0},
		{"gas-in", "um, uh", JUDGE_NOTHING, 0, false, 0, 0},
		{"gas-in", "well, it is", JUDGE_NOTHING, 0, false, 0, 0},
		{"gas-in", "I don't know", JUDGE_DOES_NOT_KNOW, 0, true, 0, 0},
		{"gas-in", "no idea", JUDGE_DOES_NOT_KNOW, 0, true, 0, 0},
		{"gas-in", "sorry, I'm not sure", JUDGE_DOES_NOT_KNOW, 0, true,
		 0, 0},
		{"gas-in", "I don't know, carbon dioxide?", JUDGE_RIGHT, 0,
		 true, 1, 0},
		{"gas-in", "I don't know what carbon dioxide is",
		 JUDGE_DOES_NOT_KNOW, 0, true, 0, 0},
		{"gas-in", "oxygen", JUDGE_MISTAKE, 0, false, 0, 0},
		{"gas-in", "nitrogen", JUDGE_MISTAKE, 0, false, 0, 1},
		{"gas-in", "oxygen? give me a hint", JUDGE_MISTAKE, JUDGE_HINT,
		 false, 0, 0},
		{"gas-in", "carbon dioxide or oxygen", JUDGE_MISTAKE, 0, false,
		 1, 0},
		{"gas-in", "carbon dioxide, because oxygen comes out",
		 JUDGE_RIGHT, 0, false, 1, 0},
		{"gas-in", "carbon dioxide, goodbye", JUDGE_RIGHT, JUDGE_STOP,
		 false, 1, 0},
		{"gas-in", "chlorophyll", JUDGE_WRONG, 0, false, 0, 0},
		{"gas-in", "neon", JUDGE_WRONG, 0, false, 0, 0},
		{"gas-in", "seven", JUDGE_WRONG, 0, false, 0, 0},
		{"gas-in", "Can we talk about football?", JUDGE_OFF_TOPIC, 0,
		 false, 0, 0},
		{"gas-in", "my brother plays the guitar", JUDGE_OFF_TOPIC, 0,
		 false, 0, 0},
		{"needs", "water and light", JUDGE_PARTLY, 0, false, 3, 0},
		{"needs", "carbon dioxide, and I don't know the rest",
		 JUDGE_PARTLY, 0, true, 4, 0},
		{"needs", "water, light and oxygen", JUDGE_MISTAKE, 0, false, 3,
		 0},
		{"night", "it stops", JUDGE_RIGHT, 0, false, 1, 0},
		{"night", "it doesn't stop", JUDGE_WRONG, 0, false, 0, 0},
		{"why-it-matters", "for oxygen", JUDGE_RIGHT, 0, false, 1, 0},
		{"why-it-matters", "food", JUDGE_RIGHT, 0, false, 2, 0},
	};
	struct rig r = open_rig("photosynthesis");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t step = lesson_find_step(r.lesson, rows[i].step);
		struct judgement j = judged(&r, step, rows[i].text,
					    JUDGE_HEARD);
		if (j.verdict != rows[i].verdict)
			fail_msg("\"%s\" is %s, wanted %s", rows[i].text,
				 judge_verdict_name(j.verdict),
				 judge_verdict_name(rows[i].verdict));
		assert_int_equal(j.request, rows[i].request);
		assert_int_equal(j.does_not_know, rows[i].does_not_know);
		assert_int_equal(j.parts, rows[i].parts);
		if (j.verdict == JUDGE_MISTAKE)
			assert_int_equal(j.mistake, rows[i].mistake);
	}
	close_rig(&r);
}

static void slips_are_mended_in_typed_words_only(void **state)
{
	static const struct {
		const char *step, *text;
		bool right;
	} rows[] = {
		{"pigment", "clorophyll", true},
		{"pigment", "chlorohpyll", true},
		{"pigment", "hclorophyll", true},
		{"pigment", "chlorine", false},
		{"gas-in", "carbon dioxyde", true},
		{"gas-in", "carbin dioxide", true},
		{"gas-in", "carbon dixide", true},
		{"gas-in", "carbon", false},
		{"energy", "sunlihgt", true},
		{"energy", "lihgt", true},
		{"energy", "night", false}, /* another word of the lesson */
		{"products", "suger and oxigen", true},
		{"from-the-soil", "watr", false}, /* too short to be sure */
		{"from-the-soil", "wader", true},
		{"from-the-soil", "later", false},
	};
	struct rig r = open_rig("photosynthesis");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t step = lesson_find_step(r.lesson, rows[i].step);
		bool right =
			judged(&r, step, rows[i].text, JUDGE_TYPED).verdict ==
			JUDGE_RIGHT;
		if (right != rows[i].right)
			fail_msg("\"%s\" is %sright", rows[i].text,
				 right ? "" : "not ");
		assert_int_not_equal(
			judged(&r, step, rows[i].text, JUDGE_HEARD).verdict,
			JUDGE_RIGHT);
	}
	close_rig(&r);
}

/* "sheet" is a word of this lesson and no slip for "sleet"; "stalx" may be
 * "stalk" or "stale". */
static void a_word_that_may_be_another_one_is_not_mended(void **state)
{
	static const char text[] =
		"title: T\nlanguage: en\nlevel: A1\ngoals: g\nopener: o\n"
		"close: c\nsteps:\n"
		"  - id: a\n    question: What falls?\n"
		"    answers: [sleet]\n    hints: h\n    explanation: sleet\n"
		"  - id: b\n    question: What lies on a bed?\n"
		"    answers: [sheet]\n    hints: h\n    explanation: sheet\n"
		"  - id: c\n    question: What bears the leaf?\n"
		"    answers: [stalk]\n    hints: h\n    explanation: stalk\n"
		"    mistakes:\n      - {words: stale, reply: no}\n";
	struct rig r = {0};
	struct problem p = {0};

	(void)state;
	assert_int_equal(lesson_read_text(&r.lesson, "l.yaml", text,
					  sizeof text - 1, &p),
			 0);
	assert_int_equal(judge_create(&r.judge, r.lesson), 0);
	assert_int_equal(judged(&r, 0, "sleat", JUDGE_TYPED).verdict,
			 JUDGE_RIGHT);
	assert_int_equal(judged(&r, 0, "sheet", JUDGE_TYPED).verdict,
			 JUDGE_WRONG);
	assert_int_equal(judged(&r, 2, "stalx", JUDGE_TYPED).verdict,
			 JUDGE_WRONG);
	assert_int_equal(judged(&r, 2, "staalk", JUDGE_TYPED).verdict,
			 JUDGE_RIGHT);
	close_rig(&r);
}

/* A slip of one letter in any answer of a lesson must never turn it into the
 * answer of a mistake. */
static void no_slip_turns_an_answer_into_a_mistake(void **state)
{
	(void)state;
	for (size_t i = 0; i < ASSET_LESSON_COUNT; i++) {
		struct rig r = open_rig(asset_lesson_names[i]);

		for (size_t s = 0; s < r.lesson->step_count; s++) {
			const struct lesson_words *w =
				&r.lesson->steps[s].answers[0];
			const char *text = w->parts[0].wordings[0].text;
			char slip[TEXT_SIZE];

			if (w->need > 1 || i == 1) /* numbers are exact */
				continue;
			for (size_t k = 1; k + 1 < strlen(text); k++) {
				snprintf(slip, sizeof slip, "%.*s%s", (int)k,
					 text, text + k + 1);
				struct judgement j = judged(&r, s, slip,
							    JUDGE_TYPED);
				if (j.verdict == JUDGE_MISTAKE)
					fail_msg("%s is a mistake", slip);
			}
		}
		close_rig(&r);
	}
}

static void words_may_be_written_apart_or_together(void **state)
{
	struct rig r = open_rig("water-cycle");
	size_t step = lesson_find_step(r.lesson, "groundwater");

	(void)state;
	assert_int_equal(judged(&r, step, "ground water", JUDGE_HEARD).verdict,
			 JUDGE_RIGHT);
	assert_int_equal(
		judged(&r, step, "not ground water", JUDGE_HEARD).verdict,
		JUDGE_WRONG);
	step = lesson_find_step(r.lesson, "kinds");
	assert_int_equal(judged(&r, step, "snow flakes and hail stones",
				JUDGE_HEARD)
				 .verdict,
			 JUDGE_RIGHT);
	close_rig(&r);
}

static void every_text_gets_the_same_verdict_again(void **state)
{
	static char text[32 * 1024];
	struct rig r = open_rig("job-interview");

	(void)state;
	for (size_t i = 0; i + 1 < sizeof text; i++)
		text[i] = (char)("abc dioxide, not 1/2 and \xC3\xB1 ?"[i % 29]);
	for (size_t s = 0; s < r.lesson->step_count; s++) {
		struct judgement a = judged(&r, s, text, JUDGE_TYPED);
		struct judgement b = judged(&r, s, text, JUDGE_TYPED);

		assert_memory_equal(&a, &b, sizeof a);
	}
	close_rig(&r);
}

static void phrases_of_requests_can_be_listed(void **state)
{
	size_t count = 0;
	bool hint = false, unknown = false;

	(void)state;
	while (judge_request_phrase(LESSON_ENGLISH, count)) {
		const char *p = judge_request_phrase(LESSON_ENGLISH, count++);
		hint |= text_equal(p, "hint");
		unknown |= text_equal(p, "i do not know");
	}
	assert_true(hint && unknown);
	assert_null(judge_request_phrase(LESSON_ENGLISH, count + 1000));
	assert_non_null(judge_request_phrase(LESSON_SPANISH, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_learners_say_is_judged_as_a_teacher_would),
		cmocka_unit_test(each_wording_is_right_in_many_phrasings),
		cmocka_unit_test(no_wording_is_right_when_it_is_negated),
		cmocka_unit_test(
			a_request_behind_an_answer_does_not_swallow_it),
		cmocka_unit_test(each_request_is_known_where_it_is_no_answer),
		cmocka_unit_test(
			requests_are_known_in_spanish_and_in_english_too),
		cmocka_unit_test(
			a_request_is_no_request_where_it_is_the_answer),
		cmocka_unit_test(verdicts_tell_what_to_do_next),
		cmocka_unit_test(slips_are_mended_in_typed_words_only),
		cmocka_unit_test(a_word_that_may_be_another_one_is_not_mended),
		cmocka_unit_test(no_slip_turns_an_answer_into_a_mistake),
		cmocka_unit_test(words_may_be_written_apart_or_together),
		cmocka_unit_test(every_text_gets_the_same_verdict_again),
		cmocka_unit_test(phrases_of_requests_can_be_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
