/* Failures that the simulator cannot make, since it speaks HTTP/2 too well: a
 * server that says a few bytes and hangs up, in clear text and where TLS is
 * expected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock.h"
#include "net/loop/loop.h"
#include "tests/support/stream_probe.h"
#include "tests/support/threaded_server.h"

#define BYTES(text) text, sizeof(text) - 1
#define ALERT(code) BYTES("\x15\x03\x03\x00\x02\x02" code)

/* "@" stands for the server's address. */
static const struct row {
	const char *scheme;
	const char *bytes;
	size_t length;
	int code;
	const char *line;
} rows[] = {
	{"http", BYTES("HTTP/1.1 400 Bad Request\r\n\r\n"), PROBLEM_PROTOCOL,
	 "Bedrock us-east-1 at @: the answer is not HTTP/2 (HTTP/1); check "
	 "--endpoint"},
	/* SETTINGS, then DATA on stream 0 */
	{"http",
	 BYTES("\0\0\0\x04\0\0\0\0\0"
	       "\0\0\x01\0\0\0\0\0\0x"),
	 PROBLEM_PROTOCOL,
	 "Bedrock us-east-1 at @: the other side broke the rules of HTTP/2; "
	 "check --endpoint, or reconnect"},
	{"http", BYTES(""), PROBLEM_CLOSED,
	 "Bedrock us-east-1 at @: the connection was closed before the "
	 "conversation was over; reconnect"},
	{"https", BYTES("HTTP/1.1 400 Bad Request\r\n\r\n"), PROBLEM_TLS,
	 "@: the other side does not speak TLS there; check the port"},
	{"https", BYTES(""), PROBLEM_TLS,
	 "@: the connection was ended during the TLS handshake; check that "
	 "the port speaks TLS"},
	{"https", ALERT("\x28"), PROBLEM_TLS, /* handshake_failure */
	 "@: the TLS handshake failed (sslv3 alert handshake failure); check "
	 "the address and the port"},
	{"https", ALERT("\x46"), PROBLEM_TLS, /* protocol_version */
	 "@: the other side has no TLS 1.2 or newer; have it updated"},
	{"https", ALERT("\x78"), PROBLEM_TLS, /* no_application_protocol */
	 "@: the server does not speak HTTP/2; check the address and the "
	 "port"},
};

/* Waits for the client's first bytes, says its own, and waits for the client
 * to go, so that no reset overtakes them. */
static void serve(void *arg, int socket)
{
	const struct row *r = arg;
	char buffer[4096];

	if (recv(socket, buffer, sizeof buffer, 0) <= 0)
		return;
	if (r->length && send(socket, r->bytes, r->length, MSG_NOSIGNAL) < 0)
		return;
	shutdown(socket, SHUT_WR);
	while (recv(socket, buffer, sizeof buffer, 0) > 0)
		continue;
}

/* Opens a stream to url and waits for its end. */
static struct problem meet(const char *url)
{
	struct loop *loop = NULL;
	struct credentials_source *keys;
	struct nova_upstream *upstream;
	struct stream_probe probe;
	struct problem p;

	assert_int_equal(loop_create(&loop), 0);
	assert_int_equal(credentials_fixed_create(&keys, loop_clock(loop),
						  "AKID", "secret", NULL, &p),
			 0);
	const struct bedrock_settings settings = {.endpoint = url,
						  .credentials = keys};
	if (bedrock_upstream_create(&upstream, loop, &settings, &p))
		fail_msg("%s", p.text);
	stream_probe_open(&probe, loop, upstream, NULL);
	stream_probe_await(&probe, "closed");
	assert_false(probe.is_open);
	p = probe.why;
	stream_probe_free(&probe);
	bedrock_upstream_free(upstream);
	credentials_source_free(keys);
	loop_free(loop);
	return p;
}

static int meet_row(const struct row *r, char line[PROBLEM_TEXT_SIZE])
{
	struct row mine = *r;
	struct threaded_server *server = threaded_server_start(serve, &mine);
	char address[32], url[64];

	snprintf(address, sizeof address, "127.0.0.1:%u",
		 (unsigned)threaded_server_port(server));
	snprintf(url, sizeof url, "%s://%s", r->scheme, address);
	const struct problem p = meet(url);
	const char *at = strstr(p.text, address);
	assert_non_null(at);
	snprintf(line, PROBLEM_TEXT_SIZE, "%.*s@%s", (int)(at - p.text), p.text,
		 at + strlen(address));
	threaded_server_stop(server);
	return p.code;
}

static void each_failure_has_its_code_and_its_line(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char line[PROBLEM_TEXT_SIZE];
		int code = meet_row(&rows[i], line);

		if (code != rows[i].code || !text_equal(line, rows[i].line)) {
			print_error("row %zu: %s: \"%s\"\n", i,
				    problem_name(code), line);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void a_port_where_nobody_listens_is_said_so(void **state)
{
	struct threaded_server *server = threaded_server_start(serve, NULL);
	char url[64];

	(void)state;
	/* a port that was free a moment ago */
	snprintf(url, sizeof url, "https://127.0.0.1:%u",
		 (unsigned)threaded_server_port(server));
	threaded_server_stop(server);
	const struct problem p = meet(url);
	assert_int_equal(p.code, PROBLEM_CONNECT);
	assert_non_null(strstr(p.text, ": connection refused; check that the "
				       "server runs and that the port is "
				       "right"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_failure_has_its_code_and_its_line),
		cmocka_unit_test(a_port_where_nobody_listens_is_said_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
