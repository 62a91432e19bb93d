#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "client/tools/tool_file.h"
#include "net/base/problem.h"
#include "net/nova/tool_specs.h"
#include "tests/support/document.h"
#include "tests/support/folder.h"

static struct tool_file *read_ok(const char *text)
{
	struct tool_file *f = NULL;
	struct problem p = {0};

	if (tool_file_read_text(&f, "tools.yaml", text, strlen(text), &p))
		fail_msg("%s", p.text);
	return f;
}

static void a_whole_file_is_read(void **state)
{
	struct tool_file *f = read_ok(
		"- name: look_up\n"
		"  description: Looks a \"word\" up.\n"
		"  schema:\n"
		"    type: object\n"
		"    properties:\n"
		"      word: {type: string, description: the word}\n"
		"      limit: {type: [integer, \"null\"], minimum: 1}\n"
		"    required: [word]\n"
		"  command: [look, --up, \"\"]\n"
		"  limit: 2.5\n"
		"  environment: {LANG: C, EMPTY: \"\"}\n"
		"- name: now\n"
		"  description: The time.\n"
		"  schema: '{\"type\": \"object\"}'\n"
		"  command: date +%s | head -1\n"
		"  shell: true\n"
		"- name: plain\n"
		"  description: No arguments.\n"
		"  command: [true]\n");
	const struct tool *look = tool_file_find(f, "look_up");
	const struct tool *now = tool_file_find(f, "now");

	(void)state;
	assert_int_equal(3, f->count);
	assert_null(tool_file_find(f, "look"));
	assert_string_equal("look", look->argv[0]);
	assert_string_equal("--up", look->argv[1]);
	assert_string_equal("", look->argv[2]);
	assert_null(look->argv[3]);
	assert_int_equal(2500, look->limit_ms);
	assert_string_equal("LANG=C", look->environment[0]);
	assert_string_equal("EMPTY=", look->environment[1]);
	assert_null(look->environment[2]);
	assert_string_equal("/bin/sh", now->argv[0]);
	assert_string_equal("-c", now->argv[1]);
	assert_string_equal("date +%s | head -1", now->argv[2]);
	assert_int_equal(10000, now->limit_ms);
	assert_null(now->environment);
	assert_string_equal(
		"[{\"toolSpec\":{\"name\":\"look_up\",\"description\":\"Looks "
		"a \\\"word\\\" up.\",\"inputSchema\":{\"json\":\"{\\\"type\\\""
		":\\\"object\\\",\\\"properties\\\":{\\\"word\\\":{\\\"type\\\""
		":\\\"string\\\",\\\"description\\\":\\\"the word\\\"},"
		"\\\"limit\\\":{\\\"type\\\":[\\\"integer\\\",\\\"null\\\"],"
		"\\\"minimum\\\":1}},\\\"required\\\":[\\\"word\\\"]}\"}}},"
		"{\"toolSpec\":{\"name\":\"now\",\"description\":\"The time.\","
		"\"inputSchema\":{\"json\":\"{\\\"type\\\": \\\"object\\\"}\"}"
		"}},{\"toolSpec\":{\"name\":\"plain\",\"description\":\"No "
		"arguments.\",\"inputSchema\":{\"json\":\"{\\\"type\\\":"
		"\\\"object\\\",\\\"properties\\\":{}}\"}}}]",
		f->specs);
	/* as the service wants it */
	assert_int_equal(0, tool_specs_check(f->specs, NULL));
	tool_file_free(f);
}

/* A tool that is right up to its schema. */
#define SCHEMA(text)                                                           \
	"- name: t\n  description: d\n  command: [c]\n  schema: " text "\n"
