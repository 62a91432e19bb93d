/*
 * child: a local program, run once: text in on stdin, text out from stdout,
 * with a time limit.  Its own process group, no shell, none of our
 * descriptors.  Loop thread only.
 */
#ifndef NET_LOOP_CHILD_H
#define NET_LOOP_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct child;
struct loop;
struct problem;

struct child_settings {
	const char *const *argv;        /* NULL ends it; looked up in PATH */
	const char *const *environment; /* "NAME=value" added to ours, NULL
					 * ends it; or NULL */
	const char *input;              /* NULL: empty */
	size_t input_length;
	uint32_t limit_ms;  /* 0: none; then SIGKILL to its group */
	size_t output_most; /* of stdout; 0: 1 MiB; more kills it */
};

struct child_result {
	int exit_code;      /* -1: ended by a signal */
	int signal;         /* 0: none */
	bool timed_out;     /* killed by limit_ms */
	bool too_long;      /* killed by output_most */
	const char *output; /* stdout, NUL behind it */
	size_t output_length;
	const char *errors; /* the last 4 KiB of stderr, NUL behind it */
};

/* The last line that the program said on stderr, which is where programs say
 * why; made harmless for a terminal and cut to size.  "" for none. */
void child_last_error(char *out, size_t size, const struct child_result *r);

/* Once, when the program has ended and its stdout is at its end (or it was
 * killed).  result is borrowed for the call. */
typedef void child_done(void *arg, const struct child_result *result);

/* Copies all it needs.  0, PROBLEM_FILE (no such program, not executable;
 * fills p with one line that names it), PROBLEM_LIMIT or PROBLEM_MEMORY. */
int child_start(struct child **out, struct loop *l,
		const struct child_settings *settings, child_done *done,
		void *arg, struct problem *p);
/* Kills the group when it still runs, and reaps it; no done() after.  May be
 * called inside done().  NULL is fine; returns NULL. */
struct child *child_free(struct child *c);

#endif
