/* What a recogniser is told of a lesson: sentences, their probabilities, and
 * the words of a dictionary. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/lesson/lesson.h"
#include "client/speech/dictionary.h"
#include "client/speech/lesson_sentences.h"
#include "client/speech/ngram.h"
#include "client/speech/vocabulary.h"
#include "net/base/bytes.h"
#include "tests/support/lesson.h"

enum { WORDS = 6, TEXT_MOST = 1 << 20 };

/* --- the probabilities --- */

/* Reads an ARPA text back: P(w | h) by its own rule. */
struct arpa {
	const char *text;
};

static double unigram(const struct arpa *a, const char *word, double *weight)
{
	char line[64];
	double p = 0;

	snprintf(line, sizeof line, " %s ", word);
	const char *at = strstr(a->text, line);
	assert_non_null(at);
	*weight = pow(10, strtod(at + strlen(line), NULL));
	while (at[-1] != '\n')
		at--;
	p = strtod(at, NULL);
	return p < -98 ? 0 : pow(10, p);
}

static double bigram(const struct arpa *a, const char *history,
		     const char *word)
{
	char line[64];
	double weight, unused;

	snprintf(line, sizeof line, " %s %s\n", history, word);
	const char *at = strstr(a->text, line);
	if (!at) {
		unigram(a, history, &weight);
		return weight * unigram(a, word, &unused);
	}
	while (at[-1] != '\n')
		at--;
	return pow(10, strtod(at, NULL));
}

static void probabilities_behind_each_history_add_up_to_one(void **state)
{
	static const char *const words[WORDS] = {"water", "light",  "the",
						 "salt",  "pepper", "</s>"};
	static const char *const histories[] = {"<s>", "the", "water", "salt"};
	struct ngram *n = NULL;
	struct bytes out;

	(void)state;
	bytes_init(&out, TEXT_MOST);
	assert_int_equal(ngram_create(&n), 0);
	assert_int_equal(ngram_add_sentence(n, "the water", 2), 0);
	assert_int_equal(ngram_add_sentence(n, "water the light", 0.5), 0);
	assert_int_equal(ngram_add_sentence(n, "light", 1), 0);
	assert_int_equal(ngram_add_word(n, "salt", 3), 0);
	assert_int_equal(ngram_add_word(n, "pepper", 1), 0);
	ngram_write_arpa(n, &out);
	assert_int_equal(out.failed, 0);
	for (size_t h = 0; h < sizeof histories / sizeof *histories; h++) {
		struct arpa a = {bytes_text(&out)};
		double sum = 0;
		for (size_t w = 0; w < WORDS; w++)
			sum += bigram(&a, histories[h], words[w]);
		assert_true(fabs(sum - 1) < 1e-3);
	}
	bytes_deinit(&out);
	ngram_free(n);
}

static void a_sentence_that_weighs_more_is_likelier(void **state)
{
	struct ngram *n = NULL;
	struct bytes out;

	(void)state;
	bytes_init(&out, TEXT_MOST);
	assert_int_equal(ngram_create(&n), 0);
	assert_int_equal(ngram_add_sentence(n, "the water", 3), 0);
	assert_int_equal(ngram_add_sentence(n, "the light", 1), 0);
	ngram_write_arpa(n, &out);
	struct arpa a = {bytes_text(&out)};
	assert_true(bigram(&a, "the", "water") >
		    2 * bigram(&a, "the", "light"));
	bytes_deinit(&out);
	ngram_free(n);
}

/* --- the sentences --- */

struct search {
	const char *wanted;
	bool found;
};

static int look(void *arg, const char *sentence)
{
	struct search *s = arg;

	s->found = s->found || strcmp(sentence, s->wanted) == 0;
	return 0;
}

