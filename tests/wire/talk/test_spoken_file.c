/* A spoken file through the real programs: talk, relay, simulator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/sound.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

/* Answers of known sound, with a real voice. */
#define SCENARIO                                                               \
	"name: one answer\n"                                                   \
	"stream: {chunk_ms: [7, 130]}\n"                                       \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    hear: What the learner said.\n"                                   \
	"    say:\n"                                                           \
	"      - text: This is what the tutor says.\n"                         \
	"        audio: \"" SPEECH "\"\n"                                      \
	"      - {text: And a tone., tone: {hz: 500, ms: 700}}\n"

static struct stack stack;

static int talk_once(void **state)
{
	struct process talk;

	(void)state;
	stack.folder = folder_make();
	stack_start(&stack, stack_file(&stack, "scenario.yaml", SCENARIO));

	const char *argv[] = {"--mic",     SPEECH,
			      "--speaker", stack_path(&stack, "speaker.wav"),
			      "--record",  stack_path(&stack, "session"),
			      NULL};

	stack_talk(&stack, &talk, argv);

	int code = process_wait(&talk);
	if (code)
		fail_msg("exit code %d:\n%s", code, talk.text);
	assert_non_null(strstr(talk.text, "What the learner said."));
	assert_non_null(strstr(talk.text, "This is what the tutor says. And a "
					  "tone."));
	return 0;
}

static int stop(void **state)
{
	(void)state;
	stack_stop(&stack);
	return 0;
}

static void the_simulator_hears_bit_for_bit_what_was_sent(void **state)
{
	(void)state;
	sound_assert_same(stack_path(&stack, "sim/received-1.wav"),
			  stack_path(&stack, "session/sent.wav"), 16000);
}

static void what_was_sent_holds_the_spoken_file_bit_for_bit(void **state)
{
	struct sound sent = sound_load(stack_path(&stack, "session/sent.wav"),
				       16000);
	struct sound speech = sound_load(SPEECH, 16000);

	(void)state;
	assert_true(sound_contains(sent, speech));
	free(sent.samples);
	free(speech.samples);
}

static void received_wav_is_bit_for_bit_what_the_simulator_sent(void **state)
{
	(void)state;
	sound_assert_same(stack_path(&stack, "sim/sent-1.wav"),
			  stack_path(&stack, "session/received.wav"), 24000);
}

static void a_24_khz_speaker_plays_each_sample_once_in_order(void **state)
{
	struct sound played = sound_load(stack_path(&stack, "speaker.wav"),
					 24000);
	struct sound came = sound_load(
		stack_path(&stack, "session/received.wav"), 24000);

	(void)state;
	assert_true(sound_plays(played, came));
	free(played.samples);
	free(came.samples);
}

/* The right channel of heard.wav at 48 kHz, taken back to 24 kHz, is what the
 * speaker played. */
static void heard_wav_is_within_60_db_of_what_was_played(void **state)
{
	struct sound played = sound_load(stack_path(&stack, "speaker.wav"),
					 24000);
	struct sound heard = sound_load_channel(
		stack_path(&stack, "session/heard.wav"), 1, 24000);

	(void)state;
	/* heard.wav begins when the microphone began, too */
	if (played.count > heard.count)
		played.count = heard.count;
	double snr = sound_snr_db(played, heard);
	if (snr < 60)
		fail_msg("signal to noise is %.1f dB", snr);
	free(played.samples);
	free(heard.samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_simulator_hears_bit_for_bit_what_was_sent),
		cmocka_unit_test(
			what_was_sent_holds_the_spoken_file_bit_for_bit),
		cmocka_unit_test(
			received_wav_is_bit_for_bit_what_the_simulator_sent),
		cmocka_unit_test(
			a_24_khz_speaker_plays_each_sample_once_in_order),
		cmocka_unit_test(heard_wav_is_within_60_db_of_what_was_played),
	};
	return cmocka_run_group_tests(tests, talk_once, stop);
}
