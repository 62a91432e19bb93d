/*
 * progress_export: progress as others want it; docs/progress.md.
 *
 * Each appends to out, whose failure stays in it.  now_ms decides what is due.
 */
#ifndef CLIENT_PROGRESS_PROGRESS_EXPORT_H
#define CLIENT_PROGRESS_PROGRESS_EXPORT_H

#include <stdint.h>

#include "client/progress/progress.h"

struct bytes;

/* For people: lessons, what is due, what comes back. */
void progress_write_table(struct bytes *out, const struct progress *p,
			  int64_t now_ms);
/* One JSON object, format 1. */
void progress_write_json(struct bytes *out, const struct progress *p,
			 int64_t now_ms);
/* Anki's text format: a note for each word of the lessons that were begun, and
 * for each step that was missed. */
void progress_write_anki(struct bytes *out, const struct progress *p);
/* xAPI 1.0.3: a JSON array of statements, one for each answer, and one for each
 * run whose steps were all answered.  Ids are those of answers and runs: what
 * is exported twice is one statement. */
void progress_write_xapi(struct bytes *out, const struct progress *p);

/* The learners, each once, in the order of their first answers; NULL: there is
 * none with that index. */
const char *progress_learner(const struct progress *p, size_t index);
/* So many answers of the learner to the lesson; 0: never begun. */
size_t progress_count(const struct progress *p, const char *learner,
		      const char *lesson);

#endif
