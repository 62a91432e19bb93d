/*
 * tool_file: the file of --tools: which programs the tutor's model may call.
 * docs/tools.md.
 */
#ifndef CLIENT_TOOLS_TOOL_FILE_H
#define CLIENT_TOOLS_TOOL_FILE_H

#include <stddef.h>
#include <stdint.h>

struct problem;

enum { TOOL_LIMIT_MS = 10000 };

struct tool {
	char *name, *description;
	char *schema;       /* JSON text */
	char **argv;        /* NULL behind the last */
	char **environment; /* "NAME=value", NULL behind the last; or NULL */
	uint32_t limit_ms;
};

struct tool_file {
	struct tool *tools;
	size_t count;
	char *specs; /* JSON array for nova_session_settings.tools */
};

/* PROBLEM_FORMAT or PROBLEM_FILE: p says "path:line:column: what; remedy". */
int tool_file_read(struct tool_file **out, const char *path, struct problem *p);
/* The same from memory; path stands for the file in messages and for where
 * its programs are. */
int tool_file_read_text(struct tool_file **out, const char *path,
			const char *text, size_t length, struct problem *p);
struct tool_file *tool_file_free(struct tool_file *f);

/* The tool of that name, or NULL. */
const struct tool *tool_file_find(const struct tool_file *f, const char *name);

#endif
