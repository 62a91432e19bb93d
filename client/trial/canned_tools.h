/* canned_tools: the tool_runner kind whose results stand in a script. */
#ifndef CLIENT_TRIAL_CANNED_TOOLS_H
#define CLIENT_TRIAL_CANNED_TOOLS_H

struct clock;
struct problem;
struct script_case;
struct tool_runner;

/* c is borrowed.  *out is NULL when it has no tools.  0 or PROBLEM_MEMORY. */
int canned_tools_create(struct tool_runner **out, struct clock *clock,
			const struct script_case *c, struct problem *p);

#endif
