/* script_expect_texts: words that must come back, or must not. */
#include <regex.h>
#include <string.h>

#include "client/script/script_expect_private.h"
#include "net/base/problem.h"

static const char *const test_keys[] = {
	[SCRIPT_CONTAINS] = "contains", [SCRIPT_ANY_OF] = "any_of",
	[SCRIPT_MATCHES] = "matches",   [SCRIPT_NOT] = "not",
	[SCRIPT_WER] = "wer",
};
enum { TESTS = sizeof test_keys / sizeof *test_keys };

const char *expect_test_name(enum script_test test)
{
	return test_keys[test];
}

static int check_pattern(const struct expect_list *l, const struct yaml_node *n,
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
static int add_wer(const struct expect_list *l, const struct yaml_node *n,
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
	return err ? err : expect_add(l, n, e);
}

/* Each text is an expectation of its own, but for any_of. */
static int add_texts(const struct expect_list *l, const struct yaml_node *n,
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
			err = expect_add(l, n, e);
	}
	return err;
}

int expect_read_texts(const struct expect_list *l, const struct yaml_node *n,
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
