/* Progress as people, Anki and learning record stores get it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "client/progress/progress_export.h"
#include "client/progress/progress_store.h"
#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/virtual_clock.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/lesson.h"

static const int64_t START_MS = 1767225600000; /* 2026-01-01T00:00:00Z */
static const int64_t DAY_MS = 24 * 60 * 60 * 1000;

struct rig {
	char *folder, *path;
	struct virtual_clock *virtual;
	struct lesson *lesson;
	struct progress *progress;
	struct bytes out;
};

static struct progress_store *open_store(struct rig *r, const char *learner)
{
	const struct progress_settings settings = {
		.path = r->path,
		.learner = learner,
		.session = "/sessions/7",
		.clock = virtual_clock_clock(r->virtual),
		.at_once = true,
	};
	struct progress_store *s = NULL;
	struct problem p = {0};

	assert_int_equal(progress_store_create(&s, &settings, r->lesson,
					       "photosynthesis", NULL, &p),
			 0);
	return s;
}

/* Ana goes through the whole lesson and misses the fourth step twice. */
static void open_rig(struct rig *r)
{
	struct problem p = {0};

	*r = (struct rig){.folder = folder_make()};
	r->path = text_format("%s/progress.db", r->folder);
	assert_int_equal(virtual_clock_create(&r->virtual, START_MS), 0);
	r->lesson = asset_lesson("photosynthesis");
	bytes_init(&r->out, 1 << 20);
	struct progress_store *s = open_store(r, "Ana <&\">");
	for (size_t i = 0; i < r->lesson->step_count; i++) {
		if (i == 3) {
			progress_store_answer(s, i, LESSON_WRONG,
					      "<b>oxygen</b>\t\"&\nair");
			progress_store_answer(s, i, LESSON_WRONG,
					      "<b>oxygen</b>\t\"&\nair");
		}
		progress_store_answer(s, i, LESSON_RIGHT, "yes");
	}
	progress_store_close(s, &p);
	s = open_store(r, "Ben");
	progress_store_answer(s, 0, LESSON_PARTLY, "photo");
	progress_store_close(s, &p);
	assert_int_equal(p.code, 0);
	assert_int_equal(progress_read(&r->progress, r->path, NULL, &p), 0);
}

static void close_rig(struct rig *r)
{
	bytes_deinit(&r->out);
	progress_free(r->progress);
	lesson_free(r->lesson);
	virtual_clock_free(r->virtual);
	free(r->path);
	folder_remove(r->folder);
}

static void people_see_what_was_done_and_what_is_due(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	progress_write_table(&r.out, r.progress, START_MS);
	assert_string_equal(
		bytes_text(&r.out),
		"Learner: Ana <&\">\n"
		"\n"
		"LESSON                          DONE   RIGHT AT ONCE  LAST"
		"        DUE\n"
		"Photosynthesis                  12/12  11             "
		"2026-01-01  0\n"
		"\n"
		"Comes back:\n"
		"  2026-01-01  photosynthesis    gas-in            Which gas "
		"does a leaf take in from the air, to build food fr\n"
		"\n"
		"Learner: Ben\n"
		"\n"
		"LESSON                          DONE   RIGHT AT ONCE  LAST"
		"        DUE\n"
		"Photosynthesis                  1/12   0              "
		"2026-01-01  0\n"
		"\n"
		"Comes back:\n"
		"  2026-01-01  photosynthesis    name              A plant "
		"never eats. What do we call the way in which it make\n");
	bytes_clear(&r.out);
	progress_write_table(&r.out, r.progress, START_MS + DAY_MS);
	assert_holds(bytes_text(&r.out),
		     "2026-01-01  1\n\nDue now (habla talk --resume asks it "
		     "again):\n  2026-01-01  photosynthesis    gas-in ");
	close_rig(&r);
}

static void who_has_learned_nothing_is_told_how_to_begin(void **state)
{
	struct progress empty = {0};
	struct bytes b;

	(void)state;
	bytes_init(&b, 1 << 16);
	progress_write_table(&b, &empty, START_MS);
	assert_holds(bytes_text(&b), "habla talk --lesson photosynthesis");
	bytes_clear(&b);
	progress_write_anki(&b, &empty);
	assert_holds(bytes_text(&b), "#deck:Habla\n");
	bytes_clear(&b);
	progress_write_xapi(&b, &empty);
	assert_string_equal(bytes_text(&b), "[]\n");
	bytes_deinit(&b);
}

static const cJSON *at(const cJSON *v, const char *path)
{
	char copy[128], *rest = copy;

	strncpy(copy, path, sizeof copy - 1);
	copy[sizeof copy - 1] = '\0';
	for (char *step; v && (step = strsep(&rest, "/"));)
		v = *step >= '0' && *step <= '9'
			    ? cJSON_GetArrayItem(v, atoi(step))
			    : cJSON_GetObjectItemCaseSensitive(v, step);
	return v;
}

