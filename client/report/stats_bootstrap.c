/* stats_bootstrap: how sure a change of a median is. */
#include <stddef.h>
#include <stdlib.h>

#include "client/report/stats.h"
#include "net/base/problem.h"
#include "net/base/random.h"

/* --- median without sorting all: Hoare's selection --- */

static void swap(double *a, double *b)
{
	double t = *a;

	*a = *b;
	*b = t;
}

/* Moves the value that would be at place k when sorted there: smaller ones
 * before it, larger ones behind. */
static double put_in_place(double *v, size_t count, size_t k)
{
	ptrdiff_t at = (ptrdiff_t)k, from = 0, to = (ptrdiff_t)count - 1;

	while (from < to) {
		double pivot = v[at];
		ptrdiff_t i = from, j = to;
		while (i <= j) {
			while (i < to && v[i] < pivot)
				i++;
			while (j > from && v[j] > pivot)
				j--;
			if (i <= j)
				swap(&v[i++], &v[j--]);
		}
		if (j < at)
			from = i;
		if (at < i)
			to = j;
	}
	return v[k];
}

static double median_of(double *v, size_t count)
{
	double upper = put_in_place(v, count, count / 2);
	double lower = upper;

	if (count % 2 == 0) {
		lower = v[0];
		for (size_t i = 1; i < count / 2; i++)
			if (v[i] > lower)
				lower = v[i];
	}
	return lower + (upper - lower) / 2;
}

/* --- draws --- */

struct side {
	double *values; /* of one resample */
	size_t count, room;
};

struct bootstrap {
	const struct stats_group *groups;
	size_t count;
	struct side before, now;
	uint64_t state; /* of random_next() */
};

static size_t draw(struct bootstrap *b, size_t bound)
{
	return (size_t)(random_next(&b->state) % bound);
}

static void draw_values(struct bootstrap *b, struct side *s,
			const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		s->values[s->count++] = values[draw(b, count)];
}

static double draw_change(struct bootstrap *b)
{
	b->before.count = b->now.count = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct stats_group *g = &b->groups[draw(b, b->count)];
		draw_values(b, &b->before, g->before, g->before_count);
		draw_values(b, &b->now, g->now, g->now_count);
	}
	return median_of(b->now.values, b->now.count) -
	       median_of(b->before.values, b->before.count);
}

static double change_as_it_is(struct bootstrap *b, struct stats_change *out)
{
	b->before.count = b->now.count = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct stats_group *g = &b->groups[i];
		for (size_t k = 0; k < g->before_count; k++)
			b->before.values[b->before.count++] = g->before[k];
		for (size_t k = 0; k < g->now_count; k++)
			b->now.values[b->now.count++] = g->now[k];
	}
	out->before = median_of(b->before.values, b->before.count);
	out->now = median_of(b->now.values, b->now.count);
	return out->now - out->before;
}

/* The largest group may be drawn each time; never nothing. */
static size_t room(const struct bootstrap *b, int now)
{
	size_t most = 0;

	for (size_t i = 0; i < b->count; i++) {
		const struct stats_group *g = &b->groups[i];
		size_t n = now ? g->now_count : g->before_count;
		if (n > most)
			most = n;
	}
	return most * b->count + 1;
}

int stats_median_change(struct stats_change *out,
			const struct stats_group *groups, size_t count,
			uint64_t seed)
{
	struct bootstrap b = {groups, count, .state = seed};
	double *changes = malloc(STATS_RESAMPLES * sizeof *changes);

	b.before.values = calloc(room(&b, 0), sizeof(double));
	b.now.values = calloc(room(&b, 1), sizeof(double));
	int err = changes && b.before.values && b.now.values ? 0
							     : PROBLEM_MEMORY;
	if (!err) {
		out->change = change_as_it_is(&b, out);
		for (size_t i = 0; i < STATS_RESAMPLES; i++)
			changes[i] = draw_change(&b);
		stats_sort(changes, STATS_RESAMPLES);
		out->low = stats_quantile(changes, STATS_RESAMPLES, 0.025);
		out->high = stats_quantile(changes, STATS_RESAMPLES, 0.975);
	}
	free(b.before.values);
	free(b.now.values);
	free(changes);
	return err;
}
