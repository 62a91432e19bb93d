/* settings_table: what there is to set, and how each setting is named. */
#ifndef CLIENT_SETTINGS_SETTINGS_TABLE_H
#define CLIENT_SETTINGS_SETTINGS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "client/settings/settings.h"

enum setting_kind {
	SETTING_KIND_TEXT,
	SETTING_KIND_URL,    /* shown without user, password and query */
	SETTING_KIND_SWITCH, /* no value needed: yes */
	SETTING_KIND_NUMBER,
};

enum {
	FOR_TALK = 1 << COMMAND_TALK,
	FOR_SIM = 1 << COMMAND_SIM,
	FOR_LOGIN = 1 << COMMAND_LOGIN,
	FOR_LOGOUT = 1 << COMMAND_LOGOUT,
	FOR_DOCTOR = 1 << COMMAND_DOCTOR,
	FOR_LESSON = 1 << COMMAND_LESSON,
	FOR_PROGRESS = 1 << COMMAND_PROGRESS,
	FOR_TEST = 1 << COMMAND_TEST,
	SETTING_NAMES_MOST = 3,
	SETTING_VARIABLE_SIZE = 64,
};

struct setting_row {
	enum setting id;
	unsigned commands; /* FOR_... */
	enum setting_kind kind;
	bool no_flag;     /* only a variable */
	bool no_variable; /* only a flag */
	bool secret;
	const char *name;     /* "ca-file": --ca-file, HABLA_CA_FILE */
	const char *argument; /* word for the value in --help */
	/* Other variables that mean the same. */
	const char *known[SETTING_NAMES_MOST];
	const char *choices;  /* "relay, bedrock or sim"; NULL: anything */
	const char *fallback; /* default value, or NULL */
	const char *unset;    /* what no value means, for people */
	long least, most;     /* numbers */
	const char *help;
};

/* All rows, in the order in which they are shown. */
const struct setting_row *settings_rows(size_t *count);
/* The row of id for that command, or NULL: the command does not have it. */
const struct setting_row *setting_row(enum settings_command command,
				      enum setting id);
/* The row with that flag (without "--"), or NULL. */
const struct setting_row *setting_row_of_flag(enum settings_command command,
					      const char *name, size_t length);
/* "HABLA_CA_FILE". */
void setting_variable(char out[SETTING_VARIABLE_SIZE],
		      const struct setting_row *row);
/* True for HABLA_... and each well-known name, whatever the command. */
bool setting_is_variable(const char *name);
/* "talk" */
const char *settings_command_name(enum settings_command command);
/* What the command takes beside flags: "PATH..."; NULL: nothing. */
const char *settings_operands(enum settings_command command);
/* What the command does, in lines of at most 72 letters. */
const char *settings_summary(enum settings_command command);

#endif
