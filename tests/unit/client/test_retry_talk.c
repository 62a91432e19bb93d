/* Failures in a whole conversation, under the virtual clock: what is resumed
 * with nothing lost, what ends, and what a person is told meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/exit_code.h"
#include "net/base/random.h"
#include "net/base/virtual_clock.h"
#include "tests/support/virtual_talk.h"

#define LESSON                                                                 \
	"name: a lesson\n"                                                     \
	"stream: {speed: 8, turn_pause_ms: 800, %s}\n"                         \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    hear: what is light\n"                                            \
	"    say: [{text: A wave., tone: {hz: 440, ms: 1000}}]\n"              \
	"  - on: speech\n"                                                     \
	"    hear: and sound\n"                                                \
	"    say: [{text: A wave too., tone: {hz: 880, ms: 1000}}]\n"

/* The first answer is over by then, and the second question is being said. */
enum { SECOND_QUESTION_MS = 10000, LIMIT_MS = 60000, END_LIMIT_S = 600 };
#define MID_SENTENCE "@10600"

static int16_t speech[VT_MIC_HZ];

static int make_speech(void **state)
{
	(void)state;
	virtual_talk_make_speech(speech, VT_MIC_HZ);
	random_seed(11);
	return 0;
}

static int end_seed(void **state)
{
	(void)state;
	random_seed(0);
	return 0;
}

static void open_lesson(struct virtual_talk *t, const char *stream,
			unsigned tries)
{
	char yaml[1024];

	snprintf(yaml, sizeof yaml, LESSON, stream);
	virtual_talk_open(t, yaml, tries);
}

static void open_with_fault(struct virtual_talk *t, const char *fault,
			    unsigned tries)
{
	char stream[128];

	snprintf(stream, sizeof stream, "fault: \"%s\"", fault);
	open_lesson(t, stream, tries);
}

static void speak(struct virtual_talk *t)
{
	virtual_talk_say(t, speech, VT_MIC_HZ);
}

/* One question with its answer; then another one, in which the fault comes. */
static void ask_twice(struct virtual_talk *t)
{
	virtual_talk_run_until(t, &t->ready_count, 1, LIMIT_MS);
	speak(t);
	virtual_talk_run_until(t, &t->answered_count, 1, LIMIT_MS);
	assert_true(clock_now_us(t->clock) < SECOND_QUESTION_MS * 1000ull);
	virtual_clock_run_until(t->virtual, SECOND_QUESTION_MS * 1000ull);
	speak(t);
}

static const char *const resumed[] = {
	"reset",         "goaway",
	"cut-message",   "connection-closed",
	"ended-early",   "unreadable",
	"instability",   "idle-531",
	"idle-532",      "idle",
	"throttled",     "model-timeout",
	"internal",      "model-stream-error",
	"unavailable",   "invalid-input",
	"open-contents", "other",
};

static void a_failure_in_mid_sentence_loses_no_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof resumed / sizeof *resumed; i++) {
		struct virtual_talk t;
		char fault[64];

		snprintf(fault, sizeof fault, "%s" MID_SENTENCE, resumed[i]);
		open_with_fault(&t, fault, 5);
		ask_twice(&t);
		virtual_talk_run_until(&t, &t.answered_count, 2, LIMIT_MS);
		if (t.retry_count != 1 || t.ready_count != 2)
			fail_msg("%s: %u attempts, %u sessions", resumed[i],
				 t.retry_count, t.ready_count);
		/* answered in the second session, which knows the first */
		assert_int_equal(virtual_talk_count(&t, "transcript USER"), 2);
		assert_int_equal(virtual_talk_count(&t, "transcript ASSISTANT"),
				 2);
		assert_int_equal(virtual_talk_count(&t, "sent history USER"),
				 1);
		assert_int_equal(
			virtual_talk_count(&t, "sent history ASSISTANT"), 1);
		virtual_talk_run(&t, 5000);
		assert_int_equal(t.answered_count, 2);
		assert_false(t.ended);
		virtual_talk_close(&t);
	}
}

