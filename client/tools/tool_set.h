/*
 * tool_set: several tool_runners as one: a call goes to the one that has the
 * tool.  Thread and life as in tool_runner.h.
 */
#ifndef CLIENT_TOOLS_TOOL_SET_H
#define CLIENT_TOOLS_TOOL_SET_H

#include <stddef.h>

struct problem;
struct tool_runner;

enum { TOOL_SET_MOST = 4 };

/* Takes the runners (NULLs among them are left out), in any case: they are
 * freed with the set, or at once when this fails.  One alone is the set.
 * PROBLEM_USAGE: two tools have one name. */
int tool_set_create(struct tool_runner **out,
		    struct tool_runner *const *runners, size_t count,
		    struct problem *p);

#endif
