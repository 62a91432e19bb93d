/*
 * ask: one line from the person at the keyboard, or from whoever writes to
 * stdin.
 *
 * On a terminal a prompt is shown (on /dev/tty, so that stdout and stderr may
 * be files) and a secret is not echoed; the terminal is as before on each way
 * out, Ctrl-C included.  Where stdin is no terminal, the next line of it is
 * taken, without a prompt.  Main thread.
 */
#ifndef CLIENT_LOGIN_ASK_H
#define CLIENT_LOGIN_ASK_H

#include <stdbool.h>

struct problem;

enum ask_kind { ASK_SHOWN, ASK_SECRET };

/* The caller gives *out to text_wipe().  what names the thing in messages
 * ("password").  PROBLEM_USAGE: no line, an empty one or a long one;
 * PROBLEM_ORDER: ended by a signal; PROBLEM_MEMORY. */
int ask_line(char **out, enum ask_kind kind, const char *what,
	     const char *prompt, struct problem *p);

/* A person is asked, rather than stdin read. */
bool ask_is_person(void);

#endif
