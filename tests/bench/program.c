#include "tests/bench/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "net/base/clock.h"
#include "net/base/problem.h"
#include "tests/bench/bench.h"

enum { END_MS = 4000, END_STEP_MS = 10, PROGRAMS_MOST = 64 };

/* Those that run, for end_all(); written by the one thread that starts and
 * ends programs. */
static volatile sig_atomic_t running[PROGRAMS_MOST];

static void note_running(pid_t before, pid_t now)
{
	for (size_t i = 0; i < PROGRAMS_MOST; i++) {
		if (running[i] == before) {
			running[i] = now;
			return;
		}
	}
}

/* Signal handler. */
static void end_all(int number)
{
	for (size_t i = 0; i < PROGRAMS_MOST; i++) {
		if (running[i] > 0)
			kill(running[i], SIGTERM);
	}
	signal(number, SIG_DFL);
	raise(number);
}

void program_end_with_us(unsigned limit_s)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM};

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		signal(numbers[i], end_all);
	alarm(limit_s);
}

/* --- starting --- */

struct environment {
	char home[4096], config[4096], state[4096];
	char *entries[8];
};

/* Nothing of the person's who runs the bench: no settings, no keys. */
static void make_environment(struct environment *e, const struct bench *b)
{
	static char key[] = "AWS_ACCESS_KEY_ID=bench",
		    secret[] = "AWS_SECRET_ACCESS_KEY=bench",
		    search[] = "PATH=/usr/bin:/bin";
	char *const entries[] = {key,     secret,    search,
				 e->home, e->config, e->state};

	snprintf(e->home, sizeof e->home, "HOME=%s", b->folder);
	snprintf(e->config, sizeof e->config, "XDG_CONFIG_HOME=%s", b->folder);
	snprintf(e->state, sizeof e->state, "XDG_STATE_HOME=%s", b->folder);
	memset(e->entries, 0, sizeof e->entries);
	memcpy(e->entries, entries, sizeof entries);
}

static int prepare(posix_spawn_file_actions_t *actions,
		   posix_spawnattr_t *attributes, const struct bench *b,
		   int output)
{
	sigset_t signals;
	int err = posix_spawn_file_actions_addopen(actions, STDIN_FILENO,
						   "/dev/null", O_RDONLY, 0);

	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, output,
						       STDOUT_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, output,
						       STDERR_FILENO);
	if (!err)
		err = posix_spawn_file_actions_addchdir_np(actions, b->folder);
	/* what this process ignores, its children would ignore too */
	sigfillset(&signals);
	if (!err)
		err = posix_spawnattr_setsigdefault(attributes, &signals);
	return err ? err
		   : posix_spawnattr_setflags(attributes,
					      POSIX_SPAWN_SETSIGDEF);
}

static int spawn(struct program *r, const struct bench *b,
		 const char *const *argv, int output)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	struct environment environment;
	char path[4096];
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	err = posix_spawnattr_init(&attributes);
	if (err)
		goto out;
	make_environment(&environment, b);
	snprintf(path, sizeof path, "%s/%s", b->programs, argv[0]);
	err = prepare(&actions, &attributes, b, output);
	r->start_us = clock_now_us(clock_system());
	if (!err)
		err = posix_spawn(&r->pid, path, &actions, &attributes,
				  (char *const *)argv, environment.entries);
	posix_spawnattr_destroy(&attributes);
out:
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

int program_start(struct program *r, const struct bench *b,
		  const char *const *argv, struct problem *p)
{
	int ends[2], err;

	*r = (struct program){.name = argv[0]};
	if (pipe2(ends, O_CLOEXEC))
		return problem_set(p, PROBLEM_LIMIT, "pipe: %s",
				   strerror(errno));
	err = spawn(r, b, argv, ends[1]);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		r->pid = 0;
		return problem_set(p, PROBLEM_FILE,
				   "%s/%s: cannot be started: %s; build it",
				   b->programs, argv[0], strerror(err));
	}
	note_running(0, r->pid);
	r->output = ends[0];
	return 0;
}

/* --- its output --- */

