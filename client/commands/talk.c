#include <stdio.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/lessons.h"
#include "client/settings/settings.h"
#include "client/settings/settings_model.h"
#include "client/talk/front.h"

static int run(const struct settings *s)
{
	if (settings_flag(s, SETTING_VOICES))
		settings_print_voices(s, stdout);
	else if (settings_flag(s, SETTING_LESSONS))
		lessons_print(stdout);
	else
		return front_converse(s);
	return EXIT_CODE_OK;
}

int command_talk(int argc, char **argv)
{
	return command_run(COMMAND_TALK, argc, argv, run);
}
