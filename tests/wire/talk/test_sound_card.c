/*
 * `habla talk` with a real microphone and a real speaker: PortAudio on a
 * PulseAudio that the test starts, then relay and simulator as programs.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/pulse.h"
#include "tests/support/sound.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

#define SCENARIO                                                               \
	"name: one answer\n"                                                   \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    say:\n"                                                           \
	"      - {text: What I say., audio: \"" SPEECH "\"}\n"

enum { CARD_HZ = 48000, RECORDED_MAX = 120 * CARD_HZ };

/* Everything that the speaker plays, read as it comes. */
struct recorder {
	struct pulse_tool tool;
	pthread_t thread;
	struct sound sound;
	atomic_size_t bytes, enough; /* read so far; where it ends */
};

static void *record(void *arg)
{
	struct recorder *r = arg;
	char *bytes = (char *)r->sound.samples;
	size_t most = RECORDED_MAX * sizeof(int16_t), length = 0;
	ssize_t n;

	while (length < most && length < atomic_load(&r->enough) &&
	       (n = read(r->tool.fd, bytes + length, most - length)) > 0) {
		length += (size_t)n;
		atomic_store(&r->bytes, length);
	}
	r->sound.count = length / sizeof(int16_t);
	return NULL;
}

static void recorder_start(struct recorder *r, const struct pulse *pulse)
{
	*r = (struct recorder){0};
	atomic_store(&r->enough, SIZE_MAX);
	r->sound.samples = calloc(RECORDED_MAX, sizeof(int16_t));
	assert_non_null(r->sound.samples);
	assert_int_equal(pulse_record(pulse, CARD_HZ, &r->tool), 0);
	assert_int_equal(pthread_create(&r->thread, NULL, record, r), 0);
}

/* What was played last is still on its way through the daemon: the recording
 * goes on for two seconds of sound. */
static void recorder_stop(struct recorder *r)
{
	atomic_store(&r->enough,
		     atomic_load(&r->bytes) + 2 * CARD_HZ * sizeof(int16_t));
	pthread_join(r->thread, NULL);
	pulse_tool_end(&r->tool);
}

static void speak_into_microphone(const struct pulse *pulse,
				  struct sound question)
{
	struct pulse_tool player;
	const char *bytes = (const char *)question.samples;
	size_t left = question.count * sizeof(int16_t);

	assert_int_equal(pulse_play(pulse, CARD_HZ, &player), 0);
	while (left > 0) {
		ssize_t n = write(player.fd, bytes, left);

		assert_true(n > 0);
		bytes += n;
		left -= (size_t)n;
	}
	assert_int_equal(pulse_tool_end(&player), 0);
}

static void a_conversation_over_a_sound_card_keeps_its_sound(void **state)
{
	struct pulse *pulse = NULL;
	struct recorder recorder;
	struct process talk;
	struct stack stack = {.folder = folder_make()};
	struct sound question = sound_at_rate(sound_load(SPEECH, 16000), 16000,
					      CARD_HZ);
	char why[256];

	(void)state;
	if (pulse_start(&pulse, why))
		fail_msg("%s", why);
	pulse_export(pulse);
	stack_start(&stack, stack_file(&stack, "scenario.yaml", SCENARIO));
	recorder_start(&recorder, pulse);

	const char *argv[] = {"--headset", "--json", "--record",
			      stack_path(&stack, "session"), NULL};

	stack_talk(&stack, &talk, argv);
	process_expect(&talk, "Microphone:");
	process_expect(&talk, "\"listening\"");
	speak_into_microphone(pulse, question);
	process_expect(&talk, "\"answered\"");
	process_signal(&talk, SIGINT);
	assert_int_equal(process_wait(&talk), 0);
	recorder_stop(&recorder);

	sound_expect_survived(
		"microphone", question,
		sound_at_rate(sound_load(stack_path(&stack,
						    "sim/received-1.wav"),
					 16000),
			      16000, CARD_HZ));
	sound_expect_survived(
		"speaker",
		sound_at_rate(sound_load(stack_path(&stack, "sim/sent-1.wav"),
					 24000),
			      24000, CARD_HZ),
		recorder.sound);
	stack_stop(&stack);
	pulse_stop(pulse);
}

