/*
 * whole_lesson: a learner who goes through the lesson of photosynthesis with
 * two wrong answers, an "I do not know" and an interruption, and what must be
 * kept of it.
 */
#ifndef TESTS_SUPPORT_WHOLE_LESSON_H
#define TESTS_SUPPORT_WHOLE_LESSON_H

#include <stdbool.h>
#include <stddef.h>

struct whole_lesson_turn {
	const char *voice, *says;
	/* Said into the tutor's words, when these have been heard; NULL: after
	 * them. */
	const char *into;
	const char *answer; /* is in the tutor's next words */
};

extern const struct whole_lesson_turn whole_lesson_turns[];
extern const size_t whole_lesson_turn_count;

/* Is in the tutor's last words. */
extern const char whole_lesson_summary[];

/* Fails the test when the progress file does not hold that. */
void whole_lesson_expect_progress(const char *path, const char *learner);

#endif
