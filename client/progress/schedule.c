#include "client/progress/schedule.h"

static const int64_t HOUR_MS = 60 * 60 * 1000;

/* Of each pause, so that who learns at the same time every evening does not
 * come too early by some minutes. */
enum { GRACE_HOURS = 4 };

static const int pause_days[SCHEDULE_PAUSES] = {1, 3, 7, 14, 30};

static void begin_pause(struct schedule *s, unsigned pause, int64_t at_ms)
{
	s->waits = true;
	s->pause = pause;
	s->due_ms = at_ms + (pause_days[pause] * 24 - GRACE_HOURS) * HOUR_MS;
}

void schedule_answer(struct schedule *s, bool right, int64_t at_ms)
{
	if (!right) {
		s->misses++;
		begin_pause(s, 0, at_ms);
	} else if (schedule_is_due(s, at_ms)) {
		if (s->pause + 1 < SCHEDULE_PAUSES)
			begin_pause(s, s->pause + 1, at_ms);
		else
			s->waits = false;
	}
}

bool schedule_is_due(const struct schedule *s, int64_t now_ms)
{
	return s->waits && now_ms >= s->due_ms;
}
