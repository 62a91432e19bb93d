/*
 * phrases: what a tutor says around the texts of a lesson, in its language.
 *
 * Pure; any thread.
 */
#ifndef CLIENT_TUTOR_PHRASES_H
#define CLIENT_TUTOR_PHRASES_H

#include <stddef.h>
#include <stdint.h>

#include "client/lesson/lesson.h"

struct bytes;

/* {0}, {1} ... stand for what phrase_write() is given. */
enum phrase {
	PHRASE_PRAISE,
	PHRASE_PRAISE_LATE, /* it took more than one try */
	PHRASE_NOT_QUITE,
	PHRASE_DOES_NOT_KNOW,
	PHRASE_HINT,
	PHRASE_NO_HINTS,
	PHRASE_PARTLY,  /* {0}: what is right of it */
	PHRASE_TELL,    /* before the explanation */
	PHRASE_SKIP,    /* the same, because it was asked for */
	PHRASE_UNCLEAR, /* not understood */
	PHRASE_UNCLEAR_AGAIN,
	PHRASE_SILENCE,
	PHRASE_OFF_TOPIC,
	PHRASE_SLOWER,
	PHRASE_REST,         /* what was cut is said to its end */
	PHRASE_GO_ON,        /* after a lost connection */
	PHRASE_GREETING,     /* a lesson that goes on.  {0}: its title */
	PHRASE_REVIEW,       /* what was missed comes first */
	PHRASE_ALL_AT_ONCE,  /* {0}: how many questions */
	PHRASE_ALL_ANSWERED, /* {0} of them, {1} at once */
	PHRASE_SOME,         /* {0} of {1}, {2} at once */
	PHRASE_NONE,         /* none of {0} */
	PHRASE_REMEMBER,     /* before explanations of what was missed */
	PHRASE_STOP,
	PHRASE_GOODBYE, /* ... and it may go on another time */
	PHRASE_OVER,    /* said to whoever speaks after the end */
	PHRASE_AND,     /* between the last two of a list */
	PHRASE_DEAF,    /* nothing here understands speech */
	PHRASE_COUNT,
};

/* One of the phrase's wordings.  *state is changed, and decides: the same
 * state, the same words.  State 0 stays: always the first wording. */
const char *phrase_pick(enum lesson_language language, enum phrase phrase,
			uint32_t *state);

/* Appends the wording with its places filled; values ends with NULL.  A failure
 * stays in out. */
void phrase_write(struct bytes *out, const char *wording,
		  const char *const *values);

#endif
