#include "net/relay/server/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/nova/history.h"
#include "net/nova/model.h"

enum {
	DEFAULT_PORT = 8080,
	/* 5/4 of it must come before a stream's 8 minutes are over */
	RENEW_AFTER_MOST = 370,
};

enum flag {
	OPTION_PORT = 256,
	OPTION_LISTEN,
	OPTION_ENDPOINT,
	OPTION_REGION,
	OPTION_PROFILE,
	OPTION_MODEL,
	OPTION_VOICE,
	OPTION_ALLOW_ORIGIN,
	OPTION_CA_FILE,
	OPTION_RENEW_AFTER,
	OPTION_HISTORY_LIMIT,
	OPTION_SIM,
	OPTION_SCENARIO,
	OPTION_LOG,
	OPTION_HELP,
	OPTION_VERSION,
};

static const struct option long_options[] = {
	{"port", required_argument, NULL, OPTION_PORT},
	{"listen", required_argument, NULL, OPTION_LISTEN},
	{"endpoint", required_argument, NULL, OPTION_ENDPOINT},
	{"region", required_argument, NULL, OPTION_REGION},
	{"profile", required_argument, NULL, OPTION_PROFILE},
	{"model", required_argument, NULL, OPTION_MODEL},
	{"voice", required_argument, NULL, OPTION_VOICE},
	{"allow-origin", required_argument, NULL, OPTION_ALLOW_ORIGIN},
	{"ca-file", required_argument, NULL, OPTION_CA_FILE},
	{"renew-after", required_argument, NULL, OPTION_RENEW_AFTER},
	{"history-limit", required_argument, NULL, OPTION_HISTORY_LIMIT},
	{"sim", no_argument, NULL, OPTION_SIM},
	{"scenario", required_argument, NULL, OPTION_SCENARIO},
	{"log", required_argument, NULL, OPTION_LOG},
	{"help", no_argument, NULL, OPTION_HELP},
	{"version", no_argument, NULL, OPTION_VERSION},
	{0},
};

static const char usage[] =
	"usage: habla-relay [options]\n"
	"Relays WebSocket clients to Amazon Nova Sonic; see docs/protocol.md.\n"
	"\n"
	"  --port N           listen on this port (PORT; default 8080)\n"
	"  --listen ADDR      on this loopback address (default 127.0.0.1)\n"
	"  --endpoint URL     Bedrock's address (default: the region's)\n"
	"  --region R         AWS region (AWS_REGION, the profile's; default\n"
	"                     us-east-1)\n"
	"  --profile NAME     AWS profile, before any keys (AWS_PROFILE)\n"
	"  --model ID         default " NOVA_MODEL_DEFAULT "\n"
	"  --voice V          for sessions that name none\n"
	"  --allow-origin O   pages that may connect, besides loopback's;\n"
	"                     several with commas\n"
	"  --ca-file F        trust these certificates (PEM) for Bedrock\n"
	"  --renew-after S    renew a session after S seconds, between turns\n"
	"                     (default 360; within an answer after 5/4 of it)\n"
	"  --history-limit KB tell a new session so much of what was said\n"
	"                     (default 40, which is the most)\n"
	"  --sim              answer from the built-in simulator\n"
	"  --scenario FILE    what the simulator says (docs/scenarios.md)\n"
	"  --log FILE         write a log; - is standard error\n"
	"  --help, --version\n"
	"\n"
	"AWS credentials are looked for where AWS tools do; docs/settings.md,\n"
	"\"AWS credentials\", has the order.\n"
	"Exit codes: 0 ended by a signal, 2 usage, 3 could not listen.\n";

