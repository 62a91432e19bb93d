#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/device/audio_device.h"
#include "audio/device/voice.h"
#include "audio/dsp/playout.h"
#include "audio/dsp/sound_file.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/virtual_clock.h"
#include "tests/support/await.h"
#include "tests/support/wave.h"

enum { UP_HZ = 16000, DOWN_HZ = 24000, BLOCK = 160 };

static const char *const paths[] = {
	HABLA_SOURCE_DIR "/tests/data/where-in-the-leaf.wav",
	HABLA_SOURCE_DIR "/tests/data/thank-you.wav",
};
static char speaker_path[] = "/tmp/habla-speaker-XXXXXX";

static int make_file(void **state)
{
	int fd = mkstemp(speaker_path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(speaker_path);
}

static void load(const char *path, unsigned rate_hz, int16_t **samples,
		 size_t *count)
{
	assert_int_equal(sound_file_load(samples, count, path, rate_hz,
					 100 * rate_hz, NULL),
			 0);
}

/* Lets the clock run until the recording is over; what the device gave
 * meanwhile goes to out.  Returns the count. */
static size_t run_recording(struct virtual_clock *clock, struct audio_device *d,
			    int16_t *out, size_t room)
{
	size_t n = 0;

	while (!audio_device_finished(d)) {
		assert_true(virtual_clock_step(clock));
		n += audio_device_read(d, out + n, room - n);
	}
	return n + audio_device_read(d, out + n, room - n);
}

static void what_is_given_is_heard_in_order_and_whole(void **state)
{
	struct virtual_clock *clock = NULL;
	struct audio_device *d = NULL;
	int16_t first[250], second[70], got[4 * BLOCK];

	(void)state;
	for (int i = 0; i < 250; i++)
		first[i] = (int16_t)(i + 1);
	for (int i = 0; i < 70; i++)
		second[i] = (int16_t)(-1 - i);
	assert_int_equal(virtual_clock_create(&clock, 0), 0);
	assert_int_equal(
		given_microphone_open(&d, virtual_clock_clock(clock), NULL), 0);
	assert_int_equal(audio_device_start(d, NULL), 0);
	assert_true(audio_device_finished(d));
	assert_int_equal(audio_device_give(d, first, 250), 0);
	assert_int_equal(audio_device_give(d, second, 70), 0);
	assert_false(audio_device_finished(d));
	assert_int_equal(run_recording(clock, d, got, 4 * BLOCK), 2 * BLOCK);
	assert_memory_equal(got, first, sizeof first);
	assert_memory_equal(got + 250, second, sizeof second);
	audio_device_free(d);
	virtual_clock_free(clock);
}

static void other_microphones_take_nothing(void **state)
{
	struct virtual_clock *clock = NULL;
	struct audio_device *d = NULL;
	const int16_t sample = 1;

	(void)state;
	assert_int_equal(virtual_clock_create(&clock, 0), 0);
	assert_int_equal(file_microphone_open(&d, virtual_clock_clock(clock),
					      paths, 1, NULL),
			 0);
	assert_int_equal(audio_device_give(d, &sample, 1), PROBLEM_ORDER);
	audio_device_free(d);
	virtual_clock_free(clock);
}

static void recordings_come_one_by_one_as_they_are_cued(void **state)
{
	struct virtual_clock *clock = NULL;
	struct audio_device *d = NULL;
	static int16_t got[10 * UP_HZ];
	(void)state;

	assert_int_equal(virtual_clock_create(&clock, 0), 0);
	assert_int_equal(file_microphone_open(&d, virtual_clock_clock(clock),
					      paths, 2, NULL),
			 0);
	assert_int_equal(d->rate_hz, UP_HZ);
	assert_int_equal(audio_device_start(d, NULL), 0);
	/* silence until the first is cued */
	assert_true(audio_device_finished(d));
	virtual_clock_run_until(clock, 100000);
	assert_int_equal(audio_device_read(d, got, 10 * UP_HZ), UP_HZ / 10);
	for (int i = 0; i < UP_HZ / 10; i++)
		assert_int_equal(got[i], 0);

	for (int i = 0; i < 2; i++) {
		int16_t *wanted = NULL;
		size_t n = 0;

		load(paths[i], UP_HZ, &wanted, &n);
		assert_int_equal(audio_device_cue(d), 0);
		assert_false(audio_device_finished(d));
		size_t count = run_recording(clock, d, got, 10 * UP_HZ);
		/* its pace is that of the clock: a block of silence at most */
		assert_in_range(count, n, n + 2 * BLOCK);
		assert_memory_equal(got, wanted, n * sizeof *got);
		for (size_t k = n; k < count; k++)
			assert_int_equal(got[k], 0);
		free(wanted);
	}
	assert_int_equal(audio_device_cue(d), PROBLEM_CLOSED);
	assert_true(audio_device_finished(d));
	virtual_clock_run_until(
		clock, clock_now_us(virtual_clock_clock(clock)) + 50000);
	assert_int_equal(audio_device_read(d, got, 10 * UP_HZ), 5 * BLOCK);
	audio_device_free(d);
	virtual_clock_free(clock);
}

static void a_recording_that_cannot_be_read_is_refused_when_opened(void **state)
{
	const char *const bad[] = {paths[0], speaker_path};
	struct audio_device *d = NULL;
	struct problem p = {0};
	(void)state;

	assert_int_equal(truncate(speaker_path, 0), 0);
	assert_int_equal(file_microphone_open(&d, NULL, bad, 2, &p),
			 PROBLEM_FORMAT);
	assert_null(d);
	assert_non_null(strstr(p.text, speaker_path));
	assert_non_null(strstr(p.text, "the file is empty"));
}

static void a_file_speaker_writes_at_the_pace_of_its_clock(void **state)
{
	struct virtual_clock *clock = NULL;
	struct audio_device *d = NULL;
	static int16_t sound[DOWN_HZ / 2];
	int16_t *got = NULL;
	size_t n = 0;
	(void)state;

	wave_noise(sound, DOWN_HZ / 2, 4, 20000);
	assert_int_equal(virtual_clock_create(&clock, 0), 0);
	assert_int_equal(file_speaker_open(&d, virtual_clock_clock(clock),
					   speaker_path, DOWN_HZ, NULL),
			 0);
	assert_int_equal(audio_device_start(d, NULL), 0);
	assert_int_equal(audio_device_write(d, sound, DOWN_HZ / 2),
			 DOWN_HZ / 2);
	virtual_clock_run_until(clock, 1000000);
	audio_device_free(d);
	virtual_clock_free(clock);

	load(speaker_path, DOWN_HZ, &got, &n);
	assert_int_equal(n, DOWN_HZ);
	assert_memory_equal(got, sound, sizeof sound);
	for (size_t i = DOWN_HZ / 2; i < n; i++)
		assert_int_equal(got[i], 0);
	free(got);
}

static void a_full_disk_is_a_failure_of_the_speaker(void **state)
{
	struct audio_device *d = NULL;
	struct problem p = {0};
	(void)state;

	assert_int_equal(file_speaker_open(&d, NULL, "/dev/full", DOWN_HZ, &p),
			 PROBLEM_DISK_FULL);
	assert_null(d);
	assert_non_null(strstr(p.text, "/dev/full"));
	assert_non_null(strstr(p.text, "the disk is full"));
}

/* --- the whole way on real threads */

struct talk {
	int16_t frames[20 * UP_HZ];
	atomic_size_t count;
	atomic_bool drained;
};

static void on_frame(void *arg, const int16_t *samples, size_t n)
{
	struct talk *t = arg;
	size_t at = atomic_load(&t->count);

	assert_true(at + n <= 20 * UP_HZ);
	memcpy(t->frames + at, samples, n * sizeof *samples);
	atomic_store(&t->count, at + n);
}

static void on_drained(void *arg)
{
	atomic_store(&((struct talk *)arg)->drained, true);
}

static bool is_drained(void *arg)
{
	return atomic_load(&((struct talk *)arg)->drained);
}

static bool is_finished(void *arg)
{
	return audio_device_finished(arg);
}

/* On a busy machine silence may come in between, but no sample is lost or
 * changed: with the silence taken out on both sides they are the same. */
static size_t without_zeros(int16_t *samples, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (samples[i] != 0)
			samples[kept++] = samples[i];
	return kept;
}

static void through_threads_both_ways_are_bit_for_bit(void **state)
{
	static struct talk t;
	const struct voice_listener listener = {.frame = on_frame,
						.drained = on_drained,
						.arg = &t};
	struct audio_device *mic = NULL, *speaker = NULL;
	struct playout *playout = NULL;
	struct voice *voice = NULL;
	struct voice_thread *thread = NULL;
	int16_t *question = NULL, *answer = NULL, *played = NULL;
	size_t question_n, answer_n, played_n;
	(void)state;

	load(paths[0], UP_HZ, &question, &question_n);
	load(paths[1], DOWN_HZ, &answer, &answer_n);
	assert_int_equal(file_microphone_open(&mic, NULL, paths, 1, NULL), 0);
	assert_int_equal(file_speaker_open(&speaker, NULL, speaker_path,
					   DOWN_HZ, NULL),
			 0);
	assert_int_equal(playout_create(&playout, 100 * DOWN_HZ), 0);
	assert_int_equal(voice_create(&voice, mic, speaker, playout, false,
				      &listener),
			 0);
	assert_int_equal(audio_device_start(mic, NULL), 0);
	assert_int_equal(audio_device_start(speaker, NULL), 0);
	assert_int_equal(voice_thread_start(&thread, voice), 0);
	assert_int_equal(playout_push(playout, 1, answer, answer_n), 0);
	assert_int_equal(audio_device_cue(mic), 0);
	assert_true(await(is_finished, mic));
	assert_true(await(is_drained, &t));
	audio_device_stop(mic);
	thread = voice_thread_free(thread);
	voice_step(voice);
	audio_device_stop(speaker);
	voice_free(voice);
	playout_free(playout);
	audio_device_free(mic);
	audio_device_free(speaker);

	load(speaker_path, DOWN_HZ, &played, &played_n);
	played_n = without_zeros(played, played_n);
	answer_n = without_zeros(answer, answer_n);
	assert_int_equal(played_n, answer_n);
	assert_memory_equal(played, answer, answer_n * sizeof *answer);
	size_t got_n = without_zeros(t.frames, atomic_load(&t.count));
	question_n = without_zeros(question, question_n);
	/* the last frame of the recording may not be full */
	assert_in_range(got_n, question_n - VOICE_FRAME_SAMPLES, question_n);
	assert_memory_equal(t.frames, question, got_n * sizeof *question);
	free(question);
	free(answer);
	free(played);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_given_is_heard_in_order_and_whole),
		cmocka_unit_test(other_microphones_take_nothing),
		cmocka_unit_test(recordings_come_one_by_one_as_they_are_cued),
		cmocka_unit_test(
			a_recording_that_cannot_be_read_is_refused_when_opened),
		cmocka_unit_test(
			a_file_speaker_writes_at_the_pace_of_its_clock),
		cmocka_unit_test(a_full_disk_is_a_failure_of_the_speaker),
		cmocka_unit_test(through_threads_both_ways_are_bit_for_bit),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
