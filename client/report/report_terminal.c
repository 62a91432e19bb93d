/* report_terminal: the report that a person reads. */
#include <string.h>

#include "client/report/report_forms.h"
#include "client/terminal/columns.h"
#include "net/base/problem.h"

#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define STRONG "\033[1m"
#define QUIET  "\033[2m"
#define NORMAL "\033[0m"

enum { COLUMNS = 100, COLUMNS_LEAST = 40, LABEL = 10 };
/* Where what is said of a case and of an expectation begins. */
enum { OF_CASE = 2, OF_EXPECTATION = 6 };

struct printer {
	struct bytes *b;
	const struct report_style *style;
	size_t columns;
};

static void styled(const struct printer *p, const char *style)
{
	if (p->style->colour)
		bytes_append_text(p->b, style);
}

static void append_blanks(struct bytes *b, size_t n)
{
	while (n-- > 0)
		bytes_append_text(b, " ");
}

/* --- a labelled text, broken over lines --- */

/* Part of a diff: what is missing red, what was added green. */
static void append_marked(const struct printer *p, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (n - i >= 2 && strncmp(&text[i], "[-", 2) == 0)
			styled(p, RED);
		if (n - i >= 2 && strncmp(&text[i], "{+", 2) == 0)
			styled(p, GREEN);
		bytes_append(p->b, &text[i], 1);
		if (i > 0 && (strncmp(&text[i - 1], "-]", 2) == 0 ||
			      strncmp(&text[i - 1], "+}", 2) == 0))
			styled(p, NORMAL);
	}
}

/* What fits into the columns, at least one character. */
static size_t line_length(const char *text, size_t columns)
{
	size_t n = columns_fit_words(text, columns);

	if (n == 0)
		n = columns_fit(text, columns);
	return n ? n : strlen(text);
}

static void append_labelled(const struct printer *p, size_t indent,
			    const char *label, const char *text, bool marked)
{
	struct bytes line;
	const char *rest;

	if (!text || !*text)
		return;
	bytes_init(&line, p->b->limit);
	report_form_line(&line, text);
	rest = bytes_text(&line);
	if (!rest) {
		line.failed = PROBLEM_MEMORY;
		rest = "";
	}
	append_blanks(p->b, indent);
	bytes_append_text(p->b, label);
	append_blanks(p->b, LABEL - strlen(label));
	for (;;) {
		size_t n = line_length(rest, p->columns - indent - LABEL);
		if (marked)
			append_marked(p, rest, n);
		else
			bytes_append(p->b, rest, n);
		bytes_append_text(p->b, "\n");
		rest += n;
		rest += strspn(rest, " ");
		if (!*rest)
			break;
		append_blanks(p->b, indent + LABEL);
	}
	report_form_end(p->b, &line);
}

/* The end of a line. */
static void append_place(const struct printer *p,
			 const struct report_place *place)
{
	if (place->file) {
		bytes_append_text(p->b, "  ");
		styled(p, QUIET);
		report_form_place(p->b, place);
		styled(p, NORMAL);
	}
	bytes_append_text(p->b, "\n");
}

/* --- an expectation --- */

static void append_expectation(const struct printer *p,
			       const struct report_expectation *e)
{
	append_blanks(p->b, 4);
	styled(p, STRONG);
	report_form_line(p->b, e->name);
	styled(p, NORMAL);
	append_place(p, &e->place);
	append_labelled(p, OF_EXPECTATION, "expected", e->expected, false);
	append_labelled(p, OF_EXPECTATION, "got",
			e->state == REPORT_NOT_MEASURED ? "(never measured)"
							: e->got,
			false);
	append_labelled(p, OF_EXPECTATION, "diff", e->diff, true);
	append_labelled(p, OF_EXPECTATION, "why", e->why, false);
}

static void append_expectations(const struct printer *p,
				const struct report_case *c)
{
	size_t turn = (size_t)-1;

	for (size_t i = 0; i < c->expectation_count; i++) {
		const struct report_expectation *e = &c->expectations[i];
		if (e->state == REPORT_MET)
			continue;
		if (e->turn != turn) {
			append_blanks(p->b, 2);
			report_form_turn(p->b, c, e->turn);
			bytes_append_text(p->b, "\n");
			turn = e->turn;
		}
		append_expectation(p, e);
	}
}

