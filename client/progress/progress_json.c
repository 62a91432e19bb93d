/* progress_json: progress for programs, docs/progress.md. */
#include "client/progress/progress_export.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/text.h"

static void write_time(struct bytes *out, const char *key, int64_t ms)
{
	char time[TEXT_TIME_SIZE];

	text_iso_time(time, ms);
	json_string(out, key, time);
}

static void write_item(struct bytes *out, const struct progress *p,
		       const char *learner, const struct progress_lesson *l,
		       const struct progress_item *item, int64_t now_ms)
{
	struct progress_state s = progress_state(p, learner, l->id, item->step);

	json_open_object(out, NULL);
	json_string(out, "step", item->step);
	json_string(out, "question", item->question);
	json_integer(out, "answers", s.answers);
	json_integer(out, "misses", s.schedule.misses);
	if (s.answers > 0) {
		json_string(out, "last_result", lesson_result_name(s.last));
		write_time(out, "last", s.last_ms);
	}
	if (s.schedule.waits)
		write_time(out, "due", s.schedule.due_ms);
	json_bool(out, "is_due", schedule_is_due(&s.schedule, now_ms));
	json_close_object(out);
}

static void write_lesson(struct bytes *out, const struct progress *p,
			 const char *learner, const struct progress_lesson *l,
			 int64_t now_ms)
{
	json_open_object(out, NULL);
	json_string(out, "lesson", l->id);
	json_string(out, "name", l->name);
	json_string(out, "title", l->title);
	json_string(out, "language", l->language);
	json_open_array(out, "steps");
	for (size_t i = 0; i < l->item_count; i++)
		write_item(out, p, learner, l, &l->items[i], now_ms);
	json_close_array(out);
	json_close_object(out);
}

static void write_answer(struct bytes *out, const struct progress_answer *a)
{
	json_open_object(out, NULL);
	json_string(out, "id", a->id);
	json_string(out, "run", a->run);
	json_string(out, "lesson", a->lesson);
	json_string(out, "step", a->step);
	json_string(out, "result", lesson_result_name(a->result));
	json_integer(out, "tries", a->tries);
	json_string(out, "words", a->words);
	write_time(out, "at", a->at_ms);
	json_string(out, "session", a->session);
	json_close_object(out);
}

void progress_write_json(struct bytes *out, const struct progress *p,
			 int64_t now_ms)
{
	const char *learner;

	json_open_object(out, NULL);
	json_integer(out, "format", 1);
	write_time(out, "now", now_ms);
	json_open_array(out, "learners");
	for (size_t i = 0; (learner = progress_learner(p, i)); i++) {
		json_open_object(out, NULL);
		json_string(out, "learner", learner);
		json_open_array(out, "lessons");
		for (size_t k = 0; k < p->lesson_count; k++)
			if (progress_count(p, learner, p->lessons[k].id) > 0)
				write_lesson(out, p, learner, &p->lessons[k],
					     now_ms);
		json_close_array(out);
		json_open_array(out, "answers");
		for (size_t k = 0; k < p->answer_count; k++)
			if (text_equal(p->answers[k].learner, learner))
				write_answer(out, &p->answers[k]);
		json_close_array(out);
		json_close_object(out);
	}
	json_close_array(out);
	json_close_object(out);
	bytes_append_text(out, "\n");
}
