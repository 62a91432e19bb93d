/* The forms for programs, each read by a reader that is not ours, or by the
 * rules of its specification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include <cmocka.h>

#include "client/report/report_write.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/yaml.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/report.h"

struct written {
	char *folder;
	char *path;
	char *text;
};

static struct written write_report(const struct test_report *r,
				   enum report_kind kind)
{
	struct written w = {.folder = folder_make()};
	struct report_files files = {.path = {NULL}};
	struct problem p = {0};

	w.path = text_format("%s/report", w.folder);
	assert_non_null(w.path);
	files.path[kind] = w.path;
	assert_int_equal(report_files_check(&files, &p), 0);
	assert_int_equal(report_files_write(&files, r, &p), 0);
	w.text = folder_read(w.folder, "report", NULL);
	return w;
}

static struct written write_example(enum report_kind kind)
{
	struct test_report *r = report_example();
	struct written w = write_report(r, kind);

	test_report_free(r);
	return w;
}

static void remove_written(struct written *w)
{
	free(w->text);
	free(w->path);
	folder_remove(w->folder);
}

/* Runs argv to its end, wants it to exit with 0. */
static void run(const char *const *argv)
{
	struct process p;

	process_start(&p, argv, NULL);
	int code = process_wait(&p);
	if (code != 0)
		fail_msg("%s: exit code %d: %s", argv[0], code, p.text);
}

/* --- JUnit --- */

static void check_junit(const struct written *w)
{
	run((const char *const[]){"xmllint", "--noout", "--schema",
				  HABLA_SOURCE_DIR "/tests/data/junit.xsd",
				  w->path, NULL});
}

/* What xmllint finds there is the wanted text. */
static void check_xpath(const struct written *w, const char *xpath,
			const char *wanted)
{
	struct process p;
	const char *argv[] = {"xmllint", "--xpath", xpath, w->path, NULL};

	process_start(&p, argv, NULL);
	assert_int_equal(process_wait(&p), 0);
	p.text[strcspn(p.text, "\n")] = '\0';
	if (strcmp(p.text, wanted) != 0)
		fail_msg("%s: \"%s\", wanted \"%s\"", xpath, p.text, wanted);
}

static void junit_follows_the_schema_and_tells_each_verdict(void **state)
{
	struct written w = write_example(REPORT_JUNIT);

	(void)state;
	check_junit(&w);
	check_xpath(&w, "string(/testsuites/@tests)", "5");
	check_xpath(&w, "string(/testsuites/@failures)", "2");
	check_xpath(&w, "string(/testsuites/@errors)", "1");
	check_xpath(&w, "string(//testsuite/@skipped)", "1");
	check_xpath(&w, "string(//testsuite/@timestamp)",
		    "2026-01-02T03:04:05.678Z");
	check_xpath(&w, "count(//testcase)", "5");
	check_xpath(&w, "count(//testcase[1]/*)", "0");
	check_xpath(&w, "string(//testcase[1]/@classname)", "scripts.leaf");
	check_xpath(&w, "string(//testcase[2]/failure/@message)",
		    "reply contains: expected carbon dioxide, got It takes in "
		    "<oxygen> & light. (and 2 more)");
	check_xpath(&w, "contains(//testcase[2]/failure, 'called ]]>')",
		    "true");
	check_xpath(&w, "string(//testcase[2]/@name)",
		    "leaf \"asks\" <back> & ?[31m'it'? [noise 10 dB]");
	check_xpath(&w, "contains(//testcase[2]/system-out, '/tmp/kept/2')",
		    "true");
	check_xpath(&w, "string(//testcase[3]/failure/@type)", "flaky");
	check_xpath(&w, "string(//testcase[3]/failure/@message)",
		    "passed 3 of 5; respond: expected an answer, got none in "
		    "10 s");
	check_xpath(&w, "string(//testcase[4]/error/@message)",
		    "relay wss://127.0.0.1:1: refused; start it");
	check_xpath(&w, "string(//testcase[5]/skipped/@message)",
		    "of another shard");
	remove_written(&w);
}

