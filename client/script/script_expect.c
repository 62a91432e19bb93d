/* script_expect: what must come back. */
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "client/script/script_read.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* What an expectation is added to. */
struct list {
	const struct script_reader *r;
	enum script_outcome *outcome;
	struct script_expectation **items;
	size_t *count;
};

static int add(const struct list *l, const struct yaml_node *n,
	       struct script_expectation e)
{
	e.place = script_place_of(l->r, n);
	return script_append(l->r, (void **)l->items, l->count, sizeof e, &e);
}

/* --- texts --- */

static const char *const test_keys[] = {
	[SCRIPT_CONTAINS] = "contains", [SCRIPT_ANY_OF] = "any_of",
	[SCRIPT_MATCHES] = "matches",   [SCRIPT_NOT] = "not",
	[SCRIPT_WER] = "wer",
};
enum { TESTS = sizeof test_keys / sizeof *test_keys };

static int check_pattern(const struct list *l, const struct yaml_node *n,
			 const char *pattern)
{
	char why[128];
	regex_t regex;
	int code = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);

	if (code == 0) {
		regfree(&regex);
		return 0;
	}
	regerror(code, &regex, why, sizeof why);
	return yaml_problem(l->r->problem, l->r->file, n,
			    "the pattern is no extended regular expression: %s",
			    why);
}

/* "wer: <= 0.1", "wer: {most: 0.1, of: What is a leaf?}" */
static int add_wer(const struct list *l, const struct yaml_node *n,
		   struct script_expectation e)
{
	static const char *const keys[] = {"most", "of", NULL};
	const struct yaml_node *most = n;
	int err = 0;

	e.test = SCRIPT_WER;
	if (n->kind == YAML_MAP) {
		const struct yaml_node *of = yaml_get(n, "of");
		most = yaml_get(n, "most");
		err = yaml_check_keys(l->r->file, n, keys, l->r->problem);
		if (!err && !most)
			err = yaml_problem(l->r->problem, l->r->file, n,
					   "wer: \"most\" is missing; add the "
					   "largest rate that is good enough");
		if (!err && of)
			err = script_read_texts(l->r, of, &e.texts,
						&e.text_count);
	} else if (e.about != SCRIPT_TRANSCRIPT) {
		err = yaml_problem(l->r->problem, l->r->file, n,
				   "wer: of which words? write {most: 0.1, of: "
				   "...}");
	}
	if (!err)
		err = script_read_bound(l->r, most, &e.bound);
	if (!err && most && most->text && !strchr("<>", most->text[0]))
		e.bound.least = 0;
	return err ? err : add(l, n, e);
}

/* Each text is an expectation of its own, but for any_of. */
static int add_texts(const struct list *l, const struct yaml_node *n,
		     struct script_expectation e, enum script_test test)
{
	const char **texts;
	size_t count = 0;
	int err = script_read_texts(l->r, n, &texts, &count);

	e.test = test;
	e.text_count = test == SCRIPT_ANY_OF ? count : 1;
	for (size_t i = 0; i < count && !err; i += e.text_count) {
		e.texts = texts + i;
		if (test == SCRIPT_MATCHES)
			err = check_pattern(l, n, texts[i]);
		if (!err)
			err = add(l, n, e);
	}
	return err;
}

static int read_text_tests(const struct list *l, const struct yaml_node *n,
			   enum script_about about)
{
	static const char *const keys[] = {"contains", "any_of", "matches",
					   "not",      "wer",    NULL};
	struct script_expectation e = {.about = about};
	int err = 0;

	if (n->kind != YAML_MAP) /* "reply: leaf" */
		return add_texts(l, n, e, SCRIPT_CONTAINS);
	err = yaml_check_keys(l->r->file, n, keys, l->r->problem);
	if (!err && !n->child)
		err = yaml_problem(l->r->problem, l->r->file, n,
				   "nothing is expected; add contains, any_of, "
				   "matches, not or wer");
	for (int test = 0; test < TESTS && !err; test++) {
		const struct yaml_node *m = yaml_get(n, test_keys[test]);
		if (!m)
			continue;
		err = test == SCRIPT_WER
			      ? add_wer(l, m, e)
			      : add_texts(l, m, e, (enum script_test)test);
	}
	return err;
}

/* --- tools, events --- */

static const struct script_bound once = {1, 1e300, "at least once"};

