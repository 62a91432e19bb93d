#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/yaml.h"

static struct yaml_file *read_ok(const char *text)
{
	struct yaml_file *f = NULL;
	struct problem p = {0};

	if (yaml_read_text(&f, "t.yaml", text, strlen(text), &p) != 0)
		fail_msg("%s", p.text);
	return f;
}

static void every_node_knows_its_place(void **state)
{
	struct yaml_file *f = read_ok("name: first\n"
				      "steps:\n"
				      "  - say: \"hello\"\n"
				      "  - [1, two]\n");
	const struct yaml_node *name = yaml_get(f->root, "name");
	const struct yaml_node *steps = yaml_get(f->root, "steps");
	const struct yaml_node *say = yaml_get(steps->child, "say");

	(void)state;
	assert_int_equal(f->root->kind, YAML_MAP);
	assert_string_equal(name->text, "first");
	assert_int_equal(name->line, 1);
	assert_int_equal(name->column, 7);
	assert_int_equal(name->key_column, 1);
	assert_false(name->quoted);
	assert_int_equal(steps->kind, YAML_LIST);
	assert_int_equal(steps->key_line, 2);
	assert_string_equal(say->text, "hello");
	assert_true(say->quoted);
	assert_int_equal(say->line, 3);
	assert_int_equal(say->column, 10);
	assert_int_equal(say->key_column, 5);
	const struct yaml_node *two = steps->child->next->child->next;
	assert_string_equal(two->text, "two");
	assert_int_equal(two->line, 4);
	assert_int_equal(two->column, 9);
	assert_null(two->key);
	assert_null(two->next);
	assert_null(yaml_get(f->root, "none"));
	assert_null(yaml_get(steps, "say"));
	assert_null(yaml_file_free(f));
}

static const struct {
	const char *text;
	int code;
	const char *says;
} refused[] = {
	{"", PROBLEM_FORMAT, "t.yaml: the file is empty;"},
	{"# only words\n", PROBLEM_FORMAT, "t.yaml: the file is empty;"},
	{"a: 1\nb: &x 2\n", PROBLEM_FORMAT, "t.yaml:2:4: anchors (&x)"},
	{"a: &x [1]\n", PROBLEM_FORMAT, "t.yaml:1:4: anchors (&x)"},
	{"a: &x {b: 1}\n", PROBLEM_FORMAT, "t.yaml:1:4: anchors (&x)"},
	{"&x a: 1\n", PROBLEM_FORMAT, "t.yaml:1:1: anchors (&x)"},
	{"a: *x\n", PROBLEM_FORMAT, "t.yaml:1:4: aliases (*x)"},
	{"a: !!int 1\n", PROBLEM_FORMAT, "t.yaml:1:4: tags ("},
	{"a: !mine [1]\n", PROBLEM_FORMAT, "t.yaml:1:4: tags (!mine)"},
	{"a: !mine {b: 1}\n", PROBLEM_FORMAT, "t.yaml:1:4: tags (!mine)"},
	{"a: 1\nb: 2\na: 3\n", PROBLEM_FORMAT,
	 "t.yaml:3:1: \"a\" is already set on line 1;"},
	{"m: {b: 1, c: 2, b: 3}\n", PROBLEM_FORMAT,
	 "t.yaml:1:17: \"b\" is already set on line 1;"},
	{"[1]: 2\n", PROBLEM_FORMAT, "t.yaml:1:1: a key must be a plain"},
	{"? {a: 1}\n: 2\n", PROBLEM_FORMAT, "t.yaml:1:3: a key must be"},
	{"a: 1\n---\nb: 2\n", PROBLEM_FORMAT, "t.yaml:2:1: a second"},
	{"a: [1, 2\nb: 3\n", PROBLEM_FORMAT, "t.yaml:2:2: did not find"},
	{"a: \"b\n", PROBLEM_FORMAT, "t.yaml:2:1: found unexpected end"},
	{"a:\n\t- 1\n", PROBLEM_FORMAT, "t.yaml:2:1: found character"},
	{"a: 1\nb: \xff\n", PROBLEM_FORMAT, "t.yaml:2:4: "},
	{"a: \"x\\0y\"\n", PROBLEM_FORMAT, "t.yaml:1:4: a text may not"},
};

