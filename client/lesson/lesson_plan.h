/* lesson_plan: which steps of a lesson are asked this time, in which order.
 * The whole lesson; or, when it goes on, what is due again and what is left
 * (client/progress). */
#ifndef CLIENT_LESSON_LESSON_PLAN_H
#define CLIENT_LESSON_LESSON_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "client/lesson/lesson.h"

struct lesson_plan {
	size_t steps[LESSON_STEPS_MOST]; /* places in the lesson's steps */
	size_t count;                    /* at least 1 */
	size_t review; /* so many of the first were missed before and come
			* again; the others are asked for the first time */
	bool resumed;  /* the learner has begun this lesson before */
};

/* All steps, from the first. */
void lesson_plan_whole(struct lesson_plan *plan, const struct lesson *l);

#endif
