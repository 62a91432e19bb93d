/*
 * habla-bench: measures Habla on this machine; see docs/benchmarks.md.
 *
 *   habla-bench [--runs N] [--out FILE] [--check] [NAME...]
 *
 * Exit codes: 0, 1 something could not be measured, or with --check a target
 * was missed, 2 usage.
 */
#include <errno.h>
#include <ftw.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/bench/bench.h"
#include "tests/bench/program.h"

enum {
	NAMES_MOST = 16,
	PATH_SIZE = 4096,
	DEFAULT_RUNS = 5,
	RUNS_MOST = FIGURE_RUNS_MOST / 2, /* disturbed ones are repeated */
	LIMIT_S = 30 * 60, /* 20 runs of everything take 16 minutes */
};

/* names: what may be asked for; the figures' names begin with one of them. */
static const struct subject {
	const char *names[NAMES_MOST]; /* the first is the subject's own */
	int (*measure)(struct bench *b, struct problem *p);
} subjects[] = {
	{{"client_audio", "capture_to_socket", "socket_to_playout",
	  "socket_to_ring"},
	 bench_client_audio},
	{{"client_audio_48k", "capture_to_socket_48k"}, bench_client_audio_48k},
	{{"relay_hops", "relay_up", "relay_down"}, bench_relay_hops},
	{{"client_program", "cpu_client", "memory_client"},
	 bench_client_program},
	{{"client_start", "start_to_listening"}, bench_client_start},
	{{"relay_program", "cpu_relay_session", "memory_relay_session"},
	 bench_relay_program},
	{{"direct_streams", "cpu_direct_stream", "memory_direct_stream"},
	 bench_direct},
	{{"script", "script_cpu", "script_suite_200"}, bench_script},
	{{"tutor", "tutor_transcript", "tutor_first_audio", "memory_tutor"},
	 bench_tutor},
	{{"report", "report_write_500", "report_open_500"}, bench_report},
	{{"terminal", "terminal_draw_cpu"}, bench_terminal},
	{{"micro"}, bench_micro},
};

enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

struct options {
	unsigned runs;
	const char *out;
	bool check;
	char **names; /* all when there are none */
	int count;
};

static void usage(FILE *out)
{
	fputs("usage: habla-bench [--runs N] [--out FILE] [--check] [NAME...]\n"
	      "  --runs N    measure N times, 1 to 20 (5)\n"
	      "  --out FILE  write the figures as JSON\n"
	      "  --check     fail when a target is missed\n"
	      "names:\n",
	      out);
	for (size_t i = 0; i < SUBJECTS; i++) {
		fputs(" ", out);
		for (size_t k = 0; subjects[i].names[k]; k++)
			fprintf(out, " %s", subjects[i].names[k]);
		fputs("\n", out);
	}
}

static bool has_name(const struct subject *s, const char *name)
{
	for (size_t i = 0; s->names[i]; i++) {
		if (text_equal(s->names[i], name))
			return true;
	}
	return false;
}

static int check_names(const struct options *o)
{
	for (int i = 0; i < o->count; i++) {
		bool known = false;

		for (size_t k = 0; k < SUBJECTS; k++)
			known = known || has_name(&subjects[k], o->names[i]);
		if (!known) {
			fprintf(stderr,
				"habla-bench: %s: no such name; see "
				"habla-bench --help\n",
				o->names[i]);
			return PROBLEM_USAGE;
		}
	}
	return 0;
}

