/*
 * report_github: workflow commands of GitHub's build servers, which show each
 * unmet expectation at its line (docs.github.com, "Workflow commands").
 *
 * GitHub shows ten of a step; a case that is not passed gets one line for each
 * of its expectations, or one when it has none.
 */
#include <string.h>

#include "client/report/report_forms.h"

/* "%" and line ends are escaped everywhere, "," and ":" in properties too. */
static void append_escaped(struct bytes *b, const struct bytes *text,
			   bool property)
{
	for (size_t i = 0; i < text->length; i++) {
		char c = (char)text->data[i];
		if (c == '%' || c == '\r' || c == '\n' ||
		    (property && (c == ',' || c == ':')))
			bytes_append_format(b, "%%%02X", (unsigned)c);
		else
			bytes_append(b, &c, 1);
	}
}

static void append_title(struct bytes *b, const struct report_case *c)
{
	struct bytes name;

	bytes_init(&name, b->limit);
	report_form_name(&name, c);
	bytes_append_text(b, "title=");
	append_escaped(b, &name, true);
	report_form_end(b, &name);
}

static void append_place(struct bytes *b, const struct report_place *place)
{
	struct bytes file;

	if (!place->file)
		return;
	bytes_init(&file, b->limit);
	report_form_line(&file, place->file);
	bytes_append_text(b, "file=");
	append_escaped(b, &file, true);
	bytes_append_text(b, ",");
	if (place->line > 0)
		bytes_append_format(b, "line=%u,", place->line);
	if (place->line > 0 && place->column > 0)
		bytes_append_format(b, "col=%u,", place->column);
	report_form_end(b, &file);
}

/* e NULL: of the case as a whole. */
static void append_command(struct bytes *b, const struct report_case *c,
			   const struct report_expectation *e)
{
	struct bytes message;

	bytes_init(&message, b->limit);
	bytes_append_text(b, "::error ");
	append_place(b, e && e->place.file ? &e->place : &c->place);
	append_title(b, c);
	if (e) {
		report_form_turn(&message, c, e->turn);
		bytes_append_text(&message, "\n");
		report_form_expectation(&message, e);
		if (e->diff) {
			bytes_append_text(&message, "\n");
			report_form_line(&message, e->diff);
		}
	} else {
		report_form_outcome(&message, c);
	}
	bytes_append_text(b, "::");
	append_escaped(b, &message, false);
	bytes_append_text(b, "\n");
	report_form_end(b, &message);
}

void report_form_github(struct bytes *b, const struct test_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct report_case *c = r->cases[i];
		size_t shown = 0;
		if (c->verdict == REPORT_PASSED || c->verdict == REPORT_SKIPPED)
			continue;
		for (size_t k = 0; k < c->expectation_count; k++) {
			if (c->expectations[k].state == REPORT_MET)
				continue;
			append_command(b, c, &c->expectations[k]);
			shown++;
		}
		if (shown == 0)
			append_command(b, c, NULL);
	}
}
