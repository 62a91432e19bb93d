/* progress_table: progress for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/progress/progress_export.h"
#include "net/base/bytes.h"
#include "net/base/language.h"
#include "net/base/text.h"

enum { TITLE_WIDTH = 30, STEP_WIDTH = 16, QUESTION_WIDTH = 60, DATE_SIZE = 11 };

const char *progress_learner(const struct progress *p, size_t index)
{
	for (size_t i = 0; i < p->answer_count; i++) {
		const char *learner = p->answers[i].learner;
		size_t k = 0;
		while (!text_equal(p->answers[k].learner, learner))
			k++;
		if (k == i && index-- == 0)
			return learner;
	}
	return NULL;
}

size_t progress_count(const struct progress *p, const char *learner,
		      const char *lesson)
{
	size_t count = 0;

	for (size_t i = 0; i < p->answer_count; i++)
		count += text_equal(p->answers[i].learner, learner) &&
			 text_equal(p->answers[i].lesson, lesson);
	return count;
}

/* "2026-01-02" */
static void write_date(char out[DATE_SIZE], int64_t ms)
{
	char time[TEXT_TIME_SIZE];

	text_iso_time(time, ms);
	memcpy(out, time, DATE_SIZE - 1);
	out[DATE_SIZE - 1] = '\0';
}

/* At most so many characters (not bytes) of one line; returns how many. */
static size_t append_cut(struct bytes *out, const char *text, size_t width)
{
	char line[256];
	size_t shown = 0;

	snprintf(line, sizeof line, "%s", text);
	text_clean_line(line);
	for (const char *c = line; *c && shown < width; shown++) {
		size_t n = text_utf8_sequence(c, strlen(c));
		bytes_append(out, c, n);
		c += n;
	}
	return shown;
}

/* A column that another one follows. */
static void append_cell(struct bytes *out, const char *text, size_t width)
{
	size_t shown = append_cut(out, text, width);

	for (; shown < width + 2; shown++)
		bytes_append_text(out, " ");
}

struct summary {
	size_t done, at_once, due;
	int64_t last_ms;
};

static struct summary sum_up(const struct progress *p, const char *learner,
			     const struct progress_lesson *l, int64_t now_ms)
{
	struct summary s = {0};

	for (size_t i = 0; i < l->item_count; i++) {
		struct progress_state state = progress_state(p, learner, l->id,
							     l->items[i].step);
		s.done += state.answers > 0;
		s.at_once += state.answers > 0 && !state.schedule.misses;
		s.due += schedule_is_due(&state.schedule, now_ms);
		if (state.last_ms > s.last_ms)
			s.last_ms = state.last_ms;
	}
	return s;
}

static void write_lesson(struct bytes *out, const struct progress *p,
			 const char *learner, const struct progress_lesson *l,
			 int64_t now_ms)
{
	struct summary s = sum_up(p, learner, l, now_ms);
	char date[DATE_SIZE], done[32];

	write_date(date, s.last_ms);
	snprintf(done, sizeof done, "%zu/%zu", s.done, l->item_count);
	append_cell(out, l->title, TITLE_WIDTH);
	bytes_append_format(out, "%-6s %-13zu  %s  %zu\n", done, s.at_once,
			    date, s.due);
}

/* One line for each step that waits: those that are due, or the others. */
static size_t write_waiting(struct bytes *out, const struct progress *p,
			    const char *learner,
			    const struct progress_lesson *l, int64_t now_ms,
			    bool due, const char *heading)
{
	size_t count = 0;

	for (size_t i = 0; i < l->item_count; i++) {
		struct progress_state s = progress_state(p, learner, l->id,
							 l->items[i].step);
		char date[DATE_SIZE];
		if (!s.schedule.waits ||
		    schedule_is_due(&s.schedule, now_ms) != due)
			continue;
		if (count++ == 0 && heading)
			bytes_append_text(out, heading);
		write_date(date, s.schedule.due_ms);
		bytes_append_format(out, "  %s  ", date);
		append_cell(out, l->id, STEP_WIDTH);
		append_cell(out, l->items[i].step, STEP_WIDTH);
		append_cut(out, l->items[i].question, QUESTION_WIDTH);
		bytes_append_text(out, "\n");
	}
	return count;
}

static void write_learner(struct bytes *out, const struct progress *p,
			  const char *learner, int64_t now_ms)
{
	static const char *const headings[] = {
		N_("\nComes back:\n"),
		N_("\nDue now (habla talk --resume asks it again):\n"),
	};

	bytes_append_format(out, _("Learner: %s\n\n"), learner);
	append_cell(out, _("LESSON"), TITLE_WIDTH);
	bytes_append_text(out, _("DONE   RIGHT AT ONCE  LAST        DUE\n"));
	for (size_t i = 0; i < p->lesson_count; i++)
		if (progress_count(p, learner, p->lessons[i].id) > 0)
			write_lesson(out, p, learner, &p->lessons[i], now_ms);
	for (int due = 1; due >= 0; due--) {
		size_t count = 0;
		for (size_t i = 0; i < p->lesson_count; i++)
			count += write_waiting(out, p, learner, &p->lessons[i],
					       now_ms, due,
					       count ? NULL : headings[due]);
	}
}

void progress_write_table(struct bytes *out, const struct progress *p,
			  int64_t now_ms)
{
	const char *learner;

	for (size_t i = 0; (learner = progress_learner(p, i)); i++) {
		if (i > 0)
			bytes_append_text(out, "\n");
		write_learner(out, p, learner, now_ms);
	}
	if (p->answer_count == 0)
		bytes_append_text(out, _("Nothing has been learned yet; begin "
					 "with: habla talk --lesson "
					 "photosynthesis\n"));
}
