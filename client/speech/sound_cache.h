/*
 * sound_cache: sentences that were said before, as sound.
 *
 * In memory, with a bound: what was not used for longest goes.  In a folder too
 * when there is one, as WAV files, for the next start; several programs may
 * share it.  One thread at a time; speech_sound_release() (synthesiser.h) any.
 */
#ifndef CLIENT_SPEECH_SOUND_CACHE_H
#define CLIENT_SPEECH_SOUND_CACHE_H

#include <stddef.h>
#include <stdint.h>

struct sound_cache;
struct speech_sound;

enum {
	SOUND_CACHE_MEMORY_MOST = 64 << 20,  /* bytes of samples */
	SOUND_CACHE_FOLDER_MOST = 256 << 20, /* then it begins anew */
};

/* folder: made when it is missing; NULL: memory only.  A folder that cannot be
 * used is a line in the log.  0 or PROBLEM_MEMORY. */
int sound_cache_open(struct sound_cache **out, const char *folder,
		     unsigned rate_hz);
struct sound_cache *sound_cache_free(struct sound_cache *c);

/* NULL: not there.  Else to be released. */
const struct speech_sound *sound_cache_find(struct sound_cache *c,
					    const char *key);
/* Takes samples (malloc), also when it fails.  NULL: no memory.  Else to be
 * released. */
const struct speech_sound *sound_cache_add(struct sound_cache *c,
					   const char *key, int16_t *samples,
					   size_t count);

#endif
