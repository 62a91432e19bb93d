#include "tests/support/stack.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/folder.h"

enum { ARGUMENTS_MAX = 40, PATHS = 4 };

const char *const stack_environment[] = {
	"AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
	"AWS_SECRET_ACCESS_KEY=stack-secret",
	"AWS_SESSION_TOKEN",
	"AWS_REGION",
	"AWS_DEFAULT_REGION",
	"AWS_PROFILE",
	"AWS_DEFAULT_PROFILE",
	"AWS_CONFIG_FILE=/dev/null",
	"AWS_SHARED_CREDENTIALS_FILE=/dev/null",
	"AWS_EC2_METADATA_DISABLED=true",
	"HABLA_BACKEND",
	"HABLA_RELAY",
	"NEXT_PUBLIC_NOVA_WEBSOCKET_URL",
	"PORT",
	"XDG_CONFIG_HOME=/dev/null/none",
	"XDG_STATE_HOME=" HABLA_BINARY_DIR "/state",
	NULL,
};

const char *stack_path(const struct stack *s, const char *name)
{
	static char paths[PATHS][512];
	static unsigned next;
	char *path = paths[next++ % PATHS];

	snprintf(path, sizeof paths[0], "%s/%s", s->folder, name);
	return path;
}

const char *stack_file(const struct stack *s, const char *name,
		       const char *text)
{
	const char *path = stack_path(s, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	return path;
}

unsigned stack_port_of(struct process *p, const char *scheme)
{
	const char *at = process_expect(p, scheme);

	process_expect(p, "\n");
	at = strstr(at, "127.0.0.1:");
	assert_non_null(at);
	return (unsigned)strtoul(at + strlen("127.0.0.1:"), NULL, 10);
}

static void start_sim(struct stack *s, const char *scenario)
{
	const char *argv[ARGUMENTS_MAX] = {
		"habla",        "sim",          "--port",       "0",
		"--record",     s->sim_dir,     "--access-key", "AKIDEXAMPLE",
		"--secret-key", "stack-secret",
	};
	size_t n = 10;

	if (scenario) {
		argv[n++] = "--scenario";
		argv[n++] = scenario;
	}
	if (s->streams) {
		argv[n++] = "--streams";
		argv[n++] = s->streams;
	}
	process_start(&s->sim, argv, stack_environment);
	snprintf(s->endpoint, sizeof s->endpoint, "http://127.0.0.1:%u",
		 stack_port_of(&s->sim, "http://"));
}

static void start_relay(struct stack *s)
{
	char port[16];

	snprintf(port, sizeof port, "%u", s->relay_port);

	const char *argv[] = {"habla-relay", "--port",    port,
			      "--endpoint",  s->endpoint, NULL};

	process_start(&s->relay, argv, stack_environment);
	s->relay_port = stack_port_of(&s->relay, "ws://");
	snprintf(s->relay_url, sizeof s->relay_url, "ws://127.0.0.1:%u",
		 s->relay_port);
}

void stack_start(struct stack *s, const char *scenario)
{
	if (!s->folder)
		s->folder = folder_make();
	snprintf(s->sim_dir, sizeof s->sim_dir, "%s/sim", s->folder);
	assert_int_equal(mkdir(s->sim_dir, 0700), 0);
	start_sim(s, scenario);
	start_relay(s);
}

void stack_restart_relay(struct stack *s)
{
	process_end(&s->relay);
	start_relay(s);
}

void stack_stop(struct stack *s)
{
	/* In order, so that the leak check at their end runs too. */
	process_signal(&s->relay, SIGTERM);
	assert_int_equal(process_wait(&s->relay), 0);
	process_signal(&s->sim, SIGTERM);
	assert_int_equal(process_wait(&s->sim), 0);
	folder_remove(s->folder);
	s->folder = NULL;
}

void stack_talk(const struct stack *s, struct process *p,
		const char *const *arguments)
{
	const char *argv[ARGUMENTS_MAX] = {"habla", "talk", "--relay",
					   s->relay_url};

	for (size_t n = 4; *arguments; arguments++) {
		assert_true(n < ARGUMENTS_MAX - 1);
		argv[n++] = *arguments;
	}
	process_start(p, argv, stack_environment);
}
