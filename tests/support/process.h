/*
 * process: starts one of our programs (or a server of a test), reads what it
 * prints, waits for it, ends it.  Only processes started here are ended, by
 * their id.  Failing expectations end the test.
 */
#ifndef TESTS_SUPPORT_PROCESS_H
#define TESTS_SUPPORT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process {
	pid_t pid;
	int input;  /* its standard input, or -1 */
	int output; /* its standard output and error in one pipe */
	char *text; /* what it has printed so far, NUL-terminated; it stays
		     * until the test program ends */
	size_t length, capacity;
	int status; /* as waitpid gives it, once ended */
	bool ended;
};

enum { PROCESS_HANG_MS = 120000 };

/* Starts argv (ends with NULL).  environment: "NAME=value" entries (ends with
 * NULL) set on top of ours, "NAME" alone removes; may be NULL.  A relative
 * argv[0] such as "habla" is looked for among the built programs first. */
void process_start(struct process *p, const char *const *argv,
		   const char *const *environment);

/* The same with a terminal of its own as its input, output and error;
 * tcgetattr() on output tells how that is set. */
void process_start_on_terminal(struct process *p, const char *const *argv,
			       const char *const *environment);

/* Writes text to its input.  Fails the test when that does not go. */
void process_type(struct process *p, const char *text);

/* Reads output until it contains text; returns where it stands.  Fails the
 * test with all that was printed when the process ends first or
 * PROCESS_HANG_MS pass. */
const char *process_expect(struct process *p, const char *text);

/* The same behind the place `from` in what it has printed. */
const char *process_expect_from(struct process *p, size_t from,
				const char *text);

/* Waits for its end and returns the exit code, or 128 + signal.  Reads what is
 * still printed. */
int process_wait(struct process *p);
void process_signal(struct process *p, int signal);
/* Kills it if it still runs, and waits. */
void process_end(struct process *p);

#endif
