/* What the core tells a brain: the session, the learner's turns, interruptions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/nova/history.h"
#include "tests/support/sim_client.h"

/* Writes down what it is told, in words; says what the test says. */
struct diary {
	struct brain_maker maker;
	struct brain brain;
	char lines[1024];
	int16_t turn[16000 * 10];
	size_t turn_samples, heard;
	char system_prompt[64], voice[32], tools[256];
	struct history history;
	unsigned rate_hz, freed;
};

static struct diary *diary_of(struct brain *b)
{
	return (struct diary *)((char *)b - offsetof(struct diary, brain));
}

static void write_line(struct diary *d, const char *text)
{
	size_t n = strlen(d->lines);

	snprintf(d->lines + n, sizeof d->lines - n, "%s\n", text);
}

static void session_started(struct brain *b, const struct brain_session *s)
{
	struct diary *d = diary_of(b);

	write_line(d, "started");
	snprintf(d->system_prompt, sizeof d->system_prompt, "%s",
		 s->system_prompt);
	snprintf(d->voice, sizeof d->voice, "%s", s->voice);
	snprintf(d->tools, sizeof d->tools, "%s", s->tools ? s->tools : "");
	assert_int_equal(history_copy(&d->history, s->history), 0);
	d->rate_hz = s->output_rate_hz;
}

static void audio(struct brain *b, const int16_t *samples, size_t n)
{
	(void)samples;
	diary_of(b)->heard += n;
}

static void turn_began(struct brain *b)
{
	write_line(diary_of(b), "began");
}

static void turn_ended(struct brain *b, const int16_t *samples, size_t n,
		       const char *text)
{
	struct diary *d = diary_of(b);
	char line[128];

	snprintf(line, sizeof line, "ended %s", text ? text : "speech");
	write_line(d, line);
	assert_true(n <= sizeof d->turn / sizeof *d->turn);
	if (n)
		memcpy(d->turn, samples, n * sizeof *samples);
	d->turn_samples = n;
}

static void tool_result(struct brain *b, const char *id, const char *result)
{
	char line[256];

	assert_int_equal(strlen(id), 36);
	snprintf(line, sizeof line, "result %s", result);
	write_line(diary_of(b), line);
}

static void interrupted(struct brain *b, const struct brain_heard *heard)
{
	char line[64];

	snprintf(line, sizeof line, "interrupted %s%zu",
		 heard->begun ? "in " : "before ", heard->sentence);
	write_line(diary_of(b), line);
}

static void brain_free(struct brain *b)
{
	diary_of(b)->freed++;
}

static int make(struct brain_maker *m, struct clock *clock, struct brain **out,
		struct problem *p)
{
	static const struct brain_ops ops = {
		session_started, audio,       turn_began, turn_ended,
		tool_result,     interrupted, brain_free,
	};
	struct diary *d = (struct diary *)m;

	(void)clock;
	(void)p;
	d->brain.ops = &ops;
	*out = &d->brain;
	return 0;
}

static int refuse_to_make(struct brain_maker *m, struct clock *clock,
			  struct brain **out, struct problem *p)
{
	(void)m;
	(void)clock;
	(void)out;
	return problem_set(p, PROBLEM_FILE, "no lesson; make one");
}

static void begin(struct sim_client *c, struct diary *d)
{
	memset(d, 0, sizeof *d);
	d->maker.make = make;
	sim_client_open(c, &(struct sim_core_settings){0}, &d->maker);
	sim_client_begin(c);
}

static void finish(struct sim_client *c, struct diary *d)
{
	sim_client_close(c);
	assert_int_equal(d->freed, 1);
	history_deinit(&d->history);
}

static void expect(struct diary *d, const char *lines)
{
	assert_string_equal(d->lines, lines);
	d->lines[0] = '\0';
}

static struct diary diary;

