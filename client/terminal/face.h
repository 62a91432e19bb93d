/*
 * face: a conversation on a terminal: what is shown, and what keys do.
 *
 * On a terminal that can: transcript, live block, keys.  On one that cannot
 * (TERM=dumb, --plain), lines and keys.  In a pipe, lines.
 * The main thread's, but for what is written to face_stream().
 */
#ifndef CLIENT_TERMINAL_FACE_H
#define CLIENT_TERMINAL_FACE_H

#include <stdbool.h>
#include <stdio.h>

#include "client/terminal/keys.h"

struct face;
struct status;

struct face_settings {
	FILE *people;      /* stdout or stderr; borrowed */
	bool keys;         /* stdin is a person's, if it is a terminal */
	bool plain;        /* never draws */
	bool push_to_talk; /* for what is shown */
	bool text;         /* keys are letters of a line */
};

/* 0 or PROBLEM_MEMORY. */
int face_create(struct face **out, const struct face_settings *settings);
/* NULL is fine; returns NULL. */
struct face *face_free(struct face *f);

/* Where text for people goes. */
FILE *face_stream(struct face *f);
/* Whether colour is for that stream. */
bool face_colour(const struct face *f);
/* A live block is drawn. */
bool face_draws(const struct face *f);
/* The descriptor to wait for keys on, or -1. */
int face_key_fd(const struct face *f);

/* The next key that was typed, or KEY_NONE: no more for now.  Editing, help and
 * the panel are the face's own and not told.  The line of KEY_LINE is *line
 * until the next call. */
enum key_meaning face_key(struct face *f, const char **line);
void face_draw(struct face *f, const struct status *s, unsigned elapsed_s);
void face_resized(struct face *f);
/* Ctrl-Z: the terminal as it was, then stops; returns when it goes on. */
void face_suspend(struct face *f);
/* No more keys, no block; what follows is lines. */
void face_stop(struct face *f);

#endif
