/* habla logout: ends the login. */
#include <stdio.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/login/login.h"
#include "client/settings/settings.h"
#include "net/base/language.h"
#include "net/base/problem.h"

static int sign_out(const struct settings *s)
{
	struct problem p = {0};
	int err = login_end(s, stdout, &p);

	if (err)
		fprintf(stderr, _("habla logout: %s\n"), p.text);
	return exit_code_for(err, 0);
}

int command_logout(int argc, char **argv)
{
	return command_run(COMMAND_LOGOUT, argc, argv, sign_out);
}
