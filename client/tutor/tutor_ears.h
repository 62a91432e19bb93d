/*
 * tutor_ears: words of a learner who speaks, heard on a worker while they are
 * spoken.
 *
 * One recogniser for all sessions: whoever begins a turn has it, and a turn of
 * another that is not over is heard no further.  Simulator's thread.
 */
#ifndef CLIENT_TUTOR_TUTOR_EARS_H
#define CLIENT_TUTOR_TUTOR_EARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ear_job;
struct lesson;
struct problem;
struct recogniser_result;
struct tutor_ears;
struct worker;

struct tutor_ears_settings {
	/* Borrowed; the worker is freed before the ears. */
	const struct lesson *lesson;
	struct worker *worker;
	const char *model_dir;
	/* The recogniser is not there. */
	void (*trouble)(void *arg, const struct problem *p);
	void *arg;
};

/* Begins to load the recogniser.  0 or PROBLEM_MEMORY. */
int tutor_ears_create(struct tutor_ears **out,
		      const struct tutor_ears_settings *settings);
/* NULL is fine; returns NULL. */
struct tutor_ears *tutor_ears_free(struct tutor_ears *e);

enum { TUTOR_EAR_RECENT = 16000 / 2 };

/* One session's. */
struct tutor_ear {
	struct tutor_ears *ears; /* NULL: deaf */
	/* A turn that was ended is understood; not within a call. */
	void (*heard)(void *arg, const struct recogniser_result *result);
	void *arg;

	int16_t recent[TUTOR_EAR_RECENT]; /* before a turn; a ring */
	uint64_t position;                /* samples that came */
	int16_t *waiting;                 /* of the turn, for the worker */
	size_t waiting_count, waiting_room;
	size_t step;
	bool in_turn, begins, ends;
	struct ear_job *job; /* under way; NULL: none */
};

/* ears may be NULL: nothing is heard then. */
void tutor_ear_init(struct tutor_ear *e, struct tutor_ears *ears,
		    void (*heard)(void *arg,
				  const struct recogniser_result *result),
		    void *arg);
void tutor_ear_deinit(struct tutor_ear *e);
/* False: speech is not understood here.  True while it is being loaded. */
bool tutor_ear_hears(const struct tutor_ear *e);

/* All of the session's sound, 16 kHz. */
void tutor_ear_sound(struct tutor_ear *e, const int16_t *samples, size_t n);
/* The learner began to speak, up to half a second ago: an answer to the
 * question of that step.  `before` was heard before and belongs to it (n may
 * be 0).  A turn that is still being worked on is forgotten. */
void tutor_ear_begin(struct tutor_ear *e, size_t step, const int16_t *before,
		     size_t n);
/* A whole turn at once; heard() follows. */
void tutor_ear_understand(struct tutor_ear *e, size_t step,
			  const int16_t *samples, size_t n);
/* heard() follows. */
void tutor_ear_end(struct tutor_ear *e);
/* heard() does not follow. */
void tutor_ear_forget(struct tutor_ear *e);

#endif
