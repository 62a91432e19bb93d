/*
 * tool_lesson: the tool_runner kind behind mark_progress: what the tutor's
 * model says of an answer goes into the progress store.
 */
#ifndef CLIENT_TOOLS_TOOL_LESSON_H
#define CLIENT_TOOLS_TOOL_LESSON_H

struct clock;
struct lesson;
struct problem;
struct progress_store;
struct tool_runner;

/* All are borrowed and outlive the runner.  *store may change; NULL: nothing is
 * kept. */
int tool_lesson_create(struct tool_runner **out, struct clock *clock,
		       const struct lesson *l,
		       struct progress_store *const *store, struct problem *p);

#endif
