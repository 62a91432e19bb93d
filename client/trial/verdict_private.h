/* verdict_private: the inside of verdict.c, verdict_texts.c and
 * verdict_figures.c. */
#ifndef CLIENT_TRIAL_VERDICT_PRIVATE_H
#define CLIENT_TRIAL_VERDICT_PRIVATE_H

#include <stddef.h>

#include "client/lesson/lesson.h"
#include "client/script/script.h"
#include "client/trial/trial_log.h"
#include "client/trial/verdict.h"

enum { VERDICT_TEXT_SIZE = 1024 };

struct verdict {
	const struct verdict_trial *trial;
	struct report_case *out;
	enum lesson_language language;
	size_t unmet;
	/* --- the expectation that is looked at */
	const struct script_expectation *e;
	struct script_expectation beginning; /* that a turn begins */
	size_t turn;                         /* 0: of the whole */
	char expected[VERDICT_TEXT_SIZE], got[VERDICT_TEXT_SIZE];
	char why[VERDICT_TEXT_SIZE];
	char *diff; /* owned */
	bool has_got;
	uint64_t at_us; /* 0: nowhere */
};

const struct trial_turn *verdict_turn(const struct verdict *v, size_t number);
const struct script_turn *verdict_script(const struct verdict *v,
					 size_t number);
__attribute__((format(printf, 2, 3))) void
verdict_expected(struct verdict *v, const char *format, ...);
__attribute__((format(printf, 2, 3))) void verdict_got(struct verdict *v,
						       const char *format, ...);
enum report_state verdict_state(bool met);
/* Whether value is within the expectation's bound; says both. */
enum report_state verdict_bound(struct verdict *v, double value,
				const char *unit);

/* --- verdict_texts.c: reply, heard, transcript --- */
enum report_state verdict_texts(struct verdict *v);
/* --- verdict_figures.c: all that is counted or measured --- */
enum report_state verdict_figure(struct verdict *v);
/* --- verdict_events.c: tools, events, order --- */
enum report_state verdict_events(struct verdict *v);

#endif