static void a_brain_is_told_about_its_session(void **state)
{
	struct sim_client c;

	(void)state;
	memset(&diary, 0, sizeof diary);
	diary.maker.make = make;
	sim_client_open(&c, &(struct sim_core_settings){0}, &diary.maker);
	sim_client_prompt(&c, 16000);
	sim_client_history(&c, NOVA_USER, "What is a leaf?");
	sim_client_history(&c, NOVA_ASSISTANT, "A part of a plant.");
	expect(&diary, "");
	sim_client_audio(&c, 16000);
	expect(&diary, "started\n");
	assert_string_equal(diary.system_prompt, "Be kind.");
	assert_string_equal(diary.voice, "tiffany");
	assert_non_null(strstr(diary.tools, "\"look\""));
	assert_int_equal(diary.rate_hz, 16000);
	assert_int_equal(diary.history.count, 2);
	assert_string_equal(diary.history.messages[0].text, "What is a leaf?");
	assert_int_equal(diary.history.messages[1].role, NOVA_ASSISTANT);
	finish(&c, &diary);
}

/* 200 ms before the first loud sample and 300 ms behind the last. */
static void a_turn_is_given_with_some_silence_around_it(void **state)
{
	struct sim_client c;
	int16_t voice[16000];

	(void)state;
	begin(&c, &diary);
	expect(&diary, "started\n");
	sim_client_silence(&c, 3200);
	sim_client_speak(&c, 960);
	expect(&diary, "began\n");
	sim_client_silence(&c, 3200);
	expect(&diary, "ended speech\n");
	assert_int_equal(diary.turn_samples, (200 + 960 + 300) * 16);
	for (size_t i = 0; i < 200 * 16; i++)
		assert_int_equal(diary.turn[i], 0);
	sim_client_voice(voice, 960 * 16, 16000, 3200 * 16);
	assert_memory_equal(diary.turn + 200 * 16, voice,
			    960 * 16 * sizeof *voice);
	assert_int_equal(diary.heard, (3200 + 960 + 3200) * 16);
	finish(&c, &diary);
}

static void a_brain_that_is_too_slow_is_told_to_give_up(void **state)
{
	struct sim_client c;

	(void)state;
	begin(&c, &diary);
	sim_client_speak(&c, 640);
	sim_client_silence(&c, 1600);
	expect(&diary, "started\nbegan\nended speech\n");
	sim_client_expect(&c, "completionStart\n");
	sim_client_speak(&c, 640);
	expect(&diary, "interrupted before 0\nbegan\n");
	sim_client_expect(&c, ""); /* nothing was said, nothing is cut */
	sim_client_silence(&c, 1600);
	expect(&diary, "ended speech\n");
	assert_int_equal(sim_end_turn(diary.brain.core), 0);
	sim_client_speak(&c, 640); /* it owes nothing now */
	expect(&diary, "began\n");
	finish(&c, &diary);
}

static void an_answer_may_come_in_parts_and_late(void **state)
{
	static const int16_t sound[2400];
	struct sim_client c;
	struct sim_core *core;

	(void)state;
	begin(&c, &diary);
	core = diary.brain.core;
	sim_client_text(&c, "Hi");
	expect(&diary, "started\nended Hi\n");
	sim_client_silence(&c, 640);
	assert_int_equal(sim_transcript(core, "Hi"), 0);
	assert_int_equal(sim_say(core, "One.", sound, 2400), 0);
	sim_client_silence(&c, 640);
	sim_client_expect(&c, "completionStart\n"
			      "USER FINAL \"Hi\" PARTIAL_TURN\n"
			      "ASSISTANT SPECULATIVE \"One.\" PARTIAL_TURN\n");
	assert_int_equal(sim_say(core, "Two.", sound, 2400), 0);
	sim_client_silence(&c, 640);
	assert_int_equal(sim_end_turn(core), 0);
	sim_client_expect(&c, "AUDIO 2400 PARTIAL_TURN\n"
			      "ASSISTANT SPECULATIVE \"Two.\" PARTIAL_TURN\n"
			      "AUDIO 2400 END_TURN\n"
			      "ASSISTANT FINAL \"One.\" END_TURN\n"
			      "ASSISTANT FINAL \"Two.\" END_TURN\n");
	finish(&c, &diary);
}

