/*
 * window: `habla talk --window`: a session_sink whose view a module draws
 * (client/modules/window), on a thread of its own.
 *
 *   loop thread     events   -> view  \
 *   voice thread    sound    -> view   one lock, held for a copy at most
 *   window thread   a copy of the view -> SDL; commands -> on_command
 *
 * The conversation never waits for it: a window that is closed, or never
 * came, is one that nothing is drawn on.
 */
#ifndef CLIENT_WINDOW_WINDOW_H
#define CLIENT_WINDOW_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "client/session/sink.h"
#include "client/window/window_module.h"

struct lesson;
struct problem;
struct window;
struct window_view;

struct window_settings {
	bool light;
	bool push_to_talk;
	unsigned offers;             /* see window_module.h */
	const struct lesson *lesson; /* borrowed; NULL: none */
	/* Window thread. */
	void (*on_command)(void *arg, enum window_command command);
	/* Window thread, after a frame; NULL: not wanted. */
	void (*on_drawn)(void *arg, const struct window_module *module);
	void *arg;
};

/* Loads the module and waits until the window is there.  PROBLEM_FILE: the
 * module or its libraries are missing; PROBLEM_DEVICE: no window system;
 * PROBLEM_MEMORY, PROBLEM_LIMIT.  p has the line for people. */
int window_open(struct window **out, const struct window_settings *settings,
		struct problem *p);
struct session_sink *window_sink(struct window *w);
/* Any thread; shown on the button. */
void window_set_muted(struct window *w, bool muted);
/* Any thread. */
void window_look(struct window *w, struct window_view *out);
bool window_is_open(struct window *w);
/* Frames drawn so far; any thread. */
uint64_t window_frames(const struct window *w);
/* Closes the window and waits for its thread: no command comes from here on.
 * The sink still takes what is told. */
void window_hide(struct window *w);
/* Closes the window and waits for its thread.  NULL is fine; returns NULL. */
struct window *window_free(struct window *w);

#endif