#define REST "  description: d\n  command: [c]\n"

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"{}\n", "1:1: wanted a list of 1 to 64 tools, each with name, "
			 "description and command"},
		{"[]\n", "1:1: wanted a list of 1 to 64 tools, each with name, "
			 "description and command"},
		{"- name: t\n  nmae: x\n",
		 "2:3: unknown key \"nmae\"; did you mean \"name\"?"},
		{"- description: d\n", "1:3: a tool without \"name\"; add it"},
		{"- name: t\n  command: [c]\n",
		 "1:3: a tool without \"description\"; add it"},
		{"- name: t\n  description: d\n",
		 "1:3: a tool without \"command\"; add it"},
		{"- name: [t]\n", "1:9: name: wanted a text"},
		{"- name: look up\n" REST,
		 "1:9: name: wanted letters, digits, \"_\" and \"-\" only, at "
		 "most 64"},
		{"- name: t\n" REST "- name: t\n" REST,
		 "4:9: name: another tool is named \"t\"; rename one"},
		{"- name: t\n  description: d\n  command: ls -l\n",
		 "3:12: command: wanted a list: [PROGRAM, ARGUMENT]; one text "
		 "needs \"shell: true\" beside it"},
		{"- name: t\n  description: d\n  command: []\n",
		 "3:12: command: wanted a list: [PROGRAM, ARGUMENT]; one text "
		 "needs \"shell: true\" beside it"},
		{"- name: t\n  description: d\n  command: [a, [b]]\n",
		 "3:16: command: wanted a text"},
		{"- name: t\n  description: d\n  command: [\"\"]\n",
		 "3:13: command: wanted a text"},
		{"- name: t\n  description: d\n  command: [c]\n  shell: true\n",
		 "3:12: command: wanted one text for the shell; leave "
		 "\"shell\" out for a list"},
		{"- name: t\n  description: d\n  command: [/no/such/program]\n",
		 "3:13: command: there is no /no/such/program; correct the "
		 "path"},
		{"- name: t\n  description: d\n  command: [/etc/passwd]\n",
		 "3:13: command: /etc/passwd may not be run; chmod +x it"},
		{"- name: t\n" REST "  limit: 51\n", "4:10: "},
		{"- name: t\n" REST "  limit: 0\n", "4:10: "},
		{"- name: t\n" REST "  environment: [A=1]\n",
		 "4:16: environment: wanted a map of names and values"},
		{"- name: t\n" REST "  environment: {A=B: 1}\n",
		 "4:22: environment: wanted NAME: value"},
		/* schemas */
		{SCHEMA("[]"), "4:11: schema: wanted a JSON schema (a map, or "
			       "its text as JSON)"},
		{SCHEMA("word"), "4:11: schema: wanted a JSON schema (a map, "
				 "or its text as JSON)"},
		{SCHEMA("'{\"type\":\"object\"'"),
		 "4:11: schema: wanted a JSON schema (a map, or its text as "
		 "JSON)"},
		{SCHEMA("{properties: {}}"),
		 "4:11: schema: the arguments of a tool are an object; add "
		 "\"type: object\""},
		{SCHEMA("{type: string}"),
		 "4:11: schema: the arguments of a tool are an object; add "
		 "\"type: object\""},
		{SCHEMA("\n    type: object\n    properties:\n      word:\n"
			"        type: strin"),
		 "8:15: schema.properties.word.type: \"strin\" is no type; did "
		 "you mean \"string\"?"},
		{SCHEMA("{type: object, properties: [word]}"),
		 "4:38: schema.properties: wanted a map of names and their "
		 "schemas"},
		{SCHEMA("{type: object, properties: {word: string}}"),
		 "4:45: schema.properties.word: wanted a schema (a map)"},
		{SCHEMA("{type: object, required: word}"),
		 "4:36: schema.required: wanted a list of texts"},
		{SCHEMA("{type: object, required: [a, 2]}"),
		 "4:40: schema.required.#1: wanted a text"},
		{SCHEMA("{type: object, required: [a]}"),
		 "4:36: schema.required: \"a\" is not among the properties"},
		{SCHEMA("{type: object, properties: {a: {enum: []}}}"),
		 "4:49: schema.properties.a.enum: wanted a list that is not "
		 "empty"},
		{SCHEMA("{type: object, properties: {a: {anyOf: [true, 3]}}}"),
		 "4:57: schema.properties.a.anyOf.#1: wanted a schema (a map)"},
		{SCHEMA("{type: object, properties: {a: {minLength: -1}}}"),
		 "4:54: schema.properties.a.minLength: wanted a whole number, "
		 "0 or more"},
		{SCHEMA("{type: object, properties: {a: {maximum: x}}}"),
		 "4:52: schema.properties.a.maximum: wanted a number"},
		{SCHEMA("'{\"type\":\"object\",\"title\":3}'"),
		 "4:11: schema.title: wanted a text"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tool_file *f = NULL;
		struct problem p = {0};
		char want[PROBLEM_TEXT_SIZE];
		int err = tool_file_read_text(&f, "tools.yaml", rows[i].text,
					      strlen(rows[i].text), &p);
		snprintf(want, sizeof want, "tools.yaml:%s", rows[i].want);
		/* ranges are told in the words of yaml.h */
		if (want[strlen(want) - 1] == ' ')
			p.text[strlen(want)] = '\0';
		assert_string_equal(want, p.text);
		assert_int_equal(PROBLEM_FORMAT, err);
		assert_null(f);
	}
}