/* Each sentence is a second long; a voice is known to be one 120 ms after its
 * first sample, at the end of a frame of 32 ms. */
static void a_brain_is_told_which_sentence_was_cut(void **state)
{
	static const struct {
		unsigned heard_ms;
		const char *told;
	} rows[] = {
		{320, "interrupted in 0\nbegan\n"},
		{1120, "interrupted in 1\nbegan\n"},
		{2560, "interrupted in 2\nbegan\n"},
	};
	static const int16_t sound[24000];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sim_client c;

		begin(&c, &diary);
		sim_client_text(&c, "Hi");
		expect(&diary, "started\nended Hi\n");
		for (int k = 0; k < 3; k++)
			assert_int_equal(sim_say(diary.brain.core,
						 "One two three four five six.",
						 sound, 24000),
					 0);
		assert_int_equal(sim_end_turn(diary.brain.core), 0);
		sim_client_silence(&c, rows[i].heard_ms);
		sim_client_speak(&c, 320);
		expect(&diary, rows[i].told);
		finish(&c, &diary);
	}
}

/* After an answer that was heard, and one whose beginning was. */
static void sentences_are_counted_through_the_session(void **state)
{
	static const int16_t sound[24000];
	struct sim_client c;

	(void)state;
	begin(&c, &diary);
	sim_client_text(&c, "Hi");
	assert_int_equal(sim_say(diary.brain.core, "One.", sound, 24000), 0);
	assert_int_equal(sim_end_turn(diary.brain.core), 0);
	sim_client_silence(&c, 1600);
	sim_client_text(&c, "and");
	expect(&diary, "started\nended Hi\nended and\n");
	sim_client_text(&c, "quick");
	expect(&diary, "interrupted before 1\nended quick\n");
	for (int k = 0; k < 2; k++)
		assert_int_equal(
			sim_say(diary.brain.core, "One two.", sound, 24000), 0);
	sim_client_silence(&c, 1600);
	sim_client_text(&c, "stop");
	expect(&diary, "interrupted in 2\nended stop\n");
	finish(&c, &diary);
}

static void nothing_can_be_said_after_the_prompt(void **state)
{
	struct sim_client c;
	char id[37];

	(void)state;
	begin(&c, &diary);
	sim_client_end(&c);
	assert_int_equal(sim_say(diary.brain.core, "x", NULL, 0),
			 PROBLEM_CLOSED);
	assert_int_equal(sim_transcript(diary.brain.core, "x"), PROBLEM_CLOSED);
	assert_int_equal(sim_end_turn(diary.brain.core), PROBLEM_CLOSED);
	assert_int_equal(sim_tool_use(diary.brain.core, "x", "{}", id),
			 PROBLEM_CLOSED);
	sim_fail(diary.brain.core, "x", "y");
	sim_client_expect(&c, "completionStart\ncompletionEnd END_TURN\n"
			      "ended\n");
	finish(&c, &diary);
}

static void a_session_without_a_brain_fails(void **state)
{
	struct brain_maker none = {refuse_to_make};
	struct sim_client c;

	(void)state;
	sim_client_open(&c, &(struct sim_core_settings){0}, &none);
	sim_client_begin(&c);
	sim_client_expect(&c, "completionStart\n"
			      "exception internalServerException: The system "
			      "encountered an unexpected error during "
			      "processing. Try your request again.\n");
	sim_client_close(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_brain_is_told_about_its_session),
		cmocka_unit_test(a_turn_is_given_with_some_silence_around_it),
		cmocka_unit_test(a_brain_that_is_too_slow_is_told_to_give_up),
		cmocka_unit_test(an_answer_may_come_in_parts_and_late),
		cmocka_unit_test(a_brain_is_told_which_sentence_was_cut),
		cmocka_unit_test(sentences_are_counted_through_the_session),
		cmocka_unit_test(nothing_can_be_said_after_the_prompt),
		cmocka_unit_test(a_session_without_a_brain_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
