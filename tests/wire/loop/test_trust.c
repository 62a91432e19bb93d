#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/loop/tls.h"
#include "net/loop/transport.h"
#include "tests/support/certificate.h"
#include "tests/support/folder.h"

enum { LIMIT_MS = 60000 };

/* A server whose certificate no system trusts. */
struct rig {
	char *folder, *ca, *cert, *key;
	struct loop *loop;
	struct tls_server *tls_server;
	struct acceptor *acceptor;
	struct transport *server;
	bool opened;
	struct problem why;
};

static void on_server_closed(void *arg, const struct problem *why)
{
	(void)arg;
	(void)why;
}

static void on_server_received(void *arg, const uint8_t *data, size_t length)
{
	(void)arg;
	(void)data;
	(void)length;
}

static void on_accepted(void *arg, struct transport *t)
{
	struct rig *r = arg;

	r->server = transport_free(r->server);
	r->server = t;
	transport_listen(t, &(struct transport_listener){
				    .received = on_server_received,
				    .closed = on_server_closed,
				    .arg = r,
			    });
}

static void on_opened(void *arg)
{
	struct rig *r = arg;

	r->opened = true;
	loop_stop(r->loop);
}

static void on_closed(void *arg, const struct problem *why)
{
	struct rig *r = arg;

	r->why = *why;
	loop_stop(r->loop);
}

static int set_up(void **state)
{
	struct rig *r = calloc(1, sizeof *r);
	struct problem p = {0};

	assert_int_equal(0, loop_create(&r->loop));
	r->folder = folder_make();
	r->ca = text_format("%s/ca.pem", r->folder);
	r->cert = text_format("%s/cert.pem", r->folder);
	r->key = text_format("%s/key.pem", r->folder);
	assert_int_equal(0, tls_make_local(r->ca, r->cert, r->key, &p));
	assert_int_equal(0, tls_server_create(&r->tls_server, r->cert, r->key,
					      &p));
	assert_int_equal(0, acceptor_open(&r->acceptor, r->loop, "127.0.0.1", 0,
					  r->tls_server, on_accepted, r, &p));
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;

	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
	transport_free(r->server);
	acceptor_free(r->acceptor);
	tls_server_free(r->tls_server);
	loop_free(r->loop);
	free(r->ca);
	free(r->cert);
	free(r->key);
	folder_remove(r->folder);
	free(r);
	return 0;
}

static bool connects(struct rig *r, const char *ca_file)
{
	const struct transport_listener listener = {
		.opened = on_opened,
		.received = on_server_received,
		.closed = on_closed,
		.arg = r,
	};
	struct tls_client *tls;
	struct transport *t;
	struct problem p = {0};

	r->opened = false;
	r->why = p;
	assert_int_equal(0, tls_client_create(&tls, ca_file, &p));
	assert_int_equal(0, transport_connect(&t, r->loop, "127.0.0.1",
					      acceptor_port(r->acceptor), tls,
					      LIMIT_MS, &listener));
	loop_run(r->loop);
	transport_free(t);
	tls_client_free(tls);
	assert_true(r->opened || r->why.code == PROBLEM_TLS);
	return r->opened;
}

static void the_system_does_not_trust_it(void **state)
{
	struct rig *r = *state;

	assert_false(connects(r, NULL));
	assert_non_null(strstr(r->why.text, "not trusted"));
}

static void ssl_cert_file_is_trusted(void **state)
{
	struct rig *r = *state;

	setenv("SSL_CERT_FILE", r->ca, 1);
	assert_true(connects(r, NULL));
}

static void ssl_cert_dir_is_trusted(void **state)
{
	struct rig *r = *state;

	certificate_link_by_hash(r->folder, r->ca);
	setenv("SSL_CERT_DIR", r->folder, 1);
	assert_true(connects(r, NULL));
}

static void a_ca_file_of_our_own_stands_in_place_of_them(void **state)
{
	struct rig *r = *state;
	char *other = text_format("%s/other.pem", r->folder);

	certificate_write(other, r->key, "IP:127.0.0.1", -1, 1);
	certificate_link_by_hash(r->folder, r->ca);
	setenv("SSL_CERT_FILE", r->ca, 1);
	setenv("SSL_CERT_DIR", r->folder, 1);
	assert_false(connects(r, other));
	setenv("SSL_CERT_FILE", other, 1);
	setenv("SSL_CERT_DIR", "/nowhere", 1);
	assert_true(connects(r, r->ca));
	free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_system_does_not_trust_it,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(ssl_cert_file_is_trusted,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(ssl_cert_dir_is_trusted, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			a_ca_file_of_our_own_stands_in_place_of_them, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
