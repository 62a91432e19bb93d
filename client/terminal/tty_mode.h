/*
 * tty_mode: the keyboard key by key, and the terminal as it was afterwards.
 *
 * Signals are events in this project, never handlers.  The signals of a crash
 * are the one exception: nobody is left to read them as events, and a terminal
 * without echo outlives the program.  Their handler only sets the terminal back
 * (tcsetattr() and write() may be called there, signal-safety(7)) and lets the
 * signal end the program as it would have.  One terminal a process.
 */
#ifndef CLIENT_TERMINAL_TTY_MODE_H
#define CLIENT_TERMINAL_TTY_MODE_H

#include <stdbool.h>

/* Keys come at once and are not shown; Ctrl-C and Ctrl-Z stay signals.  False:
 * fd is no terminal, or not ours to set (in the background). */
bool tty_mode_keys(int fd);
/* As it was before; fine when nothing was set. */
void tty_mode_restore(void);

#endif