static int add_tool(const struct list *l, const struct yaml_node *n)
{
	static const char *const keys[] = {"name", "arguments", "count", NULL};
	struct script_expectation e = {.about = SCRIPT_TOOL, .bound = once};
	const struct yaml_node *m;
	int err = 0;

	if (n->kind == YAML_SCALAR) {
		e.name = n->text;
		return add(l, n, e);
	}
	err = yaml_check_keys(l->r->file, n, keys, l->r->problem);
	if (!err)
		err = script_read_text(l->r, n, "name", &e.name);
	if (!err && !e.name)
		err = yaml_problem(l->r->problem, l->r->file, n,
				   "\"name\" is missing; add the tool's name");
	if (!err && (m = yaml_get(n, "arguments")))
		err = script_read_json(l->r, m, &e.arguments);
	if (!err && (m = yaml_get(n, "count")))
		err = script_read_bound(l->r, m, &e.bound);
	return err ? err : add(l, n, e);
}

static int read_tools(const struct list *l, const struct yaml_node *n)
{
	int err = 0;

	if (n->kind != YAML_LIST)
		return add_tool(l, n);
	for (const struct yaml_node *m = n->child; m && !err; m = m->next)
		err = add_tool(l, m);
	return err;
}

/* A map of names and counts. */
static int read_counts(const struct list *l, const struct yaml_node *n,
		       enum script_about about, const char *const *names)
{
	int err = 0;

	if (names)
		err = yaml_check_keys(l->r->file, n, names, l->r->problem);
	else if (n->kind != YAML_MAP)
		err = yaml_problem(l->r->problem, l->r->file, n,
				   "wanted a map: event: count");
	for (const struct yaml_node *m = n->child; m && !err; m = m->next) {
		struct script_expectation e = {.about = about, .name = m->key};
		err = script_read_bound(l->r, m, &e.bound);
		if (!err)
			err = add(l, m, e);
	}
	return err;
}

static int read_audio(const struct list *l, const struct yaml_node *n)
{
	static const struct {
		const char *key;
		enum script_about about;
	} rows[] = {
		{"level_db", SCRIPT_LEVEL_DB},
		{"peak_db", SCRIPT_PEAK_DB},
		{"clipped", SCRIPT_CLIPPED},
		{"silence_ms", SCRIPT_SILENCE_MS},
		{"duration_ms", SCRIPT_DURATION_MS},
	};
	static const char *const keys[] = {"level_db",    "peak_db",
					   "clipped",     "silence_ms",
					   "duration_ms", NULL};
	int err = yaml_check_keys(l->r->file, n, keys, l->r->problem);

	for (size_t i = 0; i < sizeof rows / sizeof *rows && !err; i++) {
		struct script_expectation e = {.about = rows[i].about};
		const struct yaml_node *m = yaml_get(n, rows[i].key);
		if (!m)
			continue;
		err = script_read_bound(l->r, m, &e.bound);
		if (!err)
			err = add(l, m, e);
	}
	return err;
}

static int read_judge(const struct list *l, const struct yaml_node *n)
{
	static const char *const keys[] = {"command", "about", NULL};
	struct script_expectation e = {.about = SCRIPT_JUDGE};
	const struct yaml_node *command = yaml_get(n, "command");
	int err = yaml_check_keys(l->r->file, n, keys, l->r->problem);

	if (!err && !command)
		err = yaml_problem(l->r->problem, l->r->file, n,
				   "\"command\" is missing; add the program "
				   "that judges, and its arguments");
	if (!err)
		err = script_read_texts(l->r, command, &e.texts, &e.text_count);
	if (!err)
		err = script_read_text(l->r, n, "about", &e.name);
	return err ? err : add(l, n, e);
}

/* --- one member of expect --- */

static int read_bounded(const struct list *l, const struct yaml_node *n,
			enum script_about about)
{
	struct script_expectation e = {.about = about};
	int err = script_read_bound(l->r, n, &e.bound);

	return err ? err : add(l, n, e);
}

static int read_order(const struct list *l, const struct yaml_node *n)
{
	struct script_expectation e = {.about = SCRIPT_ORDER};
	int err = script_read_texts(l->r, n, &e.texts, &e.text_count);

	return err ? err : add(l, n, e);
}

static const char *const outcomes[] = {
	[SCRIPT_ANY] = "any",
	[SCRIPT_RESPOND] = "respond",
	[SCRIPT_STOP] = "stop",
	[SCRIPT_IGNORE] = "ignore",
	NULL,
};

const char *script_outcome_name(enum script_outcome outcome)
{
	return outcomes[outcome];
}

static int read_outcome(const struct list *l, const struct yaml_node *n)
{
	int word, err;

	if (!l->outcome)
		return yaml_problem(l->r->problem, l->r->file, n,
				    "an outcome belongs to a turn; move it "
				    "there");
	err = yaml_to_word(&word, l->r->file, n, outcomes, l->r->problem);
	if (!err)
		*l->outcome = (enum script_outcome)word;
	return err;
}

