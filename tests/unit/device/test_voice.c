#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/device/audio_device.h"
#include "audio/dsp/meter.h"
#include "audio/dsp/playout.h"
#include "audio/dsp/resampler.h"
#include "net/base/clock.h"
#include "net/base/virtual_clock.h"
#include "tests/support/voice_rig.h"
#include "tests/support/wave.h"

enum { SECOND_UP = VOICE_RATE_HZ, SECOND_DOWN = VOICE_PLAYOUT_RATE_HZ };

static int16_t question[5 * SECOND_UP];
static int16_t answer[5 * SECOND_DOWN];

static int make_sounds(void **state)
{
	(void)state;
	wave_noise(question, 5 * SECOND_UP, 21, 9000);
	wave_noise(answer, 5 * SECOND_DOWN, 22, 9000);
	return 0;
}

static void push(struct voice_rig *rig, uint32_t block, const int16_t *samples,
		 size_t n)
{
	assert_int_equal(playout_push(rig->playout, block, samples, n), 0);
}

/* Where the first sample that is not silence lies. */
static size_t first_sound(const int16_t *samples, size_t n)
{
	size_t i = 0;

	while (i < n && samples[i] == 0)
		i++;
	return i;
}

/* All of in at another rate, with its tail.  The caller frees it. */
static int16_t *at_rate(const int16_t *in, size_t n, unsigned from_hz,
			unsigned to_hz, size_t *count)
{
	struct resampler *r = NULL;

	assert_int_equal(resampler_create(&r, from_hz, to_hz), 0);
	int16_t *out = calloc(resampler_bound(r, n) +
				      resampler_bound(r, resampler_tail(r)),
			      sizeof *out);
	assert_non_null(out);
	*count = resampler_process(r, out, in, n);
	*count += resampler_finish(r, out + *count);
	resampler_free(r);
	return out;
}

static void a_16_khz_microphone_comes_through_bit_for_bit(void **state)
{
	struct voice_rig *rig = voice_rig_create(16000, 24000, false, question,
						 5 * SECOND_UP);
	(void)state;

	voice_rig_run(rig, 5100);
	assert_true(rig->frames_count >= 5 * SECOND_UP);
	assert_memory_equal(rig->frames, question, sizeof question);
	voice_rig_free(rig);
}

static void a_48_khz_microphone_is_brought_to_16(void **state)
{
	struct voice_rig *rig = voice_rig_create(48000, 24000, false, question,
						 3 * SECOND_UP);
	size_t n;
	(void)state;

	int16_t *wanted = at_rate(question, 3 * SECOND_UP, 48000, 16000, &n);
	voice_rig_run(rig, 1000);
	assert_int_equal(rig->frames_count % VOICE_FRAME_SAMPLES, 0);
	/* each frame is whole with the block that completes it, not one block
	 * later; for that the sound comes 2.5 ms behind */
	assert_int_equal(rig->frames_count, 16000);
	assert_memory_equal(rig->frames + 40, wanted, 15000 * sizeof *wanted);
	free(wanted);
	voice_rig_free(rig);
}

static void a_24_khz_speaker_gets_the_answer_bit_for_bit(void **state)
{
	struct voice_rig *rig = voice_rig_create(16000, 24000, false, NULL, 0);
	(void)state;

	voice_rig_run(rig, 100);
	/* chunks of the sizes in which a service may send */
	for (size_t at = 0, n = 1; at < 3 * SECOND_DOWN;
	     at += n, n = 7 * n % 5003) {
		if (n > 3 * SECOND_DOWN - at)
			n = 3 * SECOND_DOWN - at;
		push(rig, 1, answer + at, n);
	}
	voice_rig_run(rig, 3200);
	size_t at = first_sound(rig->speaker, rig->speaker_count);
	assert_true(at + 3 * SECOND_DOWN <= rig->speaker_count);
	assert_memory_equal(rig->speaker + at, answer,
			    3 * SECOND_DOWN * sizeof *answer);
	assert_int_equal(atomic_load(&rig->speaker_device->rt.late), 0);
	voice_rig_free(rig);
}

static void at_other_rates_the_answer_is_whole_to_its_last_sample(void **state)
{
	static const unsigned rates[] = {48000, 44100, 16000};
	(void)state;

	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		struct voice_rig *rig = voice_rig_create(16000, rates[i], false,
							 NULL, 0);
		size_t n;
		int16_t *wanted = at_rate(answer, SECOND_DOWN, 24000, rates[i],
					  &n);

		push(rig, 1, answer, SECOND_DOWN);
		voice_rig_run(rig, 1300);
		size_t at = first_sound(rig->speaker, rig->speaker_count);
		size_t skip = first_sound(wanted, n);
		assert_true(at + n <= rig->speaker_count);
		assert_memory_equal(rig->speaker + at, wanted + skip,
				    (n - skip) * sizeof *wanted);
		assert_int_equal(rig->played[1], SECOND_DOWN);
		free(wanted);
		voice_rig_free(rig);
	}
}

