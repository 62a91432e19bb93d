/* habla completions: what a shell needs to complete habla's commands and
 * flags, made from the settings' table. */
#include <stdio.h>
#include <string.h>

#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/settings/settings_table.h"
#include "net/base/text.h"

static const char usage[] =
	"usage: habla completions bash|zsh|fish\n"
	"\n"
	"Writes completions for that shell to stdout.\n"
	"  bash: . <(habla completions bash)\n"
	"  zsh:  habla completions zsh >\"${fpath[1]}/_habla\"\n"
	"  fish: habla completions fish | source\n";

/* The names in the first column of "habla talk --lessons". */
#define LESSONS                                                                \
	"habla talk --lessons 2>/dev/null | "                                  \
	"sed -n \"s/^\\([a-z0-9_-]*\\)  *[a-z][a-z]  *[ABC][12] .*/\\1/p\""

/* What the value of a flag may be. */
enum value { VALUE_NONE, VALUE_ANY, VALUE_FILE, VALUE_CHOICE, VALUE_LESSON };

static enum value value_of(const struct setting_row *row)
{
	if (!row->argument)
		return VALUE_NONE;
	if (row->choices)
		return VALUE_CHOICE;
	if (text_equal(row->argument, "NAME|FILE"))
		return VALUE_LESSON;
	if (strstr(row->argument, "FILE") || strstr(row->argument, "DIR"))
		return VALUE_FILE;
	return VALUE_ANY;
}

/* "relay, bedrock or sim" -> "relay bedrock sim" */
static void put_choices(const char *choices)
{
	while (*choices) {
		if (text_starts(choices, " or ")) {
			putchar(' ');
			choices += 4;
		} else if (*choices != ',') {
			putchar(*choices++);
		} else {
			choices++;
		}
	}
}

