/* Settings as people and session.json see them: never a secret. */
#include "client/settings/settings.h"

#include <stdlib.h>
#include <string.h>

#include "client/settings/settings_table.h"
#include "client/settings/settings_values.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/language.h"
#include "net/base/text.h"

enum { SHOWN_SIZE = 256, SHOWN_MOST = 60, NAME_WIDTH = 16 };

const char *settings_backend_name(enum backend backend)
{
	static const char *const names[] = {
		[BACKEND_RELAY] = "relay",
		[BACKEND_BEDROCK] = "bedrock",
		[BACKEND_SIM] = "sim",
	};

	return names[backend];
}

/* A user, a password and a token in the query are nobody's business. */
static char *public_url(const char *url)
{
	const char *scheme = strstr(url, "://");
	const char *host = scheme ? scheme + 3 : url;
	size_t authority = strcspn(host, "/?#");
	const char *query = strchr(host, '?');
	int rest = (int)(query ? query - host : (long)strlen(host));

	for (size_t i = authority; i > 0; i--) {
		if (host[i - 1] != '@')
			continue;
		return text_format("%.*s(hidden)@%.*s%s", (int)(host - url),
				   url, rest - (int)i, host + i,
				   query ? "?(hidden)" : "");
	}
	return text_format("%.*s%.*s%s", (int)(host - url), url, rest, host,
			   query ? "?(hidden)" : "");
}

static char *shown_value(const struct settings *s,
			 const struct setting_row *row)
{
	const char *text = settings_text(s, row->id);

	if (row->id == SETTING_BACKEND)
		return text_copy(settings_backend_name(settings_backend(s)));
	if (row->kind == SETTING_KIND_SWITCH)
		return text_copy(settings_flag(s, row->id) ? "yes" : "no");
	if (!text)
		return NULL;
	if (row->secret)
		return text_copy("(hidden)");
	return row->kind == SETTING_KIND_URL ? public_url(text)
					     : text_copy(text);
}

char *settings_shown(const struct settings *s, enum setting id)
{
	const struct setting_row *row = setting_row(s->command, id);

	return row ? shown_value(s, row) : NULL;
}

const char *settings_origin(const struct settings *s, enum setting id)
{
	/* who the tutor is follows from whatever decided it */
	if (id == SETTING_BACKEND)
		id = settings_backend_decider(s);
	if (id == SETTING_COUNT || !s->values[id].text)
		return "default";
	return s->values[id].origin;
}

static bool is_shown(const struct settings *s, const struct setting_row *row)
{
	switch (row->id) {
	case SETTING_BEDROCK: /* seen in backend */
	case SETTING_SIM:
	case SETTING_VOICES:
	case SETTING_LESSONS:
	case SETTING_PRINT_SETTINGS:
	case SETTING_HELP:
		return false;
	default:
		return row->commands & (1U << s->command);
	}
}

/* One line of at most SHOWN_MOST bytes, in parentheses when it says what
 * happens without a value. */
static void fit_value(char out[SHOWN_SIZE], const char *value,
		      const struct setting_row *row)
{
	char whole[SHOWN_SIZE];

	if (!value) {
		snprintf(out, SHOWN_SIZE, "(%s)",
			 row->unset ? _(row->unset) : _("none"));
		return;
	}
	snprintf(whole, sizeof whole, "%s", value);
	text_clean_line(whole);
	size_t length = strlen(whole);
	size_t cut = text_utf8_cut(whole, length, SHOWN_MOST);
	snprintf(out, SHOWN_SIZE, "%.*s%s", (int)cut, whole,
		 cut < length ? "..." : "");
}

void settings_print(const struct settings *s, FILE *out)
{
	size_t count;
	const struct setting_row *rows = settings_rows(&count);
	char shown[SHOWN_SIZE];
	int width = 0;

	/* the columns fit the longest value: the first round only measures */
	for (int round = 0; round < 2; round++) {
		if (round == 1)
			fprintf(out, "%-*s  %-*s  %s\n", NAME_WIDTH, _("NAME"),
				width, _("VALUE"), _("SOURCE"));
		for (size_t i = 0; i < count; i++) {
			if (!is_shown(s, &rows[i]))
				continue;
			char *value = shown_value(s, &rows[i]);
			fit_value(shown, value, &rows[i]);
			free(value);
			if ((int)strlen(shown) > width)
				width = (int)strlen(shown);
			if (round == 1)
				fprintf(out, "%-*s  %-*s  %s\n", NAME_WIDTH,
					rows[i].name, width, shown,
					settings_origin(s, rows[i].id));
		}
	}
}

