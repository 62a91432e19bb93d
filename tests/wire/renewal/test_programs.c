/* The real programs: `habla talk --bedrock` with `habla sim`, with renewals
 * every few seconds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/sound.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

#define SCENARIO                                                               \
	"name: a short answer\n"                                               \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    hear: What the learner said.\n"                                   \
	"    say:\n"                                                           \
	"      - {text: I have heard it., tone: {hz: 500, ms: 400}}\n"

static unsigned count(const char *all, const char *text)
{
	unsigned n = 0;

	for (; (all = strstr(all, text)) != NULL; all += strlen(text))
		n++;
	return n;
}

/* What each session was given is a piece of what was sent. */
static void expect_pieces(const struct stack *s, unsigned sessions)
{
	struct sound sent = sound_load(stack_path(s, "session/sent.wav"),
				       16000);
	unsigned found = 0;

	for (unsigned i = 1; i <= sessions; i++) {
		char name[64];

		snprintf(name, sizeof name, "sim/received-%u.wav", i);
		/* one that was prepared and not used has none */
		if (access(stack_path(s, name), R_OK) != 0)
			continue;
		struct sound piece = sound_load(stack_path(s, name), 16000);
		assert_true(sound_contains(sent, piece));
		free(piece.samples);
		found++;
	}
	assert_true(found > 2);
	free(sent.samples);
}

/* The learner speaks for 10 s, across three renewals. */
static void talk_for_ten_seconds(struct stack *s, struct process *talk)
{
	s->folder = folder_make();
	stack_start(s, stack_file(s, "scenario.yaml", SCENARIO));

	const char *argv[] = {"habla",
			      "talk",
			      "--bedrock",
			      "--endpoint",
			      s->endpoint,
			      "--renew-after",
			      "3",
			      "--mic",
			      SPEECH,
			      "--speaker",
			      stack_path(s, "speaker.wav"),
			      "--record",
			      stack_path(s, "session"),
			      NULL};
	process_start(talk, argv, stack_environment);
	int code = process_wait(talk);
	if (code)
		fail_msg("exit code %d:\n%s", code, talk->text);
}

static void a_spoken_file_is_heard_once_across_renewals(void **state)
{
	struct stack s = {0};
	struct process talk;
	char *events;

	(void)state;
	talk_for_ten_seconds(&s, &talk);
	assert_int_equal(1, count(talk.text, "What the learner said."));
	assert_int_equal(0, count(talk.text, "Connection lost"));
	events = folder_read(s.folder, "session/events.jsonl", NULL);
	assert_true(count(events, "\"event\":\"renewal\"") > 2);
	assert_int_equal(count(events, "\"event\":\"renewal\""),
			 count(events, "\"gap_ms\":0,"));
	assert_int_equal(1, count(events, "\"event\":\"session\""));
	free(events);
	expect_pieces(&s, 30);
	stack_stop(&s);
}

/* An account that may have one stream: it is closed between turns before the
 * next one is opened, and what is said meanwhile is kept. */
static void with_one_stream_a_renewal_makes_a_gap_and_says_it(void **state)
{
	struct stack s = {.streams = "1"};
	struct process talk;
	char *events;

	(void)state;
	talk_for_ten_seconds(&s, &talk);
	assert_int_equal(1, count(talk.text, "What the learner said."));
	assert_int_equal(0, count(talk.text, "Connection lost"));
	events = folder_read(s.folder, "session/events.jsonl", NULL);
	assert_true(count(events, "HTTP 400); end another one first") > 1);
	assert_true(count(events, "\"gap_ms\":") > 1);
	assert_int_equal(0, count(events, "\"gap_ms\":0,"));
	assert_int_equal(1, count(events, "\"event\":\"session\""));
	expect_pieces(&s, 30);
	free(events);
	stack_stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spoken_file_is_heard_once_across_renewals),
		cmocka_unit_test(
			with_one_stream_a_renewal_makes_a_gap_and_says_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
