/* Sound as Opus: the same sound, the same bytes, valid pages. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "audio/dsp/sound_file.h"
#include "audio/dsp/sound_opus.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/sound.h"
#include "tests/support/wave.h"

enum { SECONDS = 2, LIMIT = 1 << 20 };

static char *folder;

/* A tone left, another right; caller frees the path. */
static char *write_wav(unsigned rate_hz, unsigned channels)
{
	size_t n = (size_t)SECONDS * rate_hz;
	int16_t *one = malloc(n * sizeof *one);
	int16_t *all = malloc(n * channels * sizeof *all);
	char *path = text_format("%s/%u-%u.wav", folder, rate_hz, channels);
	struct sound_writer *w;
	struct problem p;

	assert_non_null(one);
	assert_non_null(all);
	for (unsigned c = 0; c < channels; c++) {
		wave_tone(one, n, c ? 700 : 400, rate_hz, 8000);
		for (size_t i = 0; i < n; i++)
			all[i * channels + c] = one[i];
	}
	assert_int_equal(sound_writer_open(&w, path, rate_hz, channels, &p), 0);
	assert_int_equal(sound_writer_write(w, all, n), 0);
	sound_writer_free(w);
	free(one);
	free(all);
	return path;
}

static void both_channels_come_back_at_each_rate_of_opus(void **state)
{
	static const unsigned rates_hz[] = {8000, 16000, 24000, 48000};

	(void)state;
	for (size_t i = 0; i < sizeof rates_hz / sizeof *rates_hz; i++) {
		char *path = write_wav(rates_hz[i], 2);
		struct bytes b;
		struct problem p = {0};
		bytes_init(&b, LIMIT);
		if (sound_opus_encode(&b, path, &p))
			fail_msg("%s", p.text);
		assert_true(b.length < SECONDS * 12000);

		char *opus = text_format("%s/x.opus", folder);
		assert_int_equal(text_replace_file(opus, b.data, b.length), 0);
		for (unsigned c = 0; c < 2; c++) {
			struct sound s = sound_load_channel(opus, c, 48000);
			assert_true(s.count >= SECONDS * 48000 * 99 / 100);
			const int16_t *at = s.samples + 24000;
			assert_true(wave_power_db(at, 24000, c ? 700 : 400,
						  48000) > -20);
			assert_true(wave_power_db(at, 24000, c ? 400 : 700,
						  48000) < -40);
			free(s.samples);
		}
		free(opus);
		free(path);
		bytes_deinit(&b);
	}
}

static void the_same_sound_gives_the_same_bytes(void **state)
{
	char *path = write_wav(16000, 2);
	struct bytes a, b;
	struct problem p;

	(void)state;
	bytes_init(&a, LIMIT);
	bytes_init(&b, LIMIT);
	assert_int_equal(sound_opus_encode(&a, path, &p), 0);
	assert_int_equal(sound_opus_encode(&b, path, &p), 0);
	assert_int_equal(a.length, b.length);
	assert_memory_equal(a.data, b.data, a.length);
	/* behind what was there */
	size_t one = b.length;
	assert_int_equal(sound_opus_encode(&b, path, &p), 0);
	assert_int_equal(b.length, 2 * one);
	assert_memory_equal(a.data, b.data + one, one);
	bytes_deinit(&a);
	bytes_deinit(&b);
	free(path);
}

static void what_cannot_be_encoded_is_told_and_leaves_nothing(void **state)
{
	char *odd = write_wav(44100, 1), *many = write_wav(48000, 3),
	     *good = write_wav(48000, 1);
	struct bytes b;
	struct problem p;

	(void)state;
	bytes_init(&b, 500); /* of a file that needs more */
	assert_int_equal(bytes_append_text(&b, "x"), 0);
	assert_int_equal(sound_opus_encode(&b, odd, &p), PROBLEM_FORMAT);
	assert_holds(p.text, "1 channels at 44100 Hz cannot be made Opus");
	assert_int_equal(sound_opus_encode(&b, many, &p), PROBLEM_FORMAT);
	assert_holds(p.text, "3 channels are too many");
	assert_int_equal(sound_opus_encode(&b, "/no/such.wav", &p),
			 PROBLEM_FILE);
	assert_holds(p.text, "/no/such.wav: cannot be read as sound");
	assert_int_equal(sound_opus_encode(&b, good, &p), PROBLEM_LIMIT);
	assert_int_equal(b.length, 1);
	bytes_deinit(&b);
	free(odd);
	free(many);
	free(good);
}

static int make_folder(void **state)
{
	(void)state;
	folder = folder_make();
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_channels_come_back_at_each_rate_of_opus),
		cmocka_unit_test(the_same_sound_gives_the_same_bytes),
		cmocka_unit_test(
			what_cannot_be_encoded_is_told_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
