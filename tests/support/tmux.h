/*
 * tmux: a program in a real terminal emulator, whose screen can be looked at.
 *
 * A tmux server of its own, with a socket in the test's folder.  Failing
 * expectations show the screen and end the test.
 */
#ifndef TESTS_SUPPORT_TMUX_H
#define TESTS_SUPPORT_TMUX_H

struct tmux {
	char *socket; /* owned */
};

/* Runs a shell script in a terminal of that size. */
void tmux_start(struct tmux *t, const char *folder, unsigned columns,
		unsigned rows, const char *script);
/* The screen as text, or with colours (flags "-e"); caller frees. */
char *tmux_screen(const struct tmux *t, const char *flags);
/* Waits until the screen has text. */
void tmux_expect(const struct tmux *t, const char *flags, const char *text);
/* As tmux's send-keys names them: "q", "Space", "Enter". */
void tmux_keys(const struct tmux *t, const char *keys);
void tmux_resize(const struct tmux *t, unsigned columns, unsigned rows);
/* What is printed from now on goes to folder/name too, byte by byte. */
void tmux_record(const struct tmux *t, const char *folder, const char *name);
void tmux_end(struct tmux *t);

#endif