static const char *text_at(const cJSON *v, const char *path)
{
	const char *text = cJSON_GetStringValue(at(v, path));

	if (!text)
		fail_msg("no text at %s", path);
	return text;
}

static void programs_get_one_object(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	progress_write_json(&r.out, r.progress, START_MS + DAY_MS);
	cJSON *v = cJSON_Parse(bytes_text(&r.out));
	assert_int_equal(at(v, "format")->valueint, 1);
	assert_string_equal(text_at(v, "now"), "2026-01-02T00:00:00.000Z");
	assert_string_equal(text_at(v, "learners/0/learner"), "Ana <&\">");
	assert_string_equal(text_at(v, "learners/1/learner"), "Ben");
	assert_string_equal(text_at(v, "learners/0/lessons/0/lesson"),
			    "photosynthesis");
	const cJSON *step = at(v, "learners/0/lessons/0/steps/3");
	assert_string_equal(text_at(step, "step"), "gas-in");
	assert_int_equal(at(step, "answers")->valueint, 3);
	assert_int_equal(at(step, "misses")->valueint, 2);
	assert_string_equal(text_at(step, "last_result"), "right");
	assert_string_equal(text_at(step, "due"), "2026-01-01T20:00:00.000Z");
	assert_true(cJSON_IsTrue(at(step, "is_due")));
	assert_null(at(v, "learners/0/lessons/0/steps/4/due"));
	assert_null(at(v, "learners/1/lessons/0/steps/1/last"));
	const cJSON *answer = at(v, "learners/0/answers/4");
	assert_string_equal(text_at(answer, "words"),
			    "<b>oxygen</b>\t\"&\nair");
	assert_string_equal(text_at(answer, "result"), "wrong");
	assert_int_equal(at(answer, "tries")->valueint, 2);
	assert_string_equal(text_at(answer, "session"), "/sessions/7");
	cJSON_Delete(v);
	close_rig(&r);
}

/* --- Anki --- */

/* Each line has the columns that the head promises. */
static void anki_gets_a_note_a_line_whatever_was_said(void **state)
{
	struct rig r;
	size_t notes = 0;

	(void)state;
	open_rig(&r);
	progress_write_anki(&r.out, r.progress);
	char *text = text_copy(bytes_text(&r.out));
	assert_holds(text, "#separator:tab\n#html:true\n#notetype:Basic\n"
			   "#deck:Habla\n#columns:Id\tFront\tBack\tTags\n"
			   "#guid column:1\n#tags column:4\n");
	assert_holds(text, "habla:photosynthesis:word:carbon_20dioxide\t"
			   "carbon dioxide\ta gas that we breathe out and that "
			   "plants build sugar from<br><i>Plants take carbon "
			   "dioxide from the air.</i>\thabla::vocabulary "
			   "habla::photosynthesis\n");
	/* said twice, noted once, and nothing of it is HTML or a new line */
	assert_holds(text,
		     "habla:photosynthesis:step:gas-in\tWhich gas does a leaf "
		     "take in from the air, to build food from it?\tA leaf "
		     "takes in carbon dioxide.<br>\xE2\x9C\x97 "
		     "<s>&lt;b&gt;oxygen&lt;/b&gt; &quot;&amp;<br>air</s>\t"
		     "habla::mistake habla::photosynthesis\n");
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		size_t tabs = 0;
		if (*line == '#')
			continue;
		for (const char *c = line; *c; c++)
			tabs += *c == '\t';
		assert_int_equal(tabs, 3);
		notes++;
	}
	/* all words, and the two steps that were missed */
	assert_int_equal(notes, r.lesson->word_count + 2);
	free(text);
	close_rig(&r);
}

/* --- xAPI --- */

static bool is_uuid(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx";

	if (strlen(text) != strlen(form))
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'x' ? !strchr("0123456789abcdef", text[i])
				   : text[i] != form[i])
			return false;
	return true;
}

