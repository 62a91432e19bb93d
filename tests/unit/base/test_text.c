#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <pthread.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/base/text.h"

static void copies_and_comparisons_know_null(void **state)
{
	(void)state;
	assert_null(text_copy(NULL));
	char *copy = text_copy("abc");
	assert_string_equal(copy, "abc");
	free(copy);
	copy = text_format("%s-%d", "x", 5);
	assert_string_equal(copy, "x-5");
	free(copy);
	assert_true(text_equal(NULL, NULL));
	assert_false(text_equal(NULL, ""));
	assert_true(text_equal("a", "a"));
	assert_false(text_equal("a", "A"));
	assert_true(text_equal_fold("Content-Type", "content-tYPE"));
	assert_false(text_equal_fold("content", "content-type"));
	assert_false(text_equal_fold("[", "{"));
	assert_false(text_equal_fold("", NULL));
	assert_true(text_equal_fold(NULL, NULL));
	assert_true(text_starts("habla.v1", "habla"));
	assert_true(text_starts("habla", ""));
	assert_false(text_starts("hab", "habla"));
}

static void utf8_is_cut_between_characters(void **state)
{
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
	static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
	static const char broken[] = "\x80\x80\x80\x80\x80\x80";

	(void)state;
	for (size_t limit = 0; limit < sizeof want / sizeof *want; limit++)
		assert_int_equal(text_utf8_cut(text, 10, limit), want[limit]);
	assert_int_equal(text_utf8_cut(broken, 6, 5), 5);
}

static void a_clean_line_holds_no_controls(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"plain", "plain"},
		{"a\nb\x1b[31m\x7f", "a?b?[31m?"},
		{"\xc2\x9b"
		 "31m \xc2\xa0",
		 "?31m \xc2\xa0"},
		{"\xc3\xa9 \xff \xe2\x82", "\xc3\xa9 ? ??"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = text_copy(rows[i].text);
		text_clean_line(text);
		assert_string_equal(text, rows[i].want);
		free(text);
	}
}

static void the_nearest_word_is_guessed_or_none(void **state)
{
	static const char *const words[] = {"talk", "test",  "trace", "sim",
					    "load", "login", NULL};
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"tlak", "talk"},   {"TEST", "test"},  {"trce", "trace"},
		{"logni", "login"}, {"loads", "load"}, {"simm", "sim"},
		{"zzz", NULL},      {"x", NULL},       {"", NULL},
		{"progress", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = text_nearest(rows[i].text, words);
		if (!text_equal(got, rows[i].want))
			fail_msg("%s: %s", rows[i].text, got ? got : "none");
	}
	char long_text[200];
	memset(long_text, 'a', sizeof long_text);
	long_text[199] = '\0';
	assert_null(text_nearest(long_text, words));
}

static void times_are_written_in_iso_form(void **state)
{
	static const struct {
		int64_t ms;
		const char *want;
	} rows[] = {
		{0, "1970-01-01T00:00:00.000Z"},
		{1767323045678, "2026-01-02T03:04:05.678Z"},
		{1709251199999, "2024-02-29T23:59:59.999Z"},
		{-1, "1969-12-31T23:59:59.999Z"},
	};
	char text[TEXT_TIME_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		text_iso_time(text, rows[i].ms);
		assert_string_equal(text, rows[i].want);
	}
}

static void only_whole_finite_numbers_are_taken(void **state)
{
	static const char *const wrong[] = {"",      " 1",  "1 ",   "0x10",
					    "inf",   "nan", "1e",   "--1",
					    "1e999", "1,5", "1.5.2"};
	double v = 7;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (text_to_number(&v, wrong[i]) != PROBLEM_FORMAT)
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_true(v > 6.9 && v < 7.1);
	assert_int_equal(text_to_number(&v, "-1.5e3"), 0);
	assert_true(v > -1500.1 && v < -1499.9);
}

static void a_file_is_read_up_to_its_limit(void **state)
{
	char path[] = "/tmp/habla-test-XXXXXX";
	char *data = NULL;
	size_t length = 0;

	(void)state;
	int fd = mkstemp(path);
	assert_int_equal(write(fd, "12345", 5), 5);
	close(fd);
	assert_int_equal(text_read_file(&data, &length, path, 5), 0);
	assert_int_equal(length, 5);
	assert_string_equal(data, "12345");
	free(data);
	data = NULL;
	assert_int_equal(text_read_file(&data, &length, path, 4),
			 PROBLEM_LIMIT);
	/* a size that stat does not know */
	assert_int_equal(
		text_read_file(&data, NULL, "/proc/self/status", 1 << 20), 0);
	assert_true(text_starts(data, "Name:"));
	free(data);
	data = NULL;
	unlink(path);
	assert_int_equal(text_read_file(&data, &length, path, 5), PROBLEM_FILE);
	assert_null(data);
}

