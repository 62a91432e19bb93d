#include <stdio.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/settings/settings.h"
#include "net/base/language.h"
#include "net/base/log.h"
#include "net/base/problem.h"

static int run_logged(const struct settings *s, const char *name,
		      int (*run)(const struct settings *s))
{
	const char *log = settings_text(s, SETTING_LOG);
	int code;

	if (log && log_open(log, LOG_LEVEL_DEBUG)) {
		fprintf(stderr,
			_("habla %s: --log: %s cannot be written; check the "
			  "folder and its permissions\n"),
			name, log);
		return EXIT_CODE_USAGE;
	}
	code = run(s);
	log_close();
	return code;
}

static void print_help(enum settings_command command)
{
	size_t count;
	const struct command *commands = commands_all(&count);

	settings_help(command, stdout);
	for (size_t i = 0; i < count; i++)
		if (commands[i].settings == (int)command &&
		    commands[i].more_help)
			commands[i].more_help(stdout);
}

int command_run(enum settings_command command, int argc, char **argv,
		int (*run)(const struct settings *s))
{
	struct settings *s = NULL;
	struct problem p = {0};
	int code = EXIT_CODE_OK;

	if (settings_load(&s, command, argc, argv, &p)) {
		fprintf(stderr, _("habla %s: %s\n"), argv[0], p.text);
		return exit_code_for(p.code, 0);
	}
	if (settings_flag(s, SETTING_HELP)) {
		print_help(command);
	} else if (settings_flag(s, SETTING_PRINT_SETTINGS)) {
		settings_print(s, stdout);
	} else {
		code = run_logged(s, argv[0], run);
	}
	settings_free(s);
	return code;
}
