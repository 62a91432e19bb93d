#include "client/commands/commands.h"

#include "net/base/language.h"

static const struct command commands[] = {
	{"talk", COMMAND_TALK, command_talk, N_("talk with the tutor"), NULL},
	{"test", COMMAND_TEST, command_test,
	 N_("run conversations that are written down"), NULL},
	{"sim", COMMAND_SIM, command_sim,
	 N_("simulate Nova Sonic for this machine"), command_sim_help},
	{"login", COMMAND_LOGIN, command_login,
	 N_("sign in with your school's account"), NULL},
	{"logout", COMMAND_LOGOUT, command_logout, N_("end that login"), NULL},
	{"doctor", COMMAND_DOCTOR, command_doctor,
	 N_("look whether a conversation would work"), NULL},
	{"progress", COMMAND_PROGRESS, command_progress,
	 N_("show what was learned"), NULL},
	{"lesson", COMMAND_LESSON, command_lesson,
	 N_("check a lesson that you write"), NULL},
	{"manual", COMMAND_NONE, command_manual, N_("write a manual page"),
	 NULL},
	{"completions", COMMAND_NONE, command_completions,
	 N_("write completions for bash, zsh or fish"), NULL},
};

const struct command *commands_all(size_t *count)
{
	*count = sizeof commands / sizeof *commands;
	return commands;
}
