#include <stdio.h>

#include "client/commands/commands.h"
#include "client/doctor/doctor.h"
#include "client/exit_code.h"
#include "client/settings/settings.h"
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
	return command_run(COMMAND_DOCTOR, argc, argv, examine);
}
