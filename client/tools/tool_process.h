/*
 * tool_process: the tool_runner kind whose tools are programs of this machine.
 *
 * Arguments go in on stdin and the result comes from stdout, both as JSON.  A
 * program that fails, answers no JSON or too much, or takes too long is
 * killed, and the outcome says so.  Loop thread only.
 */
#ifndef CLIENT_TOOLS_TOOL_PROCESS_H
#define CLIENT_TOOLS_TOOL_PROCESS_H

struct loop;
struct problem;
struct tool_runner;

/* Reads the file of --tools; its problems are p's.  loop is borrowed. */
int tool_process_create(struct tool_runner **out, struct loop *loop,
			const char *path, struct problem *p);

#endif
