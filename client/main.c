/* habla: picks the command. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "net/base/language.h"
#include "net/base/text.h"

enum { COMMANDS_MOST = 32 };

static void list_commands(void)
{
	size_t count;
	const struct command *commands = commands_all(&count);

	fputs(_("usage: habla COMMAND [FLAGS]\n\n"), stdout);
	for (size_t i = 0; i < count; i++)
		printf("  %-13s%s\n", commands[i].name, _(commands[i].help));
	fputs(_("\nhabla COMMAND --help tells more.  habla --version tells the "
		"version.\n"),
	      stdout);
}

static int unknown_command(const char *name)
{
	size_t count;
	const struct command *commands = commands_all(&count);
	const char *names[COMMANDS_MOST + 1] = {NULL};

	for (size_t i = 0; i < count && i < COMMANDS_MOST; i++)
		names[i] = commands[i].name;
	const char *nearest = text_nearest(name, names);
	if (nearest)
		fprintf(stderr,
			_("habla: %s: no such command; did you mean \"habla "
			  "%s\"? habla --help lists them\n"),
			name, nearest);
	else
		fprintf(stderr,
			_("habla: %s: no such command; habla --help lists "
			  "them\n"),
			name);
	return EXIT_CODE_USAGE;
}

int main(int argc, char **argv)
{
	/* a closed pipe and a file at its limit are errors, not deaths */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	language_begin();

	if (argc < 2 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0) {
		list_commands();
		return EXIT_CODE_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("habla " HABLA_VERSION);
		return EXIT_CODE_OK;
	}
	size_t count;
	const struct command *commands = commands_all(&count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return unknown_command(argv[1]);
}
