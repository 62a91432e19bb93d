#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sndfile.h>

#include "audio/dsp/meter.h"
#include "audio/dsp/sound_file.h"
#include "net/base/problem.h"
#include "tests/support/wave.h"

static char folder[] = "/tmp/habla-sound-XXXXXX";

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = {"a", "b", "c.wav"};
	(void)state;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(path_of(names[i]));
	return rmdir(folder);
}

static void put_bytes(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* A second of 440 Hz; in further channels nothing but the same. */
static void make(const char *path, int format, unsigned rate_hz,
		 unsigned channels)
{
	SF_INFO info = {.samplerate = (int)rate_hz,
			.channels = (int)channels,
			.format = format};
	SNDFILE *f = sf_open(path, SFM_WRITE, &info);
	int16_t *mono = calloc(rate_hz, sizeof *mono);
	int16_t *all = calloc(rate_hz * channels, sizeof *all);

	assert_non_null(f);
	/* or float files get samples of up to 32768 instead of up to 1 */
	sf_command(f, SFC_SET_SCALE_INT_FLOAT_WRITE, NULL, SF_TRUE);
	wave_tone(mono, rate_hz, 440, rate_hz, 8000);
	for (size_t i = 0; i < rate_hz; i++)
		for (unsigned c = 0; c < channels; c++)
			all[i * channels + c] = mono[i];
	assert_int_equal(sf_writef_short(f, all, rate_hz), rate_hz);
	sf_close(f);
	free(mono);
	free(all);
}

static void every_usual_form_is_read(void **state)
{
	static const struct {
		int format;
		unsigned rate_hz, channels;
		double least_snr_db; /* of the form itself, or resampling */
	} rows[] = {
		{SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 1, 200},
		{SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 2, 200},
		{SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 16000, 1, 30},
		{SF_FORMAT_WAV | SF_FORMAT_PCM_24, 16000, 1, 200},
		{SF_FORMAT_WAV | SF_FORMAT_PCM_32, 16000, 1, 200},
		{SF_FORMAT_WAV | SF_FORMAT_FLOAT, 16000, 1, 200},
		{SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 16000, 1, 200},
		{SF_FORMAT_WAV | SF_FORMAT_ALAW, 16000, 1, 33},
		{SF_FORMAT_WAV | SF_FORMAT_ULAW, 16000, 1, 33},
		{SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, 16000, 2, 200},
		{SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, 48000, 6, 60},
		{SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 60},
		{SF_FORMAT_WAV | SF_FORMAT_PCM_16, 22050, 1, 60},
		{SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, 60},
		{SF_FORMAT_WAV | SF_FORMAT_PCM_16, 96000, 2, 60},
		{SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16000, 1, 200},
		{SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 44100, 2, 60},
		{SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 2, 20},
	};
	enum { RATE = 16000, EDGE = 800 };
	static int16_t wanted[RATE];
	const char *path = path_of("a");
	(void)state;

	wave_tone(wanted, RATE, 440, RATE, 8000);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct problem p = {0};
		int16_t *got = NULL;
		size_t n = 0;

		make(path, rows[i].format, rows[i].rate_hz, rows[i].channels);
		if (sound_file_load(&got, &n, path, RATE, 2 * RATE, &p) != 0)
			fail_msg("form %x: %s", (unsigned)rows[i].format,
				 p.text);
		assert_int_equal(n, RATE);
		double snr = meter_snr_db(wanted + EDGE, got + EDGE,
					  RATE - 2 * EDGE);
		if (snr < rows[i].least_snr_db)
			fail_msg("form %x, %u Hz: %g dB",
				 (unsigned)rows[i].format, rows[i].rate_hz,
				 snr);
		free(got);
	}
}

