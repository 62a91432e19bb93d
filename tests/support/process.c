#include "tests/support/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What the processes of a test have printed is kept for the messages of
 * failing checks, which cmocka leaves by a jump. */
static char *kept[64];

static void free_kept(void)
{
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		free(kept[i]);
}

static char **keep_slot(const char *text)
{
	size_t i = 0;

	if (!text && !kept[0])
		atexit(free_kept);
	while (i < sizeof kept / sizeof *kept && kept[i] != text)
		i++;
	if (i == sizeof kept / sizeof *kept)
		fail_msg("too many processes in one test program");
	return &kept[i];
}

static void make_room(struct process *p)
{
	if (p->length + 4096 < p->capacity)
		return;
	if (p->capacity >= 64 * 1024 * 1024)
		fail_msg("process %d prints too much; it ends with:\n%s",
			 (int)p->pid, p->text + p->length - 2000);

	char **slot = keep_slot(p->text);

	p->capacity = p->capacity ? 2 * p->capacity : 64 * 1024;
	p->text = realloc(p->text, p->capacity);
	assert_non_null(p->text);
	p->text[p->length] = '\0';
	*slot = p->text;
}

static void apply_environment(const char *const *environment)
{
	for (; environment && *environment; environment++) {
		char *entry = strdup(*environment);
		char *equals = entry ? strchr(entry, '=') : NULL;

		if (equals) {
			*equals = '\0';
			setenv(entry, equals + 1, 1);
		} else if (entry) {
			unsetenv(entry);
		}
		free(entry);
	}
}

static void run_child(const char *const *argv, const char *const *environment,
		      int input, int output)
{
	char built[512];

	/* A test that fails leaves nothing running. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	apply_environment(environment);
	snprintf(built, sizeof built, "%s/%s", HABLA_BINARY_DIR, argv[0]);
	if (!strchr(argv[0], '/') && access(built, X_OK) == 0)
		execv(built, (char *const *)argv);
	else
		execvp(argv[0], (char *const *)argv);
	dprintf(STDERR_FILENO, "%s cannot be started: %s\n", argv[0],
		strerror(errno));
	_exit(127);
}

void process_start(struct process *p, const char *const *argv,
		   const char *const *environment)
{
	int in[2], out[2];

	*p = (struct process){0};
	make_room(p);
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0)
		run_child(argv, environment, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	p->input = in[1];
	p->output = out[0];
}

void process_start_on_terminal(struct process *p, const char *const *argv,
			       const char *const *environment)
{
	char name[64];
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	*p = (struct process){0};
	make_room(p);
	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	assert_int_equal(ptsname_r(master, name, sizeof name), 0);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0) {
		setsid();
		/* becomes the controlling terminal: Ctrl-C is a signal */
		int terminal = open(name, O_RDWR);
		run_child(argv, environment, terminal, terminal);
	}
	p->output = master;
	p->input = fcntl(master, F_DUPFD_CLOEXEC, 0);
	assert_true(p->input >= 0);
}

void process_type(struct process *p, const char *text)
{
	ssize_t length = (ssize_t)strlen(text);

	assert_int_equal(write(p->input, text, (size_t)length), length);
}

/* False at the end of output. */
static bool read_more(struct process *p)
{
	struct pollfd fd = {.fd = p->output, .events = POLLIN};
	int ready = poll(&fd, 1, PROCESS_HANG_MS);

	if (ready == 0)
		fail_msg("no word from process %d; it had printed:\n%s",
			 (int)p->pid, p->text);
	make_room(p);

	ssize_t n = read(p->output, p->text + p->length,
			 p->capacity - 1 - p->length);
	if (n <= 0)
		return false;
	p->length += (size_t)n;
	p->text[p->length] = '\0';
	return true;
}

const char *process_expect(struct process *p, const char *text)
{
	return process_expect_from(p, 0, text);
}

const char *process_expect_from(struct process *p, size_t from,
				const char *text)
{
	const char *at;

	while (!(at = strstr(p->text + from, text))) {
		if (!read_more(p))
			fail_msg("process %d ended without saying \"%s\"; it "
				 "had printed:\n%s",
				 (int)p->pid, text, p->text);
	}
	return at;
}

int process_wait(struct process *p)
{
	if (!p->ended) {
		while (read_more(p))
			;
		assert_int_equal(waitpid(p->pid, &p->status, 0), p->pid);
		close(p->output);
		if (p->input >= 0)
			close(p->input);
		p->ended = true;
	}
	return WIFEXITED(p->status) ? WEXITSTATUS(p->status)
				    : 128 + WTERMSIG(p->status);
}

void process_signal(struct process *p, int signal)
{
	if (!p->ended)
		kill(p->pid, signal);
}

void process_end(struct process *p)
{
	process_signal(p, SIGKILL);
	process_wait(p);
}
