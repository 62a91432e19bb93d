/* report_forms: the forms of a report as bytes, and what they share.  Private
 * to report_*.c.  Failures stay in the buffer. */
#ifndef CLIENT_REPORT_REPORT_FORMS_H
#define CLIENT_REPORT_REPORT_FORMS_H

#include "client/report/report_write.h"
#include "net/base/bytes.h"

void report_form_terminal(struct bytes *b, const struct test_report *r,
			  const struct report_style *style);
/* Lines of figures, over all cases and, where a matrix was run, over those of
 * each of its conditions. */
void report_form_figures(struct bytes *b, const struct test_report *r);

/* "of the whole case", "turn 2, say: What is a leaf?" */
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
