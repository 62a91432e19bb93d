/* Scenario and tutor cannot be told apart by the form of what they send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client/lesson/lesson.h"
#include "client/lesson/lesson_plan.h"
#include "client/tutor/tutor.h"
#include "net/base/problem.h"
#include "net/base/worker.h"
#include "net/sim/sim.h"
#include "tests/support/brain_contract.h"
#include "tests/support/folder.h"
#include "tests/support/lesson.h"

#define SCENARIO HABLA_SOURCE_DIR "/assets/scenarios/photosynthesis.yaml"

enum { WORK_US = 20000 };

/* --- the scenario --- */

static struct brain_maker *open_scenario(void *arg, struct clock *clock,
					 struct sim_core_settings *settings)
{
	struct brain_maker **m = arg;
	struct problem p = {0};

	(void)clock;
	if (scenario_maker_create(m, SCENARIO, &p))
		fail_msg("%s", p.text);
	scenario_core_settings(*m, settings);
	return *m;
}

static void close_scenario(void *arg)
{
	struct brain_maker **m = arg;

	*m = scenario_maker_free(*m);
}

static void the_scenario_has_the_form_of_the_service(void **state)
{
	struct brain_maker *maker = NULL;

	(void)state;
	brain_contract(
		&(struct brain_kind){open_scenario, close_scenario, &maker});
}

/* --- the tutor --- */

struct tutor {
	bool deaf;
	const char *cache;
	struct lesson *lesson;
	struct lesson_plan plan;
	struct worker *worker;
	struct brain_maker *maker;
};

static struct brain_maker *open_tutor(void *arg, struct clock *clock,
				      struct sim_core_settings *settings)
{
	struct tutor *t = arg;
	struct problem p = {0};

	t->lesson = asset_lesson("photosynthesis");
	lesson_plan_whole(&t->plan, t->lesson);
	settings->turn_pause_ms = lesson_turn_pause_ms(t->lesson->level);
	assert_int_equal(worker_inline_create(&t->worker, clock, WORK_US), 0);
	if (tutor_maker_create(&t->maker,
			       &(struct tutor_settings){
				       .lesson = t->lesson,
				       .plan = &t->plan,
				       .worker = t->worker,
				       .deaf = t->deaf,
				       .cache_dir = t->cache,
			       },
			       &p))
		fail_msg("%s", p.text);
	return t->maker;
}

static void close_tutor(void *arg)
{
	struct tutor *t = arg;

	t->worker = worker_free(t->worker);
	t->maker = tutor_maker_free(t->maker);
	t->lesson = lesson_free(t->lesson);
}

static void teach(bool deaf)
{
	char *cache = folder_make();
	struct tutor t = {.deaf = deaf, .cache = cache};

	brain_contract(&(struct brain_kind){open_tutor, close_tutor, &t});
	folder_remove(cache);
}

static void the_tutor_has_the_form_of_the_service(void **state)
{
	(void)state;
	teach(false);
}

static void and_so_has_one_without_ears(void **state)
{
	(void)state;
	teach(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_scenario_has_the_form_of_the_service),
		cmocka_unit_test(the_tutor_has_the_form_of_the_service),
		cmocka_unit_test(and_so_has_one_without_ears),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