/* Bytes that came, 0 at the end, or a problem code. */
static long read_more(struct program *r, uint64_t until_us, struct problem *p)
{
	uint64_t now = clock_now_us(clock_system());
	struct pollfd fd = {.fd = r->output, .events = POLLIN};

	if (now >= until_us ||
	    poll(&fd, 1, (int)((until_us - now) / 1000 + 1)) <= 0)
		return problem_set(p, PROBLEM_TIMEOUT,
				   "%s: does not say what was expected, but: "
				   "%.200s",
				   r->name, r->text);
	/* the newest half is kept */
	if (r->length > sizeof r->text / 2) {
		size_t dropped = r->length - sizeof r->text / 4;

		memmove(r->text, r->text + dropped, r->length - dropped + 1);
		r->length -= dropped;
	}
	ssize_t n = read(r->output, r->text + r->length,
			 sizeof r->text - 1 - r->length);
	if (n <= 0)
		return problem_set(p, PROBLEM_CLOSED, "%s: has ended: %.200s",
				   r->name, r->text);
	r->length += (size_t)n;
	r->text[r->length] = '\0';
	return n;
}

int program_expect(struct program *r, const char *text, uint64_t *at_us,
		   struct problem *p)
{
	uint64_t until = clock_now_us(clock_system()) + HANG_MS * 1000ull;

	while (!strstr(r->text, text)) {
		long n = read_more(r, until, p);

		if (at_us)
			*at_us = clock_now_us(clock_system());
		if (n < 0)
			return (int)n;
	}
	return 0;
}

int program_expect_port(struct program *r, const char *before, uint16_t *port,
			struct problem *p)
{
	int err = program_expect(r, before, NULL, p);

	/* the line is whole when it ends */
	if (!err)
		err = program_expect(r, "\n", NULL, p);
	if (err)
		return err;
	long number = strtol(strstr(r->text, before) + strlen(before), NULL,
			     10);
	if (number <= 0 || number > UINT16_MAX)
		return problem_set(p, PROBLEM_FORMAT, "%s: names no port: %s",
				   r->name, r->text);
	*port = (uint16_t)number;
	return 0;
}

/* --- weighing --- */

int program_cpu_s(const struct program *r, double *out, struct problem *p)
{
	struct timespec used;
	clockid_t id;

	if (clock_getcpuclockid(r->pid, &id) || clock_gettime(id, &used))
		return problem_set(p, PROBLEM_CLOSED, "%s: has ended: %.200s",
				   r->name, r->text);
	*out = (double)used.tv_sec + (double)used.tv_nsec / 1e9;
	return 0;
}

/* The value in kB of a line "Name:   123 kB" of /proc/PID/file, as MB. */
static double proc_mb(pid_t pid, const char *file, const char *name)
{
	char path[64], line[256];
	double mb = 0;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f)) {
		size_t n = strlen(name);

		if (strncmp(line, name, n) == 0 && line[n] == ':') {
			mb = strtod(line + n + 1, NULL) / 1024;
			break;
		}
	}
	if (f)
		fclose(f);
	return mb;
}

int program_memory(const struct program *r, struct program_memory *out,
		   struct problem *p)
{
	*out = (struct program_memory){
		.peak_mb = proc_mb(r->pid, "status", "VmHWM"),
		.rss_mb = proc_mb(r->pid, "smaps_rollup", "Rss"),
		.pss_mb = proc_mb(r->pid, "smaps_rollup", "Pss"),
	};
	if (out->peak_mb > 0)
		return 0;
	return problem_set(p, PROBLEM_CLOSED, "%s: has ended: %.200s", r->name,
			   r->text);
}

double program_own_pss_kb(void)
{
	return proc_mb(getpid(), "smaps_rollup", "Pss") * 1024;
}

void program_end(struct program *r)
{
	const struct timespec step = {.tv_nsec = END_STEP_MS * 1000000};

	if (r->pid <= 0)
		return;
	pid_t pid = r->pid;
	/* it may be about to write into the pipe */
	fcntl(r->output, F_SETFL, O_NONBLOCK);
	kill(r->pid, SIGTERM);
	for (unsigned i = 0; r->pid > 0 && i < END_MS / END_STEP_MS; i++) {
		while (read(r->output, r->text, sizeof r->text) > 0)
			;
		if (waitpid(r->pid, NULL, WNOHANG) == r->pid)
			r->pid = 0;
		else
			nanosleep(&step, NULL);
	}
	if (r->pid > 0) {
		kill(r->pid, SIGKILL);
		waitpid(r->pid, NULL, 0);
	}
	note_running(pid, 0);
	close(r->output);
	*r = (struct program){0};
}
