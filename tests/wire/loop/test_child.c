#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/child.h"
#include "net/loop/loop.h"
#include "tests/support/await.h"
#include "tests/support/folder.h"

struct run {
	struct loop *loop;
	struct child *child;
	unsigned ended;
	bool free_inside, loop_goes_on;
	struct child_result result; /* its texts are copies */
};

static void on_done(void *arg, const struct child_result *result)
{
	struct run *r = arg;

	r->result = *result;
	assert_int_equal('\0', result->output[result->output_length]);
	r->result.output = text_copy(result->output);
	r->result.errors = text_copy(result->errors);
	r->ended++;
	if (r->free_inside)
		r->child = child_free(r->child);
	if (!r->loop_goes_on)
		loop_stop(r->loop);
}

static void start(struct run *r, const struct child_settings *settings)
{
	struct problem p = {0};

	if (!r->loop)
		assert_int_equal(0, loop_create(&r->loop));
	int err = child_start(&r->child, r->loop, settings, on_done, r, &p);
	assert_string_equal("", p.text);
	assert_int_equal(0, err);
}

static void finish(struct run *r)
{
	r->child = child_free(r->child);
	r->loop = loop_free(r->loop);
	free((char *)(uintptr_t)r->result.output);
	free((char *)(uintptr_t)r->result.errors);
}

static void run(struct run *r, const struct child_settings *settings)
{
	memset(r, 0, sizeof *r);
	start(r, settings);
	loop_run(r->loop);
	assert_int_equal(1, r->ended);
}

/* Runs a line of shell. */
static void run_shell(struct run *r, struct child_settings settings,
		      const char *line)
{
	const char *argv[] = {"sh", "-c", line, NULL};

	settings.argv = argv;
	run(r, &settings);
}

static void more_text_than_a_pipe_holds_goes_in_and_comes_out(void **state)
{
	enum { LENGTH = 500000 };
	const char *argv[] = {"cat", NULL};
	char *text = calloc(1, LENGTH + 1);
	struct run r;

	(void)state;
	for (size_t i = 0; i < LENGTH; i++)
		text[i] = (char)('a' + i % 23);
	run(&r, &(struct child_settings){
			.argv = argv, .input = text, .input_length = LENGTH});
	assert_int_equal(0, r.result.exit_code);
	assert_int_equal(LENGTH, r.result.output_length);
	assert_string_equal(text, r.result.output);
	assert_false(r.result.timed_out || r.result.too_long);
	finish(&r);
	free(text);
}

static void exit_code_output_and_errors_are_told(void **state)
{
	struct run r;

	(void)state;
	run_shell(&r, (struct child_settings){0},
		  "cat; echo out; echo wrong >&2; exit 7");
	assert_int_equal(7, r.result.exit_code);
	assert_int_equal(0, r.result.signal);
	assert_string_equal("out\n", r.result.output);
	assert_string_equal("wrong\n", r.result.errors);
	finish(&r);
}

static void an_end_by_a_signal_is_told(void **state)
{
	struct run r;

	(void)state;
	run_shell(&r, (struct child_settings){0}, "kill -TERM $$");
	assert_int_equal(-1, r.result.exit_code);
	assert_int_equal(SIGTERM, r.result.signal);
	finish(&r);
}

static void a_program_that_reads_no_input_is_fine(void **state)
{
	enum { LENGTH = 1000000 };
	char *text = calloc(1, LENGTH);
	struct run r;

	(void)state;
	run_shell(&r,
		  (struct child_settings){.input = text,
					  .input_length = LENGTH},
		  "exec <&-; echo fine");
	assert_int_equal(0, r.result.exit_code);
	assert_string_equal("fine\n", r.result.output);
	finish(&r);
	free(text);
}

static void its_standard_files_can_be_opened_by_name(void **state)
{
	struct run r;

	(void)state;
	run_shell(&r, (struct child_settings){.input = "in", .input_length = 2},
		  "cat /dev/stdin >/dev/stderr; echo out >/dev/stdout");
	assert_string_equal("out\n", r.result.output);
	assert_string_equal("in", r.result.errors);
	finish(&r);
}

static void the_environment_is_ours_and_the_added(void **state)
{
	const char *added[] = {"ADDED=new", "CHANGED=after", NULL};
	struct run r;

	(void)state;
	setenv("KEPT", "old", 1);
	setenv("CHANGED", "before", 1);
	run_shell(&r, (struct child_settings){.environment = added},
		  "echo $ADDED $KEPT $CHANGED; env | grep -c ^CHANGED=");
	assert_string_equal("new old after\n1\n", r.result.output);
	finish(&r);
	unsetenv("KEPT");
	unsetenv("CHANGED");
}

