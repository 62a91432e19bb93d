/*
 * builtin: a simulator and a relay on loopback, inside this program.
 *
 * Each has its own thread and loop and a port of its own choosing; the relay
 * asks for a random token.  Talking goes through real sockets.
 */
#ifndef CLIENT_BUILTIN_BUILTIN_H
#define CLIENT_BUILTIN_BUILTIN_H

#include <stdbool.h>

struct builtin;
struct lesson;
struct lesson_plan;
struct problem;

struct builtin_settings {
	const char *scenario; /* NULL: a tutor teaches the lesson; without one,
			       * the scenario that comes with Habla */
	/* Borrowed; they outlive it. */
	const struct lesson *lesson;
	const struct lesson_plan *plan;
	bool typed;               /* nobody will speak to it */
	const char *speech_model; /* see client/speech/recogniser.h */
	const char *model;
	const char *record_dir; /* simulator's own recordings, or NULL */
};

int builtin_start(struct builtin **out, const struct builtin_settings *settings,
		  struct problem *p);
const char *builtin_relay_url(const struct builtin *b);
const char *builtin_token(const struct builtin *b);
/* Any thread: what the tutor lacks (voice, ears) and was not told yet: its
 * code, p filled; or 0. */
int builtin_trouble(struct builtin *b, struct problem *p);
struct builtin *builtin_free(struct builtin *b);

#endif
