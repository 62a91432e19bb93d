/*
 * child_internal: what the files of a child share.
 *
 *   child.c        life, input, output, end
 *   child_spawn.c  pipes, environment, the start
 */
#ifndef NET_LOOP_CHILD_INTERNAL_H
#define NET_LOOP_CHILD_INTERNAL_H

#include <uv.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/loop/child.h"

enum {
	CHILD_ERRORS = 4096,
	CHILD_CHUNK = 8192,
	CHILD_PIPES = 3, /* numbered as the descriptors of the child */
};

struct child {
	struct loop *loop; /* borrowed; outlives the child */
	child_done *done;
	void *arg;
	bool freed;     /* by the owner: no callback from here on */
	unsigned holds; /* the owner, open handles, callbacks under way */

	uv_process_t process;
	uv_pipe_t pipes[CHILD_PIPES]; /* our ends */
	bool process_open, pipe_open[CHILD_PIPES];
	struct timer limit;

	struct timer feed; /* writes on the loop, where SIGPIPE is blocked */
	uv_write_t write;
	char *input; /* owned, until it is written */
	size_t input_length;

	char chunk[CHILD_CHUNK]; /* between allocation and read callback */
	struct bytes output;
	char errors[CHILD_ERRORS + 1];
	size_t errors_length;
	bool exited, output_ended, killed, finished;
	struct child_result result;
};

/* 0 or libuv's status.  Handles that are open after a failure stay the
 * child's to close. */
int child_spawn(struct child *c, const struct child_settings *s,
		uv_exit_cb exited);
/* Says why the start of program failed; returns the code. */
int child_start_problem(struct problem *p, const char *program, int status);

#endif
