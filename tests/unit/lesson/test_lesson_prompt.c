/* What Nova Sonic is told of a lesson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "client/lesson/lesson_prompt.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/tool_specs.h"
#include "tests/support/document.h"
#include "tests/support/lesson.h"

static char *prompt_of(const struct lesson *l, const struct lesson_plan *plan,
		       const char *wish)
{
	struct bytes b;

	bytes_init(&b, LESSON_PROMPT_BYTES_MOST);
	lesson_prompt_write(&b, l, plan, wish);
	assert_int_equal(b.failed, 0);
	return bytes_take_text(&b);
}

static void everything_of_a_lesson_is_in_its_prompt(void **state)
{
	(void)state;
	for (size_t i = 0; i < ASSET_LESSON_COUNT; i++) {
		struct lesson *l = asset_lesson(asset_lesson_names[i]);
		struct lesson_plan plan;

		lesson_plan_whole(&plan, l);
		char *prompt = prompt_of(l, &plan, NULL);
		assert_holds(prompt, l->title);
		assert_holds(prompt, l->system);
		assert_holds(prompt, l->opener);
		assert_holds(prompt, l->close);
		assert_holds(prompt, lesson_level_name(l->level));
		assert_holds(prompt, l->language == LESSON_SPANISH
					     ? "Speak Spanish."
					     : "Speak English.");
		assert_holds(prompt, LESSON_TOOL);
		for (size_t k = 0; k < l->goal_count; k++)
			assert_holds(prompt, l->goals[k]);
		for (size_t k = 0; k < l->step_count; k++) {
			const struct lesson_step *s = &l->steps[k];
			assert_holds(prompt, s->question);
			assert_holds(prompt, s->explanation);
			assert_holds(prompt, s->hints[s->hint_count - 1]);
			assert_holds(prompt,
				     s->answers[0].parts[0].wordings[0].text);
			for (size_t m = 0; m < s->mistake_count; m++)
				assert_holds(prompt, s->mistakes[m].reply);
		}
		for (size_t k = 0; k < l->word_count; k++)
			assert_holds(prompt, l->vocabulary[k].meaning);
		free(prompt);
		lesson_free(l);
	}
}

static void parts_say_how_many_are_wanted(void **state)
{
	struct lesson *l = asset_lesson("water-cycle");
	struct lesson_plan plan;

	(void)state;
	lesson_plan_whole(&plan, l);
	char *prompt = prompt_of(l, &plan, NULL);
	assert_holds(prompt, "Right: at least 2 of these: \"snow\" or "
			     "\"snowflakes\"; \"hail\" or ");
	free(prompt);
	lesson_free(l);
	l = asset_lesson("photosynthesis");
	lesson_plan_whole(&plan, l);
	prompt = prompt_of(l, &plan, NULL);
	assert_holds(prompt, "Right: all of these: \"sugar\" or ");
	free(prompt);
	lesson_free(l);
}

static void a_lesson_that_goes_on_has_only_what_is_left(void **state)
{
	struct lesson *l = asset_lesson("photosynthesis");
	struct lesson_plan plan = {
		.steps = {3, 10, 11},
		.count = 3,
		.review = 1,
		.resumed = true,
	};

	(void)state;
	char *prompt = prompt_of(l, &plan, "Call me Ana.");
	assert_lacks(prompt, l->opener);
	assert_holds(prompt, "has begun this lesson before");
	assert_holds(prompt, "missed the first 1 of the questions");
	assert_lacks(prompt, "Step name\n");
	char *first = strstr(prompt, "Step gas-in\n");
	assert_non_null(first);
	assert_non_null(strstr(first, "Step night\n"));
	assert_holds(prompt, "\nAnd this is wished:\nCall me Ana.\n");
	free(prompt);
	lesson_free(l);
}

static void the_tool_is_one_that_the_service_takes(void **state)
{
	struct lesson *l = asset_lesson("photosynthesis");
	struct problem p = {0};
	struct bytes b;

	(void)state;
	bytes_init(&b, 1 << 16);
	lesson_tool_write(&b, l);
	if (tool_specs_check(bytes_text(&b), &p))
		fail_msg("%s", p.text);
	cJSON *tools = cJSON_Parse(bytes_text(&b));
	const cJSON *spec = cJSON_GetObjectItem(cJSON_GetArrayItem(tools, 0),
						"toolSpec");
	assert_string_equal(cJSON_GetStringValue(
				    cJSON_GetObjectItem(spec, "name")),
			    "mark_progress");
	cJSON *schema = cJSON_Parse(cJSON_GetStringValue(cJSON_GetObjectItem(
		cJSON_GetObjectItem(spec, "inputSchema"), "json")));
	const cJSON *step = cJSON_GetObjectItem(
		cJSON_GetObjectItem(schema, "properties"), "step");
	const cJSON *ids = cJSON_GetObjectItem(step, "enum");
	assert_int_equal(cJSON_GetArraySize(ids), l->step_count);
	assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(ids, 3)),
			    "gas-in");
	cJSON_Delete(schema);
	cJSON_Delete(tools);
	bytes_deinit(&b);
	lesson_free(l);
}

static void the_pause_is_the_services_nearest(void **state)
{
	(void)state;
	assert_int_equal(lesson_nova_pause(LESSON_A1), NOVA_PAUSE_MEDIUM);
	assert_int_equal(lesson_nova_pause(LESSON_A2), NOVA_PAUSE_MEDIUM);
	assert_int_equal(lesson_nova_pause(LESSON_B1), NOVA_PAUSE_HIGH);
	assert_int_equal(lesson_nova_pause(LESSON_C2), NOVA_PAUSE_HIGH);
}

/* Forty steps of long texts. */
static void a_lesson_too_long_for_a_session_is_refused(void **state)
{
	struct bytes b;
	char filler[801];
	struct lesson *l = NULL;
	struct problem p = {0};

	(void)state;
	memset(filler, 'x', sizeof filler - 1);
	filler[sizeof filler - 1] = '\0';
	bytes_init(&b, 1 << 20);
	bytes_append_text(&b, "title: T\nlanguage: en\nlevel: A1\ngoals: g\n"
			      "opener: o\nclose: c\nsteps:\n");
	for (int i = 0; i < 40; i++)
		bytes_append_format(&b,
				    "  - id: s%d\n    question: What %s?\n"
				    "    answers: leaf\n    hints: h\n"
				    "    explanation: a leaf\n",
				    i, filler);
	assert_int_equal(lesson_read_text(&l, "l.yaml", bytes_text(&b),
					  b.length, &p),
			 PROBLEM_FORMAT);
	assert_string_equal(p.text,
			    "l.yaml:1:1: the prompt that is made of this "
			    "lesson is longer than 32 KiB; shorten it or make "
			    "two lessons of it");
	bytes_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_of_a_lesson_is_in_its_prompt),
		cmocka_unit_test(parts_say_how_many_are_wanted),
		cmocka_unit_test(a_lesson_that_goes_on_has_only_what_is_left),
		cmocka_unit_test(the_tool_is_one_that_the_service_takes),
		cmocka_unit_test(the_pause_is_the_services_nearest),
		cmocka_unit_test(a_lesson_too_long_for_a_session_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
