/*
 * lesson_prompt: a lesson for a model that teaches it: Nova Sonic.
 *
 * The system prompt, the tool with which the model tells how the learner
 * answers, and the settings of a session that follow from the lesson.
 */
#ifndef CLIENT_LESSON_LESSON_PROMPT_H
#define CLIENT_LESSON_LESSON_PROMPT_H

#include "client/lesson/lesson.h"
#include "client/lesson/lesson_plan.h"
#include "net/nova/event.h"

struct bytes;

enum { LESSON_PROMPT_BYTES_MOST = 32 * 1024 };

/* The tool's name.  Its arguments: "step" (an id), "result" (a word of
 * lesson_result_name()), "words" (what the learner said). */
#define LESSON_TOOL "mark_progress"

enum lesson_result { LESSON_RIGHT, LESSON_PARTLY, LESSON_WRONG };
/* "right", "partly", "wrong" */
const char *lesson_result_name(enum lesson_result result);

/* Appends the prompt.  wish: what else the tutor is told, or NULL.  The failure
 * stays in out: PROBLEM_LIMIT when its limit is too small. */
void lesson_prompt_write(struct bytes *out, const struct lesson *l,
			 const struct lesson_plan *plan, const char *wish);

/* Appends a JSON array with the toolSpec (net/nova/tool_specs.h). */
void lesson_tool_write(struct bytes *out, const struct lesson *l);

/* The service's pause (about 1.5, 1.75 and 2 s; docs/nova-sonic.md, "Input
 * events") that is nearest to the level's. */
enum nova_turn_pause lesson_nova_pause(enum lesson_level level);

#endif
