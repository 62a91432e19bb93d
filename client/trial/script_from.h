/*
 * script_from: a conversation that was kept in a session folder, written as a
 * script for habla test: the learner's own sound, and loose expectations from
 * what happened.
 *
 * Each time that the learner spoke or typed becomes a turn.  Expected is that
 * the tutor answers or falls silent as it did, that the learner is understood
 * about as then, and that the same tools are called; its words stand there as
 * comments.  What has no place in a script is listed at its head.
 */
#ifndef CLIENT_TRIAL_SCRIPT_FROM_H
#define CLIENT_TRIAL_SCRIPT_FROM_H

#include <stdio.h>

struct problem;

/* PROBLEM_FILE, PROBLEM_FORMAT or PROBLEM_MEMORY fill p. */
int script_from_session(FILE *out, const char *folder, struct problem *p);

#endif
