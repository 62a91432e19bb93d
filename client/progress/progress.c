#include "client/progress/progress.h"

#include <string.h>

#include "net/base/text.h"

const struct progress_lesson *progress_lesson(const struct progress *p,
					      const char *id)
{
	for (size_t i = 0; i < p->lesson_count; i++)
		if (text_equal(p->lessons[i].id, id))
			return &p->lessons[i];
	return NULL;
}

static bool is_of(const struct progress_answer *a, const char *learner,
		  const char *lesson)
{
	return text_equal(a->learner, learner) && text_equal(a->lesson, lesson);
}

struct progress_state progress_state(const struct progress *p,
				     const char *learner, const char *lesson,
				     const char *step)
{
	struct progress_state state = {0};

	for (size_t i = 0; i < p->answer_count; i++) {
		const struct progress_answer *a = &p->answers[i];
		if (!is_of(a, learner, lesson) || !text_equal(a->step, step))
			continue;
		state.answers++;
		state.last = a->result;
		state.last_ms = a->at_ms;
		schedule_answer(&state.schedule, a->result == LESSON_RIGHT,
				a->at_ms);
	}
	return state;
}

/* --- going on --- */

/* The latest answer of the learner to that lesson, or NULL. */
static const struct progress_answer *
latest(const struct progress *p, const char *learner, const char *lesson)
{
	for (size_t i = p->answer_count; i-- > 0;)
		if (is_of(&p->answers[i], learner, lesson))
			return &p->answers[i];
	return NULL;
}

/* It has been asked in that run, and is not the one that was being asked when
 * the run was left. */
static bool is_done(const struct progress *p,
		    const struct progress_answer *last, const char *step)
{
	bool asked = false;

	for (size_t i = 0; i < p->answer_count; i++) {
		const struct progress_answer *a = &p->answers[i];
		if (!text_equal(a->run, last->run) ||
		    !text_equal(a->step, step))
			continue;
		if (a->result == LESSON_RIGHT)
			return true;
		asked = true;
	}
	return asked && !text_equal(last->step, step);
}

bool progress_resume(const struct progress *p, const char *learner,
		     const struct lesson *l, int64_t now_ms,
		     struct lesson_plan *plan, char run[UUID_TEXT_SIZE])
{
	const struct progress_answer *last = latest(p, learner, l->id);
	bool done[LESSON_STEPS_MOST];

	*plan = (struct lesson_plan){.resumed = true};
	if (!last)
		return false;
	memcpy(run, last->run, UUID_TEXT_SIZE);
	for (size_t i = 0; i < l->step_count; i++) {
		const char *step = l->steps[i].id;
		struct progress_state s = progress_state(p, learner, l->id,
							 step);
		done[i] = is_done(p, last, step);
		if (done[i] && schedule_is_due(&s.schedule, now_ms))
			plan->steps[plan->count++] = i;
	}
	plan->review = plan->count;
	for (size_t i = 0; i < l->step_count; i++)
		if (!done[i])
			plan->steps[plan->count++] = i;
	return plan->count > 0;
}

const struct progress_lesson *progress_recent_lesson(const struct progress *p,
						     const char *learner,
						     size_t index)
{
	for (size_t i = p->answer_count; i-- > 0;) {
		const struct progress_answer *a = &p->answers[i];
		if (!text_equal(a->learner, learner) ||
		    latest(p, learner, a->lesson) != a)
			continue;
		if (index-- == 0)
			return progress_lesson(p, a->lesson);
	}
	return NULL;
}
