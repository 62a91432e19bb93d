/*
 * tool_runner: runs the tools that the tutor's model calls; a seam.
 *
 * Kinds: local programs (tool_process.h), and tests' own.  The conversation's
 * thread only; under the virtual clock a kind uses timers.
 */
#ifndef CLIENT_TOOLS_TOOL_RUNNER_H
#define CLIENT_TOOLS_TOOL_RUNNER_H

struct problem;
struct tool_call; /* each kind's own */
struct tool_runner;

struct tool_outcome {
	const char *result; /* JSON text, any value; NULL: it failed */
	const char *error;  /* then why, in words that the model may read */
	const char *detail; /* for the person only, or NULL */
};

/* Once for each call, never from within it.  The call is over then; outcome is
 * borrowed for the time of it. */
typedef void tool_done(void *arg, const struct tool_outcome *outcome);

struct tool_runner_ops {
	int (*call)(struct tool_runner *r, const char *name,
		    const char *arguments, tool_done *done, void *arg,
		    struct tool_call **out, struct problem *p);
	void (*cancel)(struct tool_runner *r, struct tool_call *c);
	void (*free)(struct tool_runner *r);
};

/* First member of every kind. */
struct tool_runner {
	const struct tool_runner_ops *ops;
	/* What the model is told of the tools: a JSON array of toolSpecs. */
	const char *specs;
};

/* arguments: JSON text.  Several calls may run at once.  A code fills p with
 * why in words that the model may read; then done() is not called. */
int tool_runner_call(struct tool_runner *r, const char *name,
		     const char *arguments, tool_done *done, void *arg,
		     struct tool_call **out, struct problem *p);
/* Ends a call that is not done; done() is not called. */
void tool_runner_cancel(struct tool_runner *r, struct tool_call *c);
/* When no call is left.  NULL is fine; returns NULL. */
struct tool_runner *tool_runner_free(struct tool_runner *r);

#endif
