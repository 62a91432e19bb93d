/*
 * schedule: when a step that was missed comes back; docs/progress.md.
 *
 * A step that was answered wrongly or in part is asked again after 1, 3, 7, 14
 * and 30 days: each time that it is right when it is due, the next pause
 * begins; a miss begins anew.  One that was always right never comes.  Pure.
 */
#ifndef CLIENT_PROGRESS_SCHEDULE_H
#define CLIENT_PROGRESS_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

enum { SCHEDULE_PAUSES = 5 };

/* Zero: never answered. */
struct schedule {
	bool waits;      /* it comes back at due_ms */
	unsigned pause;  /* which of the pauses, from 0 */
	int64_t due_ms;  /* UTC */
	unsigned misses; /* so often it was not right */
};

/* One answer more, in the order of time. */
void schedule_answer(struct schedule *s, bool right, int64_t at_ms);
bool schedule_is_due(const struct schedule *s, int64_t now_ms);

#endif
