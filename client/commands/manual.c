/* habla manual: a manual page, in man(7) macros, made from the settings' table.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/settings/settings_table.h"
#include "net/base/text.h"

static const char usage[] = "usage: habla manual [COMMAND]\n"
			    "\n"
			    "Writes the manual page of habla, or of one of its "
			    "commands, to stdout:\n"
			    "\"habla manual talk | man -l -\" shows it.\n";

/* Text as it is: no letter of it is a request or an escape. */
static void put_text(const char *text)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		line_start = *text == '\n';
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
	}
}

static void put_heading(const char *name)
{
	printf(".SH %s\n", name);
}

static void put_title(const char *command)
{
	char name[64];

	snprintf(name, sizeof name, "HABLA%s%s", command ? "-" : "",
		 command ? command : "");
	for (char *c = name; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	printf(".TH \"%s\" 1 \"\" \"habla " HABLA_VERSION "\" \"Habla\"\n",
	       name);
}

static void put_name(const char *command, const char *what)
{
	put_heading("NAME");
	printf("habla%s%s \\- ", command ? "\\-" : "", command ? command : "");
	put_text(what);
	putchar('\n');
}

static void put_flag(const struct setting_row *row)
{
	puts(".TP");
	fputs(".BR ", stdout);
	if (row->id == SETTING_HELP)
		fputs("\\-h , \" \" ", stdout);
	fputs("\\-\\-", stdout);
	put_text(row->name);
	if (row->argument) {
		fputs(" \" \\fI", stdout);
		put_text(row->argument);
		fputs("\\fR\"", stdout);
	}
	putchar('\n');
	put_text(row->help);
	if (row->fallback) {
		fputs(" (default: ", stdout);
		put_text(row->fallback);
		putchar(')');
	} else if (row->unset && strcmp(row->unset, "none") != 0) {
		fputs(" (default: ", stdout);
		put_text(row->unset);
		putchar(')');
	}
	puts(".");
}

static void put_variable(const struct setting_row *row)
{
	char name[SETTING_VARIABLE_SIZE];

	setting_variable(name, row);
	printf(".TP\n.B %s", name);
	for (size_t i = 0; i < SETTING_NAMES_MOST && row->known[i]; i++)
		printf(", %s", row->known[i]);
	putchar('\n');
	if (!row->no_flag) {
		fputs("As \\fB\\-\\-", stdout);
		put_text(row->name);
		fputs("\\fR", stdout);
	} else {
		fputs("Variable only", stdout);
		if (row->choices) {
			fputs(": ", stdout);
			put_text(row->choices);
		}
	}
	puts(".");
}

static void put_options(int command)
{
	size_t count;
	const struct setting_row *rows = settings_rows(&count);

	put_heading("OPTIONS");
	for (size_t i = 0; i < count; i++)
		if (rows[i].commands & (1U << command) && !rows[i].no_flag)
			put_flag(&rows[i]);
}

static void put_environment(int command)
{
	size_t count;
	const struct setting_row *rows = settings_rows(&count);
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (!(rows[i].commands & (1U << command)) ||
		    rows[i].no_variable)
			continue;
		if (!any)
			put_heading("ENVIRONMENT");
		any = true;
		put_variable(&rows[i]);
	}
	if (!any)
		return;
	put_heading("FILES");
	puts(".TP\n.I .env\nVariables, in the working directory.\n"
	     ".TP\n.I $XDG_CONFIG_HOME/habla/habla.env\nVariables of this "
	     "user.");
}

/* Lines as --help prints them. */
static void put_more(void (*more_help)(FILE *out))
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		return;
	more_help(out);
	if (fclose(out) == 0) {
		put_heading("NOTES");
		puts(".nf");
		put_text(text + (*text == '\n'));
		puts(".fi");
	}
	free(text);
}

static void put_exit_codes(void)
{
	put_heading("EXIT STATUS");
	for (int code = EXIT_CODE_OK; code <= EXIT_CODE_DEVICE; code++) {
		printf(".TP\n.B %d\n", code);
		put_text(exit_code_meaning(code));
		putchar('\n');
	}
}

static void put_see_also(const char *command)
{
	size_t count;
	const struct command *commands = commands_all(&count);
	const char *comma = "";

	put_heading("SEE ALSO");
	if (command) {
		fputs(".BR habla (1)", stdout);
		comma = " ,\n";
	}
	for (size_t i = 0; i < count; i++) {
		if (commands[i].settings == COMMAND_NONE ||
		    text_equal(commands[i].name, command))
			continue;
		printf("%s.BR habla\\-%s (1)", comma, commands[i].name);
		comma = " ,\n";
	}
	putchar('\n');
}

static void put_command_page(const struct command *c)
{
	put_title(c->name);
	put_name(c->name, c->help);
	put_heading("SYNOPSIS");
	const char *operands = settings_operands(
		(enum settings_command)c->settings);
	printf(".B habla %s\n[\\fIFLAGS\\fR] \\fI%s\\fR\n", c->name,
	       operands ? operands : "");
	put_heading("DESCRIPTION");
	put_text(settings_summary((enum settings_command)c->settings));
	put_options(c->settings);
	if (c->more_help)
		put_more(c->more_help);
	put_environment(c->settings);
	put_exit_codes();
	put_see_also(c->name);
}

static void put_program_page(void)
{
	size_t count;
	const struct command *commands = commands_all(&count);

	put_title(NULL);
	put_name(NULL, "talk with a tutor, in speech");
	put_heading("SYNOPSIS");
	puts(".B habla\n\\fICOMMAND\\fR [\\fIFLAGS\\fR]");
	put_heading("DESCRIPTION");
	puts("A voice client for tutoring by speech-to-speech AI (Amazon Nova "
	     "Sonic), with a simulator that needs no account and no network.");
	put_heading("COMMANDS");
	for (size_t i = 0; i < count; i++) {
		printf(".TP\n.B %s\n", commands[i].name);
		put_text(commands[i].help);
		puts(".");
	}
	put_exit_codes();
	put_see_also(NULL);
}

int command_manual(int argc, char **argv)
{
	size_t count;
	const struct command *commands = commands_all(&count);

	if (argc < 2) {
		put_program_page();
		return EXIT_CODE_OK;
	}
	if (text_equal(argv[1], "--help") || text_equal(argv[1], "-h")) {
		fputs(usage, stdout);
		return EXIT_CODE_OK;
	}
	for (size_t i = 0; i < count && argc == 2; i++) {
		if (!text_equal(commands[i].name, argv[1]) ||
		    commands[i].settings == COMMAND_NONE)
			continue;
		put_command_page(&commands[i]);
		return EXIT_CODE_OK;
	}
	fprintf(stderr,
		"habla manual: %s: no command with a page; habla --help lists "
		"the commands\n",
		argv[argc - 1]);
	return EXIT_CODE_USAGE;
}
