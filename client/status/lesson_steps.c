#include "client/status/lesson_steps.h"

#include <cjson/cJSON.h>

#include "client/lesson/lesson_prompt.h"
#include "client/session/sink.h"
#include "net/base/text.h"

bool lesson_steps_take(struct lesson_steps *s, const struct session_event *e)
{
	if (!s->lesson || e->kind != SESSION_TOOL_CALL ||
	    !text_equal(e->tool, LESSON_TOOL))
		return false;

	cJSON *tree = cJSON_Parse(e->text ? e->text : "");
	const char *step = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(tree, "step"));
	const char *result = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(tree, "result"));
	size_t at = step ? lesson_find_step(s->lesson, step)
			 : s->lesson->step_count;
	bool news = at < s->lesson->step_count && !s->done[at] &&
		    text_equal(result, lesson_result_name(LESSON_RIGHT));

	cJSON_Delete(tree);
	if (news) {
		s->done[at] = true;
		s->count++;
	}
	return news;
}
