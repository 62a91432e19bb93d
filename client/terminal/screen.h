/*
 * screen: text that scrolls, and under it one block that is drawn in place.
 *
 *   ...                                  lines of screen_stream(): they stay,
 *   Tutor: Plants make food from light.  can be copied and searched
 *   Tutor: The leaf is                   the block: at most SCREEN_LINES_MOST
 *   Speaking  mic [###     ] 0:42        lines, no wider than the terminal
 *
 * Only lines of the block that changed are written, each time in one write().
 * Any thread; calls are serialised.
 */
#ifndef CLIENT_TERMINAL_SCREEN_H
#define CLIENT_TERMINAL_SCREEN_H

#include <stdint.h>
#include <stdio.h>

enum { SCREEN_LINES_MOST = 6, SCREEN_LINE_SIZE = 1024 };

struct screen;

/* What is to be drawn: lines of clean UTF-8, without ends of lines, each at
 * most the columns of the terminal less one wide. */
struct screen_block {
	size_t count;
	char lines[SCREEN_LINES_MOST][SCREEN_LINE_SIZE];
	unsigned char dim[SCREEN_LINES_MOST]; /* shown as not yet certain */
};

/* fd: a terminal (borrowed).  colour: whether dim lines are drawn so.
 * 0 or PROBLEM_MEMORY. */
int screen_create(struct screen **out, int fd, int colour);
/* Takes the block away first.  NULL is fine; returns NULL. */
struct screen *screen_free(struct screen *s);

/* For whole lines; freed with the screen. */
FILE *screen_stream(struct screen *s);
void screen_draw(struct screen *s, const struct screen_block *block);
/* The terminal has a new width.  Draws nothing. */
void screen_resized(struct screen *s, size_t columns);
/* Takes the block away; the next draw brings it back. */
void screen_clear(struct screen *s);
/* Bytes written to the terminal so far. */
uint64_t screen_bytes(struct screen *s);

#endif
