#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/bedrock/endpoint.h"

static void urls_are_taken_apart(void **state)
{
	static const struct {
		const char *url, *host;
		unsigned port;
		bool tls;
		const char *authority;
	} rows[] = {
		{"https://bedrock-runtime.us-east-1.amazonaws.com",
		 "bedrock-runtime.us-east-1.amazonaws.com", 443, true,
		 "bedrock-runtime.us-east-1.amazonaws.com"},
		{"HTTPS://Example.com/", "Example.com", 443, true,
		 "Example.com"},
		{"https://example.com:8443", "example.com", 8443, true,
		 "example.com:8443"},
		{"https://example.com:443/", "example.com", 443, true,
		 "example.com"},
		{"https://[2001:db8::7]:9", "2001:db8::7", 9, true,
		 "[2001:db8::7]:9"},
		{"http://127.0.0.1:8081", "127.0.0.1", 8081, false,
		 "127.0.0.1:8081"},
		{"http://127.8.9.10", "127.8.9.10", 80, false, "127.8.9.10"},
		{"http://[::1]:8081/", "::1", 8081, false, "[::1]:8081"},
		{"http://LocalHost:65535", "LocalHost", 65535, false,
		 "LocalHost:65535"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct endpoint e;
		assert_int_equal(0, endpoint_parse(&e, rows[i].url, NULL));
		assert_string_equal(rows[i].host, e.host);
		assert_int_equal(rows[i].port, e.port);
		assert_int_equal(rows[i].tls, e.tls);
		assert_string_equal(rows[i].authority, e.authority);
	}
}

static void what_cannot_be_used_is_a_usage_error(void **state)
{
	static const struct {
		const char *url, *cause;
	} rows[] = {
		{"", "does not begin with https://"},
		{"example.com", "does not begin with https://"},
		{"wss://example.com", "does not begin with https://"},
		{"https://", "host name is wrong"},
		{"https://:443", "host name is wrong"},
		{"https://user@example.com", "host name is wrong"},
		{"https://exa mple.com", "host name is wrong"},
		{"https://[::1", "host name is wrong"},
		{"https://[example.com]", "host name is wrong"},
		{"https://example.com:", "port is not a number"},
		{"https://example.com:0", "port is not a number"},
		{"https://example.com:65536", "port is not a number"},
		{"https://example.com:+80", "port is not a number"},
		{"https://example.com:80x", "something behind the host"},
		{"https://example.com/model", "something behind the host"},
		{"https://example.com?x=1", "something behind the host"},
		{"https://[::1]x", "something behind the host"},
		{"http://example.com", "allowed to this machine only"},
		{"http://10.0.0.1:8081", "allowed to this machine only"},
		{"http://128.0.0.1", "allowed to this machine only"},
		{"http://127.evil.example", "allowed to this machine only"},
		{"http://localhost.evil.example",
		 "allowed to this machine only"},
		{"http://[::2]", "allowed to this machine only"},
		{"http://[::ffff:127.0.0.1]", "allowed to this machine only"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct endpoint e = {.port = 7};
		struct problem p = {0};
		assert_int_equal(PROBLEM_USAGE,
				 endpoint_parse(&e, rows[i].url, &p));
		if (!strstr(p.text, rows[i].cause))
			assert_string_equal(rows[i].cause, p.text);
		assert_int_equal(7, e.port);
	}
}

static void a_host_name_may_not_be_endless(void **state)
{
	char url[400] = "https://";
	struct endpoint e;

	(void)state;
	memset(url + 8, 'a', 253);
	url[8 + 253] = '\0';
	assert_int_equal(0, endpoint_parse(&e, url, NULL));
	memset(url + 8, 'a', 254);
	url[8 + 254] = '\0';
	assert_int_equal(PROBLEM_USAGE, endpoint_parse(&e, url, NULL));
}

static void regions_have_their_hosts(void **state)
{
	struct endpoint e;
	struct problem p = {0};

	(void)state;
	assert_int_equal(0, endpoint_for_region(&e, "eu-north-1", &p));
	assert_string_equal("bedrock-runtime.eu-north-1.amazonaws.com",
			    e.authority);
	assert_true(e.tls);
	assert_int_equal(0, endpoint_for_region(&e, "cn-north-1", &p));
	assert_string_equal("bedrock-runtime.cn-north-1.amazonaws.com.cn",
			    e.authority);
	assert_int_equal(PROBLEM_USAGE, endpoint_for_region(&e, "", &p));
	assert_int_equal(PROBLEM_USAGE,
			 endpoint_for_region(&e, "x.evil.example/", &p));
	assert_non_null(strstr(p.text, "not the name of an AWS region"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_are_taken_apart),
		cmocka_unit_test(what_cannot_be_used_is_a_usage_error),
		cmocka_unit_test(a_host_name_may_not_be_endless),
		cmocka_unit_test(regions_have_their_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
