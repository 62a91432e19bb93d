/*
 * Every failure that a person can meet is one line that names the thing, the
 * cause and the remedy, with its exit code; seen from outside the programs.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/speech-10s.wav"

enum { WORDS = 4, ARGUMENTS = 16 };

static struct process program;

static void expect_words(const char *text, const char *const words[WORDS])
{
	for (int i = 0; i < WORDS && words[i]; i++)
		if (!strstr(text, words[i]))
			fail_msg("\"%s\" is not in \"%s\" of\n%s", words[i],
				 text, program.text);
}

/* Starts argv, waits, and expects the code. */
static void expect_code(const char *const *argv, const char *const *environment,
			int code)
{
	process_start(&program, argv, environment);

	int got = process_wait(&program);
	if (got != code)
		fail_msg("%s %s: exit code %d, not %d:\n%s", argv[0], argv[1],
			 got, code, program.text);
}

static bool tells_of_a_failure(const char *line)
{
	return text_starts(line, "Problem: ") || text_starts(line, "habla ") ||
	       text_starts(line, "habla: ") ||
	       text_starts(line, "habla-relay: ");
}

/* The same, and that the failure is told in one line, which holds each of the
 * words and ends with what helps. */
static void expect_failure(const char *const *argv,
			   const char *const *environment, int code,
			   const char *const words[WORDS])
{
	char *copy, *told = NULL, *rest = NULL;

	expect_code(argv, environment, code);
	copy = text_copy(program.text);
	for (char *line = strtok_r(copy, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (!tells_of_a_failure(line))
			continue;
		if (told)
			fail_msg("more than one line:\n%s", program.text);
		told = line;
	}
	if (!told)
		fail_msg("nothing tells of the failure:\n%s", program.text);
	expect_words(told, words);
	/* a cause and a remedy */
	if (!strchr(told, ';'))
		fail_msg("what helps? %s", told);
	free(copy);
}

/* --- without any server --- */

static const struct {
	const char *argv[ARGUMENTS];
	int code;
	const char *words[WORDS];
} alone[] = {
	{{"habla", "talk", "--relai", "x"}, 2, {"--relai", "--relay"}},
	{{"habla", "talk", "--speaker", "-", "--json"},
	 2,
	 {"--speaker", "--json"}},
	{{"habla", "talk", "--relay", "http://x"}, 2, {"ws://"}},
	{{"habla", "talk", "--sim", "--bedrock"}, 2, {"--sim", "--bedrock"}},
	{{"habla", "talk", "--mic", "/no/such.wav"},
	 2,
	 {"/no/such.wav", "No such file"}},
	{{"habla", "talk", "--mic", HABLA_SOURCE_DIR "/README.md"},
	 2,
	 {"README.md", "WAV"}},
	{{"habla", "talk", "--relay", "ws://127.0.0.1:9", "--mic", SPEECH,
	  "--no-record"},
	 3,
	 {"ws://127.0.0.1:9", "connection refused"}},
	{{"habla", "talk", "--relay", "ws://no-such-host.invalid", "--mic",
	  SPEECH, "--no-record"},
	 3,
	 {"no-such-host.invalid", "no such host"}},
	{{"habla", "talk", "--bedrock", "--endpoint", "http://192.0.2.1",
	  "--mic", SPEECH, "--no-record"},
	 2,
	 {"192.0.2.1", "https"}},
	{{"habla", "talk", "--sim", "--mic", "no such microphone",
	  "--no-record"},
	 4,
	 {"microphone"}},
	{{"habla", "talk", "--sim", "--scenario", "/no/such.yaml", "--mic",
	  SPEECH},
	 2,
	 {"/no/such.yaml"}},
	{{"habla", "talk", "--sim", "--mic", SPEECH, "--record", "/proc/none"},
	 2,
	 {"/proc/none"}},
	{{"habla", "talk", "--sim", "--mic", SPEECH, "--record",
	  HABLA_SOURCE_DIR},
	 2,
	 {HABLA_SOURCE_DIR, "not empty"}},
	{{"habla", "talk", "--sim", "--mic", SPEECH, "--speaker",
	  "/no/such/folder/x.wav", "--no-record"},
	 2,
	 {"/no/such/folder/x.wav", "No such file"}},
	{{"habla", "talk", "--mic", "/dev/null"},
	 2,
	 {"/dev/null", "not a file"}},
	{{"habla", "talk", "--log", "/proc/none"}, 2, {"--log", "/proc/none"}},
	{{"habla", "talk", "--system", "@/no/such.txt", "--mic", SPEECH},
	 2,
	 {"--system", "/no/such.txt"}},
	{{"habla", "talk", "--voice", "bob"}, 2, {"--voice", "bob"}},
	{{"habla", "talk", "--reconnect", "-1"}, 2, {"--reconnect", "-1"}},
	{{"habla", "talk", "--relay"}, 2, {"--relay", "missing"}},
	{{"habla", "talk", "hello"}, 2, {"hello", "flags only"}},
	{{"habla", "tlak"}, 2, {"tlak", "talk"}},
	{{"habla", "sim", "--access-key", "a"}, 2, {"--secret-key"}},
	{{"habla-relay", "--endpoint", "http://192.0.2.1"},
	 2,
	 {"192.0.2.1", "https"}},
	{{"habla-relay", "--prot", "1"}, 2, {"--prot", "--port"}},
	{{"habla-relay", "--listen", "0.0.0.0"}, 2, {"0.0.0.0"}},
};

static void a_mistake_is_one_clear_line(void **state)
{
	const char *argv[ARGUMENTS + 1] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
		memcpy(argv, alone[i].argv, sizeof alone[i].argv);
		expect_failure(argv, stack_environment, alone[i].code,
			       alone[i].words);
	}
}