static void a_problem_is_one_clean_line(void **state)
{
	struct problem p = {0};
	char long_text[2000];

	(void)state;
	assert_int_equal(problem_set(&p, PROBLEM_TLS, "a\nb: %s", "c"),
			 PROBLEM_TLS);
	assert_string_equal(p.text, "a?b: c");
	assert_int_equal(problem_add(&p, PROBLEM_FILE, "other"), PROBLEM_FILE);
	assert_int_equal(p.code, PROBLEM_TLS);
	assert_int_equal(problem_set(&p, PROBLEM_FILE, "x: %s", p.text),
			 PROBLEM_FILE);
	assert_string_equal(p.text, "x: a?b: c");
	assert_int_equal(problem_set(NULL, PROBLEM_FILE, "x"), PROBLEM_FILE);

	for (size_t i = 0; i + 1 < sizeof long_text; i++)
		long_text[i] = i % 2 ? '\xa9' : '\xc3';
	long_text[sizeof long_text - 1] = '\0';
	problem_set(&p, PROBLEM_FILE, "%s", long_text);
	assert_int_equal(strlen(p.text), 510); /* no half character */
	assert_null(strchr(p.text, '?'));
}

static void each_code_has_a_name_of_its_own(void **state)
{
	(void)state;
	assert_string_equal(problem_name(0), "none");
	assert_string_equal(problem_name(PROBLEM_DISK_FULL), "disk_full");
	assert_string_equal(problem_name(PROBLEM_BUSY), "busy");
	for (int a = 0; a >= PROBLEM_LAST; a--)
		for (int b = a - 1; b >= PROBLEM_LAST; b--)
			assert_string_not_equal(problem_name(a),
						problem_name(b));
	assert_string_equal(problem_name(1), "unknown");
	assert_string_equal(problem_name(PROBLEM_LAST - 1), "unknown");
	assert_string_equal(problem_name(-100000), "unknown");
}

static void a_seed_repeats_and_the_system_does_not(void **state)
{
	uint8_t a[37], b[37];
	char uuid[2][UUID_TEXT_SIZE];
	regex_t form;

	(void)state;
	random_seed(5);
	random_fill(a, sizeof a);
	random_seed(5);
	random_fill(b, sizeof b);
	assert_memory_equal(a, b, sizeof a);
	random_fill(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
	random_seed(0);
	random_fill(a, sizeof a);
	random_fill(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);

	assert_int_equal(regcomp(&form,
				 "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
				 "[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
				 REG_EXTENDED | REG_NOSUB),
			 0);
	for (int i = 0; i < 2; i++) {
		random_uuid(uuid[i]);
		assert_int_equal(regexec(&form, uuid[i], 0, NULL, 0), 0);
	}
	assert_string_not_equal(uuid[0], uuid[1]);
	regfree(&form);
}

static void random_numbers_cover_their_range_evenly(void **state)
{
	unsigned seen[7] = {0};

	(void)state;
	random_seed(3);
	for (int i = 0; i < 7000; i++) {
		uint32_t v = random_below(7);
		assert_in_range(v, 0, 6);
		seen[v]++;
	}
	random_seed(0);
	for (int i = 0; i < 7; i++)
		assert_in_range(seen[i], 850, 1150);
	assert_int_equal(random_below(1), 0);
}

enum { LOGGERS = 4, LINES_EACH = 200 };

static void *log_lines(void *arg)
{
	for (int i = 0; i < LINES_EACH; i++)
		log_info("test", "from %s, line\n%d of many", (char *)arg, i);
	return NULL;
}

static void lines_of_many_threads_are_written_whole(void **state)
{
	static const char *const names[LOGGERS] = {"a", "b", "c", "d"};
	char path[] = "/tmp/habla-test-XXXXXX";
	pthread_t threads[LOGGERS];
	char *text = NULL, *at = NULL;
	int lines = 0;
	regex_t form;

	(void)state;
	close(mkstemp(path));
	log_error("test", "nobody sees this");
	assert_int_equal(log_open(path, LOG_LEVEL_INFO), 0);
	log_debug("test", "nor this");
	for (int i = 0; i < LOGGERS; i++)
		pthread_create(&threads[i], NULL, log_lines, (void *)names[i]);
	for (int i = 0; i < LOGGERS; i++)
		pthread_join(threads[i], NULL);
	log_close();
	log_error("test", "nor this");

	assert_int_equal(text_read_file(&text, NULL, path, 1 << 20), 0);
	unlink(path);
	regcomp(&form,
		"^20[0-9T:.-]+Z info  test: from [a-d], line\\?[0-9]+ of many$",
		REG_EXTENDED | REG_NOSUB);
	for (char *line = strtok_r(text, "\n", &at); line;
	     line = strtok_r(NULL, "\n", &at), lines++)
		if (regexec(&form, line, 0, NULL, 0) != 0)
			fail_msg("%s", line);
	assert_int_equal(lines, LOGGERS * LINES_EACH);
	regfree(&form);
	free(text);
	assert_int_equal(log_open("/nowhere/log", LOG_LEVEL_INFO),
			 PROBLEM_FILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_and_comparisons_know_null),
		cmocka_unit_test(utf8_is_cut_between_characters),
		cmocka_unit_test(a_clean_line_holds_no_controls),
		cmocka_unit_test(the_nearest_word_is_guessed_or_none),
		cmocka_unit_test(times_are_written_in_iso_form),
		cmocka_unit_test(only_whole_finite_numbers_are_taken),
		cmocka_unit_test(a_file_is_read_up_to_its_limit),
		cmocka_unit_test(a_problem_is_one_clean_line),
		cmocka_unit_test(each_code_has_a_name_of_its_own),
		cmocka_unit_test(a_seed_repeats_and_the_system_does_not),
		cmocka_unit_test(random_numbers_cover_their_range_evenly),
		cmocka_unit_test(lines_of_many_threads_are_written_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
