/* habla login: signs in at a school's user pool. */
#include <stdio.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/login/login.h"
#include "client/settings/settings.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"

/* Others can read the flags of a program. */
static bool has_secret_flag(int argc, char *const *argv)
{
	static const struct {
		const char *flag, *remedy;
	} rows[] = {
		{"--password", N_("habla login asks for it, or reads one line "
				  "from stdin")},
		{"--client-secret", N_("set HABLA_CLIENT_SECRET")},
	};

	for (int i = 1; i < argc; i++)
		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
			size_t n = strlen(rows[k].flag);
			if (!text_starts(argv[i], rows[k].flag) ||
			    (argv[i][n] && argv[i][n] != '='))
				continue;
			fprintf(stderr,
				_("habla login: %s: other people on this "
				  "computer can read flags; %s\n"),
				rows[k].flag, rows[k].remedy);
			return true;
		}
	return false;
}

static int sign_in(const struct settings *s)
{
	struct problem p = {0};
	int err = login_begin(s, stdout, &p);

	if (err)
		fprintf(stderr, _("habla login: %s\n"), p.text);
	return exit_code_for(err, 0);
}

static int tell_status(void)
{
	struct problem p = {0};
	int err = login_show(stdout, &p);

	if (err)
		fprintf(stderr, _("habla login: %s\n"), p.text);
	return err ? EXIT_CODE_FAILED : EXIT_CODE_OK;
}

static int run(const struct settings *s)
{
	return settings_flag(s, SETTING_STATUS) ? tell_status() : sign_in(s);
}

int command_login(int argc, char **argv)
{
	if (has_secret_flag(argc, argv))
		return EXIT_CODE_USAGE;
	return command_run(COMMAND_LOGIN, argc, argv, run);
}
