/* verdict_figures: what is measured at the microphone and the speaker, and
 * what is counted. */
#include <math.h>

#include "client/trial/verdict_private.h"
#include "net/base/problem.h"
#include "net/base/text.h"

static double ms_between(uint64_t from_us, uint64_t to_us)
{
	return ((double)to_us - (double)from_us) / 1000;
}

static double level_db(const struct trial_turn *l)
{
	double mean = l->square_sum / (double)l->samples;

	return 10 * log10(mean / (32768.0 * 32768.0));
}

/* One turn's figure; false: there is none. */
static bool figure_of(const struct trial_turn *l, enum script_about about,
		      double *out)
{
	bool sounded = l->sounded && l->samples > 0;

	switch (about) {
	case SCRIPT_LATENCY:
		*out = ms_between(l->speech_end_us, l->first_us);
		return l->spoke && l->sounded;
	case SCRIPT_STOP_MS:
		*out = ms_between(l->speech_us, l->stopped_us);
		return l->spoke && l->stopped;
	case SCRIPT_GAPS:
		*out = l->gaps;
		return sounded;
	case SCRIPT_LEVEL_DB:
		*out = sounded ? level_db(l) : 0;
		return sounded;
	case SCRIPT_PEAK_DB:
		*out = 20 * log10((l->peak + 1) / 32768.0);
		return sounded;
	case SCRIPT_CLIPPED:
		*out = l->clipped;
		return sounded;
	case SCRIPT_SILENCE_MS:
		*out = (double)l->longest_silence_us / 1000;
		return sounded;
	default:
		*out = ms_between(l->first_us, l->last_us);
		return sounded;
	}
}

static bool is_sum(enum script_about about)
{
	return about == SCRIPT_GAPS || about == SCRIPT_CLIPPED;
}

static bool is_within(const struct script_bound *b, double value)
{
	return value >= b->least && value <= b->most;
}

/* Of the whole: the sum, or the value that suits least. */
static bool whole_figure(const struct verdict *v, double *out)
{
	const struct trial_log *log = v->trial->log;
	enum script_about about = v->e->about;
	bool found = false;

	for (size_t i = 0; i <= log->count; i++) {
		double one;
		if (!figure_of(&log->turns[i], about, &one))
			continue;
		if (!found)
			*out = one;
		else if (is_sum(about))
			*out += one;
		else if (!is_within(&v->e->bound, one) || one > *out)
			*out = is_within(&v->e->bound, *out) ? one : *out;
		found = true;
	}
	return found;
}

static const char *unit_of(enum script_about about)
{
	switch (about) {
	case SCRIPT_LATENCY:
	case SCRIPT_STOP_MS:
	case SCRIPT_SILENCE_MS:
	case SCRIPT_DURATION_MS:
		return " ms";
	case SCRIPT_LEVEL_DB:
	case SCRIPT_PEAK_DB:
		return " dBFS";
	default:
		return "";
	}
}

static enum report_state usage(struct verdict *v)
{
	const struct trial_log *log = v->trial->log;
	const struct {
		const char *name;
		int64_t value;
	} rows[] = {
		{"input_speech", log->usage.input_speech},
		{"output_speech", log->usage.output_speech},
		{"input_text", log->usage.input_text},
		{"output_text", log->usage.output_text},
		{"total", log->usage.total},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (text_equal(rows[i].name, v->e->name) && log->has_usage)
			return verdict_bound(v, (double)rows[i].value,
					     " tokens");
	return REPORT_NOT_MEASURED;
}

/* Whether somebody could have been interrupted at all. */
static enum report_state no_barge_in(struct verdict *v)
{
	const struct trial_log *log = v->trial->log;
	size_t from = v->turn, to = v->turn ? v->turn : log->count;
	bool sounded = false;
	unsigned cuts = 0;

	verdict_expected(v, "the tutor is not interrupted");
	for (size_t i = from; i <= to; i++) {
		sounded |= log->turns[i].tutor_sounded;
		cuts += log->turns[i].interrupted;
	}
	if (!sounded)
		return REPORT_NOT_MEASURED;
	verdict_got(v, "%u interruption%s", cuts, cuts == 1 ? "" : "s");
	return verdict_state(cuts == 0);
}

static enum report_state ends(struct verdict *v)
{
	int code = v->trial->end->code;
	const char *name = code ? problem_name(code) : "ok";

	verdict_expected(v, "ends: %s", v->e->name);
	verdict_got(v, "%s%s%s", name, code ? ": " : "",
		    code ? v->trial->end->text : "");
	return verdict_state(text_equal(name, v->e->name));
}

enum report_state verdict_figure(struct verdict *v)
{
	enum script_about about = v->e->about;
	double value = 0;

	if (about == SCRIPT_NO_BARGE_IN)
		return no_barge_in(v);
	if (about == SCRIPT_ENDS)
		return ends(v);
	verdict_expected(v, "%s%s", v->e->bound.text, unit_of(about));
	if (about == SCRIPT_USAGE)
		return usage(v);
	if (about == SCRIPT_TURNS)
		return v->trial->log->event_count
			       ? verdict_bound(v, v->trial->log->answers, "")
			       : REPORT_NOT_MEASURED;
	bool found = v->turn ? figure_of(verdict_turn(v, v->turn), about,
					 &value)
			     : whole_figure(v, &value);
	return found ? verdict_bound(v, value, unit_of(about))
		     : REPORT_NOT_MEASURED;
}
