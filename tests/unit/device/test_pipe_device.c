#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/device/audio_device.h"
#include "net/base/problem.h"
#include "tests/support/await.h"
#include "tests/support/wave.h"

enum { UP_HZ = 16000, DOWN_HZ = 24000, BLOCK = 160 };

struct pipe {
	int read, write;
};

static struct pipe make_pipe(void)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	return (struct pipe){ends[0], ends[1]};
}

static struct audio_device *open_started(enum audio_direction dir, int fd)
{
	struct audio_device *d = NULL;

	assert_int_equal(pipe_device_open(&d, dir, fd, NULL), 0);
	assert_int_equal(d->rate_hz, dir == AUDIO_CAPTURE ? UP_HZ : DOWN_HZ);
	assert_int_equal(audio_device_start(d, NULL), 0);
	return d;
}

struct wanted {
	struct audio_device *device;
	size_t frames;
};

static bool has_frames(void *arg)
{
	struct wanted *w = arg;

	return atomic_load(&w->device->rt.frames) >= w->frames;
}

static void await_frames(struct audio_device *d, size_t more)
{
	struct wanted w = {d, atomic_load(&d->rt.frames) + more};

	assert_true(await(has_frames, &w));
}

static bool is_finished(void *arg)
{
	return audio_device_finished(arg);
}

static bool has_failed(void *arg)
{
	return audio_device_failure(arg, NULL) != 0;
}

static void put(int fd, const void *bytes, size_t n)
{
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
}

static bool is_full(void *arg)
{
	struct pollfd ask = {.fd = *(int *)arg, .events = POLLOUT};

	return poll(&ask, 1, 0) == 0;
}

static void all_input_comes_through_and_then_silence(void **state)
{
	enum { N = 1000 }; /* not a whole number of blocks */
	struct pipe pipe = make_pipe();
	int16_t in[N], out[UP_HZ];
	(void)state;

	wave_noise(in, N, 5, 20000);
	put(pipe.write, in, sizeof in);
	put(pipe.write, "x", 1); /* half a sample is none */
	close(pipe.write);
	struct audio_device *d = open_started(AUDIO_CAPTURE, pipe.read);
	assert_true(await(is_finished, d));
	assert_int_equal(audio_device_failure(d, NULL), 0);
	await_frames(d, 10 * BLOCK);
	size_t n = audio_device_read(d, out, UP_HZ);
	assert_true(n > N + 9 * BLOCK);
	/* the first tick may come before anything else */
	assert_memory_equal(out, in, sizeof in);
	for (size_t i = N; i < n; i++)
		assert_int_equal(out[i], 0);
	audio_device_free(d);
	close(pipe.read);
}

static void a_slow_writer_is_filled_up_with_silence(void **state)
{
	struct pipe pipe = make_pipe();
	int16_t block[BLOCK], out[UP_HZ];
	size_t got = 0;
	(void)state;

	for (int i = 0; i < BLOCK; i++)
		block[i] = 77;
	struct audio_device *d = open_started(AUDIO_CAPTURE, pipe.read);
	for (int i = 0; i < 3; i++) {
		/* in two parts, split within a sample */
		put(pipe.write, block, 101);
		await_frames(d, 2 * BLOCK);
		put(pipe.write, (char *)block + 101, sizeof block - 101);
		await_frames(d, 2 * BLOCK);
	}
	size_t n = audio_device_read(d, out, UP_HZ);
	for (size_t i = 0; i < n; i++) {
		assert_true(out[i] == 0 || out[i] == 77);
		got += out[i] == 77;
	}
	assert_int_equal(got, 3 * BLOCK);
	assert_false(audio_device_finished(d));
	audio_device_free(d);
	close(pipe.read);
	close(pipe.write);
}

static void a_fast_writer_has_to_wait(void **state)
{
	enum { AHEAD = UP_HZ / 5 }; /* 200 ms */
	struct pipe pipe = make_pipe();
	static char much[1 << 20];
	(void)state;

	assert_int_equal(fcntl(pipe.write, F_SETFL, O_NONBLOCK), 0);
	size_t written = 0;
	struct audio_device *d = open_started(AUDIO_CAPTURE, pipe.read);
	for (int i = 0; i < 20; i++) {
		ssize_t n = write(pipe.write, much, sizeof much);

		written += n > 0 ? (size_t)n : 0;
		await_frames(d, BLOCK);
	}
	audio_device_stop(d);
	size_t given = atomic_load(&d->rt.frames);
	/* what the device took, and what a pipe holds (64 KB) */
	assert_true(written / 2 <= given + AHEAD + 32768);
	audio_device_free(d);
	close(pipe.read);
	close(pipe.write);
}

