#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/close_range.h>

#include "net/loop/child_internal.h"
#include "net/loop/loop.h"

/* Pipes and not the sockets that libuv would make: a program may open
 * /dev/stdin or /dev/stderr by name.  theirs: the child's end. */
static int open_pipe(struct child *c, int i, int *theirs)
{
	int mine = i == STDIN_FILENO ? 1 : 0, ends[2];
	int status = uv_pipe_init(loop_uv(c->loop), &c->pipes[i], 0);

	if (status != 0)
		return status;
	c->pipes[i].data = c;
	c->pipe_open[i] = true;
	c->holds++;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return uv_translate_sys_error(errno);
	*theirs = ends[!mine];
	status = uv_pipe_open(&c->pipes[i], ends[mine]);
	if (status != 0)
		close(ends[mine]);
	return status;
}

/* Ours and then the added ones, which libuv gives on as they are: the later
 * of two entries must not lose against the earlier. */
static char **merge_environment(const char *const *added)
{
	size_t count = 1, at = 0;

	for (char **e = environ; *e; e++)
		count++;
	for (const char *const *a = added; a && *a; a++)
		count++;
	char **all = calloc(count, sizeof *all);
	if (!all)
		return NULL;
	/* the entries stay their owners': spawning only reads them */
	for (const char *const *a = added; a && *a; a++)
		memcpy(&all[at++], a, sizeof *a);
	size_t own = at;
	for (char **e = environ; *e; e++) {
		size_t name = strcspn(*e, "=") + 1, i = 0;
		while (i < own && strncmp(all[i], *e, name) != 0)
			i++;
		if (i == own)
			all[at++] = *e;
	}
	return all;
}

int child_spawn(struct child *c, const struct child_settings *s,
		uv_exit_cb exited)
{
	uv_stdio_container_t stdio[CHILD_PIPES];
	uv_process_options_t options = {
		.exit_cb = exited,
		.file = s->argv[0],
		.flags = UV_PROCESS_DETACHED, /* a group of its own */
		.stdio = stdio,
		.stdio_count = CHILD_PIPES,
	};
	int theirs[CHILD_PIPES] = {-1, -1, -1}, status = 0;

	memcpy(&options.args, &s->argv, sizeof s->argv); /* only read */
	options.env = merge_environment(s->environment);
	if (!options.env)
		status = UV_ENOMEM;
	for (int i = 0; i < CHILD_PIPES && status == 0; i++) {
		status = open_pipe(c, i, &theirs[i]);
		stdio[i].flags = UV_INHERIT_FD;
		stdio[i].data.fd = theirs[i];
	}
	if (status == 0) {
		/* libraries open some without it; before Linux 5.11 they are
		 * inherited */
		close_range(CHILD_PIPES, ~0U, CLOSE_RANGE_CLOEXEC);
		c->process.data = c;
		c->process_open = true; /* to be closed after a failure too */
		c->holds++;
		status = uv_spawn(loop_uv(c->loop), &c->process, &options);
	}
	for (int i = 0; i < CHILD_PIPES; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	free(options.env);
	if (status != 0)
		c->process.pid = 0; /* libuv has waited for it */
	return status;
}

int child_start_problem(struct problem *p, const char *program, int status)
{
	switch (status) {
	case UV_ENOMEM:
		return problem_set(p, PROBLEM_MEMORY,
				   "%s: out of memory; close other programs",
				   program);
	case UV_EAGAIN:
	case UV_EMFILE:
	case UV_ENFILE:
		return problem_set(p, PROBLEM_LIMIT,
				   "%s: cannot be started: %s; close other "
				   "programs",
				   program, uv_strerror(status));
	case UV_ENOENT:
		return problem_set(p, PROBLEM_FILE,
				   "%s: no such program; check the name and "
				   "PATH",
				   program);
	default:
		return problem_set(p, PROBLEM_FILE,
				   "%s: cannot be started: %s; check that it "
				   "is a program and may be executed",
				   program, uv_strerror(status));
	}
}