static void filtered_words_are_never_said_again(void **state)
{
	struct virtual_talk t;

	(void)state;
	open_with_fault(&t, "content-filter" MID_SENTENCE, 5);
	ask_twice(&t);
	virtual_talk_run_until(&t, &t.ready_count, 2, LIMIT_MS);
	virtual_talk_run(&t, 20000);
	/* The end of the sentence was spoken after the loss; nothing of it is
	 * held against the learner. */
	assert_int_equal(t.answered_count, 1);
	assert_int_equal(virtual_talk_count(&t, "transcript USER"), 1);
	assert_int_equal(conversation_state(t.conversation),
			 CONVERSATION_LISTENING);
	assert_int_equal(virtual_talk_count(&t, "sent history USER"), 1);
	speak(&t);
	virtual_talk_run_until(&t, &t.answered_count, 2, LIMIT_MS);
	virtual_talk_close(&t);
}

/* The filter may strike when the words have been understood already. */
static void filtered_words_are_not_in_the_history(void **state)
{
	struct virtual_talk t;

	(void)state;
	virtual_talk_open(&t,
			  "stream: {speed: 8, turn_pause_ms: 800}\n"
			  "turns:\n"
			  "  - {on: speech, hear: what is light, say: "
			  "[{text: A wave., tone: {ms: 500}}]}\n"
			  "  - on: speech\n"
			  "    hear: a bad word\n"
			  "    fail: {exception: validationException, message: "
			  "This request has been blocked by our content "
			  "filters.}\n",
			  5);
	ask_twice(&t);
	virtual_talk_run_until(&t, &t.ready_count, 2, LIMIT_MS);
	assert_true(virtual_talk_told(&t, "transcript USER a bad word"));
	assert_true(virtual_talk_told(&t, "sent history USER what is light"));
	assert_false(virtual_talk_told(&t, "sent history USER a bad word"));
	virtual_talk_run(&t, 20000);
	assert_int_equal(t.answered_count, 1);
	assert_int_equal(t.retry_count, 1);
	virtual_talk_close(&t);
}

static void an_answer_in_between_begins_the_count_anew(void **state)
{
	struct virtual_talk t;

	(void)state;
	open_with_fault(&t, "reset" MID_SENTENCE "*2", 5);
	ask_twice(&t);
	virtual_talk_run_until(&t, &t.answered_count, 2, LIMIT_MS);
	virtual_talk_run_until(&t, &t.ready_count, 3, LIMIT_MS);
	assert_int_equal(virtual_talk_count(&t, "retry 3000"), 2);
	assert_int_equal(virtual_talk_count(&t, "retry"), 2);
	virtual_talk_close(&t);
}

/* Each session of a silent learner is closed after three minutes. */
static void a_learner_may_be_silent_for_as_long_as_they_like(void **state)
{
	struct virtual_talk t;

	(void)state;
	open_with_fault(&t, "idle-531@180000*0", 2);
	virtual_talk_run_until(&t, &t.ready_count, 4, 20 * LIMIT_MS);
	assert_false(t.ended);
	assert_int_equal(virtual_talk_count(&t, "retry 3000"), 3);
	virtual_talk_close(&t);
}

static void a_wait_is_counted_down_second_by_second(void **state)
{
	struct virtual_talk t;
	size_t at = 0;

	(void)state;
	open_with_fault(&t, "reset@2000", 5);
	virtual_talk_run_until(&t, &t.ready_count, 2, LIMIT_MS);
	while (at < t.line_count && strcmp(t.lines[at], "retry 3000") != 0)
		at++;
	assert_true(at + 2 < t.line_count);
	assert_string_equal(t.lines[at + 1], "countdown 2000");
	assert_string_equal(t.lines[at + 2], "countdown 1000");
	assert_int_equal(virtual_talk_count(&t, "countdown"), 2);
	assert_int_equal(clock_now_us(t.clock), t.retry_at_us[0]);
	virtual_talk_close(&t);
}

/* --- what ends --- */