static void mono_16_bit_comes_out_bit_for_bit(void **state)
{
	enum { N = 70000 };
	static int16_t in[N];
	const char *path = path_of("c.wav");
	struct sound_writer *w = NULL;
	struct sound_reader *r = NULL;
	int16_t *out = NULL, first[3];
	size_t n = 0;
	(void)state;

	wave_noise(in, N, 8, 32767);
	in[0] = INT16_MIN;
	in[1] = INT16_MAX;
	assert_int_equal(sound_writer_open(&w, path, 24000, 1, NULL), 0);
	assert_int_equal(sound_writer_write(w, in, 1000), 0);
	assert_int_equal(sound_writer_write(w, in + 1000, N - 1000), 0);
	assert_int_equal(sound_writer_frames(w), N);
	sound_writer_free(w);

	assert_int_equal(sound_file_load(&out, &n, path, 24000, N, NULL), 0);
	assert_int_equal(n, N);
	assert_memory_equal(out, in, sizeof in);
	free(out);

	assert_int_equal(sound_reader_open(&r, path, 24000, NULL), 0);
	assert_int_equal(sound_reader_read(r, first, 3), 3);
	assert_memory_equal(first, in, sizeof first);
	sound_reader_free(r);
	assert_null(sound_reader_free(NULL));
	assert_null(sound_writer_free(NULL));
}

static void two_channels_are_mixed(void **state)
{
	const char *path = path_of("c.wav");
	int16_t stereo[4] = {1000, 3000, -32768, -32768};
	struct sound_writer *w = NULL;
	int16_t *out = NULL;
	size_t n = 0;
	(void)state;

	assert_int_equal(sound_writer_open(&w, path, 48000, 2, NULL), 0);
	assert_int_equal(sound_writer_write(w, stereo, 2), 0);
	sound_writer_free(w);
	assert_int_equal(sound_file_load(&out, &n, path, 48000, 9, NULL), 0);
	assert_int_equal(n, 2);
	assert_int_equal(out[0], 2000);
	assert_int_equal(out[1], -32768);
	free(out);
}

static void what_is_no_sound_is_refused_in_one_clear_line(void **state)
{
	static const char text[] = "this is a shopping list, nothing else";
	static const char riff[] = "RIFF\x24\x00\x00\x00WAVEfmt ";
	static const struct {
		const char *bytes;
		size_t n;
		int code;
		const char *words;
	} rows[] = {
		{"", 0, PROBLEM_FORMAT, "the file is empty"},
		{text, sizeof text, PROBLEM_FORMAT,
		 "not a sound file that can be read (WAV, FLAC, Ogg)"},
		{riff, sizeof riff - 1, PROBLEM_FORMAT, "not a sound file"},
	};
	const char *path = path_of("b");
	struct sound_reader *r = NULL;
	struct problem p;
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		memset(&p, 0, sizeof p);
		put_bytes(path, rows[i].bytes, rows[i].n);
		assert_int_equal(sound_reader_open(&r, path, 16000, &p),
				 rows[i].code);
		assert_null(r);
		if (!strstr(p.text, rows[i].words) || !strstr(p.text, path) ||
		    !strchr(p.text, ';') || strchr(p.text, '\n'))
			fail_msg("not one clear line: %s", p.text);
	}
	memset(&p, 0, sizeof p);
	assert_int_equal(sound_reader_open(&r, "/nowhere/x.wav", 16000, &p),
			 PROBLEM_FILE);
	assert_non_null(strstr(p.text, "No such file"));
	memset(&p, 0, sizeof p);
	assert_int_equal(sound_reader_open(&r, folder, 16000, &p),
			 PROBLEM_FILE);
	assert_non_null(strstr(p.text, "not a file"));
}

static void a_wav_without_a_sample_is_refused(void **state)
{
	const char *path = path_of("c.wav");
	struct sound_writer *w = NULL;
	struct sound_reader *r = NULL;
	struct problem p = {0};
	(void)state;

	assert_int_equal(sound_writer_open(&w, path, 16000, 1, NULL), 0);
	sound_writer_free(w);
	assert_int_equal(sound_reader_open(&r, path, 16000, &p),
			 PROBLEM_FORMAT);
	assert_non_null(strstr(p.text, "no sound in it"));
}

