#include "client/settings/settings_table.h"

#include <ctype.h>
#include <string.h>

#include "net/base/language.h"
#include "net/base/text.h"
#include "net/nova/model.h"

/* An id may have two rows, when it means different things to different
 * commands.  The order is the order of --help and --print-settings. */
static const struct setting_row rows[] = {
	{
		.id = SETTING_BACKEND,
		.commands = FOR_TALK | FOR_DOCTOR,
		.no_flag = true,
		.name = "backend",
		.choices = N_("relay, bedrock or sim"),
	},
	{
		.id = SETTING_RELAY,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.kind = SETTING_KIND_URL,
		.name = "relay",
		.argument = "URL",
		.known = {"NEXT_PUBLIC_NOVA_WEBSOCKET_URL"},
		.unset = N_("none"),
		.help = N_("talk through the relay at this ws:// or wss:// "
			   "address"),
	},
	{
		.id = SETTING_BEDROCK,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "bedrock",
		.help = N_("talk to Amazon Bedrock directly (costs money)"),
	},
	{
		.id = SETTING_SIM,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "sim",
		.help = N_("talk to the built-in simulator, with no account"),
	},
	{
		.id = SETTING_ENDPOINT,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.kind = SETTING_KIND_URL,
		.name = "endpoint",
		.argument = "URL",
		.unset = N_("the region's"),
		.help = N_("Bedrock's address; http:// only on this machine"),
	},
	{
		.id = SETTING_CA_FILE,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_LOGIN | FOR_LOGOUT |
			    FOR_TEST,
		.name = "ca-file",
		.argument = "FILE",
		.unset = N_("the system's"),
		.help = N_("certificates to trust (PEM)"),
	},
	{
		.id = SETTING_REGION,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.name = "region",
		.argument = "REGION",
		.known = {"AWS_REGION", "AWS_DEFAULT_REGION"},
		.unset = N_("the profile's, or us-east-1"),
		.help = N_("AWS region"),
	},
	{
		.id = SETTING_PROFILE,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.name = "profile",
		.argument = "NAME",
		.known = {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"},
		.unset = N_("default"),
		.help = N_("AWS profile, of ~/.aws/config"),
	},
	{
		.id = SETTING_MODEL,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_SIM | FOR_TEST,
		.name = "model",
		.argument = "ID",
		.fallback = NOVA_MODEL_DEFAULT,
		.help = N_("Nova Sonic model"),
	},
	{
		.id = SETTING_ACCESS_KEY,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.no_flag = true,
		.name = "access-key",
		.known = {"AWS_ACCESS_KEY_ID"},
		.unset = N_("none"),
	},
	{
		.id = SETTING_SECRET_KEY,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.no_flag = true,
		.secret = true,
		.name = "secret-key",
		.known = {"AWS_SECRET_ACCESS_KEY"},
		.unset = N_("none"),
	},
	{
		.id = SETTING_SESSION_TOKEN,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.no_flag = true,
		.secret = true,
		.name = "session-token",
		.known = {"AWS_SESSION_TOKEN"},
		.unset = N_("none"),
	},
	{
		.id = SETTING_USER,
		.commands = FOR_LOGIN,
		.name = "user",
		.argument = "NAME",
		.unset = N_("asked for"),
		.help = N_("user name at your school"),
	},
	{
		.id = SETTING_USER_POOL,
		.commands = FOR_LOGIN,
		.name = "user-pool",
		.argument = "ID",
		.unset = N_("as at the last login"),
		.help = N_("the school's user pool: eu-west-1_AbCdEfGhI"),
	},
	{
		.id = SETTING_CLIENT_ID,
		.commands = FOR_LOGIN,
		.name = "client-id",
		.argument = "ID",
		.unset = N_("as at the last login"),
		.help = N_("the pool's id for this program"),
	},
	{
		.id = SETTING_CLIENT_SECRET,
		.commands = FOR_LOGIN,
		.no_flag = true,
		.secret = true,
		.name = "client-secret",
		.unset = N_("none"),
	},
	{
		.id = SETTING_IDENTITY_POOL,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_LOGIN,
		.name = "identity-pool",
		.argument = "ID",
		.unset = N_("as at the last login"),
		.help = N_("identity pool that gives AWS credentials"),
	},
	{
		.id = SETTING_GUEST,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_SWITCH,
		.name = "guest",
		.help = N_("use the identity pool without a login"),
	},
	{
		.id = SETTING_COGNITO_ENDPOINT,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_LOGIN,
		.kind = SETTING_KIND_URL,
		.no_flag = true,
		.name = "cognito-endpoint",
		.unset = N_("the region's"),
	},
	{
		.id = SETTING_REGION,
		.commands = FOR_LOGIN,
		.no_variable = true,
		.name = "region",
		.argument = "REGION",
		.unset = N_("the one in the pools' ids"),
		.help = N_("where the pools are, if not where their ids say"),
	},
	{
		.id = SETTING_FLOW,
		.commands = FOR_LOGIN,
		.name = "flow",
		.argument = "WORD",
		.choices = N_("srp or password"),
		.fallback = "srp",
		.help = N_("srp keeps the password on this machine, "
			   "password sends it"),
	},
	{
		.id = SETTING_STATUS,
		.commands = FOR_LOGIN,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "status",
		.help = N_("who is signed in; exit code 1: nobody"),
	},
	{
		.id = SETTING_TOKEN,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.secret = true,
		.name = "token",
		.argument = "TOKEN",
		.unset = N_("none"),
		.help = N_("what the relay asks for"),
	},
	{
		.id = SETTING_COURSE,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.name = "course",
		.argument = "ID",
		.unset = N_("none"),
		.help = N_("course, told to the relay"),
	},
	{
		.id = SETTING_STUDENT,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_TEST,
		.name = "student",
		.argument = "ID",
		.unset = N_("none"),
		.help = N_("student, told to the relay"),
	},
	{
		.id = SETTING_VOICE,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "voice",
		.argument = "NAME",
		.unset = N_("by the language"),
		.help = N_("the tutor's voice"),
	},
	{
		.id = SETTING_SYSTEM,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "system",
		.argument = "TEXT|@FILE",
		.unset = N_("a short tutor's prompt"),
		.help = N_("how the tutor is to behave"),
	},
	{
		.id = SETTING_LANGUAGE,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "language",
		.argument = "TAG",
		.unset = N_("not mentioned"),
		.help = N_("language of the lesson: es, en-GB"),
	},
	{
		.id = SETTING_TURN_PAUSE,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "turn-pause",
		.argument = "WORD",
		.choices = N_("high, medium or low"),
		.unset = N_("the service's"),
		.help = N_(
			"how soon a pause ends a turn: high (soonest), medium, "
			"low"),
	},
	{
		.id = SETTING_LESSON,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "lesson",
		.argument = "NAME|FILE",
		.unset = N_("none; the built-in tutor's: photosynthesis"),
		.help = N_("what the tutor teaches (docs/lessons.md)"),
	},
	{
		.id = SETTING_RESUME,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "resume",
		.help = N_("go on with the last lesson, and ask what is due"),
	},
	{
		.id = SETTING_LEARNER,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "learner",
		.argument = "NAME",
		.unset = N_("the student, or \"learner\""),
		.help = N_("whose progress is kept"),
	},
	{
		.id = SETTING_LEARNER,
		.commands = FOR_PROGRESS,
		.name = "learner",
		.argument = "NAME",
		.unset = N_("all"),
		.help = N_("whose progress is shown"),
	},
	{
		.id = SETTING_CHECK,
		.commands = FOR_LESSON,
		.no_variable = true,
		.name = "check",
		.argument = "NAME|FILE",
		.unset = N_("none"),
		.help = N_("the lesson to read"),
	},
	{
		.id = SETTING_STEP,
		.commands = FOR_LESSON,
		.no_variable = true,
		.name = "step",
		.argument = "ID",
		.unset = N_("none"),
		.help = N_(
			"judge each line of stdin as an answer to this step"),
	},
	{
		.id = SETTING_PROMPT,
		.commands = FOR_LESSON,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "prompt",
		.help = N_("show what Nova Sonic is told"),
	},
	{
		.id = SETTING_JSON,
		.commands = FOR_PROGRESS,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "json",
		.help = N_("as one JSON object on stdout"),
	},
	{
		.id = SETTING_ANKI,
		.commands = FOR_PROGRESS,
		.no_variable = true,
		.name = "anki",
		.argument = "FILE",
		.unset = N_("none"),
		.help = N_("write words and mistakes for Anki; -: to stdout"),
	},
	{
		.id = SETTING_XAPI,
		.commands = FOR_PROGRESS,
		.no_variable = true,
		.name = "xapi",
		.argument = "FILE",
		.unset = N_("none"),
		.help = N_("write answers as xAPI statements; -: to stdout"),
	},
	{
		.id = SETTING_CHECK,
		.commands = FOR_TEST,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "check",
		.help = N_("read the scripts, run nothing"),
	},
	{
		.id = SETTING_FROM,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "from",
		.argument = "FOLDER",
		.unset = N_("none"),
		.help = N_("write a script from a session that was kept, run "
			   "nothing"),
	},
	{
		.id = SETTING_FILTER,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "filter",
		.argument = "TAG",
		.unset = N_("all"),
		.help = N_("only cases with this tag; a,b: with one of them"),
	},
	{
		.id = SETTING_ONLY,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "only",
		.argument = "TEXT",
		.unset = N_("all"),
		.help = N_("only cases whose name has this text"),
	},
	{
		.id = SETTING_JOBS,
		.commands = FOR_TEST,
		.kind = SETTING_KIND_NUMBER,
		.no_variable = true,
		.name = "jobs",
		.argument = "N",
		.fallback = "1",
		.least = 1,
		.most = 64,
		.help = N_("so many cases at once"),
	},
	{
		.id = SETTING_REPEAT,
		.commands = FOR_TEST,
		.kind = SETTING_KIND_NUMBER,
		.no_variable = true,
		.name = "repeat",
		.argument = "N",
		.fallback = "1",
		.least = 1,
		.most = 1000,
		.help = N_("run each case so often; some passed: flaky"),
	},
	{
		.id = SETTING_SHARD,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "shard",
		.argument = "I/N",
		.unset = N_("all"),
		.help = N_("only part I of N of the cases"),
	},
	{
		.id = SETTING_RETRY,
		.commands = FOR_TEST,
		.kind = SETTING_KIND_NUMBER,
		.no_variable = true,
		.name = "retry",
		.argument = "N",
		.fallback = "0",
		.most = 100,
		.help = N_("run a case that failed again, so often"),
	},
	{
		.id = SETTING_TIMEOUT,
		.commands = FOR_TEST,
		.kind = SETTING_KIND_NUMBER,
		.no_variable = true,
		.name = "timeout",
		.argument = "S",
		.fallback = "600",
		.least = 1,
		.most = 86400,
		.help = N_("a conversation that lasts longer is an error"),
	},
	{
		.id = SETTING_FAIL_FAST,
		.commands = FOR_TEST,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "fail-fast",
		.help = N_("skip what is left after the first failure"),
	},
	{
		.id = SETTING_SEED,
		.commands = FOR_TEST,
		.kind = SETTING_KIND_NUMBER,
		.no_variable = true,
		.name = "seed",
		.argument = "N",
		.fallback = "1",
		.least = 1,
		.most = 2147483647,
		.help = N_("what chance is made from, in the simulator"),
	},
	{
		.id = SETTING_KEEP,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "keep",
		.argument = "WORD",
		.choices = N_("all, failed or none"),
		.fallback = "failed",
		.help = N_("keep session folders: all, failed, none"),
	},
	{
		.id = SETTING_KEEP_DIR,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "keep-dir",
		.argument = "DIR",
		.unset = N_("$XDG_STATE_HOME/habla/tests"),
		.help = N_("where they go"),
	},
	{
		.id = SETTING_JUNIT,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "junit",
		.argument = "FILE",
		.unset = N_("none"),
		.help = N_("report as JUnit XML; -: to stdout"),
	},
	{
		.id = SETTING_TAP,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "tap",
		.argument = "FILE",
		.unset = N_("none"),
		.help = N_("report as TAP 14"),
	},
	{
		.id = SETTING_REPORT_JSON,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "report-json",
		.argument = "FILE",
		.unset = N_("none"),
		.help = N_("report as JSON"),
	},
	{
		.id = SETTING_HTML,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "html",
		.argument = "FILE",
		.unset = N_("none"),
		.help = N_("report as one page for a browser"),
	},
	{
		.id = SETTING_BASELINE,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "baseline",
		.argument = "FILE",
		.unset = N_("none"),
		.help = N_("compare with this stored run"),
	},
	{
		.id = SETTING_SAVE_BASELINE,
		.commands = FOR_TEST,
		.no_variable = true,
		.name = "save-baseline",
		.argument = "FILE",
		.unset = N_("none"),
		.help = N_("store this run"),
	},
	{
		.id = SETTING_ALL,
		.commands = FOR_TEST,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "all",
		.help = N_("show the cases that passed too"),
	},
	{
		.id = SETTING_TOOLS,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "tools",
		.argument = "FILE",
		.unset = N_("none"),
		.help = N_("programs on this machine that the tutor may call "
			   "(docs/tools.md)"),
	},
	{
		.id = SETTING_RECONNECT,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_NUMBER,
		.name = "reconnect",
		.argument = "N",
		.fallback = "5",
		.most = 1000,
		.help = N_("attempts after a lost connection; 0: none"),
	},
	{
		.id = SETTING_RENEW_AFTER,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_NUMBER,
		.name = "renew-after",
		.argument = "S",
		.fallback = "360",
		.least = 1,
		.most = 370,
		.help = N_(
			"seconds after which a stream to Bedrock is renewed"),
	},
	{
		.id = SETTING_HISTORY_LIMIT,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_NUMBER,
		.name = "history-limit",
		.argument = "KB",
		.fallback = "40",
		.least = 1,
		.most = 40,
		.help = N_("how much of what was said a new session is told"),
	},
	{
		.id = SETTING_MIC,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "mic",
		.argument = "DEVICE|FILE|-",
		.unset = N_("the default device"),
		.help = N_("microphone; -: raw 16 kHz s16le mono from stdin"),
	},
	{
		.id = SETTING_SPEAKER,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "speaker",
		.argument = "DEVICE|FILE|-",
		.unset = N_("the default device"),
		.help = N_("speaker; -: raw 24 kHz s16le mono to stdout"),
	},
	{
		.id = SETTING_HEADSET,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_SWITCH,
		.name = "headset",
		.help = N_("the microphone does not hear the speaker"),
	},
	{
		.id = SETTING_PUSH_TO_TALK,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_SWITCH,
		.name = "push-to-talk",
		.help = N_(
			"the microphone listens between two presses of space"),
	},
	{
		.id = SETTING_TEXT,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_SWITCH,
		.name = "text",
		.help = N_("type in place of speaking; needs no sound device"),
	},
	{
		.id = SETTING_RECORD,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "record",
		.argument = "DIR",
		.unset = N_("a new folder for each session"),
		.help = N_("session folder to write"),
	},
	{
		.id = SETTING_NO_RECORD,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_SWITCH,
		.name = "no-record",
		.help = N_("keep no session folder"),
	},
	{
		.id = SETTING_JSON,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_SWITCH,
		.name = "json",
		.help = N_("each event as a line of JSON on stdout"),
	},
	{
		.id = SETTING_COMMANDS,
		.commands = FOR_TALK,
		.kind = SETTING_KIND_SWITCH,
		.name = "commands",
		.help = N_(
			"a program leads: commands as JSON on stdin, events on "
			"stdout"),
	},
	{
		.id = SETTING_PLAIN,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_SWITCH,
		.name = "plain",
		.help = N_("lines only, nothing is redrawn (screen readers)"),
	},
	{
		.id = SETTING_QUIET,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_SWITCH,
		.name = "quiet",
		.help = N_("the transcript and what went wrong, no more"),
	},
	{
		.id = SETTING_WINDOW,
		.commands = FOR_TALK | FOR_DOCTOR,
		.kind = SETTING_KIND_SWITCH,
		.name = "window",
		.help = N_("show the conversation in a window too "
			   "(docs/window.md)"),
	},
	{
		.id = SETTING_THEME,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "theme",
		.argument = "WORD",
		.choices = N_("dark or light"),
		.fallback = "dark",
		.help = N_("the window's colours: dark, light"),
	},
	{
		.id = SETTING_PORT,
		.commands = FOR_SIM,
		.kind = SETTING_KIND_NUMBER,
		.no_variable = true,
		.name = "port",
		.argument = "N",
		.unset = N_("8081, with --tls 8443"),
		.most = 65535,
		.help = N_("TCP port; 0: any free one"),
	},
	{
		.id = SETTING_LISTEN,
		.commands = FOR_SIM,
		.no_variable = true,
		.name = "listen",
		.argument = "ADDRESS",
		.fallback = "127.0.0.1",
		.help = N_("loopback address"),
	},
	{
		.id = SETTING_TLS,
		.commands = FOR_SIM,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "tls",
		.help = N_("HTTPS, with certificates made in --state"),
	},
	{
		.id = SETTING_STATE,
		.commands = FOR_SIM,
		.no_variable = true,
		.name = "state",
		.argument = "DIR",
		.unset = N_("$XDG_STATE_HOME/habla/sim"),
		.help = N_("where certificates are kept"),
	},
	{
		.id = SETTING_ACCESS_KEY,
		.commands = FOR_SIM,
		.no_variable = true,
		.name = "access-key",
		.argument = "ID",
		.unset = N_("any"),
		.help = N_("check signatures, made with this key"),
	},
	{
		.id = SETTING_SECRET_KEY,
		.commands = FOR_SIM,
		.no_variable = true,
		.secret = true,
		.name = "secret-key",
		.argument = "KEY",
		.unset = N_("any"),
		.help = N_("and this secret"),
	},
	{
		.id = SETTING_SPEECH_MODEL,
		.commands = FOR_TALK,
		.name = "speech-model",
		.argument = "DIR",
		.unset = N_("Debian's for English"),
		.help = N_("what the built-in tutor's ears need "
			   "(docs/lessons.md)"),
	},
	{
		.id = SETTING_SCENARIO,
		.commands = FOR_TALK | FOR_DOCTOR,
		.name = "scenario",
		.argument = "FILE",
		.unset = N_("none: the built-in tutor answers"),
		.help = N_("what the built-in simulator says in its place"),
	},
	{
		.id = SETTING_SCENARIO,
		.commands = FOR_SIM,
		.name = "scenario",
		.argument = "FILE",
		.unset = N_("the one that comes with Habla"),
		.help = N_("what the simulator says"),
	},
	{
		.id = SETTING_FAULT,
		.commands = FOR_SIM,
		.no_variable = true,
		.name = "fault",
		.argument = "NAME[@MS][*N]",
		.unset = N_("none"),
		.help = N_("make a failure, see below"),
	},
	{
		.id = SETTING_STREAMS,
		.commands = FOR_SIM,
		.kind = SETTING_KIND_NUMBER,
		.no_variable = true,
		.name = "streams",
		.argument = "N",
		.unset = N_("any number"),
		.least = 1,
		.most = 1000000,
		.help = N_("refuse what would be more streams at once"),
	},
	{
		.id = SETTING_RECORD,
		.commands = FOR_SIM,
		.no_variable = true,
		.name = "record",
		.argument = "DIR",
		.unset = N_("none"),
		.help = N_("write what was heard and said there, as WAV"),
	},
	{
		.id = SETTING_LOG,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_SIM | FOR_LOGIN |
			    FOR_LOGOUT | FOR_TEST,
		.name = "log",
		.argument = "FILE",
		.unset = N_("none"),
		.help = N_("lines for developers; -: to stderr"),
	},
	{
		.id = SETTING_VOICES,
		.commands = FOR_TALK,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "voices",
		.help = N_("list the voices of --model, or of --language"),
	},
	{
		.id = SETTING_LESSONS,
		.commands = FOR_TALK,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "lessons",
		.help = N_("list the lessons"),
	},
	{
		.id = SETTING_PRINT_SETTINGS,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_SIM | FOR_LOGIN |
			    FOR_LOGOUT | FOR_LESSON | FOR_PROGRESS | FOR_TEST,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "print-settings",
		.help = N_("show each setting and where it came from"),
	},
	{
		.id = SETTING_HELP,
		.commands = FOR_TALK | FOR_DOCTOR | FOR_SIM | FOR_LOGIN |
			    FOR_LOGOUT | FOR_LESSON | FOR_PROGRESS | FOR_TEST,
		.kind = SETTING_KIND_SWITCH,
		.no_variable = true,
		.name = "help",
		.help = N_("this text"),
	},
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

const struct setting_row *settings_rows(size_t *count)
{
	*count = ROW_COUNT;
	return rows;
}

const struct setting_row *setting_row(enum settings_command command,
				      enum setting id)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].id == id && rows[i].commands & (1U << command))
			return &rows[i];
	return NULL;
}

