#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/dsp/speech_gate.h"
#include "tests/support/wave.h"

enum { RATE = 16000, MS = RATE / 1000, EDGES = 64 };

static const struct speech_gate_settings SETTINGS = {.rate_hz = RATE};

struct stretch {
	unsigned ms;
	double tone; /* amplitude */
	int noise;   /* amplitude */
};

static size_t fill(int16_t *out, const struct stretch *s, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		size_t samples = (size_t)s[i].ms * MS;
		int16_t noise[RATE];

		assert_true(samples <= 30 * RATE);
		wave_tone(out + n, samples, 300, RATE, s[i].tone);
		for (size_t k = 0; s[i].noise && k < samples; k++) {
			if (k % RATE == 0)
				wave_noise(noise, RATE, (uint32_t)(n + k + 1),
					   s[i].noise);
			out[n + k] = (int16_t)(out[n + k] + noise[k % RATE]);
		}
		n += samples;
	}
	return n;
}

static int16_t sound[60 * RATE];

static size_t run(struct speech_gate_edge *edges, size_t n, size_t chunk)
{
	struct speech_gate g;
	size_t count = 0;

	speech_gate_init(&g, &SETTINGS);
	for (size_t at = 0; at < n; at += chunk) {
		size_t piece = chunk < n - at ? chunk : n - at;

		count += speech_gate_process(&g, sound + at, piece,
					     edges + count, EDGES - count);
	}
	return count;
}

static void speech_between_silence_has_both_its_edges(void **state)
{
	static const struct stretch s[] = {{500, 0, 3},
					   {800, 8000, 3},
					   {700, 0, 3}};
	struct speech_gate_edge edges[EDGES];
	(void)state;

	size_t n = fill(sound, s, 3);
	assert_int_equal(run(edges, n, 320), 2);
	assert_true(edges[0].started);
	assert_int_equal(edges[0].position, 500 * MS);
	assert_false(edges[1].started);
	assert_int_equal(edges[1].position, 1300 * MS);
}

static void the_edges_do_not_depend_on_how_the_stream_is_cut(void **state)
{
	static const struct stretch s[] = {
		{333, 0, 20},    {777, 4000, 20}, {501, 0, 20},
		{290, 9000, 20}, {900, 0, 20},
	};
	static const size_t chunks[] = {1, 7, 159, 160, 161, 1024};
	struct speech_gate_edge whole[EDGES], cut[EDGES];
	(void)state;

	size_t n = fill(sound, s, 5);
	size_t count = run(whole, n, n);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
		memset(cut, 0, sizeof cut);
		assert_int_equal(run(cut, n, chunks[i]), count);
		for (size_t e = 0; e < count; e++) {
			assert_int_equal(cut[e].position, whole[e].position);
			assert_int_equal(cut[e].started, whole[e].started);
		}
	}
}

static void what_is_speech_and_what_is_not(void **state)
{
	static const struct {
		struct stretch s[3];
		size_t edges;
		const char *why;
	} rows[] = {
		{{{500, 0, 3}, {40, 9000, 3}, {500, 0, 3}},
		 0,
		 "a click is too short"},
		{{{500, 0, 3}, {60, 9000, 3}, {500, 0, 3}},
		 2,
		 "60 ms are enough"},
		{{{500, 0, 3}, {500, 60, 3}, {500, 0, 3}},
		 0,
		 "-57 dBFS is too quiet"},
		{{{500, 9000, 3}, {200, 0, 3}, {500, 9000, 3}},
		 1,
		 "a pause of 200 ms does not end it"},
		{{{500, 9000, 3}, {320, 0, 3}, {500, 9000, 3}},
		 3,
		 "a pause of 320 ms does"},
		{{{0, 0, 0}, {500, 9000, 3}, {500, 0, 3}},
		 2,
		 "speech from the first sample"},
		{{{9000, 0, 300}, {600, 4000, 300}, {600, 0, 300}},
		 4,
		 "a fan (-45 dBFS) is speech at first, then the floor"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct speech_gate_edge edges[EDGES];
		size_t n = fill(sound, rows[i].s, 3);
		size_t count = run(edges, n, 320);

		if (count != rows[i].edges)
			fail_msg("%s: wanted %zu edges, got %zu", rows[i].why,
				 rows[i].edges, count);
	}
}

static void silence_is_counted_from_the_last_loud_block(void **state)
{
	static const struct stretch s[] = {{500, 8000, 0}, {200, 0, 0}};
	struct speech_gate g;
	struct speech_gate_edge edges[EDGES];
	(void)state;

	fill(sound, s, 2);
	speech_gate_init(&g, &SETTINGS);
	speech_gate_process(&g, sound, 500 * MS, edges, EDGES);
	assert_true(speech_gate_in_speech(&g));
	assert_int_equal(speech_gate_silence(&g), 0);
	speech_gate_process(&g, sound + 500 * MS, 200 * MS, edges, EDGES);
	assert_true(speech_gate_in_speech(&g));
	assert_int_equal(speech_gate_silence(&g), 200 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speech_between_silence_has_both_its_edges),
		cmocka_unit_test(
			the_edges_do_not_depend_on_how_the_stream_is_cut),
		cmocka_unit_test(what_is_speech_and_what_is_not),
		cmocka_unit_test(silence_is_counted_from_the_last_loud_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