static void junit_has_a_suite_for_each_script(void **state)
{
	struct test_report *r = test_report_new("a & b", "sim");
	static const char *const files[] = {"./x/a.yaml", "b", "./x/a.yaml"};

	(void)state;
	assert_non_null(r);
	for (size_t i = 0; i < 3; i++) {
		struct report_place at = {files[i], 1, 1};
		struct report_case *c = report_case_new(
			i ? "\xEF\xBF\xBF\x01\t<" : "first", at);
		assert_non_null(c);
		assert_int_equal(test_report_add(r, c), 0);
	}
	struct written w = write_report(r, REPORT_JUNIT);
	check_junit(&w);
	check_xpath(&w, "count(//testsuite)", "2");
	check_xpath(&w, "string(//testsuite[1]/@tests)", "2");
	check_xpath(&w, "string(//testsuite[1]/testcase/@classname)", "x.a");
	check_xpath(&w, "string(//testsuite[2]/testcase/@classname)", "b");
	check_xpath(&w, "count(//testsuite/@timestamp)", "0");
	remove_written(&w);
	test_report_free(r);
}

/* --- TAP --- */

struct tap {
	size_t planned, ok, not_ok, skipped, blocks;
};

/* The lines of a block without their two blanks; *at is moved behind it. */
static struct yaml_file *read_block(char **at)
{
	char *yaml = calloc(1, strlen(*at) + 1);
	struct yaml_file *file;
	struct problem p = {0};
	size_t n = 0;

	assert_non_null(yaml);
	while (strncmp(*at, "  ...\n", 6) != 0) {
		size_t length = strcspn(*at, "\n") + 1;
		assert_true(length > 2 && strncmp(*at, "  ", 2) == 0);
		memcpy(yaml + n, *at + 2, length - 2);
		n += length - 2;
		*at += length;
	}
	*at += 6;
	if (yaml_read_text(&file, "tap", yaml, n, &p))
		fail_msg("%s\n%s", p.text, yaml);
	free(yaml);
	return file;
}

/* "#" outside of a directive, or one that is not escaped, is a mistake. */
static void check_description(const char *text, size_t n, struct tap *t)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\\') {
			i++;
			assert_true(i < n && strchr("\\#", text[i]));
		} else if (text[i] == '#') {
			assert_true(i > 0 && text[i - 1] == ' ');
			assert_int_equal(strncmp(&text[i], "# SKIP ", 7), 0);
			t->skipped++;
			return;
		}
	}
}

static void read_point(char **at, struct tap *t)
{
	size_t length = strcspn(*at, "\n");
	bool ok = strncmp(*at, "not ", 4) != 0;
	char *rest = ok ? *at : *at + 4;

	assert_int_equal(strncmp(rest, "ok ", 3), 0);
	*(ok ? &t->ok : &t->not_ok) += 1;
	assert_int_equal(strtoul(rest + 3, &rest, 10), t->ok + t->not_ok);
	assert_int_equal(strncmp(rest, " - ", 3), 0);
	check_description(rest + 3, (size_t)(*at + length - rest - 3), t);
	*at += length + 1;
}

static void blocks_of_the_example(const struct yaml_file *f, size_t number)
{
	static const char *const severities[] = {"fail", "flaky", "error"};

	assert_true(number < 3);
	assert_string_equal(yaml_get(f->root, "severity")->text,
			    severities[number]);
	if (number > 0)
		return;
	const struct yaml_node *e = yaml_get(f->root, "expectations");
	assert_int_equal(yaml_count(e), 3);
	assert_string_equal(yaml_get(e->child, "expected")->text,
			    "carbon dioxide");
	assert_string_equal(yaml_get(e->child, "got")->text,
			    "It takes in <oxygen> & light.");
	assert_string_equal(yaml_get(yaml_get(e->child, "at"), "line")->text,
			    "31");
	assert_string_equal(yaml_get(yaml_get(f->root, "at"), "file")->text,
			    "scripts/leaf.yaml");
}

