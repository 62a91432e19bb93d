#include "tests/bench/figures.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/base/text.h"

enum { JSON_BYTES_MOST = 1024 * 1024 };

/* --- samples --- */

void samples_deinit(struct samples *s)
{
	free(s->values);
	*s = (struct samples){0};
}

void samples_add(struct samples *s, double value)
{
	if (s->count == s->capacity) {
		size_t capacity = s->capacity ? 2 * s->capacity : 256;
		double *grown = realloc(s->values, capacity * sizeof *grown);

		if (!grown) {
			s->failed = true;
			return;
		}
		s->values = grown;
		s->capacity = capacity;
	}
	s->values[s->count++] = value;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(double *values, size_t count, double share)
{
	size_t rank = (size_t)ceil(share * (double)count);

	qsort(values, count, sizeof *values, compare);
	return values[rank > 0 ? rank - 1 : 0];
}

double samples_quantile(struct samples *s, double share)
{
	return quantile(s->values, s->count, share);
}

/* --- figures --- */

static struct figure *find_or_add(struct figures *f,
				  const struct figure_name *id)
{
	for (size_t i = 0; i < f->count; i++) {
		if (text_equal(f->items[i].id.name, id->name))
			return &f->items[i];
	}
	if (f->count == FIGURES_MOST)
		return NULL;
	f->items[f->count].id = *id;
	return &f->items[f->count++];
}

static void add_run(struct figure *f, const struct figure_run *run)
{
	size_t at = f->run_count++;

	for (; at > 0 && f->runs[at - 1].noise > run->noise; at--)
		f->runs[at] = f->runs[at - 1];
	f->runs[at] = *run;
}

static void count_runs(struct figure *f, size_t wanted)
{
	size_t least = (wanted + 1) / 2;

	f->counted = 0;
	while (f->counted < f->run_count && f->counted < wanted &&
	       (f->counted < least ||
		f->runs[f->counted].noise < FIGURE_CALM_MS))
		f->counted++;
}

int figures_add(struct figures *f, const struct figure_name *id,
		struct samples *s)
{
	struct figure *figure = find_or_add(f, id);

	if (s->failed)
		return PROBLEM_MEMORY;
	if (s->count == 0)
		return PROBLEM_FORMAT;
	if (!figure || figure->run_count == FIGURE_RUNS_MOST)
		return PROBLEM_LIMIT;
	add_run(figure, &(struct figure_run){
				.p50 = samples_quantile(s, 0.5),
				.p99 = samples_quantile(s, 0.99),
				.noise = f->noise,
				.samples = s->count,
			});
	count_runs(figure, f->runs_wanted);
	s->count = 0;
	return 0;
}

int figures_add_value(struct figures *f, const struct figure_name *id,
		      double value)
{
	struct samples s = {.values = &value, .count = 1, .capacity = 1};

	return figures_add(f, id, &s);
}

double figure_p50(const struct figure *f)
{
	double values[FIGURE_RUNS_MOST];

	for (size_t i = 0; i < f->counted; i++)
		values[i] = f->runs[i].p50;
	return quantile(values, f->counted, 0.5);
}

double figure_p99(const struct figure *f)
{
	double values[FIGURE_RUNS_MOST];

	for (size_t i = 0; i < f->counted; i++)
		values[i] = f->runs[i].p99;
	return quantile(values, f->counted, 0.5);
}

double figure_noise(const struct figure *f)
{
	return f->runs[f->counted - 1].noise;
}

bool figure_missed(const struct figure *f)
{
	return f->id.target > 0 && !(figure_p99(f) < f->id.target);
}

/* --- table --- */

static void print_row(const struct figure *f, FILE *out)
{
	char target[TEXT_NUMBER_SIZE] = "-";

	if (f->id.target > 0)
		text_from_number(target, f->id.target);
	fprintf(out, "%-34s %10.3f %10.3f  %-6s %7s  %s\n", f->id.name,
		figure_p50(f), figure_p99(f), f->id.unit, target,
		f->id.target > 0 ? figure_missed(f) ? "MISSED" : "met" : "");
}

void figures_print(const struct figures *f, FILE *out)
{
	fprintf(out, "%-34s %10s %10s  %-6s %7s  %s\n", "name", "p50", "p99",
		"unit", "target", "verdict");
	for (size_t i = 0; i < f->count; i++)
		print_row(&f->items[i], out);
	fflush(out);
}

/* --- JSON --- */

void machine_read(struct machine *m)
{
	char line[256];
	FILE *info = fopen("/proc/cpuinfo", "r");
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	*m = (struct machine){.cores = cores > 0 ? (unsigned)cores : 0};
	if (getloadavg(&m->load, 1) != 1)
		m->load = 0;
	text_iso_time(m->date, clock_wall_ms(clock_system()));
	snprintf(m->cpu, sizeof m->cpu, "unknown");
	while (info && fgets(line, sizeof line, info)) {
		const char *colon = strchr(line, ':');

		if (!text_starts(line, "model name") || !colon)
			continue;
		snprintf(m->cpu, sizeof m->cpu, "%.*s",
			 (int)strcspn(colon + 2, "\n"), colon + 2);
		break;
	}
	if (info)
		fclose(info);
}

static double rounded(double v)
{
	return round(v * 1000) / 1000;
}

static void write_figure(struct bytes *out, const struct figure *f)
{
	json_open_object(out, NULL);
	json_string(out, "name", f->id.name);
	json_string(out, "unit", f->id.unit);
	json_number(out, "p50", rounded(figure_p50(f)));
	json_number(out, "p99", rounded(figure_p99(f)));
	if (f->id.target > 0) {
		json_number(out, "target", f->id.target);
		json_bool(out, "met", !figure_missed(f));
	}
	json_open_array(out, "runs");
	for (size_t i = 0; i < f->run_count; i++) {
		json_open_object(out, NULL);
		json_number(out, "p50", rounded(f->runs[i].p50));
		json_number(out, "p99", rounded(f->runs[i].p99));
		json_number(out, "noise_ms", rounded(f->runs[i].noise));
		json_bool(out, "counted", i < f->counted);
		json_integer(out, "samples", (int64_t)f->runs[i].samples);
		json_close_object(out);
	}
	json_close_array(out);
	json_close_object(out);
}

static void write_all(struct bytes *out, const struct figures *f,
		      const struct machine *m)
{
	json_open_object(out, NULL);
	json_string(out, "version", HABLA_VERSION);
	json_string(out, "date", m->date);
	json_open_object(out, "machine");
	json_integer(out, "cores", m->cores);
	json_string(out, "cpu", m->cpu);
	json_number(out, "load", rounded(m->load));
	json_close_object(out);
	json_open_array(out, "figures");
	for (size_t i = 0; i < f->count; i++)
		write_figure(out, &f->items[i]);
	json_close_array(out);
	json_close_object(out);
	bytes_append_text(out, "\n");
}

int figures_write(const struct figures *f, const struct machine *m,
		  const char *path)
{
	struct bytes text;
	FILE *file;
	int err;

	bytes_init(&text, JSON_BYTES_MOST);
	write_all(&text, f, m);
	err = text.failed;
	if (err)
		goto out;
	file = fopen(path, "w");
	if (!file) {
		err = problem_from_file_errno(errno);
		goto out;
	}
	bool whole = fwrite(text.data, 1, text.length, file) == text.length;
	if (fclose(file) != 0 || !whole)
		err = problem_from_file_errno(errno);
out:
	bytes_deinit(&text);
	return err;
}