const struct setting_row *setting_row_of_flag(enum settings_command command,
					      const char *name, size_t length)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].commands & (1U << command) && !rows[i].no_flag &&
		    strlen(rows[i].name) == length &&
		    strncmp(rows[i].name, name, length) == 0)
			return &rows[i];
	return NULL;
}

void setting_variable(char out[SETTING_VARIABLE_SIZE],
		      const struct setting_row *row)
{
	static const char start[] = "HABLA_";
	size_t n = sizeof start - 1;

	memcpy(out, start, n);
	for (const char *c = row->name; *c && n < SETTING_VARIABLE_SIZE - 1;
	     c++)
		out[n++] = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	out[n] = '\0';
}

bool setting_is_variable(const char *name)
{
	if (text_starts(name, "HABLA_"))
		return true;
	for (size_t i = 0; i < ROW_COUNT; i++)
		for (size_t k = 0; k < SETTING_NAMES_MOST; k++)
			if (text_equal(rows[i].known[k], name))
				return true;
	return false;
}

const char *settings_command_name(enum settings_command command)
{
	static const char *const names[] = {
		[COMMAND_TALK] = "talk",         [COMMAND_SIM] = "sim",
		[COMMAND_LOGIN] = "login",       [COMMAND_LOGOUT] = "logout",
		[COMMAND_DOCTOR] = "doctor",     [COMMAND_LESSON] = "lesson",
		[COMMAND_PROGRESS] = "progress", [COMMAND_TEST] = "test",
	};

	return names[command];
}

const char *settings_operands(enum settings_command command)
{
	return command == COMMAND_TEST ? "PATH..." : NULL;
}
