/* Settings that hang on the model, and the list of voices. */
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
#include "client/settings/settings_model.h"
#include "net/base/problem.h"
#include "tests/support/folder.h"

#define V1 "amazon.nova-sonic-v1:0"

static char *folder;

/* No settings of the person who runs the test. */
static int enter(void **state)
{
	static const char *const variables[] = {
		"HABLA_VOICE",
		"HABLA_LANGUAGE",
		"HABLA_MODEL",
		"HABLA_BACKEND",
		"HABLA_RELAY",
		"HABLA_TURN_PAUSE",
		"NEXT_PUBLIC_NOVA_WEBSOCKET_URL"};

	(void)state;
	folder = folder_make();
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		unsetenv(variables[i]);
	setenv("XDG_CONFIG_HOME", folder, 1);
	return chdir(folder);
}

static int leave(void **state)
{
	(void)state;
	folder_remove(folder);
	return chdir("/");
}

enum { ARGUMENTS_MOST = 12 };

static int load(struct settings **out, const char *line, struct problem *p)
{
	char copy[256], *argv[ARGUMENTS_MOST] = {NULL};
	int argc = 0;

	*p = (struct problem){0};
	snprintf(copy, sizeof copy, "talk %s", line);
	for (char *at = strtok(copy, " "); at && argc < ARGUMENTS_MOST;
	     at = strtok(NULL, " "))
		argv[argc++] = at;
	return settings_load(out, COMMAND_TALK, argc, argv, p);
}

static void what_the_model_cannot_do_is_refused_by_name(void **state)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{"--sim --voice tiffany --language es --turn-pause low", ""},
		{"--bedrock --voice greta --model " V1, ""},
		{"--sim --voice tifany",
		 "--voice: \"tifany\" is no voice of amazon.nova-2-5-sonic; "
		 "did you mean \"tiffany\"? (habla talk --voices lists them)"},
		{"--bedrock --voice tina --model " V1,
		 "--voice: \"tina\" is no voice of " V1 "; choose another "
		 "(habla talk --voices lists them)"},
		{"--bedrock --language eo",
		 "--language: \"eo\" is no language of amazon.nova-2-5-sonic; "
		 "it speaks English, Hindi, French, Italian, German, Spanish "
		 "and Portuguese"},
		{"--sim --turn-pause high --model " V1,
		 "--turn-pause: " V1 " decides by itself when a turn ends; "
		 "leave the setting out"},
		/* a model of tomorrow, or the relay's own */
		{"--sim --voice zoe --language eo --model amazon.nova-3-sonic",
		 ""},
		{"--relay ws://localhost:1 --voice zoe --language eo", ""},
		/* the list is there for who has named a wrong one */
		{"--voices --voice zoe --language eo", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct settings *s = NULL;
		struct problem p;
		int err = load(&s, rows[i].line, &p);
		assert_string_equal(rows[i].want, p.text);
		assert_int_equal(*rows[i].want ? PROBLEM_USAGE : 0, err);
		settings_free(s);
	}
}

static void a_wrong_voice_of_the_environment_is_named(void **state)
{
	struct settings *s = NULL;
	struct problem p;

	(void)state;
	setenv("HABLA_VOICE", "leon", 1);
	assert_int_equal(PROBLEM_USAGE, load(&s, "--sim", &p));
	assert_string_equal("HABLA_VOICE: \"leon\" is no voice of "
			    "amazon.nova-2-5-sonic; did you mean \"leo\"? "
			    "(habla talk --voices lists them)",
			    p.text);
	unsetenv("HABLA_VOICE");
}

static void the_pause_is_read_from_its_word(void **state)
{
	static const struct {
		const char *line;
		enum nova_turn_pause pause;
	} rows[] = {
		{"--sim", NOVA_PAUSE_DEFAULT},
		{"--sim --turn-pause high", NOVA_PAUSE_HIGH},
		{"--sim --turn-pause medium", NOVA_PAUSE_MEDIUM},
		{"--sim --turn-pause low", NOVA_PAUSE_LOW},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct settings *s = NULL;
		struct problem p;
		assert_int_equal(0, load(&s, rows[i].line, &p));
		assert_int_equal(rows[i].pause, settings_turn_pause(s));
		settings_free(s);
	}
}

/* The list, with runs of blanks as one. */
static char *list(const char *line)
{
	struct settings *s = NULL;
	struct problem p;
	char *text = NULL;
	size_t size = 0, n = 0;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(0, load(&s, line, &p));
	settings_print_voices(s, out);
	fclose(out);
	settings_free(s);
	for (size_t i = 0; i < size; i++)
		if (text[i] != ' ' || (n && text[n - 1] != ' '))
			text[n++] = text[i];
	text[n] = '\0';
	return text;
}

static void voices_are_listed_by_model_and_language(void **state)
{
	static const struct {
		const char *line, *holds, *lacks;
	} rows[] = {
		{"--voices",
		 "en-US tiffany * feminine Nova Sonic, Nova 2 Sonic, Nova 2.5 "
		 "Sonic; speaks every language\n",
		 "greta"},
		{"--voices", "de-DE tina feminine Nova 2 Sonic, Nova 2.5 Sonic",
		 "tina *"},
		{"--voices --model " V1, "de-DE greta feminine Nova Sonic\n",
		 "every language"},
		{"--voices --language de", "de-DE tina * feminine", "lupe"},
		{"--voices --language de", "en-US matthew masculine",
		 "tiffany *"},
		{"--voices --language de --model " V1, "greta *", "tiffany"},
		{"--voices --language hi", "hi-IN kiara * feminine", "en-IN"},
		{"--voices --language eo",
		 "No voice of amazon.nova-2-5-sonic speaks \"eo\".", "tiffany"},
		{"--voices --model amazon.nova-3-sonic",
		 "amazon.nova-3-sonic is not known to this version: any voice "
		 "is sent to it. These are those of amazon.nova-2-5-sonic.\n",
		 "greta"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = list(rows[i].line);
		if (!strstr(text, rows[i].holds) || strstr(text, rows[i].lacks))
			fail_msg("%s:\n%s", rows[i].line, text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_model_cannot_do_is_refused_by_name),
		cmocka_unit_test(a_wrong_voice_of_the_environment_is_named),
		cmocka_unit_test(the_pause_is_read_from_its_word),
		cmocka_unit_test(voices_are_listed_by_model_and_language),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
