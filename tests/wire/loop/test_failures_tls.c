/* Failures of TLS that a whole server does not make: a connection cut without
 * a goodbye, damaged records, a certificate for another use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>
#include <openssl/ssl.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/loop/tls.h"
#include "net/loop/transport.h"
#include "tests/support/certificate.h"
#include "tests/support/folder.h"
#include "tests/support/loop_until.h"
#include "tests/support/threaded_server.h"

enum { LIMIT_MS = 30000 };

/* application data, 32 bytes, and no key that made them */
static const char damaged[] = "\x17\x03\x03\x00\x20"
			      "0123456789abcdef0123456789abcdef";

struct row {
	const char *says; /* on the socket, past TLS, once it stands; or NULL */
	bool for_clients; /* what the certificate is for */
	int code;
	const char *line; /* behind the address */
};

struct server {
	const struct row *row;
	char *cert, *key;
};

static int choose_h2(SSL *ssl, const unsigned char **out, unsigned char *length,
		     const unsigned char *in, unsigned in_length, void *arg)
{
	static const unsigned char h2[] = {2, 'h', '2'};

	(void)ssl;
	(void)arg;
	return SSL_select_next_proto((unsigned char **)(uintptr_t)out, length,
				     h2, sizeof h2, in,
				     in_length) == OPENSSL_NPN_NEGOTIATED
		       ? SSL_TLSEXT_ERR_OK
		       : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void wait_for_the_end(int socket)
{
	char buffer[4096];

	while (recv(socket, buffer, sizeof buffer, 0) > 0)
		continue;
}

static void serve(void *arg, int socket)
{
	const struct server *s = arg;
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	SSL_CTX_use_certificate_file(context, s->cert, SSL_FILETYPE_PEM);
	SSL_CTX_use_PrivateKey_file(context, s->key, SSL_FILETYPE_PEM);
	SSL_CTX_set_alpn_select_cb(context, choose_h2, NULL);
	SSL *ssl = SSL_new(context);
	SSL_set_fd(ssl, socket);
	/* returning cuts the connection */
	if (SSL_accept(ssl) == 1 && s->row->says) {
		send(socket, s->row->says, sizeof damaged - 1, MSG_NOSIGNAL);
		wait_for_the_end(socket);
	}
	SSL_free(ssl);
	SSL_CTX_free(context);
}

struct meeting {
	struct problem why;
	bool opened, closed;
};

static void on_opened(void *arg)
{
	((struct meeting *)arg)->opened = true;
}

static void on_received(void *arg, const uint8_t *data, size_t length)
{
	(void)arg;
	(void)data;
	(void)length;
	fail_msg("the server has said nothing");
}

static void on_closed(void *arg, const struct problem *why)
{
	struct meeting *m = arg;

	m->why = *why;
	m->closed = true;
}

static bool is_closed(void *arg)
{
	return ((struct meeting *)arg)->closed;
}

static void meet(struct meeting *m, const struct server *s, uint16_t port)
{
	const struct transport_listener listener = {
		.opened = on_opened,
		.received = on_received,
		.closed = on_closed,
		.arg = m,
	};
	struct tls_client *tls = NULL;
	struct transport *t = NULL;
	struct loop *loop = NULL;

	assert_int_equal(loop_create(&loop), 0);
	assert_int_equal(tls_client_create(&tls, s->cert, NULL), 0);
	assert_int_equal(transport_connect(&t, loop, "127.0.0.1", port, tls,
					   LIMIT_MS, &listener),
			 0);
	loop_until(loop, is_closed, m);
	transport_free(t);
	tls_client_free(tls);
	loop_free(loop);
}

static void try_row(const struct row *row)
{
	struct meeting m = {0};
	char *folder = folder_make(), line[256];
	struct server s = {
		.row = row,
		.cert = text_format("%s/cert.pem", folder),
		.key = text_format("%s/key.pem", folder),
	};

	if (row->for_clients)
		certificate_write_for_clients(s.cert, s.key, "IP:127.0.0.1");
	else
		certificate_write(s.cert, s.key, "IP:127.0.0.1", -1, 1);
	struct threaded_server *server = threaded_server_start(serve, &s);
	meet(&m, &s, threaded_server_port(server));
	snprintf(line, sizeof line, "127.0.0.1:%u: %s",
		 (unsigned)threaded_server_port(server), row->line);
	assert_string_equal(line, m.why.text);
	assert_int_equal(row->code, m.why.code);
	assert_int_equal(!row->for_clients, m.opened);
	threaded_server_stop(server);
	free(s.cert);
	free(s.key);
	folder_remove(folder);
}

static void a_connection_cut_without_a_goodbye_is_said_so(void **state)
{
	const struct row row = {
		.code = PROBLEM_CLOSED,
		.line = "the connection was cut off; try again",
	};

	(void)state;
	try_row(&row);
}

static void damaged_records_are_said_so(void **state)
{
	const struct row row = {
		.says = damaged,
		.code = PROBLEM_TLS,
		.line = "the TLS connection broke (decryption failed or bad "
			"record mac); try again",
	};

	(void)state;
	try_row(&row);
}

static void a_certificate_for_another_use_is_refused(void **state)
{
	const struct row row = {
		.for_clients = true,
		.code = PROBLEM_TLS,
		.line = "its certificate is refused (unsuitable certificate "
			"purpose); have it corrected",
	};

	(void)state;
	try_row(&row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_cut_without_a_goodbye_is_said_so),
		cmocka_unit_test(damaged_records_are_said_so),
		cmocka_unit_test(a_certificate_for_another_use_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
