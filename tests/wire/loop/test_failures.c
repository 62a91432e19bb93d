/* Failures on the way: the exact line of those that need no certificate, and
 * of a proxy's refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/loop/loop.h"
#include "net/loop/proxy.h"
#include "net/loop/tls.h"
#include "net/loop/transport.h"
#include "tests/support/loop_until.h"
#include "tests/support/threaded_server.h"

enum { LIMIT_MS = 3000 };

static void what_a_proxy_refuses_is_said(void **state)
{
	static const struct {
		int status;
		const char *line;
	} rows[] = {
		{0, "proxy:3128: is no HTTP proxy; check HTTPS_PROXY"},
		{407, "proxy:3128: asks for a user and a password, or refuses "
		      "those it got (407); set HTTPS_PROXY to "
		      "http://USER:PASSWORD@HOST:PORT"},
		{502, "proxy:3128: cannot reach far:443 (502); check that "
		      "name, or try again later"},
		{503, "proxy:3128: cannot reach far:443 (503); check that "
		      "name, or try again later"},
		{504, "proxy:3128: cannot reach far:443 (504); check that "
		      "name, or try again later"},
		{403, "proxy:3128: does not allow a connection to far:443 "
		      "(403); ask whoever runs it, or name that host in "
		      "NO_PROXY"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct problem p;

		assert_int_equal(proxy_problem(&p, "proxy:3128", "far:443",
					       rows[i].status),
				 PROBLEM_CONNECT);
		assert_string_equal(p.text, rows[i].line);
	}
}

/* --- a server that takes the connection and is silent --- */

struct meeting {
	struct problem why;
	bool closed;
};

static void on_closed(void *arg, const struct problem *why)
{
	struct meeting *m = arg;

	m->why = *why;
	m->closed = true;
}

static void on_opened(void *arg)
{
	(void)arg;
	fail_msg("TLS stands with a server that said nothing");
}

static void on_received(void *arg, const uint8_t *data, size_t length)
{
	(void)arg;
	(void)data;
	(void)length;
}

static bool is_closed(void *arg)
{
	return ((struct meeting *)arg)->closed;
}

static void be_silent(void *arg, int socket)
{
	char buffer[4096];

	(void)arg;
	while (recv(socket, buffer, sizeof buffer, 0) > 0)
		continue;
}

static void a_handshake_that_never_ends_is_given_up(void **state)
{
	struct threaded_server *server = threaded_server_start(be_silent, NULL);
	struct meeting m = {0};
	struct loop *loop = NULL;
	struct tls_client *tls = NULL;
	struct transport *t = NULL;
	const struct transport_listener listener = {
		.opened = on_opened,
		.received = on_received,
		.closed = on_closed,
		.arg = &m,
	};
	char line[128];

	(void)state;
	assert_int_equal(loop_create(&loop), 0);
	assert_int_equal(tls_client_create(&tls, NULL, NULL), 0);
	assert_int_equal(transport_connect(&t, loop, "127.0.0.1",
					   threaded_server_port(server), tls,
					   LIMIT_MS, &listener),
			 0);
	loop_until(loop, is_closed, &m);
	snprintf(line, sizeof line,
		 "127.0.0.1:%u: the TLS handshake was not done within %d ms; "
		 "check that the port speaks TLS",
		 (unsigned)threaded_server_port(server), LIMIT_MS);
	assert_string_equal(m.why.text, line);
	assert_int_equal(m.why.code, PROBLEM_TIMEOUT);
	transport_free(t);
	tls_client_free(tls);
	loop_free(loop);
	threaded_server_stop(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_proxy_refuses_is_said),
		cmocka_unit_test(a_handshake_that_never_ends_is_given_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
