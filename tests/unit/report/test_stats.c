/* Stats: rates against values computed with whole numbers elsewhere, bootstrap
 * intervals against what they promise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "client/report/stats.h"
#include "net/base/random.h"

/* (cmocka's own compares floats.) */
static void assert_near(double got, double wanted, double off)
{
	if (!(fabs(got - wanted) <= off))
		fail_msg("%.12g, wanted %.12g", got, wanted);
}

/* --- rates --- */

static void fisher_gives_the_exact_probabilities(void **state)
{
	/* a hits and b misses before, c and d now.  Exact, by fractions of
	 * binomial coefficients. */
	static const struct {
		unsigned long a, b, c, d;
		double p;
	} rows[] = {
		{3, 1, 1, 3, 0.4857142857142857},
		{1, 9, 11, 3, 0.0027594561852200836},
		{0, 0, 5, 5, 1.0},
		{5, 0, 0, 5, 0.007936507936507936},
		{10, 0, 10, 0, 1.0},
		{200, 0, 190, 10, 0.0017405177544899566},
		{1000, 0, 990, 10, 0.001909465165341615},
		{95, 5, 80, 20, 0.0021972325519849056},
		{2, 8, 2, 8, 1.0},
		{4999, 1, 4990, 10, 0.01167581564003727},
		{60000, 600, 59900, 700, 0.005749069836551219},
		{0, 3, 3, 0, 0.1},
		{12, 5, 7, 9, 0.16632006577356484},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct stats_rate before = {rows[i].a, rows[i].a + rows[i].b};
		struct stats_rate now = {rows[i].c, rows[i].c + rows[i].d};
		double p = stats_fisher(before, now);
		double off = (p - rows[i].p) / rows[i].p;
		if (off > 1e-6 || off < -1e-6)
			fail_msg("row %zu: %.12g, wanted %.12g", i, p,
				 rows[i].p);
		/* the sides may change places */
		assert_near(stats_fisher(now, before), p, 1e-9);
	}
}

