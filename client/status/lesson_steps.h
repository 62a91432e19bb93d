/*
 * lesson_steps: which steps of a lesson the learner has answered right in this
 * conversation, from the tutor's calls of the lesson's tool.  One thread.
 */
#ifndef CLIENT_STATUS_LESSON_STEPS_H
#define CLIENT_STATUS_LESSON_STEPS_H

#include <stdbool.h>

#include "client/lesson/lesson.h"

struct session_event;

/* Zero: no lesson, and nothing is ever done. */
struct lesson_steps {
	const struct lesson *lesson; /* borrowed */
	bool done[LESSON_STEPS_MOST];
	unsigned count; /* of those done */
};

/* A step is done that was not before. */
bool lesson_steps_take(struct lesson_steps *s, const struct session_event *e);

#endif
