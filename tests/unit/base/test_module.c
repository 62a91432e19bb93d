#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/base/module.h"
#include "net/base/problem.h"

static void a_module_beside_the_program_is_loaded(void **state)
{
	const void *first = NULL, *again = NULL;
	struct problem p = {0};

	(void)state;
	assert_int_equal(module_load(&first, "flite", "libflite1", &p), 0);
	assert_int_equal(module_load(&again, "flite", "libflite1", &p), 0);
	assert_non_null(first);
	assert_ptr_equal(first, again);
}

static void one_that_is_not_there_is_one_line_with_its_package(void **state)
{
	const void *module = &module;
	struct problem p = {0};

	(void)state;
	assert_int_equal(module_load(&module, "nothing", "libnothing1", &p),
			 PROBLEM_FILE);
	assert_null(module);
	assert_string_equal(p.text,
			    "habla-nothing.so: it is not here, or a library of "
			    "it is not; install libnothing1 and build Habla "
			    "again");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_module_beside_the_program_is_loaded),
		cmocka_unit_test(
			one_that_is_not_there_is_one_line_with_its_package),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
