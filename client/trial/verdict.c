#include "client/trial/verdict.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/trial/judge_program.h"
#include "client/trial/verdict_private.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* --- for all kinds --- */

const struct trial_turn *verdict_turn(const struct verdict *v, size_t number)
{
	return &v->trial->log->turns[number];
}

const struct script_turn *verdict_script(const struct verdict *v, size_t number)
{
	return &v->trial->script->turns[number - 1];
}

static void put(char out[VERDICT_TEXT_SIZE], const char *format, va_list args)
{
	int n = vsnprintf(out, VERDICT_TEXT_SIZE, format, args);

	if (n >= VERDICT_TEXT_SIZE)
		out[text_utf8_cut(out, VERDICT_TEXT_SIZE - 1,
				  VERDICT_TEXT_SIZE - 1)] = '\0';
}

void verdict_expected(struct verdict *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(v->expected, format, args);
	va_end(args);
}

void verdict_got(struct verdict *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(v->got, format, args);
	va_end(args);
	v->has_got = true;
}

enum report_state verdict_state(bool met)
{
	return met ? REPORT_MET : REPORT_UNMET;
}

/* Thousandths are enough for a person. */
static double rounded(double value)
{
	return round(value * 1000) / 1000;
}

enum report_state verdict_bound(struct verdict *v, double value,
				const char *unit)
{
	char number[TEXT_NUMBER_SIZE];
	const struct script_bound *b = &v->e->bound;

	text_from_number(number, rounded(value));
	verdict_got(v, "%s%s", number, unit);
	return verdict_state(value >= b->least && value <= b->most);
}

/* --- outcomes --- */

static enum report_state responded(struct verdict *v,
				   const struct trial_turn *l)
{
	verdict_expected(v, "an answer");
	if (!l->started)
		return REPORT_NOT_MEASURED;
	if (l->answered && (l->sounded || l->reply.length)) {
		v->at_us = l->sounded ? l->first_us : l->answered_us;
		verdict_got(v, "an answer");
		return REPORT_MET;
	}
	verdict_got(v, l->answered ? "an answer without text and sound"
				   : "no answer");
	return REPORT_UNMET;
}

static enum report_state stopped(struct verdict *v, const struct trial_turn *l)
{
	verdict_expected(v, "the tutor stops");
	if (!l->started || !l->tutor_sounded)
		return REPORT_NOT_MEASURED;
	if (l->interrupted)
		v->at_us = l->interrupted_us;
	verdict_got(v, l->interrupted ? "the tutor stopped"
				      : "the tutor spoke on");
	return verdict_state(l->interrupted);
}

static enum report_state ignored(struct verdict *v, const struct trial_turn *l)
{
	verdict_expected(v, "the tutor takes no notice");
	if (!l->over)
		return REPORT_NOT_MEASURED;
	verdict_got(v, l->interrupted ? "the tutor was interrupted"
		       : l->answered  ? "an answer"
				      : "no notice");
	return verdict_state(!l->interrupted && !l->answered);
}

static enum report_state outcome(struct verdict *v)
{
	const struct trial_turn *l = verdict_turn(v, v->turn);

	switch (verdict_script(v, v->turn)->outcome) {
	case SCRIPT_RESPOND:
		return responded(v, l);
	case SCRIPT_STOP:
		return stopped(v, l);
	default:
		return ignored(v, l);
	}
}

/* --- one expectation --- */

static enum report_state look(struct verdict *v)
{
	switch (v->e->about) {
	case SCRIPT_OUTCOME:
		return outcome(v);
	case SCRIPT_REPLY:
	case SCRIPT_HEARD:
	case SCRIPT_TRANSCRIPT:
		return verdict_texts(v);
	case SCRIPT_TOOL:
	case SCRIPT_EVENT:
	case SCRIPT_ORDER:
		return verdict_events(v);
	case SCRIPT_JUDGE:
		return judge_program_ask(v);
	default:
		return verdict_figure(v);
	}
}

static double ms_of(const struct verdict *v, uint64_t at_us)
{
	return at_us > v->trial->start_us
		       ? (double)(at_us - v->trial->start_us) / 1000
		       : 0;
}

