/* habla logout: ends the login. */
#include <stdio.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/login/login.h"
#include "client/settings/settings.h"
#include "net/base/log.h"
#include "net/base/problem.h"

static int sign_out(const struct settings *s)
{
	struct problem p = {0};
	int err = login_end(s, stdout, &p);

	if (err)
		fprintf(stderr, "habla logout: %s\n", p.text);
	return exit_code_for(err, 0);
}

int command_logout(int argc, char **argv)
{
	struct settings *s = NULL;
	struct problem p = {0};
	int code = EXIT_CODE_OK;

	if (settings_load(&s, COMMAND_LOGOUT, argc, argv, &p)) {
		fprintf(stderr, "habla logout: %s\n", p.text);
		return exit_code_for(p.code, 0);
	}
	const char *log = settings_text(s, SETTING_LOG);
	if (settings_flag(s, SETTING_HELP)) {
		settings_help(COMMAND_LOGOUT, stdout);
	} else if (settings_flag(s, SETTING_PRINT_SETTINGS)) {
		settings_print(s, stdout);
	} else if (log && log_open(log, LOG_LEVEL_DEBUG)) {
		fprintf(stderr,
			"habla logout: --log: %s cannot be written; check the "
			"folder and its permissions\n",
			log);
		code = EXIT_CODE_USAGE;
	} else {
		code = sign_out(s);
	}
	log_close();
	settings_free(s);
	return code;
}
