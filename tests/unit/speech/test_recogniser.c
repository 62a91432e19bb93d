/*
 * The recogniser with its real engine hears what flite's voices say to the
 * lessons that come with Habla.
 *
 * Of all that tests/data/answers has, by four voices and three speeds, each
 * 97th: the sanitizers are slow.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/lesson/judge.h"
#include "client/lesson/lesson.h"
#include "client/speech/recogniser.h"
#include "client/speech/synthesiser.h"
#include "net/base/problem.h"
#include "tests/support/lesson.h"

enum { EACH = 53, AROUND = RECOGNISER_RATE_HZ / 2, BLOCK = 320 };

static const char *const voices[] = {"slt", "rms", "awb", "kal16"};
static const double speeds[] = {0.8, 1, 1.25};

enum {
	VOICES = sizeof voices / sizeof *voices,
	SPEEDS = sizeof speeds / sizeof *speeds,
};

static struct synthesiser *synthesiser;

struct round {
	const struct lesson *lesson;
	struct judge *judge;
	struct recogniser *recogniser;
	double noise_db; /* below the speech; 0: none */
	uint64_t seed;
	size_t at;
	size_t right, right_of, taken, taken_of;
};

static struct recogniser *open_for(const struct lesson *l)
{
	struct recogniser *r = NULL;
	struct problem p = {0};

	if (recogniser_open(&r, &(struct recogniser_settings){.lesson = l}, &p))
		fail_msg("%s", p.text);
	return r;
}

/* Sum of 12 even ones: near to a Gaussian of variance 1. */
static double gaussian(uint64_t *seed)
{
	double sum = -6;

	for (int i = 0; i < 12; i++) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		sum += (double)(*seed >> 11) / 9007199254740992.0;
	}
	return sum;
}

/* The sentence with half a second around it, and noise over all. */
static int16_t *learner(const char *text, const char *voice, double speed,
			double noise_db, uint64_t *seed, size_t *count)
{
	const struct speech_sound *sound = NULL;
	struct problem p = {0};
	double power = 0;

	if (synthesiser_speak(synthesiser,
			      &(struct synthesiser_request){text, "en", voice,
							    speed},
			      &sound, &p))
		fail_msg("%s", p.text);
	*count = sound->count + 2 * AROUND;
	int16_t *out = calloc(*count, sizeof *out);
	assert_non_null(out);
	for (size_t i = 0; i < sound->count; i++) {
		out[AROUND + i] = sound->samples[i];
		power += (double)sound->samples[i] * sound->samples[i];
	}
	double noise = noise_db > 0 ? sqrt(power / (double)sound->count *
					   pow(10, -noise_db / 10))
				    : 0;
	for (size_t i = 0; i < *count && noise > 0; i++)
		out[i] = (int16_t)fmax(
			-32768, fmin(32767, out[i] + noise * gaussian(seed)));
	speech_sound_release(sound);
	return out;
}

static void hear(struct recogniser *r, size_t step, const int16_t *samples,
		 size_t n, struct recogniser_result *out)
{
	assert_int_equal(recogniser_begin(r, step), 0);
	for (size_t i = 0; i < n; i += BLOCK)
		assert_int_equal(recogniser_hear(r, samples + i,
						 n - i < BLOCK ? n - i : BLOCK),
				 0);
	assert_int_equal(recogniser_end(r, out), 0);
}

static bool is_right(const struct round *round, size_t step, const char *text)
{
	struct judgement j;

	judge_answer(round->judge, step, text, JUDGE_HEARD, &j);
	return j.verdict == JUDGE_RIGHT;
}

static void try_one(struct round *round, size_t step, bool right,
		    const char *text, size_t way)
{
	struct recogniser_result heard;
	size_t n;
	int16_t *samples = learner(text, voices[way / SPEEDS],
				   speeds[way % SPEEDS], round->noise_db,
				   &round->seed, &n);

	hear(round->recogniser, step, samples, n, &heard);
	free(samples);
	bool taken = heard.sure && is_right(round, step, heard.text);
	if (right != taken)
		print_message("%s: \"%s\" heard as \"%s\"\n",
			      voices[way / SPEEDS], text, heard.text);
	if (right) {
		round->right_of++;
		round->right += taken;
	} else {
		round->taken_of++;
		round->taken += taken;
	}
}

