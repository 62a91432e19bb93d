#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/settings/settings.h"
#include "client/settings/settings_table.h"
#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/folder.h"

struct place {
	char *folder, *before;
};

static int enter(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	place->folder = folder_make();
	place->before = getcwd(NULL, 0);
	assert_int_equal(chdir(place->folder), 0);
	clearenv();
	setenv("HOME", "/nowhere", 1);
	*state = place;
	return 0;
}

static int leave(void **state)
{
	struct place *place = *state;
	int err = chdir(place->before);

	folder_remove(place->folder);
	free(place->before);
	free(place);
	return err;
}

static struct settings *example(void)
{
	char *argv[] = {(char *)"talk", (char *)"--json",
			(char *)"--endpoint=https://me:pw@h:1/x?key=1"};
	struct settings *s = NULL;
	struct problem p = {0};

	folder_write(".", ".env",
		     "A=1\nHABLA_TOKEN=hush\n"
		     "HABLA_SYSTEM=\"0123456789012345678901234567890123456789"
		     "01234567890123456789\nx\"\n");
	setenv("NEXT_PUBLIC_NOVA_WEBSOCKET_URL", "wss://relay.example/?a=b", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "hush", 1);
	if (settings_load(&s, COMMAND_TALK, 3, argv, &p))
		fail_msg("%s", p.text);
	return s;
}

/* "NAME value  source" with one way of blanks between the columns. */
static void squeeze(char *out, size_t size, const char *line, size_t name_width,
		    size_t source_at)
{
	size_t value_end = source_at, name_end = name_width;

	while (value_end > 0 && line[value_end - 1] == ' ')
		value_end--;
	while (name_end > 0 && line[name_end - 1] == ' ')
		name_end--;
	snprintf(out, size, "%.*s|%.*s|%s", (int)name_end, line,
		 (int)(value_end - name_width), line + name_width,
		 line + source_at);
}

static void each_value_is_printed_with_its_source(void **state)
{
	static const char *const want[] = {
		"NAME|VALUE|SOURCE",
		"backend|relay|environment NEXT_PUBLIC_NOVA_WEBSOCKET_URL",
		"relay|wss://relay.example/?(hidden)|environment "
		"NEXT_PUBLIC_NOVA_WEBSOCKET_URL",
		"endpoint|https://(hidden)@h:1/x?(hidden)|flag",
		"ca-file|(the system's)|default",
		"region|(the profile's, or us-east-1)|default",
		"profile|(default)|default",
		"model|amazon.nova-2-5-sonic|default",
		"access-key|(none)|default",
		"secret-key|(hidden)|environment AWS_SECRET_ACCESS_KEY",
		"session-token|(none)|default",
		"identity-pool|(as at the last login)|default",
		"guest|no|default",
		"cognito-endpoint|(the region's)|default",
		"token|(hidden)|.env:2",
		"course|(none)|default",
		"student|(none)|default",
		"voice|(by the language)|default",
		"system|"
		"012345678901234567890123456789012345678901234567890123456789"
		"...|.env:3",
		"language|(not mentioned)|default",
		"turn-pause|(the service's)|default",
		"lesson|(none; the built-in tutor's: photosynthesis)|"
		"default",
		"resume|no|default",
		"learner|(the student, or \"learner\")|default",
		"tools|(none)|default",
		"reconnect|5|default",
		"renew-after|360|default",
		"history-limit|40|default",
		"mic|(the default device)|default",
		"speaker|(the default device)|default",
		"headset|no|default",
		"push-to-talk|no|default",
		"text|no|default",
		"record|(a new folder for each session)|default",
		"no-record|no|default",
		"json|yes|flag",
		"commands|no|default",
		"plain|no|default",
		"quiet|no|default",
		"window|no|default",
		"theme|dark|default",
		"speech-model|(Debian's for English)|default",
		"scenario|(none: the built-in tutor answers)|default",
		"log|(none)|default",
	};
	struct settings *s = example();
	char *text = NULL, line[256];
	size_t size = 0, count = 0;
	FILE *out = open_memstream(&text, &size);
	(void)state;

	settings_print(s, out);
	fclose(out);
	settings_free(s);
	/* the columns are where their heads are */
	size_t value_at = (size_t)(strstr(text, "VALUE") - text);
	size_t source_at = (size_t)(strstr(text, "SOURCE") - text);
	for (char *at = strtok(text, "\n"); at; at = strtok(NULL, "\n")) {
		assert_in_range(count, 0, sizeof want / sizeof *want - 1);
		squeeze(line, sizeof line, at, value_at, source_at);
		assert_string_equal(line, want[count++]);
	}
	assert_int_equal(count, sizeof want / sizeof *want);
	free(text);
}

