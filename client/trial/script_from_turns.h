/*
 * script_from_turns: the events of a session folder as turns of a learner.
 *
 * Pure; owner's thread.  All texts are owned by the from_session.
 */
#ifndef CLIENT_TRIAL_SCRIPT_FROM_TURNS_H
#define CLIENT_TRIAL_SCRIPT_FROM_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

enum { FROM_SAMPLES_PER_MS = 16 }; /* of sent.wav */

struct from_turn {
	char *typed;         /* NULL: spoken */
	uint64_t first, end; /* in sent.wav, with some silence around */
	int64_t into_ms;     /* after the answer was first heard; -1: not into
			      * one */
	int64_t latency_ms;  /* 0: no answer */
	bool answered, stopped;
	char *transcript, *reply; /* or NULL */
	char **tools;
	size_t tool_count;

	int64_t ended_us; /* of the speech */
};

struct from_tool {
	char *name;
	char **results; /* JSON */
	size_t result_count;
};

struct from_session {
	struct from_turn *turns;
	size_t turn_count;
	struct from_tool *tools;
	size_t tool_count;
	char **left; /* "3.2 s: muted" */
	size_t left_count;

	/* --- while it is read */
	uint64_t sent;       /* samples */
	int64_t speaking_us; /* since when the tutor is heard; 0: it is not */
	bool in_speech;
};

/* The next event.  0 or PROBLEM_MEMORY. */
int from_session_event(struct from_session *s, const struct cJSON *event);
void from_session_deinit(struct from_session *s);

#endif
