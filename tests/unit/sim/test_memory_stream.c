/* The nova_stream that is a simulator in the same thread, on a virtual clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio/dsp/sound_file.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/virtual_clock.h"
#include "net/nova/session.h"
#include "net/sim/sim.h"
#include "tests/support/folder.h"
#include "tests/support/sim_client.h"

struct talk {
	struct virtual_clock *time;
	struct brain_maker *maker;
	struct nova_upstream *upstream;
	struct nova_stream *stream;
	struct nova_session session;
	bool busy;          /* inside open, send or free */
	bool free_in_event; /* frees the stream at its first event */
	bool over;          /* closed() of this stream was called */
	unsigned opened, events, closed;
	struct problem why;
	int16_t sound[24000 * 20];
	size_t sound_count;
};

static void opened(void *arg, const char *session_id)
{
	struct talk *t = arg;

	assert_false(t->busy);
	assert_int_equal(t->events, 0);
	assert_non_null(session_id);
	t->opened++;
}

static void event(void *arg, const struct nova_event *e)
{
	struct talk *t = arg;

	assert_false(t->busy);
	assert_int_equal(t->opened, 1);
	assert_false(t->over);
	t->events++;
	if (t->free_in_event)
		t->stream = nova_stream_free(t->stream);
	if (e->type == NOVA_AUDIO_OUTPUT) {
		memcpy(t->sound + t->sound_count, e->samples,
		       e->sample_count * sizeof *e->samples);
		t->sound_count += e->sample_count;
	}
}

static void closed(void *arg, const struct problem *why)
{
	struct talk *t = arg;

	assert_false(t->busy);
	assert_false(t->over);
	t->over = true;
	t->closed++;
	t->why = *why;
}

static void open_stream(struct talk *t)
{
	t->busy = true;
	t->over = false;
	assert_int_equal(nova_upstream_open(t->upstream,
					    &(struct nova_stream_listener){
						    .opened = opened,
						    .event = event,
						    .closed = closed,
						    .arg = t,
					    },
					    &t->stream, NULL),
			 0);
	t->busy = false;
}

static struct talk *begin(const char *yaml, struct sim_core_settings settings)
{
	struct talk *t = calloc(1, sizeof *t);
	char *folder = folder_make();
	char *path = text_format("%s/s.yaml", folder);

	folder_write(folder, "s.yaml", yaml);
	assert_int_equal(scenario_maker_create(&t->maker, path, NULL), 0);
	free(path);
	folder_remove(folder);
	assert_int_equal(virtual_clock_create(&t->time, 1767323045000), 0);
	assert_int_equal(memory_upstream_create(&t->upstream,
						virtual_clock_clock(t->time),
						&settings, t->maker),
			 0);
	memory_upstream_plan(t->upstream, scenario_front_plan(t->maker));
	return t;
}

static void finish(struct talk *t)
{
	t->busy = true;
	nova_stream_free(t->stream);
	memory_upstream_free(t->upstream);
	scenario_maker_free(t->maker);
	virtual_clock_free(t->time);
	free(t);
}

static int start(struct talk *t)
{
	int err;

	t->busy = true;
	err = nova_session_start(&t->session, t->stream,
				 &(struct nova_session_settings){0});
	t->busy = false;
	return err;
}

static void send_sound(struct talk *t, unsigned ms, bool voice)
{
	int16_t frame[512] = {0};

	for (unsigned at = 0; at < ms; at += 32) {
		if (voice)
			sim_client_voice(frame, 512, 16000, at * 16);
		t->busy = true;
		assert_int_equal(nova_session_audio(&t->session, frame, 512),
				 0);
		t->busy = false;
		virtual_clock_run_until(
			t->time,
			clock_now_us(virtual_clock_clock(t->time)) + 32000);
	}
}

static void run(struct talk *t)
{
	virtual_clock_run_until(
		t->time, clock_now_us(virtual_clock_clock(t->time)) + 1000);
}

static const char HELLO[] =
	"turns:\n  - say: {text: Hello., tone: {hz: 440, ms: 2000}}\n";

static void callbacks_wait_until_the_call_is_over(void **state)
{
	struct talk *t = begin(HELLO, (struct sim_core_settings){0});

	(void)state;
	open_stream(t);
	assert_int_equal(start(t), 0);
	assert_int_equal(t->opened, 0);
	run(t);
	assert_int_equal(t->opened, 1);
	assert_int_equal(t->events, 1);
	t->busy = true;
	assert_int_equal(nova_session_finish(&t->session), 0);
	assert_int_equal(nova_stream_send(t->stream,
					  &(struct nova_event){
						  .type = NOVA_SESSION_END}),
			 PROBLEM_CLOSED);
	t->busy = false;
	assert_int_equal(t->closed, 0);
	run(t);
	assert_int_equal(t->closed, 1);
	assert_int_equal(t->why.code, 0);
	finish(t);
}