static int read_options(struct options *o, int argc, char **argv)
{
	static const struct option flags[] = {
		{"runs", required_argument, NULL, 'r'},
		{"out", required_argument, NULL, 'o'},
		{"check", no_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int flag;

	*o = (struct options){.runs = DEFAULT_RUNS};
	while ((flag = getopt_long(argc, argv, "", flags, NULL)) != -1) {
		if (flag == 'r')
			o->runs = (unsigned)strtoul(optarg, NULL, 10);
		else if (flag == 'o')
			o->out = optarg;
		else if (flag == 'c')
			o->check = true;
		else {
			usage(flag == 'h' ? stdout : stderr);
			exit(flag == 'h' ? 0 : 2);
		}
	}
	if (o->runs < 1 || o->runs > RUNS_MOST) {
		fprintf(stderr, "habla-bench: --runs: wants 1 to %d\n",
			RUNS_MOST);
		return PROBLEM_USAGE;
	}
	o->names = argv + optind;
	o->count = argc - optind;
	return check_names(o);
}

static bool is_wanted(const struct options *o, const struct subject *s)
{
	for (int i = 0; i < o->count; i++) {
		if (has_name(s, o->names[i]))
			return true;
	}
	return o->count == 0;
}

/* --- the folder --- */

static int remove_entry(const char *path, const struct stat *st, int type,
			struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* The folder of this program, without a slash at its end. */
static int own_folder(char out[PATH_SIZE])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_SIZE - 1);

	if (n <= 0)
		return PROBLEM_FILE;
	out[n] = '\0';
	*strrchr(out, '/') = '\0';
	return 0;
}

/* --- measuring --- */

static int measure_all(struct bench *b, const struct options *o)
{
	int failures = 0;

	for (size_t i = 0; i < SUBJECTS; i++) {
		struct problem p = {0};

		if (!is_wanted(o, &subjects[i]))
			continue;
		fprintf(stderr, "measuring %s ...\n", subjects[i].names[0]);
		if (subjects[i].measure(b, &p)) {
			fprintf(stderr,
				"habla-bench: %s: cannot be measured: %s\n",
				subjects[i].names[0], p.text);
			failures++;
		}
	}
	return failures;
}

static int missed_targets(const struct figures *f)
{
	int missed = 0;

	for (size_t i = 0; i < f->count; i++) {
		const struct figure *figure = &f->items[i];

		if (!figure_missed(figure))
			continue;
		fprintf(stderr,
			"habla-bench: %s: p99 is %.3f %s, the target is below "
			"%g %s\n",
			figure->id.name, figure_p99(figure), figure->id.unit,
			figure->id.target, figure->id.unit);
		if (figure_noise(figure) >= FIGURE_CALM_MS)
			fprintf(stderr,
				"habla-bench: %s: the machine was busy (a "
				"thread that only sleeps woke %.1f ms late); "
				"measure again when it is quiet\n",
				figure->id.name, figure_noise(figure));
		missed++;
	}
	return missed;
}

static int report(const struct bench *b, const struct options *o,
		  const struct machine *machine)
{
	int err = 0;

	printf("Habla %s, %s, %u x %s, load %.1f, median of %u runs\n\n",
	       HABLA_VERSION, machine->date, machine->cores, machine->cpu,
	       machine->load, b->runs);
	figures_print(&b->figures, stdout);
	if (o->out)
		err = figures_write(&b->figures, machine, o->out);
	if (err)
		fprintf(stderr,
			"habla-bench: %s: cannot be written: %s; name another "
			"file\n",
			o->out, problem_name(err));
	return err;
}

int main(int argc, char **argv)
{
	static struct bench b;
	char programs[PATH_SIZE], folder[] = "/tmp/habla-bench-XXXXXX";
	struct machine machine;
	struct options o;

	if (read_options(&o, argc, argv))
		return 2;
	if (own_folder(programs) || !mkdtemp(folder)) {
		fprintf(stderr, "habla-bench: no folder to work in: %s\n",
			strerror(errno));
		return 1;
	}
	program_end_with_us(LIMIT_S);
	b.runs = o.runs;
	b.figures.runs_wanted = o.runs;
	b.programs = programs;
	b.folder = folder;

	machine_read(&machine);
	int failures = measure_all(&b, &o);
	int err = report(&b, &o, &machine);
	int missed = missed_targets(&b.figures);

	nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	return failures || err || (o.check && missed);
}
