/* The real program, as a shell sees it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

enum { ARGUMENTS_MOST = 12 };

struct scene {
	char *base;
	char *config, *state; /* "XDG_...=base" */
};

static int enter(void **state)
{
	struct scene *s = calloc(1, sizeof *s);

	s->base = folder_make();
	s->config = text_format("XDG_CONFIG_HOME=%s", s->base);
	s->state = text_format("XDG_STATE_HOME=%s", s->base);
	*state = s;
	return 0;
}

static int leave(void **state)
{
	struct scene *s = *state;

	folder_remove(s->base);
	free(s->config);
	free(s->state);
	free(s);
	return 0;
}

/* Splits the line at blanks. */
static void start(struct process *p, const struct scene *s, const char *line)
{
	const char *environment[] = {s->config, s->state, "HABLA_BACKEND",
				     NULL};
	const char *argv[ARGUMENTS_MOST + 1] = {NULL};
	char copy[512];
	int argc = 0;

	snprintf(copy, sizeof copy, "%s", line);
	for (char *at = strtok(copy, " "); at && argc < ARGUMENTS_MOST;
	     at = strtok(NULL, " "))
		argv[argc++] = at;
	process_start(p, argv, environment);
}

static void assert_says(const struct scene *s, const char *line, int code,
			const char *text)
{
	struct process *p = calloc(1, sizeof *p);

	start(p, s, line);
	int got = process_wait(p);
	if (got != code)
		fail_msg("%s: exit code %d, not %d: %s", line, got, code,
			 p->text);
	assert_string_equal(p->text, text);
	process_end(p);
	free(p);
}

static void habla_picks_the_command(void **state)
{
	static const char list[] =
		"usage: habla COMMAND [FLAGS]\n\n"
		"  talk         talk with the tutor\n"
		"  test         run conversations that are written down\n"
		"  sim          simulate Nova Sonic for this machine\n"
		"  login        sign in with your school's account\n"
		"  logout       end that login\n"
		"  doctor       look whether a conversation would work\n"
		"  progress     show what was learned\n"
		"  lesson       check a lesson that you write\n"
		"  manual       write a manual page\n"
		"  completions  write completions for bash, zsh or fish\n\n"
		"habla COMMAND --help tells more.  habla --version tells the "
		"version.\n";

	assert_says(*state, "habla", 0, list);
	assert_says(*state, "habla --help", 0, list);
	assert_says(*state, "habla -h", 0, list);
	assert_says(*state, "habla --version", 0, "habla " HABLA_VERSION "\n");
	assert_says(*state, "habla tlak", 2,
		    "habla: tlak: no such command; did you mean \"habla "
		    "talk\"? habla --help lists them\n");
	assert_says(*state, "habla photosynthesis", 2,
		    "habla: photosynthesis: no such command; habla --help "
		    "lists them\n");
	assert_says(*state, "habla talk --relai ws://x", 2,
		    "habla talk: --relai: no such flag of habla talk; did you "
		    "mean --relay? (habla talk --help lists them)\n");
}

static void help_and_settings_are_printed_without_a_conversation(void **state)
{
	static const struct {
		const char *line, *begins, *holds;
	} rows[] = {
		{"habla talk --help", "usage: habla talk [FLAGS]\n",
		 "  --mic DEVICE|FILE|-  "},
		{"habla sim -h", "usage: habla sim [FLAGS]\n", "  --port N  "},
		{"habla talk --print-settings --voice matthew", "NAME ",
		 "matthew"},
		{"habla talk --voices --language es", "LANGUAGE ",
		 "es-US     lupe      *"},
		{"habla sim --print-settings", "NAME ",
		 "(8081, with --tls 8443)"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct process *p = calloc(1, sizeof *p);

		start(p, *state, rows[i].line);
		assert_int_equal(process_wait(p), 0);
		assert_true(text_starts(p->text, rows[i].begins));
		assert_non_null(strstr(p->text, rows[i].holds));
		process_end(p);
		free(p);
	}
}

static void a_model_whose_life_has_ended_is_warned_of(void **state)
{
	struct process *p = calloc(1, sizeof *p);

	start(p, *state,
	      "habla talk --sim --no-record --model amazon.nova-sonic-v1:0 "
	      "--mic - --speaker /dev/null");
	process_expect(p, "\nWarning: amazon.nova-sonic-v1:0: AWS has set its "
			  "end of life to 2026-09-14; use --model "
			  "amazon.nova-2-5-sonic\n");
	process_signal(p, SIGINT);
	process_wait(p);
	process_end(p);
	free(p);
}

/* habla sim writes its lines in one go: with this one all are there. */
static const char served[] = "--endpoint http://127.0.0.1:";

/* The port behind "127.0.0.1:" or "localhost:". */
static unsigned port_after(const char *text)
{
	return (unsigned)strtoul(strrchr(text, ':') + 1, NULL, 10);
}

static void assert_answers(unsigned port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(
		connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
}

static void the_simulator_serves_until_it_is_told_to_end(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM};

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct process *p = calloc(1, sizeof *p);
		char want[512];

		start(p, *state, "habla sim --port 0");
		process_expect(p, served);
		unsigned port = port_after(p->text);
		assert_answers(port);
		process_signal(p, signals[i]);
		assert_int_equal(process_wait(p), 0);
		snprintf(want, sizeof want,
			 "Nova Sonic is simulated at http://127.0.0.1:%u "
			 "(HTTP/2 in clear text, h2c); it accepts any "
			 "signature: give --access-key and --secret-key to "
			 "check them.\n"
			 "Talk to it: AWS_ACCESS_KEY_ID=any "
			 "AWS_SECRET_ACCESS_KEY=any habla talk --bedrock "
			 "--endpoint http://127.0.0.1:%u\n",
			 port, port);
		assert_string_equal(p->text, want);
		process_end(p);
		free(p);
	}
}

