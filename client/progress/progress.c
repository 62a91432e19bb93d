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
	if (text_equal(last->step, step))
		return last->result == LESSON_RIGHT;
	for (size_t i = 0; i < p->answer_count; i++)
		if (text_equal(p->answers[i].run, last->run) &&
		    text_equal(p->answers[i].step, step))
			return true;
	return false;
}

bool progress_resume(const struct progress *p, const char *learner,
		     const struct lesson *l, int64_t now_ms,
		     struct lesson_plan *plan, char run[UUID_TEXT_SIZE])
{
	const struct progress_answer *last = latest(p, learner, l->id);
	bool left[LESSON_STEPS_MOST] = {false};
	size_t left_count = 0;

	*plan = (struct lesson_plan){.resumed = true};
	run[0] = '\0';
	if (!last)
		return false;
	for (size_t i = 0; i < l->step_count; i++) {
		left[i] = !is_done(p, last, l->steps[i].id);
		left_count += left[i];
	}
	for (size_t i = 0; i < l->step_count; i++) {
		struct progress_state s = progress_state(p, learner, l->id,
							 l->steps[i].id);
		if (!left[i] && schedule_is_due(&s.schedule, now_ms))
			plan->steps[plan->count++] = i;
	}
	plan->review = plan->count;
	for (size_t i = 0; i < l->step_count; i++)
		if (left[i])
			plan->steps[plan->count++] = i;
	if (left_count > 0)
		memcpy(run, last->run, UUID_TEXT_SIZE);
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