static void sound_is_recorded_bit_for_bit_both_ways(void **state)
{
	char *folder = folder_make();
	char *received = text_format("%s/received-1.wav", folder);
	char *sent = text_format("%s/sent-1.wav", folder);
	struct talk *t = begin(HELLO, (struct sim_core_settings){
					      .record_dir = folder});
	int16_t *samples, voice[16000 * 4] = {0};
	size_t n;

	(void)state;
	for (size_t at = 0; at < 16000; at += 512)
		sim_client_voice(voice + at, 512, 16000, at);
	open_stream(t);
	assert_int_equal(start(t), 0);
	send_sound(t, 1000, true);
	send_sound(t, 3000, false);
	nova_stream_free(t->stream);
	t->stream = NULL;
	assert_int_equal(sound_file_load(&samples, &n, received, 16000, 1 << 20,
					 NULL),
			 0);
	assert_int_equal(n, 126 * 512); /* 32 frames and 94 */
	assert_memory_equal(samples, voice, 16384 * sizeof *samples);
	free(samples);
	assert_int_equal(
		sound_file_load(&samples, &n, sent, 24000, 1 << 20, NULL), 0);
	assert_int_equal(n, 48000);
	assert_int_equal(n, t->sound_count);
	assert_memory_equal(samples, t->sound, n * sizeof *samples);
	free(samples);
	finish(t);
	free(received);
	free(sent);
	folder_remove(folder);
}

static void a_stream_may_be_freed_in_its_own_callback(void **state)
{
	struct talk *t = begin(HELLO, (struct sim_core_settings){0});

	(void)state;
	t->free_in_event = true;
	open_stream(t);
	assert_int_equal(start(t), 0);
	run(t);
	assert_int_equal(t->events, 1);
	assert_null(t->stream);
	run(t);
	assert_int_equal(t->closed, 0);
	finish(t);
}

static void refused_streams_close_with_the_reason(void **state)
{
	struct talk *t = begin("stream: {refuse: {first: 2}}\n"
			       "turns:\n  - say: x\n",
			       (struct sim_core_settings){0});

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		open_stream(t);
		assert_int_equal(start(t), 0);
		assert_int_equal(t->closed, i);
		run(t);
		assert_int_equal(t->closed, i < 2 ? i + 1 : 2);
		if (i < 2) {
			assert_int_equal(t->why.code, PROBLEM_THROTTLED);
			assert_int_equal(nova_session_audio(&t->session,
							    t->sound, 512),
					 PROBLEM_CLOSED);
			t->stream = nova_stream_free(t->stream);
		}
	}
	assert_int_equal(t->opened, 1);
	finish(t);
}

static void every_end_has_its_problem(void **state)
{
	static const struct {
		const char *end;
		int code;
	} rows[] = {
		{"cut: reset", PROBLEM_CLOSED},
		{"cut: half_frame", PROBLEM_CLOSED},
		{"cut: close", PROBLEM_CLOSED},
		{"fail: {exception: throttlingException}", PROBLEM_THROTTLED},
		{"fail: {exception: modelStreamErrorException}",
		 PROBLEM_SERVER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char yaml[256];
		struct talk *t;

		snprintf(yaml, sizeof yaml, "turns:\n  - say: Hm\n    %s\n",
			 rows[i].end);
		t = begin(yaml, (struct sim_core_settings){0});
		open_stream(t);
		assert_int_equal(start(t), 0);
		assert_int_equal(nova_session_text(&t->session, "Hi"), 0);
		run(t);
		assert_int_equal(t->closed, 1);
		assert_int_equal(t->why.code, rows[i].code);
		assert_true(strlen(t->why.text) > 10);
		finish(t);
	}
}

static void what_goes_the_wrong_way_is_not_sent(void **state)
{
	struct talk *t = begin(HELLO, (struct sim_core_settings){0});

	(void)state;
	open_stream(t);
	assert_int_equal(nova_stream_send(t->stream,
					  &(struct nova_event){
						  .type = NOVA_TEXT_OUTPUT}),
			 PROBLEM_REJECTED);
	run(t);
	assert_int_equal(t->closed, 0);
	finish(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callbacks_wait_until_the_call_is_over),
		cmocka_unit_test(sound_is_recorded_bit_for_bit_both_ways),
		cmocka_unit_test(a_stream_may_be_freed_in_its_own_callback),
		cmocka_unit_test(refused_streams_close_with_the_reason),
		cmocka_unit_test(every_end_has_its_problem),
		cmocka_unit_test(what_goes_the_wrong_way_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
