/* script_expect: what must come back. */
#include <stdio.h>

#include "client/script/script_expect_private.h"
#include "net/base/problem.h"
#include "net/base/text.h"

int expect_add(const struct expect_list *l, const struct yaml_node *n,
	       struct script_expectation e)
{
	e.place = script_place_of(l->r, n);
	return script_append(l->r, (void **)l->items, l->count, sizeof e, &e);
}

/* --- the speaker, a judge --- */

static int read_audio(const struct expect_list *l, const struct yaml_node *n)
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
			err = expect_add(l, m, e);
	}
	return err;
}

static int read_judge(const struct expect_list *l, const struct yaml_node *n)
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
	return err ? err : expect_add(l, n, e);
}

/* --- one member of expect --- */

static int read_bounded(const struct expect_list *l, const struct yaml_node *n,
			enum script_about about)
{
	struct script_expectation e = {.about = about};
	int err = script_read_bound(l->r, n, &e.bound);

	return err ? err : expect_add(l, n, e);
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

static int read_outcome(const struct expect_list *l, const struct yaml_node *n)
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

static int read_ends(const struct expect_list *l, const struct yaml_node *n)
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
	return expect_add(l, n, e);
}

static int read_no_barge_in(const struct expect_list *l,
			    const struct yaml_node *n)
{
	bool on;
	int err = yaml_to_bool(&on, l->r->file, n, l->r->problem);

	return err || !on ? err
			  : expect_add(l, n,
				       (struct script_expectation){
					       .about = SCRIPT_NO_BARGE_IN});
}

static const char *const expect_keys[] = {
	"outcome", "reply",       "heard",      "transcript", "tools",
	"events",  "order",       "latency_ms", "stop_ms",    "gaps",
	"audio",   "no_barge_in", "turns",      "usage",      "ends",
	"judge",   NULL};

static int read_member(const struct expect_list *l, const struct yaml_node *n)
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
		return expect_read_texts(l, n, SCRIPT_REPLY);
	case 2:
		return expect_read_texts(l, n, SCRIPT_HEARD);
	case 3:
		return expect_read_texts(l, n, SCRIPT_TRANSCRIPT);
	case 4:
		return expect_read_tools(l, n);
	case 5:
		return expect_read_counts(l, n, SCRIPT_EVENT, NULL);
	case 6:
		return expect_read_order(l, n);
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
		return expect_read_counts(l, n, SCRIPT_USAGE, usage);
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
	const struct expect_list l = {r, outcome, list, count};
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
		 texts   ? expect_test_name(e->test)
		 : named ? e->name
			 : "");
}
