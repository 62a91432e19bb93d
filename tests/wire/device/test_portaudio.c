/* A real PortAudio device on a PulseAudio daemon that the test starts. */
#include <fcntl.h>
#include <stdio.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/device/audio_device.h"
#include "audio/device/voice.h"
#include "audio/dsp/playout.h"
#include "net/base/problem.h"
#include "tests/support/audio_device_contract.h"
#include "tests/support/await.h"
#include "tests/support/pulse.h"
#include "tests/support/sound.h"
#include "tests/support/wave.h"

enum {
	CARD_HZ = 48000,
	LONGEST = 20 * CARD_HZ,
	/* What was played last is still on its way through the daemon, so
	 * recordings go on for so long. */
	AFTERWARDS = 2 * CARD_HZ,
};

static const char *const speech_path = HABLA_SOURCE_DIR
	"/tests/data/speech-10s.wav";

static struct pulse *pulse;
static char stderr_path[] = "/tmp/habla-stderr-XXXXXX";
static int stderr_saved = -1;

/* --- the voice stage between the two devices */

struct talk {
	struct audio_device *mic, *speaker;
	struct playout *playout;
	struct voice *voice;
	struct voice_thread *thread;
	int16_t *left; /* LONGEST samples: what the microphone gave */
	atomic_size_t count;
	size_t wanted;
	atomic_bool drained;
};

static void on_heard(void *arg, const int16_t *stereo, size_t frames)
{
	struct talk *t = arg;
	size_t at = atomic_load(&t->count);

	for (size_t i = 0; i < frames && at + i < LONGEST; i++)
		t->left[at + i] = stereo[2 * i];
	atomic_store(&t->count, at + frames);
}

static void on_drained(void *arg)
{
	struct talk *t = arg;

	atomic_store(&t->drained, true);
}

static bool is_drained(void *arg)
{
	return atomic_load(&((struct talk *)arg)->drained);
}

static bool has_wanted(void *arg)
{
	struct talk *t = arg;

	return atomic_load(&t->count) >= t->wanted;
}

static void open_devices(struct talk *t)
{
	struct problem p = {0};

	if (portaudio_device_open(&t->mic, AUDIO_CAPTURE, NULL, &p) ||
	    portaudio_device_open(&t->speaker, AUDIO_PLAYBACK, NULL, &p))
		fail_msg("%s", p.text);
	assert_int_equal(t->mic->rate_hz, CARD_HZ);
	assert_int_equal(t->speaker->rate_hz, CARD_HZ);
	assert_true(t->mic->acoustic);
}

static void begin(struct talk *t)
{
	const struct voice_listener listener = {
		.heard = on_heard,
		.drained = on_drained,
		.arg = t,
	};

	memset(t, 0, sizeof *t);
	t->left = calloc(LONGEST, sizeof *t->left);
	assert_non_null(t->left);
	open_devices(t);
	assert_int_equal(playout_create(&t->playout, LONGEST), 0);
	assert_int_equal(voice_create(&t->voice, t->mic, t->speaker, t->playout,
				      false, &listener),
			 0);
	assert_int_equal(audio_device_start(t->mic, NULL), 0);
	assert_int_equal(audio_device_start(t->speaker, NULL), 0);
	assert_int_equal(voice_thread_start(&t->thread, t->voice), 0);
}

static void end(struct talk *t)
{
	audio_device_stop(t->mic);
	audio_device_stop(t->speaker);
	voice_thread_free(t->thread);
	voice_free(t->voice);
	playout_free(t->playout);
	audio_device_free(t->mic);
	audio_device_free(t->speaker);
	free(t->left);
}

/* --- sounds */

/* A tone is the same everywhere, so a short noise before it marks its place. */
static struct sound make_tone(unsigned rate_hz)
{
	struct sound s = {calloc(4 * rate_hz, sizeof(int16_t)), 3 * rate_hz};

	assert_non_null(s.samples);
	wave_noise(s.samples, rate_hz / 20, 3, 20000);
	wave_tone(s.samples + rate_hz / 10, s.count - rate_hz / 10, 440,
		  rate_hz, 10000);
	return s;
}

/* --- playback */

static size_t read_samples(int fd, int16_t *samples, size_t n)
{
	size_t bytes = 0;

	while (bytes < n * sizeof *samples) {
		ssize_t got = read(fd, (char *)samples + bytes,
				   n * sizeof *samples - bytes);
		if (got <= 0)
			break;
		bytes += (size_t)got;
	}
	return bytes / sizeof *samples;
}

