#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"

static void what_was_appended_is_there_in_order(void **state)
{
	struct bytes b;
	static const uint8_t want[] = {1,    2,    3,    0x04, 0x05, 0x06, 0x07,
				       0x08, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66,
				       0x77, 0x88, 'a',  'b',  '7'};

	(void)state;
	bytes_init(&b, 100);
	bytes_append_u8(&b, 1);
	bytes_append_be16(&b, 0x0203);
	bytes_append_be32(&b, 0x04050607);
	bytes_append_u8(&b, 8);
	bytes_append_be64(&b, 0x1122334455667788);
	bytes_append_text(&b, "ab");
	assert_int_equal(bytes_append_format(&b, "%d", 7), 0);
	assert_int_equal(b.length, sizeof want);
	assert_memory_equal(b.data, want, sizeof want);
	bytes_deinit(&b);
}

static void a_full_buffer_refuses_and_stays_as_it_was(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 4);
	assert_int_equal(bytes_append(&b, "abcd", 4), 0);
	assert_int_equal(bytes_append(&b, "e", 1), PROBLEM_LIMIT);
	assert_string_equal(bytes_text(&b), "abcd");
	assert_int_equal(b.failed, PROBLEM_LIMIT);
	bytes_deinit(&b);
}

static void a_failure_stays_though_a_later_part_would_fit(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 4);
	assert_int_equal(bytes_append(&b, "abcde", 5), PROBLEM_LIMIT);
	assert_int_equal(bytes_append(&b, "f", 1), PROBLEM_LIMIT);
	assert_int_equal(bytes_append_format(&b, "f"), PROBLEM_LIMIT);
	assert_null(bytes_reserve(&b, 0));
	assert_null(bytes_take_text(&b));
	assert_int_equal(b.length, 0);
	bytes_clear(&b);
	assert_int_equal(bytes_append(&b, "f", 1), 0);
	assert_string_equal(bytes_text(&b), "f");
	bytes_deinit(&b);
}

static void a_format_keeps_to_the_limit(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 5);
	assert_int_equal(bytes_append_format(&b, "%05d", 42), 0);
	assert_string_equal(bytes_text(&b), "00042");
	assert_int_equal(bytes_append_format(&b, "%s", "x"), PROBLEM_LIMIT);
	assert_int_equal(b.length, 5);
	bytes_deinit(&b);
}

static void it_grows_to_its_limit_and_not_beyond(void **state)
{
	struct bytes b;
	enum { LIMIT = 100000 };

	(void)state;
	bytes_init(&b, LIMIT);
	for (int i = 0; i < LIMIT; i++)
		assert_int_equal(bytes_append_u8(&b, (uint8_t)i), 0);
	assert_int_equal(bytes_append_u8(&b, 0), PROBLEM_LIMIT);
	assert_in_range(b.capacity, LIMIT, LIMIT + 1);
	for (int i = 0; i < LIMIT; i++)
		assert_int_equal(b.data[i], (uint8_t)i);
	bytes_deinit(&b);
	assert_null(b.data);
}

static void a_limit_of_all_memory_does_not_overflow(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, SIZE_MAX);
	assert_int_equal(bytes_append(&b, "ab", 2), 0);
	assert_null(bytes_reserve(&b, SIZE_MAX - 1));
	assert_int_equal(b.failed, PROBLEM_LIMIT);
	assert_string_equal(bytes_text(&b), "ab");
	bytes_deinit(&b);
}

static void the_front_can_be_dropped(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 10);
	bytes_drop_front(&b, 0);
	bytes_append_text(&b, "abcdef");
	bytes_drop_front(&b, 2);
	assert_string_equal(bytes_text(&b), "cdef");
	bytes_drop_front(&b, 4);
	assert_int_equal(b.length, 0);
	assert_string_equal(bytes_text(&b), "");
	bytes_deinit(&b);
}

static void a_queue_that_was_long_gives_its_memory_back_when_empty(void **state)
{
	static const uint8_t piece[BYTES_KEPT / 4];
	struct bytes b;

	(void)state;
	bytes_init(&b, SIZE_MAX);
	bytes_append(&b, piece, sizeof piece);
	bytes_drop_front(&b, sizeof piece);
	assert_in_range(b.capacity, 1, BYTES_KEPT);
	for (int i = 0; i < 100; i++)
		bytes_append(&b, piece, sizeof piece);
	bytes_drop_front(&b, 99 * sizeof piece);
	assert_true(b.capacity > BYTES_KEPT);
	bytes_drop_front(&b, sizeof piece);
	assert_int_equal(b.capacity, 0);
	assert_int_equal(bytes_append(&b, piece, sizeof piece), 0);
	assert_int_equal(b.length, sizeof piece);
	bytes_deinit(&b);
}

/* As it grows it moves: what it leaves behind is empty. */
static void a_secret_buffer_keeps_what_it_holds(void **state)
{
	struct bytes b;
	char want[2000];

	(void)state;
	bytes_init_secret(&b, 4096);
	for (unsigned i = 0; i < sizeof want; i++) {
		want[i] = (char)('a' + i % 26);
		assert_int_equal(0, bytes_append_u8(&b, (uint8_t)want[i]));
	}
	assert_int_equal(sizeof want, b.length);
	assert_memory_equal(want, b.data, sizeof want);
	bytes_drop_front(&b, b.length);
	assert_int_equal(0, bytes_append_text(&b, "again"));
	assert_string_equal("again", bytes_text(&b));
	bytes_deinit(&b);
	assert_true(b.secret);
}

static void taken_text_belongs_to_the_taker(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 10);
	bytes_append_text(&b, "0123456789");
	char *text = bytes_take_text(&b);
	bytes_deinit(&b);
	assert_string_equal(text, "0123456789");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_appended_is_there_in_order),
		cmocka_unit_test(a_full_buffer_refuses_and_stays_as_it_was),
		cmocka_unit_test(a_failure_stays_though_a_later_part_would_fit),
		cmocka_unit_test(a_format_keeps_to_the_limit),
		cmocka_unit_test(it_grows_to_its_limit_and_not_beyond),
		cmocka_unit_test(a_limit_of_all_memory_does_not_overflow),
		cmocka_unit_test(the_front_can_be_dropped),
		cmocka_unit_test(
			a_queue_that_was_long_gives_its_memory_back_when_empty),
		cmocka_unit_test(a_secret_buffer_keeps_what_it_holds),
		cmocka_unit_test(taken_text_belongs_to_the_taker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
