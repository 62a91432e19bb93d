/* suite_private: a run, for suite.c and suite_report.c. */
#ifndef CLIENT_TRIAL_SUITE_PRIVATE_H
#define CLIENT_TRIAL_SUITE_PRIVATE_H

#include "client/report/test_report.h"
#include "client/trial/suite.h"

/* All runs of one case, in order; NULL: it was not run. */
struct suite_runs {
	struct report_case **runs;
	size_t count; /* repeats and retries */
};

/* A case for a run: name, place, tags.  NULL: not enough memory. */
struct report_case *suite_new_case(const struct suite_settings *s,
				   const struct script_case *c);
/* Makes one case of all runs (takes them) and adds it. */
int suite_add(struct test_report *report, const struct suite_settings *s,
	      const struct script_case *c, struct suite_runs *runs);
/* Of a run, from --seed and what it is; never 0. */
uint64_t suite_seed(const struct suite_settings *s, const struct script_case *c,
		    size_t run);
/* "KEEP_DIR/name-condition-2", without what is no part of a file's name; the
 * caller frees it.  An older session there is removed. */
char *suite_folder(const struct suite_settings *s, const struct script_case *c,
		   size_t run);
/* The session in it, and nothing else. */
void suite_remove_folder(const char *folder);

#endif
