#include "net/loop/child.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/base/text.h"
#include "net/loop/child_internal.h"
#include "net/loop/loop.h"

enum { OUTPUT_MOST = 1024 * 1024 };

static void release(struct child *c)
{
	if (--c->holds > 0)
		return;
	bytes_deinit(&c->output);
	explicit_bzero(c->chunk, sizeof c->chunk);
	free(c->input);
	free(c);
}

static void on_closed(uv_handle_t *handle)
{
	release(handle->data);
}

static void close_pipe(struct child *c, int i)
{
	if (!c->pipe_open[i])
		return;
	c->pipe_open[i] = false;
	uv_close((uv_handle_t *)&c->pipes[i], on_closed);
}

static void close_all(struct child *c)
{
	timer_stop(&c->limit);
	timer_stop(&c->feed);
	for (int i = 0; i < CHILD_PIPES; i++)
		close_pipe(c, i);
	if (c->process_open)
		uv_close((uv_handle_t *)&c->process, on_closed);
	c->process_open = false;
}

static void kill_group(struct child *c)
{
	c->killed = true;
	kill(-c->process.pid, SIGKILL);
}

/* --- what comes back --- */

static void keep_errors(struct child *c, const char *data, size_t length)
{
	if (length > CHILD_ERRORS) {
		data += length - CHILD_ERRORS;
		length = CHILD_ERRORS;
	}
	size_t kept = c->errors_length;
	if (kept > CHILD_ERRORS - length)
		kept = CHILD_ERRORS - length;
	memmove(c->errors, c->errors + c->errors_length - kept, kept);
	memcpy(c->errors + kept, data, length);
	c->errors_length = kept + length;
	c->errors[c->errors_length] = '\0';
}

/* What it wrote before it ended is in the pipe, and may not have been read;
 * once around the pipe, since a grandchild may go on writing. */
static void drain_errors(struct child *c)
{
	uv_os_fd_t fd;

	if (!c->pipe_open[STDERR_FILENO] ||
	    uv_fileno((uv_handle_t *)&c->pipes[STDERR_FILENO], &fd) != 0)
		return;
	for (int i = 0; i < 64 * 1024 / CHILD_CHUNK; i++) {
		ssize_t n = read(fd, c->chunk, sizeof c->chunk);
		if (n <= 0)
			return;
		keep_errors(c, c->chunk, (size_t)n);
	}
}

static void finish_if_ended(struct child *c)
{
	if (c->finished || c->freed || !c->exited ||
	    (!c->output_ended && !c->killed))
		return;
	c->finished = true;
	drain_errors(c);
	close_all(c);
	const char *output = bytes_text(&c->output);
	c->result.output = output ? output : "";
	c->result.output_length = output ? c->output.length : 0;
	c->result.errors = c->errors;
	c->holds++;
	c->done(c->arg, &c->result);
	release(c);
}

static void on_exited(uv_process_t *process, int64_t status, int by_signal)
{
	struct child *c = process->data;

	c->exited = true;
	c->result.signal = by_signal;
	c->result.exit_code = by_signal ? -1 : (int)status;
	finish_if_ended(c);
}

static void on_limit(void *arg)
{
	struct child *c = arg;

	c->result.timed_out = true;
	kill_group(c);
	/* if it has exited, someone else keeps its stdout open */
	finish_if_ended(c);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct child *c = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(c->chunk, sizeof c->chunk);
}

static void on_output(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
	struct child *c = stream->data;

	if (n < 0) {
		c->output_ended = true;
		close_pipe(c, STDOUT_FILENO);
		finish_if_ended(c);
	} else if (bytes_append(&c->output, buffer->base, (size_t)n) != 0) {
		/* no memory for it is a bound as well */
		c->result.too_long = true;
		kill_group(c); /* first, or SIGPIPE may end it */
		close_pipe(c, STDOUT_FILENO);
		finish_if_ended(c);
	}
}

static void on_errors(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
	struct child *c = stream->data;

	if (n < 0)
		close_pipe(c, STDERR_FILENO);
	else
		keep_errors(c, buffer->base, (size_t)n);
}

/* --- what goes in --- */

static void on_fed(uv_write_t *write, int status)
{
	struct child *c = write->data;

	(void)status; /* a program need not read its input */
	close_pipe(c, STDIN_FILENO);
}

static void on_feed(void *arg)
{
	struct child *c = arg;
	uv_buf_t buffer = {.base = c->input, .len = c->input_length};

	c->write.data = c;
	if (c->input_length == 0 ||
	    uv_write(&c->write, (uv_stream_t *)&c->pipes[STDIN_FILENO], &buffer,
		     1, on_fed) != 0)
		close_pipe(c, STDIN_FILENO);
}

/* --- start --- */

static int start_reading(struct child *c)
{
	int status = uv_read_start((uv_stream_t *)&c->pipes[STDOUT_FILENO],
				   on_allocate, on_output);

	if (status == 0)
		status = uv_read_start((uv_stream_t *)&c->pipes[STDERR_FILENO],
				       on_allocate, on_errors);
	return status;
}

int child_start(struct child **out, struct loop *l,
		const struct child_settings *settings, child_done *done,
		void *arg, struct problem *p)
{
	struct child *c = calloc(1, sizeof *c);
	int status = 0;

	assert(loop_on_thread(l));
	if (!c)
		return child_start_problem(p, settings->argv[0], UV_ENOMEM);
	c->loop = l;
	c->done = done;
	c->arg = arg;
	c->holds = 1;
	/* it may be a password that a program was asked for */
	bytes_init_secret(&c->output, settings->output_most
					      ? settings->output_most
					      : OUTPUT_MOST);
	timer_init(&c->limit, loop_clock(l), on_limit, c);
	timer_init(&c->feed, loop_clock(l), on_feed, c);
	c->input_length = settings->input ? settings->input_length : 0;
	c->input = malloc(c->input_length + 1);
	if (!c->input)
		status = UV_ENOMEM;
	else if (c->input_length > 0)
		memcpy(c->input, settings->input, c->input_length);
	if (status == 0)
		status = child_spawn(c, settings, on_exited);
	if (status == 0)
		status = start_reading(c);
	if (status != 0) {
		child_free(c);
		return child_start_problem(p, settings->argv[0], status);
	}
	timer_start(&c->feed, 0);
	if (settings->limit_ms > 0)
		timer_start(&c->limit, (uint64_t)settings->limit_ms * 1000);
	*out = c;
	return 0;
}

struct child *child_free(struct child *c)
{
	if (!c)
		return NULL;
	assert(loop_on_thread(c->loop));
	c->freed = true;
	if (!c->finished && c->process_open && c->process.pid > 0) {
		kill_group(c);
		/* libuv no longer waits for a handle that is closed, and what
		 * was killed so ends at once */
		while (!c->exited && waitpid(c->process.pid, NULL, 0) < 0 &&
		       errno == EINTR)
			;
	}
	close_all(c);
	release(c);
	return NULL;
}

void child_last_error(char *out, size_t size, const struct child_result *r)
{
	size_t end = strlen(r->errors), start;

	while (end > 0 && strchr(" \t\r\n", r->errors[end - 1]))
		end--;
	for (start = end; start > 0 && r->errors[start - 1] != '\n';)
		start--;
	size_t n = text_utf8_cut(r->errors + start, end - start, size - 1);
	memcpy(out, r->errors + start, n);
	out[n] = '\0';
	text_clean_line(out);
}