static void the_speaker_is_kept_ahead_but_not_far(void **state)
{
	struct voice_rig *rig = voice_rig_create(16000, 48000, false, NULL, 0);
	(void)state;

	push(rig, 1, answer, 2 * SECOND_DOWN);
	voice_rig_run(rig, 1500);
	assert_in_range(rig->waiting_most, 48 * (VOICE_AHEAD_MS - 2),
			48 * VOICE_AHEAD_MS);
	assert_int_equal(atomic_load(&rig->speaker_device->rt.late), 0);
	voice_rig_free(rig);
}

/* Old, fade of 5 ms, then the new answer from its first sample. */
static void interrupted_the_next_answer_is_whole(void **state)
{
	static const struct {
		unsigned speaker_hz, interrupt_ms, next_ms;
	} rows[] = {
		{24000, 500, 0}, {24000, 503, 0}, {24000, 507, 300},
		{48000, 500, 0}, {48000, 501, 0}, {48000, 509, 40},
		{44100, 505, 0}, {48000, 3, 0},
	};
	static int16_t old[2 * SECOND_DOWN];
	(void)state;

	for (size_t i = 0; i < 2 * SECOND_DOWN; i++)
		old[i] = 20000;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unsigned hz = rows[i].speaker_hz;
		struct voice_rig *rig = voice_rig_create(16000, hz, false, NULL,
							 0);
		size_t n;
		int16_t *wanted = at_rate(answer, SECOND_DOWN / 2, 24000, hz,
					  &n);

		push(rig, 1, old, 2 * SECOND_DOWN);
		voice_rig_run(rig, rows[i].interrupt_ms);
		size_t before = rig->speaker_count;
		playout_flush(rig->playout);
		voice_rig_run(rig, rows[i].next_ms);
		push(rig, 2, answer, SECOND_DOWN / 2);
		voice_rig_run(rig, 900);

		/* the answer (at most 9000, but for overshoot) is found whole,
		 * and nothing but silence lies between the fade and it */
		size_t skip = first_sound(wanted, n);
		size_t at = wave_find(rig->speaker, rig->speaker_count,
				      wanted + skip, n - skip);
		assert_memory_equal(rig->speaker + at, wanted + skip,
				    (n - skip) * sizeof *wanted);
		size_t quiet = before;
		while (quiet < at && rig->speaker[quiet] != 0)
			quiet++;
		assert_true(quiet - before <= hz / 200 + hz / 100);
		assert_true(quiet + skip >= at ||
			    first_sound(rig->speaker + quiet, at - quiet) ==
				    at - quiet);
		assert_int_equal(rig->played[2], SECOND_DOWN / 2);
		free(wanted);
		voice_rig_free(rig);
	}
}

static void each_block_is_counted_to_its_last_sample(void **state)
{
	static const size_t sizes[] = {1, 12000, 479, 481, 24000, 3};
	static const unsigned rates[] = {24000, 48000, 44100, 16000};
	(void)state;

	for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
		struct voice_rig *rig = voice_rig_create(16000, rates[r], false,
							 NULL, 0);

		for (uint32_t b = 0; b < 6; b++)
			push(rig, b, answer, sizes[b]);
		voice_rig_run(rig, 500);
		/* while block 1 plays, about as much of it as time passed */
		assert_int_equal(rig->played[0], 1);
		assert_in_range(rig->played[1], 11000, 12000);
		assert_int_equal(rig->played[4], 0);
		voice_rig_run(rig, 1500);
		for (uint32_t b = 0; b < 6; b++)
			assert_int_equal(rig->played[b], sizes[b]);
		assert_int_equal(rig->backwards, 0);
		assert_int_equal(rig->drained, 1);
		voice_rig_free(rig);
	}
}

