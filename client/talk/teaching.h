/*
 * teaching: what --lesson and --resume mean for a conversation: the prompt, the
 * session's settings, the tool mark_progress, and the progress that is kept.
 */
#ifndef CLIENT_TALK_TEACHING_H
#define CLIENT_TALK_TEACHING_H

#include <stddef.h>

#include "client/lesson/lesson_plan.h"
#include "net/base/random.h"
#include "net/nova/session.h"

struct clock;
struct problem;
struct progress_store;
struct settings;
struct tool_runner;

/* Zero: no lesson; all calls here are fine with that. */
struct teaching {
	const struct settings *settings; /* borrowed */
	struct lesson *lesson;
	char *name; /* how the lesson is found again */
	struct lesson_plan plan;
	char run[UUID_TEXT_SIZE]; /* that goes on, if the plan does */
	char *prompt;
	char *progress_path; /* NULL: nothing can be kept */
	struct progress_store *store;
};

/* Reads the lesson, and the progress when one goes on.  PROBLEM_USAGE,
 * PROBLEM_FORMAT and the like fill p. */
int teaching_open(struct teaching *t, const struct settings *settings,
		  const struct clock *clock, struct problem *p);

/* What the lesson decides: prompt, language, voice and pause; flags go before
 * it, and it before the environment and files. */
void teaching_apply(const struct teaching *t,
		    struct nova_session_settings *session);

/* The tool mark_progress; *tool is NULL without a lesson.  t stays where it
 * is. */
int teaching_tool(struct teaching *t, struct clock *clock,
		  struct tool_runner **tool, struct problem *p);

/* Begins to keep progress, for a conversation that is kept in that folder, or
 * NULL. */
int teaching_begin(struct teaching *t, const struct clock *clock,
		   const char *session, struct problem *p);

/* One line for people, in text. */
void teaching_line(const struct teaching *t, char *text, size_t size);

/* A trouble with the progress file since the last call: its code, p filled; or
 * 0. */
int teaching_trouble(struct teaching *t, struct problem *p);

/* Writes what is left; not on the loop's thread.  What could not be kept goes
 * to p. */
void teaching_close(struct teaching *t, struct problem *p);

/* The learner whose progress is kept: --learner, else --student, else
 * "learner". */
const char *teaching_learner(const struct settings *s);
/* $XDG_DATA_HOME/habla/progress.db; caller frees.  PROBLEM_USAGE: there is no
 * home folder. */
int teaching_progress_path(char **out, struct problem *p);

#endif
