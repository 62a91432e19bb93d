/*
 * speech_engine: what says a sentence; a seam of this room.
 *
 * Kinds: flite (the module habla-flite.so, English), espeak-ng (a program; it
 * is GPL, so it is run and never linked).  Calls block, and come from one
 * thread at a time.
 */
#ifndef CLIENT_SPEECH_SPEECH_ENGINE_H
#define CLIENT_SPEECH_SPEECH_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/speech/synthesiser.h"

struct problem;

/* As the engine made it: mono, any level, with the silence around it. */
struct speech_take {
	int16_t *samples; /* the caller frees it */
	size_t count;
	unsigned rate_hz;
};

struct speech_engine {
	const char *id; /* name and version: "flite 2.2" */
	/* 0, or PROBLEM_FILE with the package in p. */
	int (*can_speak)(const char *language, struct problem *p);
	bool (*knows_voice)(const char *language, const char *voice);
	/* A voice that is not known is the language's own.  PROBLEM_FORMAT:
	 * there is nothing to say in the text; PROBLEM_FILE, _TIMEOUT, _MEMORY.
	 */
	int (*speak)(struct speech_take *out,
		     const struct synthesiser_request *request,
		     struct problem *p);
};

/* The program espeak-ng. */
extern const struct speech_engine espeak_engine;

#endif
