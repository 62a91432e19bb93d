/*
 * settings: what a person has set, from where, for one command.
 *
 * Order: flags, environment, .env in the working directory,
 * $XDG_CONFIG_HOME/habla/habla.env, defaults.  A flag --some-name is the
 * variable HABLA_SOME_NAME; some settings have a well-known name as well
 * (AWS_REGION, NEXT_PUBLIC_NOVA_WEBSOCKET_URL).  One table
 * (settings_table.c) is behind parsing, --help and --print-settings.
 * One thread.
 */
#ifndef CLIENT_SETTINGS_SETTINGS_H
#define CLIENT_SETTINGS_SETTINGS_H

#include <stdbool.h>
#include <stdio.h>

struct problem;
struct settings;

enum setting {
	/* where to */
	SETTING_BACKEND, /* HABLA_BACKEND, no flag; see settings_backend() */
	SETTING_RELAY,   /* URL; as a flag it also chooses the backend */
	SETTING_BEDROCK, /* flag only */
	SETTING_SIM,     /* flag only */
	SETTING_ENDPOINT,
	SETTING_CA_FILE,
	SETTING_REGION,
	SETTING_PROFILE, /* of ~/.aws/config; as a flag it goes before keys */
	SETTING_MODEL,
	SETTING_ACCESS_KEY,    /* AWS_ACCESS_KEY_ID */
	SETTING_SECRET_KEY,    /* AWS_SECRET_ACCESS_KEY, secret */
	SETTING_SESSION_TOKEN, /* AWS_SESSION_TOKEN, secret */
	/* a school's login */
	SETTING_USER,
	SETTING_USER_POOL,
	SETTING_CLIENT_ID,
	SETTING_CLIENT_SECRET, /* variable only, secret */
	SETTING_IDENTITY_POOL,
	SETTING_GUEST,
	SETTING_COGNITO_ENDPOINT, /* variable only */
	SETTING_FLOW,             /* srp, password */
	SETTING_STATUS,
	/* who */
	SETTING_TOKEN, /* secret */
	SETTING_COURSE,
	SETTING_STUDENT,
	/* how the tutor is */
	SETTING_VOICE,
	SETTING_SYSTEM, /* text or @FILE */
	SETTING_LANGUAGE,
	SETTING_TURN_PAUSE, /* high, medium, low */
	SETTING_LESSON,     /* name or file */
	SETTING_RESUME,
	SETTING_LEARNER,
	SETTING_SPEECH_MODEL, /* folder of the built-in tutor's ears */
	SETTING_TOOLS,        /* file with programs that the tutor may call */
	SETTING_RECONNECT,
	SETTING_RENEW_AFTER,   /* seconds */
	SETTING_HISTORY_LIMIT, /* KB */
	/* sound */
	SETTING_MIC,
	SETTING_SPEAKER,
	SETTING_HEADSET,
	SETTING_PUSH_TO_TALK,
	SETTING_TEXT, /* typed both ways, no sound device */
	/* what is kept and shown */
	SETTING_RECORD,
	SETTING_NO_RECORD,
	SETTING_JSON,
	SETTING_COMMANDS, /* JSON lines on stdin */
	SETTING_PLAIN,    /* never draws */
	SETTING_QUIET,
	SETTING_WINDOW,
	SETTING_THEME, /* dark, light */
	SETTING_LOG,
	SETTING_VOICES,  /* lists them instead of talking */
	SETTING_LESSONS, /* the same */
	SETTING_PRINT_SETTINGS,
	SETTING_HELP,
	/* habla lesson, habla progress */
	SETTING_CHECK,
	SETTING_STEP,
	SETTING_PROMPT,
	SETTING_ANKI,
	SETTING_XAPI,
	/* habla test; --check is a switch there */
	SETTING_FROM,
	SETTING_FILTER,
	SETTING_ONLY,
	SETTING_JOBS,
	SETTING_REPEAT,
	SETTING_SHARD,
	SETTING_RETRY,
	SETTING_TIMEOUT, /* seconds */
	SETTING_FAIL_FAST,
	SETTING_SEED,
	SETTING_KEEP, /* all, failed, none */
	SETTING_KEEP_DIR,
	SETTING_JUNIT,
	SETTING_TAP,
	SETTING_REPORT_JSON,
	SETTING_HTML,
	SETTING_BASELINE,
	SETTING_SAVE_BASELINE,
	SETTING_ALL,
	/* the simulator */
	SETTING_PORT,
	SETTING_LISTEN,
	SETTING_TLS,
	SETTING_STATE,
	SETTING_SCENARIO,
	SETTING_FAULT,
	SETTING_STREAMS,
	SETTING_COUNT
};

