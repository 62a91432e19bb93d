/* The relay kind of nova_stream where no relay can be reached: each cause has
 * the line that Bedrock's and a proxy's have (transport_failures.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>

#include <cmocka.h>
#include <openssl/ssl.h>

#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/relay/client.h"
#include "tests/support/certificate.h"
#include "tests/support/folder.h"
#include "tests/support/http_server.h"
#include "tests/support/stream_probe.h"
#include "tests/support/threaded_server.h"
#include "tests/support/ws_peer.h"

/* Longer than any answer takes, shorter than a test's patience. */
enum { LIMIT_MS = 1500 };

static struct loop *loop;
static struct nova_upstream *upstream;
static struct stream_probe probe;
static char *folder, *certificate, *key;

/* A CA of our own spares each of many connections the system's. */
static int make_certificate(void **state)
{
	(void)state;
	folder = folder_make();
	certificate = text_format("%s/c.pem", folder);
	key = text_format("%s/k.pem", folder);
	certificate_write(certificate, key, "IP:127.0.0.1", -1, 1);
	return 0;
}

static int remove_certificate(void **state)
{
	(void)state;
	folder_remove(folder);
	free(certificate);
	free(key);
	return 0;
}

static int make_loop(void **state)
{
	(void)state;
	return loop_create(&loop);
}

static int free_all(void **state)
{
	(void)state;
	stream_probe_free(&probe);
	upstream = relay_upstream_free(upstream);
	loop = loop_free(loop);
	return 0;
}

/* Connects and expects the end with that code and line, from the words on. */
static void expect_failure(const char *url, const char *ca_file, int code,
			   const char *words)
{
	const struct relay_client_settings settings = {
		.url = url,
		.ca_file = ca_file,
		.connect_timeout_ms = LIMIT_MS,
	};
	struct problem p;
	char want[512];

	if (relay_upstream_create(&upstream, loop, &settings, &p))
		fail_msg("%s", p.text);
	stream_probe_open(&probe, loop, upstream, NULL);
	stream_probe_await(&probe, "closed ");
	snprintf(want, sizeof want, "relay %s: %s", url, words);
	if (probe.why.code != code || !text_starts(probe.why.text, want))
		fail_msg("%d %s\nand not %d %s", probe.why.code, probe.why.text,
			 code, want);
	stream_probe_free(&probe);
	upstream = relay_upstream_free(upstream);
}

/* --- nobody there --- */

static void silent_script(struct ws_peer *c, void *arg)
{
	(void)arg;
	while (ws_read(c) != WS_CLOSE && c->opcode != WS_LOST)
		;
}

static void a_port_where_nobody_listens_is_said_so(void **state)
{
	static const char *const hosts[] = {"ws://127.0.0.1", "wss://127.0.0.1",
					    "ws://localhost"};
	struct ws_server server;
	char url[64];

	(void)state;
	ws_server_start(&server, silent_script, NULL, NULL);
	ws_server_stop(&server); /* the port is free now */
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		snprintf(url, sizeof url, "%s:%u", hosts[i], server.port);
		expect_failure(url, certificate, PROBLEM_CONNECT,
			       "connection refused; check that the server runs "
			       "and that the port is right");
	}
}

static void an_unknown_name_is_said(void **state)
{
	(void)state;
	/* with a name server, or without */
	expect_failure("ws://no-such-host.invalid:8080", NULL, PROBLEM_CONNECT,
		       "no such host");
}

static void hold(void *arg, int socket)
{
	char data[4096];

	(void)arg;
	while (recv(socket, data, sizeof data, 0) > 0)
		;
}

static void hang_up(void *arg, int socket)
{
	char data[4096];

	(void)arg;
	recv(socket, data, sizeof data, 0);
	shutdown(socket, SHUT_RDWR);
}

