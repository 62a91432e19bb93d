/* `habla doctor` as a person runs it, against real servers on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/connect_proxy.h"
#include "tests/support/folder.h"
#include "tests/support/http_server.h"
#include "tests/support/process.h"
#include "tests/support/stack.h"

enum { ARGUMENTS_MOST = 12 };

/* Files as devices: no test machine's sound card decides. */
#define DEVICES                                                                \
	"--mic", HABLA_SOURCE_DIR "/tests/data/speech-10s.wav", "--speaker",   \
		"./heard.wav"

struct visit {
	char *folder;
	char *environment[16];
	struct process process;
};

static void visit_begin(struct visit *v)
{
	memset(v, 0, sizeof *v);
	v->folder = folder_make();
	v->environment[0] = text_format("HOME=%s", v->folder);
	v->environment[1] = text_format("XDG_CONFIG_HOME=%s", v->folder);
	v->environment[2] = text_format("XDG_STATE_HOME=%s", v->folder);
	v->environment[3] = text_copy("AWS_EC2_METADATA_DISABLED=true");
}

static void visit_set(struct visit *v, char *variable)
{
	size_t i = 0;

	while (v->environment[i])
		i++;
	v->environment[i] = variable;
}

static void visit_end(struct visit *v)
{
	process_end(&v->process);
	for (size_t i = 0; v->environment[i]; i++)
		free(v->environment[i]);
	folder_remove(v->folder);
}

/* Runs it with those arguments (end with NULL) and expects the exit code. */
static const char *examine(struct visit *v, int code,
			   const char *const *arguments)
{
	const char *argv[ARGUMENTS_MOST + 8] = {"habla", "doctor", DEVICES};
	size_t n = 6;
	char speaker[512];

	snprintf(speaker, sizeof speaker, "%s/heard.wav", v->folder);
	argv[5] = speaker;
	for (size_t i = 0; arguments[i]; i++)
		argv[n++] = arguments[i];
	process_start(&v->process, argv,
		      (const char *const *)(void *)v->environment);
	int got = process_wait(&v->process);
	if (got != code)
		fail_msg("exit code %d, not %d:\n%s", got, code,
			 v->process.text);
	return v->process.text;
}

static void expect(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("no \"%s\" in:\n%s", wanted, text);
}

static void out_of_the_box_all_is_well(void **state)
{
	struct visit v;
	(void)state;

	visit_begin(&v);
	const char *text = examine(&v, 0, (const char *[]){NULL});
	expect(text, "pass  settings     the tutor is the built-in simulator");
	expect(text, "pass  microphone");
	expect(text, "pass  speaker");
	expect(text, "pass  session      accepted after ");
	expect(text, "\nA conversation will work.\n");
	visit_end(&v);
}

static void a_relay_is_looked_at(void **state)
{
	struct stack stack = {.folder = folder_make()};
	struct visit v;
	(void)state;

	stack_start(&stack, NULL);
	visit_begin(&v);
	const char *text = examine(
		&v, 0, (const char *[]){"--relay", stack.relay_url, NULL});
	expect(text, "the tutor is behind a relay (flag)");
	expect(text, "pass  name         127.0.0.1 is 127.0.0.1");
	expect(text, "pass  session");
	visit_end(&v);
	stack_stop(&stack);
}

static void what_fails_is_named_with_its_remedy(void **state)
{
	static const struct {
		const char *arguments[5], *wanted;
	} rows[] = {
		{{"--relay", "ws://127.0.0.1:1"},
		 "fail  session      relay ws://127.0.0.1:1: connection "
		 "refused; check that the server runs and that the port is "
		 "right"},
		{{"--relay", "ws://nowhere.invalid"},
		 "fail  name         nowhere.invalid: "},
		{{"--bedrock", "--endpoint", "https://127.0.0.1:1"},
		 "fail  TLS          127.0.0.1:1: "},
		{{"--bedrock", "--endpoint", "https://127.0.0.1:1"},
		 "fail  credentials  AWS credentials: there are none; set "},
		{{"--lesson", "/nowhere.yaml"}, "fail  lesson       "},
		{{"--tools", "/nowhere.yaml"}, "fail  tools        "},
		{{"--system", "@/nowhere.txt"}, "fail  prompt       "},
		{{"--mic", "/nowhere.wav"},
		 "fail  sound        /nowhere.wav: "},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct visit v;

		visit_begin(&v);
		expect(examine(&v, 1, rows[i].arguments), rows[i].wanted);
		expect(v.process.text, "failed: a conversation will not work");
		visit_end(&v);
	}
}

