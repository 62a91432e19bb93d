/* report_forms: what the forms of a report share. */
#include "client/report/report_forms.h"

#include <stdlib.h>
#include <string.h>

#include "net/base/text.h"

void report_form_line(struct bytes *b, const char *text)
{
	char *copy = text_copy(text ? text : "");

	if (!copy) {
		bytes_append_text(b, "?");
		return;
	}
	for (char *c = copy; *c; c++)
		if (strchr("\t\n\v\f\r", *c))
			*c = ' ';
	text_clean_line(copy);
	bytes_append_text(b, copy);
	free(copy);
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
