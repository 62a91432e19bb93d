/*
 * `habla talk` as a new user starts it on a machine without a sound card: no
 * flag, no settings.  Recordings speak to the built-in simulator, and it ends
 * by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/sound.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/assets/speech/"

enum { ENVIRONMENT_MOST = 40 };

/* In the order of their names. */
static const char *const recordings[] = {
	SPEECH "01-hello.wav",
	SPEECH "02-photosynthesis.wav",
};

enum { RECORDINGS = sizeof recordings / sizeof *recordings };

static char *folder;  /* of this test */
static char *session; /* the session folder that the program named */
static struct process talk;

static void make_assets(void)
{
	char *speech = text_format("%s/speech", folder);

	assert_int_equal(mkdir(speech, 0700), 0);
	for (int i = 0; i < RECORDINGS; i++) {
		char *path = text_format("%s/%d.wav", speech, i);

		assert_int_equal(symlink(recordings[i], path), 0);
		free(path);
	}
	free(speech);
}

/* The session folder, from the last line. */
static char *named_folder(void)
{
	static const char before[] = "\nThe conversation is in ";
	static const char after[] = " (heard.wav, transcript.md).\n";
	char *at = strstr(talk.text, before);
	size_t n = strlen(talk.text);

	if (!at || n < sizeof after ||
	    strcmp(talk.text + n - (sizeof after - 1), after) != 0)
		fail_msg("no last line with the folder:\n%s", talk.text);
	at += sizeof before - 1;
	return text_format("%.*s",
			   (int)(talk.text + n - (sizeof after - 1) - at), at);
}

static int run_once(void **state)
{
	const char *argv[] = {"habla", "talk", NULL};
	const char *environment[ENVIRONMENT_MOST];
	size_t n = 0;

	(void)state;
	folder = folder_make();
	make_assets();
	char *assets = text_format("HABLA_ASSETS=%s", folder);
	char *kept = text_format("XDG_STATE_HOME=%s", folder);
	char *alsa = text_format("ALSA_CONFIG_PATH=%s/alsa.conf", folder);
	for (; stack_environment[n]; n++)
		environment[n] = stack_environment[n];
	environment[n++] = assets;
	environment[n++] = kept;
	/* no card that could be opened, whatever this machine has (PortAudio
	 * aborts when there is not even a name) */
	folder_write(folder, "alsa.conf", "pcm.nobody { type hw card 99 }\n");
	environment[n++] = alsa;
	environment[n++] = "JACK_NO_START_SERVER=1";
	environment[n] = NULL;
	process_start(&talk, argv, environment);

	int code = process_wait(&talk);
	if (code)
		fail_msg("exit code %d:\n%s", code, talk.text);
	session = named_folder();
	free(assets);
	free(kept);
	free(alsa);
	return 0;
}

static int clean_up(void **state)
{
	(void)state;
	folder_remove(folder);
	free(session);
	return 0;
}

static struct sound load(const char *name, unsigned channel, unsigned rate_hz)
{
	char *path = text_format("%s/%s", session, name);
	struct sound s = sound_load_channel(path, channel, rate_hz);

	free(path);
	return s;
}

static void each_thing_is_said_in_one_line(void **state)
{
	static const char *const starts[] = {
		"Tutor: the built-in simulator (no account, no network)",
		"Lesson: Photosynthesis, 12 steps.",
		"Connecting...",
		"Connected (session ",
		"Note: No sound card was found: recordings speak for the "
		"learner. The tutor's voice goes to heard.wav in the session "
		"folder.",
		"You:   ",
		"Tutor: Hello!",
		"You:   ",
		"Tool mark_progress: answered",
		"Tutor: ",
		"The conversation is in ",
	};
	char *copy = text_copy(talk.text), *rest = NULL;
	char *line = strtok_r(copy, "\n", &rest);

	(void)state;
	/* nothing else: no chatter of sound libraries either */
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		const char *start = starts[i];

		/* the card is looked for beside connecting: 3 and 4 may come
		 * in either order */
		if (line && (i == 3 || i == 4) && !text_starts(line, start))
			start = starts[7 - i];
		if (!line || !text_starts(line, start))
			fail_msg("\"%s\" is not where it should be:\n%s", start,
				 talk.text);
		line = strtok_r(NULL, "\n", &rest);
	}
	free(copy);
}

static void the_tutor_understands_the_recordings(void **state)
{
	(void)state;
	assert_non_null(strstr(talk.text, "photosynthesis\n"));
	assert_non_null(strstr(talk.text, "Making food takes energy."));
}

static void the_folder_is_where_state_is_kept(void **state)
{
	char *kept = text_format("%s/habla/sessions/", folder);

	(void)state;
	assert_true(text_starts(session, kept));
	/* 20260102T030405Z */
	assert_int_equal(strlen(session), strlen(kept) + 16);
	free(kept);
}

static void a_recording_waits_until_the_tutor_has_finished(void **state)
{
	static const char *const marks[] = {"\"speech\":\"started\"",
					    "\"event\":\"answered\""};
	char *events = folder_read(session, "events.jsonl", NULL);
	const char *at = events;

	(void)state;
	assert_non_null(events);
	for (int i = 0; i < RECORDINGS; i++)
		for (int k = 0; k < 2; k++) {
			const char *other = strstr(at, marks[!k]);

			at = strstr(at, marks[k]);
			if (!at || (other && other < at))
				fail_msg("recording %d: no %s in its place", i,
					 marks[k]);
			at++;
		}
	free(events);
}

static void the_learner_is_heard_left_and_the_tutor_right(void **state)
{
	struct sound learner = load("heard.wav", 0, 48000);
	struct sound tutor = load("heard.wav", 1, 24000);
	struct sound came = load("received.wav", 0, 24000);

	(void)state;
	assert_true(came.count > 24000);
	for (int i = 0; i < RECORDINGS; i++) {
		struct sound speech = sound_load(recordings[i], 48000);
		double snr_db = sound_snr_db(speech, learner);

		if (snr_db < 60)
			fail_msg("recording %d: %.1f dB", i, snr_db);
		free(speech.samples);
	}
	/* between two answers the tutor pauses, so the first is looked for */
	came.count = 3 * 24000;
	double snr_db = sound_snr_db(came, tutor);
	if (snr_db < 60)
		fail_msg("the tutor: %.1f dB", snr_db);
	free(learner.samples);
	free(tutor.samples);
	free(came.samples);
}

static void what_was_sent_holds_each_recording_bit_for_bit(void **state)
{
	struct sound sent = load("sent.wav", 0, 16000);

	(void)state;
	for (int i = 0; i < RECORDINGS; i++) {
		struct sound speech = sound_load(recordings[i], 16000);

		assert_true(sound_contains(sent, speech));
		free(speech.samples);
	}
	free(sent.samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_thing_is_said_in_one_line),
		cmocka_unit_test(the_tutor_understands_the_recordings),
		cmocka_unit_test(the_folder_is_where_state_is_kept),
		cmocka_unit_test(
			a_recording_waits_until_the_tutor_has_finished),
		cmocka_unit_test(the_learner_is_heard_left_and_the_tutor_right),
		cmocka_unit_test(
			what_was_sent_holds_each_recording_bit_for_bit),
	};

	return cmocka_run_group_tests(tests, run_once, clean_up);
}