static void of_long_errors_the_end_is_kept(void **state)
{
	struct run r;

	(void)state;
	run_shell(&r, (struct child_settings){0},
		  "head -c 100000 /dev/zero | tr '\\0' x >&2; printf END >&2");
	assert_int_equal(4096, strlen(r.result.errors));
	assert_string_equal("xEND", r.result.errors + 4092);
	assert_int_equal('x', r.result.errors[0]);
	finish(&r);
}

static void what_cannot_be_started_is_named(void **state)
{
	static const struct {
		const char *program, *says;
	} rows[] = {
		{"habla-no-such-program", "no such program"},
		{"/dev/null", "permission denied"},
		{"/", "permission denied"},
	};
	struct loop *loop;
	struct child *child = NULL;

	(void)state;
	assert_int_equal(0, loop_create(&loop));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *argv[] = {rows[i].program, NULL};
		struct problem p = {0};
		assert_int_equal(
			PROBLEM_FILE,
			child_start(&child, loop,
				    &(struct child_settings){.argv = argv},
				    on_done, NULL, &p));
		assert_null(child);
		assert_int_equal(PROBLEM_FILE, p.code);
		assert_true(text_starts(p.text, rows[i].program));
		assert_non_null(strstr(p.text, rows[i].says));
	}
	loop_free(loop);
	/* nothing was left behind */
	assert_int_equal(-1, waitpid(-1, NULL, WNOHANG));
	assert_int_equal(ECHILD, errno);
}

static void the_time_limit_kills(void **state)
{
	const char *argv[] = {"sleep", "100000", NULL};
	struct run r;

	(void)state;
	run(&r, &(struct child_settings){.argv = argv, .limit_ms = 1});
	assert_true(r.result.timed_out);
	assert_int_equal(SIGKILL, r.result.signal);
	assert_int_equal(-1, r.result.exit_code);
	finish(&r);
}

/* A named pipe with whose help a process of the test is seen, or let go. */
struct fifo {
	char *folder, *path;
	int fd;
};

static void fifo_open(struct fifo *f, int mode)
{
	f->folder = folder_make();
	f->path = text_format("%s/fifo", f->folder);
	assert_int_equal(0, mkfifo(f->path, 0600));
	f->fd = open(f->path, mode | O_NONBLOCK | O_CLOEXEC);
	assert_true(f->fd >= 0);
}

static void fifo_close(struct fifo *f)
{
	close(f->fd);
	free(f->path);
	folder_remove(f->folder);
}

/* Waits until somebody writes there. */
static void fifo_expect_writer(struct fifo *f)
{
	struct pollfd p = {.fd = f->fd, .events = POLLIN};
	char c;

	assert_int_equal(1, poll(&p, 1, -1));
	assert_int_equal(1, read(f->fd, &c, 1));
}

/* Waits until nobody can write there any more. */
static void fifo_expect_end(struct fifo *f)
{
	struct pollfd p = {.fd = f->fd};

	assert_int_equal(1, poll(&p, 1, -1));
	assert_true(p.revents & POLLHUP);
}

static void too_much_output_kills_the_whole_group(void **state)
{
	struct fifo f;
	struct run r;

	(void)state;
	fifo_open(&f, O_RDONLY);
	/* opened before the output that kills: an end that nobody ever wrote
	 * to is not seen to end */
	char *line = text_format("exec 3>%s; sleep 100000 & exec yes", f.path);
	run_shell(&r, (struct child_settings){.output_most = 100000}, line);
	assert_true(r.result.too_long);
	assert_false(r.result.timed_out);
	assert_int_equal(SIGKILL, r.result.signal);
	assert_true(r.result.output_length <= 100000);
	fifo_expect_end(&f); /* the one that slept is gone too */
	finish(&r);
	free(line);
	fifo_close(&f);
}

static void
a_stranger_that_keeps_stdout_open_holds_up_to_the_limit(void **state)
{
	struct fifo f;
	struct run r;

	(void)state;
	fifo_open(&f, O_RDWR); /* its reader ends when this is closed */
	char *line = text_format("echo said; setsid cat %s & exit 0", f.path);
	run_shell(&r, (struct child_settings){.limit_ms = 3000}, line);
	assert_true(r.result.timed_out);
	finish(&r);
	free(line);
	fifo_close(&f);
}

