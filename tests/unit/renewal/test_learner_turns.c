/* Where the learner's last answered turn ended: time lines, in ms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/renewal/account.h"
#include "net/renewal/learner_audio.h"
#include "net/renewal/learner_turns.h"
#include "tests/support/learner_voice.h"

enum { SPANS = 4, MS = LEARNER_VOICE_MS };

struct line {
	const char *what;
	struct {
		unsigned start, length;
	} spoken[SPANS];
	unsigned answer_at;
	unsigned answered; /* the point then; edges are found to 10 ms */
	unsigned now;
	unsigned from; /* where a new stream's audio begins, now */
};

static void hear(struct learner_turns *t, const struct learner_voice *v,
		 uint64_t from, uint64_t to)
{
	int16_t samples[512];

	while (from < to) {
		size_t n = to - from < 512 ? (size_t)(to - from) : 512;

		learner_voice_read(v, from, samples, n);
		learner_turns_hear(t, samples, n);
		from += n;
	}
}

static void assert_about(unsigned ms, uint64_t position)
{
	assert_in_range(position + 10 * MS, (uint64_t)ms * MS,
			(uint64_t)ms * MS + 20 * MS);
}

static void the_point_is_where_the_answered_turn_ended(void **state)
{
	static const struct line lines[] = {
		{"one turn", {{1000, 1000}}, 4000, 2000, 4500, 2000},
		{"silence since is not given again",
		 {{1000, 1000}},
		 4000,
		 2000,
		 20000,
		 17000},
		{"a pause within the turn",
		 {{1000, 1000}, {2700, 800}},
		 5500,
		 3500,
		 6000,
		 3500},
		{"he speaks again before the answer starts",
		 {{1000, 1000}, {3700, 1500}},
		 4200,
		 2000,
		 5300,
		 2000},
		{"he has spoken again and is quiet for a moment",
		 {{1000, 1000}, {3600, 400}},
		 4500,
		 2000,
		 5000,
		 2000},
		{"he speaks into the answer",
		 {{1000, 1000}, {9000, 1000}},
		 4000,
		 2000,
		 10100,
		 6000},
		{"the service was quicker than our pause",
		 {{1000, 1000}},
		 2500,
		 2000,
		 3000,
		 2000},
		{"nothing was heard of the turn that is answered",
		 {{0, 0}},
		 6000,
		 4500,
		 6500,
		 4500},
		{"he had only just begun when a typed turn was answered",
		 {{3800, 2000}},
		 4000,
		 0,
		 5000,
		 800},
		{"noise without end",
		 {{1000, 30000}},
		 25000,
		 23500,
		 25500,
		 23500},
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const struct line *l = &lines[i];
		struct learner_voice v = {0};
		struct learner_turns t;

		for (size_t s = 0; s < SPANS && l->spoken[s].length; s++)
			learner_voice_say(&v, l->spoken[s].start,
					  l->spoken[s].length);
		learner_turns_init(&t, LEARNER_VOICE_HZ, 0);
		hear(&t, &v, 0, (uint64_t)l->answer_at * MS);
		learner_turns_answered(&t);
		print_message("%s\n", l->what);
		assert_about(l->answered, t.answered);
		hear(&t, &v, (uint64_t)l->answer_at * MS,
		     (uint64_t)l->now * MS);
		assert_about(l->from, learner_turns_from(&t));
		learner_voice_free(&v);
	}
}

static void speech_after_the_point_is_unanswered(void **state)
{
	struct learner_voice v = {0};
	struct learner_turns t;

	(void)state;
	learner_voice_say(&v, 1000, 1000);
	learner_voice_say(&v, 5000, 1000);
	learner_turns_init(&t, LEARNER_VOICE_HZ, 0);
	hear(&t, &v, 0, 1500 * MS);
	assert_true(learner_turns_speaking(&t));
	hear(&t, &v, 1500 * MS, 4000 * MS);
	assert_true(learner_turns_unanswered(&t));
	assert_false(learner_turns_speaking(&t));
	assert_in_range(learner_turns_quiet_ms(&t), 1990, 2010);
	learner_turns_answered(&t);
	assert_false(learner_turns_unanswered(&t));
	assert_false(learner_turns_spoke_after(&t, 2100 * MS));
	hear(&t, &v, 4000 * MS, 5500 * MS);
	assert_true(learner_turns_unanswered(&t));
	assert_true(learner_turns_spoke_after(&t, 2100 * MS));
	learner_voice_free(&v);
}