static void of_what_was_flushed_only_the_played_part_counts(void **state)
{
	struct voice_rig *rig = voice_rig_create(16000, 24000, false, NULL, 0);
	static int16_t old[SECOND_DOWN];
	size_t sounded = 0;
	(void)state;

	for (size_t i = 0; i < SECOND_DOWN; i++)
		old[i] = 20000;
	push(rig, 5, old, SECOND_DOWN);
	voice_rig_run(rig, 333);
	playout_flush(rig->playout);
	push(rig, 6, answer, 2400);
	voice_rig_run(rig, 400);
	/* the answer is at most 9000, the fade has some samples below that */
	for (size_t i = 0; i < rig->speaker_count; i++)
		sounded += rig->speaker[i] > 9000;
	assert_in_range(rig->played[5], sounded, sounded + 120);
	assert_int_equal(rig->played[5],
			 audio_device_played(rig->speaker_device) - 2400);
	assert_int_equal(rig->played[6], 2400);
	assert_int_equal(rig->drained, 1);
	voice_rig_free(rig);
}

static void drained_comes_once_when_all_has_been_played(void **state)
{
	struct voice_rig *rig = voice_rig_create(16000, 48000, false, NULL, 0);
	(void)state;

	voice_rig_run(rig, 200);
	assert_int_equal(rig->drained, 0);
	push(rig, 1, answer, SECOND_DOWN / 2);
	voice_rig_run(rig, 490);
	assert_int_equal(rig->drained, 0);
	voice_rig_run(rig, 510);
	assert_int_equal(rig->drained, 1);
	push(rig, 2, answer, SECOND_DOWN);
	voice_rig_run(rig, 200);
	playout_flush(rig->playout);
	voice_rig_run(rig, 20);
	assert_int_equal(rig->drained, 2);
	voice_rig_run(rig, 500);
	assert_int_equal(rig->drained, 2);
	voice_rig_free(rig);
}

/* The last sample leaves the ring after 500 ms, and is heard 300 ms later. */
static void an_answer_is_drained_when_its_last_sample_was_heard(void **state)
{
	struct voice_rig *rig = voice_rig_create(16000, 48000, false, NULL, 0);
	(void)state;

	rig->speaker_device->latency_ms = 300;
	push(rig, 1, answer, SECOND_DOWN / 2);
	voice_rig_run(rig, 790);
	assert_int_equal(rig->drained, 0);
	voice_rig_run(rig, 60);
	assert_int_equal(rig->drained, 1);
	voice_rig_free(rig);
}

static void a_block_that_comes_late_counts_on(void **state)
{
	struct voice_rig *rig = voice_rig_create(16000, 48000, false, NULL, 0);
	(void)state;

	push(rig, 3, answer, 4800);
	voice_rig_run(rig, 280);
	assert_int_equal(rig->played[3], 4800);
	push(rig, 3, answer + 4800, 4800);
	voice_rig_run(rig, 300);
	assert_int_equal(rig->played[3], 9600);
	assert_int_equal(rig->backwards, 0);
	voice_rig_free(rig);
}

static void muted_it_sends_silence_and_frames_go_on(void **state)
{
	struct voice_rig *rig = voice_rig_create(16000, 24000, false, question,
						 5 * SECOND_UP);
	(void)state;

	voice_rig_run(rig, 1000);
	voice_set_muted(rig->voice, true);
	voice_rig_run(rig, 1000);
	voice_set_muted(rig->voice, false);
	voice_rig_run(rig, 1000);
	assert_in_range(rig->frames_count, 3 * SECOND_UP - 320, 3 * SECOND_UP);
	assert_memory_equal(rig->frames, question,
			    SECOND_UP * sizeof *question);
	assert_int_equal(first_sound(rig->frames + SECOND_UP, SECOND_UP),
			 SECOND_UP);
	assert_memory_equal(rig->frames + 2 * SECOND_UP,
			    question + 2 * SECOND_UP,
			    (SECOND_UP - 320) * sizeof *question);
	voice_rig_free(rig);
}

static void in_half_duplex_the_speaker_silences_the_microphone(void **state)
{
	struct voice_rig *rig = voice_rig_create(16000, 24000, true, question,
						 5 * SECOND_UP);
	(void)state;

	voice_rig_run(rig, 1000);
	push(rig, 1, answer, SECOND_DOWN);
	voice_rig_run(rig, 3000);
	size_t from = 0, to = rig->frames_count;
	while (from < rig->frames_count && rig->frames[from] == question[from])
		from++;
	while (to > 0 && rig->frames[to - 1] == question[to - 1])
		to--;
	/* silent from the frame in which the answer began, until 200 ms after
	 * its end, to the frame */
	assert_in_range(from, 980 * 16, 1020 * 16);
	assert_in_range(to, 2200 * 16, 2260 * 16);
	/* a sample of noise may be zero itself */
	assert_true(first_sound(rig->frames + from, to - from) == to - from);
	voice_rig_free(rig);
}