static void with_tls_the_simulator_names_its_certificate(void **state)
{
	struct scene *s = *state;
	struct process *p = calloc(1, sizeof *p);
	char want[512], path[256];

	start(p, s,
	      "habla sim --port 0 --tls --access-key me --secret-key hush");
	snprintf(path, sizeof path, "%s/habla/sim/sim-ca.pem", s->base);
	process_expect(p, "sim-ca.pem\n");
	const char *localhost = strstr(p->text, "localhost:");
	assert_non_null(localhost);
	unsigned port = (unsigned)strtoul(localhost + 10, NULL, 10);
	snprintf(want, sizeof want,
		 "Nova Sonic is simulated at https://127.0.0.1:%u (HTTP/2 over "
		 "TLS); it checks signatures.\n"
		 "Talk to it: AWS_ACCESS_KEY_ID=me AWS_SECRET_ACCESS_KEY=... "
		 "habla talk --bedrock --endpoint https://localhost:%u "
		 "--ca-file %s\n",
		 port, port, path);
	assert_string_equal(p->text, want);
	assert_int_equal(access(path, R_OK), 0);
	process_signal(p, SIGTERM);
	assert_int_equal(process_wait(p), 0);
	process_end(p);
	free(p);
}

static void a_port_in_use_is_one_line(void **state)
{
	struct process *first = calloc(1, sizeof *first);
	struct process *second = calloc(1, sizeof *second);
	char line[64], want[128];

	start(first, *state, "habla sim --port 0");
	process_expect(first, served);
	unsigned port = port_after(first->text);

	snprintf(line, sizeof line, "habla sim --port %u", port);
	start(second, *state, line);
	assert_int_equal(process_wait(second), 3);
	snprintf(want, sizeof want,
		 "habla sim: port %u on 127.0.0.1 is in use; ", port);
	assert_true(text_starts(second->text, want));
	/* one line, and its end is the end */
	assert_ptr_equal(strchr(second->text, '\n'),
			 second->text + second->length - 1);
	process_end(second);
	process_end(first);
	free(second);
	free(first);
}

static void what_the_simulator_cannot_use_is_one_line(void **state)
{
	static const struct {
		const char *line, *holds;
	} rows[] = {
		{"habla sim --port 0 --scenario missing.yaml", "missing.yaml"},
		{"habla sim --port 0 --record /dev/null/x", "/dev/null/x"},
		{"habla sim --port 0 --tls --state /dev/null/x", "/dev/null/x"},
		{"habla sim --log /dev/null/x", "--log: /dev/null/x"},
		{"habla sim --listen 0.0.0.0", "no loopback address"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct process *p = calloc(1, sizeof *p);

		start(p, *state, rows[i].line);
		int code = process_wait(p);
		if (code != 2 || !strstr(p->text, rows[i].holds))
			fail_msg("%s: %d: %s", rows[i].line, code, p->text);
		assert_true(text_starts(p->text, "habla sim: "));
		assert_ptr_equal(strchr(p->text, '\n'),
				 p->text + p->length - 1);
		process_end(p);
		free(p);
	}
}

int main(void)
{
#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_SCENE(habla_picks_the_command),
		IN_SCENE(help_and_settings_are_printed_without_a_conversation),
		IN_SCENE(a_model_whose_life_has_ended_is_warned_of),
		IN_SCENE(the_simulator_serves_until_it_is_told_to_end),
		IN_SCENE(with_tls_the_simulator_names_its_certificate),
		IN_SCENE(a_port_in_use_is_one_line),
		IN_SCENE(what_the_simulator_cannot_use_is_one_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
