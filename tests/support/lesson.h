/* lesson: the lessons that come with Habla, for tests.  Failing expectations
 * end the test. */
#ifndef TESTS_SUPPORT_LESSON_H
#define TESTS_SUPPORT_LESSON_H

#include <stddef.h>

struct judge;
struct lesson;

enum { ASSET_LESSON_COUNT = 6 };
/* "photosynthesis", ... */
extern const char *const asset_lesson_names[ASSET_LESSON_COUNT];

/* assets/lessons/<name>.yaml; lesson_free() it. */
struct lesson *asset_lesson(const char *name);

/* Calls each() for everything in tests/data/answers/<name>.yaml: what learners
 * say to the step of that index, and "right", "partly" or "wrong". */
void asset_answers(const char *name, const struct lesson *l,
		   void (*each)(void *arg, size_t step, const char *kind,
				const char *text),
		   void *arg);

#endif
