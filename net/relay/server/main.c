/* habla-relay: the relay as a program of its own. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <uv.h>

#include "net/aws/credentials.h"
#include "net/aws/credentials_chain.h"
#include "net/aws/region.h"
#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/nova/model.h"
#include "net/relay/server/server.h"
#include "net/renewal/renewing.h"
#include "net/sim/sim.h"

enum {
	EXIT_USAGE = 2,
	EXIT_NOT_LISTENING = 3,
	DEFAULT_PORT = 8080,
	/* 5/4 of it must come before a stream's 8 minutes are over */
	RENEW_AFTER_MOST = 370,
};

struct options {
	unsigned port;
	const char *listen, *endpoint, *region, *profile, *model, *voice;
	const char *allow_origin, *ca_file, *scenario, *log;
	unsigned renew_after; /* seconds; 0: the default */
	bool sim;
};

struct program {
	struct options options;
	struct loop *loop;
	struct credentials_source *credentials;
	struct credentials_call asked;
	struct nova_upstream *below, *upstream; /* this renews that */
	struct brain_maker *maker;
	struct relay_server *server;
	uv_poll_t signals;
	int signal_fd;
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
	return fail(p.text, EXIT_USAGE);
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
		return fail(p.text, EXIT_USAGE);
	}
	*out = (unsigned)port;
	return 0;
}

static int read_renew_after(unsigned *out, const char *text)
{
	char *end;
	long seconds = strtol(text, &end, 10);
	struct problem p;

	if (end == text || *end || seconds < 1 || seconds > RENEW_AFTER_MOST) {
		problem_set(&p, PROBLEM_USAGE,
			    "--renew-after %s: not a time; use 1 to %d seconds",
			    text, RENEW_AFTER_MOST);
		return fail(p.text, EXIT_USAGE);
	}
	*out = (unsigned)seconds;
	return 0;
}

static int take_option(struct options *o, int option)
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
		return read_renew_after(&o->renew_after, optarg);
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
	return EXIT_USAGE;
}

static int read_options(struct options *o, int argc, char **argv)
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
			return EXIT_USAGE;
		}
		err = option == '?' ? unknown_flag(argv[at])
				    : take_option(o, option);
	}
	if (err == 0 && optind < argc) {
		fprintf(stderr,
			"habla-relay: %s: takes no arguments, only flags; see "
			"habla-relay --help\n",
			argv[optind]);
		return EXIT_USAGE;
	}
	return err;
}

/* --- parts --- */

static int make_bedrock(struct program *r, struct problem *p)
{
	const struct options *o = &r->options;
	const struct credentials_chain_settings chain = {
		.profile = o->profile,
		.profile_first = o->profile != NULL,
		.region = o->region,
		.ca_file = o->ca_file,
	};
	struct bedrock_settings bedrock = {
		.endpoint = o->endpoint,
		.ca_file = o->ca_file,
		.model = o->model,
	};
	char *region = NULL;
	int err = credentials_chain_create(&r->credentials, r->loop, &chain, p);

	if (!err && !o->region)
		err = aws_region(&region, NULL, o->profile, p);
	if (err)
		return err;
	bedrock.region = o->region ? o->region : region;
	bedrock.credentials = r->credentials;
	err = bedrock_upstream_create(&r->below, r->loop, &bedrock, p);
	free(region);
	return err;
}

static int make_simulator(struct program *r, struct problem *p)
{
	struct sim_core_settings sim = {.model = r->options.model};
	int err = scenario_maker_create(&r->maker, r->options.scenario, p);

	if (err)
		return err;
	scenario_core_settings(r->maker, &sim);
	err = memory_upstream_create(&r->below, loop_clock(r->loop), &sim,
				     r->maker);
	if (err)
		return problem_set(p, err, "simulator: out of memory");
	memory_upstream_plan(r->below, scenario_front_plan(r->maker));
	return 0;
}

static int make_upstream(struct program *r, struct problem *p)
{
	int err = r->options.sim ? make_simulator(r, p) : make_bedrock(r, p);

	if (err)
		return err;

	const struct renewing_settings renewing = {
		.clock = loop_clock(r->loop),
		.upstream = r->below,
		.model = r->options.model,
		.renew_after_ms = r->options.renew_after * 1000,
	};
	err = renewing_upstream_create(&r->upstream, &renewing);
	return err ? problem_set(p, err, "out of memory") : 0;
}

