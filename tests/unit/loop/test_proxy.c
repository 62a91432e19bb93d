#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/proxy.h"

static const struct {
	const char *no_proxy, *host;
	uint16_t port;
	bool direct;
	const char *why;
} exceptions[] = {
	{NULL, "a.example.com", 443, false, "no list"},
	{"", "a.example.com", 443, false, "an empty list"},
	{" , ,", "a.example.com", 443, false, "a list of nothing"},
	{"*", "a.example.com", 443, true, "a star"},
	{"x,*", "a.example.com", 443, true, "a star among others"},
	{"example.com", "example.com", 443, true, "the name"},
	{"example.com", "a.b.example.com", 443, true, "below the name"},
	{".example.com", "a.example.com", 443, true, "with a dot before"},
	{".example.com", "example.com", 443, true, "as curl reads the dot"},
	{"*.example.com", "a.example.com", 443, true, "with a star before"},
	{"example.com", "badexample.com", 443, false, "another name's end"},
	{"a.example.com", "example.com", 443, false, "above the name"},
	{"EXAMPLE.com", "A.example.COM", 443, true, "in any case"},
	{"example.com.", "a.example.com", 443, true, "a last dot there"},
	{"example.com", "a.example.com.", 443, true, "a last dot here"},
	{"one, two ,example.com", "example.com", 443, true, "with blanks"},
	{"one two\texample.com", "example.com", 443, true, "blanks alone"},
	{"example.com:443", "a.example.com", 443, true, "with its port"},
	{"example.com:8443", "a.example.com", 443, false, "another port"},
	{"example.com:", "a.example.com", 443, false, "a broken port"},
	{"example.com:99999", "example.com", 443, false, "no such port"},
	{"localhost", "localhost", 443, true, "localhost by name"},
	{"other", "localhost", 443, false, "localhost is not special"},
	{"127.0.0.1", "127.0.0.1", 443, true, "an address"},
	{"127.0.0.1:443", "127.0.0.1", 443, true, "an address and port"},
	{"127.0.0.1:80", "127.0.0.1", 443, false, "and another port"},
	{"127.0.0.1", "127.0.0.10", 443, false, "not by its digits"},
	{"0.0.1", "127.0.0.1", 443, false, "addresses have no suffixes"},
	{"10.0.0.0/8", "10.200.3.4", 443, true, "a network"},
	{"10.0.0.0/8", "11.0.0.1", 443, false, "outside of it"},
	{"172.16.0.0/12", "172.31.255.1", 443, true, "on no byte's border"},
	{"172.16.0.0/12", "172.32.0.1", 443, false, "just outside"},
	{"0.0.0.0/0", "8.8.8.8", 443, true, "all of them"},
	{"10.0.0.0/33", "10.0.0.0", 443, false, "a broken network"},
	{"10.0.0.0/", "10.0.0.0", 443, false, "a network without size"},
	{"10.0.0.0/8", "10.example.com", 443, false, "a name is no address"},
	{"::1", "::1", 443, true, "IPv6"},
	{"[::1]", "::1", 443, true, "IPv6 in brackets"},
	{"[::1]:443", "::1", 443, true, "and port"},
	{"[::1]:80", "::1", 443, false, "and another port"},
	{"0:0:0:0:0:0:0:1", "::1", 443, true, "written out"},
	{"fd00::/8", "fd12::34", 443, true, "IPv6 network"},
	{"fd00::/8", "fe80::1", 443, false, "outside of it"},
	{"10.0.0.0/8", "::1", 443, false, "the other family"},
	{"[", "::1", 443, false, "half a bracket"},
	{"/", "10.0.0.1", 443, false, "a slash"},
	{":", "a", 443, false, "a colon"},
	{".", "a", 443, false, "a dot"},
};

static void no_proxy_names_whom_to_reach_directly(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++) {
		const struct proxy_environment e = {
			.https_proxy = "http://proxy.example:3128",
			.no_proxy = exceptions[i].no_proxy,
		};
		struct problem p = {0};
		struct proxy x;
		assert_int_equal(0, proxy_for(&x, "https", exceptions[i].host,
					      exceptions[i].port, &e, &p));
		if (exceptions[i].direct != (x.host == NULL))
			fail_msg("%s: %s with NO_PROXY=%s", exceptions[i].why,
				 exceptions[i].host, exceptions[i].no_proxy);
		proxy_deinit(&x);
	}
}