/* --- the microphone while the tutor is audible --- */

#define LONG_ANSWER                                                            \
	"name: a long answer\n"                                                \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    say:\n"                                                           \
	"      - {text: What I say., tone: {hz: 500, ms: 6000}}\n"             \
	"  - on: speech\n"                                                     \
	"    say:\n"                                                           \
	"      - {text: And now you., tone: {hz: 500, ms: 500}}\n"

static const char told[] =
	"While the tutor speaks your microphone is silent; with headphones, "
	"--headset lets you interrupt.";

/* A second of a loud voice at the card's rate. */
static struct sound a_second_of_speech(void)
{
	struct sound s = {.samples = calloc(CARD_HZ, sizeof(int16_t)),
			  .count = CARD_HZ};

	assert_non_null(s.samples);
	for (size_t i = 0; i < s.count; i++)
		s.samples[i] = i / 80 % 2 ? 6000 : -6000;
	return s;
}

/* The learner speaks into the answer; whether the simulator hears that. */
static bool speaking_interrupts(const struct pulse *pulse, const char *flag)
{
	struct sound question = a_second_of_speech();
	struct stack stack = {.folder = folder_make()};
	struct process talk;

	stack_start(&stack, stack_file(&stack, "scenario.yaml", LONG_ANSWER));

	const char *argv[] = {flag, "--json", "--no-record", NULL};

	stack_talk(&stack, &talk, argv);
	process_expect(&talk, "Microphone:");
	process_expect(&talk, "\"listening\"");
	speak_into_microphone(pulse, question);
	process_expect(&talk, "\"speaking\"");
	speak_into_microphone(pulse, question);
	process_expect(&talk, "\"answered\"");
	process_signal(&talk, SIGINT);
	assert_int_equal(process_wait(&talk), 0);
	stack_stop(&stack);
	free(question.samples);
	/* it is said if and only if it is so */
	assert_int_equal(strstr(talk.text, told) == NULL,
			 strcmp(flag, "--headset") == 0);
	return strstr(talk.text, "\"event\":\"interrupted\"") != NULL;
}

static void only_with_a_headset_the_learner_interrupts(void **state)
{
	struct pulse *pulse = NULL;
	char why[256];

	(void)state;
	if (pulse_start(&pulse, why))
		fail_msg("%s", why);
	pulse_export(pulse);
	assert_false(speaking_interrupts(pulse, "--headset=no"));
	assert_true(speaking_interrupts(pulse, "--headset"));
	pulse_stop(pulse);
}

static void a_second_request_ends_it_though_the_sound_server_hangs(void **state)
{
	const char *argv[] = {"habla", "talk", "--no-record", NULL};
	struct pulse *pulse = NULL;
	struct process talk;
	char why[256];

	(void)state;
	if (pulse_start(&pulse, why))
		fail_msg("%s", why);
	pulse_export(pulse);
	process_start(&talk, argv, stack_environment);
	process_expect(&talk, "Speak when you are ready.");
	pulse_freeze(pulse);
	process_signal(&talk, SIGINT);
	/* signals of one kind that wait are one: the second comes when the
	 * first has been taken */
	process_signal(&talk, SIGTERM);
	assert_int_equal(process_wait(&talk), 1);
	assert_non_null(strstr(talk.text, "ended at once"));
	pulse_kill(pulse);
	pulse_stop(pulse);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_conversation_over_a_sound_card_keeps_its_sound),
		cmocka_unit_test(only_with_a_headset_the_learner_interrupts),
		cmocka_unit_test(
			a_second_request_ends_it_though_the_sound_server_hangs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
