/* renewal_rig's tutor: a brain that knows what it has heard. */
#include "tests/support/renewal_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/nova/history.h"
#include "net/sim/brain.h"
#include "tests/support/renewal_rig_parts.h"

struct tutor {
	struct brain brain;
	struct rig_leg *leg;
	char owed[256]; /* words that wait for an answer */
	struct timer think;
	unsigned rate_hz;
	bool tool_asked;
};

struct tutor_maker {
	struct brain_maker base;
	struct renewal_rig *rig;
};

static struct tutor *tutor_of(struct brain *b)
{
	return (struct tutor *)b;
}

static void owe(struct tutor *t, const char *words)
{
	size_t n = strlen(t->owed);

	snprintf(t->owed + n, sizeof t->owed - n, "%s%s", n ? " " : "", words);
}

/* --- answering --- */

/* Of many lengths, the same for the same words. */
static unsigned length_ms(const struct renewal_rig *rig, const char *words,
			  unsigned sentence)
{
	unsigned sum = 7 * sentence;

	if (rig->answer_ms)
		return rig->answer_ms;
	for (const char *c = words; *c; c++)
		sum = sum * 31 + (unsigned char)*c;
	return 700 + sum % 3500;
}

unsigned rig_answer_sentences(const struct renewal_rig *rig, const char *words)
{
	return rig->answer_ms ? 1 : 1 + length_ms(rig, words, 9) % 3;
}

uint64_t rig_answer_samples(const struct renewal_rig *rig, const char *words)
{
	uint64_t sum_ms = 0;

	for (unsigned i = rig_answer_sentences(rig, words); i-- > 0;)
		sum_ms += length_ms(rig, words, i);
	return sum_ms * (NOVA_OUTPUT_RATE_HZ / 1000);
}

static void say(struct tutor *t, unsigned sentence)
{
	size_t n = (size_t)length_ms(t->leg->rig, t->owed, sentence) *
		   (t->rate_hz / 1000);
	int16_t *samples = malloc(n * sizeof *samples);
	char text[320];

	assert_non_null(samples);
	for (size_t i = 0; i < n; i++)
		samples[i] = (int16_t)(i % 100);
	snprintf(text, sizeof text, "s%u of %s", sentence, t->owed);
	assert_int_equal(0, sim_say(t->brain.core, text, samples, n));
	free(samples);
}

/* The words of text, one by one: "w3 w4". */
static void each_word(struct tutor *t, const char *text,
		      void (*each)(struct tutor *t, unsigned long word))
{
	while ((text = strpbrk(text, "w")) != NULL) {
		unsigned long word = strtoul(text + 1, (char **)&text, 10);

		assert_true(word < RIG_ANSWERS);
		each(t, word);
	}
}

static void note_begun(struct tutor *t, unsigned long word)
{
	t->leg->rig->begun[word] = true;
}

static void owe_unless_begun(struct tutor *t, unsigned long word)
{
	char words[32];

	snprintf(words, sizeof words, "w%lu", word);
	if (!t->leg->rig->begun[word])
		owe(t, words);
}

static void answer(void *arg)
{
	struct tutor *t = arg;
	unsigned sentences = rig_answer_sentences(t->leg->rig, t->owed);
	char id[37];

	if (t->leg->rig->tool && !t->tool_asked) {
		t->tool_asked = true;
		assert_int_equal(0, sim_tool_use(t->brain.core,
						 t->leg->rig->tool, "{}", id));
		return;
	}
	for (unsigned i = 0; i < sentences; i++)
		say(t, i);
	each_word(t, t->owed, note_begun);
	t->owed[0] = '\0';
	assert_int_equal(0, sim_end_turn(t->brain.core));
}

/* --- what it is told --- */

static void session_started(struct brain *b, const struct brain_session *s)
{
	struct tutor *t = tutor_of(b);
	struct rig_leg *l = t->leg;
	size_t n = 0;

	t->rate_hz = s->output_rate_hz;
	for (size_t i = 0; i < s->history->count; i++) {
		const struct history_message *m = &s->history->messages[i];

		n += (size_t)snprintf(l->history + n, sizeof l->history - n,
				      "%c %s|",
				      m->role == NOVA_USER ? 'U' : 'A',
				      m->text);
		assert_true(n < sizeof l->history);
		if (i + 1 == s->history->count && m->role == NOVA_USER)
			each_word(t, m->text, owe_unless_begun);
	}
	/* what it was asked by history it has tools' answers for */
	t->tool_asked = l->rig->leg_count > 1;
}

static void turn_ended(struct brain *b, const int16_t *samples, size_t n,
		       const char *text)
{
	struct tutor *t = tutor_of(b);
	char words[256];
	uint64_t at;

	if (text) {
		owe(t, text);
	} else {
		assert_true(learner_voice_find(&t->leg->rig->voice,
					       t->leg->rig->sent + 1, samples,
					       n, &at));
		learner_voice_words(&t->leg->rig->voice, at, at + n, words,
				    sizeof words);
		owe(t, words);
		assert_int_equal(0, sim_transcript(b->core, words));
	}
	timer_start(&t->think, RIG_THINK_MS * 1000);
}

static void tool_result(struct brain *b, const char *id, const char *result)
{
	(void)id;
	(void)result;
	timer_start(&tutor_of(b)->think, RIG_THINK_MS * 1000);
}

/* What it has not begun to answer it still owes. */
static void interrupted(struct brain *b, const struct brain_heard *heard)
{
	(void)heard;
	timer_stop(&tutor_of(b)->think);
}

static void brain_free(struct brain *b)
{
	timer_stop(&tutor_of(b)->think);
	free(tutor_of(b));
}

static const struct brain_ops ops = {
	.session_started = session_started,
	.turn_ended = turn_ended,
	.tool_result = tool_result,
	.interrupted = interrupted,
	.free = brain_free,
};

/* The stream whose audio container was opened last; over a wire that has gone
 * out a while ago, and its first sound perhaps not yet. */
static struct rig_leg *newest_leg(const struct renewal_rig *rig)
{
	for (size_t i = rig->leg_count; i-- > 0;)
		if (rig->legs[i]->may_open)
			return rig->legs[i];
	fail_msg("no stream opened an audio container");
	return NULL;
}

static int make(struct brain_maker *base, struct clock *clock,
		struct brain **out, struct problem *p)
{
	struct tutor_maker *m = (struct tutor_maker *)base;
	struct tutor *t = calloc(1, sizeof *t);

	(void)p;
	assert_non_null(t);
	t->brain.ops = &ops;
	t->leg = m->rig->feeding ? m->rig->feeding : newest_leg(m->rig);
	timer_init(&t->think, clock, answer, t);
	*out = &t->brain;
	return 0;
}

struct brain_maker *rig_tutor_create(struct renewal_rig *rig)
{
	struct tutor_maker *m = calloc(1, sizeof *m);

	assert_non_null(m);
	m->base.make = make;
	m->rig = rig;
	return &m->base;
}

void rig_tutor_free(struct brain_maker *m)
{
	free(m);
}
