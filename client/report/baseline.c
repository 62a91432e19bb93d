#include "client/report/baseline.h"

#include <stdlib.h>
#include <string.h>

#include "client/report/report_read.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* Fisher's p from which on a change is put down to chance. */
#define CHANCE 0.05

/* A case that both have. */
struct pair {
	const struct report_case *before, *now;
};

struct comparison {
	struct baseline_result *result;
	struct pair *pairs;
	size_t count;
	uint64_t seed;
};

/* --- pairs --- */

static bool same_case(const struct report_case *a, const struct report_case *b)
{
	return text_equal(a->name, b->name) &&
	       text_equal(a->place.file, b->place.file) &&
	       text_equal(a->condition, b->condition);
}

static const struct report_case *find_case(const struct test_report *r,
					   const struct report_case *c)
{
	for (size_t i = 0; i < r->count; i++)
		if (same_case(r->cases[i], c))
			return r->cases[i];
	return NULL;
}

static int pair_cases(struct comparison *c, const struct test_report *before,
		      const struct test_report *now)
{
	struct baseline_result *b = c->result;

	c->pairs = malloc((now->count + 1) * sizeof *c->pairs);
	if (!c->pairs)
		return PROBLEM_MEMORY;
	for (size_t i = 0; i < now->count; i++) {
		const struct report_case *old = find_case(before,
							  now->cases[i]);
		if (old)
			c->pairs[c->count++] = (struct pair){old,
							     now->cases[i]};
		else
			b->added++;
	}
	for (size_t i = 0; i < before->count; i++)
		b->gone += !find_case(now, before->cases[i]);
	b->common = c->count;
	return 0;
}

/* --- rows --- */

/* NULL: no memory. */
static struct baseline_row *add_row(struct baseline_result *b, const char *name)
{
	struct baseline_row *rows = realloc(b->rows,
					    (b->count + 1) * sizeof *rows);

	if (!rows)
		return NULL;
	b->rows = rows;
	rows[b->count] = (struct baseline_row){.name = text_copy(name)};
	return rows[b->count].name ? &rows[b->count++] : NULL;
}

/* more_is_worse: which way the change is to be judged. */
static enum baseline_outcome judge(double change, bool significant,
				   bool more_is_worse)
{
	if (!significant || change == 0)
		return BASELINE_SAME;
	return (change > 0) == more_is_worse ? BASELINE_WORSE : BASELINE_BETTER;
}

/* --- measures --- */

static size_t collect(const struct comparison *c, const char *name,
		      struct stats_group *groups, struct baseline_row *row)
{
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct report_measure *before = report_case_measure(
			c->pairs[i].before, name);
		const struct report_measure *now = report_case_measure(
			c->pairs[i].now, name);
		if (!before || !now)
			continue;
		groups[count++] = (struct stats_group){
			before->values, now->values, before->count, now->count};
		row->before_count += before->count;
		row->now_count += now->count;
	}
	return count;
}

static int compare_measure(struct comparison *c, const char *name)
{
	struct stats_group *groups = malloc(c->count * sizeof *groups);
	struct baseline_row *row = add_row(c->result, name);
	int err = groups && row ? 0 : PROBLEM_MEMORY;

	if (!err) {
		size_t count = collect(c, name, groups, row);
		row->has_change = count > 0;
		if (count > 0)
			err = stats_median_change(&row->change, groups, count,
						  c->seed);
		if (row->before_count < BASELINE_VALUES_LEAST ||
		    row->now_count < BASELINE_VALUES_LEAST)
			row->outcome = BASELINE_TOO_FEW;
		else
			row->outcome = judge(row->change.change,
					     row->change.low > 0 ||
						     row->change.high < 0,
					     true);
	}
	free(groups);
	return err;
}

static bool has_row(const struct baseline_result *b, const char *name)
{
	for (size_t i = 0; i < b->count; i++)
		if (text_equal(b->rows[i].name, name))
			return true;
	return false;
}

