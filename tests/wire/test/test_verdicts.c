/* Which verdict several runs make together, which cases are run, and what a
 * judge's answer is worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/habla_test.h"

static char *folder;

static int make_folder(void **state)
{
	(void)state;
	folder = folder_make();
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

static void run(const char *arguments, int code, const char *words)
{
	expect_habla_test(folder, arguments, code, words);
}

/* A program that writes its first argument to the file "calls", and then does
 * the rest; $calls is how often it was called with it, this time too. */
static void write_judge(const char *rest)
{
	char *text = text_format("#!/bin/sh\n"
				 "cd '%s' && cat >question.json\n"
				 "echo \"$1\" >>calls\n"
				 "calls=$(grep -cx \"$1\" calls)\n"
				 "%s\n",
				 folder, rest);
	char *path = text_format("%s/judge", folder);

	folder_write(folder, "judge", text);
	folder_write(folder, "calls", "");
	assert_int_equal(chmod(path, 0700), 0);
	free(path);
	free(text);
}

#define PASS "echo '{\"pass\": true, \"why\": \"it is right\"}'"
#define FAIL "echo '{\"pass\": false, \"why\": \"it is wrong\"}'"
/* Only this is a trouble that another try ends. */
#define FAIL_AT_FIRST "[ $calls = 1 ] && exit 7\n" PASS

/* A script whose answer the judge is asked about. */
static void write_script(const char *name, const char *says)
{
	char *file = text_format("%s.yaml", name);
	char *text = text_format(
		"name: %s\nbackend: sim\n"
		"scenario: {turns: [{on: text, say: [{text: %s, audio: "
		"none}]}]}\n"
		"turns:\n"
		"  - type: What is a leaf?\n"
		"    expect:\n"
		"      judge: {command: [%s/judge, %s], about: Is it right?}\n",
		name, says, folder, name);

	folder_write(folder, file, text);
	free(text);
	free(file);
}

static void expect_calls(const char *calls)
{
	char *text = folder_read(folder, "calls", NULL);

	assert_string_equal(text, calls);
	folder_write(folder, "calls", "");
	free(text);
}

/* --- several runs --- */

static void a_case_that_passes_when_tried_again_is_flaky(void **state)
{
	(void)state;
	write_script("retried", "A leaf retried.");
	write_judge(FAIL_AT_FIRST);
	run("@/retried.yaml --retry 1 --junit @/r.xml --report-json @/r.json "
	    "--tap @/r.tap",
	    1, "1 case: 1 flaky");
	expect_calls("retried\nretried\n");
	expect_in_file(folder, "r.xml", "type=\"flaky\"");
	expect_in_file(folder, "r.xml", "passed 1 of 2; ");
	expect_in_file(folder, "r.xml", "failures=\"1\"");
	expect_in_file(folder, "r.json", "\"verdict\":\"flaky\"");
	expect_in_file(folder, "r.json", "\"runs\":2,\"passed\":1");
	expect_in_file(folder, "r.tap", "severity: \"flaky\"");
}

static void without_another_try_it_has_failed(void **state)
{
	(void)state;
	write_script("once", "A leaf once.");
	write_judge(FAIL_AT_FIRST);
	run("@/once.yaml", 1, "1 case: 1 failed");
	expect_calls("once\n");
}

static void a_case_that_never_passes_is_not_flaky(void **state)
{
	(void)state;
	write_script("never", "A leaf never.");
	write_judge("exit 7");
	run("@/never.yaml --retry 2 --report-json @/r.json", 1,
	    "1 case: 1 failed");
	expect_calls("never\nnever\nnever\n");
	expect_in_file(folder, "r.json", "\"runs\":3,\"passed\":0");
}

static void repeats_are_all_cases_once_and_then_all_again(void **state)
{
	(void)state;
	write_script("one", "A leaf one.");
	write_script("two", "A leaf two.");
	write_judge("[ \"$1\" = two ] && exit 7\n" FAIL_AT_FIRST);
	run("@/one.yaml @/two.yaml --repeat 3 --report-json @/r.json", 1,
	    "2 cases: 1 failed, 1 flaky");
	/* what one was told at last is not asked a third time */
	expect_calls("one\ntwo\none\ntwo\ntwo\n");
	expect_in_file(folder, "r.json", "\"runs\":3,\"passed\":2");
	expect_in_file(folder, "r.json", "\"runs\":3,\"passed\":0");
}

/* --- which cases --- */