static void schemas_of_every_form_pass(void **state)
{
	static const char *const schemas[] = {
		"{type: object}",
		"{type: object, additionalProperties: false, x-note: [1]}",
		"{type: object, properties: {a: true, b: {items: {type: "
		"string}, minItems: 0}}}",
		"{type: object, properties: {a: {oneOf: [{const: 1}, {type: "
		"\"null\"}]}}}",
		"{type: object, properties: {a: {$ref: \"#/$defs/x\"}}, "
		"$defs: {x: {type: number, multipleOf: 0.5}}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
		char text[512];
		snprintf(text, sizeof text, SCHEMA("%s"), schemas[i]);
		tool_file_free(read_ok(text));
	}
}

static void a_schema_has_a_most_depth(void **state)
{
	char schema[4096], text[4608];
	size_t n = (size_t)snprintf(schema, sizeof schema,
				    "{\"type\":\"object\",\"not\":");
	struct tool_file *f = NULL;
	struct problem p = {0};

	(void)state;
	for (int i = 0; i < 40; i++)
		n += (size_t)snprintf(schema + n, sizeof schema - n,
				      "{\"not\":");
	n += (size_t)snprintf(schema + n, sizeof schema - n, "true");
	memset(schema + n, '}', 41);
	schema[n + 41] = '\0';
	snprintf(text, sizeof text, SCHEMA("'%s'"), schema);
	assert_int_equal(PROBLEM_FORMAT,
			 tool_file_read_text(&f, "t", text, strlen(text), &p));
	assert_non_null(strstr(p.text, "wanted no more than 32 levels"));
}

static void programs_with_a_slash_stand_beside_the_file(void **state)
{
	char *folder = folder_make();
	char path[300], want[300];
	struct tool_file *f = NULL;
	struct problem p = {0};

	(void)state;
	folder_write(folder, "tool.sh", "#!/bin/sh\n");
	folder_write(folder, "tools.yaml",
		     "- name: t\n  description: d\n  command: [./tool.sh]\n");
	snprintf(path, sizeof path, "%s/tools.yaml", folder);
	snprintf(want, sizeof want, "%s/./tool.sh", folder);
	assert_int_equal(PROBLEM_FORMAT, tool_file_read(&f, path, &p));
	assert_non_null(strstr(p.text, "may not be run; chmod +x it"));
	assert_int_equal(0, chmod(want, 0755));
	if (tool_file_read(&f, path, &p))
		fail_msg("%s", p.text);
	assert_string_equal(want, f->tools[0].argv[0]);
	tool_file_free(f);

	snprintf(path, sizeof path, "%s/none.yaml", folder);
	assert_int_equal(PROBLEM_FILE, tool_file_read(&f, path, &p));
	assert_non_null(strstr(p.text, "none.yaml: "));
	folder_remove(folder);
}

static void the_example_of_the_document_is_right(void **state)
{
	char *example = document_example("tools.md");
	struct tool_file *f;

	(void)state;
	f = read_ok(example);
	assert_int_equal(2, f->count);
	assert_int_equal(5000, f->tools[0].limit_ms);
	tool_file_free(f);
	free(example);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_file_is_read),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place),
		cmocka_unit_test(schemas_of_every_form_pass),
		cmocka_unit_test(a_schema_has_a_most_depth),
		cmocka_unit_test(the_example_of_the_document_is_right),
		cmocka_unit_test(programs_with_a_slash_stand_beside_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
