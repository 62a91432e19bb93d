/*
 * settings: from flags, environment and files to one value each.
 *
 * Sources are applied lowest first, each over the one before, so that what is
 * left is what holds.  Only that is checked: a bad value in a file does no
 * harm when a flag overrides it.
 */
#include "client/settings/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/settings/settings_check.h"
#include "client/settings/settings_files.h"
#include "client/settings/settings_table.h"
#include "client/settings/settings_values.h"
#include "client/xdg.h"
#include "net/base/problem.h"
#include "net/base/text.h"

static void value_clear(struct setting_value *v)
{
	free(v->text);
	free(v->place);
	free(v->origin);
	*v = (struct setting_value){0};
}

/* Takes place and origin. */
static int value_set(struct settings *s, enum setting id, const char *text,
		     enum setting_source source, char *place, char *origin)
{
	struct setting_value v = {
		.text = text_copy(text),
		.place = place,
		.origin = origin,
		.source = source,
	};

	if (!v.text || !v.place || !v.origin) {
		value_clear(&v);
		return PROBLEM_MEMORY;
	}
	value_clear(&s->values[id]);
	s->values[id] = v;
	return 0;
}

/* --- variables */

static int set_from_environment(struct settings *s,
				const struct setting_row *row, const char *name)
{
	return value_set(s, row->id, getenv(name), SOURCE_ENVIRONMENT,
			 text_copy(name), text_format("environment %s", name));
}

static int set_from_file(struct settings *s, const struct setting_row *row,
			 const struct settings_file *file,
			 enum setting_source source,
			 const struct settings_entry *entry)
{
	return value_set(s, row->id, entry->value, source,
			 text_format("%s:%u: %s", file->path, entry->line,
				     entry->name),
			 text_format("%s:%u", file->path, entry->line));
}

/* Our own name goes before the well-known ones.  file NULL: environment.  An
 * empty variable is one that is not set. */
static int set_from_names(struct settings *s, const struct setting_row *row,
			  const struct settings_file *file,
			  enum setting_source source)
{
	char own[SETTING_VARIABLE_SIZE];
	const char *names[1 + SETTING_NAMES_MOST] = {own};

	setting_variable(own, row);
	memcpy(names + 1, row->known, sizeof row->known);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!names[i])
			break;
		const struct settings_entry *entry =
			file ? settings_file_find(file, names[i]) : NULL;
		const char *text = file ? NULL : getenv(names[i]);
		if (entry && *entry->value)
			return set_from_file(s, row, file, source, entry);
		if (text && *text)
			return set_from_environment(s, row, names[i]);
	}
	return 0;
}

static int set_from_source(struct settings *s, const struct settings_file *file,
			   enum setting_source source)
{
	size_t count;
	const struct setting_row *rows = settings_rows(&count);
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		if (rows[i].commands & (1U << s->command) &&
		    !rows[i].no_variable)
			err = set_from_names(s, &rows[i], file, source);
	return err;
}

static int set_from_path(struct settings *s, const char *path,
			 enum setting_source source, struct problem *p)
{
	struct settings_file file;
	int err = settings_file_read(&file, path, p);

	if (!err)
		err = set_from_source(s, &file, source);
	settings_file_clear(&file);
	return err;
}

static int set_from_files(struct settings *s, struct problem *p)
{
	char *path = NULL;
	int err = xdg_path(&path, XDG_CONFIG, "habla.env");

	/* without a home folder there is no such file */
	if (err == PROBLEM_FILE)
		err = 0;
	else if (!err)
		err = set_from_path(s, path, SOURCE_USER_FILE, p);
	free(path);
	return err ? err : set_from_path(s, ".env", SOURCE_DOT_ENV, p);
}

/* --- flags */

static int no_such_flag(const struct settings *s, const char *argument,
			size_t length, struct problem *p)
{
	const char *names[SETTING_COUNT + 1] = {NULL};
	const char *command = settings_command_name(s->command);
	char name[SETTING_VARIABLE_SIZE] = "";
	size_t count, used = 0;
	const struct setting_row *rows = settings_rows(&count);

	for (size_t i = 0; i < count && used < SETTING_COUNT; i++)
		if (rows[i].commands & (1U << s->command) && !rows[i].no_flag)
			names[used++] = rows[i].name;
	if (length > 2 && length - 2 < sizeof name)
		memcpy(name, argument + 2, length - 2);

	const char *nearest = text_nearest(name, names);
	if (nearest)
		return problem_set(p, PROBLEM_USAGE,
				   "%.*s: no such flag of habla %s; did you "
				   "mean --%s? (habla %s --help lists them)",
				   (int)length, argument, command, nearest,
				   command);
	return problem_set(p, PROBLEM_USAGE,
			   "%.*s: no such flag of habla %s; habla %s --help "
			   "lists them",
			   (int)length, argument, command, command);
}