static void the_address_of_a_proxy_is_taken_apart(void **state)
{
	static const struct {
		const char *url, *host;
		uint16_t port;
		const char *user, *password;
	} rows[] = {
		{"http://proxy.example:3128", "proxy.example", 3128, NULL,
		 NULL},
		{"HTTP://proxy.example:3128/", "proxy.example", 3128, NULL,
		 NULL},
		{"proxy.example:3128", "proxy.example", 3128, NULL, NULL},
		{"http://proxy.example", "proxy.example", 80, NULL, NULL},
		{"proxy_1", "proxy_1", 80, NULL, NULL},
		{"http://[::1]:8080", "::1", 8080, NULL, NULL},
		{"http://[::1]/", "::1", 80, NULL, NULL},
		{"http://ann:word@p:1", "p", 1, "ann", "word"},
		{"http://ann@p:1", "p", 1, "ann", ""},
		{"http://a%40b:w%3ao%2Fr%25d@p:1", "p", 1, "a@b", "w:o/r%d"},
		{"http://ann:w@rd:x@p:1", "p", 1, "ann", "w@rd:x"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct proxy_environment e = {.https_proxy = rows[i].url};
		struct problem p = {0};
		struct proxy x;
		assert_int_equal(0, proxy_for(&x, "https", "a.example", 443, &e,
					      &p));
		assert_string_equal(rows[i].host, x.host);
		assert_int_equal(rows[i].port, x.port);
		assert_true(text_equal(rows[i].user, x.user));
		assert_true(text_equal(rows[i].password, x.password));
		proxy_deinit(&x);
	}
}

static void
a_proxy_that_cannot_be_used_is_refused_without_its_password(void **state)
{
	static const struct {
		const char *url, *says;
	} rows[] = {
		{"https://ann:geheim@proxy.example:3128", "only proxies"},
		{"socks5://ann:geheim@proxy.example:1080", "only proxies"},
		{"http://ann:geheim@", "it is not"},
		{"http://ann:geheim@:3128", "it is not"},
		{"http://ann:geheim@p:0", "it is not"},
		{"http://ann:geheim@p:70000", "it is not"},
		{"http://ann:geheim@p:12x", "it is not"},
		{"http://ann:geheim@p:", "it is not"},
		{"http://ann:geheim@p:1/path", "it is not"},
		{"http://ann:geheim@p p:1", "it is not"},
		{"http://ann:geheim@p\r\nX: y", "it is not"},
		{"http://ann:geheim@::1:3128", "it is not"},
		{"http://ann:geheim@[::1", "it is not"},
		{"http://ann:geheim@[::1]x", "it is not"},
		{"http://ann:geheim@[host]:1", "it is not"},
		{"http://ann:geheim%@p:1", "it is not"},
		{"http://ann:geheim%4@p:1", "it is not"},
		{"http://ann:geheim%+4@p:1", "it is not"},
		{"http://ann:geheim%00@p:1", "it is not"},
		{"http://an%3an:geheim@p:1", "it is not"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct proxy_environment e = {.https_proxy = rows[i].url};
		struct problem p = {0};
		struct proxy x;
		if (proxy_for(&x, "https", "a.example", 443, &e, &p) !=
		    PROBLEM_USAGE)
			fail_msg("%s is not refused", rows[i].url);
		assert_null(x.host);
		assert_int_equal(PROBLEM_USAGE, p.code);
		assert_true(text_starts(p.text, "HTTPS_PROXY: "));
		assert_non_null(strstr(p.text, rows[i].says));
		assert_null(strstr(p.text, "geheim"));
	}
	/* what is not needed is not judged */
	const struct proxy_environment e = {.https_proxy = "socks5://p:1",
					    .no_proxy = "a.example"};
	struct proxy x;
	assert_int_equal(0, proxy_for(&x, "https", "a.example", 443, &e, NULL));
	assert_null(x.host);
}

static void each_scheme_has_its_own_variable(void **state)
{
	const struct proxy_environment e = {.https_proxy = "secure:1",
					    .http_proxy = "clear:2"};
	const struct proxy_environment none = {.https_proxy = ""};
	struct proxy x;

	(void)state;
	assert_int_equal(0, proxy_for(&x, "https", "a", 443, &e, NULL));
	assert_string_equal("secure", x.host);
	proxy_deinit(&x);
	assert_int_equal(0, proxy_for(&x, "http", "a", 80, &e, NULL));
	assert_string_equal("clear", x.host);
	proxy_deinit(&x);
	assert_int_equal(0, proxy_for(&x, "https", "a", 443, &none, NULL));
	assert_null(x.host);
	assert_int_equal(0, proxy_for(&x, "http", "a", 80, &none, NULL));
	assert_null(x.host);
}

static void lower_case_variables_come_first(void **state)
{
	struct proxy_environment e;

	(void)state;
	setenv("HTTPS_PROXY", "upper:1", 1);
	setenv("HTTP_PROXY", "header:1", 1);
	setenv("NO_PROXY", "upper", 1);
	unsetenv("https_proxy");
	unsetenv("http_proxy");
	unsetenv("no_proxy");
	proxy_environment_read(&e);
	assert_string_equal("upper:1", e.https_proxy);
	assert_string_equal("upper", e.no_proxy);
	assert_null(e.http_proxy); /* a request's header may have set it */
	setenv("https_proxy", "lower:1", 1);
	setenv("no_proxy", "", 1);
	proxy_environment_read(&e);
	assert_string_equal("lower:1", e.https_proxy);
	assert_string_equal("", e.no_proxy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_proxy_names_whom_to_reach_directly),
		cmocka_unit_test(the_address_of_a_proxy_is_taken_apart),
		cmocka_unit_test(
			a_proxy_that_cannot_be_used_is_refused_without_its_password),
		cmocka_unit_test(each_scheme_has_its_own_variable),
		cmocka_unit_test(lower_case_variables_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