static int read_ends(const struct list *l, const struct yaml_node *n)
{
	struct script_expectation e = {.about = SCRIPT_ENDS, .name = n->text};

	if (l->outcome)
		return yaml_problem(l->r->problem, l->r->file, n,
				    "how it ends is of the whole conversation; "
				    "move it there");
	if (n->kind != YAML_SCALAR || !n->text[0])
		return yaml_problem(l->r->problem, l->r->file, n,
				    "wanted ok, or a problem's name: "
				    "throttled, closed");
	return add(l, n, e);
}

static int read_no_barge_in(const struct list *l, const struct yaml_node *n)
{
	bool on;
	int err = yaml_to_bool(&on, l->r->file, n, l->r->problem);

	return err || !on ? err
			  : add(l, n,
				(struct script_expectation){
					.about = SCRIPT_NO_BARGE_IN});
}

static const char *const expect_keys[] = {
	"outcome", "reply",       "heard",      "transcript", "tools",
	"events",  "order",       "latency_ms", "stop_ms",    "gaps",
	"audio",   "no_barge_in", "turns",      "usage",      "ends",
	"judge",   NULL};

static int read_member(const struct list *l, const struct yaml_node *n)
{
	static const char *const usage[] = {"input_speech", "output_speech",
					    "input_text",   "output_text",
					    "total",        NULL};
	int key = 0;

	while (!text_equal(expect_keys[key], n->key))
		key++;
	switch (key) {
	case 0:
		return read_outcome(l, n);
	case 1:
		return read_text_tests(l, n, SCRIPT_REPLY);
	case 2:
		return read_text_tests(l, n, SCRIPT_HEARD);
	case 3:
		return read_text_tests(l, n, SCRIPT_TRANSCRIPT);
	case 4:
		return read_tools(l, n);
	case 5:
		return read_counts(l, n, SCRIPT_EVENT, NULL);
	case 6:
		return read_order(l, n);
	case 7:
		return read_bounded(l, n, SCRIPT_LATENCY);
	case 8:
		return read_bounded(l, n, SCRIPT_STOP_MS);
	case 9:
		return read_bounded(l, n, SCRIPT_GAPS);
	case 10:
		return read_audio(l, n);
	case 11:
		return read_no_barge_in(l, n);
	case 12:
		return read_bounded(l, n, SCRIPT_TURNS);
	case 13:
		return read_counts(l, n, SCRIPT_USAGE, usage);
	case 14:
		return read_ends(l, n);
	default:
		return read_judge(l, n);
	}
}

int script_read_expect(const struct script_reader *r, const struct yaml_node *n,
		       enum script_outcome *outcome,
		       struct script_expectation **list, size_t *count)
{
	const struct list l = {r, outcome, list, count};
	int err;

	if (n->kind == YAML_SCALAR) /* "expect: ignore" */
		return read_outcome(&l, n);
	err = yaml_check_keys(r->file, n, expect_keys, r->problem);
	for (const struct yaml_node *m = n->child; m && !err; m = m->next)
		err = read_member(&l, m);
	return err;
}

/* --- for people --- */

void script_expectation_name(char out[SCRIPT_LINE_SIZE],
			     const struct script_expectation *e)
{
	static const char *const names[] = {
		[SCRIPT_OUTCOME] = "outcome",
		[SCRIPT_REPLY] = "reply",
		[SCRIPT_HEARD] = "heard",
		[SCRIPT_TRANSCRIPT] = "transcript",
		[SCRIPT_TOOL] = "tool",
		[SCRIPT_EVENT] = "event",
		[SCRIPT_ORDER] = "order",
		[SCRIPT_LATENCY] = "latency_ms",
		[SCRIPT_STOP_MS] = "stop_ms",
		[SCRIPT_NO_BARGE_IN] = "no_barge_in",
		[SCRIPT_GAPS] = "gaps",
		[SCRIPT_LEVEL_DB] = "level_db",
		[SCRIPT_PEAK_DB] = "peak_db",
		[SCRIPT_CLIPPED] = "clipped",
		[SCRIPT_SILENCE_MS] = "silence_ms",
		[SCRIPT_DURATION_MS] = "duration_ms",
		[SCRIPT_TURNS] = "turns",
		[SCRIPT_USAGE] = "usage",
		[SCRIPT_ENDS] = "ends",
		[SCRIPT_JUDGE] = "judge",
	};
	bool texts = e->about >= SCRIPT_REPLY && e->about <= SCRIPT_TRANSCRIPT;
	bool named = e->about == SCRIPT_TOOL || e->about == SCRIPT_EVENT ||
		     e->about == SCRIPT_USAGE;

	snprintf(out, SCRIPT_LINE_SIZE, "%s%s%s", names[e->about],
		 texts || named ? " " : "",
		 texts   ? test_keys[e->test]
		 : named ? e->name
			 : "");
}
