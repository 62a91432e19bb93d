/* Failures that `habla sim --fault` makes, as the person at `habla talk` meets
 * them: what passes is waited for, what does not ends at once. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/stack.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/where-in-the-leaf.wav"

#define ONE_ANSWER                                                             \
	"name: one answer\n"                                                   \
	"stream: {turn_pause_ms: 500}\n"                                       \
	"turns:\n"                                                             \
	"  - on: speech\n"                                                     \
	"    hear: Where in the leaf?\n"                                       \
	"    say: [{text: In here., tone: {hz: 500, ms: 300}}]\n"              \
	"repeat: true\n"

enum { WORDS = 5 };

static struct process sim, talk;
static char url[64];

static void start_sim(const char *folder, const char *fault)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/scenario.yaml", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(ONE_ANSWER, f) >= 0);
	assert_int_equal(fclose(f), 0);

	const char *argv[] = {"habla", "sim",     "--port", "0", "--scenario",
			      path,    "--fault", fault,    NULL};

	process_start(&sim, argv, stack_environment);
	snprintf(url, sizeof url, "http://127.0.0.1:%u",
		 stack_port_of(&sim, "http://"));
}

/* One conversation with the simulator; returns talk's exit code. */
static int converse(const char *fault, const char *tries, bool json)
{
	char *folder = folder_make();
	char speaker[512];

	start_sim(folder, fault);
	snprintf(speaker, sizeof speaker, "%s/speaker.wav", folder);
	const char *argv[] = {"habla",
			      "talk",
			      "--bedrock",
			      "--endpoint",
			      url,
			      "--mic",
			      SPEECH,
			      "--speaker",
			      speaker,
			      "--no-record",
			      "--reconnect",
			      tries,
			      json ? "--json" : NULL,
			      NULL};

	process_start(&talk, argv, stack_environment);
	int code = process_wait(&talk);
	process_signal(&sim, SIGTERM);
	assert_int_equal(process_wait(&sim), 0);
	folder_remove(folder);
	return code;
}

static unsigned count_of(const char *word)
{
	unsigned count = 0;

	for (const char *at = talk.text; (at = strstr(at, word)); at++)
		count++;
	return count;
}

static const struct {
	const char *fault, *tries;
	int code;
	unsigned retries;
	const char *words[WORDS];
} rows[] = {
	{"throttled",
	 "3",
	 0,
	 1,
	 {"Not connected: Bedrock us-east-1: too many requests",
	  "trying again in ", "(attempt 1 of 3)", "Connected", "In here."}},
	{"reset@700",
	 "3",
	 0,
	 1,
	 {"Connection lost: Bedrock", "the stream was reset",
	  "trying again in 3.0 s (attempt 1 of 3)", "Connected again",
	  "In here."}},
	{"clock", "3", 0, 0, {"Connected", "In here."}},
	{"unknown-key", "3", 3, 0, {"Problem: Bedrock", "AWS_ACCESS_KEY_ID"}},
	{"no-event-stream",
	 "3",
	 3,
	 0,
	 {"text/html in place of an event stream", "--endpoint"}},
	{"throttled*0", "1", 3, 1, {"Problem: Bedrock", "too many requests"}},
	{"invalid-input@0*0",
	 "5",
	 1,
	 1,
	 {"Connection lost", "Connected again", "Problem: Bedrock",
	  "Invalid input request"}},
};

static void each_failure_is_met_as_it_deserves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int code = converse(rows[i].fault, rows[i].tries, false);

		if (code != rows[i].code ||
		    count_of("trying again") != rows[i].retries)
			fail_msg("%s: exit code %d:\n%s", rows[i].fault, code,
				 talk.text);
		for (int j = 0; j < WORDS && rows[i].words[j]; j++)
			if (!strstr(talk.text, rows[i].words[j]))
				fail_msg("%s: no \"%s\" in\n%s", rows[i].fault,
					 rows[i].words[j], talk.text);
	}
}

static void programs_read_the_count_down(void **state)
{
	(void)state;
	int code = converse("goaway@700", "3", true);

	if (code)
		fail_msg("exit code %d:\n%s", code, talk.text);
	assert_int_equal(count_of("\"event\":\"retry\""), 1);
	assert_non_null(strstr(talk.text, "\"code\":\"closed\""));
	assert_non_null(strstr(talk.text,
			       "\"event\":\"countdown\",\"attempt\":1,"
			       "\"tries\":3,\"left_ms\":"));
	assert_non_null(strstr(talk.text, "In here."));
}

/* The relay passes the code on, so its client waits as one of Bedrock's. */
static void behind_a_relay_it_is_the_same(void **state)
{
	struct stack stack = {.folder = folder_make()};
	struct process p;

	(void)state;
	stack_start(&stack,
		    stack_file(&stack, "scenario.yaml",
			       "name: busy at first\n"
			       "stream: {fault: throttled*2, "
			       "turn_pause_ms: 500}\n"
			       "turns:\n"
			       "  - {on: speech, say: [Here I am.]}\n"));
	const char *argv[] = {"--mic",       SPEECH,
			      "--speaker",   stack_path(&stack, "speaker.wav"),
			      "--reconnect", "5",
			      "--no-record", NULL};

	stack_talk(&stack, &p, argv);
	int code = process_wait(&p);
	if (code)
		fail_msg("exit code %d:\n%s", code, p.text);
	assert_non_null(strstr(p.text, "(attempt 2 of 5)"));
	assert_non_null(strstr(p.text, "Here I am."));
	stack_stop(&stack);
}

static void a_fault_that_is_not_known_is_refused_with_the_nearest(void **state)
{
	const char *argv[] = {"habla",   "sim",       "--port", "0",
			      "--fault", "throttles", NULL};

	(void)state;
	process_start(&sim, argv, stack_environment);
	assert_int_equal(process_wait(&sim), 2);
	assert_non_null(strstr(sim.text, "did you mean \"throttled\"?"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_failure_is_met_as_it_deserves),
		cmocka_unit_test(programs_read_the_count_down),
		cmocka_unit_test(behind_a_relay_it_is_the_same),
		cmocka_unit_test(
			a_fault_that_is_not_known_is_refused_with_the_nearest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
