/*
 * doctor: looks at all that a conversation needs, from the settings and the
 * sound card to one silent session, and says of each whether it works and
 * what to do when it does not.  One thread, which it takes for its own loop.
 */
#ifndef CLIENT_DOCTOR_DOCTOR_H
#define CLIENT_DOCTOR_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

struct settings;

/* Writes a line for each check as soon as it is known: for people, or a JSON
 * object each, {"check","verdict","text"}, and a last one,
 * {"warnings","failures"}.  Returns how many checks failed, or PROBLEM_*. */
int doctor_run(const struct settings *settings, FILE *out, bool json);

#endif