static void a_cut_file_is_read_as_far_as_it_goes(void **state)
{
	static const struct {
		int format;
		off_t keep;
		size_t least, most;
	} rows[] = {
		{SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44 + 2001, 1000, 1000},
		{SF_FORMAT_WAV | SF_FORMAT_PCM_24, 44 + 3000, 900, 1000},
		{SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 4000, 1, 15999},
	};
	const char *path = path_of("a");
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct problem p = {0};
		int16_t *got = NULL;
		size_t n = 0;

		make(path, rows[i].format, 16000, 1);
		assert_int_equal(truncate(path, rows[i].keep), 0);
		if (sound_file_load(&got, &n, path, 16000, 99999, &p) != 0)
			fail_msg("form %x: %s", (unsigned)rows[i].format,
				 p.text);
		assert_in_range(n, rows[i].least, rows[i].most);
		free(got);
	}
}

static void loading_more_than_the_limit_is_refused(void **state)
{
	const char *path = path_of("a");
	int16_t *got = NULL;
	size_t n = 0;
	struct problem p = {0};
	(void)state;

	make(path, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 1);
	assert_int_equal(sound_file_load(&got, &n, path, 16000, 15999, &p),
			 PROBLEM_LIMIT);
	assert_null(got);
	assert_int_equal(sound_file_load(&got, &n, path, 16000, 16000, &p), 0);
	free(got);
}

/* The writer's process dies without closing: all that was written is there. */
static void the_header_is_valid_after_a_crash(void **state)
{
	const char *path = path_of("c.wav");
	int16_t block[320], *got = NULL;
	size_t n = 0;
	int status = 0;
	(void)state;

	wave_noise(block, 320, 6, 9000);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct sound_writer *w = NULL;

		if (sound_writer_open(&w, path, 16000, 1, NULL) != 0)
			_exit(1);
		for (int i = 0; i < 50; i++)
			sound_writer_write(w, block, 320);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(sound_file_load(&got, &n, path, 16000, 99999, NULL),
			 0);
	assert_int_equal(n, 50 * 320);
	assert_memory_equal(got + 49 * 320, block, sizeof block);
	free(got);
}

static void a_full_disk_is_told_apart(void **state)
{
	struct sound_writer *w = NULL;
	struct problem p = {0};
	(void)state;

	assert_int_equal(sound_writer_open(&w, "/dev/full", 16000, 1, &p),
			 PROBLEM_DISK_FULL);
	assert_null(w);
	assert_non_null(strstr(p.text, "the disk is full"));
	assert_int_equal(sound_writer_open(&w, "/nowhere/x.wav", 16000, 1, &p),
			 PROBLEM_FILE);
}

static void a_disk_that_fills_up_is_noticed_and_the_rest_stays(void **state)
{
	const char *path = path_of("c.wav");
	static int16_t second[16000];
	struct rlimit old, tight = {40000, RLIM_INFINITY};
	struct sound_writer *w = NULL;
	int16_t *got = NULL;
	size_t n = 0;
	(void)state;

	wave_noise(second, 16000, 2, 9000);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	tight.rlim_max = old.rlim_max;
	assert_int_equal(sound_writer_open(&w, path, 16000, 1, NULL), 0);
	assert_int_equal(sound_writer_write(w, second, 16000), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	int err = sound_writer_write(w, second, 16000);
	sound_writer_free(w);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_DFL);

	assert_int_equal(err, PROBLEM_DISK_FULL);
	assert_int_equal(sound_file_load(&got, &n, path, 16000, 99999, NULL),
			 0);
	assert_in_range(n, 16000, 20000);
	assert_memory_equal(got, second, sizeof second);
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_usual_form_is_read),
		cmocka_unit_test(mono_16_bit_comes_out_bit_for_bit),
		cmocka_unit_test(two_channels_are_mixed),
		cmocka_unit_test(what_is_no_sound_is_refused_in_one_clear_line),
		cmocka_unit_test(a_wav_without_a_sample_is_refused),
		cmocka_unit_test(a_cut_file_is_read_as_far_as_it_goes),
		cmocka_unit_test(loading_more_than_the_limit_is_refused),
		cmocka_unit_test(the_header_is_valid_after_a_crash),
		cmocka_unit_test(a_full_disk_is_told_apart),
		cmocka_unit_test(
			a_disk_that_fills_up_is_noticed_and_the_rest_stays),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
