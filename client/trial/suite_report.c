/* suite_report: runs of a case become one case of the report. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/script/script.h"
#include "client/trial/suite_private.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { NAME_MOST = 120 };

/* --- names and seeds --- */

static uint64_t mix(uint64_t hash, const char *text)
{
	for (; text && *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	return hash * 0x100000001b3u;
}

uint64_t suite_seed(const struct suite_settings *s, const struct script_case *c,
		    size_t run)
{
	uint64_t hash = 0xcbf29ce484222325u ^ s->seed;

	hash = mix(mix(hash, c->name), c->condition);
	hash = (hash ^ run) * 0x100000001b3u;
	return hash ? hash : 1;
}

static void add_name(struct bytes *out, const char *text)
{
	for (; *text; text++)
		bytes_append_u8(out, isalnum((unsigned char)*text)
					     ? (uint8_t)*text
					     : '-');
}

/* Only what a session folder has, so that no folder of somebody else's is
 * emptied by a wrong --keep-dir. */
void suite_remove_folder(const char *folder)
{
	static const char *const files[] = {"session.json", "events.jsonl",
					    "sent.wav",     "received.wav",
					    "heard.wav",    "transcript.md"};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char *path = text_format("%s/%s", folder, files[i]);
		if (path)
			unlink(path);
		free(path);
	}
	rmdir(folder);
}

char *suite_folder(const struct suite_settings *s, const struct script_case *c,
		   size_t run)
{
	const char *slash = strrchr(c->place.file, '/');
	struct bytes out;

	bytes_init(&out, 4096);
	add_name(&out, slash ? slash + 1 : c->place.file);
	bytes_append_text(&out, "-");
	add_name(&out, c->name);
	if (c->condition) {
		bytes_append_text(&out, "-");
		add_name(&out, c->condition);
	}
	if (out.length > NAME_MOST)
		out.length = NAME_MOST;
	char *path = bytes_text(&out) ? text_format("%s/%s-%zu", s->keep_dir,
						    bytes_text(&out), run + 1)
				      : NULL;
	bytes_deinit(&out);
	if (path)
		suite_remove_folder(path);
	return path;
}

/* --- cases --- */

static char *quoted(const char *text)
{
	struct bytes out;

	bytes_init(&out, 8192);
	bytes_append_text(&out, "'");
	for (; *text; text++)
		if (*text == '\'')
			bytes_append_text(&out, "'\\''");
		else
			bytes_append_u8(&out, (uint8_t)*text);
	bytes_append_text(&out, "'");
	char *taken = bytes_take_text(&out);
	bytes_deinit(&out);
	return taken;
}

static void set_again(const struct suite_settings *s,
		      const struct script_case *c, struct report_case *out)
{
	char *file = quoted(c->place.file), *name = quoted(c->name);
	char *again = file && name
			      ? text_format("habla test %s --only %s --seed "
					    "%llu",
					    file, name,
					    (unsigned long long)s->seed)
			      : NULL;

	if (again)
		report_case_text(out, &out->again, again);
	free(again);
	free(name);
	free(file);
}

struct report_case *suite_new_case(const struct suite_settings *s,
				   const struct script_case *c)
{
	const struct report_place at = {c->place.file, c->place.line,
					c->place.column};
	struct report_case *out = report_case_new(c->name, at);

	if (!out)
		return NULL;
	if (c->condition)
		report_case_text(out, &out->condition, c->condition);
	for (size_t i = 0; i < c->tag_count; i++)
		report_case_add_tag(out, c->tags[i]);
	set_again(s, c, out);
	return out;
}

/* The run that is shown: the first that did not pass, else the last. */
static size_t shown_run(const struct suite_runs *r)
{
	size_t shown = r->count;

	for (size_t i = 0; i < r->count; i++) {
		if (!r->runs[i])
			continue;
		shown = i;
		if (r->runs[i]->verdict != REPORT_PASSED)
			break;
	}
	return shown;
}

static void add_measures(struct report_case *to, const struct report_case *from)
{
	for (size_t i = 0; i < from->measure_count; i++)
		for (size_t k = 0; k < from->measures[i].count; k++)
			report_case_add_measure(to, from->measures[i].name,
						from->measures[i].values[k]);
}

/* What runs say together.  Errors say nothing of the thing under test; some of
 * them beside failures change nothing. */
static enum report_verdict judge(const struct suite_runs *r)
{
	size_t count[REPORT_VERDICTS] = {0};

	for (size_t i = 0; i < r->count; i++)
		if (r->runs[i])
			count[r->runs[i]->verdict]++;
	if (count[REPORT_FAILED])
		return count[REPORT_PASSED] ? REPORT_FLAKY : REPORT_FAILED;
	if (count[REPORT_ERROR])
		return REPORT_ERROR;
	return count[REPORT_PASSED] ? REPORT_PASSED : REPORT_SKIPPED;
}

int suite_add(struct test_report *report, const struct suite_settings *s,
	      const struct script_case *c, struct suite_runs *r)
{
	size_t at = shown_run(r);
	struct report_case *out;

	if (at == r->count) {
		out = suite_new_case(s, c);
		if (!out)
			return PROBLEM_MEMORY;
		out->verdict = REPORT_SKIPPED;
		report_case_text(out, &out->reason,
				 "not run: the suite ended before");
		return test_report_add(report, out);
	}
	out = r->runs[at];
	out->verdict = judge(r);
	for (size_t i = 0; i < r->count; i++) {
		if (i == at || !r->runs[i])
			continue;
		add_measures(out, r->runs[i]);
		out->runs += r->runs[i]->runs;
		out->passed += r->runs[i]->passed;
		r->runs[i] = report_case_free(r->runs[i]);
	}
	return test_report_add(report, out);
}