static void a_change_of_rates_has_newcombes_interval(void **state)
{
	/* Newcombe 1998, table II, method 10 (his differences are first minus
	 * second). */
	static const struct {
		struct stats_rate before, now;
		double low, high;
	} rows[] = {
		{{48, 80}, {56, 70}, 0.0524, 0.3339},
		{{3, 10}, {9, 10}, 0.1705, 0.8090},
		{{2, 7}, {6, 7}, 0.0582, 0.8062},
		{{0, 29}, {5, 56}, -0.0381, 0.1926},
		{{0, 20}, {0, 10}, -0.1611, 0.2775},
		{{0, 10}, {10, 10}, 0.6075, 1.0000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct stats_change c = stats_rate_change(rows[i].before,
							  rows[i].now);
		assert_near(c.low, rows[i].low, 0.00005);
		assert_near(c.high, rows[i].high, 0.00005);
		assert_near(c.now - c.before, c.change, 1e-12);
	}
}

/* --- medians --- */

enum { GROUPS = 30, VALUES = 3 };

struct world {
	double before[GROUPS][VALUES], now[GROUPS][VALUES];
	struct stats_group groups[GROUPS];
	uint64_t state;
};

static double noise(struct world *w, double width)
{
	return width * ((double)(random_next(&w->state) % 100001) / 50000 - 1);
}

/* Cases that differ by much, values that differ by less, and all of those of
 * now later by shift. */
static void make_world(struct world *w, double shift)
{
	for (size_t i = 0; i < GROUPS; i++) {
		double level = 800 + noise(w, 400);
		for (size_t k = 0; k < VALUES; k++) {
			w->before[i][k] = level + noise(w, 60);
			w->now[i][k] = level + shift + noise(w, 60);
		}
		w->groups[i] = (struct stats_group){w->before[i], w->now[i],
						    VALUES, VALUES};
	}
}

/* Of so many worlds, those whose interval is above 0. */
static unsigned alarms(unsigned worlds, double shift)
{
	static struct world w;
	unsigned count = 0;

	w.state = 42;
	for (unsigned i = 0; i < worlds; i++) {
		struct stats_change c;
		make_world(&w, shift);
		assert_int_equal(stats_median_change(&c, w.groups, GROUPS, i),
				 0);
		assert_true(c.low <= c.high);
		count += c.low > 0;
	}
	return count;
}

static void chance_is_rarely_taken_for_a_change_and_a_change_found(void **state)
{
	enum { WORLDS = 40 };

	(void)state;
	/* 2.5 % of them are expected */
	assert_true(alarms(WORLDS, 0) <= 3);
	/* far below what the cases differ by */
	assert_true(alarms(WORLDS, 120) >= WORLDS * 9 / 10);
	assert_int_equal(alarms(WORLDS, -120), 0);
}

static void the_same_seed_gives_the_same_interval(void **state)
{
	static struct world w = {.state = 1};
	struct stats_change a, b, c;

	(void)state;
	make_world(&w, 20);
	assert_int_equal(stats_median_change(&a, w.groups, GROUPS, 7), 0);
	assert_int_equal(stats_median_change(&b, w.groups, GROUPS, 7), 0);
	assert_int_equal(stats_median_change(&c, w.groups, GROUPS, 8), 0);
	assert_memory_equal(&a, &b, sizeof a);
	assert_true(a.low != c.low || a.high != c.high);
	assert_near(a.change, c.change, 0);
}

static void medians_of_all_values_are_told(void **state)
{
	const double before[] = {5, 1}, other[] = {3}, now[] = {9, 2, 7};
	const struct stats_group groups[] = {
		{before, now, 2, 3},
		{other, other, 1, 1},
	};
	struct stats_change c;

	(void)state;
	assert_int_equal(stats_median_change(&c, groups, 2, 1), 0);
	assert_near(c.before, 3, 0); /* 1 3 5 */
	assert_near(c.now, 5, 0);    /* 2 3 7 9 */
	assert_near(c.change, 2, 0);
	/* what the draws can reach at most */
	assert_true(c.low >= 2 - 5 && c.high <= 9 - 1);
}

/* Against 400000 draws of a program of its own; had all values been drawn from
 * one pot, it were -130 to 208. */
static void cases_are_drawn_first_then_their_values(void **state)
{
	static const double before[5][3] = {{612, 640, 598},
					    {1010, 980, 1044},
					    {455, 470, 462},
					    {800, 815, 790},
					    {700, 705, 731}},
			    now[5][3] = {{660, 655, 671},
					 {1065, 1001, 1090},
					 {480, 470, 505},
					 {820, 861, 840},
					 {733, 750, 720}};
	struct stats_group groups[5];
	struct stats_change c;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		groups[i] = (struct stats_group){before[i], now[i], 3, 3};
	assert_int_equal(stats_median_change(&c, groups, 5, 11), 0);
	assert_near(c.before, 705, 0);
	assert_near(c.now, 733, 0);
	assert_near(c.low, 2, 3);
	assert_near(c.high, 62, 3);
}

/* Where nothing varies, the interval is the change itself. */
static void values_that_never_vary_give_a_sure_change(void **state)
{
	double before[8], now[8];
	struct stats_group g = {before, now, 8, 8};
	struct stats_change c;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		before[i] = 640;
		now[i] = 655;
	}
	assert_int_equal(stats_median_change(&c, &g, 1, 3), 0);
	assert_near(c.low, 15, 0);
	assert_near(c.high, 15, 0);
}

/* The selection behind the median, against sorting. */
static void medians_are_those_of_sorted_values(void **state)
{
	uint64_t rng = 5;
	double v[41], sorted[41];

	(void)state;
	for (size_t n = 1; n <= 41; n++) {
		for (size_t i = 0; i < n; i++)
			sorted[i] = v[i] = (double)(random_next(&rng) % 12);
		struct stats_group g = {v, v, n, n};
		struct stats_change c;
		assert_int_equal(stats_median_change(&c, &g, 1, n), 0);
		stats_sort(sorted, n);
		assert_near(c.before, stats_median(sorted, n), 0);
		assert_near(c.change, 0, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fisher_gives_the_exact_probabilities),
		cmocka_unit_test(a_change_of_rates_has_newcombes_interval),
		cmocka_unit_test(
			chance_is_rarely_taken_for_a_change_and_a_change_found),
		cmocka_unit_test(the_same_seed_gives_the_same_interval),
		cmocka_unit_test(medians_of_all_values_are_told),
		cmocka_unit_test(cases_are_drawn_first_then_their_values),
		cmocka_unit_test(values_that_never_vary_give_a_sure_change),
		cmocka_unit_test(medians_are_those_of_sorted_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
