/* From real life to a test: a conversation that was kept becomes a script, and
 * the script passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

#define SPEECH HABLA_SOURCE_DIR "/tests/data/where-in-the-leaf.wav"

static const char scenario[] = "name: a leaf\n"
			       "turns:\n"
			       "  - say: In the chloroplasts.\n";

static int run(const char *const *argv, char **printed)
{
	struct process p;

	process_start(&p, argv, NULL);
	int code = process_wait(&p);
	*printed = p.text;
	return code;
}

static void a_kept_conversation_becomes_a_script_that_passes(void **state)
{
	char *folder = folder_make(), *printed;
	char *session = text_format("%s/session", folder);
	char *says = text_format("%s/scenario.yaml", folder);
	char *script = text_format("%s/script.yaml", folder);

	(void)state;
	folder_write(folder, "scenario.yaml", scenario);
	const char *const talk[] = {"habla",      "talk",      "--sim",
				    "--scenario", says,        "--mic",
				    SPEECH,       "--speaker", "/dev/null",
				    "--record",   session,     NULL};
	if (run(talk, &printed))
		fail_msg("%s", printed);
	const char *const from[] = {"habla", "test", "--from", session, NULL};
	assert_int_equal(run(from, &printed), 0);
	folder_write(folder, "script.yaml", printed);
	const char *const test[] = {"habla", "test", "--keep",
				    "none",  script, NULL};
	if (run(test, &printed))
		fail_msg("%s", printed);
	assert_non_null(strstr(printed, "1 case: 1 passed"));
	free(session);
	free(says);
	free(script);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_kept_conversation_becomes_a_script_that_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
