/* verdict_events: tools that were called, events and their order. */
#include <stdio.h>

#include "client/trial/verdict_private.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/json_has.h"

/* A turn that never began measures nothing. */
static bool is_watched(const struct verdict *v)
{
	return v->turn ? verdict_turn(v, v->turn)->started
		       : v->trial->log->event_count > 0;
}

static bool is_of_turn(const struct verdict *v, const struct trial_event *e)
{
	return !v->turn || e->turn == v->turn;
}

static enum report_state tool(struct verdict *v)
{
	const struct trial_log *log = v->trial->log;
	const struct script_expectation *x = v->e;
	const char *last = NULL;
	unsigned calls = 0, suit = 0;

	verdict_expected(v, "%s %s, %s", x->name,
			 x->arguments ? x->arguments : "", x->bound.text);
	for (size_t i = 0; i < log->event_count; i++) {
		const struct trial_event *e = &log->events[i];
		if (!e->tool || !is_of_turn(v, e) ||
		    !text_equal(e->tool, x->name))
			continue;
		calls++;
		last = e->arguments;
		suit += !x->arguments || json_has(e->arguments, x->arguments);
	}
	if (!is_watched(v))
		return REPORT_NOT_MEASURED;
	verdict_got(v, "%u call%s%s%s%s", suit, suit == 1 ? "" : "s",
		    calls > suit ? " like that, the last one " : "",
		    calls > suit ? x->name : "",
		    calls > suit && last ? last : "");
	return verdict_state(suit >= x->bound.least && suit <= x->bound.most);
}

static enum report_state order(struct verdict *v)
{
	const struct trial_log *log = v->trial->log;
	const struct script_expectation *x = v->e;
	size_t found = 0, at = 0;

	for (size_t i = 0; i < x->text_count && at < sizeof v->expected; i++)
		at += (size_t)snprintf(v->expected + at,
				       sizeof v->expected - at, "%s%s",
				       i ? ", " : "", x->texts[i]);
	if (!is_watched(v))
		return REPORT_NOT_MEASURED;
	for (size_t i = 0; i < log->event_count && found < x->text_count; i++)
		found += is_of_turn(v, &log->events[i]) &&
			 text_equal(log->events[i].name, x->texts[found]);
	if (found == x->text_count)
		verdict_got(v, "all, in order");
	else
		verdict_got(v, "%zu of them, then no %s", found,
			    x->texts[found]);
	return verdict_state(found == x->text_count);
}

enum report_state verdict_events(struct verdict *v)
{
	if (v->e->about == SCRIPT_TOOL)
		return tool(v);
	if (v->e->about == SCRIPT_ORDER)
		return order(v);
	verdict_expected(v, "%s: %s", v->e->name, v->e->bound.text);
	if (!is_watched(v))
		return REPORT_NOT_MEASURED;
	return verdict_bound(
		v, trial_log_count(v->trial->log, v->e->name, v->turn), "");
}
