/*
 * progress_store: keeps what learners have achieved, in SQLite.
 *
 * Writing happens on a thread of its own, so a slow disk never holds up the
 * conversation.  Several programs may write the same file at once.  What cannot
 * be written (the disk is full, another program holds the file) is kept and
 * tried again with the next answer and at the end; room for about a thousand
 * answers is taken beforehand, so that a full disk is met before a lesson.
 * A damaged file is put aside under another name and a fresh one begun.
 */
#ifndef CLIENT_PROGRESS_PROGRESS_STORE_H
#define CLIENT_PROGRESS_PROGRESS_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "client/lesson/lesson_prompt.h"

struct clock;
struct problem;
struct progress_store;

struct progress_settings {
	const char *path; /* its folder must be there */
	const char *learner;
	const char *session;       /* where the conversation is kept, or NULL */
	const struct clock *clock; /* borrowed; asked by create and answer */
	bool at_once; /* no thread: each call writes before it returns; for
		       * the virtual clock */
};

/* Begins a run through the lesson, or goes on with one (run; NULL: a new one).
 * l is borrowed and outlives the store; name is how the lesson is found again
 * ("photosynthesis", an absolute path).  0, or PROBLEM_MEMORY fills p; troubles
 * with the file are told later, by progress_store_trouble(). */
int progress_store_create(struct progress_store **out,
			  const struct progress_settings *settings,
			  const struct lesson *l, const char *name,
			  const char *run, struct problem *p);

/* One answer, at this moment.  step: place in the lesson's steps.  words: the
 * learner's, may be empty.  0, or PROBLEM_MEMORY: it is not kept. */
int progress_store_answer(struct progress_store *s, size_t step,
			  enum lesson_result result, const char *words);

/* 0, or the latest trouble with the file since the last call; any thread. */
int progress_store_trouble(struct progress_store *s, struct problem *p);

/* Writes what is left and frees; NULL is fine, returns NULL.  p (may be NULL)
 * is filled when something could not be kept. */
struct progress_store *progress_store_close(struct progress_store *s,
					    struct problem *p);

#endif