/* Reads until the talk has drained and a while longer. */
static void record_all(struct talk *t, int fd, struct sound *got)
{
	const size_t step = CARD_HZ / 100;
	size_t enough = LONGEST - AFTERWARDS;
	bool drained = false;

	while (got->count + step <= enough) {
		size_t n = read_samples(fd, got->samples + got->count, step);

		assert_int_equal(n, step);
		got->count += n;
		if (!drained && is_drained(t)) {
			drained = true;
			enough = got->count + AFTERWARDS;
		}
	}
	assert_true(drained);
}

static void play_and_record(const char *what, struct sound sound)
{
	struct talk t;
	struct pulse_tool recorder;
	struct sound got = {.samples = calloc(LONGEST, sizeof(int16_t))};

	assert_non_null(got.samples);
	assert_int_equal(pulse_record(pulse, CARD_HZ, &recorder), 0);
	begin(&t);
	/* the recorder runs when its first samples come */
	got.count = read_samples(recorder.fd, got.samples, CARD_HZ / 4);
	assert_int_equal(got.count, CARD_HZ / 4);
	assert_int_equal(playout_push(t.playout, 1, sound.samples, sound.count),
			 0);
	record_all(&t, recorder.fd, &got);
	pulse_tool_end(&recorder);
	end(&t);
	sound_expect_survived(
		what, sound_at_rate(sound, VOICE_PLAYOUT_RATE_HZ, CARD_HZ),
		got);
}

static void a_tone_survives_the_speaker(void **state)
{
	(void)state;
	play_and_record("tone, speaker", make_tone(VOICE_PLAYOUT_RATE_HZ));
}

static void speech_survives_the_speaker(void **state)
{
	(void)state;
	play_and_record("speech, speaker",
			sound_load(speech_path, VOICE_PLAYOUT_RATE_HZ));
}

/* --- capture */

static void write_samples(int fd, const int16_t *samples, size_t n)
{
	const char *bytes = (const char *)samples;

	for (size_t left = n * sizeof *samples; left > 0;) {
		ssize_t done = write(fd, bytes, left);

		assert_true(done > 0);
		bytes += done;
		left -= (size_t)done;
	}
}

static void play_into_microphone(const char *what, struct sound sound)
{
	struct talk t;
	struct pulse_tool player;

	begin(&t);
	t.wanted = 1;
	assert_true(await(has_wanted, &t));
	assert_int_equal(pulse_play(pulse, CARD_HZ, &player), 0);
	write_samples(player.fd, sound.samples, sound.count);
	/* it ends when all has been played into the microphone's sink */
	assert_int_equal(pulse_tool_end(&player), 0);
	t.wanted = atomic_load(&t.count) + AFTERWARDS;
	assert_true(await(has_wanted, &t));
	audio_device_stop(t.mic);
	voice_thread_free(t.thread);
	t.thread = NULL;
	struct sound got = {.samples = t.left, .count = atomic_load(&t.count)};
	t.left = NULL;
	end(&t);
	assert_true(got.count <= LONGEST);
	sound_expect_survived(what, sound, got);
}

static void a_tone_survives_the_microphone(void **state)
{
	(void)state;
	play_into_microphone("tone, microphone", make_tone(CARD_HZ));
}

static void speech_survives_the_microphone(void **state)
{
	(void)state;
	play_into_microphone("speech, microphone",
			     sound_load(speech_path, CARD_HZ));
}

/* --- the contract */

static struct audio_device *open_direction(void *arg)
{
	enum audio_direction *dir = arg;
	struct audio_device *d = NULL;
	struct problem p = {0};

	if (portaudio_device_open(&d, *dir, NULL, &p))
		fail_msg("%s", p.text);
	return d;
}

static void sound_cards_keep_the_contract(void **state)
{
	enum audio_direction capture = AUDIO_CAPTURE, playback = AUDIO_PLAYBACK;
	const struct audio_device_kind mic = {"PortAudio microphone",
					      open_direction, NULL, &capture};
	const struct audio_device_kind speaker = {"PortAudio speaker",
						  open_direction, NULL,
						  &playback};
	(void)state;

	audio_device_contract_capture(&mic);
	audio_device_contract_playback(&speaker);
}

/* --- choosing */

static void devices_are_chosen_by_number_and_by_part_of_name(void **state)
{
	static const char *const good[] = {NULL, "", "0", "DEFau"};
	static const char *const bad[] = {"1000", "no such card", "0x"};
	(void)state;

	assert_true(portaudio_device_exists(AUDIO_CAPTURE));
	assert_true(portaudio_device_exists(AUDIO_PLAYBACK));
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct audio_device *d = NULL;
		struct problem p = {0};

		if (portaudio_device_open(&d, AUDIO_PLAYBACK, good[i], &p))
			fail_msg("%s", p.text);
		assert_string_equal(d->name, "default");
		audio_device_free(d);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct audio_device *d = NULL;
		struct problem p = {0};

		assert_int_equal(portaudio_device_open(&d, AUDIO_CAPTURE,
						       bad[i], &p),
				 PROBLEM_DEVICE);
		assert_null(d);
		assert_non_null(strstr(p.text, bad[i]));
		assert_non_null(strstr(p.text, "0 \"default\""));
	}
}

