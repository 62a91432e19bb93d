/* sound: whole sound files in memory, for comparing.  Fails the running test
 * when a file cannot be read. */
#ifndef TESTS_SUPPORT_SOUND_H
#define TESTS_SUPPORT_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sound {
	int16_t *samples; /* free() them */
	size_t count;
};

/* Mono, at rate_hz. */
struct sound sound_load(const char *path, unsigned rate_hz);
/* One channel of a file with several, as it is there, then at rate_hz. */
struct sound sound_load_channel(const char *path, unsigned channel,
				unsigned rate_hz);
/* Takes s and gives it at another rate, to its last sample. */
struct sound sound_at_rate(struct sound s, unsigned from_hz, unsigned to_hz);
/* Finds wanted in got and gives the signal to noise ratio there, in dB; the
 * outer 20 ms of 48 kHz samples are left out, where a resampler has no past. */
double sound_snr_db(struct sound wanted, struct sound got);
/* For sound that went through real time: got holds wanted in order, perhaps
 * with pauses where the machine stood still.  The share of wanted's pieces of
 * 200 ms (at 48 kHz; quiet ones do not count) that came, 34 dB or better, and
 * the signal to noise over them, at equal gain. */
double sound_survived(struct sound wanted, struct sound got, double *snr_db);
/* Prints both figures, and fails the test unless 4/5 of wanted came, at 40 dB
 * or better: a machine that stands still for longer than the buffers is no
 * fault of the sound's way.  Frees both. */
void sound_expect_survived(const char *what, struct sound wanted,
			   struct sound got);
/* Each sample of inner stands in outer once, in order, bit for bit; between
 * them only silence, where the machine was late. */
bool sound_plays(struct sound outer, struct sound inner);
/* The inner sound stands whole in the outer, bit for bit. */
bool sound_contains(struct sound outer, struct sound inner);
/* Both files hold the same samples and more than a second of them. */
void sound_assert_same(const char *a, const char *b, unsigned rate_hz);

#endif
