#include "client/report/report_read.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"

enum { FORMAT = 1, RUNS_MOST = 1000000000 };

struct reader {
	const char *path;
	struct problem *p;
};

static int wrong(const struct reader *r, const char *what, const char *name)
{
	return problem_set(r->p, PROBLEM_FORMAT,
			   "%s: not a report of habla test: %s%s%s%s; write "
			   "one with --report-json or --save-baseline",
			   r->path, what, name ? " \"" : "", name ? name : "",
			   name ? "\"" : "");
}

/* --- members --- */

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* NULL, also for null. */
static const char *text(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(member(object, name));
}

static int read_count(const struct reader *r, unsigned *out,
		      const cJSON *object, const char *name)
{
	const cJSON *n = member(object, name);

	if (!cJSON_IsNumber(n) || !(n->valuedouble >= 0) ||
	    n->valuedouble > RUNS_MOST)
		return wrong(r, "a case has no number", name);
	*out = (unsigned)n->valuedouble;
	return 0;
}

static int read_verdict(const struct reader *r, enum report_verdict *out,
			const cJSON *object)
{
	const char *name = text(object, "verdict");

	for (int v = 0; v < REPORT_VERDICTS; v++)
		if (text_equal(name,
			       report_verdict_name((enum report_verdict)v))) {
			*out = (enum report_verdict)v;
			return 0;
		}
	return wrong(r, "a case has no", "verdict");
}

static int read_measures(const struct reader *r, struct report_case *c,
			 const cJSON *object)
{
	const cJSON *measures = member(object, "measures"), *m, *v;

	if (!cJSON_IsObject(measures))
		return wrong(r, "a case has no", "measures");
	cJSON_ArrayForEach(m, measures)
	{
		if (!cJSON_IsArray(m))
			return wrong(r, "no list of numbers:", m->string);
		cJSON_ArrayForEach(v, m)
		{
			if (!cJSON_IsNumber(v) || !isfinite(v->valuedouble))
				return wrong(r,
					     "no list of numbers:", m->string);
			report_case_add_measure(c, m->string, v->valuedouble);
		}
	}
	return 0;
}

/* --- a case --- */

static int read_members(const struct reader *r, struct report_case *c,
			const cJSON *object)
{
	int err = read_verdict(r, &c->verdict, object);

	if (!err)
		err = read_count(r, &c->runs, object, "runs");
	if (!err)
		err = read_count(r, &c->passed, object, "passed");
	if (!err && c->passed > c->runs)
		err = wrong(r,
			    "a case passed more often than it ran:", c->name);
	if (!err)
		err = read_measures(r, c, object);
	report_case_text(c, &c->condition, text(object, "condition"));
	return err;
}

static int read_case(const struct reader *r, struct test_report *report,
		     const cJSON *object)
{
	struct report_place at = {.file = text(object, "file")};
	const char *name = text(object, "name");
	struct report_case *c;
	int err;

	if (!name)
		return wrong(r, "a case has no", "name");
	c = report_case_new(name, at);
	if (!c)
		return PROBLEM_MEMORY;
	err = read_members(r, c, object);
	if (!err)
		return test_report_add(report, c);
	report_case_free(c);
	return err;
}

/* --- all of it --- */

static int read_report(const struct reader *r, struct test_report *report,
		       const cJSON *json)
{
	const cJSON *format = member(json, "format");
	const cJSON *cases = member(json, "cases"), *c;
	int err = 0;

	if (!cJSON_IsNumber(format))
		return wrong(r, "no number", "format");
	if (format->valuedouble != FORMAT)
		return problem_set(r->p, PROBLEM_FORMAT,
				   "%s: a report of format %g, and this habla "
				   "reads format %d; write it anew",
				   r->path, format->valuedouble, FORMAT);
	if (!cJSON_IsArray(cases))
		return wrong(r, "no list", "cases");
	cJSON_ArrayForEach(c, cases)
	{
		err = read_case(r, report, c);
		if (err)
			break;
	}
	return err;
}

static int read_text(struct test_report **out, const struct reader *r,
		     const char *json_text)
{
	cJSON *json = cJSON_ParseWithOpts(json_text, NULL, true);
	const char *name = text(json, "name"), *backend = text(json, "backend");
	int err;

	if (!json)
		return wrong(r, "no JSON", NULL);
	*out = test_report_new(name ? name : "", backend ? backend : "");
	err = *out ? read_report(r, *out, json) : PROBLEM_MEMORY;
	if (err)
		*out = test_report_free(*out);
	cJSON_Delete(json);
	return err;
}

int report_read(struct test_report **out, const char *path, struct problem *p)
{
	const struct reader r = {path, p};
	char *json_text;
	int err = text_read_file(&json_text, NULL, path, REPORT_READ_MOST);

	*out = NULL;
	if (err)
		return problem_add(p, err, "%s: cannot be read: %s", path,
				   err == PROBLEM_LIMIT
					   ? "larger than any report"
					   : strerror(errno));
	err = read_text(out, &r, json_text);
	free(json_text);
	return err ? problem_add(p, err, "%s: not enough memory", path) : 0;
}
