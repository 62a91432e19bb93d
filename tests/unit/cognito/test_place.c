#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/cognito/place.h"

static void the_region_stands_in_the_pools_id(void **state)
{
	static const struct {
		const char *id;
		char separator;
		const char *region, *want; /* want NULL: refused */
	} rows[] = {
		{"eu-west-1_AbCdEfGhI", '_', NULL, "eu-west-1"},
		{"us-gov-west-1_1", '_', NULL, "us-gov-west-1"},
		{"local_6mSbB2Nk", '_', NULL, "local"},
		{"local_6mSbB2Nk", '_', "us-east-1", "us-east-1"},
		{"eu-west-1:01234567-89ab-cdef-0123-456789abcdef", ':', NULL,
		 "eu-west-1"},
		{"", '_', NULL, NULL},
		{"eu-west-1", '_', NULL, NULL},
		{"_AbC", '_', NULL, NULL},
		{"eu-west-1_", '_', NULL, NULL},
		{"eu-west-1_a/b", '_', NULL, NULL},
		{"eu-west-1_a_b", '_', NULL, NULL},
		{"EU_AbC", '_', NULL, NULL},
		{"evil.example/_AbC", '_', NULL, NULL},
		{"eu-west-1:0123", '_', NULL, NULL},
		{"eu-west-1_AbC", ':', NULL, NULL},
		{"eu-west-1:01/23", ':', NULL, NULL},
		{"eu-west-1_AbC", '_', "Europe", NULL},
		{"eu-west-1_AbC", '_', "", NULL},
		{"eu-west-1_AbC", '_', "evil.example/", NULL},
		{"a234567890123456789012345678901234567890_AbC", '_', NULL,
		 NULL},
	};
	char region[AWS_REGION_SIZE];
	struct problem p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		p = (struct problem){0};
		int err = cognito_region(region, rows[i].id, rows[i].separator,
					 rows[i].region, &p);
		if (!rows[i].want) {
			if (err != PROBLEM_USAGE || !strchr(p.text, ';'))
				fail_msg("row %zu: %d %s", i, err, p.text);
			continue;
		}
		if (err)
			fail_msg("row %zu: %s", i, p.text);
		assert_string_equal(region, rows[i].want);
	}
}

static void a_service_is_reached_by_region_or_endpoint(void **state)
{
	static const struct {
		const char *region, *endpoint, *want; /* want NULL: refused */
	} rows[] = {
		{"eu-west-1", NULL,
		 "https://cognito-idp.eu-west-1.amazonaws.com/"},
		{"cn-north-1", NULL,
		 "https://cognito-idp.cn-north-1.amazonaws.com.cn/"},
		{"x", "https://pool.example", "https://pool.example/"},
		{"x", "https://pool.example:8443/",
		 "https://pool.example:8443/"},
		{"x", "http://127.0.0.1:9229", "http://127.0.0.1:9229/"},
		{"x", "http://127.9.9.9", "http://127.9.9.9/"},
		{"x", "http://localhost:9229/", "http://localhost:9229/"},
		{"x", "http://[::1]:9229", "http://[::1]:9229/"},
		{"x", "HTTP://LOCALHOST", "HTTP://LOCALHOST/"},
		{"x", "http://192.0.2.1", NULL},
		{"x", "http://pool.example", NULL},
		{"x", "http://localhost.example", NULL},
		{"x", "http://127.0.0.1.example", NULL},
		{"x", "http://127.0.0.1@pool.example", NULL},
		{"x", "http://[::2]", NULL},
		{"x", "http://", NULL},
		{"x", "https://me:hush@pool.example", NULL},
		{"x", "https://pool.example/?key=hush", NULL},
		{"x", "https://pool.example/\r\nx: y", NULL},
		{"x", "ftp://127.0.0.1", NULL},
		{"x", "pool.example", NULL},
		{"x", "", NULL},
	};
	struct problem p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *url = NULL;
		p = (struct problem){0};
		int err = cognito_url(&url, "cognito-idp", rows[i].region,
				      rows[i].endpoint, &p);
		if (rows[i].want) {
			if (err)
				fail_msg("row %zu: %s", i, p.text);
			assert_string_equal(url, rows[i].want);
		} else {
			if (err != PROBLEM_USAGE || !strchr(p.text, ';'))
				fail_msg("row %zu: %d %s", i, err, p.text);
			assert_null(url);
			assert_null(strstr(p.text, "hush"));
		}
		free(url);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_region_stands_in_the_pools_id),
		cmocka_unit_test(a_service_is_reached_by_region_or_endpoint),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
