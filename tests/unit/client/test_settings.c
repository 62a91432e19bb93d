#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/settings/settings.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/folder.h"

/* A working directory, a home and an environment of the test's own. */
struct place {
	char *folder;
	char *before;
};

static const char *const variables[] = {
	"HABLA_VOICE",
	"HABLA_COURSE",
	"HABLA_RELAY",
	"HABLA_BACKEND",
	"HABLA_RECONNECT",
	"HABLA_JSON",
	"HABLA_RECORD",
	"HABLA_REGION",
	"HABLA_TOKEN",
	"AWS_REGION",
	"AWS_DEFAULT_REGION",
	"AWS_PROFILE",
	"AWS_DEFAULT_PROFILE",
	"AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY",
	"AWS_SESSION_TOKEN",
	"HABLA_TURN_PAUSE",
	"NEXT_PUBLIC_NOVA_WEBSOCKET_URL",
	"HABLA_PORT",
	"HABLA_NO_RECORD",
	"HABLA_SYSTEM",
	"HABLA_MIC",
	"HABLA_HEADSET",
	"PORT",
};

static int enter(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	place->folder = folder_make();
	place->before = getcwd(NULL, 0);
	assert_int_equal(chdir(place->folder), 0);
	assert_int_equal(mkdir("habla", 0700), 0);
	setenv("XDG_CONFIG_HOME", place->folder, 1);
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		unsetenv(variables[i]);
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

enum { ARGUMENTS_MOST = 8 };

/* Splits a line at blanks and loads it. */
static int load(struct settings **out, enum settings_command command,
		const char *line, struct problem *p)
{
	char copy[256], *argv[ARGUMENTS_MOST] = {NULL};
	int argc = 0;

	*p = (struct problem){0};
	snprintf(copy, sizeof copy, "%s", line);
	for (char *at = strtok(copy, " "); at && argc < ARGUMENTS_MOST;
	     at = strtok(NULL, " "))
		argv[argc++] = at;
	return settings_load(out, command, argc, argv, p);
}

static struct settings *loaded(const char *line)
{
	struct settings *s = NULL;
	struct problem p;
	enum settings_command command = text_starts(line, "sim") ? COMMAND_SIM
								 : COMMAND_TALK;

	if (load(&s, command, line, &p))
		fail_msg("%s: %s", line, p.text);
	return s;
}

static void assert_refused(const char *line, const char *text)
{
	struct settings *s = NULL;
	struct problem p;
	enum settings_command command = text_starts(line, "sim") ? COMMAND_SIM
								 : COMMAND_TALK;

	assert_int_equal(load(&s, command, line, &p), PROBLEM_USAGE);
	assert_null(s);
	assert_int_equal(p.code, PROBLEM_USAGE);
	assert_string_equal(p.text, text);
}

static void the_stronger_source_wins(void **state)
{
	/* one bit a source: user file, .env, environment, flag */
	static const char *const values[] = {"user", "dotenv", "env", "flag"};
	(void)state;

	for (unsigned set = 0; set < 16; set++) {
		const char *want = NULL;
		enum setting_source source = SOURCE_DEFAULT;

		for (unsigned i = 0; i < 4; i++)
			if (set & (1U << i)) {
				want = values[i];
				source = (enum setting_source)(i + 1);
			}
		folder_write("habla", "habla.env",
			     set & 1 ? "HABLA_COURSE=user\n" : "");
		folder_write(".", ".env",
			     set & 2 ? "HABLA_COURSE=dotenv\n" : "");
		if (set & 4)
			setenv("HABLA_COURSE", "env", 1);
		else
			unsetenv("HABLA_COURSE");

		struct settings *s = loaded(set & 8 ? "talk --course flag"
						    : "talk");
		const char *got = settings_text(s, SETTING_COURSE);
		assert_true(text_equal(got, want));
		assert_int_equal(settings_source(s, SETTING_COURSE), source);
		settings_free(s);
	}
}

static void defaults_hold_when_nothing_is_set(void **state)
{
	struct settings *s = loaded("talk");
	(void)state;

	assert_null(settings_text(s, SETTING_REGION));
	assert_string_equal(settings_text(s, SETTING_MODEL),
			    "amazon.nova-2-5-sonic");
	assert_int_equal(settings_number(s, SETTING_RECONNECT), 5);
	assert_null(settings_text(s, SETTING_RELAY));
	assert_null(settings_text(s, SETTING_MIC));
	assert_false(settings_flag(s, SETTING_JSON));
	assert_int_equal(settings_backend(s), BACKEND_SIM);
	settings_free(s);

	s = loaded("sim");
	assert_string_equal(settings_text(s, SETTING_LISTEN), "127.0.0.1");
	assert_int_equal(settings_source(s, SETTING_PORT), SOURCE_DEFAULT);
	assert_null(settings_text(s, SETTING_RELAY)); /* not sim's */
	settings_free(s);
}

static void flags_are_written_with_a_blank_or_an_equals_sign(void **state)
{
	struct settings *s = loaded(
		"talk --course=a=b --mic - --reconnect 0 --headset "
		"--json=no");
	(void)state;

	assert_string_equal(settings_text(s, SETTING_COURSE), "a=b");
	assert_string_equal(settings_text(s, SETTING_MIC), "-");
	assert_int_equal(settings_number(s, SETTING_RECONNECT), 0);
	assert_true(settings_flag(s, SETTING_HEADSET));
	assert_false(settings_flag(s, SETTING_JSON));
	assert_int_equal(settings_source(s, SETTING_JSON), SOURCE_FLAG);
	settings_free(s);
}

static void our_own_name_goes_before_the_well_known_one(void **state)
{
	(void)state;
	setenv("AWS_DEFAULT_REGION", "eu-west-1", 1);
	struct settings *s = loaded("talk");
	assert_string_equal(settings_text(s, SETTING_REGION), "eu-west-1");
	settings_free(s);

	setenv("AWS_REGION", "us-west-2", 1);
	s = loaded("talk");
	assert_string_equal(settings_text(s, SETTING_REGION), "us-west-2");
	settings_free(s);

	setenv("HABLA_REGION", "ap-northeast-1", 1);
	s = loaded("talk");
	assert_string_equal(settings_text(s, SETTING_REGION), "ap-northeast-1");
	settings_free(s);
}

static void an_empty_variable_is_not_set(void **state)
{
	(void)state;
	folder_write(".", ".env", "HABLA_VOICE=matthew\nHABLA_TOKEN=\n");
	setenv("HABLA_VOICE", "", 1);
	struct settings *s = loaded("talk");
	assert_string_equal(settings_text(s, SETTING_VOICE), "matthew");
	assert_null(settings_text(s, SETTING_TOKEN));
	settings_free(s);
}

static void an_env_file_is_read_as_people_write_them(void **state)
{
	(void)state;
	folder_write(".", ".env",
		     "\xef\xbb\xbf# settings\r\n"
		     "\r\n"
		     "export HABLA_VOICE = tiffany   # a voice\r\n"
		     "HABLA_COURSE='a # b \\n'\n"
		     "  HABLA_STUDENT=\"x\\\"y\\\\ \\q\" # who\n"
		     "HABLA_SYSTEM=\"two\nlines\\n\"\n"
		     "DATABASE_URL=postgres://x\n"
		     "HABLA_LANGUAGE=a#b\n"
		     "AWS_REGION=us-east-2\n"
		     "HABLA_LANGUAGE=es");
	struct settings *s = loaded("talk");
	assert_string_equal(settings_text(s, SETTING_VOICE), "tiffany");
	assert_string_equal(settings_text(s, SETTING_COURSE), "a # b \\n");
	assert_string_equal(settings_text(s, SETTING_STUDENT), "x\"y\\ \\q");
	assert_string_equal(settings_text(s, SETTING_SYSTEM), "two\nlines\n");
	assert_string_equal(settings_text(s, SETTING_LANGUAGE), "es");
	assert_string_equal(settings_text(s, SETTING_REGION), "us-east-2");
	settings_free(s);
}

static void a_wrong_line_is_named_with_file_and_line(void **state)
{
	static const struct {
		const char *content, *text;
	} rows[] = {
		{"A=1\n\nHABLA_VOICE tiffany\n",
		 ".env:3: not of the form KEY=VALUE; correct the line, or "
		 "begin "
		 "it with #"},
		{"=x",
		 ".env:1: not of the form KEY=VALUE; correct the line, or "
		 "begin it with #"},
		{"A='x\n\nB=2\n",
		 ".env:1: the value's quote is never closed; close it"},
		{"A=\"x\ny\" z\n", ".env:2: something follows the closing "
				   "quote; remove it or put "
				   "it inside"},
		{"A=1\nHABLA_RECONNECT=many\n",
		 ".env:2: HABLA_RECONNECT: \"many\" is no number from 0 to "
		 "1000; correct it"},
		{"HABLA_BACKEND=cloud\n",
		 ".env:1: HABLA_BACKEND: \"cloud\" is not known; use relay, "
		 "bedrock or sim"},
		{"A=\"x\ny\"\nHABLA_JSON=maybe\n",
		 ".env:3: HABLA_JSON: \"maybe\" is neither yes nor no; use one "
		 "of them"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		folder_write(".", ".env", rows[i].content);
		assert_refused("talk", rows[i].text);
	}
	/* a value that does not hold does no harm */
	folder_write(".", ".env", "HABLA_RECONNECT=many\n");
	settings_free(loaded("talk --reconnect 2"));
	/* and help is there whatever the settings are */
	settings_free(loaded("talk --help"));
}

static void a_folder_called_env_is_no_file(void **state)
{
	(void)state;
	assert_int_equal(mkdir(".env", 0700), 0);
	settings_free(loaded("talk"));
	assert_int_equal(rmdir(".env"), 0);
}

static void the_command_line_is_checked(void **state)
{
	static const struct {
		const char *line, *text;
	} rows[] = {
		{"talk --relai ws://x", "--relai: no such flag of habla talk; "
					"did you mean --relay? (habla talk "
					"--help lists them)"},
		{"talk --quite-another-thing", "--quite-another-thing: no such "
					       "flag of habla talk; habla talk "
					       "--help lists them"},
		{"talk -x", "-x: no such flag of habla talk; habla talk --help "
			    "lists them"},
		{"talk --", "--: no such flag of habla talk; habla talk --help "
			    "lists them"},
		{"talk --port 1", "--port: no such flag of habla talk; habla "
				  "talk --help lists them"},
		{"sim --prot=1", "--prot: no such flag of habla sim; did you "
				 "mean --port? (habla sim --help lists them)"},
		{"talk hello", "hello: habla talk takes flags only; habla talk "
			       "--help lists them"},
		{"talk --voice",
		 "--voice: the value is missing; write --voice NAME"},
		{"talk --mic --json", "--mic: the value is missing; write "
				      "--mic DEVICE|FILE|-"},
		{"talk --voice=", "--voice: the value is empty; give one, or "
				  "leave the flag out"},
		{"talk --json=perhaps",
		 "--json: \"perhaps\" is neither yes nor no; use one of them"},
		{"talk --reconnect -1", "--reconnect: \"-1\" is no number from "
					"0 to 1000; correct it"},
		{"talk --reconnect 3x", "--reconnect: \"3x\" is no number from "
					"0 to 1000; correct it"},
		{"talk --reconnect 99999999999999999999",
		 "--reconnect: \"99999999999999999999\" is no number from 0 to "
		 "1000; correct it"},
		{"talk --turn-pause or", "--turn-pause: \"or\" is not known; "
					 "use high, medium or low"},
		{"talk --turn-pause hig", "--turn-pause: \"hig\" is not known; "
					  "use high, medium or low"},
		{"talk --sim --bedrock", "--bedrock and --sim exclude each "
					 "other; give one of them"},
		{"talk --relay ws://x --sim",
		 "--relay and --sim exclude each other; give one of them"},
		{"talk --bedrock --relay=ws://x",
		 "--relay and --bedrock exclude each other; give one of them"},
		{"talk --speaker - --json",
		 "--speaker - and --json: both would write to stdout; send the "
		 "sound to a file"},
		{"talk --record x --no-record",
		 "--record and --no-record exclude each other; give one of "
		 "them"},
		{"talk --relay http://x:8080",
		 "--relay: \"http://x:8080\" is no relay's address; did you "
		 "mean \"ws://x:8080\"?"},
		{"talk --relay https://x", "--relay: \"https://x\" is no "
					   "relay's address; did you mean "
					   "\"wss://x\"?"},
		{"talk --relay x:8080", "--relay: \"x:8080\" is no relay's "
					"address; write ws://HOST:PORT or "
					"wss://HOST"},
		{"talk --relay ws:///x", "--relay: \"ws:///x\" is no relay's "
					 "address; write ws://HOST:PORT or "
					 "wss://HOST"},
		{"sim --port 65536", "--port: \"65536\" is no number from 0 to "
				     "65535; correct it"},
		{"sim --listen 0.0.0.0",
		 "--listen: \"0.0.0.0\" is no loopback address, and the "
		 "simulator serves this machine only; use 127.0.0.1 or ::1"},
		{"sim --access-key A", "--access-key: the secret is missing; "
				       "add --secret-key KEY"},
		{"sim --secret-key A", "--secret-key: the key's id is missing; "
				       "add --access-key ID"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_refused(rows[i].line, rows[i].text);
	settings_free(loaded("talk --mic - --json"));
	settings_free(loaded("talk --bedrock --sim=no"));
	settings_free(loaded("sim --listen ::1"));
	settings_free(loaded("sim --listen 127.0.0.2 --port 0"));
}

static void the_backend_follows_from_the_strongest_choice(void **state)
{
	static const struct {
		const char *line, *backend, *relay;
		enum backend want;
	} rows[] = {
		{"talk", NULL, NULL, BACKEND_SIM},
		{"talk", NULL, "ws://a", BACKEND_RELAY},
		{"talk", "sim", "ws://a", BACKEND_SIM},
		{"talk", "bedrock", "ws://a", BACKEND_BEDROCK},
		{"talk", "relay", "ws://a", BACKEND_RELAY},
		{"talk --sim", "bedrock", "ws://a", BACKEND_SIM},
		{"talk --bedrock", "relay", "ws://a", BACKEND_BEDROCK},
		{"talk --relay ws://b", "sim", "ws://a", BACKEND_RELAY},
		{"talk --sim=no", NULL, "ws://a", BACKEND_RELAY},
	};
	(void)state;

	/* costs money, so keys alone choose nothing */
	setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].backend)
			setenv("HABLA_BACKEND", rows[i].backend, 1);
		else
			unsetenv("HABLA_BACKEND");
		if (rows[i].relay)
			setenv("NEXT_PUBLIC_NOVA_WEBSOCKET_URL", rows[i].relay,
			       1);
		else
			unsetenv("NEXT_PUBLIC_NOVA_WEBSOCKET_URL");
		struct settings *s = loaded(rows[i].line);
		assert_int_equal(settings_backend(s), rows[i].want);
		settings_free(s);
	}
	unsetenv("NEXT_PUBLIC_NOVA_WEBSOCKET_URL");
	setenv("HABLA_BACKEND", "relay", 1);
	assert_refused("talk", "HABLA_BACKEND: a relay is asked for, but none "
			       "is named; add --relay URL or set HABLA_RELAY");
	setenv("HABLA_RELAY", "http://a", 1);
	assert_refused("talk", "HABLA_RELAY: \"http://a\" is no relay's "
			       "address; did you mean \"ws://a\"?");
	/* wrong, but not what is used */
	settings_free(loaded("talk --sim"));
}

static void a_flag_about_recording_overrides_a_variable(void **state)
{
	(void)state;
	setenv("HABLA_RECORD", "there", 1);
	struct settings *s = loaded("talk --no-record");
	assert_null(settings_text(s, SETTING_RECORD));
	assert_true(settings_flag(s, SETTING_NO_RECORD));
	settings_free(s);

	unsetenv("HABLA_RECORD");
	setenv("HABLA_NO_RECORD", "1", 1);
	s = loaded("talk --record here");
	assert_string_equal(settings_text(s, SETTING_RECORD), "here");
	assert_false(settings_flag(s, SETTING_NO_RECORD));
	settings_free(s);
}

static void the_system_text_may_be_a_file(void **state)
{
	struct settings *s;
	struct problem p = {0};
	char *text = (char *)"";
	char *big = calloc(1, SETTINGS_SYSTEM_BYTES_MOST + 2);
	(void)state;

	s = loaded("talk");
	assert_int_equal(settings_system_text(&text, s, &p), 0);
	assert_null(text);
	settings_free(s);

	s = loaded("talk --system Brief.");
	assert_int_equal(settings_system_text(&text, s, &p), 0);
	assert_string_equal(text, "Brief.");
	free(text);
	settings_free(s);

	s = loaded("talk --system @prompt.txt");
	assert_int_equal(settings_system_text(&text, s, &p), PROBLEM_FILE);
	assert_string_equal(p.text, "--system: prompt.txt: cannot be read: No "
				    "such file or directory; check the path");
	folder_write(".", "prompt.txt", "Sé breve.\n");
	assert_int_equal(settings_system_text(&text, s, &p), 0);
	assert_string_equal(text, "Sé breve.\n");
	free(text);

	folder_write(".", "prompt.txt", "S\xe9 breve.\n");
	assert_int_equal(settings_system_text(&text, s, &p), PROBLEM_USAGE);
	assert_string_equal(p.text, "--system: prompt.txt: byte 2 is no UTF-8 "
				    "text; save it as UTF-8");

	memset(big, 'a', SETTINGS_SYSTEM_BYTES_MOST);
	folder_write(".", "prompt.txt", big);
	assert_int_equal(settings_system_text(&text, s, &p), 0);
	free(text);
	big[SETTINGS_SYSTEM_BYTES_MOST] = 'a';
	folder_write(".", "prompt.txt", big);
	assert_int_equal(settings_system_text(&text, s, &p), PROBLEM_USAGE);
	assert_string_equal(p.text, "--system: prompt.txt: longer than 32 KiB; "
				    "shorten it");
	settings_free(s);
	free(big);
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_PLACE(the_stronger_source_wins),
		IN_PLACE(defaults_hold_when_nothing_is_set),
		IN_PLACE(flags_are_written_with_a_blank_or_an_equals_sign),
		IN_PLACE(our_own_name_goes_before_the_well_known_one),
		IN_PLACE(an_empty_variable_is_not_set),
		IN_PLACE(an_env_file_is_read_as_people_write_them),
		IN_PLACE(a_wrong_line_is_named_with_file_and_line),
		IN_PLACE(a_folder_called_env_is_no_file),
		IN_PLACE(the_command_line_is_checked),
		IN_PLACE(the_backend_follows_from_the_strongest_choice),
		IN_PLACE(a_flag_about_recording_overrides_a_variable),
		IN_PLACE(the_system_text_may_be_a_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