/* Those of either side: one that is not measured any more is told too. */
static int compare_measures(struct comparison *c)
{
	int err = 0;

	for (size_t i = 0; i < 2 * c->count && !err; i++) {
		const struct pair *pair = &c->pairs[i / 2];
		const struct report_case *side = i % 2 ? pair->now
						       : pair->before;
		for (size_t k = 0; k < side->measure_count && !err; k++)
			if (!has_row(c->result, side->measures[k].name))
				err = compare_measure(c,
						      side->measures[k].name);
	}
	return err;
}

/* --- rates --- */

static struct stats_rate pass_rate(const struct comparison *c, bool now)
{
	struct stats_rate rate = {0, 0};

	for (size_t i = 0; i < c->count; i++) {
		const struct report_case *side = now ? c->pairs[i].now
						     : c->pairs[i].before;
		if (side->verdict == REPORT_ERROR)
			continue; /* nothing is known */
		rate.hits += side->passed;
		rate.of += side->runs;
	}
	return rate;
}

static struct stats_rate flake_rate(const struct comparison *c, bool now)
{
	struct stats_rate rate = {0, 0};

	for (size_t i = 0; i < c->count; i++) {
		const struct report_case *side = now ? c->pairs[i].now
						     : c->pairs[i].before;
		if (side->verdict == REPORT_ERROR || side->runs < 2)
			continue;
		rate.hits += side->verdict == REPORT_FLAKY;
		rate.of++;
	}
	return rate;
}

static int compare_rate(struct comparison *c, const char *name,
			struct stats_rate before, struct stats_rate now,
			bool more_is_worse)
{
	struct baseline_row *row = add_row(c->result, name);

	if (!row)
		return PROBLEM_MEMORY;
	row->is_rate = true;
	row->before_count = before.of;
	row->now_count = now.of;
	row->has_change = before.of > 0 && now.of > 0;
	row->outcome = BASELINE_TOO_FEW;
	if (!row->has_change)
		return 0;
	row->change = stats_rate_change(before, now);
	row->p = stats_fisher(before, now);
	row->outcome = judge(row->change.change, row->p < CHANCE,
			     more_is_worse);
	return 0;
}

/* --- all of it --- */

static int compare(struct comparison *c, const struct test_report *before,
		   const struct test_report *now)
{
	int err = pair_cases(c, before, now);

	if (!err)
		err = compare_measures(c);
	if (!err)
		err = compare_rate(c, "pass rate", pass_rate(c, false),
				   pass_rate(c, true), false);
	if (!err)
		err = compare_rate(c, "flake rate", flake_rate(c, false),
				   flake_rate(c, true), true);
	for (size_t i = 0; i < c->result->count && !err; i++)
		c->result->worse |= c->result->rows[i].outcome ==
				    BASELINE_WORSE;
	return err;
}

int baseline_compare(struct baseline_result **out, const struct test_report *r,
		     const char *path, uint64_t seed, struct problem *p)
{
	struct comparison c = {.seed = seed};
	struct test_report *before;
	int err = report_read(&before, path, p);

	*out = NULL;
	if (err)
		return err;
	c.result = calloc(1, sizeof *c.result);
	err = c.result ? compare(&c, before, r) : PROBLEM_MEMORY;
	if (err)
		problem_set(p, err, "%s: not enough memory to compare", path);
	else if (c.count == 0)
		err = problem_set(p, PROBLEM_USAGE,
				  "%s: none of its %zu cases is among the %zu "
				  "that were run; give the same paths as when "
				  "it was saved",
				  path, before->count, r->count);
	free(c.pairs);
	test_report_free(before);
	*out = err ? baseline_result_free(c.result) : c.result;
	return err;
}

struct baseline_result *baseline_result_free(struct baseline_result *b)
{
	if (!b)
		return NULL;
	for (size_t i = 0; i < b->count; i++)
		free(b->rows[i].name);
	free(b->rows);
	free(b);
	return NULL;
}
