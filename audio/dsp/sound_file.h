/*
 * sound_file: reads and writes sound files through libsndfile.
 *
 * Reading takes WAV in every usual form, FLAC and Ogg, mono or more channels
 * (mixed to one), any rate.  Writing is 16-bit WAV whose header is valid after
 * every write, so a crash loses no more than the last block.  One thread.
 */
#ifndef AUDIO_DSP_SOUND_FILE_H
#define AUDIO_DSP_SOUND_FILE_H

#include <stddef.h>
#include <stdint.h>

struct problem;
struct sound_reader;
struct sound_writer;

/* Gives mono samples at rate_hz, whatever the file holds.  A file that was cut
 * off after its header is read as far as it goes (a line in the log says so);
 * one with no sample in it is refused.  PROBLEM_FILE, PROBLEM_FORMAT or
 * PROBLEM_MEMORY. */
int sound_reader_open(struct sound_reader **out, const char *path,
		      unsigned rate_hz, struct problem *p);
struct sound_reader *sound_reader_free(struct sound_reader *r);
/* Returns how many samples were read, 0 at the end, or a problem code. */
long sound_reader_read(struct sound_reader *r, int16_t *dst, size_t n);

/* Reads all of it; the caller frees *samples.  PROBLEM_LIMIT when it holds
 * more than limit samples at rate_hz. */
int sound_file_load(int16_t **samples, size_t *count, const char *path,
		    unsigned rate_hz, size_t limit, struct problem *p);

/* Makes the file, or empties it. */
int sound_writer_open(struct sound_writer **out, const char *path,
		      unsigned rate_hz, unsigned channels, struct problem *p);
/* frames: samples of one channel; src is interleaved.  Returns 0,
 * PROBLEM_DISK_FULL, PROBLEM_FILE, or PROBLEM_LIMIT when the file has reached
 * the 4 GB that a WAV header can state (6 hours of stereo at 48 kHz). */
int sound_writer_write(struct sound_writer *w, const int16_t *src,
		       size_t frames);
uint64_t sound_writer_frames(const struct sound_writer *w);
/* Closes the file.  Returns NULL. */
struct sound_writer *sound_writer_free(struct sound_writer *w);

#endif