static void secrets_are_not_in_the_json(void **state)
{
	struct settings *s = example();
	struct bytes out;
	(void)state;

	bytes_init(&out, 1 << 16);
	settings_write_json(s, &out, NULL);
	const char *json = bytes_text(&out);
	assert_true(text_starts(
		json,
		"{\"backend\":{\"value\":\"relay\",\"from\":\"environment "
		"NEXT_PUBLIC_NOVA_WEBSOCKET_URL\"},\"relay\":{\"value\":"
		"\"wss://relay.example/?(hidden)\","));
	assert_non_null(strstr(json, "\"reconnect\":{\"value\":5,\"from\":"
				     "\"default\"}"));
	assert_non_null(strstr(json, "\"json\":{\"value\":true,\"from\":"
				     "\"flag\"}"));
	assert_non_null(strstr(json, "\"voice\":{\"value\":null,\"from\":"
				     "\"default\"}"));
	assert_null(strstr(json, "hush"));
	assert_null(strstr(json, "\"token\""));
	bytes_deinit(&out);
	settings_free(s);
}

static void one_value_is_shown_as_others_may_see_it(void **state)
{
	struct settings *s = example();
	(void)state;

	char *shown = settings_shown(s, SETTING_TOKEN);
	assert_string_equal(shown, "(hidden)");
	free(shown);
	shown = settings_shown(s, SETTING_RELAY);
	assert_string_equal(shown, "wss://relay.example/?(hidden)");
	free(shown);
	assert_null(settings_shown(s, SETTING_PORT)); /* not of talk */
	settings_free(s);
}

static void every_flag_is_in_help_and_in_the_document(void **state)
{
	char *document = folder_read(HABLA_SOURCE_DIR, "docs/settings.md",
				     NULL);
	size_t count, kept = 0;
	const struct setting_row *rows = settings_rows(&count);
	(void)state;

	/* a bar in a table of Markdown is written "\\|" */
	for (const char *at = document; *at; at++)
		if (at[0] != '\\' || at[1] != '|')
			document[kept++] = *at;
	document[kept] = '\0';
	for (int c = COMMAND_TALK; c <= COMMAND_TEST; c++) {
		char *help = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&help, &size);

		settings_help((enum settings_command)c, out);
		fclose(out);
		for (char *line = strtok(help, "\n"); line;
		     line = strtok(NULL, "\n"))
			if (strlen(line) > 100)
				fail_msg("too wide: %s", line);
		free(help);
	}
	for (size_t i = 0; i < count; i++) {
		char name[128];

		if (rows[i].no_flag)
			setting_variable(name, &rows[i]);
		else
			snprintf(name, sizeof name, "`--%s%s%s`", rows[i].name,
				 rows[i].argument ? " " : "",
				 rows[i].argument ? rows[i].argument : "");
		if (!strstr(document, name))
			fail_msg("docs/settings.md does not know %s", name);
		for (size_t k = 0; k < SETTING_NAMES_MOST; k++)
			if (rows[i].known[k] &&
			    !strstr(document, rows[i].known[k]))
				fail_msg("docs/settings.md: %s",
					 rows[i].known[k]);
	}
	free(document);
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_PLACE(each_value_is_printed_with_its_source),
		IN_PLACE(secrets_are_not_in_the_json),
		IN_PLACE(one_value_is_shown_as_others_may_see_it),
		cmocka_unit_test(every_flag_is_in_help_and_in_the_document),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
