#include "client/lesson/lesson_plan.h"

void lesson_plan_whole(struct lesson_plan *plan, const struct lesson *l)
{
	*plan = (struct lesson_plan){.count = l->step_count};
	for (size_t i = 0; i < l->step_count; i++)
		plan->steps[i] = i;
}