/* --- failing; these end the daemon, so they come last */

static bool has_failed(void *arg)
{
	return audio_device_failure(arg, NULL) != 0;
}

/* The speaker's frames, looked at each millisecond: none for 300 of them. */
static bool asks_no_more(void *arg)
{
	static size_t seen, times;
	const struct audio_device *speaker = arg;
	size_t frames = atomic_load(&speaker->rt.frames);

	times = frames == seen ? times + 1 : 0;
	seen = frames;
	return times >= 300;
}

static void a_server_that_stops_asking_does_not_hold_up_the_end(void **state)
{
	struct talk t;
	(void)state;

	begin(&t);
	t.wanted = CARD_HZ / 10;
	assert_true(await(has_wanted, &t));
	assert_int_equal(pulse_suspend_speaker(pulse, true), 0);
	assert_true(await(asks_no_more, t.speaker));
	end(&t);
	assert_int_equal(pulse_suspend_speaker(pulse, false), 0);
}

static void a_server_that_dies_is_a_failure_of_both_devices(void **state)
{
	struct talk t;
	struct problem p = {0};
	(void)state;

	begin(&t);
	t.wanted = CARD_HZ / 10;
	assert_true(await(has_wanted, &t));
	assert_int_equal(audio_device_failure(t.mic, NULL), 0);
	assert_int_equal(audio_device_failure(t.speaker, NULL), 0);
	pulse_kill(pulse);
	assert_true(await(has_failed, t.mic));
	assert_true(await(has_failed, t.speaker));
	assert_int_equal(audio_device_failure(t.mic, &p), PROBLEM_DEVICE);
	assert_non_null(strstr(p.text, "stopped working"));
	end(&t);
}

static void without_any_device_the_line_says_what_to_do(void **state)
{
	struct audio_device *d = NULL;
	struct problem p = {0};
	(void)state;

	/* with the system's own ALSA settings, and no sound server */
	unsetenv("ALSA_CONFIG_PATH");
	bool exists = portaudio_device_exists(AUDIO_CAPTURE);
	if (exists) {
		print_message("this machine has a card: not shown\n");
		return;
	}
	assert_int_equal(portaudio_device_open(&d, AUDIO_CAPTURE, NULL, &p),
			 PROBLEM_DEVICE);
	assert_null(d);
	assert_non_null(strstr(p.text, "no sound card was found"));
	assert_non_null(strstr(p.text, "libasound2-plugins"));
	assert_null(strchr(p.text, '\n'));
}

static void print_printed(void)
{
	char text[4096] = "";
	int fd = open(stderr_path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && read(fd, text, sizeof text - 1) > 0)
		print_message("printed to stderr meanwhile:\n%s", text);
	close(fd);
}

/* All that ran before, good and bad, has left the terminal alone. */
static void nothing_was_printed_to_the_terminal(void **state)
{
	struct stat st;
	(void)state;

	fprintf(stderr, "still there\n");
	assert_int_equal(stat(stderr_path, &st), 0);
	assert_int_equal(st.st_size, strlen("still there\n"));
}

static int set_up(void **state)
{
	char why[256];
	(void)state;

	if (pulse_start(&pulse, why) != 0) {
		print_error("%s\n", why);
		return -1;
	}
	pulse_export(pulse);
	int fd = mkstemp(stderr_path);
	stderr_saved = dup(STDERR_FILENO);
	if (fd < 0 || stderr_saved < 0 || dup2(fd, STDERR_FILENO) < 0)
		return -1;
	return close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	dup2(stderr_saved, STDERR_FILENO);
	print_printed();
	close(stderr_saved);
	unlink(stderr_path);
	pulse = pulse_stop(pulse);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tone_survives_the_speaker),
		cmocka_unit_test(speech_survives_the_speaker),
		cmocka_unit_test(a_tone_survives_the_microphone),
		cmocka_unit_test(speech_survives_the_microphone),
		cmocka_unit_test(sound_cards_keep_the_contract),
		cmocka_unit_test(
			devices_are_chosen_by_number_and_by_part_of_name),
		cmocka_unit_test(
			a_server_that_stops_asking_does_not_hold_up_the_end),
		cmocka_unit_test(
			a_server_that_dies_is_a_failure_of_both_devices),
		cmocka_unit_test(without_any_device_the_line_says_what_to_do),
		cmocka_unit_test(nothing_was_printed_to_the_terminal),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