struct run_on_thread {
	struct run run;
	struct loop_thread *thread;
	unsigned seen;
};

static void start_on_thread(void *arg)
{
	struct run_on_thread *t = arg;
	const char *argv[] = {"grep", "-E", "^Sig(Blk|Ign)",
			      "/proc/self/status", NULL};

	t->run.loop = loop_thread_loop(t->thread);
	start(&t->run, &(struct child_settings){.argv = argv});
}

static void free_on_thread(void *arg)
{
	struct run_on_thread *t = arg;

	t->run.child = child_free(t->run.child);
}

static void ended_on_thread(void *arg)
{
	struct run_on_thread *t = arg;

	t->seen = t->run.ended;
}

static bool has_ended(void *arg)
{
	struct run_on_thread *t = arg;

	loop_thread_call(t->thread, ended_on_thread, t);
	return t->seen > 0;
}

/* loop threads block every signal but those of faults */
static void a_child_of_a_loop_thread_blocks_and_ignores_nothing(void **state)
{
	struct run_on_thread t = {.run = {.loop_goes_on = true}};

	(void)state;
	assert_int_equal(0, loop_thread_start(&t.thread, "test"));
	loop_thread_call(t.thread, start_on_thread, &t);
	assert_true(await(has_ended, &t));
	loop_thread_call(t.thread, free_on_thread, &t);
	loop_thread_free(t.thread);
	assert_string_equal("SigBlk:\t0000000000000000\n"
			    "SigIgn:\t0000000000000000\n",
			    t.run.result.output);
	free((char *)(uintptr_t)t.run.result.output);
	free((char *)(uintptr_t)t.run.result.errors);
}

static void a_child_gets_none_of_our_descriptors(void **state)
{
	struct run r;
	int inheritable = dup(STDERR_FILENO);

	(void)state;
	assert_true(inheritable > STDERR_FILENO);
	run_shell(&r, (struct child_settings){0}, "ls /proc/$$/fd");
	assert_string_equal("0\n1\n2\n", r.result.output);
	finish(&r);
	close(inheritable);
}

static void freed_early_the_group_is_killed_and_reaped(void **state)
{
	struct run r = {0};
	struct fifo f;

	(void)state;
	fifo_open(&f, O_RDONLY);
	char *line = text_format("(echo; sleep 100000) > %s & wait", f.path);
	const char *argv[] = {"sh", "-c", line, NULL};
	start(&r, &(struct child_settings){.argv = argv});
	fifo_expect_writer(&f);
	r.child = child_free(r.child);
	fifo_expect_end(&f);
	assert_int_equal(-1, waitpid(-1, NULL, WNOHANG));
	assert_int_equal(ECHILD, errno);
	finish(&r);
	assert_int_equal(0, r.ended);
	free(line);
	fifo_close(&f);
}

static void it_may_be_freed_inside_its_end(void **state)
{
	const char *argv[] = {"true", NULL};
	struct run r = {.free_inside = true};

	(void)state;
	start(&r, &(struct child_settings){.argv = argv});
	loop_run(r.loop);
	assert_int_equal(1, r.ended);
	assert_int_equal(0, r.result.exit_code);
	finish(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			more_text_than_a_pipe_holds_goes_in_and_comes_out),
		cmocka_unit_test(exit_code_output_and_errors_are_told),
		cmocka_unit_test(an_end_by_a_signal_is_told),
		cmocka_unit_test(a_program_that_reads_no_input_is_fine),
		cmocka_unit_test(its_standard_files_can_be_opened_by_name),
		cmocka_unit_test(the_environment_is_ours_and_the_added),
		cmocka_unit_test(of_long_errors_the_end_is_kept),
		cmocka_unit_test(what_cannot_be_started_is_named),
		cmocka_unit_test(the_time_limit_kills),
		cmocka_unit_test(too_much_output_kills_the_whole_group),
		cmocka_unit_test(
			a_stranger_that_keeps_stdout_open_holds_up_to_the_limit),
		cmocka_unit_test(
			a_child_of_a_loop_thread_blocks_and_ignores_nothing),
		cmocka_unit_test(a_child_gets_none_of_our_descriptors),
		cmocka_unit_test(freed_early_the_group_is_killed_and_reaped),
		cmocka_unit_test(it_may_be_freed_inside_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
