/*
 * talk_screen: `habla talk` in a terminal (tmux.h), and its screen as a picture
 * of text that can be compared.  Failing expectations end the test.
 */
#ifndef TESTS_SUPPORT_TALK_SCREEN_H
#define TESTS_SUPPORT_TALK_SCREEN_H

#include "tests/support/tmux.h"

/* Runs `habla talk --no-record FLAGS` in folder, after the shell commands of
 * `before`.  FOLDER/pid is its process; behind its end the screen says EXIT and
 * its code, and SAME when the terminal's settings are as they were. */
void talk_screen_start(struct tmux *t, const char *folder, unsigned columns,
		       unsigned rows, const char *before, const char *flags);

/* Keeps the screen in the build folder's screens/NAME-COLUMNS.txt, for people
 * to look at. */
void talk_screen_keep(const struct tmux *t, const char *name, unsigned columns);

/* Compares the screen with tests/data/screens/NAME-COLUMNS.txt, after what is
 * never the same twice (times, levels, ids) has been replaced. */
void talk_screen_compare(const struct tmux *t, const char *name,
			 unsigned columns);

#endif
