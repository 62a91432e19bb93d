/* A learner who speaks goes through a whole lesson (whole_lesson.h): real
 * voices, real ears, the client's tool and its progress file, under the virtual
 * clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/lesson/lesson.h"
#include "client/progress/progress_store.h"
#include "client/speech/synthesiser.h"
#include "client/tools/tool_lesson.h"
#include "client/tools/tool_runner.h"
#include "client/tutor/tutor.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/worker.h"
#include "tests/support/folder.h"
#include "tests/support/lesson.h"
#include "tests/support/virtual_talk.h"
#include "tests/support/whole_lesson.h"

enum {
	COST_US = 100000, /* of hearing or of making a sentence */
	TURN_PAUSE_MS = 1500,
	BREATH_MS = 400, /* between the tutor's words and the learner's */
	STEP_MS = 20,
	ANSWER_MOST_MS = 60000,
};

struct school {
	char *folder, *progress_path;
	struct lesson *lesson;
	struct lesson_plan plan;
	struct worker *worker;
	struct brain_maker *tutor;
	struct progress_store *store;
	struct tool_runner *tool;
	struct synthesiser *learner;
	struct virtual_talk talk;
};

static void on_trouble(void *arg, const struct problem *p)
{
	(void)arg;
	fail_msg("%s", p->text);
}

static void keep_progress(struct school *s, struct clock *clock)
{
	const struct progress_settings settings = {
		.path = s->progress_path,
		.learner = "Ana",
		.clock = clock,
		.at_once = true,
	};
	struct problem p = {0};

	if (progress_store_create(&s->store, &settings, s->lesson,
				  "photosynthesis", NULL, &p) ||
	    tool_lesson_create(&s->tool, clock, s->lesson, &s->store, &p))
		fail_msg("%s", p.text);
}

static void prepare(void *arg, struct clock *clock, struct brain_maker **brain,
		    struct tool_runner **tools)
{
	struct school *s = arg;
	struct problem p = {0};

	assert_int_equal(worker_inline_create(&s->worker, clock, COST_US), 0);
	const struct tutor_settings settings = {
		.lesson = s->lesson,
		.plan = &s->plan,
		.worker = s->worker,
		.trouble = on_trouble,
	};
	if (tutor_maker_create(&s->tutor, &settings, &p))
		fail_msg("%s", p.text);
	keep_progress(s, clock);
	*brain = s->tutor;
	*tools = s->tool;
}

static void let_go(void *arg)
{
	struct school *s = arg;

	worker_free(s->worker);
	tutor_maker_free(s->tutor);
	tool_runner_free(s->tool);
	progress_store_close(s->store, NULL);
}

/* taught: how the talk is opened; the rest of it is set here. */
static void open_school(struct school *s, struct virtual_talk_taught taught)
{
	struct problem p = {0};

	*s = (struct school){.folder = folder_make()};
	s->progress_path = text_format("%s/progress.db", s->folder);
	s->lesson = asset_lesson("photosynthesis");
	lesson_plan_whole(&s->plan, s->lesson);
	if (synthesiser_open(&s->learner,
			     &(struct synthesiser_settings){VT_MIC_HZ, NULL},
			     &p))
		fail_msg("%s", p.text);
	taught.prepare = prepare;
	taught.let_go = let_go;
	taught.arg = s;
	taught.turn_pause_ms = TURN_PAUSE_MS;
	virtual_talk_open_taught(&s->talk, &taught);
	virtual_talk_run(&s->talk, BREATH_MS);
}

static void close_school(struct school *s)
{
	virtual_talk_close(&s->talk);
	synthesiser_free(s->learner);
	lesson_free(s->lesson);
	free(s->progress_path);
	folder_remove(s->folder);
}

/* --- the learner --- */

/* Whether the tutor's words that were heard so far, line by line from `from`
 * on, have this in them. */
static bool was_heard(const struct school *s, size_t from, const char *words)
{
	for (size_t i = from; i < s->talk.line_count; i++)
		if (strstr(s->talk.lines[i], " ASSISTANT ") &&
		    strstr(s->talk.lines[i], words))
			return true;
	return false;
}

