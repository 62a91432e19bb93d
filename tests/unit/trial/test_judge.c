/* A judge that does not come to an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/report/test_report.h"
#include "client/script/script.h"
#include "client/trial/judge_program.h"
#include "client/trial/simulated.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"

static void a_judge_that_hangs_is_ended_and_passes_nothing(void **state)
{
	char *folder = folder_make();
	char *path = text_format("%s/s.yaml", folder);
	struct judge_program judge = {.limit_ms = 50};
	struct simulated_settings settings = {.judge = &judge,
					      .seed = 1,
					      .timeout_s = 60};
	struct report_case *out = report_case_new(
		"hangs", (struct report_place){path, 1, 1});
	struct script *script;
	struct problem p = {0};

	(void)state;
	folder_write(folder, "s.yaml",
		     "name: hangs\n"
		     "scenario: {turns: [{on: text, say: [{text: A leaf., "
		     "audio: none}]}]}\n"
		     "turns:\n"
		     "  - type: A leaf?\n"
		     "    expect: {judge: {command: [sleep, '600']}}\n");
	if (script_read(&script, path, &p))
		fail_msg("%s", p.text);
	settings.script = script->cases[0];
	if (simulated_run(&settings, out, &p))
		fail_msg("%s", p.text);
	assert_int_equal(out->verdict, REPORT_FAILED);
	assert_int_equal(out->expectation_count, 2); /* it answers, too */
	const struct report_expectation *e = NULL;
	for (size_t i = 0; i < out->expectation_count; i++)
		if (text_equal(out->expectations[i].name, "judge"))
			e = &out->expectations[i];
	assert_non_null(e);
	assert_int_equal(e->state, REPORT_NOT_MEASURED);
	assert_null(e->got);
	assert_holds(e->why, "the judge took too long and was ended");
	report_case_free(out);
	script_free(script);
	free(path);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_judge_that_hangs_is_ended_and_passes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
