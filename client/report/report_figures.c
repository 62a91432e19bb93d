/* report_figures: the lines of figures at the end of a report. */
#include <stdlib.h>
#include <string.h>

#include "client/report/report_forms.h"
#include "client/report/stats.h"
#include "client/terminal/columns.h"
#include "net/base/problem.h"
#include "net/base/text.h"

static const char clean[] = "clean";

/* --- numbers --- */

static size_t count_of(const struct test_report *r, const char *condition,
		       enum report_verdict v)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		count += r->cases[i]->verdict == v &&
			 text_equal(r->cases[i]->condition, condition);
	return count;
}

/* The unit is the end of a measure's name; WER is a share. */
static void append_value(struct bytes *b, const char *measure, double v)
{
	size_t n = strlen(measure);

	if (text_equal(measure, "wer"))
		bytes_append_format(b, "%.1f %%", 100 * v);
	else if (n > 3 && text_equal(measure + n - 3, "_ms"))
		bytes_append_format(b, "%.0f ms", v);
	else
		bytes_append_format(b, "%.3g", v);
}

static void append_median(struct bytes *b, const struct test_report *r,
			  const char *measure, const char *condition)
{
	size_t count;
	double *values = report_values(r, measure, condition, false, &count);

	if (!values)
		b->failed = PROBLEM_MEMORY;
	if (values && count > 0) {
		stats_sort(values, count);
		append_value(b, measure, stats_median(values, count));
	} else {
		bytes_append_text(b, "-");
	}
	free(values);
}

/* --- a row for each condition --- */

/* The condition of the case, when no case before it had that. */
static const char *new_condition(const struct test_report *r, size_t index)
{
	const char *condition = r->cases[index]->condition;

	for (size_t i = 0; i < index; i++)
		if (text_equal(r->cases[i]->condition, condition))
			return NULL;
	return condition ? condition : clean;
}

/* Columns that the widest name needs; 0: there is no matrix. */
static size_t condition_width(const struct test_report *r)
{
	size_t widest = 0;
	bool any = false;

	for (size_t i = 0; i < r->count; i++) {
		const char *name = r->cases[i]->condition;
		size_t n = name ? columns_of(name, strlen(name))
				: strlen(clean);
		any |= name != NULL;
		if (n > widest)
			widest = n;
	}
	return any ? widest : 0;
}

static void append_padded(struct bytes *b, const char *text, size_t width)
{
	size_t from = b->length;

	report_form_line(b, text);
	if (b->failed)
		return;
	size_t n = columns_of((const char *)b->data + from, b->length - from);
	for (; n < width; n++)
		bytes_append_text(b, " ");
}

static void append_condition(struct bytes *b, const struct test_report *r,
			     const char *condition, const char *name,
			     size_t width)
{
	size_t all = 0;

	for (int v = 0; v < REPORT_VERDICTS; v++)
		all += count_of(r, condition, (enum report_verdict)v);
	append_padded(b, name, width);
	bytes_append_format(b, "  %5zu", all);
	for (int v = 0; v < REPORT_SKIPPED; v++)
		bytes_append_format(b, "  %6zu",
				    count_of(r, condition,
					     (enum report_verdict)v));
	bytes_append_text(b, "  latency ");
	append_median(b, r, "latency_ms", condition);
	bytes_append_text(b, ", WER ");
	append_median(b, r, "wer", condition);
	bytes_append_text(b, "\n");
}

static void append_conditions(struct bytes *b, const struct test_report *r)
{
	size_t width = condition_width(r);

	if (width == 0)
		return;
	append_padded(b, "", width);
	bytes_append_text(b, "  cases  passed  failed   flaky   error  "
			     "medians\n");
	for (size_t i = 0; i < r->count; i++) {
		const char *name = new_condition(r, i);
		if (name)
			append_condition(b, r, r->cases[i]->condition, name,
					 width);
	}
}

/* --- a line for each measure --- */

static void append_measure(struct bytes *b, const struct test_report *r,
			   const char *measure)
{
	size_t count;
	double *values = report_values(r, measure, NULL, true, &count);

	if (!values)
		b->failed = PROBLEM_MEMORY;
	if (!values || count == 0) {
		free(values);
		return;
	}
	stats_sort(values, count);
	report_form_line(b, measure);
	bytes_append_text(b, ": median ");
	append_value(b, measure, stats_median(values, count));
	bytes_append_text(b, ", 95 % below ");
	append_value(b, measure, stats_quantile(values, count, 0.95));
	bytes_append_text(b, ", most ");
	append_value(b, measure, values[count - 1]);
	bytes_append_format(b, " (%zu measured)\n", count);
	free(values);
}

static bool measured_before(const struct test_report *r, size_t index,
			    const char *measure)
{
	for (size_t i = 0; i < index; i++)
		if (report_case_measure(r->cases[i], measure))
			return true;
	return false;
}

void report_form_figures(struct bytes *b, const struct test_report *r)
{
	append_conditions(b, r);
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < r->cases[i]->measure_count; k++) {
			const char *name = r->cases[i]->measures[k].name;
			if (!measured_before(r, i, name))
				append_measure(b, r, name);
		}
}
