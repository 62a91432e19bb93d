#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/device/audio_device.h"
#include "net/base/clock.h"
#include "net/base/virtual_clock.h"
#include "tests/support/audio_device_contract.h"

static char speaker_path[] = "/tmp/habla-speaker-XXXXXX";
static const char *const recording = HABLA_SOURCE_DIR
	"/tests/data/where-in-the-leaf.wav";

/* --- with time that is stepped */

struct stepped {
	struct virtual_clock *clock;
	struct audio_device *(*open)(struct clock *clock);
};

static struct audio_device *open_stepped(void *arg)
{
	struct stepped *s = arg;

	return s->open(virtual_clock_clock(s->clock));
}

static void advance_stepped(void *arg, struct audio_device *d, size_t frames)
{
	struct stepped *s = arg;
	uint64_t now_us = clock_now_us(virtual_clock_clock(s->clock));
	/* a device gives whole blocks of 10 ms */
	uint64_t us = (uint64_t)frames * 1000000 / d->rate_hz + 10000;

	virtual_clock_run_until(s->clock, now_us + us);
}

static void check_stepped(const char *name,
			  struct audio_device *(*open)(struct clock *),
			  void (*contract)(const struct audio_device_kind *))
{
	struct stepped s = {.open = open};
	struct audio_device_kind kind = {name, open_stepped, advance_stepped,
					 &s};

	assert_int_equal(virtual_clock_create(&s.clock, 0), 0);
	contract(&kind);
	virtual_clock_free(s.clock);
}

static struct audio_device *open_virtual_mic(struct clock *clock)
{
	struct audio_device *d = NULL;

	virtual_device_open(&d, AUDIO_CAPTURE, clock, 48000, NULL, NULL);
	return d;
}

static struct audio_device *open_virtual_speaker(struct clock *clock)
{
	struct audio_device *d = NULL;

	virtual_device_open(&d, AUDIO_PLAYBACK, clock, 44100, NULL, NULL);
	return d;
}

static struct audio_device *open_recording(struct clock *clock)
{
	struct audio_device *d = NULL;

	file_microphone_open(&d, clock, &recording, 1, NULL);
	if (d)
		audio_device_cue(d);
	return d;
}

static struct audio_device *open_given(struct clock *clock)
{
	struct audio_device *d = NULL;

	given_microphone_open(&d, clock, NULL);
	return d;
}

static struct audio_device *open_file(struct clock *clock)
{
	struct audio_device *d = NULL;

	file_speaker_open(&d, clock, speaker_path, 24000, NULL);
	return d;
}

static struct audio_device *open_silent(struct clock *clock)
{
	struct audio_device *d = NULL;

	silent_speaker_open(&d, clock, 48000, NULL);
	return d;
}

static void virtual_devices_keep_the_contract(void **state)
{
	(void)state;
	check_stepped("virtual microphone", open_virtual_mic,
		      audio_device_contract_capture);
	check_stepped("virtual speaker", open_virtual_speaker,
		      audio_device_contract_playback);
}

static void files_on_a_clock_keep_the_contract(void **state)
{
	(void)state;
	check_stepped("recording", open_recording,
		      audio_device_contract_capture);
	check_stepped("given", open_given, audio_device_contract_capture);
	check_stepped("file", open_file, audio_device_contract_playback);
	check_stepped("silent", open_silent, audio_device_contract_playback);
}

/* --- with a thread of their own */

static struct audio_device *open_paced(void *arg)
{
	struct audio_device *(**open)(struct clock *) = arg;

	return (*open)(NULL);
}

static void check_paced(const char *name,
			struct audio_device *(*open)(struct clock *),
			void (*contract)(const struct audio_device_kind *))
{
	struct audio_device_kind kind = {name, open_paced, NULL, &open};

	contract(&kind);
}

static struct audio_device *open_zeros(struct clock *clock)
{
	static int fd = -1;
	struct audio_device *d = NULL;

	(void)clock;
	if (fd < 0)
		fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	pipe_device_open(&d, AUDIO_CAPTURE, fd, NULL);
	return d;
}

static struct audio_device *open_sink(struct clock *clock)
{
	static int fd = -1;
	struct audio_device *d = NULL;

	(void)clock;
	if (fd < 0)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	pipe_device_open(&d, AUDIO_PLAYBACK, fd, NULL);
	return d;
}

static void files_on_a_thread_keep_the_contract(void **state)
{
	(void)state;
	check_paced("recording", open_recording, audio_device_contract_capture);
	check_paced("given", open_given, audio_device_contract_capture);
	check_paced("file", open_file, audio_device_contract_playback);
	check_paced("silent", open_silent, audio_device_contract_playback);
}

static void pipes_keep_the_contract(void **state)
{
	(void)state;
	check_paced("pipe in", open_zeros, audio_device_contract_capture);
	check_paced("pipe out", open_sink, audio_device_contract_playback);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(virtual_devices_keep_the_contract),
		cmocka_unit_test(files_on_a_clock_keep_the_contract),
		cmocka_unit_test(files_on_a_thread_keep_the_contract),
		cmocka_unit_test(pipes_keep_the_contract),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