/* --- against the simulator, straight --- */

static const char *const wrong_key[] = {"AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
					"AWS_SECRET_ACCESS_KEY=wrong",
					"XDG_CONFIG_HOME=/dev/null/none", NULL};
static const char *const unknown_key[] = {"AWS_ACCESS_KEY_ID=AKIDOTHER",
					  "AWS_SECRET_ACCESS_KEY=stack-secret",
					  "XDG_CONFIG_HOME=/dev/null/none",
					  NULL};
static const char *const no_key[] = {"AWS_ACCESS_KEY_ID",
				     "AWS_SECRET_ACCESS_KEY",
				     "AWS_CONFIG_FILE=/dev/null",
				     "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
				     "AWS_EC2_METADATA_DISABLED=true",
				     "XDG_CONFIG_HOME=/dev/null/none",
				     "XDG_STATE_HOME=" HABLA_BINARY_DIR
				     "/state",
				     NULL};

static const struct {
	const char *model;
	const char *const *environment;
	int code;
	const char *words[WORDS];
} refusals[] = {
	{"amazon.nova-2-sonic-v1:0",
	 wrong_key,
	 3,
	 {"signature", "AWS_SECRET_ACCESS_KEY"}},
	{"amazon.nova-2-sonic-v1:0", unknown_key, 3, {"AWS_ACCESS_KEY_ID"}},
	{"amazon.nova-2-sonic-v1:0", no_key, 3, {"AWS_ACCESS_KEY_ID"}},
	{"amazon.no-such-model",
	 stack_environment,
	 3,
	 {"amazon.no-such-model"}},
};

static void a_refusal_of_bedrock_names_its_cause(void **state)
{
	struct stack stack = {0};

	(void)state;
	stack_start(&stack, NULL);
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		const char *argv[] = {"habla",
				      "talk",
				      "--bedrock",
				      "--endpoint",
				      stack.endpoint,
				      "--model",
				      refusals[i].model,
				      "--mic",
				      SPEECH,
				      "--no-record",
				      NULL};

		expect_failure(argv, refusals[i].environment, refusals[i].code,
			       refusals[i].words);
	}
	stack_stop(&stack);
}

static void a_throttled_account_is_said_so(void **state)
{
	struct stack stack = {.folder = folder_make()};

	(void)state;
	stack_start(&stack,
		    stack_file(&stack, "scenario.yaml",
			       "name: busy\n"
			       "stream:\n"
			       "  refuse: {status: 429, exception: "
			       "ThrottlingException, message: Too many "
			       "requests}\n"
			       "turns: [{on: speech, say: [Hello.]}]\n"));

	const char *argv[] = {"habla", "talk", "--relay",     stack.relay_url,
			      "--mic", SPEECH, "--no-record", "--reconnect",
			      "0",     NULL};

	expect_failure(argv, stack_environment, 3,
		       (const char *const[WORDS]){"too many requests"});
	stack_stop(&stack);
}