static int make_server(struct program *r, struct problem *p)
{
	const struct relay_server_settings settings = {
		.listen = r->options.listen,
		.port = (uint16_t)r->options.port,
		.allow_origin = r->options.allow_origin,
		.model = r->options.model,
		.voice = r->options.voice,
		.upstream = r->upstream,
		.mode = r->options.sim ? "simulator" : "real",
	};

	return relay_server_open(&r->server, r->loop, &settings, p);
}

static void on_signal(uv_poll_t *handle, int status, int events)
{
	struct program *r = handle->data;
	struct signalfd_siginfo info;

	(void)status;
	(void)events;
	if (read(r->signal_fd, &info, sizeof info) != sizeof info)
		return;
	log_info("relay", "signal %u: closing", info.ssi_signo);
	loop_stop(r->loop);
}

/* As a file descriptor: nothing ever runs in a signal handler. */
static int watch_signals(struct program *r)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	r->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (r->signal_fd < 0)
		return PROBLEM_LIMIT;
	if (uv_poll_init(loop_uv(r->loop), &r->signals, r->signal_fd) != 0) {
		close(r->signal_fd);
		return PROBLEM_LIMIT;
	}
	r->signals.data = r;
	uv_poll_start(&r->signals, UV_READABLE, on_signal);
	return 0;
}

static void say_ready(const struct program *r)
{
	const char *address = r->options.listen ? r->options.listen
						: "127.0.0.1";
	bool six = strchr(address, ':') != NULL;

	printf("habla-relay: listening on ws://%s%s%s:%u, %s, model %s\n",
	       six ? "[" : "", address, six ? "]" : "",
	       relay_server_port(r->server), r->upstream->name,
	       r->options.model);
	fflush(stdout);
}

static int exit_code(const struct problem *p)
{
	switch (p->code) {
	case PROBLEM_USAGE:
	case PROBLEM_FORMAT:
	case PROBLEM_FILE:
		return EXIT_USAGE;
	default:
		return EXIT_NOT_LISTENING;
	}
}

/* Whoever starts a relay learns at once that it cannot work; who comes to it
 * is told the same. */
static void on_credentials(void *arg, const struct credentials *credentials,
			   const struct problem *why)
{
	(void)arg;
	if (!credentials)
		fail(why->text, 0);
}

static int run(struct program *r)
{
	if (watch_signals(r))
		return fail("no file descriptors left; close programs or "
			    "raise `ulimit -n`",
			    EXIT_NOT_LISTENING);
	say_ready(r);
	if (r->credentials)
		credentials_get(r->credentials, &r->asked, on_credentials, r);
	loop_run(r->loop);
	uv_close((uv_handle_t *)&r->signals, NULL);
	close(r->signal_fd);
	return 0;
}

int main(int argc, char **argv)
{
	struct program r = {0};
	struct problem p = {0};
	int code = read_options(&r.options, argc, argv);

	if (code)
		return code;
	if (!r.options.model)
		r.options.model = NOVA_MODEL_DEFAULT;
	if (r.options.log && log_open(r.options.log, LOG_LEVEL_DEBUG)) {
		fprintf(stderr,
			"habla-relay: --log %s: cannot be written; "
			"name another file\n",
			r.options.log);
		return EXIT_USAGE;
	}
	if (loop_create(&r.loop))
		return fail("no memory or file descriptors for the loop; close "
			    "programs or raise `ulimit -n`",
			    EXIT_NOT_LISTENING);
	if (make_upstream(&r, &p) || make_server(&r, &p))
		code = fail(p.text, exit_code(&p));
	else
		code = run(&r);

	relay_server_free(r.server);
	renewing_upstream_free(r.upstream);
	if (r.options.sim)
		memory_upstream_free(r.below);
	else
		bedrock_upstream_free(r.below);
	credentials_cancel(&r.asked);
	credentials_source_free(r.credentials);
	scenario_maker_free(r.maker);
	loop_free(r.loop);
	log_close();
	return code;
}