/* --- Bedrock, played by the simulator, and STS by a server of this test --- */

static void sts(void *arg, const struct http_server_request *request,
		struct http_server_reply *reply)
{
	(void)arg;
	if (!strstr(request->body, "GetCallerIdentity"))
		reply->status = 400;
	else
		http_server_text(
			reply,
			"<GetCallerIdentityResponse><GetCallerIdentityResult>"
			"<Arn>arn:aws:iam::123456789012:user/tutor</Arn>"
			"<UserId>AIDA</UserId><Account>123456789012</Account>"
			"</GetCallerIdentityResult>"
			"</GetCallerIdentityResponse>");
}

struct cloud {
	struct process sim;
	struct http_server *sts;
	char endpoint[64], ca_file[512];
};

static void cloud_start(struct cloud *c, struct visit *v)
{
	char state[400];
	const char *argv[] = {"habla", "sim",     "--tls", "--port",
			      "0",     "--state", state,   NULL};

	memset(c, 0, sizeof *c);
	snprintf(state, sizeof state, "%s/sim", v->folder);
	snprintf(c->ca_file, sizeof c->ca_file, "%s/sim-ca.pem", state);
	process_start(&c->sim, argv, stack_environment);
	snprintf(c->endpoint, sizeof c->endpoint, "https://localhost:%u",
		 stack_port_of(&c->sim, "https"));
	c->sts = http_server_start(sts, NULL);
	visit_set(v, text_format("AWS_ENDPOINT_URL_STS=http://127.0.0.1:%u",
				 http_server_port(c->sts)));
	visit_set(v, text_copy("AWS_ACCESS_KEY_ID=AKIDEXAMPLE"));
	visit_set(v, text_copy("AWS_SECRET_ACCESS_KEY=verysecret"));
}

static void cloud_stop(struct cloud *c)
{
	process_end(&c->sim);
	http_server_stop(c->sts);
}

static void
bedrock_is_looked_at_with_certificate_clock_and_account(void **state)
{
	struct visit v;
	struct cloud c;
	(void)state;

	visit_begin(&v);
	cloud_start(&c, &v);
	const char *text = examine(&v, 0,
				   (const char *[]){"--bedrock", "--endpoint",
						    c.endpoint, "--ca-file",
						    c.ca_file, NULL});
	expect(text, "pass  TLS          the certificate is good");
	expect(text, "pass  clock        ");
	expect(text, "pass  credentials  from ");
	expect(text, "pass  account      "
		     "arn:aws:iam::123456789012:user/tutor");
	expect(text, "pass  session      accepted after ");
	assert_null(strstr(text, "verysecret"));
	cloud_stop(&c);
	visit_end(&v);
}

static void a_certificate_that_is_not_trusted_is_said(void **state)
{
	struct visit v;
	struct cloud c;
	(void)state;

	visit_begin(&v);
	cloud_start(&c, &v);
	expect(examine(&v, 1,
		       (const char *[]){"--bedrock", "--endpoint", c.endpoint,
					NULL}),
	       "its certificate is not trusted");
	/* the rest is looked at all the same */
	expect(v.process.text, "pass  account");
	assert_null(strstr(v.process.text, "session"));
	cloud_stop(&c);
	visit_end(&v);
}

/* --- the flags of a conversation, and its way --- */

static void the_flags_of_a_conversation_may_stay(void **state)
{
	struct visit v;
	(void)state;

	visit_begin(&v);
	const char *text = examine(
		&v, 0,
		(const char *[]){"--sim", "--turn-pause", "low", "--no-record",
				 "--renew-after", "5", "--reconnect", "2",
				 "--plain", NULL});
	expect(text, "the tutor is the built-in simulator (flag)");
	visit_end(&v);
	/* and what talk would refuse is refused */
	visit_begin(&v);
	expect(examine(&v, 2,
		       (const char *[]){"--bedrock", "--voice", "nobody",
					NULL}),
	       "nobody");
	visit_end(&v);
}