static void a_port_in_use_is_said_so(void **state)
{
	struct stack stack = {0};
	char port[16];

	(void)state;
	stack_start(&stack, NULL);
	snprintf(port, sizeof port, "%u", stack.relay_port);

	const char *relay[] = {"habla-relay", "--sim", "--port", port, NULL};
	const char *sim[] = {"habla", "sim", "--port", port, NULL};
	const char *const words[WORDS] = {port, "in use", "--port"};

	expect_failure(relay, stack_environment, 3, words);
	expect_failure(sim, stack_environment, 3, words);
	stack_stop(&stack);
}

/* --- TLS --- */

static void start_tls_sim(struct process *sim, const char *folder, char *url,
			  size_t size)
{
	const char *argv[] = {"habla", "sim",     "--tls", "--port",
			      "0",     "--state", folder,  NULL};

	process_start(sim, argv, stack_environment);
	snprintf(url, size, "https://localhost:%u",
		 stack_port_of(sim, "https://"));
}

static void a_certificate_that_nobody_vouches_for_is_refused(void **state)
{
	static struct process sim;
	char *folder = folder_make();
	char url[64];

	(void)state;
	start_tls_sim(&sim, folder, url, sizeof url);

	const char *argv[] = {"habla", "talk", "--bedrock",   "--endpoint", url,
			      "--mic", SPEECH, "--no-record", NULL};

	expect_failure(argv, stack_environment, 3,
		       (const char *const[WORDS]){"certificate", "--ca-file"});
	process_signal(&sim, SIGTERM);
	assert_int_equal(process_wait(&sim), 0);
	folder_remove(folder);
}

static void with_its_ca_file_a_conversation_over_tls_works(void **state)
{
	static struct process sim;
	char *folder = folder_make();
	char url[64], ca[512], speaker[512];

	(void)state;
	start_tls_sim(&sim, folder, url, sizeof url);
	snprintf(ca, sizeof ca, "%s/sim-ca.pem", folder);
	snprintf(speaker, sizeof speaker, "%s/speaker.wav", folder);

	const char *argv[] = {"habla", "talk",      "--bedrock", "--endpoint",
			      url,     "--ca-file", ca,          "--mic",
			      SPEECH,  "--speaker", speaker,     "--no-record",
			      NULL};

	expect_code(argv, stack_environment, 0);
	expect_words(program.text,
		     (const char *const[WORDS]){"Bedrock", "Tutor:"});
	process_signal(&sim, SIGTERM);
	assert_int_equal(process_wait(&sim), 0);
	folder_remove(folder);
}

/* --- a full disk --- */

static void a_full_disk_is_said_and_the_conversation_goes_on(void **state)
{
	struct stack stack = {.folder = folder_make()};
	char script[1024];

	(void)state;
	stack_start(&stack, NULL);
	snprintf(
		script, sizeof script,
		"mount -t tmpfs -o size=200k tmpfs '%s/sim' && exec '%s/habla' "
		"talk --relay %s --mic %s --speaker /dev/null --record "
		"'%s/sim/session'",
		stack.folder, HABLA_BINARY_DIR, stack.relay_url, SPEECH,
		stack.folder);

	/* A mount of its own that ends with the program. */
	const char *argv[] = {"unshare", "-r", "-m", "sh", "-c", script, NULL};

	expect_failure(argv, stack_environment, 1,
		       (const char *const[WORDS]){"full", "make room"});
	expect_words(program.text, (const char *const[WORDS]){"Tutor:"});
	stack_stop(&stack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mistake_is_one_clear_line),
		cmocka_unit_test(a_refusal_of_bedrock_names_its_cause),
		cmocka_unit_test(a_throttled_account_is_said_so),
		cmocka_unit_test(a_port_in_use_is_said_so),
		cmocka_unit_test(
			a_certificate_that_nobody_vouches_for_is_refused),
		cmocka_unit_test(
			with_its_ca_file_a_conversation_over_tls_works),
		cmocka_unit_test(
			a_full_disk_is_said_and_the_conversation_goes_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