/* A talk without an answer may have more utterances than are kept. */
static void the_oldest_speech_is_forgotten_first(void **state)
{
	struct learner_voice v = {0};
	struct learner_turns t;

	(void)state;
	for (unsigned i = 0; i < LEARNER_SPANS_MAX + 10; i++)
		learner_voice_say(&v, 1000 + i * 1000, 500);
	learner_turns_init(&t, LEARNER_VOICE_HZ, 0);
	hear(&t, &v, 0, (uint64_t)(LEARNER_SPANS_MAX + 12) * 1000 * MS);
	assert_int_equal(LEARNER_SPANS_MAX, t.count);
	assert_about(11000, t.spans[0].start);
	learner_voice_free(&v);
}

/* --- what is held of it --- */

struct sink {
	const struct learner_voice *voice;
	uint64_t next;
	unsigned pieces;
};

static int take(void *arg, const int16_t *samples, size_t n)
{
	struct sink *s = arg;

	assert_true(learner_voice_stands(s->voice, s->next, samples, n));
	assert_true(n <= LEARNER_VOICE_HZ / 5);
	s->next += n;
	s->pieces++;
	return 0;
}

static void the_last_thirty_seconds_are_held_by_position(void **state)
{
	static const uint64_t sent[] = {1000, 480000, 480001, 2000000};
	struct learner_voice v = {0};
	int16_t samples[700];

	(void)state;
	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
		struct learner_audio l;
		uint64_t oldest = sent[i] > 480000 ? sent[i] - 480000 : 0;

		assert_int_equal(0, learner_audio_init(&l, LEARNER_VOICE_HZ));
		for (uint64_t at = 0; at < sent[i];) {
			size_t n = sent[i] - at < 700 ? (size_t)(sent[i] - at)
						      : 700;

			learner_voice_read(&v, at, samples, n);
			learner_audio_add(&l, samples, n);
			at += n;
		}
		assert_int_equal(sent[i], l.end);
		assert_int_equal(oldest, learner_audio_oldest(&l));

		struct sink all = {&v, oldest, 0}, end = {&v, sent[i] - 900, 0};
		assert_int_equal(0, learner_audio_each(&l, 0, take, &all));
		assert_int_equal(sent[i], all.next);
		assert_int_equal(0, learner_audio_each(&l, sent[i] - 900, take,
						       &end));
		assert_int_equal(sent[i], end.next);
		learner_audio_keep(&l, 10);
		if (sent[i] > 160)
			assert_int_equal(sent[i] - 160,
					 learner_audio_oldest(&l));
		learner_audio_clear(&l);
		assert_int_equal(sent[i], learner_audio_oldest(&l));
		learner_audio_deinit(&l);
	}
}

/* --- questions --- */

static void a_question_is_heard_again_or_history_never_both(void **state)
{
	static const struct {
		uint64_t from, oldest, begin;
		int forgotten;
		const char *history; /* the last USER message */
	} rows[] = {
		{100, 0, 100, 2, "Hello."},       /* all is held */
		{200, 0, 200, 1, "Hello. a"},     /* a was heard to its end */
		{100, 150, 200, 1, "Hello. a"},   /* a part of a is lost */
		{100, 350, 350, 0, "Hello. a b"}, /* nothing of them is held */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct account a;

		account_init(&a, 0);
		assert_int_equal(0, account_heard(&a, "Hello.", 50));
		/* an answer without text */
		assert_int_equal(0, account_answered(&a));
		assert_int_equal(0, account_heard(&a, "a", 200));
		assert_int_equal(0, account_typed(&a, "t", 250));
		assert_int_equal(0, account_heard(&a, "t", 260)); /* the same */
		assert_int_equal(0, account_heard(&a, "b", 300));
		assert_int_equal(rows[i].begin, account_begin(&a, rows[i].from,
							      rows[i].oldest));
		assert_int_equal(rows[i].forgotten,
				 account_settle(&a, rows[i].begin));
		assert_int_equal(1, a.history.count);
		assert_string_equal(rows[i].history,
				    a.history.messages[0].text);
		/* typed words stay to be typed again */
		assert_int_equal(1, a.count);
		assert_true(a.questions[0].typed);
		account_deinit(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_point_is_where_the_answered_turn_ended),
		cmocka_unit_test(speech_after_the_point_is_unanswered),
		cmocka_unit_test(the_oldest_speech_is_forgotten_first),
		cmocka_unit_test(the_last_thirty_seconds_are_held_by_position),
		cmocka_unit_test(
			a_question_is_heard_again_or_history_never_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