static void wait_for_words(struct school *s, size_t from, const char *words)
{
	for (unsigned ms = 0; !was_heard(s, from, words); ms += STEP_MS) {
		if (ms > ANSWER_MOST_MS)
			fail_msg("\"%s\" is not heard", words);
		virtual_talk_run(&s->talk, STEP_MS);
	}
}

/* To its end, or, when he is about to be interrupted, to those words. */
static void listen(struct school *s, size_t from, const char *into)
{
	if (into) {
		wait_for_words(s, from, into);
		return;
	}
	virtual_talk_run_until(&s->talk, &s->talk.answered_count,
			       s->talk.answered_count + 1, ANSWER_MOST_MS);
	virtual_talk_run(&s->talk, BREATH_MS);
}

static void take_turn(struct school *s, const struct whole_lesson_turn *turn,
		      const char *next_into)
{
	const struct speech_sound *sound = NULL;
	struct problem p = {0};
	size_t from = s->talk.line_count;

	if (synthesiser_speak(s->learner,
			      &(struct synthesiser_request){turn->says, "en",
							    turn->voice, 1},
			      &sound, &p))
		fail_msg("%s", p.text);
	virtual_talk_say(&s->talk, sound->samples, sound->count);
	listen(s, from, next_into);
	if (!was_heard(s, from, turn->answer))
		fail_msg("after \"%s\": no \"%s\"; last: %s", turn->says,
			 turn->answer, s->talk.lines[s->talk.line_count - 1]);
	speech_sound_release(sound);
}

static void take_turn_of(struct school *s, size_t i)
{
	take_turn(s, &whole_lesson_turns[i],
		  i + 1 < whole_lesson_turn_count
			  ? whole_lesson_turns[i + 1].into
			  : NULL);
}

static void a_spoken_lesson_ends_with_its_summary_and_progress(void **state)
{
	struct school *s = calloc(1, sizeof *s);

	(void)state;
	assert_non_null(s);
	open_school(s, (struct virtual_talk_taught){0});
	for (size_t i = 0; i < whole_lesson_turn_count; i++)
		take_turn_of(s, i);
	assert_int_equal(s->talk.interrupted_count, 1);
	assert_int_equal(
		virtual_talk_count(&s->talk, "transcript ASSISTANT cut "), 1);
	whole_lesson_expect_progress(s->progress_path, "Ana");
	close_school(s);
	free(s);
}

static void a_lesson_outlives_its_streams(void **state)
{
	struct school *s = calloc(1, sizeof *s);

	(void)state;
	assert_non_null(s);
	open_school(s, (struct virtual_talk_taught){.renew_after_ms = 40000,
						    .force_after_ms = 60000});
	for (size_t i = 0; i < whole_lesson_turn_count; i++)
		take_turn_of(s, i);
	assert_true(virtual_talk_count(&s->talk, "renewal") >= 3);
	whole_lesson_expect_progress(s->progress_path, "Ana");
	close_school(s);
	free(s);
}

/* After wrong answers and "I do not know" too: tries and hints are remembered.
 */
static void a_lesson_goes_on_after_a_lost_connection(void **state)
{
	static const size_t cuts[] = {2, 5, 7, 11, 14};
	struct school *s = calloc(1, sizeof *s);
	unsigned cut = 0;

	(void)state;
	assert_non_null(s);
	open_school(s, (struct virtual_talk_taught){.tries = 3});
	for (size_t i = 0; i < whole_lesson_turn_count; i++) {
		take_turn_of(s, i);
		if (cut == sizeof cuts / sizeof *cuts || i != cuts[cut])
			continue;
		virtual_talk_break(&s->talk, PROBLEM_CONNECT);
		cut++;
		virtual_talk_run_until(&s->talk, &s->talk.ready_count, cut + 1,
				       ANSWER_MOST_MS);
	}
	assert_int_equal(s->talk.opened, cut + 1);
	whole_lesson_expect_progress(s->progress_path, "Ana");
	close_school(s);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_spoken_lesson_ends_with_its_summary_and_progress),
		cmocka_unit_test(a_lesson_outlives_its_streams),
		cmocka_unit_test(a_lesson_goes_on_after_a_lost_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