static void speech_is_told_with_its_position(void **state)
{
	static int16_t mic[3 * SECOND_UP];
	struct voice_rig *rig;
	(void)state;

	wave_tone(mic + SECOND_UP, SECOND_UP, 300, SECOND_UP, 8000);
	rig = voice_rig_create(16000, 24000, false, mic, 3 * SECOND_UP);
	voice_rig_run(rig, 3000);
	assert_int_equal(rig->edges_count, 2);
	assert_true(rig->edges[0].started);
	assert_int_equal(rig->edges[0].position, SECOND_UP);
	assert_false(rig->edges[1].started);
	assert_int_equal(rig->edges[1].position, 2 * SECOND_UP);
	voice_rig_free(rig);
}

static void both_directions_are_heard_side_by_side(void **state)
{
	enum { N = 48000 };
	struct voice_rig *rig = voice_rig_create(16000, 24000, false, question,
						 2 * SECOND_UP);
	size_t left_n, right_n;
	(void)state;

	push(rig, 1, answer, SECOND_DOWN);
	voice_rig_run(rig, 1500);
	assert_in_range(rig->heard_count, 1480 * 48, 1500 * 48);
	int16_t *left = at_rate(question, 2 * SECOND_UP, 16000, 48000, &left_n);
	int16_t *right = at_rate(rig->speaker, rig->speaker_count, 24000, 48000,
				 &right_n);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(rig->heard[2 * i], left[i]);
		assert_int_equal(rig->heard[2 * i + 1], right[i]);
	}
	free(left);
	free(right);
	voice_rig_free(rig);
}

