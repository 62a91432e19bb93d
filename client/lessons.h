/*
 * lessons: where lesson files are.
 *
 * A name is that of a file in $XDG_DATA_HOME/habla/lessons or, behind it, in
 * the assets' folder lessons/, without ".yaml".
 */
#ifndef CLIENT_LESSONS_H
#define CLIENT_LESSONS_H

#include <stdio.h>

#include "client/lesson/lesson.h"

struct problem;

/* what is a name, or a path: it has a "/" or ends in ".yaml" or ".yml".  *name
 * is how it is found again from any folder; caller frees both.  PROBLEM_USAGE
 * (no such lesson; p has the nearest name), or what lesson_read() returns. */
int lessons_open(struct lesson **out, char **name, const char *what,
		 struct problem *p);

/* `habla talk --lessons`: one line for each; of a file that is wrong, what is
 * wrong with it. */
void lessons_print(FILE *out);

#endif