static void write_member(const struct settings *s,
			 const struct setting_row *row, struct bytes *out)
{
	char *value = shown_value(s, row);

	json_open_object(out, row->name);
	if (value && row->kind == SETTING_KIND_SWITCH)
		json_bool(out, "value", settings_flag(s, row->id));
	else if (value && row->kind == SETTING_KIND_NUMBER)
		json_integer(out, "value", settings_number(s, row->id));
	else
		json_string(out, "value", value);
	json_string(out, "from", settings_origin(s, row->id));
	json_close_object(out);
	free(value);
}

void settings_write_json(const struct settings *s, struct bytes *out,
			 const char *key)
{
	size_t count;
	const struct setting_row *rows = settings_rows(&count);

	json_open_object(out, key);
	for (size_t i = 0; i < count; i++)
		if (is_shown(s, &rows[i]) && !rows[i].secret)
			write_member(s, &rows[i], out);
	json_close_object(out);
}

/* --- help */

static const char *const summaries[] = {
	[COMMAND_TALK] = N_(
		"Talks with the tutor.  Without a flag that says where the\n"
		"tutor is, HABLA_BACKEND decides, then a configured relay;\n"
		"with neither, the built-in simulator answers.\n"),
	[COMMAND_SIM] = N_(
		"Simulates Nova Sonic for this machine: the HTTP/2 side of\n"
		"Amazon Bedrock, with no account and no network.\n"),
	[COMMAND_LOGIN] = N_(
		"Signs in with a school's Amazon Cognito user pool.  The\n"
		"password is asked for, or read as one line from stdin.\n"),
	[COMMAND_LOGOUT] = N_(
		"Ends the login: its tokens are revoked and deleted.\n"),
	[COMMAND_DOCTOR] = N_(
		"Looks at all that a conversation needs and says "
		"what is wrong.\n"
		"It opens one silent session; on Bedrock that costs "
		"less than a\n"
		"cent.\n"),
	[COMMAND_LESSON] = N_("Reads a lesson as a teacher wrote it, and says "
			      "what is wrong with it\n"
			      "(docs/lessons.md).\n"),
	[COMMAND_PROGRESS] = N_("Shows what was learned and what comes back "
				"(docs/progress.md).\n"),
	[COMMAND_TEST] = N_(
		"Runs conversations that are written down, and says "
		"whether what must\n"
		"come back did (docs/scripts.md).  A folder stands for "
		"all its .yaml\n"
		"files.  0: all passed; 1: an expectation failed; 2: a "
		"flag or a script is\n"
		"wrong; 3: no connection, so nothing is known.\n"),
};

const char *settings_summary(enum settings_command command)
{
	return summaries[command];
}

static void print_flag(const struct setting_row *row, FILE *out)
{
	char flag[SHOWN_SIZE];

	snprintf(flag, sizeof flag, "%s--%s%s%s",
		 row->id == SETTING_HELP ? "-h, " : "", row->name,
		 row->argument ? " " : "", row->argument ? row->argument : "");
	fprintf(out, "  %-26s  %s", flag, _(row->help));
	if (row->fallback)
		fprintf(out, " [%s]", row->fallback);
	fputc('\n', out);
}

void settings_help(enum settings_command command, FILE *out)
{
	size_t count;
	const struct setting_row *rows = settings_rows(&count);

	const char *operands = settings_operands(command);

	fprintf(out, _("usage: habla %s [FLAGS]%s%s\n\n%s\n"),
		settings_command_name(command), operands ? " " : "",
		operands ? operands : "", _(summaries[command]));
	for (size_t i = 0; i < count; i++)
		if (rows[i].commands & (1U << command) && !rows[i].no_flag)
			print_flag(&rows[i], out);
	if (command != COMMAND_SIM && command != COMMAND_LOGOUT &&
	    command != COMMAND_LESSON)
		fputs(_("\nA flag --some-name is also the variable "
			"HABLA_SOME_NAME, in the environment,\n"
			"in .env here, or in "
			"$XDG_CONFIG_HOME/habla/habla.env.\n"),
		      out);
}
