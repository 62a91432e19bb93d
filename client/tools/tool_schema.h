/*
 * tool_schema: whether a text can be the JSON schema of a tool's arguments.
 *
 * Looks at the form: the keywords that constrain something have values of
 * their kind, all the way down.  Unknown keywords are annotations and pass.
 */
#ifndef CLIENT_TOOLS_TOOL_SCHEMA_H
#define CLIENT_TOOLS_TOOL_SCHEMA_H

#include <stddef.h>

enum {
	TOOL_SCHEMA_DEPTH = 32,
	TOOL_SCHEMA_STEP_SIZE = 64,
	TOOL_SCHEMA_TEXT_SIZE = 160,
};

/* Where a schema is wrong: the steps from its root ("properties", "word",
 * "type"; an element of a list is "#0"), and what. */
struct tool_schema_fault {
	char steps[TOOL_SCHEMA_DEPTH][TOOL_SCHEMA_STEP_SIZE];
	size_t depth;
	char text[TOOL_SCHEMA_TEXT_SIZE]; /* "wanted ..." */
};

/* 0, or PROBLEM_FORMAT with *fault. */
int tool_schema_check(const char *json, struct tool_schema_fault *fault);

#endif
