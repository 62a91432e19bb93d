/*
 * figures: what was measured, as a table for people and as JSON.
 *
 * Each run of a measurement gives samples, of which p50 and p99 are kept.  A
 * figure is the median of the p50 and the median of the p99 of its calmest
 * runs, so runs that other programs disturbed do not decide.  One thread.
 */
#ifndef TESTS_BENCH_FIGURES_H
#define TESTS_BENCH_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { FIGURES_MOST = 64, FIGURE_RUNS_MOST = 40 };

/* A run with less noise than this (witness.h) was not disturbed. */
#define FIGURE_CALM_MS 0.4

struct samples {
	double *values; /* owned */
	size_t count, capacity;
	bool failed; /* no memory for some of them */
};

void samples_deinit(struct samples *s);
void samples_add(struct samples *s, double value);
/* Nearest rank: the smallest value that at least that share (0 to 1) of the
 * samples does not exceed.  Sorts them.  There is at least one. */
double samples_quantile(struct samples *s, double share);

/* Texts are literals. */
struct figure_name {
	const char *name;
	const char *unit;
	double target; /* p99 is to be below; 0: for information */
};

struct figure {
	struct figure_name id;
	struct figure_run {
		double p50, p99;
		double noise; /* see witness.h; 0: not known */
		size_t samples;
	} runs[FIGURE_RUNS_MOST]; /* calmest first */
	size_t run_count;
	size_t counted; /* of them, those that make the figure */
};

struct figures {
	/* So many of the calmest runs count at most, and at least half as many
	 * when not all are calm. */
	size_t runs_wanted;
	double noise; /* of the run that is added next */
	struct figure items[FIGURES_MOST];
	size_t count;
};

/* Adds one run and empties s.  0, PROBLEM_FORMAT when s holds nothing, or
 * PROBLEM_MEMORY or PROBLEM_LIMIT. */
int figures_add(struct figures *f, const struct figure_name *id,
		struct samples *s);
/* The same for a run that is one value. */
int figures_add_value(struct figures *f, const struct figure_name *id,
		      double value);

double figure_p50(const struct figure *f);
double figure_p99(const struct figure *f);
/* Of the noisiest run that counts. */
double figure_noise(const struct figure *f);
bool figure_missed(const struct figure *f);

void figures_print(const struct figures *f, FILE *out);

struct machine {
	unsigned cores;
	char cpu[128];
	double load;   /* programs that ran or wanted to, last minute */
	char date[32]; /* UTC, ISO 8601 */
};
/* Before measuring, so that the load is that of others. */
void machine_read(struct machine *m);

/* Writes all figures.  0, PROBLEM_FILE, PROBLEM_DISK_FULL or PROBLEM_MEMORY. */
int figures_write(const struct figures *f, const struct machine *m,
		  const char *path);

#endif
