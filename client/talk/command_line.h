/*
 * command_line: a line of --commands, read.  The commands are described in
 * docs/commands.md.
 */
#ifndef CLIENT_TALK_COMMAND_LINE_H
#define CLIENT_TALK_COMMAND_LINE_H

#include <stdbool.h>

struct problem;

enum command_kind {
	COMMAND_LINE_SAY,
	COMMAND_LINE_PLAY,
	COMMAND_LINE_TYPE,
	COMMAND_LINE_MUTE,
	COMMAND_LINE_INTERRUPT,
	COMMAND_LINE_END,
	COMMAND_LINES
};

/* What a command has no use for is NULL or 0. */
struct command_line {
	enum command_kind kind;
	char *name;             /* "say"; NULL: it is not known */
	char *id;               /* as JSON; NULL: there is none */
	char *text;             /* or the file of "play"; NULL: none */
	char *voice, *language; /* of "say" and "interrupt"; NULL: not told */
	double speed;           /* of the same; 0: not told */
	bool on;                /* of "mute" */
};

/* 0, PROBLEM_FORMAT with p saying what is wrong, or PROBLEM_MEMORY.  Then too
 * name and id are there when they could be read.  Always to be deinited. */
int command_line_read(struct command_line *out, const char *line,
		      struct problem *p);
void command_line_deinit(struct command_line *c);

#endif
