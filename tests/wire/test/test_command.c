/* habla test as a build server runs it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "net/base/text.h"
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

static void expect_run(const char *arguments, int code, const char *words)
{
	expect_habla_test(folder, arguments, code, words);
}

#define SCENARIO                                                               \
	"backend: sim\n"                                                       \
	"scenario:\n"                                                          \
	"  stream: {turn_pause_ms: 800}\n"                                     \
	"  turns:\n"                                                           \
	"    - on: speech\n"                                                   \
	"      hear: what is a leaf\n"                                         \
	"      say: [{text: A leaf makes sugar., tone: {hz: 330, ms: 900}}]\n"

static void the_scripts_that_come_with_habla_pass(void **state)
{
	(void)state;
	expect_run("assets/scripts --jobs 2", 0, " passed;");
}

static void exit_codes_tell_what_kind_of_failure_it_is(void **state)
{
	(void)state;
	folder_write(folder, "good.yaml",
		     "name: good\n" SCENARIO
		     "turns: [{say: What is a leaf?}]\n");
	folder_write(folder, "bad.yaml",
		     "name: bad\n" SCENARIO
		     "turns: [{say: What is a leaf?, expect: {reply: "
		     "oxygen}}]\n");
	folder_write(folder, "refused.yaml",
		     "name: refused\nbackend: sim\nreconnect: 0\n"
		     "scenario: {stream: {refuse: {status: 403, exception: "
		     "AccessDeniedException}}, turns: [{say: x}]}\n"
		     "turns: [{say: What is a leaf?}]\n");
	folder_write(folder, "cut.yaml",
		     "name: cut\nbackend: sim\nreconnect: 0\n"
		     "scenario: {turns: [{say: x, cut: {how: reset, after_ms: "
		     "100}}]}\n"
		     "turns: [{say: What is a leaf?}]\n");
	folder_write(folder, "wrong.yaml", "name: wrong\nturns: 3\n");
	folder_write(folder, "sound.yaml",
		     "name: sound\nturns: [{play: none.wav}]\n");
	expect_run("@/good.yaml", 0, "1 passed");
	expect_run("@/bad.yaml", 1, "diff ");
	expect_run("@/refused.yaml", 3, "1 error");
	expect_run("@/cut.yaml", 3, "1 error");
	expect_run("@/wrong.yaml", 2, "wrong.yaml:2:8: ");
	expect_run("@/sound.yaml", 2, "sound.yaml:2:9: ");
	expect_run("@/good.yaml --filter none", 2, "no case has the tag none");
	expect_run("@/good.yaml --shard 3", 2, "write I/N");
	expect_run("@/good.yaml --relay ws://127.0.0.1:9", 2, "1 skipped");
	expect_run("", 2, "which scripts?");
	expect_run("--check @/good.yaml", 0, "1 script, 1 case");
}

static void each_kind_of_expectation_can_be_unmet(void **state)
{
	static const char *const told[] = {
		"[-oxygen-]",        "/^No/",
		"not: sugar",        "what is [-1-]",
		"0 to 400 ms",       "0 calls",
		"interrupted: >= 1", "then no toolUse",
		"stop_ms",           "<= -60 dBFS",
		"(never measured)",  "the turn begins",
		"ends: throttled",   "the tutor takes no notice",
		"duration_ms"};
	char *printed;

	(void)state;
	folder_write(
		folder, "unmet.yaml",
		"name: unmet\n" SCENARIO "turns:\n"
		"  - say: What is a leaf?\n"
		"    expect:\n"
		"      reply: {contains: oxygen, not: sugar, matches: ^No}\n"
		"      transcript: {wer: {most: 0.1, of: what is one leaf}}\n"
		"      latency_ms: [0, 400]\n"
		"      tools: look_up\n"
		"      events: {interrupted: \">= 1\"}\n"
		"      order: [answered, toolUse]\n"
		"      stop_ms: \"<= 300\"\n"
		"      audio: {peak_db: \"<= -60\", duration_ms: 3}\n"
		"  - {say: And now?, expect: ignore}\n"
		"  - {silence: 100, expect: {reply: {not: sugar}}}\n"
		"  - {say: Never, start: {event: toolUse}, timeout_ms: 500}\n"
		"expect: {turns: 7, ends: throttled, usage: {output_speech: "
		"\"<= 1\"}}\n");
	assert_int_equal(
		habla_test(folder, "@/unmet.yaml --keep none", &printed), 1);
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (!strstr(printed, told[i]))
			fail_msg("\"%s\" is not in:\n%s", told[i], printed);
}

static void a_case_that_failed_leaves_its_session(void **state)
{
	char *text;

	(void)state;
	folder_write(folder, "bad.yaml",
		     "name: bad\n" SCENARIO
		     "turns: [{say: What is a leaf?, expect: {reply: "
		     "oxygen}}]\n");
	expect_run("@/bad.yaml --keep-dir @/kept", 1, "/kept/bad-yaml-bad-1");
	text = folder_read(folder, "kept/bad-yaml-bad-1/transcript.md", NULL);
	assert_non_null(strstr(text, "A leaf makes sugar."));
	free(text);
}

static void same_seed_same_bytes_whatever_the_jobs(void **state)
{
	static const char *const files[] = {
		"r.json",
		"r.html",
		"r.xml",
		"r.tap",
		"kept/noisy-yaml-noisy-noise-10-dB-2/events.jsonl",
		"kept/noisy-yaml-noisy-noise-10-dB-2/heard.wav"};
	char *first[6];
	size_t length[6];

	(void)state;
	folder_write(folder, "noisy.yaml",
		     "name: noisy\n"
		     "matrix: [clean, {noise: 10}, {network: {delay_ms: 30, "
		     "jitter_ms: 60}}]\n" SCENARIO
		     "turns: [{say: What is a leaf?, expect: {reply: "
		     "sugar}}]\n");
	for (int run = 0; run < 2; run++) {
		char *line = text_format(
			"@/noisy.yaml --seed 5 --repeat 3 --jobs %d --keep all "
			"--keep-dir @/kept --report-json @/r.json --html "
			"@/r.html --junit @/r.xml --tap @/r.tap",
			run ? 3 : 1);
		expect_run(line, 0, "3 passed");
		free(line);
		for (size_t i = 0; i < 6; i++) {
			size_t n;
			char *text = folder_read(folder, files[i], &n);
			if (run == 0) {
				first[i] = text;
				length[i] = n;
				continue;
			}
			if (n != length[i] || memcmp(text, first[i], n) != 0)
				fail_msg("%s is another one", files[i]);
			free(text);
			free(first[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_scripts_that_come_with_habla_pass),
		cmocka_unit_test(exit_codes_tell_what_kind_of_failure_it_is),
		cmocka_unit_test(each_kind_of_expectation_can_be_unmet),
		cmocka_unit_test(a_case_that_failed_leaves_its_session),
		cmocka_unit_test(same_seed_same_bytes_whatever_the_jobs),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
