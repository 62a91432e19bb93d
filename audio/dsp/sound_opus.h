/* sound_opus: a sound file as Ogg Opus in memory, for a page that a browser
 * plays (about 6 KB a second of two speakers). */
#ifndef AUDIO_DSP_SOUND_OPUS_H
#define AUDIO_DSP_SOUND_OPUS_H

struct bytes;
struct problem;

/* Appends it to out.  The file has one or two channels and a rate that Opus
 * knows: 8, 12, 16, 24 or 48 kHz.  The same file gives the same bytes.
 * PROBLEM_FILE, PROBLEM_FORMAT, PROBLEM_LIMIT (of out), PROBLEM_MEMORY; p names
 * path and cause, and out is as before. */
int sound_opus_encode(struct bytes *out, const char *path, struct problem *p);

#endif
