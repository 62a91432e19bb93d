/*
 * dialogue: a lesson as a talk.  What was heard goes in, what the tutor says
 * comes out; how it is heard and said is nobody's business here.
 *
 *   new --any words--> asking --last step, or "stop"--> over
 *
 * docs/lessons.md, "The built-in tutor", has the rules.  The same lesson, plan,
 * seed and words give the same talk.  Pure: no clock, no thread, no input or
 * output but these calls.  Owner's thread.
 */
#ifndef CLIENT_TUTOR_DIALOGUE_H
#define CLIENT_TUTOR_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/lesson/judge.h"
#include "client/lesson/lesson.h"
#include "client/lesson/lesson_plan.h"
#include "client/lesson/lesson_prompt.h"
#include "client/tutor/sentence_list.h"

struct dialogue;
struct history;

struct dialogue_settings {
	/* All borrowed; they outlive the dialogue. */
	const struct lesson *lesson;
	const struct judge *judge;
	const struct lesson_plan *plan;
	uint32_t seed; /* chooses between ways of saying the same; 0: the first
			* of them always */
};

struct dialogue_heard {
	const char *text; /* "": nothing that could be understood */
	enum judge_source source;
	bool sure; /* false: the words are a guess, and no answer */
};

/* What the tutor does now.  The dialogue's, until its next call. */
struct dialogue_reply {
	const struct sentence_list *said;
	double speed; /* 1: as the voice speaks */
	/* The answer is worth a mark in the learner's progress. */
	bool marks;
	size_t step;               /* whose answer it was */
	enum lesson_result result; /* what it is worth */
	bool over;                 /* nothing is asked any more */
};

/* 0 or PROBLEM_MEMORY. */
int dialogue_create(struct dialogue **out,
		    const struct dialogue_settings *settings);
/* NULL is fine; returns NULL. */
struct dialogue *dialogue_free(struct dialogue *d);

/* Takes up a talk that was begun elsewhere: what was said so far.  Before
 * anything else. */
void dialogue_recall(struct dialogue *d, const struct history *h);

/* The learner has said something.  NULL: not enough memory for the reply. */
const struct dialogue_reply *dialogue_hear(struct dialogue *d,
					   const struct dialogue_heard *heard);
/* Nothing was said for so long that a tutor would speak.  NULL too when it has
 * spoken of that already, and at the end. */
const struct dialogue_reply *dialogue_silence(struct dialogue *d);
/* The last reply was cut: so many of its sentences were heard to their end, and
 * something of the next when `begun`. */
void dialogue_cut(struct dialogue *d, size_t whole, bool begun);

/* The step that is asked; lesson->step_count: none is. */
size_t dialogue_step(const struct dialogue *d);

#endif