static struct tap read_tap(char *text)
{
	struct tap t = {0};
	static const char version[] = "TAP version 14\n1..";

	assert_int_equal(strncmp(text, version, sizeof version - 1), 0);
	t.planned = strtoul(text + sizeof version - 1, &text, 10);
	text = strchr(text, '\n') + 1;
	while (*text) {
		if (*text == '#') {
			text = strchr(text, '\n') + 1;
		} else if (strncmp(text, "  ---\n", 6) == 0) {
			text += 6;
			struct yaml_file *f = read_block(&text);
			blocks_of_the_example(f, t.blocks++);
			yaml_file_free(f);
		} else {
			read_point(&text, &t);
		}
	}
	return t;
}

static void tap_follows_version_14(void **state)
{
	struct written w = write_example(REPORT_TAP);
	struct tap t = read_tap(w.text);

	(void)state;
	assert_int_equal(t.planned, 5);
	assert_int_equal(t.ok, 2);
	assert_int_equal(t.not_ok, 3);
	assert_int_equal(t.skipped, 1);
	assert_int_equal(t.blocks, 3);
	assert_holds(w.text, "\nok 1 - leaf, clean\n");
	assert_holds(w.text, "\nok 5 - not here # SKIP of another shard\n");
	remove_written(&w);
}

static void tap_escapes_what_would_be_a_directive(void **state)
{
	struct test_report *r = test_report_new("a", "sim");
	struct report_case *c = report_case_new(
		"a \\ # TODO later", (struct report_place){"a.yaml", 1, 1});

	(void)state;
	assert_non_null(r);
	assert_non_null(c);
	assert_int_equal(test_report_add(r, c), 0);
	struct written w = write_report(r, REPORT_TAP);
	struct tap t = read_tap(w.text);
	assert_int_equal(t.ok, 1);
	assert_int_equal(t.skipped, 0);
	assert_holds(w.text, "ok 1 - a \\\\ \\# TODO later\n");
	remove_written(&w);
	test_report_free(r);
}

/* --- JSON --- */

static void check_json(const struct written *w)
{
	run((const char *const[]){
		"python3", HABLA_SOURCE_DIR "/tests/support/validate_json.py",
		HABLA_SOURCE_DIR "/assets/report.schema.json", w->path, NULL});
}

static const cJSON *member(const cJSON *object, const char *name)
{
	const cJSON *m = cJSON_GetObjectItemCaseSensitive(object, name);

	if (!m)
		fail_msg("no member %s", name);
	return m;
}

static void json_follows_its_schema_and_holds_all(void **state)
{
	struct written w = write_example(REPORT_JSON);

	(void)state;
	check_json(&w);
	cJSON *json = cJSON_Parse(w.text);
	assert_non_null(json);
	const cJSON *c = cJSON_GetArrayItem(member(json, "cases"), 1);
	const cJSON *e = cJSON_GetArrayItem(member(c, "expectations"), 3);
	assert_string_equal(member(c, "name")->valuestring,
			    "leaf \"asks\" <back> & \x1b[31m'it'\xEF\xBF\xBD");
	assert_string_equal(member(e, "state")->valuestring, "not measured");
	assert_true(cJSON_IsNull(member(e, "at_ms")));
	assert_true(cJSON_IsNull(member(e, "got")));
	const cJSON *latency = member(member(c, "measures"), "latency_ms");
	assert_float_equal(latency->child->valuedouble, 1240, 0);
	assert_int_equal(cJSON_GetArraySize(member(c, "latency_parts")), 4);
	assert_int_equal(cJSON_GetArraySize(member(c, "speech")), 2);
	assert_int_equal(member(member(json, "counts"), "flaky")->valuedouble,
			 1);
	cJSON_Delete(json);
	remove_written(&w);
}