static void what_is_refused_is_told_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct yaml_file *f = NULL;
		struct problem p = {0};
		int err = yaml_read_text(&f, "t.yaml", refused[i].text,
					 strlen(refused[i].text), &p);
		if (err != refused[i].code || p.code != err ||
		    strncmp(p.text, refused[i].says, strlen(refused[i].says)) !=
			    0)
			fail_msg("%s: %s", refused[i].text, p.text);
		assert_null(f);
	}
}

static int read_repeated(const char *before, const char *part, int count,
			 struct problem *p)
{
	struct yaml_file *f = NULL;
	struct bytes b;

	bytes_init(&b, 32 << 20);
	bytes_append_text(&b, before);
	for (int i = 0; i < count; i++)
		bytes_append_text(&b, part);
	int err = yaml_read_text(&f, "t.yaml", (char *)b.data, b.length, p);
	bytes_deinit(&b);
	yaml_file_free(f);
	return err;
}

static void sizes_are_bounded(void **state)
{
	struct problem p;

	(void)state;
	/* the list is one of the values */
	assert_int_equal(read_repeated("", "- 1\n", 99999, &p), 0);
	assert_int_equal(read_repeated("", "- 1\n", 100000, &p), PROBLEM_LIMIT);
	assert_non_null(strstr(p.text, "t.yaml:100000:3: more than 100000"));

	assert_int_equal(read_repeated("", "- ", 64, &p), 0);
	assert_int_equal(read_repeated("", "- ", 65, &p), PROBLEM_LIMIT);
	assert_non_null(strstr(p.text, "t.yaml:1:129: nested deeper than 64"));
	assert_int_equal(read_repeated("", "[", 5000, &p), PROBLEM_LIMIT);

	assert_int_equal(read_repeated("a: 1\n", "# 345678\n", 932066, &p), 0);
	assert_int_equal(read_repeated("a: 1\n", "# 345678\n", 932068, &p),
			 PROBLEM_LIMIT);
	assert_string_equal(p.text,
			    "t.yaml: larger than 8 MiB; split the file");
}

static void many_members_are_checked_in_little_time(void **state)
{
	struct yaml_file *f = NULL;
	struct problem p;
	struct bytes b;

	(void)state;
	bytes_init(&b, 4 << 20);
	for (int i = 0; i < 90000; i++)
		bytes_append_format(&b, "k%d: 1\n", i);
	bytes_append_text(&b, "k44444: 1\n");
	assert_int_equal(yaml_read_text(&f, "t.yaml", (char *)b.data, b.length,
					&p),
			 PROBLEM_FORMAT);
	assert_non_null(strstr(
		p.text, "t.yaml:90001:1: \"k44444\" is already set on line "
			"44445;"));
	bytes_deinit(&b);
}

static const struct {
	const char *value;
	long want; /* -1: refused */
	const char *says;
} integers[] = {
	{"1", 1, NULL},
	{"10", 10, NULL},
	{"+7", 7, NULL},
	{"0", -1,
	 "t.yaml:1:4: n: wanted a whole number from 1 to 10, "
	 "found \"0\""},
	{"11", -1, "found \"11\""},
	{"\"1\"", -1, "found \"1\""},
	{"1.0", -1, "found \"1.0\""},
	{"0x1", -1, "found \"0x1\""},
	{"1 2", -1, "found \"1 2\""},
	{"+-1", -1, "found \"+-1\""},
	{"99999999999999999999", -1, "found \"9999"},
	{"[1]", -1, "found a list"},
	{"{a: 1}", -1, "found a map"},
	{"", -1, "found nothing"},
};

static void whole_numbers_are_read_in_their_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
		char text[64];
		struct problem p = {0};
		long v = -1;
		snprintf(text, sizeof text, "n: %s\n", integers[i].value);
		struct yaml_file *f = read_ok(text);
		int err = yaml_to_integer(&v, f, yaml_get(f->root, "n"), 1, 10,
					  &p);
		assert_int_equal(err, integers[i].says ? PROBLEM_FORMAT : 0);
		assert_int_equal(v, integers[i].want);
		if (integers[i].says && !strstr(p.text, integers[i].says))
			fail_msg("%s: %s", text, p.text);
		yaml_file_free(f);
	}
}