static void stopping_does_not_wait_for_input(void **state)
{
	struct pipe pipe = make_pipe();
	struct audio_device *d = open_started(AUDIO_CAPTURE, pipe.read);
	(void)state;

	await_frames(d, BLOCK);
	audio_device_free(d);
	close(pipe.read);
	close(pipe.write);
}

static void output_is_what_was_played_to_the_sample(void **state)
{
	enum { N = 2400 };
	struct pipe pipe = make_pipe();
	int16_t in[N], out[4 * N];
	size_t bytes = 0;
	(void)state;

	wave_noise(in, N, 6, 20000);
	struct audio_device *d = open_started(AUDIO_PLAYBACK, pipe.write);
	assert_int_equal(audio_device_write(d, in, N), N);
	while (bytes < sizeof in * 2) {
		ssize_t n = read(pipe.read, (char *)out + bytes,
				 sizeof out - bytes);
		assert_true(n > 0);
		bytes += (size_t)n;
	}
	audio_device_free(d);
	size_t at = wave_find(out, bytes / 2, in, N);
	assert_memory_equal(out + at, in, sizeof in);
	close(pipe.read);
	close(pipe.write);
}

static void a_reader_that_goes_away_is_a_failure_and_no_signal(void **state)
{
	struct pipe pipe = make_pipe();
	struct audio_device *d = open_started(AUDIO_PLAYBACK, pipe.write);
	struct problem p = {0};
	(void)state;

	await_frames(d, 240);
	assert_int_equal(audio_device_failure(d, NULL), 0);
	close(pipe.read);
	assert_true(await(has_failed, d));
	assert_int_equal(audio_device_failure(d, &p), PROBLEM_CLOSED);
	assert_non_null(strstr(p.text, "standard output"));
	/* it goes on taking time, so that a conversation can end in order */
	await_frames(d, 240);
	audio_device_free(d);
	close(pipe.write);
}

static void a_slow_reader_slows_it_down_and_loses_nothing(void **state)
{
	enum { N = DOWN_HZ / 2 };
	struct pipe pipe = make_pipe();
	static int16_t in[N], out[2 * N];
	size_t bytes = 0;
	(void)state;

	/* the smallest pipe there is: 85 ms */
	fcntl(pipe.write, F_SETPIPE_SZ, 4096);
	wave_noise(in, N, 7, 20000);
	struct audio_device *d = open_started(AUDIO_PLAYBACK, pipe.write);
	assert_int_equal(audio_device_write(d, in, N), N);
	assert_true(await(is_full, &pipe.write));
	/* for some more blocks, which another device counts */
	struct audio_device *other = NULL;
	assert_int_equal(silent_speaker_open(&other, NULL, DOWN_HZ, NULL), 0);
	assert_int_equal(audio_device_start(other, NULL), 0);
	await_frames(other, 5 * 240);
	audio_device_free(other);
	while (bytes < sizeof in + 960) {
		ssize_t n = read(pipe.read, (char *)out + bytes, 480);

		assert_true(n > 0);
		bytes += (size_t)n;
	}
	audio_device_free(d);
	size_t at = wave_find(out, bytes / 2, in, N);
	assert_memory_equal(out + at, in, sizeof in);
	close(pipe.read);
	close(pipe.write);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_input_comes_through_and_then_silence),
		cmocka_unit_test(a_slow_writer_is_filled_up_with_silence),
		cmocka_unit_test(a_fast_writer_has_to_wait),
		cmocka_unit_test(stopping_does_not_wait_for_input),
		cmocka_unit_test(output_is_what_was_played_to_the_sample),
		cmocka_unit_test(
			a_reader_that_goes_away_is_a_failure_and_no_signal),
		cmocka_unit_test(a_slow_reader_slows_it_down_and_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