static void answer_in_clear(void *arg, int socket)
{
	static const char words[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

	send(socket, words, sizeof words - 1, MSG_NOSIGNAL);
	hold(arg, socket);
}

static void what_is_no_relay_is_told_apart(void **state)
{
	static const struct {
		void (*serve)(void *arg, int socket);
		const char *scheme;
		int code;
		const char *words;
	} rows[] = {
		{hold, "ws", PROBLEM_TIMEOUT,
		 "no answer within 1500 ms; check the address, the network and "
		 "the firewall"},
		{hang_up, "ws", PROBLEM_CONNECT, "no WebSocket there ("},
		{hold, "wss", PROBLEM_TIMEOUT,
		 "the TLS handshake was not done within 1500 ms; check that "
		 "the port speaks TLS"},
		{hang_up, "wss", PROBLEM_TLS,
		 "the connection was ended during the TLS handshake; check"},
		{answer_in_clear, "wss", PROBLEM_TLS,
		 "the other side does not speak TLS there; check the port"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct threaded_server *s = threaded_server_start(rows[i].serve,
								  NULL);
		char url[64];

		snprintf(url, sizeof url, "%s://127.0.0.1:%u", rows[i].scheme,
			 threaded_server_port(s));
		expect_failure(url, certificate, rows[i].code, rows[i].words);
		threaded_server_stop(s);
	}
}

/* --- TLS --- */

static void not_found(void *arg, const struct http_server_request *request,
		      struct http_server_reply *reply)
{
	(void)arg;
	(void)request;
	reply->status = 404;
}

static void certificates_and_names_are_checked(void **state)
{
	static const struct {
		const char *names; /* in the certificate */
		int from_days, to_days;
		bool trusted; /* it is given as --ca-file */
		int tls_most;
		const char *host;
		int code;
		const char *words;
	} rows[] = {
		/* the handshake is done: it answers as a web server does */
		{"IP:127.0.0.1", -1, 1, true, 0, "127.0.0.1", PROBLEM_CONNECT,
		 "is this a habla relay? got HTTP 404"},
		{"DNS:localhost", -1, 1, true, 0, "localhost", PROBLEM_CONNECT,
		 "is this a habla relay? got HTTP 404"},
		{"IP:127.0.0.1", -1, 1, false, 0, "127.0.0.1", PROBLEM_TLS,
		 "its certificate is not trusted (self-signed certificate); "
		 "give the issuer's certificate with --ca-file"},
		{"DNS:other.example", -1, 1, true, 0, "localhost", PROBLEM_TLS,
		 "its certificate is for another host name; connect by"},
		{"DNS:localhost", -1, 1, true, 0, "127.0.0.1", PROBLEM_TLS,
		 "its certificate is for another host name; connect by"},
		{"IP:127.0.0.1", -20, -10, true, 0, "127.0.0.1", PROBLEM_TLS,
		 "its certificate has expired; check this computer's date"},
		{"IP:127.0.0.1", 10, 20, true, 0, "127.0.0.1", PROBLEM_TLS,
		 "its certificate is not valid yet; check this computer's"},
		{"IP:127.0.0.1", -1, 1, true, TLS1_1_VERSION, "127.0.0.1",
		 PROBLEM_TLS, "the other side has no TLS 1.2 or newer; have"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_server *server;
		char url[64];

		certificate_write(certificate, key, rows[i].names,
				  rows[i].from_days, rows[i].to_days);
		server = http_server_start_tls(not_found, NULL, certificate,
					       key, rows[i].tls_most);
		snprintf(url, sizeof url, "wss://%s:%u", rows[i].host,
			 http_server_port(server));
		expect_failure(url, rows[i].trusted ? certificate : NULL,
			       rows[i].code, rows[i].words);
		/* nothing was said to one that was not to be trusted */
		assert_int_equal(http_server_count(server),
				 rows[i].code == PROBLEM_CONNECT);
		http_server_stop(server);
	}
}

static void a_ca_file_that_is_none_is_refused(void **state)
{
	const struct relay_client_settings settings = {
		.url = "wss://127.0.0.1:1",
		.ca_file = "/dev/null",
	};
	struct problem p;

	(void)state;
	assert_int_equal(relay_upstream_create(&upstream, loop, &settings, &p),
			 PROBLEM_TLS);
	assert_non_null(strstr(p.text, "/dev/null"));
	assert_null(upstream);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_loop, free_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_port_where_nobody_listens_is_said_so),
		TEST(an_unknown_name_is_said),
		TEST(what_is_no_relay_is_told_apart),
		TEST(certificates_and_names_are_checked),
		TEST(a_ca_file_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, make_certificate,
				      remove_certificate);
}
