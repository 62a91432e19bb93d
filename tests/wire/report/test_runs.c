/* Reports of real runs of `habla test`, as a build server gets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "net/base/text.h"
#include "tests/support/browser.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

enum { ARGUMENTS_MOST = 24 };

static char *folder, *home;

static int make_folder(void **state)
{
	(void)state;
	folder = folder_make();
	home = text_format("HOME=%s", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	free(home);
	folder_remove(folder);
	return 0;
}

/* Two conditions of one lesson; the tutor waits so long, and says what it is
 * expected to say, or not. */
static void write_script(unsigned delay_ms, const char *expected)
{
	char *text = text_format(
		"name: A leaf\n"
		"tags: [leaf]\n"
		"backend: sim\n"
		"matrix: [clean, {network: {delay_ms: 20}}]\n"
		"scenario:\n"
		"  stream: {turn_pause_ms: 800}\n"
		"  turns:\n"
		"    - on: speech\n"
		"      hear: what is a leaf\n"
		"      delay_ms: %u\n"
		"      say: [{text: A leaf makes sugar., tone: {hz: 330, "
		"ms: 900}}]\n"
		"turns:\n"
		"  - say: What is a leaf?\n"
		"    expect: {reply: %s, transcript: {wer: 0}}\n",
		delay_ms, expected);

	assert_non_null(text);
	folder_write(folder, "leaf.yaml", text);
	free(text);
}

/* Runs `habla test leaf.yaml ARGUMENTS` in the test's folder. */
static char *run(int wanted, const char *const *arguments)
{
	const char *argv[ARGUMENTS_MOST] = {"habla", "test", "leaf.yaml"};
	const char *environment[] = {home, "XDG_STATE_HOME", "XDG_CACHE_HOME",
				     "GITHUB_ACTIONS", NULL};
	struct process p;

	for (size_t i = 0; arguments[i]; i++)
		argv[i + 3] = arguments[i];
	char *here = getcwd(NULL, 0);
	assert_non_null(here);
	assert_int_equal(chdir(folder), 0);
	process_start(&p, argv, environment);
	int code = process_wait(&p);
	assert_int_equal(chdir(here), 0);
	free(here);
	if (code != wanted)
		fail_msg("exit code %d, wanted %d: %s", code, wanted, p.text);
	return p.text;
}

#define RUN(code, ...) run(code, (const char *const[]){__VA_ARGS__, NULL})

static void the_same_run_gives_the_same_files(void **state)
{
	static const char *const names[] = {"a.xml",  "a.tap", "a.json",
					    "a.html", "b.xml", "b.tap",
					    "b.json", "b.html"};

	(void)state;
	write_script(300, "oxygen");
	RUN(1, "--junit", "a.xml", "--tap", "a.tap", "--report-json", "a.json",
	    "--html", "a.html", "--keep-dir", "kept");
	RUN(1, "--junit", "b.xml", "--tap", "b.tap", "--report-json", "b.json",
	    "--html", "b.html", "--keep-dir", "kept", "--jobs", "2");
	for (size_t i = 0; i < 4; i++) {
		char *a = folder_read(folder, names[i], NULL);
		char *b = folder_read(folder, names[i + 4], NULL);
		if (strcmp(a, b) != 0)
			fail_msg("%s and %s are not the same", names[i],
				 names[i + 4]);
		free(a);
		free(b);
	}
}

static void run_checker(const char *const *argv)
{
	struct process p;

	process_start(&p, argv, NULL);
	if (process_wait(&p) != 0)
		fail_msg("%s", p.text);
}

static void its_files_are_valid_and_the_page_can_be_heard(void **state)
{
	char *xml, *json, *html;

	(void)state;
	write_script(300, "oxygen");
	RUN(1, "--junit", "r.xml", "--report-json", "r.json", "--html",
	    "r.html", "--keep-dir", "kept");
	xml = text_format("%s/r.xml", folder);
	json = text_format("%s/r.json", folder);
	html = text_format("%s/r.html", folder);
	run_checker((const char *const[]){"xmllint", "--noout", "--schema",
					  HABLA_SOURCE_DIR
					  "/tests/data/junit.xsd",
					  xml, NULL});
	run_checker((const char *const[]){
		"python3", HABLA_SOURCE_DIR "/tests/support/validate_json.py",
		HABLA_SOURCE_DIR "/assets/report.schema.json", json, NULL});

	struct browser *b = browser_open(html, 1280, 900);
	browser_expect(b, "document.querySelector('#case del').innerText",
		       "\"oxygen\"");
	browser_expect(b,
		       "data('case-0').latency_parts.map(p => p.name).join()",
		       "\"turn end,answer,playout\"");
	browser_expect(b,
		       "Math.abs(data('case-0').latency_parts.reduce("
		       "(sum, p) => sum + p.duration_ms, 0) - "
		       "data('case-0').measures.latency_ms[0]) < 0.01",
		       "true");
	browser_click(b, ".play");
	browser_wait(b, "+document.querySelector('.timeline').ariaValueNow "
			"> 300");
	assert_string_equal(browser_complaints(b), "");
	browser_close(b);
	free(html);
	free(json);
	free(xml);
}

static void a_run_that_got_worse_fails(void **state)
{
	char *text;

	(void)state;
	write_script(300, "sugar");
	RUN(0, "--repeat", "3", "--save-baseline", "base.json");
	text = RUN(0, "--repeat", "3", "--baseline", "base.json");
	assert_holds(text, "Against the baseline: 2 cases in both\n");
	assert_lacks(text, "WORSE");

	write_script(500, "sugar");
	text = RUN(1, "--repeat", "3", "--baseline", "base.json");
	assert_holds(text, "2 cases: 2 passed");
	assert_holds(text, "change +200.0 (95 %: +200.0 to +200.0), of 6 and "
			   "6: WORSE\n");

	write_script(200, "sugar");
	text = RUN(0, "--repeat", "3", "--baseline", "base.json");
	assert_holds(text, "of 6 and 6: better\n");
}

static void nothing_runs_when_a_report_could_not_be_written(void **state)
{
	char *text;

	(void)state;
	write_script(300, "sugar");
	text = RUN(2, "--html", "no/such.html");
	assert_holds(text, "--html no/such.html: cannot be written: No such "
			   "file or directory");
	assert_lacks(text, "passed");
	text = RUN(2, "--baseline", "none.json");
	assert_holds(text, "none.json: cannot be read");
	text = RUN(2, "--junit", "x", "--tap", "x");
	assert_holds(text, "--junit and --tap: both are to be written to x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_run_gives_the_same_files),
		cmocka_unit_test(its_files_are_valid_and_the_page_can_be_heard),
		cmocka_unit_test(a_run_that_got_worse_fails),
		cmocka_unit_test(
			nothing_runs_when_a_report_could_not_be_written),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
