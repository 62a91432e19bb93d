#include "net/sim/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/failures.h"
#include "net/sim/sim.h"

enum { AT_MS_MOST = 3600000, FIRST_MOST = 1000000, NAMES_MOST = 128 };

/* Those with no exception of the service behind them; the name is the row's
 * unless there is no row. */
static const struct {
	enum bedrock_own id;
	enum sim_fault_kind kind;
	enum sim_cut cut;
	const char *name;
} own[] = {
	{BEDROCK_CLOCK, SIM_FAULT_CLOCK, 0, NULL},
	{BEDROCK_NO_ANSWER, SIM_FAULT_SILENT, 0, NULL},
	{BEDROCK_NO_EVENT_STREAM, SIM_FAULT_PAGE, 0, NULL},
	{BEDROCK_RESET, SIM_FAULT_CUT, SIM_CUT_RESET, NULL},
	{BEDROCK_GOAWAY, SIM_FAULT_CUT, SIM_CUT_GOAWAY, NULL},
	{BEDROCK_CONNECTION_CLOSED, SIM_FAULT_CUT, SIM_CUT_CLOSE, NULL},
	{BEDROCK_CUT_MESSAGE, SIM_FAULT_CUT, SIM_CUT_HALF_FRAME, NULL},
	{BEDROCK_ENDED_EARLY, SIM_FAULT_CUT, SIM_CUT_END, NULL},
	{BEDROCK_UNREADABLE, SIM_FAULT_CUT, SIM_CUT_BAD_CRC, NULL},
	{BEDROCK_OWN_COUNT, SIM_FAULT_CUT, SIM_CUT_STALL, "stall"},
};

enum { OWN_COUNT = sizeof own / sizeof *own };

const char *sim_fault_name(size_t number, bool *inside)
{
	size_t count;
	const struct bedrock_failure *rows = bedrock_failures(&count);

	if (number < count) {
		*inside = rows[number].where & FAILURE_INSIDE;
		return rows[number].f.id;
	}
	number -= count;
	if (number >= OWN_COUNT)
		return NULL;
	*inside = own[number].kind == SIM_FAULT_CUT;
	return own[number].name ? own[number].name
				: bedrock_own_failure(own[number].id)->id;
}

static void from_row(struct sim_fault *f, const struct bedrock_failure *row,
		     bool timed)
{
	bool before = row->where & FAILURE_BEFORE && !timed;

	f->kind = before ? SIM_FAULT_REFUSE : SIM_FAULT_EXCEPTION;
	f->status = row->status;
	f->exception = row->exception;
	f->message = row->message;
}

static void from_number(struct sim_fault *f, size_t number, bool timed)
{
	size_t count;
	const struct bedrock_failure *rows = bedrock_failures(&count);

	if (number < count) {
		from_row(f, &rows[number], timed);
		return;
	}
	f->kind = own[number - count].kind;
	f->cut = own[number - count].cut;
}

static int unknown(const char *name, struct problem *p)
{
	const char *names[NAMES_MOST + 1] = {0};
	bool inside;

	for (size_t i = 0; i < NAMES_MOST; i++) {
		names[i] = sim_fault_name(i, &inside);
		if (!names[i])
			break;
	}
	const char *near = text_nearest(name, names);
	return problem_set(p, PROBLEM_USAGE, "fault \"%s\": not known; %s%s%s",
			   name,
			   near ? "did you mean \"" : "see habla sim --help",
			   near ? near : "", near ? "\"?" : "");
}

/* Cuts a number off the end of text: "reset@500" with '@' leaves "reset". */
static int take_number(char *text, char mark, long most, long *out)
{
	char *at = strchr(text, mark);
	double number;

	if (!at)
		return 0;
	*at++ = '\0';
	if (text_to_number(&number, at) != 0 || number < 0 ||
	    number > (double)most || (double)(long)number != number)
		return PROBLEM_USAGE;
	*out = (long)number;
	return 0;
}

int sim_fault_parse(struct sim_fault *out, const char *text, struct problem *p)
{
	char name[64];
	long at = -1, first = 1;
	const char *found;
	bool inside = false;
	size_t i = 0;

	snprintf(name, sizeof name, "%s", text);
	if (take_number(name, '*', FIRST_MOST, &first) ||
	    take_number(name, '@', AT_MS_MOST, &at))
		return problem_set(p, PROBLEM_USAGE,
				   "fault \"%s\": not of the form "
				   "NAME[@MS][*N]; give whole numbers",
				   text);
	while ((found = sim_fault_name(i, &inside)) && !text_equal(found, name))
		i++;
	if (!found)
		return unknown(name, p);
	if (at >= 0 && !inside)
		return problem_set(p, PROBLEM_USAGE,
				   "fault \"%s\": %s comes in place of the "
				   "stream; leave out the time",
				   text, name);
	*out = (struct sim_fault){.first = (unsigned)first};
	from_number(out, i, at >= 0);
	out->at_ms = at > 0 ? (unsigned)at : 0;
	return 0;
}

bool sim_fault_befalls(const struct sim_fault *f, unsigned stream_number)
{
	return f->first == 0 || stream_number <= f->first;
}

void sim_fault_plan(const struct sim_fault *f, struct sim_front_plan *plan)
{
	switch (f->kind) {
	case SIM_FAULT_REFUSE:
		plan->refuse_status = (unsigned)f->status;
		plan->refuse_exception = f->exception ? f->exception : "";
		plan->refuse_message = f->message;
		plan->refuse_first = f->first;
		break;
	case SIM_FAULT_PAGE:
	case SIM_FAULT_SILENT:
		plan->odd = f->kind;
		plan->odd_first = f->first;
		break;
	case SIM_FAULT_CLOCK:
		plan->clock_ms = 3600000;
		break;
	default:
		break;
	}
}