static int fail(const char *text, int code)
{
	fprintf(stderr, "habla-relay: %s\n", text);
	return code;
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* --- options --- */

static const char *nearest_flag(const char *given)
{
	enum { COUNT = sizeof long_options / sizeof long_options[0] };
	const char *names[COUNT];
	char name[64];

	for (int i = 0; i < COUNT; i++)
		names[i] = long_options[i].name;
	given += strspn(given, "-");
	snprintf(name, sizeof name, "%.*s", (int)strcspn(given, "="), given);
	return text_nearest(name, names);
}

static int unknown_flag(const char *given)
{
	const char *nearest = nearest_flag(given);
	struct problem p;

	if (nearest)
		problem_set(&p, PROBLEM_USAGE,
			    "%s: no such flag; did you mean --%s?", given,
			    nearest);
	else
		problem_set(&p, PROBLEM_USAGE,
			    "%s: no such flag; see habla-relay --help", given);
	return fail(p.text, RELAY_EXIT_USAGE);
}

static int read_port(unsigned *out, const char *from, const char *text)
{
	char *end;
	struct problem p;

	errno = 0;
	unsigned long port = strtoul(text, &end, 10);
	if (errno || end == text || *end || port > 65535 || text[0] == '-') {
		problem_set(&p, PROBLEM_USAGE,
			    "%s %s: not a port; use 0 to 65535", from, text);
		return fail(p.text, RELAY_EXIT_USAGE);
	}
	*out = (unsigned)port;
	return 0;
}

static int read_number(unsigned *out, const char *flag, const char *text,
		       long most, const char *what)
{
	char *end;
	long number = strtol(text, &end, 10);
	struct problem p;

	if (end == text || *end || number < 1 || number > most) {
		problem_set(&p, PROBLEM_USAGE, "%s %s: not %s; use 1 to %ld",
			    flag, text, what, most);
		return fail(p.text, RELAY_EXIT_USAGE);
	}
	*out = (unsigned)number;
	return 0;
}

static int take_option(struct relay_options *o, int option)
{
	switch ((enum flag)option) {
	case OPTION_PORT:
		return read_port(&o->port, "--port", optarg);
	case OPTION_LISTEN:
		o->listen = optarg;
		return 0;
	case OPTION_ENDPOINT:
		o->endpoint = optarg;
		return 0;
	case OPTION_REGION:
		o->region = optarg;
		return 0;
	case OPTION_PROFILE:
		o->profile = optarg;
		return 0;
	case OPTION_MODEL:
		o->model = optarg;
		return 0;
	case OPTION_VOICE:
		o->voice = optarg;
		return 0;
	case OPTION_ALLOW_ORIGIN:
		o->allow_origin = optarg;
		return 0;
	case OPTION_CA_FILE:
		o->ca_file = optarg;
		return 0;
	case OPTION_RENEW_AFTER:
		return read_number(&o->renew_after, "--renew-after", optarg,
				   RENEW_AFTER_MOST, "a time in seconds");
	case OPTION_HISTORY_LIMIT:
		return read_number(&o->history_limit, "--history-limit", optarg,
				   HISTORY_TOTAL_BYTES / 1024, "a size in KB");
	case OPTION_SIM:
		o->sim = true;
		return 0;
	case OPTION_SCENARIO:
		o->scenario = optarg;
		o->sim = true;
		return 0;
	case OPTION_LOG:
		o->log = optarg;
		return 0;
	case OPTION_HELP:
		fputs(usage, stdout);
		exit(0);
	case OPTION_VERSION:
		puts("habla-relay " HABLA_VERSION);
		exit(0);
	}
	return RELAY_EXIT_USAGE;
}

int relay_options_read(struct relay_options *o, int argc, char **argv)
{
	int option, err = 0;

	o->port = DEFAULT_PORT;
	if (environment("PORT"))
		err = read_port(&o->port, "PORT", environment("PORT"));
	opterr = 0;
	while (err == 0) {
		int at = optind;
		option = getopt_long(argc, argv, ":", long_options, NULL);
		if (option == -1)
			break;
		if (option == ':') {
			fprintf(stderr, "habla-relay: %s: needs a value\n",
				argv[at]);
			return RELAY_EXIT_USAGE;
		}
		err = option == '?' ? unknown_flag(argv[at])
				    : take_option(o, option);
	}
	if (err == 0 && optind < argc) {
		fprintf(stderr,
			"habla-relay: %s: takes no arguments, only flags; see "
			"habla-relay --help\n",
			argv[optind]);
		return RELAY_EXIT_USAGE;
	}
	return err;
}