static void the_schema_refuses_what_is_wrong(void **state)
{
	struct written w = write_example(REPORT_JSON);
	const char *argv[] = {
		"python3", HABLA_SOURCE_DIR "/tests/support/validate_json.py",
		HABLA_SOURCE_DIR "/assets/report.schema.json", w.path, NULL};
	static const char *const members[] = {"\"verdict\"", "\"counts\"",
					      "\"state\"", "\"measures\""};

	(void)state;
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		struct process p;
		char *text = text_copy(w.text);
		assert_non_null(text);
		char *at = strstr(text, members[i]);
		assert_non_null(at);
		at[1] = 'X';
		folder_write(w.folder, "report", text);
		process_start(&p, argv, NULL);
		assert_int_equal(process_wait(&p), 1);
		free(text);
	}
	remove_written(&w);
}

static void the_same_report_is_the_same_bytes(void **state)
{
	(void)state;
	for (int k = 0; k < REPORT_KINDS; k++) {
		struct written a = write_example((enum report_kind)k);
		struct written b = write_example((enum report_kind)k);
		assert_string_equal(a.text, b.text);
		remove_written(&a);
		remove_written(&b);
	}
}

/* --- GitHub --- */

static void annotations_are_printed_on_github_alone(void **state)
{
	struct test_report *r = report_example();

	(void)state;
	for (int on = 0; on < 2; on++) {
		char *text;
		size_t length;
		FILE *out = open_memstream(&text, &length);
		assert_non_null(out);
		if (on)
			setenv("GITHUB_ACTIONS", "true", 1);
		else
			unsetenv("GITHUB_ACTIONS");
		assert_int_equal(report_annotate(r, out), 0);
		fclose(out);
		if (!on) {
			assert_string_equal(text, "");
		} else {
			assert_holds(text,
				     "::error file=scripts/leaf.yaml,line=32,"
				     "col=9,title=leaf \"asks\" <back> & "
				     "?[31m'it'? [noise 10 dB]::turn 1, say: "
				     "What does a leaf take in?%0Alatency: "
				     "expected <= 800 ms, got 1240 ms\n");
			assert_holds(text,
				     "title=nobody there::relay wss://127.0.0.1"
				     ":1: refused; start it\n");
			assert_lacks(text, "not here");
			assert_lacks(text, "leaf%2C clean");
		}
		free(text);
	}
	unsetenv("GITHUB_ACTIONS");
	test_report_free(r);
}

/* --- files --- */

static void a_file_that_cannot_be_written_is_told_before_and_after(void **state)
{
	struct test_report *r = report_example();
	struct report_files files = {.path = {[REPORT_TAP] = "/no/such/x"}};
	struct problem p = {0};
	char *folder = folder_make();
	char *path = text_format("%s/r.json", folder);

	(void)state;
	assert_int_equal(report_files_check(&files, &p), PROBLEM_USAGE);
	assert_string_equal(p.text,
			    "--tap /no/such/x: cannot be written: No such file "
			    "or directory; name a file in a folder that is "
			    "there");
	p = (struct problem){0};
	files.path[REPORT_TAP] = "/dev/full";
	files.path[REPORT_JSON] = path;
	assert_int_equal(report_files_check(&files, &p), 0);
	assert_int_equal(report_files_write(&files, r, &p), PROBLEM_DISK_FULL);
	assert_holds(p.text, "--tap /dev/full");
	/* the others are there all the same */
	char *json = folder_read(folder, "r.json", NULL);
	assert_holds(json, "\"format\":1");
	free(json);
	free(path);
	folder_remove(folder);
	test_report_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			junit_follows_the_schema_and_tells_each_verdict),
		cmocka_unit_test(junit_has_a_suite_for_each_script),
		cmocka_unit_test(tap_follows_version_14),
		cmocka_unit_test(tap_escapes_what_would_be_a_directive),
		cmocka_unit_test(json_follows_its_schema_and_holds_all),
		cmocka_unit_test(the_schema_refuses_what_is_wrong),
		cmocka_unit_test(the_same_report_is_the_same_bytes),
		cmocka_unit_test(annotations_are_printed_on_github_alone),
		cmocka_unit_test(
			a_file_that_cannot_be_written_is_told_before_and_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
