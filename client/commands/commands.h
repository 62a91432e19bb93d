/* commands: one function a command; argv[0] is the command's name.  Each
 * returns an exit code (exit_code.h). */
#ifndef CLIENT_COMMANDS_COMMANDS_H
#define CLIENT_COMMANDS_COMMANDS_H

#include <stddef.h>
#include <stdio.h>

#include "client/settings/settings.h"

int command_talk(int argc, char **argv);
int command_sim(int argc, char **argv);
int command_login(int argc, char **argv);
int command_logout(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_lesson(int argc, char **argv);
int command_progress(int argc, char **argv);
int command_test(int argc, char **argv);
/* These two are made from the table of the others and their settings. */
int command_manual(int argc, char **argv);
int command_completions(int argc, char **argv);

enum { COMMAND_NONE = -1 };

struct command {
	const char *name;
	int settings; /* enum settings_command, or COMMAND_NONE */
	int (*run)(int argc, char **argv);
	const char *help; /* a few words */
	/* What --help says after the flags; NULL: nothing. */
	void (*more_help)(FILE *out);
};

/* In the order in which they are shown. */
const struct command *commands_all(size_t *count);

/* What the simulator's --fault can do. */
void command_sim_help(FILE *out);

/* What all commands with settings do alike: settings, --help,
 * --print-settings, --log; then run. */
int command_run(enum settings_command command, int argc, char **argv,
		int (*run)(const struct settings *s));

#endif
