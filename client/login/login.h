/*
 * login: a school's login, as a person begins it, looks at it and ends it.
 * It is kept in $XDG_STATE_HOME/habla/login.json (net/cognito/login_file.h).
 *
 * Main thread; each call runs a loop of its own until it is done.
 */
#ifndef CLIENT_LOGIN_LOGIN_H
#define CLIENT_LOGIN_LOGIN_H

#include <stdio.h>

struct problem;
struct settings;

/* Where the login is kept; caller frees.  PROBLEM_FILE (no home folder),
 * PROBLEM_MEMORY. */
int login_path(char **out, struct problem *p);

/* Signs in by the settings of `habla login`, asking for what is missing, and
 * keeps the login.  out: what a person reads. */
int login_begin(const struct settings *s, FILE *out, struct problem *p);

/* Tells who is signed in; asks nobody.  PROBLEM_DENIED: nobody. */
int login_show(FILE *out, struct problem *p);

/* Revokes the tokens and deletes them; they are deleted even when p says that
 * they could not be revoked. */
int login_end(const struct settings *s, FILE *out, struct problem *p);

#endif
