/*
 * progress_xapi: answers as statements of the Experience API.
 *
 * Source: xAPI 1.0.3, part 2, and the ADL vocabulary (adlnet.gov/expapi).  An
 * answer's id is its statement's, so a learning record store takes a second
 * export for what it is.
 */
#include <stdio.h>

#include "client/progress/progress_export.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/text.h"

/* ".invalid" can be nobody's (RFC 6761). */
#define HOME       "https://habla.invalid"
#define ACTIVITIES "http://adlnet.gov/expapi/activities/"
#define VERBS      "http://adlnet.gov/expapi/verbs/"

/* --- parts --- */

/* Lessons and steps have ids that can stand in an address as they are. */
static void write_activity(struct bytes *out, const char *key,
			   const char *lesson, const char *step,
			   const char *type, const char *language,
			   const char *name)
{
	char id[512];

	snprintf(id, sizeof id, HOME "/lessons/%s%s%s", lesson,
		 step ? "/steps/" : "", step ? step : "");
	json_open_object(out, key);
	json_string(out, "objectType", "Activity");
	json_string(out, "id", id);
	json_open_object(out, "definition");
	json_string(out, "type", type);
	if (name) {
		json_open_object(out, step ? "description" : "name");
		json_string(out, language, name);
		json_close_object(out);
	}
	json_close_object(out);
	json_close_object(out);
}

static void open_statement(struct bytes *out, const char *id,
			   const char *learner, const char *verb,
			   const char *shown)
{
	json_open_object(out, NULL);
	json_string(out, "id", id);
	json_open_object(out, "actor");
	json_string(out, "objectType", "Agent");
	json_string(out, "name", learner);
	json_open_object(out, "account");
	json_string(out, "homePage", HOME "/learners");
	json_string(out, "name", learner);
	json_close_object(out);
	json_close_object(out);
	json_open_object(out, "verb");
	json_string(out, "id", verb);
	json_open_object(out, "display");
	json_string(out, "en", shown);
	json_close_object(out);
	json_close_object(out);
}

static void close_statement(struct bytes *out, const struct progress_answer *a,
			    const struct progress_lesson *l, bool of_step)
{
	char time[TEXT_TIME_SIZE];

	json_open_object(out, "context");
	json_string(out, "registration", a->run);
	json_string(out, "platform", "Habla");
	json_string(out, "language", l->language);
	if (of_step) {
		json_open_object(out, "contextActivities");
		json_open_array(out, "parent");
		write_activity(out, NULL, l->id, NULL, ACTIVITIES "lesson",
			       l->language, l->title);
		json_close_array(out);
		json_close_object(out);
	}
	json_close_object(out);
	text_iso_time(time, a->at_ms);
	json_string(out, "timestamp", time);
	json_string(out, "version", "1.0.3");
	json_close_object(out);
}

static void write_score(struct bytes *out, double scaled)
{
	json_open_object(out, "score");
	json_number(out, "scaled", scaled);
	json_close_object(out);
}

static const char *question_of(const struct progress_lesson *l,
			       const char *step)
{
	for (size_t i = 0; i < l->item_count; i++)
		if (text_equal(l->items[i].step, step))
			return l->items[i].question;
	return NULL;
}

/* --- statements --- */

static void write_answer(struct bytes *out, const struct progress_answer *a,
			 const struct progress_lesson *l)
{
	static const double scores[] = {
		[LESSON_RIGHT] = 1,
		[LESSON_PARTLY] = 0.5,
		[LESSON_WRONG] = 0,
	};

	open_statement(out, a->id, a->learner, VERBS "answered", "answered");
	write_activity(out, "object", l->id, a->step, ACTIVITIES "question",
		       l->language, question_of(l, a->step));
	json_open_object(out, "result");
	write_score(out, scores[a->result]);
	json_bool(out, "success", a->result == LESSON_RIGHT);
	if (a->words[0])
		json_string(out, "response", a->words);
	json_open_object(out, "extensions");
	json_integer(out, HOME "/xapi/tries", a->tries);
	json_close_object(out);
	json_close_object(out);
	close_statement(out, a, l, true);
}

static const struct progress_answer *
first_answer(const struct progress *p, const char *run, const char *step)
{
	for (size_t i = 0; i < p->answer_count; i++)
		if (text_equal(p->answers[i].run, run) &&
		    text_equal(p->answers[i].step, step))
			return &p->answers[i];
	return NULL;
}

/* Whether with this answer every step of the run has had one: then how many
 * were right at once, else -1.  Later answers change neither. */
static int finished_by(const struct progress *p,
		       const struct progress_answer *a,
		       const struct progress_lesson *l)
{
	int at_once = 0;

	if (a != first_answer(p, a->run, a->step))
		return -1;
	for (size_t k = 0; k < l->item_count; k++) {
		const struct progress_answer *first = first_answer(
			p, a->run, l->items[k].step);
		if (!first || first > a)
			return -1;
		at_once += first->result == LESSON_RIGHT;
	}
	return l->item_count > 0 ? at_once : -1;
}

static void write_completed(struct bytes *out, const struct progress_answer *a,
			    const struct progress_lesson *l, int at_once)
{
	open_statement(out, a->run, a->learner, VERBS "completed", "completed");
	write_activity(out, "object", l->id, NULL, ACTIVITIES "lesson",
		       l->language, l->title);
	json_open_object(out, "result");
	write_score(out, (double)at_once / (double)l->item_count);
	json_bool(out, "completion", true);
	json_close_object(out);
	close_statement(out, a, l, false);
}

void progress_write_xapi(struct bytes *out, const struct progress *p)
{
	json_open_array(out, NULL);
	for (size_t i = 0; i < p->answer_count; i++) {
		const struct progress_answer *a = &p->answers[i];
		const struct progress_lesson *l = progress_lesson(p, a->lesson);
		if (!l)
			continue;
		write_answer(out, a, l);
		int at_once = finished_by(p, a, l);
		if (at_once >= 0)
			write_completed(out, a, l, at_once);
	}
	json_close_array(out);
	bytes_append_text(out, "\n");
}
