#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/base/host.h"

static void loopback_is_known_by_address_and_by_one_name(void **state)
{
	static const struct {
		const char *host;
		bool address, host_too;
	} rows[] = {
		{"127.0.0.1", true, true},
		{"127.0.0.0", true, true},
		{"127.255.255.254", true, true},
		{"::1", true, true},
		{"0:0:0:0:0:0:0:1", true, true},
		{"[::1]", false, true},
		{"[0:0::1]", false, true},
		{"localhost", false, true},
		{"LocalHost", false, true},
		/* a resolver decides */
		{"localhost.", false, false},
		{"x.localhost", false, false},
		{"localhost.evil.org", false, false},
		{"127.0.0.1.evil.org", false, false},
		/* some resolvers read these as an address */
		{"127.1", false, false},
		{"127", false, false},
		{"2130706433", false, false},
		{"0x7f.0.0.1", false, false},
		{"0177.0.0.1", false, false},
		{"127.0.0.1 ", false, false},
		{" 127.0.0.1", false, false},
		{"::ffff:127.0.0.1", false, false},
		{"::", false, false},
		{"::2", false, false},
		{"::1%lo", false, false},
		{"fe80::1", false, false},
		{"0.0.0.0", false, false},
		{"126.255.255.255", false, false},
		{"128.0.0.1", false, false},
		{"10.0.0.1", false, false},
		{"example.com", false, false},
		{"[127.0.0.1]", false, false},
		{"[localhost]", false, false},
		{"[[::1]]", false, false},
		{"[::1", false, false},
		{"::1]", false, false},
		{"[::1]x", false, false},
		{"[]", false, false},
		{"[", false, false},
		{"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0001]", false,
		 false},
		{"", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (host_address_is_loopback(rows[i].host) != rows[i].address)
			fail_msg("as an address: %s", rows[i].host);
		if (host_is_loopback(rows[i].host) != rows[i].host_too)
			fail_msg("as a host: %s", rows[i].host);
	}
}

static void urls_that_secrets_may_travel_over(void **state)
{
	static const struct {
		const char *url;
		bool safe;
	} rows[] = {
		{"https://example.com/", true},
		{"HTTPS://example.com", true},
		{"http://127.0.0.1:8080/x", true},
		{"http://127.0.0.2/", true},
		{"http://localhost", true},
		{"HTTP://LOCALHOST?a=b", true},
		{"http://[::1]:80/", true},
		{"http://[::1]", true},
		{"http://127.0.0.1#@example.com", true},
		{"http://example.com", false},
		{"http://127.0.0.1.example.com/", false},
		{"http://localhost@example.com/", false},
		{"http://127.0.0.1:80@example.com/", false},
		{"http://[::1]@example.com/", false},
		{"http://[::1].example.com/", false},
		{"http://[::1", false},
		{"http://::1/", false},
		{"http://127.0.0.1\\.example.com/", false},
		{"http://example.com/@127.0.0.1", false},
		{"http:///", false},
		{"http://", false},
		{"ws://127.0.0.1/", false},
		{"127.0.0.1", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (host_url_is_safe(rows[i].url) != rows[i].safe)
			fail_msg("%s", rows[i].url);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loopback_is_known_by_address_and_by_one_name),
		cmocka_unit_test(urls_that_secrets_may_travel_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
