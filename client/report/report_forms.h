/* report_forms: the forms of a report as bytes, and what they share.  Private
 * to report_*.c.  Failures stay in the buffer. */
#ifndef CLIENT_REPORT_REPORT_FORMS_H
#define CLIENT_REPORT_REPORT_FORMS_H

#include "client/report/report_write.h"
#include "net/base/bytes.h"

/* The limit of their buffers: far above any real report, below what a wrong one
 * would eat. */
enum { REPORT_FORM_MOST = 1 << 30 };
/* Writes what b holds, and empties it.  0, PROBLEM_FILE or what had failed. */
int report_form_print(struct bytes *b, FILE *out);

void report_form_terminal(struct bytes *b, const struct test_report *r,
			  const struct report_style *style);
/* Lines of figures, over all cases and, where a matrix was run, over those of
 * each of its conditions. */
void report_form_figures(struct bytes *b, const struct test_report *r);

void report_form_junit(struct bytes *b, const struct test_report *r);
void report_form_tap(struct bytes *b, const struct test_report *r);
void report_form_json(struct bytes *b, const struct test_report *r);
/* The same JSON with what a baseline compares alone; the lists of the rest are
 * empty. */
void report_form_baseline(struct bytes *b, const struct test_report *r);
void report_form_github(struct bytes *b, const struct test_report *r);

/* One HTML file.  0, b->failed, or p tells which asset is missing. */
int report_form_html(struct bytes *b, const struct test_report *r,
		     struct problem *p);

/* Members of an object in JSON that the caller opens and closes: what is said
 * of all cases, and what of one. */
void report_form_json_head(struct bytes *b, const struct test_report *r);
void report_form_json_members(struct bytes *b, const struct report_case *c);
/* "tags":[...] */
void report_form_json_tags(struct bytes *b, const struct report_case *c);
/* All unmet expectations as at a terminal, in lines of any length. */
void report_form_unmet(struct bytes *b, const struct report_case *c);
/* The case's outcome in one line, for a list: "latency: expected <= 800 ms, got
 * 1240 ms (and 2 more)". */
void report_form_outcome(struct bytes *b, const struct report_case *c);
/* An expectation that is unmet, in one line. */
void report_form_expectation(struct bytes *b,
			     const struct report_expectation *e);
/* "leaf asks back [noise 10 dB]" */
void report_form_name(struct bytes *b, const struct report_case *c);

/* Frees a part that went into b; its failure is b's. */
void report_form_end(struct bytes *b, struct bytes *part);

/* "the whole conversation", "turn 2, say: What is a leaf?" */
void report_form_turn(struct bytes *b, const struct report_case *c,
		      size_t turn);
/* "scripts/leaf.yaml:12:3", without what is unknown. */
void report_form_place(struct bytes *b, const struct report_place *place);
/* One line: blanks of all kinds are spaces, nothing steers a terminal. */
void report_form_line(struct bytes *b, const char *text);

/* All values of that measure of the cases with that condition, or of all when
 * `everywhere`; caller frees.  *count 0: there are none.  NULL: no memory. */
double *report_values(const struct test_report *r, const char *measure,
		      const char *condition, bool everywhere, size_t *count);

#endif
