/* habla-relay: the relay as a program of its own. */
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
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "net/nova/model.h"
#include "net/relay/server/options.h"
#include "net/relay/server/server.h"
#include "net/renewal/renewing.h"
#include "net/sim/sim.h"

struct program {
	struct relay_options options;
	struct loop *loop;
	struct credentials_source *credentials;
	struct credentials_call asked;
	struct nova_upstream *below, *upstream; /* this renews that */
	struct brain_maker *maker;
	struct relay_server *server;
	uv_poll_t signals;
	int signal_fd;
};

static int fail(const char *text, int code)
{
	fprintf(stderr, "habla-relay: %s\n", text);
	return code;
}

/* --- parts --- */

static int make_bedrock(struct program *r, struct problem *p)
{
	const struct relay_options *o = &r->options;
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
		.history_bytes = r->options.history_limit * (size_t)1024,
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
		return RELAY_EXIT_USAGE;
	default:
		return RELAY_EXIT_NOT_LISTENING;
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
			    RELAY_EXIT_NOT_LISTENING);
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
	int code = relay_options_read(&r.options, argc, argv);

	if (code)
		return code;
	if (!r.options.model)
		r.options.model = NOVA_MODEL_DEFAULT;
	if (r.options.log && log_open(r.options.log, LOG_LEVEL_DEBUG)) {
		fprintf(stderr,
			"habla-relay: --log %s: cannot be written; "
			"name another file\n",
			r.options.log);
		return RELAY_EXIT_USAGE;
	}
	if (loop_create(&r.loop))
		return fail("no memory or file descriptors for the loop; close "
			    "programs or raise `ulimit -n`",
			    RELAY_EXIT_NOT_LISTENING);
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
