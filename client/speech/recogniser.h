/*
 * recogniser: a learner's speech as words, within a lesson.
 *
 * It listens while the learner speaks.  The words of the lesson are known
 * beforehand: a grammar or language model is made of them.  Background noise is
 * taken off first.  "Not sure" is an answer.
 *
 * All calls may take long and block: they belong into a worker's jobs
 * (net/base/worker.h).  One thread at a time.
 */
#ifndef CLIENT_SPEECH_RECOGNISER_H
#define CLIENT_SPEECH_RECOGNISER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/lesson/lesson.h"

struct problem;
struct recogniser;

enum { RECOGNISER_RATE_HZ = 16000, RECOGNISER_TEXT_SIZE = 1024 };

struct recogniser_settings {
	/* Borrowed; outlives the recogniser.  NULL: open dictation. */
	const struct lesson *lesson;
	/* A folder with an acoustic model, a dictionary and a language model of
	 * the lesson's language; NULL: Debian's English one. */
	const char *model_dir;
};

struct recogniser_result {
	/* What was heard, as plain words; "": no words. */
	char text[RECOGNISER_TEXT_SIZE];
	/* False: there were sounds like speech, but these words (if any) are a
	 * guess that nobody should be judged by. */
	bool sure;
};

/* PROBLEM_FILE: the engine or its model is not there, or there is none for the
 * lesson's language; p says which package or setting brings it, and that typed
 * answers work. */
int recogniser_open(struct recogniser **out,
		    const struct recogniser_settings *settings,
		    struct problem *p);
/* NULL is fine; returns NULL. */
struct recogniser *recogniser_free(struct recogniser *r);

/* A turn begins: the learner answers the question of that step
 * (lesson->step_count: none of them; anything may be said). */
int recogniser_begin(struct recogniser *r, size_t step);
/* Mono, RECOGNISER_RATE_HZ. */
int recogniser_hear(struct recogniser *r, const int16_t *samples, size_t n);
/* The turn has ended. */
int recogniser_end(struct recogniser *r, struct recogniser_result *out);

#endif
