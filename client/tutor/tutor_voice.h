/*
 * tutor_voice: says a list of sentences one by one; each is synthesised on a
 * worker while those before it are on their way.
 *
 * Simulator's thread.
 */
#ifndef CLIENT_TUTOR_TUTOR_VOICE_H
#define CLIENT_TUTOR_TUTOR_VOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/tutor/sentence_list.h"

struct problem;
struct speech_sound;
struct synthesiser;
struct tutor_voice_job;
struct worker;

struct tutor_voice_settings {
	struct worker *worker;
	struct synthesiser *synthesiser; /* of the rate that is wanted */
	const char *language;            /* constant texts */
	const char *voice;               /* NULL: the language's own */
	/* A sentence is ready, in their order; n is 0 when it could not be
	 * spoken: p then says why. */
	void (*sentence)(void *arg, const char *text, const int16_t *samples,
			 size_t n, const struct problem *p);
	/* That was the last. */
	void (*finished)(void *arg);
	void *arg;
};

struct tutor_voice {
	struct tutor_voice_settings settings;
	struct sentence_list list;
	size_t next; /* to be given out */
	double speed;
	bool held;
	struct tutor_voice_job *job; /* of the sentence `next`; NULL: none */
	bool ready;                  /* the job is done */
};

void tutor_voice_init(struct tutor_voice *v,
		      const struct tutor_voice_settings *settings);
void tutor_voice_deinit(struct tutor_voice *v);

/* Begins; what was said before is stopped.  The first skip sentences are not
 * said.  held: nothing is given out before tutor_voice_release().  Callbacks
 * never come within.  0 or PROBLEM_MEMORY. */
int tutor_voice_say(struct tutor_voice *v, const struct sentence_list *list,
		    double speed, bool held);
void tutor_voice_release(struct tutor_voice *v);
/* What was not given out is forgotten. */
void tutor_voice_stop(struct tutor_voice *v);
bool tutor_voice_is_busy(const struct tutor_voice *v);

#endif
