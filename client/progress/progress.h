/*
 * progress: what learners have achieved, as it is kept, in memory.
 *
 * Read once, then constant.  Times are UTC milliseconds.  docs/progress.md.
 */
#ifndef CLIENT_PROGRESS_PROGRESS_H
#define CLIENT_PROGRESS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/lesson/lesson_prompt.h"
#include "client/progress/schedule.h"
#include "net/base/random.h"

struct problem;

struct progress_answer {
	char id[UUID_TEXT_SIZE];  /* of this answer, for ever */
	char run[UUID_TEXT_SIZE]; /* the going through the lesson */
	char *learner, *lesson, *step;
	enum lesson_result result;
	unsigned tries; /* 1: the first answer to the step in that run */
	char *words;    /* the learner's; may be empty */
	char *session;  /* where the conversation is kept, or NULL */
	int64_t at_ms;
};

/* A step as it was when it was asked last. */
struct progress_item {
	char *step, *question, *answer;
};

struct progress_word {
	char *word, *meaning;
	char *example; /* or NULL */
};

struct progress_lesson {
	char *id, *title;
	char *name;                  /* as --lesson takes it */
	char *language;              /* "en" */
	struct progress_item *items; /* in the lesson's order */
	size_t item_count;
	struct progress_word *words;
	size_t word_count;
};

struct progress {
	struct progress_lesson *lessons; /* by id */
	size_t lesson_count;
	struct progress_answer *answers; /* by time */
	size_t answer_count;
};

/* learner NULL: all.  A file that is not there has nothing in it.
 * PROBLEM_FILE, PROBLEM_FORMAT (damaged), PROBLEM_BUSY or PROBLEM_MEMORY fill
 * p. */
int progress_read(struct progress **out, const char *path, const char *learner,
		  struct problem *p);
struct progress *progress_free(struct progress *p);

/* NULL: there is none. */
const struct progress_lesson *progress_lesson(const struct progress *p,
					      const char *id);

/* One step of one learner: what all answers so far make of it. */
struct progress_state {
	unsigned answers; /* in all runs; 0: never asked */
	enum lesson_result last;
	int64_t last_ms;
	struct schedule schedule;
};
struct progress_state progress_state(const struct progress *p,
				     const char *learner, const char *lesson,
				     const char *step);

/* What is left of the learner's last run through the lesson, behind the missed
 * steps that are due; it goes on in that run.  False: nothing is left and
 * nothing is due; plan->count is 0. */
bool progress_resume(const struct progress *p, const char *learner,
		     const struct lesson *l, int64_t now_ms,
		     struct lesson_plan *plan, char run[UUID_TEXT_SIZE]);

/* The lesson of that learner that was answered latest, then the one before it,
 * by index; NULL: there is no more. */
const struct progress_lesson *progress_recent_lesson(const struct progress *p,
						     const char *learner,
						     size_t index);

#endif
