#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"

static void assert_json(struct bytes *b, const char *want)
{
	assert_int_equal(b->failed, 0);
	assert_string_equal(bytes_text(b), want);
	bytes_deinit(b);
}

static void members_are_parted_by_commas(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 1000);
	json_open_object(&b, NULL);
	json_string(&b, "a", "{");
	json_integer(&b, "b", INT64_MIN);
	json_open_object(&b, "c");
	json_close_object(&b);
	json_open_array(&b, "d");
	json_bool(&b, NULL, true);
	json_bool(&b, NULL, false);
	json_open_array(&b, NULL);
	json_close_array(&b);
	json_string(&b, NULL, NULL);
	json_close_array(&b);
	json_raw(&b, "e", "[1, 2]\n");
	json_base64(&b, "f", "foob", 4);
	json_string(&b, "", "");
	json_close_object(&b);
	assert_json(&b, "{\"a\":\"{\",\"b\":-9223372036854775808,\"c\":{},"
			"\"d\":[true,false,[],null],\"e\":[1, 2],"
			"\"f\":\"Zm9vYg==\",\"\":\"\"}");
}

static void a_line_may_follow_a_line(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 1000);
	for (int i = 0; i < 2; i++) {
		json_open_object(&b, NULL);
		json_integer(&b, "n", i);
		json_close_object(&b);
		bytes_append_text(&b, "\n");
	}
	assert_json(&b, "{\"n\":0}\n{\"n\":1}\n");
}

static const struct {
	const char *text;
	size_t length;
	const char *want;
	const char *why;
} strings[] = {
	{"a\"b\\c/", 6, "a\\\"b\\\\c/", "quote and backslash"},
	{"\b\f\n\r\t", 5, "\\b\\f\\n\\r\\t", "short escapes"},
	{"\0\x01\x1f\x7f", 4, "\\u0000\\u0001\\u001f\x7f", "controls"},
	{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9,
	 "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "2, 3 and 4 bytes"},
	{"a\xff"
	 "b",
	 3,
	 "a\xef\xbf\xbd"
	 "b",
	 "no first byte"},
	{"\x80\x80", 2, "\xef\xbf\xbd\xef\xbf\xbd", "no first byte, twice"},
	{"\xc3", 1, "\xef\xbf\xbd", "cut off"},
	{"\xe2\x82", 2, "\xef\xbf\xbd\xef\xbf\xbd", "cut off after two"},
	{"\xc3\"", 2, "\xef\xbf\xbd\\\"", "the quote is not swallowed"},
	{"\xc0\xaf", 2, "\xef\xbf\xbd\xef\xbf\xbd", "overlong"},
	{"\xe0\x80\xaf", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	 "overlong in three"},
	{"\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	 "a surrogate"},
	{"\xf4\x90\x80\x80", 4,
	 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	 "past the last code point"},
};

static void strings_are_escaped_and_made_utf8(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
		struct bytes b;
		char want[64];
		/* an exact copy: the sanitizer sees a byte too far */
		char *text = malloc(strings[i].length);
		memcpy(text, strings[i].text, strings[i].length);
		bytes_init(&b, 100);
		json_string_n(&b, NULL, text, strings[i].length);
		snprintf(want, sizeof want, "\"%s\"", strings[i].want);
		if (strcmp(bytes_text(&b), want) != 0)
			fail_msg("%s: %s", strings[i].why, bytes_text(&b));
		bytes_deinit(&b);
		free(text);
	}
}

static void numbers_are_as_short_as_they_can_be(void **state)
{
	static const struct {
		double v;
		const char *want;
	} rows[] = {
		{0.9, "0.9"},
		{0.7, "0.7"},
		{1, "1"},
		{-0.1, "-0.1"},
		{0.1 + 0.2, "0.30000000000000004"},
		{1e21, "1e+21"},
		{5e-324, "4.94065645841247e-324"},
		{1.0 / 3, "0.3333333333333333"},
		{HUGE_VAL, "null"},
		{-HUGE_VAL, "null"},
		{(double)NAN, "null"},
	};

	(void)state;
	/* a locale with a decimal comma, where the machine has one */
	setlocale(LC_ALL, "de_DE.UTF-8");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bytes b;
		bytes_init(&b, 100);
		json_number(&b, NULL, rows[i].v);
		assert_json(&b, rows[i].want);
	}
	setlocale(LC_ALL, "C");
}

static void a_failure_stays_in_the_buffer(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 8);
	json_open_object(&b, NULL);
	json_string(&b, "key", "too long");
	json_close_object(&b);
	assert_int_equal(b.failed, PROBLEM_LIMIT);
	bytes_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_parted_by_commas),
		cmocka_unit_test(a_line_may_follow_a_line),
		cmocka_unit_test(strings_are_escaped_and_made_utf8),
		cmocka_unit_test(numbers_are_as_short_as_they_can_be),
		cmocka_unit_test(a_failure_stays_in_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