enum setting_source {
	SOURCE_DEFAULT,
	SOURCE_USER_FILE, /* $XDG_CONFIG_HOME/habla/habla.env */
	SOURCE_DOT_ENV,
	SOURCE_ENVIRONMENT,
	SOURCE_FLAG,
};

enum settings_command {
	COMMAND_TALK,
	COMMAND_SIM,
	COMMAND_LOGIN,
	COMMAND_LOGOUT,
	COMMAND_DOCTOR,
	COMMAND_LESSON,
	COMMAND_PROGRESS,
	COMMAND_TEST,
};

enum backend { BACKEND_RELAY, BACKEND_BEDROCK, BACKEND_SIM };

enum { SETTINGS_SYSTEM_BYTES_MOST = 32 * 1024 };

/* argv[0] is the command's own name.  Reads environment and files too.
 * PROBLEM_USAGE names the flag or file:line, the cause and the nearest
 * flag.  With --help nothing but the flags is looked at, so that help is there
 * when the settings are wrong. */
int settings_load(struct settings **out, enum settings_command command,
		  int argc, char *const *argv, struct problem *p);
struct settings *settings_free(struct settings *s);

/* What stands beside the flags, for commands that take that
 * (settings_operands()); borrowed from s and argv. */
const char *const *settings_arguments(const struct settings *s, size_t *count);

/* The value or the default; NULL (false, 0) when there is neither, or when
 * the command does not have that setting.  Borrowed from s. */
const char *settings_text(const struct settings *s, enum setting id);
bool settings_flag(const struct settings *s, enum setting id);
long settings_number(const struct settings *s, enum setting id);
enum setting_source settings_source(const struct settings *s, enum setting id);
/* Where the value came from, for people: "environment AWS_ACCESS_KEY_ID",
 * ".env:3", "flag", "default".  Borrowed from s. */
const char *settings_origin(const struct settings *s, enum setting id);

/* Who the tutor is: --relay, --bedrock or --sim; else HABLA_BACKEND; else the
 * relay, if one is configured; else the simulator.  AWS credentials alone
 * never choose Bedrock.  `habla test` looks at the flags only.  With
 * BACKEND_RELAY, SETTING_RELAY has a value. */
enum backend settings_backend(const struct settings *s);

/* The text of --system, read from the file in the form @FILE; caller frees.
 * *out is NULL when none is set.  PROBLEM_USAGE (too long, not UTF-8) or
 * PROBLEM_FILE fill p. */
int settings_system_text(char **out, const struct settings *s,
			 struct problem *p);

/* The value as others may see it: a secret is "(hidden)", a URL comes without
 * user, password and query.  Caller frees; NULL when not set (or no memory). */
char *settings_shown(const struct settings *s, enum setting id);

/* Each value and where it came from; secrets as "(hidden)". */
void settings_print(const struct settings *s, FILE *out);
/* The same as one JSON object, without secrets, for session.json. */
struct bytes;
void settings_write_json(const struct settings *s, struct bytes *out,
			 const char *key);
/* Usage and the flags of a command. */
void settings_help(enum settings_command command, FILE *out);

#endif
