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
#include <uv.h>

#include "net/base/problem.h"
#include "net/loop/loop.h"
#include "net/loop/proxy.h"
#include "net/loop/tls.h"
#include "net/loop/transport.h"
#include "net/loop/transport_failures.h"
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

/* Connects to that address and gives what becomes of it. */
static struct problem connect_to(struct loop *loop, const char *host,
				 uint16_t port, const struct tls_client *tls)
{
	struct meeting m = {0};
	struct transport *t = NULL;
	const struct transport_listener listener = {
		.opened = on_opened,
		.received = on_received,
		.closed = on_closed,
		.arg = &m,
	};

	assert_int_equal(transport_connect(&t, loop, host, port, tls, LIMIT_MS,
					   &listener),
			 0);
	loop_until(loop, is_closed, &m);
	transport_free(t);
	return m.why;
}

static void a_handshake_that_never_ends_is_given_up(void **state)
{
	struct threaded_server *server = threaded_server_start(be_silent, NULL);
	uint16_t port = threaded_server_port(server);
	struct loop *loop = NULL;
	struct tls_client *tls = NULL;
	char line[128];

	(void)state;
	assert_int_equal(loop_create(&loop), 0);
	assert_int_equal(tls_client_create(&tls, NULL, NULL), 0);
	const struct problem why = connect_to(loop, "127.0.0.1", port, tls);
	snprintf(line, sizeof line,
		 "127.0.0.1:%u: the TLS handshake was not done within %d ms; "
		 "check that the port speaks TLS",
		 (unsigned)port, LIMIT_MS);
	assert_string_equal(why.text, line);
	assert_int_equal(why.code, PROBLEM_TIMEOUT);
	tls_client_free(tls);
	loop_free(loop);
	threaded_server_stop(server);
}

/* --- addresses and names --- */

/* TCP does not go to everybody: the system has no way there, on any machine. */
static void an_address_without_a_way_is_said_so(void **state)
{
	struct loop *loop = NULL;

	(void)state;
	assert_int_equal(loop_create(&loop), 0);
	const struct problem why = connect_to(loop, "255.255.255.255", 443,
					      NULL);
	assert_string_equal(why.text,
			    "255.255.255.255:443: no way to that address; "
			    "check the network connection");
	assert_int_equal(why.code, PROBLEM_CONNECT);
	loop_free(loop);
}

static void wait_for_release(uv_work_t *work)
{
	uv_sem_wait(work->data);
}

static void released(uv_work_t *work, int status)
{
	(void)work;
	(void)status;
}

/* Look-ups are made on libuv's threads: with all of them held up a name gets
 * no answer. */
static void a_silent_name_server_is_given_up(void **state)
{
	enum { THREADS = 8 };
	uv_work_t held[THREADS];
	struct loop *loop = NULL;
	uv_sem_t release;
	char line[128];

	(void)state;
	assert_int_equal(loop_create(&loop), 0);
	assert_int_equal(uv_sem_init(&release, 0), 0);
	for (int i = 0; i < THREADS; i++) {
		held[i].data = &release;
		assert_int_equal(uv_queue_work(loop_uv(loop), &held[i],
					       wait_for_release, released),
				 0);
	}
	const struct problem why = connect_to(loop, "localhost", 443, NULL);
	snprintf(line, sizeof line,
		 "localhost:443: the name server gave no answer within %d ms; "
		 "check the network",
		 LIMIT_MS);
	assert_string_equal(why.text, line);
	assert_int_equal(why.code, PROBLEM_TIMEOUT);
	for (int i = 0; i < THREADS; i++)
		uv_sem_post(&release);
	loop_free(loop);
	uv_sem_destroy(&release);
}

/* Those that need another machine's network. */
static void what_the_system_says_is_one_of_the_rows(void **state)
{
	static const struct {
		int status;
		enum transport_failure row;
	} rows[] = {
		{UV_ECONNREFUSED, TRANSPORT_REFUSED},
		{UV_EAI_NONAME, TRANSPORT_NO_NAME},
		{UV_EAI_NODATA, TRANSPORT_NO_NAME},
		{UV_EAI_AGAIN, TRANSPORT_NAME_UNANSWERED},
		{UV_EAI_FAIL, TRANSPORT_NAME_UNANSWERED},
		{UV_ENETUNREACH, TRANSPORT_NO_WAY},
		{UV_EHOSTUNREACH, TRANSPORT_NO_WAY},
		{UV_ETIMEDOUT, TRANSPORT_CONNECT_LIMIT},
		{UV_ENOMEM, TRANSPORT_MEMORY},
		{UV_EAI_MEMORY, TRANSPORT_MEMORY},
		{UV_EMFILE, TRANSPORT_OTHER},
		{UV_EPERM, TRANSPORT_OTHER},
	};
	struct problem p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(rows[i].row,
				 transport_failure_of(rows[i].status));

	const struct failure_word words[] = {{'D', uv_strerror(UV_EMFILE)}};
	failure_set(&p, transport_failure(TRANSPORT_OTHER), "host:443", words,
		    1);
	assert_string_equal(p.text,
			    "host:443: too many open files; check the address "
			    "and the network");
	failure_set(&p, transport_failure(TRANSPORT_NAME_UNANSWERED),
		    "host:443", NULL, 0);
	assert_string_equal(p.text,
			    "host:443: no such host, or no answer from the "
			    "name server; check the name and the network");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_proxy_refuses_is_said),
		cmocka_unit_test(a_handshake_that_never_ends_is_given_up),
		cmocka_unit_test(an_address_without_a_way_is_said_so),
		cmocka_unit_test(a_silent_name_server_is_given_up),
		cmocka_unit_test(what_the_system_says_is_one_of_the_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
