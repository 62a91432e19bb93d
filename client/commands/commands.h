/* commands: one function a command; argv[0] is the command's name.  Each
 * returns an exit code (exit_code.h). */
#ifndef CLIENT_COMMANDS_COMMANDS_H
#define CLIENT_COMMANDS_COMMANDS_H

#include <stdio.h>

#include "client/settings/settings.h"

int command_talk(int argc, char **argv);
int command_sim(int argc, char **argv);
int command_login(int argc, char **argv);
int command_logout(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_lesson(int argc, char **argv);
int command_progress(int argc, char **argv);

/* What all commands do alike: settings, --help (more_help adds to it; may be
 * NULL), --print-settings, --log; then run. */
int command_run(enum settings_command command, int argc, char **argv,
		void (*more_help)(FILE *out),
		int (*run)(const struct settings *s));

#endif
