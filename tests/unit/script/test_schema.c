/* assets/script.schema.json, by which editors check scripts, and the reader
 * take and refuse the same. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/script/script.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "tests/support/folder.h"
#include "tests/support/process.h"

#define SCRIPTS HABLA_SOURCE_DIR "/assets/scripts/"

enum { FILES_MOST = 100 };

/* What is looked at in one go. */
struct files {
	const char *argv[FILES_MOST + 4];
	size_t count;
};

static void add_file(struct files *f, char *path)
{
	assert_true(f->count < FILES_MOST);
	f->argv[3 + f->count++] = path;
}

/* A line for each mistake, beginning with the path; until the test ends. */
static const char *validate(struct files *f)
{
	struct process p;

	f->argv[0] = "python3";
	f->argv[1] = HABLA_SOURCE_DIR "/tests/support/validate_json.py";
	f->argv[2] = HABLA_SOURCE_DIR "/assets/script.schema.json";
	process_start(&p, f->argv, NULL);
	int code = process_wait(&p);
	if (code != 0 && code != 1)
		fail_msg("%s", p.text);
	process_end(&p);
	return p.text;
}

static void files_free(struct files *f)
{
	for (size_t i = 0; i < f->count; i++)
		free((char *)f->argv[3 + i]);
}

static bool reader_takes(const char *path)
{
	struct script *s = NULL;
	struct problem p = {0};
	int err = script_read(&s, path, &p);

	if (!err)
		script_free(s);
	return err == 0;
}

static void add_folder(struct files *f, const char *folder)
{
	struct dirent **entries;
	int found = scandir(folder, &entries, NULL, alphasort);

	assert_true(found >= 0);
	for (int i = 0; i < found; i++) {
		const char *dot = strrchr(entries[i]->d_name, '.');
		if (dot && strcmp(dot, ".yaml") == 0)
			add_file(f, text_format("%s/%s", folder,
						entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
}

static void scripts_that_come_with_habla_follow_the_schema(void **state)
{
	struct files f = {0};

	(void)state;
	add_folder(&f, SCRIPTS "lessons");
	add_folder(&f, SCRIPTS "protocol");
	assert_true(f.count >= 30);
	assert_string_equal(validate(&f), "");
	files_free(&f);
}

#define SAYS "name: a\nturns:\n  - say: hello\n"

static void reader_and_schema_agree(void **state)
{
	static const struct {
		const char *text;
		bool taken;
	} rows[] = {
		{SAYS "    expect: stop\n", true},
		{SAYS "    expect: {reply: {any_of: [a, b]}}\n", true},
		{SAYS "    expect: {latency_ms: \"<= 9\"}\n", true},
		{SAYS "    start: {after: session, delay_ms: 9}\n", true},
		{SAYS
		 "    fault: {delay_ms: 20}\nmatrix: [clean, {noise: 9}]\n",
		 true},
		{SAYS "expect: {ends: throttled, usage: {total: \">= 1\"}}\n",
		 true},
		{SAYS "    expect: perhaps\n", false},
		{SAYS "    expect: {reply: {holds: a}}\n", false},
		{SAYS "    expect: {latency: 9}\n", false},
		{SAYS "    type: hello\n", false},
		{SAYS "    start: {after: lunch}\n", false},
		{SAYS "    start: session\n    interrupt: 9\n", false},
		{SAYS "    fault: {}\n", false},
		{SAYS "    expect: {ends: ok}\n", false},
		{SAYS "expect: {outcome: stop}\n", false},
		{SAYS "expect: {usage: {tokens: 9}}\n", false},
		{SAYS "matrix: []\n", false},
		{SAYS "backend: cloud\n", false},
		{SAYS "vocie: slt\n", false},
		{"name: a\nturns: [{expect: stop}]\n", false},
	};
	enum { ROWS = sizeof rows / sizeof *rows };
	char *folder = folder_make();
	struct files f = {0};

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		char *name = text_format("%zu.yaml", i);
		folder_write(folder, name, rows[i].text);
		add_file(&f, text_format("%s/%s", folder, name));
		free(name);
	}
	const char *mistakes = validate(&f);
	for (size_t i = 0; i < ROWS; i++) {
		const char *path = f.argv[3 + i];
		if (reader_takes(path) != rows[i].taken)
			fail_msg("the reader, of %s", rows[i].text);
		if ((strstr(mistakes, path) == NULL) != rows[i].taken)
			fail_msg("the schema, of %s", rows[i].text);
	}
	files_free(&f);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			scripts_that_come_with_habla_follow_the_schema),
		cmocka_unit_test(reader_and_schema_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
