/* Devices and voice stage beside the loop: opening holds nothing up, reports
 * come in order, and nothing comes after the end. */
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio/device/audio_device.h"
#include "audio/dsp/playout.h"
#include "client/conversation/voice_link.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/loop/loop.h"
#include "tests/support/loop_until.h"
#include "tests/support/sound.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/thank-you.wav"

enum { ROOM = 60 * 16000 };

struct rig {
	struct loop *loop;
	struct playout *playout;
	struct voice_link *link;
	sem_t may_open;
	int refuse; /* what the opener returns, or 0 */
	/* --- what was told, on the loop */
	unsigned opened, done;
	struct problem why;
	int16_t *samples; /* of all frames */
	size_t count, count_at_done;
	unsigned ticks;
	struct timer tick;
};

static int open_devices(void *arg, struct voice_link_devices *out,
			struct problem *p)
{
	const char *const path = SPEECH;
	struct rig *r = arg;

	while (sem_wait(&r->may_open) != 0)
		;
	if (r->refuse)
		return problem_set(p, r->refuse, "no card; buy one");
	int err = file_microphone_open(&out->mic, NULL, &path, 1, p);
	return err ? err : silent_speaker_open(&out->speaker, NULL, 24000, p);
}

static void on_opened(void *arg, const struct problem *p)
{
	struct rig *r = arg;

	r->opened++;
	r->why = *p;
}

static void on_frame(void *arg, const int16_t *samples, size_t n)
{
	struct rig *r = arg;

	if (r->count + n > ROOM)
		return;
	memcpy(r->samples + r->count, samples, n * sizeof *samples);
	r->count += n;
}

static void on_speech(void *arg, bool started)
{
	(void)arg;
	(void)started;
}

static void on_played(void *arg, uint32_t block, uint64_t samples)
{
	(void)arg;
	(void)block;
	(void)samples;
}

static void on_drained(void *arg)
{
	(void)arg;
}

static void on_done(void *arg)
{
	struct rig *r = arg;

	r->done++;
	r->count_at_done = r->count;
}

static void on_failed(void *arg, const struct problem *p)
{
	(void)arg;
	(void)p;
}

static void on_tick(void *arg)
{
	struct rig *r = arg;

	r->ticks++;
	timer_start(&r->tick, 1000);
}

static int set_up(void **state)
{
	struct rig *r = calloc(1, sizeof *r);

	r->samples = calloc(ROOM, sizeof *r->samples);
	assert_int_equal(loop_create(&r->loop), 0);
	assert_int_equal(playout_create(&r->playout, 24000), 0);
	assert_int_equal(sem_init(&r->may_open, 0, 0), 0);
	timer_init(&r->tick, loop_clock(r->loop), on_tick, r);
	timer_start(&r->tick, 1000);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;

	timer_stop(&r->tick);
	voice_link_free(r->link);
	playout_free(r->playout);
	loop_free(r->loop);
	sem_destroy(&r->may_open);
	free(r->samples);
	free(r);
	return 0;
}

static void start(struct rig *r)
{
	const struct voice_link_settings settings = {
		.loop = r->loop,
		.playout = r->playout,
		.open = open_devices,
		.open_arg = r,
	};
	const struct voice_link_listener listener = {
		.opened = on_opened,
		.frame = on_frame,
		.speech = on_speech,
		.played = on_played,
		.drained = on_drained,
		.recording_done = on_done,
		.failed = on_failed,
		.arg = r,
	};

	assert_int_equal(voice_link_create(&r->link, &settings, &listener), 0);
}

static bool has_ticked(void *arg)
{
	return ((struct rig *)arg)->ticks >= 5;
}

static bool is_opened(void *arg)
{
	return ((struct rig *)arg)->opened > 0;
}

static bool is_done(void *arg)
{
	return ((struct rig *)arg)->done > 0;
}

static void the_loop_goes_on_while_the_devices_open(void **state)
{
	struct rig *r = *state;

	start(r);
	loop_until(r->loop, has_ticked, r);
	assert_int_equal(r->opened, 0);
	assert_int_equal(voice_link_cue(r->link), PROBLEM_ORDER);
	sem_post(&r->may_open);
	loop_until(r->loop, is_opened, r);
	assert_int_equal(r->why.code, 0);
	assert_int_equal(r->opened, 1);
}

static void a_recording_is_done_after_its_last_sample(void **state)
{
	struct rig *r = *state;
	struct sound speech = sound_load(SPEECH, 16000);

	sem_post(&r->may_open);
	start(r);
	loop_until(r->loop, is_opened, r);
	assert_int_equal(voice_link_cue(r->link), 0);
	loop_until(r->loop, is_done, r);
	assert_true(sound_contains((struct sound){r->samples, r->count_at_done},
				   speech));
	assert_int_equal(voice_link_cue(r->link), PROBLEM_CLOSED);
	free(speech.samples);
}

static void devices_that_do_not_open_are_told_once(void **state)
{
	struct rig *r = *state;

	r->refuse = PROBLEM_DEVICE;
	sem_post(&r->may_open);
	start(r);
	loop_until(r->loop, is_opened, r);
	assert_int_equal(r->why.code, PROBLEM_DEVICE);
	assert_string_equal(r->why.text, "no card; buy one");
	loop_until(r->loop, has_ticked, r);
	assert_int_equal(r->opened, 1);
	assert_int_equal(r->count, 0);
}

static void freed_while_it_opens_it_tells_nothing(void **state)
{
	struct rig *r = *state;

	start(r);
	sem_post(&r->may_open);
	r->link = voice_link_free(r->link);
	loop_until(r->loop, has_ticked, r);
	assert_int_equal(r->opened, 0);
	assert_int_equal(r->count, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_loop_goes_on_while_the_devices_open),
		TEST(a_recording_is_done_after_its_last_sample),
		TEST(devices_that_do_not_open_are_told_once),
		TEST(freed_while_it_opens_it_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
