/* report_json: the report for programs, format 1 (assets/report.schema.json).
 * Members may be added; none changes its meaning within a format. */
#include <stdio.h>

#include "client/report/report_forms.h"
#include "net/base/json_text.h"
#include "net/base/text.h"

enum { FORMAT = 1, SEED_SIZE = 24 };

/* As a text: a number of 64 bits is more than a reader of JSON may hold. */
static void write_seed(struct bytes *b, uint64_t seed)
{
	char text[SEED_SIZE];

	snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
	json_string(b, "seed", text);
}

static void write_place(struct bytes *b, const struct report_place *place)
{
	json_string(b, "file", place->file);
	json_integer(b, "line", place->line);
	json_integer(b, "column", place->column);
}

void report_form_json_tags(struct bytes *b, const struct report_case *c)
{
	json_open_array(b, "tags");
	for (size_t i = 0; i < c->tag_count; i++)
		json_string(b, NULL, c->tags[i]);
	json_close_array(b);
}

static void write_turns(struct bytes *b, const struct report_case *c)
{
	json_open_array(b, "turns");
	for (size_t i = 0; i < c->turn_count; i++) {
		json_open_object(b, NULL);
		json_string(b, "text", c->turns[i].text);
		json_number(b, "start_ms", c->turns[i].start_ms);
		json_number(b, "end_ms", c->turns[i].end_ms);
		json_close_object(b);
	}
	json_close_array(b);
}

static void write_expectations(struct bytes *b, const struct report_case *c)
{
	json_open_array(b, "expectations");
	for (size_t i = 0; i < c->expectation_count; i++) {
		const struct report_expectation *e = &c->expectations[i];
		json_open_object(b, NULL);
		json_integer(b, "turn", (int64_t)e->turn);
		json_string(b, "name", e->name);
		json_string(b, "state", report_state_name(e->state));
		json_string(b, "expected", e->expected);
		json_string(b, "got", e->got);
		json_string(b, "diff", e->diff);
		json_string(b, "why", e->why);
		write_place(b, &e->place);
		if (e->at_ms < 0)
			json_string(b, "at_ms", NULL);
		else
			json_number(b, "at_ms", e->at_ms);
		json_close_object(b);
	}
	json_close_array(b);
}

static void write_parts(struct bytes *b, const struct report_case *c)
{
	json_open_array(b, "latency_parts");
	for (size_t i = 0; i < c->part_count; i++) {
		json_open_object(b, NULL);
		json_integer(b, "turn", (int64_t)c->parts[i].turn);
		json_string(b, "name", c->parts[i].name);
		json_number(b, "start_ms", c->parts[i].start_ms);
		json_number(b, "duration_ms", c->parts[i].duration_ms);
		json_close_object(b);
	}
	json_close_array(b);
}

static void write_speech(struct bytes *b, const struct report_case *c)
{
	json_open_array(b, "speech");
	for (size_t i = 0; i < c->span_count; i++) {
		json_open_object(b, NULL);
		json_string(b, "speaker",
			    report_speaker_name(c->spans[i].speaker));
		json_number(b, "start_ms", c->spans[i].start_ms);
		json_number(b, "end_ms", c->spans[i].end_ms);
		json_close_object(b);
	}
	json_close_array(b);
}

static void write_transcript(struct bytes *b, const struct report_case *c)
{
	json_open_array(b, "transcript");
	for (size_t i = 0; i < c->line_count; i++) {
		json_open_object(b, NULL);
		json_string(b, "speaker",
			    report_speaker_name(c->lines[i].speaker));
		json_number(b, "at_ms", c->lines[i].at_ms);
		json_string(b, "text", c->lines[i].text);
		json_bool(b, "cut", c->lines[i].cut);
		json_close_object(b);
	}
	json_close_array(b);
}

static void write_events(struct bytes *b, const struct report_case *c)
{
	json_open_array(b, "events");
	for (size_t i = 0; i < c->event_count; i++) {
		json_open_object(b, NULL);
		json_number(b, "at_ms", c->events[i].at_ms);
		json_string(b, "name", c->events[i].name);
		json_string(b, "text", c->events[i].text);
		json_close_object(b);
	}
	json_close_array(b);
}

static void write_measures(struct bytes *b, const struct report_case *c)
{
	json_open_object(b, "measures");
	for (size_t i = 0; i < c->measure_count; i++) {
		json_open_array(b, c->measures[i].name);
		for (size_t k = 0; k < c->measures[i].count; k++)
			json_number(b, NULL, c->measures[i].values[k]);
		json_close_array(b);
	}
	json_close_object(b);
}

static void write_usage(struct bytes *b, const struct report_usage *u)
{
	json_open_object(b, "usage");
	json_integer(b, "input_speech", (int64_t)u->input_speech);
	json_integer(b, "output_speech", (int64_t)u->output_speech);
	json_integer(b, "input_text", (int64_t)u->input_text);
	json_integer(b, "output_text", (int64_t)u->output_text);
	json_close_object(b);
}

/* figures: nothing of the case but what a baseline compares. */
static void write_members(struct bytes *b, const struct report_case *c,
			  bool figures)
{
	static const struct report_case nothing = {.name = NULL};
	const struct report_case *rest = figures ? &nothing : c;

	json_string(b, "name", c->name);
	write_place(b, &c->place);
	json_string(b, "condition", c->condition);
	report_form_json_tags(b, c);
	json_string(b, "verdict", report_verdict_name(c->verdict));
	json_string(b, "reason", c->reason);
	write_seed(b, c->seed);
	json_integer(b, "runs", c->runs);
	json_integer(b, "passed", c->passed);
	json_number(b, "duration_ms", c->duration_ms);
	json_string(b, "session", rest->folder);
	json_string(b, "audio", rest->audio);
	json_string(b, "again", rest->again);
	write_usage(b, &c->usage);
	write_turns(b, rest);
	write_expectations(b, rest);
	write_parts(b, rest);
	write_speech(b, rest);
	write_transcript(b, rest);
	write_events(b, rest);
	write_measures(b, c);
}

void report_form_json_members(struct bytes *b, const struct report_case *c)
{
	write_members(b, c, false);
}

static void write_counts(struct bytes *b, const struct test_report *r)
{
	json_open_object(b, "counts");
	for (int v = 0; v < REPORT_VERDICTS; v++)
		json_integer(
			b, report_verdict_name((enum report_verdict)v),
			(int64_t)test_report_count(r, (enum report_verdict)v));
	json_close_object(b);
}

void report_form_json_head(struct bytes *b, const struct test_report *r)
{
	char time[TEXT_TIME_SIZE];

	json_integer(b, "format", FORMAT);
	json_string(b, "program", "habla " HABLA_VERSION);
	json_string(b, "name", r->name);
	json_string(b, "backend", r->backend);
	write_seed(b, r->seed);
	if (r->started_ms)
		text_iso_time(time, r->started_ms);
	json_string(b, "started", r->started_ms ? time : NULL);
	write_counts(b, r);
}

static void write_report(struct bytes *b, const struct test_report *r,
			 bool figures)
{
	json_open_object(b, NULL);
	report_form_json_head(b, r);
	json_open_array(b, "cases");
	for (size_t i = 0; i < r->count; i++) {
		json_open_object(b, NULL);
		write_members(b, r->cases[i], figures);
		json_close_object(b);
	}
	json_close_array(b);
	json_close_object(b);
	bytes_append_text(b, "\n");
}

void report_form_json(struct bytes *b, const struct test_report *r)
{
	write_report(b, r, false);
}

void report_form_baseline(struct bytes *b, const struct test_report *r)
{
	write_report(b, r, true);
}
