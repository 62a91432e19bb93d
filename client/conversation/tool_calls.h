/*
 * tool_calls: the tools that the tutor's model calls within a conversation.
 *
 *   toolUse -> kept until its block ends -> runner -> toolResult
 *
 * Every call is answered once: by the tool's result, or by {"error": "..."}
 * when the tool is unknown, fails or takes too long; then the sinks are told
 * why.  The conversation goes on meanwhile, and sound is sent.  A result whose
 * session is gone is dropped: the next one has not asked for it.
 * The conversation's thread only.
 */
#ifndef CLIENT_CONVERSATION_TOOL_CALLS_H
#define CLIENT_CONVERSATION_TOOL_CALLS_H

struct conversation;
struct nova_event;
struct tool_calls;
struct tool_runner;

/* Both are borrowed; runner may be NULL: there are no tools, and each call is
 * answered so.  0 or PROBLEM_MEMORY. */
int tool_calls_create(struct tool_calls **out, struct conversation *c,
		      struct tool_runner *runner);
/* NULL is fine; returns NULL. */
struct tool_calls *tool_calls_free(struct tool_calls *t);

/* One event of the service: a toolUse, or the end of its block. */
void tool_calls_receive(struct tool_calls *t, const struct nova_event *e);
/* The session is gone: calls that have not begun are forgotten, others go on,
 * because what they do may matter. */
void tool_calls_session_lost(struct tool_calls *t);
/* The conversation has ended: programs that still run are killed. */
void tool_calls_cancel(struct tool_calls *t);

#endif