/* Text within '...', without the letters in special. */
static void put_quoted(const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else if (strchr(special, *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

/* Calls put for each flag of the command. */
static void each_flag(int command, void (*put)(const struct setting_row *row,
					       const char *command))
{
	size_t count;
	const struct setting_row *rows = settings_rows(&count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].commands & (1U << command) && !rows[i].no_flag)
			put(&rows[i], settings_command_name(
					      (enum settings_command)command));
}

static void put_command_names(void)
{
	size_t count;
	const struct command *commands = commands_all(&count);

	for (size_t i = 0; i < count; i++)
		printf("%s%s", i ? " " : "", commands[i].name);
}

/* --- bash */

static void put_bash_value(const struct setting_row *row, const char *command)
{
	(void)command;
	switch (value_of(row)) {
	case VALUE_NONE:
		return;
	case VALUE_ANY:
		printf("\t\t--%s) return ;;\n", row->name);
		return;
	case VALUE_FILE:
		printf("\t\t--%s) _habla_files ;;\n", row->name);
		return;
	case VALUE_LESSON:
		printf("\t\t--%s) _habla_files; _habla_words \"$(" LESSONS
		       ")\" ;;\n",
		       row->name);
		return;
	case VALUE_CHOICE:
		printf("\t\t--%s) _habla_words \"", row->name);
		put_choices(row->choices);
		puts("\" ;;");
		return;
	}
}

static void put_bash_flag(const struct setting_row *row, const char *command)
{
	(void)command;
	printf(" --%s", row->name);
}

static void put_bash(void)
{
	size_t count;
	const struct command *commands = commands_all(&count);

	fputs("# bash completion for habla\n"
	      "_habla_words() { COMPREPLY+=($(compgen -W \"$1\" -- "
	      "\"${COMP_WORDS[COMP_CWORD]}\")); }\n"
	      "_habla_files() {\n"
	      "\tlocal IFS=$'\\n'\n"
	      "\tcompopt -o filenames 2>/dev/null\n"
	      "\tCOMPREPLY+=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
	      "}\n"
	      "_habla() {\n"
	      "\tCOMPREPLY=()\n"
	      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	      "\t\t_habla_words \"",
	      stdout);
	put_command_names();
	fputs(" --help --version\"\n\t\treturn\n\tfi\n"
	      "\tcase ${COMP_WORDS[1]} in\n",
	      stdout);
	for (size_t i = 0; i < count; i++) {
		if (commands[i].settings == COMMAND_NONE)
			continue;
		printf("\t%s)\n"
		       "\t\tcase ${COMP_WORDS[COMP_CWORD - 1]} in\n",
		       commands[i].name);
		each_flag(commands[i].settings, put_bash_value);
		fputs("\t\t*) _habla_words \"", stdout);
		each_flag(commands[i].settings, put_bash_flag);
		puts("\" ;;\n\t\tesac ;;");
	}
	fputs("\tmanual) _habla_words \"", stdout);
	put_command_names();
	puts("\" ;;\n"
	     "\tcompletions) _habla_words \"bash zsh fish\" ;;\n"
	     "\tesac\n"
	     "}\n"
	     "complete -F _habla habla");
}

/* --- zsh */

static void put_zsh_flag(const struct setting_row *row, const char *command)
{
	(void)command;
	printf("\t\t\t'--%s%s[", row->name, row->argument ? "=" : "");
	put_quoted(row->help, "[]");
	putchar(']');
	if (row->argument) {
		putchar(':');
		put_quoted(row->argument, ":");
		putchar(':');
	}
	switch (value_of(row)) {
	case VALUE_FILE:
		fputs("_files", stdout);
		break;
	case VALUE_LESSON:
		fputs("_habla_lessons", stdout);
		break;
	case VALUE_CHOICE:
		putchar('(');
		put_choices(row->choices);
		putchar(')');
		break;
	default:
		break;
	}
	puts("' \\");
}

static void put_zsh(void)
{
	size_t count;
	const struct command *commands = commands_all(&count);

	puts("#compdef habla\n"
	     "_habla_lessons() {\n"
	     "\tlocal -a lessons=(${(f)\"$(" LESSONS ")\"})\n"
	     "\t_alternative 'lessons:lesson:compadd -a lessons' "
	     "'files:file:_files'\n"
	     "}\n"
	     "_habla() {\n"
	     "\tlocal -a commands=(");
	for (size_t i = 0; i < count; i++) {
		printf("\t\t'%s:", commands[i].name);
		put_quoted(commands[i].help, ":");
		puts("'");
	}
	puts("\t)\n"
	     "\tif (( CURRENT == 2 )); then\n"
	     "\t\t_describe command commands\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\tlocal command=$words[2]\n"
	     "\tshift words\n"
	     "\t(( CURRENT-- ))\n"
	     "\tcase $command in");
	for (size_t i = 0; i < count; i++) {
		if (commands[i].settings == COMMAND_NONE)
			continue;
		printf("\t%s)\n\t\t_arguments \\\n", commands[i].name);
		each_flag(commands[i].settings, put_zsh_flag);
		puts("\t\t\t;;");
	}
	puts("\tmanual) _describe command commands ;;\n"
	     "\tcompletions) compadd bash zsh fish ;;\n"
	     "\tesac\n"
	     "}\n"
	     "if [ \"$funcstack[1]\" = _habla ]; then\n"
	     "\t_habla \"$@\"\n"
	     "else\n"
	     "\tcompdef _habla habla\n"
	     "fi");
}

/* --- fish */

static void put_fish_flag(const struct setting_row *row, const char *command)
{
	printf("complete -c habla -n '__fish_seen_subcommand_from %s' -l %s",
	       command, row->name);
	switch (value_of(row)) {
	case VALUE_NONE:
		fputs(row->id == SETTING_HELP ? " -s h" : "", stdout);
		break;
	case VALUE_ANY:
		fputs(" -x", stdout);
		break;
	case VALUE_FILE:
		fputs(" -r -F", stdout);
		break;
	case VALUE_LESSON:
		fputs(" -r -F -a '(" LESSONS ")'", stdout);
		break;
	case VALUE_CHOICE:
		fputs(" -x -a '", stdout);
		put_choices(row->choices);
		putchar('\'');
		break;
	}
	fputs(" -d '", stdout);
	/* fish knows \' and no '\'' */
	for (const char *c = row->help; *c; c++)
		printf("%s%c", *c == '\'' || *c == '\\' ? "\\" : "", *c);
	puts("'");
}

static void put_fish(void)
{
	size_t count;
	const struct command *commands = commands_all(&count);

	puts("complete -c habla -f\n"
	     "complete -c habla -n __fish_use_subcommand -l help -s h\n"
	     "complete -c habla -n __fish_use_subcommand -l version");
	for (size_t i = 0; i < count; i++) {
		printf("complete -c habla -n __fish_use_subcommand -a %s -d \"",
		       commands[i].name);
		printf("%s\"\n", commands[i].help);
		if (commands[i].settings != COMMAND_NONE)
			each_flag(commands[i].settings, put_fish_flag);
	}
	fputs("complete -c habla -n '__fish_seen_subcommand_from manual' -a '",
	      stdout);
	put_command_names();
	puts("'\n"
	     "complete -c habla -n '__fish_seen_subcommand_from completions' "
	     "-a 'bash zsh fish'");
}

int command_completions(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*put)(void);
	} shells[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};

	if (argc == 2 &&
	    (text_equal(argv[1], "--help") || text_equal(argv[1], "-h"))) {
		fputs(usage, stdout);
		return EXIT_CODE_OK;
	}
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
		if (argc != 2 || !text_equal(argv[1], shells[i].name))
			continue;
		shells[i].put();
		return EXIT_CODE_OK;
	}
	fprintf(stderr,
		"habla completions: %s; \"habla completions bash\", zsh or "
		"fish\n",
		argc < 2 ? "which shell?" : "one of three shells is wanted");
	return EXIT_CODE_USAGE;
}