static void numbers_and_truth_are_read(void **state)
{
	struct yaml_file *f = read_ok("[0.25, 1e1, nan, \"1\", true, FALSE, "
				      "yes, \"true\"]");
	const struct yaml_node *n = f->root->child;
	struct problem p;
	double v = -1;
	bool b = false;

	(void)state;
	assert_int_equal(yaml_to_number(&v, f, n, 0, 10, &p), 0);
	assert_true(v > 0.2499 && v < 0.2501);
	n = n->next;
	assert_int_equal(yaml_to_number(&v, f, n, 0, 10, &p), 0);
	assert_int_equal(yaml_to_number(&v, f, n, 0, 9.5, &p), PROBLEM_FORMAT);
	assert_string_equal(p.text, "t.yaml:1:8: wanted a number from 0 to "
				    "9.5, found \"1e1\"");
	n = n->next;
	assert_int_equal(yaml_to_number(&v, f, n, 0, 10, &p), PROBLEM_FORMAT);
	n = n->next;
	assert_int_equal(yaml_to_number(&v, f, n, 0, 10, &p), PROBLEM_FORMAT);
	n = n->next;
	assert_int_equal(yaml_to_bool(&b, f, n, &p), 0);
	assert_true(b);
	n = n->next;
	assert_int_equal(yaml_to_bool(&b, f, n, &p), 0);
	assert_false(b);
	n = n->next;
	assert_int_equal(yaml_to_bool(&b, f, n, &p), PROBLEM_FORMAT);
	assert_string_equal(p.text, "t.yaml:1:36: wanted true or false, "
				    "found \"yes\"");
	n = n->next;
	assert_int_equal(yaml_to_bool(&b, f, n, &p), PROBLEM_FORMAT);
	yaml_file_free(f);
}

static void an_unknown_key_is_refused_with_a_guess(void **state)
{
	static const char *const keys[] = {"voice", "turns", "timeout_ms",
					   NULL};
	struct yaml_file *f = read_ok("voice: tiffany\n\n  \n"
				      "timeout_sm: 5\n");
	struct problem p;

	(void)state;
	assert_int_equal(yaml_check_keys(f, f->root, keys, &p), PROBLEM_FORMAT);
	assert_string_equal(p.text, "t.yaml:4:1: unknown key \"timeout_sm\"; "
				    "did you mean \"timeout_ms\"?");
	assert_int_equal(yaml_check_keys(f, yaml_get(f->root, "voice"), keys,
					 &p),
			 PROBLEM_FORMAT);
	assert_string_equal(p.text, "t.yaml:1:8: voice: wanted a map, found "
				    "\"tiffany\"");
	yaml_file_free(f);

	f = read_ok("zebra: 1\n");
	assert_int_equal(yaml_check_keys(f, f->root, keys, &p), PROBLEM_FORMAT);
	assert_string_equal(p.text,
			    "t.yaml:1:1: unknown key \"zebra\"; remove it");
	yaml_file_free(f);

	f = read_ok("turns: 1\nvoice: x\n");
	assert_int_equal(yaml_check_keys(f, f->root, keys, &p), 0);
	yaml_file_free(f);
}

static void a_file_is_read_from_disk(void **state)
{
	char path[] = "/tmp/habla-test-XXXXXX";
	struct yaml_file *f = NULL;
	struct problem p;

	(void)state;
	int fd = mkstemp(path);
	assert_int_equal(write(fd, "a: 1\n", 5), 5);
	close(fd);
	assert_int_equal(yaml_read_file(&f, path, &p), 0);
	assert_string_equal(f->path, path);
	assert_string_equal(yaml_get(f->root, "a")->text, "1");
	yaml_file_free(f);
	unlink(path);
	f = NULL;
	assert_int_equal(yaml_read_file(&f, path, &p), PROBLEM_FILE);
	assert_non_null(strstr(p.text, ": No such file or directory; "));
	assert_int_equal(yaml_read_file(&f, "/tmp", &p), PROBLEM_FILE);
	assert_string_equal(p.text, "/tmp: Is a directory; check the path");
	assert_null(f);
	assert_null(yaml_file_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_node_knows_its_place),
		cmocka_unit_test(what_is_refused_is_told_with_its_place),
		cmocka_unit_test(sizes_are_bounded),
		cmocka_unit_test(many_members_are_checked_in_little_time),
		cmocka_unit_test(whole_numbers_are_read_in_their_bounds),
		cmocka_unit_test(numbers_and_truth_are_read),
		cmocka_unit_test(an_unknown_key_is_refused_with_a_guess),
		cmocka_unit_test(a_file_is_read_from_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
