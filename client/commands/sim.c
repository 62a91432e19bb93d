/* habla sim: the simulator as a server for this machine. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/assets.h"
#include "client/commands/commands.h"
#include "client/exit_code.h"
#include "client/settings/settings.h"
#include "client/xdg.h"
#include "net/base/language.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/sim/sim.h"

enum { PORT_CLEAR = 8081, PORT_TLS = 8443, HELP_WIDTH = 90 };

struct simulation {
	/* --- set at the start */
	const struct settings *settings;
	char *state_dir; /* owned; NULL without TLS */

	/* --- loop thread only */
	struct loop_thread *thread;
	struct brain_maker *scenario;
	struct sim_server *server;
	struct problem problem;
};

static int load_scenario(struct simulation *sim)
{
	const char *named = settings_text(sim->settings, SETTING_SCENARIO);
	char *path = NULL;

	/* without the asset, the scenario inside the program speaks in tones */
	if (!named && asset_path(&path, "scenarios/photosynthesis.yaml") == 0)
		named = path;
	int err = scenario_maker_create(&sim->scenario, named, &sim->problem);
	free(path);
	return err;
}

static uint16_t chosen_port(const struct settings *s)
{
	if (settings_source(s, SETTING_PORT) != SOURCE_DEFAULT)
		return (uint16_t)settings_number(s, SETTING_PORT);
	return settings_flag(s, SETTING_TLS) ? PORT_TLS : PORT_CLEAR;
}

static void open_server(void *arg)
{
	struct simulation *sim = arg;
	const struct settings *s = sim->settings;
	struct sim_server_settings server = {
		.listen = settings_text(s, SETTING_LISTEN),
		.port = chosen_port(s),
		.tls_dir = sim->state_dir,
		.key_id = settings_text(s, SETTING_ACCESS_KEY),
		.secret = settings_text(s, SETTING_SECRET_KEY),
		.streams_most = (unsigned)settings_number(s, SETTING_STREAMS),
		.core = {.model = settings_text(s, SETTING_MODEL),
			 .record_dir = settings_text(s, SETTING_RECORD)},
	};

	if (load_scenario(sim))
		return;
	scenario_core_settings(sim->scenario, &server.core);
	struct sim_front_plan plan = *scenario_front_plan(sim->scenario);
	const char *fault = settings_text(s, SETTING_FAULT);
	if (fault && sim_fault_parse(&server.core.fault, fault, &sim->problem))
		return;
	sim_fault_plan(&server.core.fault, &plan);
	server.front = &plan;
	sim_server_open(&sim->server, loop_thread_loop(sim->thread), &server,
			sim->scenario, &sim->problem);
}

static void close_server(void *arg)
{
	struct simulation *sim = arg;

	sim->server = sim_server_free(sim->server);
	sim->scenario = scenario_maker_free(sim->scenario);
}

static int make_folders(struct simulation *sim)
{
	const struct settings *s = sim->settings;
	const char *record = settings_text(s, SETTING_RECORD);
	const char *state = settings_text(s, SETTING_STATE);
	struct problem *p = &sim->problem;

	if (record && xdg_make_folders(record, p))
		return p->code;
	if (!settings_flag(s, SETTING_TLS))
		return 0;
	int err = 0;
	if (state)
		sim->state_dir = text_copy(state);
	else
		err = xdg_path(&sim->state_dir, XDG_STATE, "sim");
	if (err == PROBLEM_FILE)
		return problem_set(p, PROBLEM_USAGE,
				   "certificates: there is no home folder to "
				   "keep them in; name one with --state DIR");
	if (!sim->state_dir)
		return problem_set(p, PROBLEM_MEMORY,
				   "not enough memory; try again");
	return xdg_make_folders(sim->state_dir, p);
}

static void tell(const struct simulation *sim)
{
	const struct settings *s = sim->settings;
	const char *address = settings_text(s, SETTING_LISTEN);
	const char *key = settings_text(s, SETTING_ACCESS_KEY);
	unsigned port = sim_server_port(sim->server);
	bool tls = settings_flag(s, SETTING_TLS);
	bool six = strchr(address, ':') != NULL;

	printf(_("Nova Sonic is simulated at %s://%s%s%s:%u (%s); it %s.\n"),
	       tls ? "https" : "http", six ? "[" : "", address, six ? "]" : "",
	       port,
	       tls ? _("HTTP/2 over TLS") : _("HTTP/2 in clear text, h2c"),
	       key ? _("checks signatures")
		   : _("accepts any signature: give --access-key and "
		       "--secret-key to check them"));
	/* a line to paste; the secret stays out of the terminal */
	printf(_("Talk to it: AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s "
		 "habla talk --bedrock --endpoint "),
	       key ? key : "any", key ? "..." : "any");
	if (tls)
		printf("https://localhost:%u --ca-file %s/sim-ca.pem\n", port,
		       sim->state_dir);
	else
		printf("http://%s%s%s:%u\n", six ? "[" : "", address,
		       six ? "]" : "", port);
	fflush(stdout);
}

static int simulate(const struct settings *s)
{
	struct simulation sim = {.settings = s};
	sigset_t signals;
	int signal_number, err;

	/* blocked before any thread starts, so that all of them inherit it */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);

	err = make_folders(&sim);
	if (!err && loop_thread_start(&sim.thread, "simulator"))
		err = problem_set(&sim.problem, PROBLEM_MEMORY,
				  "the system gives no more threads; end some "
				  "programs");
	if (err)
		goto out;
	loop_thread_call(sim.thread, open_server, &sim);
	err = sim.problem.code;
	if (!err) {
		tell(&sim);
		sigwait(&signals, &signal_number);
	}
	loop_thread_call(sim.thread, close_server, &sim);
	loop_thread_free(sim.thread);
out:
	if (err)
		fprintf(stderr, _("habla sim: %s\n"), sim.problem.text);
	free(sim.state_dir);
	return exit_code_for(err, 0);
}

/* The names, as many as fit a line. */
void command_sim_help(FILE *out)
{
	const char *name;
	int column = 0;
	bool inside;

	fprintf(out,
		_("\nFaults (docs/troubleshooting.md); those with a + may "
		  "come inside the stream, MS ms after\nit was opened; the "
		  "first N streams have it (1), with *0 each:\n"));
	for (size_t i = 0; (name = sim_fault_name(i, &inside)); i++) {
		int width = (int)strlen(name) + 2;
		if (column + width > HELP_WIDTH) {
			fputc('\n', out);
			column = 0;
		}
		fprintf(out, " %s%s", name, inside ? "+" : "");
		column += width;
	}
	fputc('\n', out);
}

int command_sim(int argc, char **argv)
{
	return command_run(COMMAND_SIM, argc, argv, simulate);
}
