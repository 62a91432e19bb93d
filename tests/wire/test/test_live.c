/* habla test against real programs, in real time: a relay, and the simulator
 * in the place of Bedrock. */
#include <arpa/inet.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/habla_test.h"
#include "tests/support/stack.h"

static struct stack stack;

static const char scenario[] =
	"name: a leaf\n"
	"stream: {turn_pause_ms: 800}\n"
	"turns:\n"
	"  - on: speech\n"
	"    hear: what is a leaf\n"
	"    say: [{text: A leaf makes sugar., tone: {hz: 330, ms: 400}}]\n"
	"  - on: text\n"
	"    say: [{text: It is green., tone: {hz: 330, ms: 400}}]\n";

static int start(void **state)
{
	(void)state;
	stack.folder = folder_make();
	folder_write(stack.folder, "scenario.yaml", scenario);
	stack_start(&stack, stack_path(&stack, "scenario.yaml"));
	return 0;
}

static int stop(void **state)
{
	(void)state;
	stack_stop(&stack);
	return 0;
}

static void script(const char *text)
{
	folder_write(stack.folder, "script.yaml", text);
}

/* Runs the script over the relay, with more flags. */
static void over_relay(const char *flags, int code, const char *words)
{
	char *line = text_format("@/script.yaml --relay %s %s", stack.relay_url,
				 flags);

	expect_habla_test(stack.folder, line, code, words);
	free(line);
}

static void at_bedrock(const char *flags, int code, const char *words)
{
	char *line = text_format("@/script.yaml --bedrock --endpoint %s %s",
				 stack.endpoint, flags);

	expect_habla_test(stack.folder, line, code, words);
	free(line);
}

/* --- verdicts --- */

static void a_script_that_is_right_passes_wherever_it_is_run(void **state)
{
	(void)state;
	script("name: right\n"
	       "turns:\n"
	       "  - say: What is a leaf?\n"
	       "    expect: {reply: sugar, transcript: leaf}\n"
	       "  - {type: And its colour?, expect: {reply: green}}\n"
	       "expect: {turns: 2, ends: ok}\n");
	over_relay("", 0, "1 case: 1 passed");
	at_bedrock("", 0, "1 case: 1 passed");
}

static void an_expectation_that_is_unmet_fails_wherever_it_is_run(void **state)
{
	(void)state;
	script("name: unmet\n"
	       "turns: [{type: Its colour?, expect: {reply: purple}}]\n");
	over_relay("--junit @/r.xml", 1, "1 failed");
	expect_in_file(stack.folder, "r.xml", "type=\"expectation\"");
	expect_in_file(stack.folder, "r.xml", "It is green.");
	at_bedrock("--junit @/r.xml", 1, "1 failed");
	expect_in_file(stack.folder, "r.xml", "It is green.");
}

static size_t count_in(const char *path)
{
	size_t count = 0;
	DIR *all = opendir(path);

	assert_non_null(all);
	for (const struct dirent *e; (e = readdir(all));)
		count += e->d_name[0] != '.';
	closedir(all);
	return count;
}

static void only_sessions_that_failed_are_kept(void **state)
{
	(void)state;
	script("name: the colour is ${colour}\n"
	       "table: [{colour: green}, {colour: purple}]\n"
	       "turns: [{type: Its colour?, expect: {reply: "
	       "\"${colour}\"}}]\n");
	over_relay("--keep-dir @/kept", 1, "1 passed, 1 failed");
	assert_int_equal(count_in(stack_path(&stack, "kept")), 1);
	over_relay("--keep all --keep-dir @/all", 1, "1 passed, 1 failed");
	assert_int_equal(count_in(stack_path(&stack, "all")), 2);
}

/* --- what is not there --- */

/* A port of ours, at which nobody listens. */
static int take_port(unsigned *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t size = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static void what_cannot_be_reached_is_an_error_and_passes_nothing(void **state)
{
	static const char *const backends[] = {"--relay ws",
					       "--bedrock --endpoint http"};
	unsigned port;
	int fd = take_port(&port);

	(void)state;
	script("name: nobody\nreconnect: 1\n"
	       "turns: [{type: Is anybody there?}]\n");
	for (size_t i = 0; i < 2; i++) {
		char *line = text_format("@/script.yaml %s://127.0.0.1:%u "
					 "--junit @/r.xml --tap @/r.tap "
					 "--report-json @/r.json",
					 backends[i], port);
		expect_habla_test(stack.folder, line, 3, "1 case: 1 error");
		expect_in_file(stack.folder, "r.xml", "errors=\"1\"");
		expect_in_file(stack.folder, "r.xml", "type=\"environment\"");
		expect_in_file(stack.folder, "r.json", "\"error\"");
		expect_in_file(stack.folder, "r.tap", "not ok 1");
		free(line);
	}
	close(fd);
}

/* --- what stands beside a turn --- */

static void a_connection_that_is_lost_comes_back(void **state)
{
	(void)state;
	script("name: lost\n"
	       "turns:\n"
	       "  - {type: Its colour?, expect: {reply: green}}\n"
	       "  - disconnect: true\n"
	       "  - {type: Its colour?, expect: {reply: green}}\n"
	       "expect: {events: {retry: \">= 1\"}, turns: 2, ends: ok}\n");
	over_relay("", 0, "1 case: 1 passed");
	at_bedrock("", 0, "1 case: 1 passed");
}

static void trouble_in_the_network_is_there_too(void **state)
{
	(void)state;
	script("name: slow\n"
	       "turns:\n"
	       "  - type: Its colour?\n"
	       "    fault: {stall_ms: 1200}\n"
	       "    expect: {reply: green, latency_ms: \">= 1200\"}\n");
	over_relay("", 0, "1 case: 1 passed");
	script("name: reset\nreconnect: 0\n"
	       "turns:\n"
	       "  - {type: Its colour?, fault: {reset: true, cut_ms: 100}}\n"
	       "expect: {ends: closed}\n");
	over_relay("", 0, "1 case: 1 passed");
}

static void a_renewal_that_nobody_makes_is_an_error_in_one_line(void **state)
{
	static const char *const scripts[] = {
		"name: renewed\nturns:\n"
		"  - {type: Its colour?, expect: {reply: green}}\n"
		"  - renew: true\n",
		"name: renewed\nrenew_after_ms: 5000\n"
		"turns: [{type: Its colour?, expect: {reply: green}}]\n"};
	static const char *const places[] = {
		"script.yaml:4:5: renew: ",
		"script.yaml:1:1: renew_after_ms: "};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		script(scripts[i]);
		over_relay("--junit @/r.xml", 3, places[i]);
		expect_in_file(stack.folder, "r.xml", "type=\"environment\"");
		expect_in_file(stack.folder, "r.xml", "backend: sim");
		at_bedrock("", 3, "1 case: 1 error");
	}
	script("name: renewed\nbackend: sim\n"
	       "turns: [{renew: true}]\nexpect: {ends: ok}\n");
	over_relay("", 2, "1 skipped");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_script_that_is_right_passes_wherever_it_is_run),
		cmocka_unit_test(
			an_expectation_that_is_unmet_fails_wherever_it_is_run),
		cmocka_unit_test(only_sessions_that_failed_are_kept),
		cmocka_unit_test(
			what_cannot_be_reached_is_an_error_and_passes_nothing),
		cmocka_unit_test(a_connection_that_is_lost_comes_back),
		cmocka_unit_test(trouble_in_the_network_is_there_too),
		cmocka_unit_test(
			a_renewal_that_nobody_makes_is_an_error_in_one_line),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
