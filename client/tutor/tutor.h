/*
 * tutor: the brain that teaches a lesson, for the simulator; a kind of
 * net/sim/brain.h.
 *
 * It hears by the recogniser, judges within the lesson (dialogue.h), and speaks
 * by the synthesiser, sentence by sentence.  All sessions of a maker share
 * voice and ears; slow work is given to a worker.
 */
#ifndef CLIENT_TUTOR_TUTOR_H
#define CLIENT_TUTOR_TUTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "client/lesson/lesson_plan.h"
#include "net/sim/brain.h"

struct lesson;
struct problem;
struct worker;

struct tutor_settings {
	/* Borrowed; they outlive the maker.  The worker's thread is the
	 * simulator's, and the worker is freed before the maker. */
	const struct lesson *lesson;
	const struct lesson_plan *plan; /* copied */
	struct worker *worker;
	bool deaf;             /* typed answers only: no recogniser is loaded */
	const char *model_dir; /* see recogniser.h */
	const char *cache_dir; /* of what was said before; NULL: memory only */
	uint32_t seed;         /* see dialogue.h */
	/* Called on the simulator's thread when voice or ears are not there;
	 * the lesson goes on without.  p is the caller's.  May be NULL. */
	void (*trouble)(void *arg, const struct problem *p);
	void *arg;
};

/* Voice and ears are got ready on the worker meanwhile.  PROBLEM_MEMORY fills
 * p; then *out, when it is set, is to be freed all the same, after the worker.
 */
int tutor_maker_create(struct brain_maker **out,
		       const struct tutor_settings *settings,
		       struct problem *p);
/* After all its sessions and the worker.  NULL is fine; returns NULL. */
struct brain_maker *tutor_maker_free(struct brain_maker *m);

#endif
