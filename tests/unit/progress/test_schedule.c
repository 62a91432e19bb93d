/* The schedule of missed steps, and what is left of a lesson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/progress/progress.h"
#include "client/progress/progress_store.h"
#include "client/progress/schedule.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/virtual_clock.h"
#include "tests/support/folder.h"
#include "tests/support/lesson.h"

static const int64_t DAY_MS = 24 * 60 * 60 * 1000;
static const int64_t HOUR_MS = 60 * 60 * 1000;

static void a_missed_step_comes_after_1_3_7_14_and_30_days(void **state)
{
	static const int days[] = {1, 3, 7, 14, 30};
	struct schedule s = {0};
	int64_t now = 0;

	(void)state;
	schedule_answer(&s, false, now);
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		assert_false(schedule_is_due(&s, now + days[i] * DAY_MS -
							 5 * HOUR_MS));
		now += days[i] * DAY_MS - 3 * HOUR_MS;
		assert_true(schedule_is_due(&s, now));
		schedule_answer(&s, true, now);
	}
	assert_false(s.waits);
	assert_false(schedule_is_due(&s, now + 1000 * DAY_MS));
	assert_int_equal(s.misses, 1);
}

static void only_a_right_answer_that_was_due_leads_on(void **state)
{
	struct schedule s = {0};

	(void)state;
	schedule_answer(&s, true, 0);
	assert_false(s.waits); /* never missed */
	schedule_answer(&s, false, 0);
	schedule_answer(&s, true, 1000); /* a minute later: too early */
	assert_true(schedule_is_due(&s, DAY_MS));
	schedule_answer(&s, true, DAY_MS);
	assert_false(schedule_is_due(&s, 2 * DAY_MS));
	schedule_answer(&s, false, 2 * DAY_MS); /* a miss begins anew */
	assert_true(schedule_is_due(&s, 3 * DAY_MS));
	assert_int_equal(s.misses, 2);
}

/* --- what is left --- */

struct rig {
	char *folder, *path;
	struct virtual_clock *virtual;
	struct lesson *lesson;
	struct progress *progress;
	struct lesson_plan plan;
	char run[UUID_TEXT_SIZE];
};

static void open_rig(struct rig *r)
{
	*r = (struct rig){.folder = folder_make()};
	r->path = text_format("%s/progress.db", r->folder);
	assert_int_equal(virtual_clock_create(&r->virtual, 1700000000000), 0);
	r->lesson = asset_lesson("photosynthesis");
}

static void close_rig(struct rig *r)
{
	progress_free(r->progress);
	lesson_free(r->lesson);
	virtual_clock_free(r->virtual);
	free(r->path);
	folder_remove(r->folder);
}

static void pass_days(struct rig *r, int days)
{
	uint64_t now = clock_now_us(virtual_clock_clock(r->virtual));

	virtual_clock_run_until(r->virtual,
				now + (uint64_t)(days * DAY_MS) * 1000);
}

/* Answers, in one run: "0+" is step 0, right; "1-" wrong, "2~" partly. */
static void answer(struct rig *r, const char *run, const char *answers)
{
	const struct progress_settings settings = {
		.path = r->path,
		.learner = "Ana",
		.clock = virtual_clock_clock(r->virtual),
		.at_once = true,
	};
	struct progress_store *s;
	struct problem p = {0};

	assert_int_equal(progress_store_create(&s, &settings, r->lesson,
					       "photosynthesis", run, &p),
			 0);
	while (*answers) {
		char *end;
		size_t step = strtoul(answers, &end, 10);
		enum lesson_result result = *end == '+'   ? LESSON_RIGHT
					    : *end == '~' ? LESSON_PARTLY
							  : LESSON_WRONG;
		assert_int_equal(progress_store_answer(s, step, result, "x"),
				 0);
		answers = end + 1;
		answers += strspn(answers, " ");
	}
	progress_store_close(s, &p);
	assert_int_equal(p.code, 0);
}

