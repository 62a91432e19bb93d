/*
 * stack: the real programs, side by side on loopback: `habla sim`,
 * habla-relay in front of it, and `habla talk`.  Failing expectations end the
 * test.
 */
#ifndef TESTS_SUPPORT_STACK_H
#define TESTS_SUPPORT_STACK_H

#include "tests/support/process.h"

struct stack {
	char *folder;      /* everything of this test */
	char sim_dir[300]; /* received-N.wav, sent-N.wav of the simulator */
	char relay_url[64];
	char endpoint[64];
	unsigned relay_port;
	/* Set before the start: of the simulator, at once; NULL: any number. */
	const char *streams;
	struct process sim, relay;
};

/* scenario: a file, or NULL for the simulator's own.  Both programs have a free
 * port. */
void stack_start(struct stack *s, const char *scenario);
void stack_stop(struct stack *s);

/* The relay once more, on the port it had. */
void stack_restart_relay(struct stack *s);

/* "FOLDER/name"; valid until the next call but three. */
const char *stack_path(const struct stack *s, const char *name);
/* Writes text to FOLDER/name and returns its path as above. */
const char *stack_file(const struct stack *s, const char *name,
		       const char *text);

/* Starts `habla talk --relay URL` with more arguments (ends with NULL), in the
 * test's folder with no settings of the person who runs the test. */
void stack_talk(const struct stack *s, struct process *p,
		const char *const *arguments);

/* The number behind "ADDRESS:" of the first URL that the process printed. */
unsigned stack_port_of(struct process *p, const char *scheme);

/* Environment for any habla program in a test: no settings from outside. */
extern const char *const stack_environment[];

#endif
