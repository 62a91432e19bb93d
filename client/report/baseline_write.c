/* baseline_write: a baseline as a file, and a comparison as lines. */
#include <errno.h>
#include <string.h>

#include "client/report/baseline.h"
#include "client/report/report_forms.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { NAME_WIDTH = 12 };

int baseline_save(const struct test_report *r, const char *path,
		  struct problem *p)
{
	struct bytes b;
	int err;

	bytes_init(&b, REPORT_FORM_MOST);
	report_form_baseline(&b, r);
	err = b.failed;
	if (!err)
		err = text_replace_file(path, b.data, b.length);
	if (err)
		problem_set(p, err, "--save-baseline %s: cannot be written: %s",
			    path,
			    err == PROBLEM_MEMORY || err == PROBLEM_LIMIT
				    ? "not enough memory"
				    : strerror(errno));
	bytes_deinit(&b);
	return err;
}

/* --- lines --- */

static void append_outcome(struct bytes *b, enum baseline_outcome o,
			   bool colour)
{
	static const struct {
		const char *text, *style;
	} outcomes[] = {
		[BASELINE_SAME] = {"no significant change", ""},
		[BASELINE_BETTER] = {"better", "\033[32m"},
		[BASELINE_WORSE] = {"WORSE", "\033[1m\033[31m"},
		[BASELINE_TOO_FEW] = {"too few to compare", "\033[2m"},
	};

	bool styled = colour && outcomes[o].style[0];
	bytes_append_format(b, "%s%s%s\n", styled ? outcomes[o].style : "",
			    outcomes[o].text, styled ? "\033[0m" : "");
}

/* "172", or "17.2 points" of a share; sign: always with one. */
static void append_number(struct bytes *b, const struct baseline_row *row,
			  double v, bool sign)
{
	bool share = row->is_rate || text_equal(row->name, "wer");

	/* what is shown as nothing has no sign */
	if (v < 0 && v > (share ? -0.0005 : -0.05))
		v = 0;
	bytes_append_format(b, sign ? "%+.1f" : "%.1f", share ? 100 * v : v);
	if (share && !sign)
		bytes_append_text(b, " %");
}

static void append_row(struct bytes *b, const struct baseline_row *row,
		       bool colour)
{
	const struct stats_change *c = &row->change;

	report_form_line(b, row->name);
	for (size_t n = strlen(row->name); n < NAME_WIDTH; n++)
		bytes_append_text(b, " ");
	if (row->has_change) {
		bytes_append_text(b, row->is_rate ? " " : " median ");
		append_number(b, row, c->before, false);
		bytes_append_text(b, " -> ");
		append_number(b, row, c->now, false);
		bytes_append_text(b, ", change ");
		append_number(b, row, c->change, true);
		bytes_append_text(b, " (95 %: ");
		append_number(b, row, c->low, true);
		bytes_append_text(b, " to ");
		append_number(b, row, c->high, true);
		bytes_append_text(b, ")");
		if (row->is_rate)
			bytes_append_format(b, ", Fisher p %.4f", row->p);
		bytes_append_text(b, ",");
	}
	bytes_append_format(b, " of %zu and %zu: ", row->before_count,
			    row->now_count);
	append_outcome(b, row->outcome, colour);
}

int baseline_print(const struct baseline_result *b, FILE *out, bool colour)
{
	struct bytes text;

	bytes_init(&text, REPORT_FORM_MOST);
	bytes_append_format(&text, "Against the baseline: %zu %s in both",
			    b->common, b->common == 1 ? "case" : "cases");
	if (b->added > 0)
		bytes_append_format(&text, ", %zu new", b->added);
	if (b->gone > 0)
		bytes_append_format(&text, ", %zu not run now", b->gone);
	bytes_append_text(&text, "\n");
	for (size_t i = 0; i < b->count; i++)
		append_row(&text, &b->rows[i], colour);
	return report_form_print(&text, out);
}