static void typed_both_ways_no_sound_card_is_needed(void **state)
{
	struct visit v;
	(void)state;

	visit_begin(&v);
	const char *text = examine(&v, 0,
				   (const char *[]){"--sim", "--text", NULL});
	assert_null(strstr(text, "microphone"));
	assert_null(strstr(text, "speaker"));
	expect(text, "pass  session");
	visit_end(&v);
}

/* proxy: "127.0.0.1:PORT". */
static void go_through(struct visit *v, const struct connect_proxy *x)
{
	visit_set(v, text_format("HTTPS_PROXY=http://127.0.0.1:%u",
				 connect_proxy_port(x)));
	visit_set(v, text_copy("no_proxy"));
	visit_set(v, text_copy("NO_PROXY"));
	visit_set(v, text_copy("https_proxy"));
}

static void a_proxy_is_gone_through_and_named(void **state)
{
	struct connect_proxy_settings settings = {0};
	struct connect_proxy *x;
	struct visit v;
	struct cloud c;
	char line[64];
	(void)state;

	visit_begin(&v);
	cloud_start(&c, &v);
	settings.to = (uint16_t)atoi(strrchr(c.endpoint, ':') + 1);
	x = connect_proxy_start(&settings);
	go_through(&v, x);
	const char *text = examine(&v, 0,
				   (const char *[]){"--bedrock", "--endpoint",
						    c.endpoint, "--ca-file",
						    c.ca_file, NULL});
	snprintf(line, sizeof line, "pass  proxy        through 127.0.0.1:%u",
		 connect_proxy_port(x));
	expect(text, line);
	expect(text, "pass  TLS          the certificate is good");
	expect(text, "pass  session      accepted after ");
	/* the question of TLS, and the session */
	assert_int_equal(2, connect_proxy_granted(x));
	assert_string_equal(c.endpoint + strlen("https://"),
			    connect_proxy_target(x));
	connect_proxy_stop(x);
	cloud_stop(&c);
	visit_end(&v);
}

static void a_proxy_that_refuses_is_told_with_its_remedy(void **state)
{
	const struct connect_proxy_settings settings = {
		.says = "HTTP/1.1 407 Proxy Authentication Required\r\n"
			"Content-Length: 0\r\n\r\n"};
	struct connect_proxy *x;
	struct visit v;
	struct cloud c;
	(void)state;

	visit_begin(&v);
	cloud_start(&c, &v);
	x = connect_proxy_start(&settings);
	go_through(&v, x);
	expect(examine(&v, 1,
		       (const char *[]){"--bedrock", "--endpoint", c.endpoint,
					"--ca-file", c.ca_file, NULL}),
	       "set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT");
	connect_proxy_stop(x);
	cloud_stop(&c);
	visit_end(&v);
}

static void as_json_each_check_is_an_object(void **state)
{
	struct visit v;
	unsigned checks = 0, failures = 0;
	(void)state;

	visit_begin(&v);
	examine(&v, 1,
		(const char *[]){"--json", "--relay", "ws://127.0.0.1:1",
				 NULL});
	cJSON *last = NULL;
	for (char *line = strtok(v.process.text, "\n"); line;
	     line = strtok(NULL, "\n")) {
		cJSON_Delete(last);
		last = cJSON_Parse(line);
		assert_non_null(last);
		const char *verdict = cJSON_GetStringValue(
			cJSON_GetObjectItem(last, "verdict"));
		checks += verdict != NULL;
		failures += verdict && strcmp(verdict, "fail") == 0;
	}
	assert_int_equal(checks, 5);
	assert_int_equal(failures, 1);
	assert_int_equal(cJSON_GetObjectItem(last, "failures")->valueint, 1);
	cJSON_Delete(last);
	visit_end(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(out_of_the_box_all_is_well),
		cmocka_unit_test(a_relay_is_looked_at),
		cmocka_unit_test(what_fails_is_named_with_its_remedy),
		cmocka_unit_test(
			bedrock_is_looked_at_with_certificate_clock_and_account),
		cmocka_unit_test(a_certificate_that_is_not_trusted_is_said),
		cmocka_unit_test(the_flags_of_a_conversation_may_stay),
		cmocka_unit_test(typed_both_ways_no_sound_card_is_needed),
		cmocka_unit_test(a_proxy_is_gone_through_and_named),
		cmocka_unit_test(a_proxy_that_refuses_is_told_with_its_remedy),
		cmocka_unit_test(as_json_each_check_is_an_object),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