void report_form_unmet(struct bytes *b, const struct report_case *c)
{
	static const struct report_style plain = {.colour = false};
	const struct printer p = {b, &plain, (size_t)-1};

	append_expectations(&p, c);
}

/* --- a case --- */

static const char *style_of(enum report_verdict v)
{
	static const char *const styles[REPORT_VERDICTS] = {
		[REPORT_PASSED] = GREEN,     [REPORT_FAILED] = STRONG RED,
		[REPORT_FLAKY] = STRONG RED, [REPORT_ERROR] = STRONG RED,
		[REPORT_SKIPPED] = QUIET,
	};

	return styles[v];
}

static const char *mark_of(enum report_verdict v)
{
	static const char *const marks[REPORT_VERDICTS] = {
		[REPORT_PASSED] = "passed ",  [REPORT_FAILED] = "FAILED ",
		[REPORT_FLAKY] = "FLAKY  ",   [REPORT_ERROR] = "ERROR  ",
		[REPORT_SKIPPED] = "skipped",
	};

	return marks[v];
}

static void append_case(const struct printer *p, const struct report_case *c)
{
	styled(p, style_of(c->verdict));
	bytes_append_text(p->b, mark_of(c->verdict));
	styled(p, NORMAL);
	bytes_append_text(p->b, " ");
	report_form_name(p->b, c);
	if (c->runs > 1)
		bytes_append_format(p->b, "  passed %u of %u (%.0f %%)",
				    c->passed, c->runs,
				    100.0 * c->passed / c->runs);
	append_place(p, &c->place);
	append_labelled(p, OF_CASE, "reason", c->reason, false);
	if (c->verdict == REPORT_PASSED)
		return;
	append_expectations(p, c);
	append_labelled(p, OF_CASE, "session", c->folder, false);
	append_labelled(p, OF_CASE, "again", c->again, false);
}

/* --- the end --- */

static void append_total(const struct printer *p, const struct test_report *r)
{
	bool bad = false, first = true;

	for (size_t i = 0; i < r->count; i++)
		bad |= r->cases[i]->verdict != REPORT_PASSED &&
		       r->cases[i]->verdict != REPORT_SKIPPED;
	styled(p, bad || r->count == 0 ? STRONG RED : STRONG GREEN);
	bytes_append_format(p->b, "%zu %s", r->count,
			    r->count == 1 ? "case" : "cases");
	for (int v = 0; v < REPORT_VERDICTS; v++) {
		size_t n = test_report_count(r, (enum report_verdict)v);
		if (n == 0)
			continue;
		bytes_append_format(p->b, "%s%zu %s", first ? ": " : ", ", n,
				    report_verdict_name(
					    (enum report_verdict)v));
		first = false;
	}
	styled(p, NORMAL);
	bytes_append_format(p->b, "; %.1f s; %s; seed %llu\n",
			    r->duration_ms / 1000, r->backend,
			    (unsigned long long)r->seed);
}

void report_form_terminal(struct bytes *b, const struct test_report *r,
			  const struct report_style *style)
{
	static const enum report_verdict order[] = {
		REPORT_FAILED,  REPORT_ERROR,  REPORT_FLAKY,
		REPORT_SKIPPED, REPORT_PASSED,
	};
	struct printer p = {.b = b, .style = style, .columns = style->columns};

	if (p.columns == 0)
		p.columns = COLUMNS;
	if (p.columns < COLUMNS_LEAST)
		p.columns = COLUMNS_LEAST;
	for (size_t o = 0; o < sizeof order / sizeof *order; o++) {
		bool quiet = order[o] == REPORT_SKIPPED ||
			     order[o] == REPORT_PASSED;
		if (quiet && !style->all)
			continue;
		for (size_t i = 0; i < r->count; i++)
			if (r->cases[i]->verdict == order[o])
				append_case(&p, r->cases[i]);
	}
	report_form_figures(b, r);
	append_total(&p, r);
}
