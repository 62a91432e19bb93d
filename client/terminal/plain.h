/*
 * plain: the session_sink that tells a person, line by line.
 *
 * Transcript lines, states that matter, notices and problems.  No redraw; a
 * pipe and a screen reader get the same lines.  Texts from elsewhere cannot
 * steer the terminal: blanks of all kinds become spaces, other control
 * characters '?'.
 */
#ifndef CLIENT_TERMINAL_PLAIN_H
#define CLIENT_TERMINAL_PLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "client/session/sink.h"

struct plain_terminal;

/* It is a terminal, and NO_COLOR is not set. */
bool plain_wants_colour(FILE *stream);

/* stream is borrowed.  Colour as plain_wants_colour() has it. */
int plain_terminal_create(struct plain_terminal **out, FILE *stream);
/* Another answer than the stream's own: it leads to a terminal in the end. */
void plain_terminal_colour(struct plain_terminal *t, bool colour);
/* --quiet: transcript and what went wrong, nothing else. */
void plain_terminal_quiet(struct plain_terminal *t, bool quiet);
struct session_sink *plain_terminal_sink(struct plain_terminal *t);
struct plain_terminal *plain_terminal_free(struct plain_terminal *t);

/* --json: each event as one line (event_line.h) on stream, at once.  When
 * nobody reads any more (a closed pipe), the rest is dropped in silence. */
struct json_lines;
int json_lines_create(struct json_lines **out, FILE *stream, uint64_t start_us);
struct session_sink *json_lines_sink(struct json_lines *j);
struct json_lines *json_lines_free(struct json_lines *j);

#endif