static int set_flag(struct settings *s, const struct setting_row *row,
		    const char *text, struct problem *p)
{
	if (!*text)
		return problem_set(p, PROBLEM_USAGE,
				   "--%s: the value is empty; give one, or "
				   "leave the flag out",
				   row->name);
	return value_set(s, row->id, text, SOURCE_FLAG,
			 text_format("--%s", row->name), text_copy("flag"));
}

/* Reads argv[*at] and moves *at past it and its value. */
static int read_flag(struct settings *s, int argc, char *const *argv, int *at,
		     struct problem *p)
{
	const char *argument = argv[(*at)++];
	const char *command = settings_command_name(s->command);

	if (strcmp(argument, "-h") == 0)
		argument = "--help";
	if (argument[0] != '-' && settings_operands(s->command)) {
		s->arguments[s->argument_count++] = argument;
		return 0;
	}
	if (argument[0] != '-' || argument[1] == '\0')
		return problem_set(p, PROBLEM_USAGE,
				   "%s: habla %s takes flags only; habla %s "
				   "--help lists them",
				   argument, command, command);

	size_t length = strcspn(argument, "=");
	const struct setting_row *row = NULL;
	if (text_starts(argument, "--") && length > 2)
		row = setting_row_of_flag(s->command, argument + 2, length - 2);
	if (!row)
		return no_such_flag(s, argument, length, p);
	if (argument[length] == '=')
		return set_flag(s, row, argument + length + 1, p);
	if (row->kind == SETTING_KIND_SWITCH)
		return set_flag(s, row, "yes", p);
	if (*at == argc || text_starts(argv[*at], "--"))
		return problem_set(p, PROBLEM_USAGE,
				   "--%s: the value is missing; write --%s %s",
				   row->name, row->name, row->argument);
	return set_flag(s, row, argv[(*at)++], p);
}

static int read_flags(struct settings *s, int argc, char *const *argv,
		      struct problem *p)
{
	int err = 0;

	s->arguments = calloc((size_t)argc, sizeof *s->arguments);
	if (!s->arguments)
		return PROBLEM_MEMORY;
	for (int at = 1; at < argc && !err;)
		err = read_flag(s, argc, argv, &at, p);
	return err;
}

static bool asks_for_help(int argc, char *const *argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

int settings_load(struct settings **out, enum settings_command command,
		  int argc, char *const *argv, struct problem *p)
{
	bool help = asks_for_help(argc, argv);
	int err = 0;
	struct settings *s = calloc(1, sizeof *s);

	if (!s)
		return problem_set(p, PROBLEM_MEMORY,
				   "habla: not enough memory; try again");
	s->command = command;
	if (!help)
		err = set_from_files(s, p);
	if (!err && !help)
		err = set_from_source(s, NULL, SOURCE_ENVIRONMENT);
	if (!err)
		err = read_flags(s, argc, argv, p);
	if (!err)
		err = settings_check(s, help, p);
	if (err) {
		problem_add(p, err, "habla: not enough memory; try again");
		settings_free(s);
	} else {
		*out = s;
	}
	return err;
}

struct settings *settings_free(struct settings *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < SETTING_COUNT; i++)
		value_clear(&s->values[i]);
	free(s->arguments);
	free(s);
	return NULL;
}

/* --- access */

const char *const *settings_arguments(const struct settings *s, size_t *count)
{
	*count = s->argument_count;
	return s->arguments;
}

const char *settings_text(const struct settings *s, enum setting id)
{
	const struct setting_row *row = setting_row(s->command, id);

	if (s->values[id].text)
		return s->values[id].text;
	return row ? row->fallback : NULL;
}

bool settings_flag(const struct settings *s, enum setting id)
{
	return s->values[id].on;
}

long settings_number(const struct settings *s, enum setting id)
{
	return s->values[id].number;
}

enum setting_source settings_source(const struct settings *s, enum setting id)
{
	return s->values[id].source;
}

enum setting settings_backend_decider(const struct settings *s)
{
	static const enum setting order[] = {SETTING_BEDROCK, SETTING_SIM,
					     SETTING_BACKEND, SETTING_RELAY};

	if (s->values[SETTING_RELAY].source == SOURCE_FLAG)
		return SETTING_RELAY;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		const struct setting_value *v = &s->values[order[i]];
		bool is_switch = order[i] == SETTING_BEDROCK ||
				 order[i] == SETTING_SIM;
		if (!is_switch && s->command == COMMAND_TEST)
			continue;
		if (is_switch ? v->on : v->text != NULL)
			return order[i];
	}
	return SETTING_COUNT;
}

enum backend settings_backend(const struct settings *s)
{
	switch (settings_backend_decider(s)) {
	case SETTING_RELAY:
		return BACKEND_RELAY;
	case SETTING_BEDROCK:
		return BACKEND_BEDROCK;
	case SETTING_BACKEND:
		for (int b = BACKEND_RELAY; b <= BACKEND_SIM; b++)
			if (text_equal(s->values[SETTING_BACKEND].text,
				       settings_backend_name((enum backend)b)))
				return (enum backend)b;
		return BACKEND_SIM;
	default:
		return BACKEND_SIM;
	}
}