static void after_the_first_failure_the_rest_is_not_run(void **state)
{
	(void)state;
	write_script("good", "A leaf good.");
	write_script("bad", "A leaf bad.");
	write_script("left", "A leaf left.");
	write_judge("if [ \"$1\" = bad ]; then " FAIL "; else " PASS "; fi");
	run("@/good.yaml @/bad.yaml @/left.yaml --fail-fast --jobs 1 --junit "
	    "@/r.xml",
	    1, "3 cases: 1 passed, 1 failed, 1 skipped");
	expect_calls("good\nbad\n");
	expect_in_file(folder, "r.xml", "skipped=\"1\"");
}

static void shards_share_the_cases_without_a_rest(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		char name[] = "shard0";
		name[5] = (char)('0' + i);
		write_script(name, name);
	}
	write_judge(PASS);
#define FIVE                                                                   \
	"@/shard0.yaml @/shard1.yaml @/shard2.yaml @/shard3.yaml "             \
	"@/shard4.yaml "
	run(FIVE "--shard 1/2 --jobs 1", 0, "3 cases: 3 passed");
	expect_calls("shard0\nshard2\nshard4\n");
	run(FIVE "--shard 2/2 --jobs 1", 0, "2 cases: 2 passed");
	expect_calls("shard1\nshard3\n");
}

/* --- the judge --- */

static void the_same_answer_is_judged_once(void **state)
{
	(void)state;
	write_judge(PASS);
	write_script("same", "A leaf is green.");
	run("@/same.yaml --repeat 2", 0, "1 case: 1 passed");
	run("@/same.yaml", 0, "1 case: 1 passed");
	expect_calls("same\n");
	write_script("same", "A leaf is red.");
	run("@/same.yaml", 0, "1 case: 1 passed");
	expect_calls("same\n");
	expect_in_file(folder, "question.json", "A leaf is red.");
	expect_in_file(folder, "question.json", "Is it right?");
	write_script("same", "A leaf is green.");
	run("@/same.yaml", 0, "1 case: 1 passed");
	expect_calls("");
}

static void a_judge_that_says_no_is_remembered_too(void **state)
{
	(void)state;
	write_judge(FAIL);
	write_script("no", "No leaf.");
	run("@/no.yaml", 1, "it is wrong");
	run("@/no.yaml", 1, "it is wrong");
	expect_calls("no\n");
}

static void what_is_no_verdict_passes_nothing_and_is_asked_again(void **state)
{
	static const struct {
		const char *does, *told;
	} rows[] = {
		{"echo Certainly.", "the judge did not answer {"},
		{"echo '{\"pass\": 1}'", "the judge did not answer {"},
		{":", "the judge did not answer {"},
		{"echo no key >&2; exit 3",
		 "the judge ended with code 3: no key"},
		{"kill -9 $$", "the judge ended with code "},
	};
	char *printed;

	(void)state;
	write_script("odd", "An odd leaf.");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		write_judge(rows[i].does);
		assert_int_equal(habla_test(folder, "@/odd.yaml", &printed), 1);
		assert_holds(printed, rows[i].told);
		assert_holds(printed, "1 case: 1 failed");
		expect_calls("odd\n");
	}
	write_judge(PASS);
	run("@/odd.yaml", 0, "1 case: 1 passed");
}

static void a_judge_that_is_not_there_passes_nothing(void **state)
{
	(void)state;
	folder_write(folder, "none.yaml",
		     "name: none\nbackend: sim\n"
		     "scenario: {turns: [{on: text, say: [{text: A leaf., "
		     "audio: none}]}]}\n"
		     "turns: [{type: A leaf?, expect: {judge: {command: "
		     "[./no-such-judge]}}}]\n");
	run("@/none.yaml", 1, "no-such-judge");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_that_passes_when_tried_again_is_flaky),
		cmocka_unit_test(without_another_try_it_has_failed),
		cmocka_unit_test(a_case_that_never_passes_is_not_flaky),
		cmocka_unit_test(repeats_are_all_cases_once_and_then_all_again),
		cmocka_unit_test(after_the_first_failure_the_rest_is_not_run),
		cmocka_unit_test(shards_share_the_cases_without_a_rest),
		cmocka_unit_test(the_same_answer_is_judged_once),
		cmocka_unit_test(a_judge_that_says_no_is_remembered_too),
		cmocka_unit_test(
			what_is_no_verdict_passes_nothing_and_is_asked_again),
		cmocka_unit_test(a_judge_that_is_not_there_passes_nothing),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