/* What xAPI 1.0.3 asks of any statement. */
static void check_statement(const cJSON *s)
{
	assert_true(is_uuid(text_at(s, "id")));
	assert_string_equal(text_at(s, "actor/objectType"), "Agent");
	assert_true(
		text_starts(text_at(s, "actor/account/homePage"), "https://"));
	assert_non_null(text_at(s, "actor/account/name"));
	assert_true(text_starts(text_at(s, "verb/id"),
				"http://adlnet.gov/expapi/verbs/"));
	assert_non_null(text_at(s, "verb/display/en"));
	assert_string_equal(text_at(s, "object/objectType"), "Activity");
	assert_true(text_starts(text_at(s, "object/id"),
				"https://habla.invalid/lessons/"));
	assert_true(text_starts(text_at(s, "object/definition/type"),
				"http://adlnet.gov/expapi/activities/"));
	double scaled = at(s, "result/score/scaled")->valuedouble;
	assert_true(scaled >= 0 && scaled <= 1);
	assert_true(is_uuid(text_at(s, "context/registration")));
	assert_int_equal(strlen(text_at(s, "timestamp")), 24);
	assert_string_equal(text_at(s, "version"), "1.0.3");
}

static void answers_become_statements_with_ids_of_their_own(void **state)
{
	struct rig r;

	(void)state;
	open_rig(&r);
	progress_write_xapi(&r.out, r.progress);
	cJSON *v = cJSON_Parse(bytes_text(&r.out));
	int count = cJSON_GetArraySize(v);
	/* every answer, and the run that was finished */
	assert_int_equal(count, 15 + 1);
	for (int i = 0; i < count; i++) {
		check_statement(cJSON_GetArrayItem(v, i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(
				text_at(cJSON_GetArrayItem(v, i), "id"),
				text_at(cJSON_GetArrayItem(v, k), "id"));
	}
	const cJSON *wrong = cJSON_GetArrayItem(v, 4);
	assert_string_equal(text_at(wrong, "verb/id"),
			    "http://adlnet.gov/expapi/verbs/answered");
	assert_string_equal(text_at(wrong, "object/id"),
			    "https://habla.invalid/lessons/photosynthesis/"
			    "steps/gas-in");
	assert_true(cJSON_IsFalse(at(wrong, "result/success")));
	assert_string_equal(text_at(wrong, "result/response"),
			    "<b>oxygen</b>\t\"&\nair");
	assert_string_equal(text_at(wrong, "context/contextActivities/parent/0/"
					   "id"),
			    "https://habla.invalid/lessons/photosynthesis");
	const cJSON *completed = cJSON_GetArrayItem(v, 14);
	assert_string_equal(text_at(completed, "verb/id"),
			    "http://adlnet.gov/expapi/verbs/completed");
	assert_true(cJSON_IsTrue(at(completed, "result/completion")));
	double scaled = at(completed, "result/score/scaled")->valuedouble;
	assert_true(scaled > 0.91 && scaled < 0.92); /* 11 of 12 */
	cJSON_Delete(v);
	close_rig(&r);
}

/* What was exported stays as it was, word for word, when more has come. */
static void a_second_export_says_the_same_of_the_same_results(void **state)
{
	struct rig r;
	struct problem p = {0};
	struct bytes second;

	(void)state;
	open_rig(&r);
	progress_write_xapi(&r.out, r.progress);
	virtual_clock_run_until(r.virtual, 5000000);
	char run[UUID_TEXT_SIZE];
	struct lesson_plan plan;
	progress_resume(r.progress, "Ana <&\">", r.lesson,
			START_MS + 2 * DAY_MS, &plan, run);
	const struct progress_settings settings = {
		.path = r.path,
		.learner = "Ana <&\">",
		.clock = virtual_clock_clock(r.virtual),
		.at_once = true,
	};
	struct progress_store *s = NULL;
	assert_int_equal(progress_store_create(&s, &settings, r.lesson,
					       "photosynthesis", run, &p),
			 0);
	progress_store_answer(s, 3, LESSON_WRONG, "again");
	progress_store_close(s, &p);
	progress_free(r.progress);
	assert_int_equal(progress_read(&r.progress, r.path, NULL, &p), 0);
	bytes_init(&second, 1 << 20);
	progress_write_xapi(&second, r.progress);

	cJSON *one = cJSON_Parse(bytes_text(&r.out));
	cJSON *two = cJSON_Parse(bytes_text(&second));
	assert_int_equal(cJSON_GetArraySize(two), cJSON_GetArraySize(one) + 1);
	for (int i = 0; i < cJSON_GetArraySize(one); i++)
		assert_true(cJSON_Compare(cJSON_GetArrayItem(one, i),
					  cJSON_GetArrayItem(two, i), 1));
	cJSON_Delete(one);
	cJSON_Delete(two);
	bytes_deinit(&second);
	close_rig(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_see_what_was_done_and_what_is_due),
		cmocka_unit_test(who_has_learned_nothing_is_told_how_to_begin),
		cmocka_unit_test(programs_get_one_object),
		cmocka_unit_test(anki_gets_a_note_a_line_whatever_was_said),
		cmocka_unit_test(
			answers_become_statements_with_ids_of_their_own),
		cmocka_unit_test(
			a_second_export_says_the_same_of_the_same_results),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
