/*
 * synthesiser: a sentence as sound.
 *
 * flite speaks English, espeak-ng (run as a program) the other languages; one
 * loudness for all.  What was said before is taken from a cache in memory and,
 * when a folder is given, on disk.
 *
 * Calls may take long and block: they belong into a worker's jobs
 * (net/base/worker.h).  Any thread: calls wait for each other.
 */
#ifndef CLIENT_SPEECH_SYNTHESISER_H
#define CLIENT_SPEECH_SYNTHESISER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;
struct synthesiser;

struct synthesiser_settings {
	unsigned rate_hz;      /* of the sound: 24000 for a tutor */
	const char *cache_dir; /* made when only it is missing; NULL: memory
				* only */
};

struct synthesiser_request {
	const char *text;     /* UTF-8, a sentence; not empty */
	const char *language; /* "en", "es", "pt-BR" */
	const char *voice;    /* "slt", "awb", ...; NULL or unknown: the
			       * language's own */
	double speed;         /* 1: as the voice speaks; 0.5 to 2 */
};

/* Mono, rate_hz.  Shared and constant while it is held. */
struct speech_sound {
	const int16_t *samples;
	size_t count;
};

int synthesiser_open(struct synthesiser **out,
		     const struct synthesiser_settings *settings,
		     struct problem *p);
/* NULL is fine; returns NULL. */
struct synthesiser *synthesiser_free(struct synthesiser *s);

/* Whether that language can be spoken here; else PROBLEM_FILE, and p names the
 * package that is missing.  Loads the engine. */
int synthesiser_can_speak(struct synthesiser *s, const char *language,
			  struct problem *p);

/* *out is to be given back with speech_sound_release(). */
int synthesiser_speak(struct synthesiser *s,
		      const struct synthesiser_request *request,
		      const struct speech_sound **out, struct problem *p);
/* NULL is fine. */
void speech_sound_release(const struct speech_sound *sound);

/* Whether a voice of that name is there for the language. */
bool synthesiser_knows_voice(struct synthesiser *s, const char *language,
			     const char *voice);

#endif