static bool resume(struct rig *r, const char *learner)
{
	struct problem p = {0};

	r->progress = progress_free(r->progress);
	assert_int_equal(progress_read(&r->progress, r->path, NULL, &p), 0);
	return progress_resume(r->progress, learner, r->lesson,
			       clock_wall_ms(virtual_clock_clock(r->virtual)),
			       &r->plan, r->run);
}

static void expect_plan(const struct rig *r, size_t review, size_t count,
			const size_t *steps)
{
	assert_true(r->plan.resumed);
	assert_int_equal(r->plan.review, review);
	assert_int_equal(r->plan.count, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(r->plan.steps[i], steps[i]);
}

static void a_lesson_goes_on_at_its_next_step_in_its_own_run(void **state)
{
	struct rig r;
	char first[UUID_TEXT_SIZE];

	(void)state;
	open_rig(&r);
	assert_false(resume(&r, "Ana")); /* never begun */
	answer(&r, NULL, "0+ 1- 1+ 2+");
	assert_true(resume(&r, "Ana"));
	expect_plan(&r, 0, 9, (size_t[]){3, 4, 5, 6, 7, 8, 9, 10, 11});
	memcpy(first, r.run, sizeof first);
	assert_false(resume(&r, "Ben")); /* somebody else's */

	/* left in the middle of a step: it is asked again */
	answer(&r, first, "3+ 4-");
	assert_true(resume(&r, "Ana"));
	assert_string_equal(r.run, first);
	expect_plan(&r, 0, 8, (size_t[]){4, 5, 6, 7, 8, 9, 10, 11});

	/* one that was told and left behind is not */
	answer(&r, first, "5+ 6+ 7+ 8+ 9+ 10+");
	assert_true(resume(&r, "Ana"));
	expect_plan(&r, 0, 1, (size_t[]){11});
	answer(&r, first, "11~ 11+");
	assert_false(resume(&r, "Ana"));
	assert_int_equal(r.plan.count, 0);
	close_rig(&r);
}

static void missed_steps_come_first_when_they_are_due(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	answer(&r, NULL, "0+ 1- 1+ 2~ 2+ 3+");
	pass_days(&r, 1);
	assert_true(resume(&r, "Ana"));
	expect_plan(&r, 2, 10, (size_t[]){1, 2, 4, 5, 6, 7, 8, 9, 10, 11});
	answer(&r, r.run, "1+ 2- 2+ 4+ 5+ 6+ 7+ 8+ 9+ 10+ 11+");
	assert_false(resume(&r, "Ana"));

	/* finished: what is due comes by itself */
	pass_days(&r, 1);
	assert_true(resume(&r, "Ana"));
	expect_plan(&r, 1, 1, (size_t[]){2});
	pass_days(&r, 2);
	assert_true(resume(&r, "Ana"));
	expect_plan(&r, 2, 2, (size_t[]){1, 2});

	/* and does not make the lesson unfinished */
	answer(&r, r.run, "1+ 2-");
	assert_false(resume(&r, "Ana"));
	pass_days(&r, 1);
	assert_true(resume(&r, "Ana"));
	expect_plan(&r, 1, 1, (size_t[]){2});
	close_rig(&r);
}

static void the_lesson_that_was_answered_latest_is_named_first(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	answer(&r, NULL, "0+");
	pass_days(&r, 1);
	lesson_free(r.lesson);
	r.lesson = asset_lesson("fractions");
	answer(&r, NULL, "0+");
	resume(&r, "Ana");
	assert_string_equal(progress_recent_lesson(r.progress, "Ana", 0)->id,
			    "fractions");
	assert_string_equal(progress_recent_lesson(r.progress, "Ana", 1)->id,
			    "photosynthesis");
	assert_null(progress_recent_lesson(r.progress, "Ana", 2));
	assert_null(progress_recent_lesson(r.progress, "Ben", 0));
	close_rig(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_missed_step_comes_after_1_3_7_14_and_30_days),
		cmocka_unit_test(only_a_right_answer_that_was_due_leads_on),
		cmocka_unit_test(
			a_lesson_goes_on_at_its_next_step_in_its_own_run),
		cmocka_unit_test(missed_steps_come_first_when_they_are_due),
		cmocka_unit_test(
			the_lesson_that_was_answered_latest_is_named_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
