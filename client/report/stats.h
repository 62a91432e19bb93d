/* stats: figures of measured values, and tests of whether they changed.  Pure
 * but for memory; any thread. */
#ifndef CLIENT_REPORT_STATS_H
#define CLIENT_REPORT_STATS_H

#include <stddef.h>
#include <stdint.h>

/* --- one row of values --- */

/* Sorts from small to large. */
void stats_sort(double *values, size_t count);
/* The value below which that share (0 to 1) of the sorted values lies, straight
 * lines between them (Hyndman and Fan's type 7, as in R and NumPy).  count is
 * above 0. */
double stats_quantile(const double *sorted, size_t count, double share);
double stats_median(const double *sorted, size_t count);

/* --- medians before and now: bootstrap (stats_bootstrap.c) --- */

/* What was measured in one case, before and now; borrowed, both above 0. */
struct stats_group {
	const double *before, *now;
	size_t before_count, now_count;
};

struct stats_change {
	double before, now; /* medians over all groups, or rates */
	double change;      /* now - before */
	double low, high;   /* interval of the change */
};

enum { STATS_RESAMPLES = 5000 };

/* The 95 % percentile interval of the change of the median over all groups
 * (Efron and Tibshirani, An introduction to the bootstrap, 13.3), from
 * STATS_RESAMPLES draws with replacement: of the groups, the same for before
 * and now, then of the values within each (8.6, "two levels").  So a case that
 * is slow by nature makes nothing look uncertain that changed in all cases,
 * and a case that changed alone does not speak for the others.  The same seed
 * gives the same interval.  0 or PROBLEM_MEMORY. */
int stats_median_change(struct stats_change *out,
			const struct stats_group *groups, size_t count,
			uint64_t seed);

/* --- rates before and now (stats_rates.c) --- */

/* So many of so many. */
struct stats_rate {
	unsigned long hits, of;
};

/* Fisher's exact test of the table of hits and misses, two-sided as in R: the
 * probability, when nothing changed, of all tables with these sums that are no
 * likelier than this one. */
double stats_fisher(struct stats_rate before, struct stats_rate now);
/* Rates, their difference, and its 95 % interval from Wilson's scores
 * (Newcombe, Statistics in Medicine 17, 1998, method 10).  `of` is above 0. */
struct stats_change stats_rate_change(struct stats_rate before,
				      struct stats_rate now);

#endif