static void learners_phrases_around_an_answer_are_expected(void **state)
{
	static const struct {
		const char *lesson, *step, *sentence;
		bool there;
	} table[] = {
		{"photosynthesis", "name", "it is called photosynthesis", true},
		{"photosynthesis", "energy", "i think sunlight", true},
		{"photosynthesis", "energy", "soil", true}, /* a mistake */
		{"photosynthesis", "energy", "photosynthesis", false},
		{"photosynthesis", "gas-in", "c o two", true},
		{"photosynthesis", "products", "sugar and oxygen", true},
		{"photosynthesis", "products", "oxygen and sugar", true},
		{"fractions", "one-slice", "one over four", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct lesson *l = asset_lesson(table[i].lesson);
		struct search s = {.wanted = table[i].sentence};
		size_t step = lesson_find_step(l, table[i].step);
		assert_true(step < l->step_count);
		assert_int_equal(lesson_sentences_of_step(l, step, look, &s),
				 0);
		if (s.found != table[i].there)
			fail_msg("%s %s: \"%s\" is %sexpected", table[i].lesson,
				 table[i].step, table[i].sentence,
				 s.found ? "" : "not ");
		lesson_free(l);
	}
}

static void requests_are_expected_at_any_time(void **state)
{
	struct lesson *l = asset_lesson("fractions");
	struct search s = {.wanted = "repeat"};

	(void)state;
	assert_int_equal(lesson_sentences_of_all(l, look, &s), 0);
	assert_true(s.found);
	lesson_free(l);
}

static int refuse(void *arg, const char *sentence)
{
	(void)arg;
	(void)sentence;
	return -77;
}

static void a_walk_ends_with_what_its_taker_returns(void **state)
{
	struct lesson *l = asset_lesson("fractions");

	(void)state;
	assert_int_equal(lesson_sentences_of_step(l, 0, refuse, NULL), -77);
	assert_int_equal(lesson_sentences_of_all(l, refuse, NULL), -77);
	lesson_free(l);
}

/* --- the dictionary --- */

static void add(struct vocabulary *v, const char *word)
{
	assert_true(vocabulary_add(v, word, strlen(word)) != VOCABULARY_NONE);
}

static void only_wanted_words_are_picked_in_all_their_ways(void **state)
{
	static const char text[] =
		"read R EH D\nread(2) R IY D\nreader R IY D ER\r\n"
		"red R EH D\nrose R OW Z";
	struct vocabulary wanted = {0}, sounds = {0}, found = {0}, more = {0};
	struct bytes out;

	(void)state;
	bytes_init(&out, TEXT_MOST);
	add(&wanted, "read");
	add(&wanted, "missing");
	assert_int_equal(
		dictionary_pick(&out, text, &wanted, &sounds, &found, NULL), 0);
	assert_string_equal(bytes_text(&out), "read R EH D\nread(2) R IY D\n");
	assert_int_equal(found.count, 1);
	bytes_clear(&out);
	/* what sounds like it is left out */
	add(&more, "red");
	add(&more, "rose");
	assert_int_equal(
		dictionary_pick(&out, text, &more, NULL, NULL, &sounds), 0);
	assert_string_equal(bytes_text(&out), "rose R OW Z\n");
	bytes_deinit(&out);
	vocabulary_deinit(&wanted);
	vocabulary_deinit(&sounds);
	vocabulary_deinit(&found);
	vocabulary_deinit(&more);
}

static void a_vocabulary_keeps_thousands_of_words_apart(void **state)
{
	struct vocabulary v = {0};
	char word[16];

	(void)state;
	assert_true(vocabulary_find(&v, "w0", 2) == VOCABULARY_NONE);
	for (size_t i = 0; i < 5000; i++) {
		int n = snprintf(word, sizeof word, "w%zu", i);
		assert_true(vocabulary_add(&v, word, (size_t)n) == i);
	}
	for (size_t i = 0; i < 5000; i++) {
		int n = snprintf(word, sizeof word, "w%zu", i);
		assert_true(vocabulary_find(&v, word, (size_t)n) == i);
	}
	assert_true(vocabulary_find(&v, "w5000", 5) == VOCABULARY_NONE);
	vocabulary_deinit(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			probabilities_behind_each_history_add_up_to_one),
		cmocka_unit_test(a_sentence_that_weighs_more_is_likelier),
		cmocka_unit_test(
			learners_phrases_around_an_answer_are_expected),
		cmocka_unit_test(requests_are_expected_at_any_time),
		cmocka_unit_test(a_walk_ends_with_what_its_taker_returns),
		cmocka_unit_test(
			only_wanted_words_are_picked_in_all_their_ways),
		cmocka_unit_test(a_vocabulary_keeps_thousands_of_words_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
