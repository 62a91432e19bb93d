/* stats_rates: whether a share of cases changed. */
#include <math.h>

#include "client/report/stats.h"

/* Of a standard normal distribution: 95 % lie within +- this. */
#define NORMAL_95 1.959963984540054

/* Tables that are likely to the same degree differ by rounding (R's own
 * bound). */
#define SAME_LIKELIHOOD (1 + 1e-7)

/* --- Fisher --- */

/* lgamma() writes a global of libm. */
static double log_factorial(double n)
{
	int sign;

	return lgamma_r(n + 1, &sign);
}

static double log_choose(double n, double k)
{
	return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

double stats_fisher(struct stats_rate before, struct stats_rate now)
{
	double first = (double)before.of, second = (double)now.of;
	unsigned long hits = before.hits + now.hits;
	unsigned long least = hits > now.of ? hits - now.of : 0;
	unsigned long most = hits < before.of ? hits : before.of;
	double all = log_choose(first + second, (double)hits);
	double seen = log_choose(first, (double)before.hits) +
		      log_choose(second, (double)now.hits) - all;
	double sum = 0;

	for (unsigned long k = least; k <= most; k++) {
		double p = log_choose(first, (double)k) +
			   log_choose(second, (double)(hits - k)) - all;
		if (p <= seen + log(SAME_LIKELIHOOD))
			sum += exp(p);
	}
	return fmin(sum, 1);
}

/* --- Newcombe --- */

struct interval {
	double low, high;
};

/* Wilson's score interval of one rate. */
static struct interval wilson(struct stats_rate r)
{
	double n = (double)r.of, p = (double)r.hits / n;
	double z2 = NORMAL_95 * NORMAL_95;
	double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
	double half = NORMAL_95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) /
		      (1 + z2 / n);

	return (struct interval){fmax(0, middle - half),
				 fmin(1, middle + half)};
}

struct stats_change stats_rate_change(struct stats_rate before,
				      struct stats_rate now)
{
	struct interval b = wilson(before), n = wilson(now);
	struct stats_change c = {
		.before = (double)before.hits / (double)before.of,
		.now = (double)now.hits / (double)now.of,
	};

	c.change = c.now - c.before;
	c.low = c.change - hypot(c.now - n.low, b.high - c.before);
	c.high = c.change + hypot(n.high - c.now, c.before - b.low);
	return c;
}
