/*
 * report_tap: the Test Anything Protocol, version 14
 * (testanything.org/tap-version-14-specification.html).
 *
 * A test point for each case; what a reader may want to know of one that is not
 * ok stands in its YAML block, whose texts are quoted as JSON, which is YAML.
 */
#include <string.h>

#include "client/report/report_forms.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"

/* In a description "#" begins a directive and "\" escapes. */
static void append_description(struct bytes *b, const uint8_t *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strchr("\\#", text[i]) && text[i])
			bytes_append_text(b, "\\");
		bytes_append_u8(b, text[i]);
	}
}

static void append_name(struct bytes *b, const struct report_case *c)
{
	struct bytes name;

	bytes_init(&name, b->limit);
	report_form_name(&name, c);
	append_description(b, name.data, name.length);
	report_form_end(b, &name);
}

/* "  expected: "..."\n", behind so many blanks. */
static void append_member(struct bytes *b, int indent, const char *key,
			  const char *text)
{
	struct bytes value;

	if (!text)
		return;
	bytes_init(&value, b->limit);
	json_string(&value, NULL, text);
	bytes_append_format(b, "%*s%s: ", indent, "", key);
	bytes_append(b, value.data, value.length);
	bytes_append_text(b, "\n");
	report_form_end(b, &value);
}

static void append_at(struct bytes *b, int indent,
		      const struct report_place *place)
{
	if (!place->file)
		return;
	bytes_append_format(b, "%*sat:\n", indent, "");
	append_member(b, indent + 2, "file", place->file);
	if (place->line > 0)
		bytes_append_format(b, "%*sline: %u\n", indent + 2, "",
				    place->line);
	if (place->line > 0 && place->column > 0)
		bytes_append_format(b, "%*scolumn: %u\n", indent + 2, "",
				    place->column);
}

static void append_expectations(struct bytes *b, const struct report_case *c)
{
	bool any = false;

	for (size_t i = 0; i < c->expectation_count; i++) {
		const struct report_expectation *e = &c->expectations[i];
		if (e->state == REPORT_MET)
			continue;
		if (!any)
			bytes_append_text(b, "  expectations:\n");
		any = true;
		bytes_append_format(b, "    - turn: %zu\n", e->turn);
		append_member(b, 6, "name", e->name);
		append_member(b, 6, "state", report_state_name(e->state));
		append_member(b, 6, "expected", e->expected);
		append_member(b, 6, "got", e->got);
		append_member(b, 6, "diff", e->diff);
		append_member(b, 6, "why", e->why);
		append_at(b, 6, &e->place);
	}
}

static void append_block(struct bytes *b, const struct report_case *c)
{
	static const char *const severities[REPORT_VERDICTS] = {
		[REPORT_FAILED] = "fail",
		[REPORT_FLAKY] = "flaky",
		[REPORT_ERROR] = "error",
	};
	struct bytes outcome;
	const char *text;

	bytes_init(&outcome, b->limit);
	report_form_outcome(&outcome, c);
	text = bytes_text(&outcome);
	if (!text)
		outcome.failed = PROBLEM_MEMORY;
	bytes_append_text(b, "  ---\n");
	append_member(b, 2, "message", text ? text : "");
	append_member(b, 2, "severity", severities[c->verdict]);
	bytes_append_format(b, "  passed: %u\n  runs: %u\n", c->passed,
			    c->runs);
	bytes_append_format(b, "  duration_ms: %.3f\n", c->duration_ms);
	append_at(b, 2, &c->place);
	append_member(b, 2, "session", c->folder);
	append_member(b, 2, "again", c->again);
	append_expectations(b, c);
	bytes_append_text(b, "  ...\n");
	report_form_end(b, &outcome);
}

static void append_case(struct bytes *b, const struct report_case *c,
			size_t number)
{
	bool ok = c->verdict == REPORT_PASSED || c->verdict == REPORT_SKIPPED;

	bytes_append_format(b, "%sok %zu - ", ok ? "" : "not ", number);
	append_name(b, c);
	if (c->verdict == REPORT_SKIPPED) {
		bytes_append_text(b, " # SKIP ");
		report_form_line(b, c->reason);
	}
	bytes_append_text(b, "\n");
	if (!ok)
		append_block(b, c);
}

void report_form_tap(struct bytes *b, const struct test_report *r)
{
	bytes_append_text(b, "TAP version 14\n");
	bytes_append_format(b, "1..%zu%s\n", r->count,
			    r->count ? "" : " # no case was found");
	bytes_append_text(b, "# ");
	report_form_line(b, r->backend);
	bytes_append_format(b, ", seed %llu\n", (unsigned long long)r->seed);
	for (size_t i = 0; i < r->count; i++)
		append_case(b, r->cases[i], i + 1);
}