static const struct {
	const char *fault;
	unsigned tries;
	unsigned opened; /* streams in all */
	int code, exit_code;
	const char *part;
} ends[] = {
	/* before there was a session */
	{"throttled*0", 2, 3, PROBLEM_THROTTLED, EXIT_CODE_CONNECT,
	 "too many requests"},
	{"quota*0", 1, 2, PROBLEM_THROTTLED, EXIT_CODE_CONNECT,
	 "as many conversations"},
	{"model-not-ready*0", 2, 3, PROBLEM_SERVER, EXIT_CODE_CONNECT,
	 "still being made ready"},
	{"unavailable*0", 1, 2, PROBLEM_SERVER, EXIT_CODE_CONNECT,
	 "isn't currently available"},
	{"throttled*0", 0, 1, PROBLEM_THROTTLED, EXIT_CODE_CONNECT,
	 "too many requests"},
	{"unknown-key", 5, 1, PROBLEM_DENIED, EXIT_CODE_CONNECT, "key id"},
	{"unknown-model", 5, 1, PROBLEM_MODEL, EXIT_CODE_CONNECT,
	 "is not known"},
	{"invalid-input", 5, 1, PROBLEM_UNCLEAR, EXIT_CODE_CONNECT,
	 "Invalid input request"},
	{"no-event-stream", 5, 1, PROBLEM_PROTOCOL, EXIT_CODE_CONNECT,
	 "text/html"},
	/* inside */
	{"invalid-input@500*0", 5, 2, PROBLEM_UNCLEAR, EXIT_CODE_FAILED,
	 "if it comes again"},
	{"validation@500", 5, 1, PROBLEM_REJECTED, EXIT_CODE_FAILED,
	 "check the model"},
	{"input-chunk@500", 5, 1, PROBLEM_REJECTED, EXIT_CODE_FAILED,
	 "tool schemas"},
	{"reset@500*0", 3, 4, PROBLEM_CLOSED, EXIT_CODE_FAILED, "was reset"},
	{"reset@500*0", 0, 1, PROBLEM_CLOSED, EXIT_CODE_FAILED, "was reset"},
	{"throttled@500*0", 4, 5, PROBLEM_THROTTLED, EXIT_CODE_FAILED,
	 "too many requests"},
};

static void what_does_not_pass_ends_with_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct virtual_talk t;

		open_with_fault(&t, ends[i].fault, ends[i].tries);
		for (unsigned s = 0; !t.ended && s < END_LIMIT_S; s++)
			virtual_talk_run(&t, 1000);
		if (!t.ended || t.opened != ends[i].opened ||
		    t.why.code != ends[i].code ||
		    !strstr(t.why.text, ends[i].part))
			fail_msg("%s: ended %d after %u streams: %s",
				 ends[i].fault, t.ended, t.opened, t.why.text);
		assert_int_equal(exit_code_for(t.why.code, t.was_connected),
				 ends[i].exit_code);
		assert_int_equal(t.retry_count, ends[i].opened - 1);
		virtual_talk_close(&t);
	}
}

/* --- the first connection --- */

static void a_throttled_first_connection_is_waited_for(void **state)
{
	static const char *const faults[] = {"throttled*2", "model-not-ready*2",
					     "internal*2", "instability*2"};

	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct virtual_talk t;

		open_with_fault(&t, faults[i], 5);
		virtual_talk_run(&t, 1);
		assert_int_equal(conversation_state(t.conversation),
				 CONVERSATION_CONNECTING);
		virtual_talk_run_until(&t, &t.ready_count, 1, LIMIT_MS);
		assert_int_equal(t.opened, 3);
		assert_int_equal(t.retry_count, 2);
		/* and it is a conversation like any other */
		speak(&t);
		virtual_talk_run_until(&t, &t.answered_count, 1, LIMIT_MS);
		virtual_talk_close(&t);
	}
}

static void a_retry_after_is_honoured(void **state)
{
	struct virtual_talk t;
	uint64_t start_us;

	(void)state;
	open_lesson(&t,
		    "refuse: {status: 429, exception: ThrottlingException, "
		    "first: 1, retry_after_s: 7}",
		    5);
	start_us = clock_now_us(t.clock);
	virtual_talk_run_until(&t, &t.ready_count, 1, LIMIT_MS);
	assert_in_range(t.retry_at_us[0] - start_us, 7000000, 9999000);
	assert_int_equal(clock_now_us(t.clock), t.retry_at_us[0]);
	virtual_talk_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_in_mid_sentence_loses_no_word),
		cmocka_unit_test(filtered_words_are_never_said_again),
		cmocka_unit_test(filtered_words_are_not_in_the_history),
		cmocka_unit_test(an_answer_in_between_begins_the_count_anew),
		cmocka_unit_test(
			a_learner_may_be_silent_for_as_long_as_they_like),
		cmocka_unit_test(a_wait_is_counted_down_second_by_second),
		cmocka_unit_test(what_does_not_pass_ends_with_its_line),
		cmocka_unit_test(a_throttled_first_connection_is_waited_for),
		cmocka_unit_test(a_retry_after_is_honoured),
	};
	return cmocka_run_group_tests(tests, make_speech, end_seed);
}
