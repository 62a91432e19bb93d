/* Reading scripts: what is refused, where, and what becomes a case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/script/script.h"
#include "client/script/script_list.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/base/yaml.h"
#include "tests/support/folder.h"

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

static int read_text(struct script **out, const char *text, struct problem *p)
{
	char *path = text_format("%s/s.yaml", folder);

	folder_write(folder, "s.yaml", text);
	*p = (struct problem){0};
	int err = script_read(out, path, p);
	free(path);
	return err;
}

static struct script *read_good(const char *text)
{
	struct script *s;
	struct problem p;

	if (read_text(&s, text, &p))
		fail_msg("%s", p.text);
	return s;
}

#define TURN "turns: [{say: hello}]\n"

static void each_mistake_is_refused_at_its_place(void **state)
{
	static const struct {
		const char *text, *place, *words;
	} rows[] = {
		{"nam: x\n" TURN, ":1:1: ", "did you mean \"name\"?"},
		{TURN, ":1:1: ", "\"name\" is missing"},
		{"name: x\n", ":1:1: ", "\"turns\" is missing"},
		{"name: x\nturns: []\n", ":2:8: ", "one turn or more"},
		{"name: x\nturns:\n  - sey: a\n",
		 ":3:5: ", "did you mean \"say\"?"},
		{"name: x\nturns:\n  - {say: a, type: b}\n",
		 ":3:20: ", "make two turns"},
		{"name: x\nturns:\n  - {expect: ignore}\n",
		 ":3:5: ", "nothing is done"},
		{"name: x\nturns:\n  - {silence: long}\n",
		 ":3:15: ", "silence: wanted a whole number"},
		{"name: x\nturns:\n  - {silence: 100}\n",
		 ":1:1: ", "nothing is expected"},
		{"name: x\nturns:\n  - {say: a, expect: {latency_ms: "
		 "fast}}\n",
		 ":3:35: ", "latency_ms: wanted a number"},
		{"name: x\nturns:\n  - {say: a, expect: {latency_ms: [3, "
		 "1]}}\n",
		 ":3:35: ", "exchange them"},
		{"name: x\nturns:\n  - {say: a, expect: {reply: {matches: "
		 "\"(\"}}}\n",
		 ":3:40: ", "no extended regular expression"},
		{"name: x\nturns:\n  - {say: a, expect: {reply: {wer: 0.1}}}\n",
		 ":3:36: ", "of which words?"},
		{"name: x\nturns:\n  - {say: a, expect: {reply: {}}}\n",
		 ":3:30: ", "nothing is expected"},
		{"name: x\nturns:\n  - {say: a, expect: answer}\n",
		 ":3:22: ", "wanted one of any, respond, stop, ignore"},
		{"name: x\nturns:\n  - {say: a, start: tutor_stat}\n",
		 ":3:21: ", "did you mean \"tutor_start\"?"},
		{"name: x\nturns:\n  - {say: a, fault: {}}\n",
		 ":3:21: ", "no trouble is named"},
		{"name: x\nexpect: {outcome: stop}\n" TURN,
		 ":2:19: ", "belongs to a turn"},
		{"name: x\ntools: [{name: a}]\n" TURN,
		 ":2:9: ", "add result, results or error"},
		{"name: x\nturns: [{say: \"${a}\"}]\n",
		 ":2:15: ", "there is no such variable"},
		{"name: x\nvariables: {leaf: b}\nturns: [{say: "
		 "\"${laef}\"}]\n",
		 ":3:15: ", "did you mean \"leaf\"?"},
		{"name: x\ntable: []\n" TURN, ":2:8: ", "a list of rows"},
		{"name: x\ntable: no.csv\n" TURN,
		 ":2:8: ", "the table cannot be read"},
		{"name: x\nmatrix: [{nois: 3}]\n" TURN,
		 ":2:11: ", "did you mean \"noise\"?"},
		{"name: x\nscenario: {turns: [{sey: a}]}\n" TURN,
		 ":2:21: ", "did you mean \"say\"?"},
		{"name: x\nbackend: cloud\n" TURN,
		 ":2:10: ", "wanted one of any, sim, live"},
		{"name: x\ntutor: true\n" TURN, ":2:8: ", "which lesson?"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct script *s = NULL;
		struct problem p;
		if (read_text(&s, rows[i].text, &p) == 0)
			fail_msg("row %zu was taken:\n%s", i, rows[i].text);
		if (!strstr(p.text, rows[i].place) ||
		    !strstr(p.text, rows[i].words))
			fail_msg("row %zu: %s", i, p.text);
	}
}

static void the_line_is_shown_with_a_caret_below_the_mistake(void **state)
{
	struct script *s;
	struct problem p;
	char *shown = NULL;
	size_t length;
	FILE *out = open_memstream(&shown, &length);

	(void)state;
	assert_non_null(out);
	read_text(&s, "name: x\nturns:\n\t\n  - \xc3\xa9sey: a\n", &p);
	read_text(&s, "name: x\nturns:\n  - {say: \xc3\xa9, tipe: b}\n", &p);
	yaml_print_problem(out, &p);
	fclose(out);
	assert_non_null(strstr(shown, "s.yaml:3:14: unknown key \"tipe\""));
	assert_non_null(strstr(shown, "\n    - {say: \xc3\xa9, tipe: b}\n"
				      "               ^\n"));
	free(shown);
}

static void rows_and_conditions_make_cases(void **state)
{
	struct script *s;

	(void)state;
	folder_write(folder, "rows.csv",
		     "word,limit\r\n"
		     "leaf,900\r\n"
		     "\"a \"\"green\"\", leaf\",1200\r\n");
	s = read_good("name: Asks ${word}\n"
		      "table: rows.csv\n"
		      "matrix: [clean, {noise: 10}, {network: {delay_ms: 80, "
		      "jitter_ms: 40}}]\n"
		      "turns:\n"
		      "  - {say: \"${word}?\", expect: {latency_ms: \"<= "
		      "${limit}\"}}\n");
	assert_int_equal(s->count, 6);
	assert_string_equal(s->cases[0]->name, "Asks leaf");
	assert_null(s->cases[0]->condition);
	assert_string_equal(s->cases[1]->condition, "noise 10 dB");
	assert_true(s->cases[1]->noisy && !s->cases[0]->noisy);
	assert_string_equal(s->cases[2]->condition, "network 80+40 ms");
	assert_int_equal(s->cases[2]->network.delay_ms, 80);
	assert_string_equal(s->cases[3]->name, "Asks a \"green\", leaf");
	assert_string_equal(s->cases[3]->turns[0].text, "a \"green\", leaf?");
	assert_true(s->cases[3]->turns[0].expectations[0].bound.most == 1200);
	script_free(s);
}

static void rows_whose_names_would_be_the_same_are_numbered(void **state)
{
	struct script *s;

	(void)state;
	folder_write(folder, "rows.json", "[{\"a\": \"x\"}, {\"a\": \"y\"}]");
	s = read_good("name: Same\ntable: rows.json\nturns: [{say: "
		      "\"${a}\"}]\n");
	assert_int_equal(s->count, 2);
	assert_string_equal(s->cases[0]->name, "Same #1");
	assert_string_equal(s->cases[1]->name, "Same #2");
	script_free(s);
}

static void a_line_of_another_length_is_refused_with_its_number(void **state)
{
	struct script *s;
	struct problem p;

	(void)state;
	folder_write(folder, "rows.csv", "a,b\n1,2\n1\n");
	assert_int_not_equal(
		read_text(&s, "name: x\ntable: rows.csv\n" TURN, &p), 0);
	assert_non_null(strstr(p.text, "rows.csv:3:1: "));
}

static void what_is_included_comes_first_and_setup_is_shared(void **state)
{
	struct script *s;

	(void)state;
	folder_write(folder, "_common.yaml",
		     "variables: {greeting: Good day}\n"
		     "tags: [shared]\n"
		     "setup: {voice: awb, timeout_ms: 5000, "
		     "expect: {latency_ms: \"<= 900\"}}\n"
		     "turns: [{say: \"${greeting}\"}]\n");
	s = read_good("name: x\n"
		      "include: _common.yaml\n"
		      "tags: own\n"
		      "setup: {speed: 1.5}\n"
		      "turns: [{type: Leaf, voice: slt}, {silence: 10}]\n");
	const struct script_case *c = s->cases[0];
	assert_int_equal(c->turn_count, 3);
	assert_string_equal(c->turns[0].text, "Good day");
	assert_string_equal(c->turns[0].voice, "awb");
	assert_true(c->turns[0].speed == 1.5);
	assert_string_equal(c->turns[1].voice, "slt");
	assert_int_equal(c->turns[1].timeout_ms, 5000);
	assert_int_equal(c->turns[1].expectation_count, 2);
	assert_int_equal(c->turns[2].expectation_count, 0);
	assert_true(script_case_has_tag(c, "shared"));
	assert_true(script_case_has_tag(c, "own"));
	script_free(s);
}

static void a_folder_gives_its_scripts_in_order_and_shards_divide(void **state)
{
	char *names[] = {"b.yaml", "a.yaml", "_c.yaml", "d.txt"};
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char *text = text_format(
			"name: case %c\n"
			"table: [{n: 1}, {n: 2}, {n: 3}]\n" TURN,
			names[i][0]);
		folder_write(folder, names[i], text);
		free(text);
	}
	char *scripts = text_format("%s/s.yaml", folder);
	remove(scripts);
	free(scripts);
	for (unsigned shard = 1; shard <= 4; shard++) {
		struct script_list l = {0};
		struct problem p;
		const struct script_choice choice = {.shard = shard,
						     .shards = 4};
		if (script_list_add(&l, folder, &p) ||
		    script_list_choose(&l, &choice, &p))
			fail_msg("%s", p.text);
		assert_int_equal(l.script_count, 2);
		if (shard == 1)
			assert_string_equal(l.cases[0]->name, "case a #1");
		seen += l.count;
		script_list_deinit(&l);
	}
	assert_int_equal(seen, 6);
}

#define IN_FOLDER(test)                                                        \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(each_mistake_is_refused_at_its_place),
		IN_FOLDER(the_line_is_shown_with_a_caret_below_the_mistake),
		IN_FOLDER(rows_and_conditions_make_cases),
		IN_FOLDER(rows_whose_names_would_be_the_same_are_numbered),
		IN_FOLDER(a_line_of_another_length_is_refused_with_its_number),
		IN_FOLDER(what_is_included_comes_first_and_setup_is_shared),
		IN_FOLDER(
			a_folder_gives_its_scripts_in_order_and_shards_divide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
