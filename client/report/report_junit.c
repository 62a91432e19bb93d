/*
 * report_junit: JUnit XML, as Jenkins and GitLab read it.
 *
 * The structure is that of the schema of Jenkins' xUnit plugin (junit-10.xsd):
 * testsuites, a testsuite for each script, a testcase for each case with at
 * most one of failure, error, skipped.  A flaky case is a failure of type
 * "flaky": a build server that knows two colours must not show it green.
 */
#include <string.h>

#include "client/report/report_forms.h"
#include "net/base/text.h"

/* --- XML --- */

/* The character of n bytes may stand in XML 1.0. */
static bool may_stand(const char *c, size_t n)
{
	if (n == 1)
		return (unsigned char)*c >= ' ' || strchr("\t\n", *c);
	/* U+FFFE and U+FFFF are none */
	return n != 3 || memcmp(c, "\xEF\xBF", 2) != 0 ||
	       (unsigned char)c[2] < 0xBE;
}

static const char *escaped(char c, bool attribute)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return attribute ? "&quot;" : NULL;
	case '\n':
		return attribute ? "&#10;" : NULL;
	case '\t':
		return attribute ? "&#9;" : NULL;
	default:
		return NULL;
	}
}

static void append_xml(struct bytes *b, const char *text, size_t length,
		       bool attribute)
{
	for (size_t i = 0; i < length;) {
		size_t n = text_utf8_sequence(&text[i], length - i);
		const char *other = escaped(text[i], attribute);
		if (n == 0 || !may_stand(&text[i], n))
			other = "\xEF\xBF\xBD"; /* U+FFFD */
		if (other)
			bytes_append_text(b, other);
		else
			bytes_append(b, &text[i], n);
		i += n ? n : 1;
	}
}

static void append_attribute(struct bytes *b, const char *name,
			     const char *text)
{
	bytes_append_format(b, " %s=\"", name);
	append_xml(b, text, strlen(text), true);
	bytes_append_text(b, "\"");
}

typedef void form_of_case(struct bytes *b, const struct report_case *c);

/* What a form writes, as a part of XML. */
static void append_form(struct bytes *b, form_of_case *form,
			const struct report_case *c, bool attribute)
{
	struct bytes text;

	bytes_init(&text, b->limit);
	form(&text, c);
	append_xml(b, (const char *)text.data, text.length, attribute);
	report_form_end(b, &text);
}

/* --- a case --- */

/* "scripts/leaf.yaml" as Jenkins wants a class: "scripts.leaf". */
static void form_class(struct bytes *b, const struct report_case *c)
{
	const char *file = c->place.file ? c->place.file : "habla";
	const char *end = strrchr(file, '.');

	file += strspn(file, "./");
	if (!end || end < file || strchr(end, '/'))
		end = file + strlen(file);
	for (; file < end; file++)
		bytes_append(b, *file == '/' ? "." : file, 1);
}

static void form_output(struct bytes *b, const struct report_case *c)
{
	if (c->folder)
		bytes_append_format(b, "session: %s\n", c->folder);
	if (c->again)
		bytes_append_format(b, "again: %s\n", c->again);
	/* Jenkins' attachments plugin looks for this. */
	if (c->audio)
		bytes_append_format(b, "[[ATTACHMENT|%s]]\n", c->audio);
}

static void append_outcome(struct bytes *b, const struct report_case *c,
			   const char *element, const char *type)
{
	bytes_append_format(b, "      <%s type=\"%s\" message=\"", element,
			    type);
	append_form(b, report_form_outcome, c, true);
	bytes_append_text(b, "\">");
	append_form(b, report_form_unmet, c, false);
	bytes_append_format(b, "</%s>\n", element);
}

static void append_case(struct bytes *b, const struct report_case *c)
{
	bytes_append_text(b, "    <testcase classname=\"");
	append_form(b, form_class, c, true);
	bytes_append_text(b, "\" name=\"");
	append_form(b, report_form_name, c, true);
	bytes_append_format(b, "\" time=\"%.3f\">\n", c->duration_ms / 1000);
	if (c->verdict == REPORT_FAILED)
		append_outcome(b, c, "failure", "expectation");
	else if (c->verdict == REPORT_FLAKY)
		append_outcome(b, c, "failure", "flaky");
	else if (c->verdict == REPORT_ERROR)
		append_outcome(b, c, "error", "environment");
	else if (c->verdict == REPORT_SKIPPED)
		append_outcome(b, c, "skipped", "not run");
	if (c->folder || c->again || c->audio) {
		bytes_append_text(b, "      <system-out>");
		append_form(b, form_output, c, false);
		bytes_append_text(b, "</system-out>\n");
	}
	bytes_append_text(b, "    </testcase>\n");
}

/* --- a script, and all --- */

struct sums {
	size_t tests, failures, errors, skipped;
	double seconds;
};

static struct sums sum_up(const struct test_report *r, const char *file,
			  bool all)
{
	struct sums s = {0};

	for (size_t i = 0; i < r->count; i++) {
		const struct report_case *c = r->cases[i];
		if (!all && !text_equal(c->place.file, file))
			continue;
		s.tests++;
		s.failures += c->verdict == REPORT_FAILED ||
			      c->verdict == REPORT_FLAKY;
		s.errors += c->verdict == REPORT_ERROR;
		s.skipped += c->verdict == REPORT_SKIPPED;
		s.seconds += c->duration_ms / 1000;
	}
	return s;
}

static bool first_of_file(const struct test_report *r, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (text_equal(r->cases[i]->place.file,
			       r->cases[index]->place.file))
			return false;
	return true;
}

static void append_properties(struct bytes *b, const struct test_report *r)
{
	bytes_append_text(b, "    <properties>\n      <property "
			     "name=\"backend\"");
	append_attribute(b, "value", r->backend);
	bytes_append_format(b,
			    "/>\n      <property name=\"seed\" "
			    "value=\"%llu\"/>\n    </properties>\n",
			    (unsigned long long)r->seed);
}

static void append_script(struct bytes *b, const struct test_report *r,
			  const char *file)
{
	struct sums s = sum_up(r, file, false);
	char time[TEXT_TIME_SIZE];

	bytes_append_text(b, "  <testsuite");
	append_attribute(b, "name", file ? file : r->name);
	bytes_append_format(b,
			    " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
			    "skipped=\"%zu\" time=\"%.3f\"",
			    s.tests, s.failures, s.errors, s.skipped,
			    s.seconds);
	if (r->started_ms) {
		text_iso_time(time, r->started_ms);
		append_attribute(b, "timestamp", time);
	}
	if (file)
		append_attribute(b, "file", file);
	bytes_append_text(b, ">\n");
	append_properties(b, r);
	for (size_t i = 0; i < r->count; i++)
		if (text_equal(r->cases[i]->place.file, file))
			append_case(b, r->cases[i]);
	bytes_append_text(b, "  </testsuite>\n");
}

void report_form_junit(struct bytes *b, const struct test_report *r)
{
	struct sums s = sum_up(r, NULL, true);

	bytes_append_text(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			     "<testsuites");
	append_attribute(b, "name", r->name);
	bytes_append_format(b,
			    " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
			    "time=\"%.3f\">\n",
			    s.tests, s.failures, s.errors, s.seconds);
	for (size_t i = 0; i < r->count; i++)
		if (first_of_file(r, i))
			append_script(b, r, r->cases[i]->place.file);
	bytes_append_text(b, "</testsuites>\n");
}