static void heard_is_whole_to_the_last_sample_once_finished(void **state)
{
	struct voice_rig *rig = voice_rig_create(16000, 24000, false, NULL, 0);
	size_t n;
	(void)state;

	push(rig, 1, answer, SECOND_DOWN);
	voice_rig_run(rig, 500);
	/* the microphone's device stands still, as on a busy machine */
	audio_device_stop(rig->mic_device);
	voice_rig_run(rig, 700);
	audio_device_stop(rig->speaker_device);
	voice_finish(rig->voice);
	int16_t *right = at_rate(rig->speaker, rig->speaker_count, 24000, 48000,
				 &n);
	assert_int_equal(rig->heard_count, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(rig->heard[2 * i + 1], right[i]);
	free(right);
	voice_rig_free(rig);
}

/* A service may begin with a few ms and be late with what follows. */
static void a_late_second_chunk_makes_no_gap(void **state)
{
	static const struct {
		unsigned first_ms, late_ms;
		bool gap;
	} rows[] = {
		{7, 20, false},  {7, 55, false},  {7, 75, true},
		{59, 55, false}, {61, 55, false}, {20, 75, false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct voice_rig *rig = voice_rig_create(16000, 24000, false,
							 NULL, 0);
		size_t first = rows[i].first_ms * 24;

		push(rig, 1, answer, first);
		voice_rig_run(rig, rows[i].late_ms);
		push(rig, 1, answer + first, SECOND_DOWN - first);
		voice_rig_run(rig, 1300);
		assert_int_equal(atomic_load(&rig->speaker_device->rt.late) > 0,
				 rows[i].gap);
		assert_int_equal(rig->played[1], SECOND_DOWN);
		voice_rig_free(rig);
	}
}

/* A service that sends no faster than it is spoken never gets far ahead. */
static void sound_that_comes_at_its_own_pace_is_whole(void **state)
{
	static const struct {
		unsigned speaker_hz, chunk_ms;
	} rows[] = {
		{24000, 20}, {48000, 20}, {44100, 20}, {48000, 50}, {48000, 7}};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct voice_rig *rig = voice_rig_create(16000,
							 rows[i].speaker_hz,
							 false, NULL, 0);
		size_t chunk = rows[i].chunk_ms * 24, pushed = 0, n;
		int16_t *wanted = at_rate(answer, SECOND_DOWN, 24000,
					  rows[i].speaker_hz, &n);

		for (; pushed + chunk <= SECOND_DOWN; pushed += chunk) {
			push(rig, 1, answer + pushed, chunk);
			voice_rig_run(rig, rows[i].chunk_ms);
		}
		push(rig, 1, answer + pushed, SECOND_DOWN - pushed);
		playout_end(rig->playout);
		voice_rig_run(rig, 300);
		size_t at = first_sound(rig->speaker, rig->speaker_count);
		size_t skip = first_sound(wanted, n);
		assert_memory_equal(rig->speaker + at, wanted + skip,
				    (n - skip) * sizeof *wanted);
		assert_int_equal(atomic_load(&rig->speaker_device->rt.late), 0);
		assert_int_equal(rig->played[1], SECOND_DOWN);
		free(wanted);
		voice_rig_free(rig);
	}
}

/* Steps come as seldom as on a busy machine; the filter's tail is in time. */
static void an_end_has_no_gap_when_the_thread_is_late(void **state)
{
	static const unsigned steps_ms[] = {1, 10, 40, 80};
	(void)state;

	for (size_t i = 0; i < sizeof steps_ms / sizeof *steps_ms; i++) {
		struct voice_rig *rig = voice_rig_create(16000, 48000, false,
							 NULL, 0);
		struct clock *clock = virtual_clock_clock(rig->clock);

		push(rig, 1, answer, SECOND_DOWN);
		playout_end(rig->playout);
		for (unsigned ms = 0; ms < 1500; ms += steps_ms[i]) {
			voice_step(rig->voice);
			virtual_clock_run_until(rig->clock,
						clock_now_us(clock) +
							steps_ms[i] * 1000);
		}
		voice_step(rig->voice);
		assert_int_equal(rig->played[1], SECOND_DOWN);
		assert_int_equal(atomic_load(&rig->speaker_device->rt.late), 0);
		voice_rig_free(rig);
	}
}

static void a_dead_microphone_does_not_stop_what_is_heard(void **state)
{
	struct voice_rig *rig = voice_rig_create(48000, 48000, false, NULL, 0);
	(void)state;

	audio_device_stop(rig->mic_device);
	push(rig, 1, answer, SECOND_DOWN);
	voice_rig_run(rig, 2000);
	/* all but the half second for which it waits */
	assert_in_range(rig->heard_count, 1400 * 48, 1500 * 48);
	assert_true(first_sound(rig->heard, 2 * rig->heard_count) <
		    2 * 48 * 100);
	voice_rig_free(rig);
}

static void levels_are_those_of_the_last_50_ms(void **state)
{
	static int16_t tone[SECOND_UP];
	static int16_t loud[SECOND_DOWN];
	struct voice_rig *rig;
	(void)state;

	wave_tone(tone, SECOND_UP, 400, 16000, 3276.8);
	wave_tone(loud, SECOND_DOWN, 400, 24000, 32767);
	rig = voice_rig_create(16000, 24000, false, tone, SECOND_UP);
	assert_true(voice_mic_level_db(rig->voice) == METER_SILENCE_DB);
	push(rig, 1, loud, SECOND_DOWN);
	voice_rig_run(rig, 500);
	assert_true(fabs(voice_mic_level_db(rig->voice) + 23.01) < 0.1);
	assert_true(fabs(voice_speaker_level_db(rig->voice) + 3.01) < 0.1);
	voice_rig_run(rig, 800);
	assert_true(voice_mic_level_db(rig->voice) == METER_SILENCE_DB);
	assert_true(voice_speaker_level_db(rig->voice) == METER_SILENCE_DB);
	voice_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_16_khz_microphone_comes_through_bit_for_bit),
		cmocka_unit_test(a_48_khz_microphone_is_brought_to_16),
		cmocka_unit_test(a_24_khz_speaker_gets_the_answer_bit_for_bit),
		cmocka_unit_test(
			at_other_rates_the_answer_is_whole_to_its_last_sample),
		cmocka_unit_test(the_speaker_is_kept_ahead_but_not_far),
		cmocka_unit_test(interrupted_the_next_answer_is_whole),
		cmocka_unit_test(each_block_is_counted_to_its_last_sample),
		cmocka_unit_test(
			of_what_was_flushed_only_the_played_part_counts),
		cmocka_unit_test(drained_comes_once_when_all_has_been_played),
		cmocka_unit_test(
			an_answer_is_drained_when_its_last_sample_was_heard),
		cmocka_unit_test(a_block_that_comes_late_counts_on),
		cmocka_unit_test(muted_it_sends_silence_and_frames_go_on),
		cmocka_unit_test(
			in_half_duplex_the_speaker_silences_the_microphone),
		cmocka_unit_test(speech_is_told_with_its_position),
		cmocka_unit_test(both_directions_are_heard_side_by_side),
		cmocka_unit_test(
			heard_is_whole_to_the_last_sample_once_finished),
		cmocka_unit_test(a_late_second_chunk_makes_no_gap),
		cmocka_unit_test(sound_that_comes_at_its_own_pace_is_whole),
		cmocka_unit_test(an_end_has_no_gap_when_the_thread_is_late),
		cmocka_unit_test(a_dead_microphone_does_not_stop_what_is_heard),
		cmocka_unit_test(levels_are_those_of_the_last_50_ms),
	};

	return cmocka_run_group_tests(tests, make_sounds, NULL);
}
