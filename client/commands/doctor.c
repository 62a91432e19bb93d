#include <stdio.h>

#include "client/commands/commands.h"
#include "client/doctor/doctor.h"
#include "client/exit_code.h"
#include "client/settings/settings.h"
#include "net/base/log.h"
#include "net/base/problem.h"

static int examine(const struct settings *s)
{
	int failures = doctor_run(s, stdout, settings_flag(s, SETTING_JSON));

	if (failures < 0)
		fprintf(stderr, "habla doctor: %s\n", problem_name(failures));
	return failures ? EXIT_CODE_FAILED : EXIT_CODE_OK;
}

int command_doctor(int argc, char **argv)
{
	struct settings *s = NULL;
	struct problem p = {0};
	int code = EXIT_CODE_OK;

	if (settings_load(&s, COMMAND_DOCTOR, argc, argv, &p)) {
		fprintf(stderr, "habla doctor: %s\n", p.text);
		return EXIT_CODE_USAGE;
	}
	if (settings_flag(s, SETTING_HELP)) {
		settings_help(COMMAND_DOCTOR, stdout);
	} else if (settings_flag(s, SETTING_PRINT_SETTINGS)) {
		settings_print(s, stdout);
	} else if (settings_text(s, SETTING_LOG) &&
		   log_open(settings_text(s, SETTING_LOG), LOG_LEVEL_DEBUG)) {
		fprintf(stderr, "habla doctor: %s: the log cannot be written\n",
			settings_text(s, SETTING_LOG));
		code = EXIT_CODE_USAGE;
	} else {
		code = examine(s);
	}
	log_close();
	settings_free(s);
	return code;
}