static void tell(struct verdict *v, const char *name, enum report_state state)
{
	const struct script_place *at = &v->e->place;
	const struct trial_turn *l = verdict_turn(v, v->turn);
	uint64_t at_us = v->at_us ? v->at_us : v->turn ? l->over_us : 0;

	report_case_add_expectation(
		v->out, &(struct report_expectation){
				.place = {at->file, at->line, at->column},
				.turn = v->turn,
				.name = name,
				.expected = v->expected,
				.got = v->has_got ? v->got : NULL,
				.diff = state == REPORT_UNMET ? v->diff : NULL,
				.why = v->why[0] ? v->why : NULL,
				.state = state,
				.at_ms = at_us ? ms_of(v, at_us) : -1,
			});
	v->unmet += state != REPORT_MET;
	free(v->diff);
	v->diff = NULL;
	v->has_got = false;
	v->why[0] = v->expected[0] = v->got[0] = '\0';
	v->at_us = 0;
}

static void look_at(struct verdict *v, size_t turn,
		    const struct script_expectation *e)
{
	char name[SCRIPT_LINE_SIZE];

	v->turn = turn;
	v->e = e;
	script_expectation_name(name, e);
	tell(v, name, look(v));
}

static bool expects_end(const struct script_case *c)
{
	for (size_t i = 0; i < c->expectation_count; i++)
		if (c->expectations[i].about == SCRIPT_ENDS)
			return true;
	return false;
}

/* --- turns --- */

static void add_part(const struct verdict *v, size_t number, const char *name,
		     uint64_t from_us, uint64_t to_us)
{
	if (to_us == from_us)
		return;
	report_case_add_part(
		v->out,
		&(struct report_part){number, name, ms_of(v, from_us),
				      ms_of(v, to_us) - ms_of(v, from_us)});
}

/* Until the service has the learner's words (it waits for the end of the turn,
 * and recognises), until its answer begins, until that is heard. */
static void add_parts(const struct verdict *v, size_t number)
{
	const struct trial_turn *l = verdict_turn(v, number);
	uint64_t from = l->speech_end_us, event = l->answered_us;
	const struct trial_event *words;

	if (!l->spoke || !l->sounded || event < from || l->first_us < event)
		return;
	words = trial_log_find(v->trial->log, "transcript", from);
	if (words && words->at_us <= event) {
		add_part(v, number, "turn end", from, words->at_us);
		from = words->at_us;
	}
	add_part(v, number, "answer", from, event);
	add_part(v, number, "playout", event, l->first_us);
}

static void add_measures(const struct verdict *v, const struct script_turn *s,
			 const struct trial_turn *l)
{
	if (l->spoke && l->sounded)
		report_case_add_measure(v->out, "latency_ms",
					((double)l->first_us -
					 (double)l->speech_end_us) /
						1000);
	if (l->spoke && l->stopped && s->outcome == SCRIPT_STOP)
		report_case_add_measure(
			v->out, "barge_in_ms",
			((double)l->stopped_us - (double)l->speech_us) / 1000);
}

static void add_turn(struct verdict *v, size_t number)
{
	const struct script_turn *s = verdict_script(v, number);
	const struct trial_turn *l = verdict_turn(v, number);
	char line[SCRIPT_LINE_SIZE];

	script_turn_line(line, s);
	report_case_add_turn(
		v->out, &(struct report_turn){line, ms_of(v, l->started_us),
					      ms_of(v, l->acted_us)});
	add_parts(v, number);
	add_measures(v, s, l);
	for (size_t i = 0; i < s->expectation_count; i++)
		look_at(v, number, &s->expectations[i]);
	/* unless it could not come to that, as the script knows */
	if (!l->started &&
	    !(v->trial->end->code && expects_end(v->trial->script))) {
		v->beginning = (struct script_expectation){.place = s->place};
		v->turn = number;
		v->e = &v->beginning;
		verdict_expected(v, "the turn begins");
		tell(v, "start", REPORT_NOT_MEASURED);
	}
}

/* --- the whole --- */

static enum lesson_language language_of(const char *tag)
{
	for (int l = 0; tag && l < LESSON_LANGUAGE_COUNT; l++)
		if (text_starts(tag,
				lesson_language_tag((enum lesson_language)l)))
			return (enum lesson_language)l;
	return (enum lesson_language)0;
}

void verdict_write(const struct verdict_trial *t, struct report_case *out)
{
	const struct script_case *c = t->script;
	struct verdict v = {
		.trial = t,
		.out = out,
		.language = language_of(c->language),
	};

	for (size_t i = 1; i <= c->turn_count; i++)
		add_turn(&v, i);
	for (size_t i = 0; i < c->expectation_count; i++)
		look_at(&v, 0, &c->expectations[i]);
	out->verdict = v.unmet ? REPORT_FAILED : REPORT_PASSED;
	if (t->end->code && !expects_end(c)) {
		out->verdict = REPORT_ERROR;
		report_case_text(out, &out->reason, t->end->text);
	}
}
