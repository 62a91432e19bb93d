/* report_forms: what the forms of a report share. */
#include "client/report/report_forms.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

void report_form_end(struct bytes *b, struct bytes *part)
{
	if (part->failed && !b->failed)
		b->failed = part->failed;
	bytes_deinit(part);
}

void report_form_line(struct bytes *b, const char *text)
{
	char *copy = text_copy(text ? text : "");

	if (!copy) {
		b->failed = PROBLEM_MEMORY;
		return;
	}
	for (char *c = copy; *c; c++)
		if (strchr("\t\n\v\f\r", *c))
			*c = ' ';
	text_clean_line(copy);
	bytes_append_text(b, copy);
	free(copy);
}

void report_form_name(struct bytes *b, const struct report_case *c)
{
	report_form_line(b, c->name);
	if (c->condition) {
		bytes_append_text(b, " [");
		report_form_line(b, c->condition);
		bytes_append_text(b, "]");
	}
}

void report_form_place(struct bytes *b, const struct report_place *place)
{
	if (!place->file)
		return;
	report_form_line(b, place->file);
	if (place->line > 0)
		bytes_append_format(b, ":%u", place->line);
	if (place->line > 0 && place->column > 0)
		bytes_append_format(b, ":%u", place->column);
}

void report_form_turn(struct bytes *b, const struct report_case *c, size_t turn)
{
	if (turn == 0) {
		bytes_append_text(b, "the whole conversation");
		return;
	}
	bytes_append_format(b, "turn %zu", turn);
	if (turn <= c->turn_count && c->turns[turn - 1].text) {
		bytes_append_text(b, ", ");
		report_form_line(b, c->turns[turn - 1].text);
	}
}

void report_form_expectation(struct bytes *b,
			     const struct report_expectation *e)
{
	report_form_line(b, e->name);
	if (e->expected && *e->expected) {
		bytes_append_text(b, ": expected ");
		report_form_line(b, e->expected);
	}
	if (e->state == REPORT_NOT_MEASURED) {
		bytes_append_text(b, ", never measured");
	} else if (e->got) {
		bytes_append_text(b, ", got ");
		report_form_line(b, e->got);
	}
	if (e->why) {
		bytes_append_text(b, " (");
		report_form_line(b, e->why);
		bytes_append_text(b, ")");
	}
}

void report_form_outcome(struct bytes *b, const struct report_case *c)
{
	const struct report_expectation *first = NULL;
	size_t unmet = 0;

	for (size_t i = 0; i < c->expectation_count; i++) {
		if (c->expectations[i].state == REPORT_MET)
			continue;
		if (unmet++ == 0)
			first = &c->expectations[i];
	}
	if (c->verdict == REPORT_FLAKY)
		bytes_append_format(b, "passed %u of %u%s", c->passed, c->runs,
				    first ? "; " : "");
	if (c->reason)
		report_form_line(b, c->reason);
	else if (first)
		report_form_expectation(b, first);
	else if (c->verdict != REPORT_FLAKY)
		bytes_append_text(b, report_verdict_name(c->verdict));
	if (unmet > 1 && !c->reason)
		bytes_append_format(b, " (and %zu more)", unmet - 1);
}

double *report_values(const struct test_report *r, const char *measure,
		      const char *condition, bool everywhere, size_t *count)
{
	double *values = malloc(sizeof *values);

	*count = 0;
	for (size_t i = 0; i < r->count && values; i++) {
		const struct report_case *c = r->cases[i];
		const struct report_measure *m = report_case_measure(c,
								     measure);
		if (!m || (!everywhere && !text_equal(c->condition, condition)))
			continue;
		double *more = realloc(values,
				       (*count + m->count) * sizeof *values);
		if (!more) {
			free(values);
			return NULL;
		}
		values = more;
		memcpy(&values[*count], m->values, m->count * sizeof *values);
		*count += m->count;
	}
	return values;
}
