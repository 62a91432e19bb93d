/*
 * window_module: what habla-window.so exports, and what it is given.
 *
 * SDL wants its window and its events on one thread: run() is that thread.
 */
#ifndef CLIENT_WINDOW_WINDOW_MODULE_H
#define CLIENT_WINDOW_WINDOW_MODULE_H

#include <stdbool.h>

struct problem;
struct window_view;

enum window_command {
	WINDOW_MUTE, /* or no longer */
	WINDOW_END,
	WINDOW_QUIETER,
	WINDOW_LOUDER,
	WINDOW_SKIP,
	WINDOW_AGAIN,
	WINDOW_HINT,
	WINDOW_TALK_BEGINS, /* --push-to-talk: space is held */
	WINDOW_TALK_ENDS,
	WINDOW_COMMANDS,
};

/* All are called on the window's thread. */
struct window_host {
	bool light;
	bool push_to_talk;
	unsigned offers; /* bits 1 << window_command: what can be done */
	/* A copy of the present view; returns whether it moves. */
	bool (*look)(void *arg, struct window_view *out);
	/* Once, p->code 0: the window is there; else why it is not. */
	void (*opened)(void *arg, const struct problem *p);
	void (*command)(void *arg, enum window_command command);
	/* After each frame. */
	void (*drawn)(void *arg);
	/* Once, if it was opened: wake() and quit() are not called from here
	 * on. */
	void (*closing)(void *arg);
	void *arg;
};

struct window_module {
	/* Returns when the window was closed or quit() was called. */
	void (*run)(const struct window_host *host);
	/* Between opened() and closing(), any thread: the view has
	 * changed; the window is no longer wanted. */
	void (*wake)(void);
	void (*quit)(void);
	/* On the window's thread, within drawn(): writes what is on the window
	 * as a BMP.  0 or PROBLEM_FILE. */
	int (*save)(const char *path);
};

#endif
