#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/exit_code.h"
#include "net/base/problem.h"

static void each_problem_has_its_exit_code(void **state)
{
	static const struct {
		int problem, before, after; /* the session was accepted */
	} rows[] = {
		{PROBLEM_NONE, 0, 0},     {PROBLEM_MEMORY, 1, 1},
		{PROBLEM_USAGE, 2, 2},    {PROBLEM_FORMAT, 2, 1},
		{PROBLEM_FILE, 2, 1},     {PROBLEM_DISK_FULL, 1, 1},
		{PROBLEM_CONNECT, 3, 3},  {PROBLEM_TLS, 3, 1},
		{PROBLEM_DENIED, 3, 1},   {PROBLEM_CLOCK, 3, 1},
		{PROBLEM_MODEL, 3, 1},    {PROBLEM_THROTTLED, 3, 1},
		{PROBLEM_REJECTED, 3, 1}, {PROBLEM_SERVER, 3, 1},
		{PROBLEM_TIMEOUT, 3, 1},  {PROBLEM_CLOSED, 3, 1},
		{PROBLEM_DEVICE, 4, 4},   {PROBLEM_ORDER, 1, 1},
		{PROBLEM_LIMIT, 1, 1},    {PROBLEM_BUSY, 3, 3},
		{PROBLEM_PROTOCOL, 3, 1}, {PROBLEM_UNCLEAR, 3, 1},
		{PROBLEM_FILTERED, 3, 1}, {-1000, 1, 1},
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(exit_code_for(rows[i].problem, 0),
				 rows[i].before);
		assert_int_equal(exit_code_for(rows[i].problem, 1),
				 rows[i].after);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_problem_has_its_exit_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