static void try_answer(void *arg, size_t step, const char *kind,
		       const char *text)
{
	struct round *round = arg;
	bool right = strcmp(kind, "right") == 0;

	/* typing errors are not heard, and half an answer is neither */
	if (strcmp(kind, "partly") == 0 ||
	    (right && !is_right(round, step, text)))
		return;
	for (size_t way = 0; way < VOICES * SPEEDS; way++)
		if (round->at++ % EACH == EACH / 2)
			try_one(round, step, right, text, way);
}

static void hear_all(double noise_db, double right_least, double taken_most)
{
	struct round round = {.noise_db = noise_db, .seed = 1};

	for (size_t i = 0; i < ASSET_LESSON_COUNT; i++) {
		struct lesson *l = asset_lesson(asset_lesson_names[i]);
		if (l->language == LESSON_ENGLISH) {
			round.lesson = l;
			assert_int_equal(judge_create(&round.judge, l), 0);
			round.recogniser = open_for(l);
			asset_answers(asset_lesson_names[i], l, try_answer,
				      &round);
			recogniser_free(round.recogniser);
			judge_free(round.judge);
		}
		lesson_free(l);
	}
	print_message("right %zu of %zu, taken as right %zu of %zu\n",
		      round.right, round.right_of, round.taken, round.taken_of);
	assert_true(round.right_of >= 20 && round.taken_of >= 20);
	assert_true((double)round.right >=
		    right_least * (double)round.right_of);
	assert_true((double)round.taken <= taken_most * (double)round.taken_of);
}

static void
expected_answers_are_heard_and_wrong_ones_are_not_taken(void **state)
{
	(void)state;
	hear_all(0, 0.9, 0.05);
}

static void the_same_holds_in_noise_for_four_of_five(void **state)
{
	(void)state;
	hear_all(20, 0.8, 0.05);
}

static void silence_is_no_words(void **state)
{
	static int16_t silence[RECOGNISER_RATE_HZ];
	struct lesson *l = asset_lesson("photosynthesis");
	struct recogniser *r = open_for(l);
	struct recogniser_result heard;

	(void)state;
	hear(r, 0, silence, RECOGNISER_RATE_HZ, &heard);
	assert_string_equal(heard.text, "");
	assert_false(heard.sure);
	recogniser_free(r);
	lesson_free(l);
}

static void what_is_missing_is_said_with_its_remedy(void **state)
{
	struct lesson *english = asset_lesson("photosynthesis");
	struct lesson *other = asset_lesson("spanish-travel");
	const struct {
		struct recogniser_settings settings;
		const char *said;
	} table[] = {
		{{.lesson = other}, "type your answers"},
		{{.lesson = other, .model_dir = "/nonexistent"},
		 "/nonexistent/general.lm.bin cannot be read"},
		{{.lesson = english, .model_dir = "/nonexistent"},
		 "docs/lessons.md"},
	};

	(void)state;
	assert_int_equal(other->language, LESSON_SPANISH);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct recogniser *r = NULL;
		struct problem p = {0};
		assert_int_equal(recogniser_open(&r, &table[i].settings, &p),
				 PROBLEM_FILE);
		assert_null(r);
		if (!strstr(p.text, table[i].said))
			fail_msg("\"%s\" has no \"%s\"", p.text, table[i].said);
	}
	lesson_free(english);
	lesson_free(other);
}

static int open_synthesiser(void **state)
{
	struct problem p = {0};

	(void)state;
	return synthesiser_open(&synthesiser,
				&(struct synthesiser_settings){
					.rate_hz = RECOGNISER_RATE_HZ},
				&p);
}

static int close_synthesiser(void **state)
{
	(void)state;
	synthesiser = synthesiser_free(synthesiser);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			expected_answers_are_heard_and_wrong_ones_are_not_taken),
		cmocka_unit_test(the_same_holds_in_noise_for_four_of_five),
		cmocka_unit_test(silence_is_no_words),
		cmocka_unit_test(what_is_missing_is_said_with_its_remedy),
	};
	return cmocka_run_group_tests(tests, open_synthesiser,
				      close_synthesiser);
}
