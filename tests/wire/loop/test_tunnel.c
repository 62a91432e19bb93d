#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/loop/proxy.h"
#include "net/loop/tls.h"
#include "net/loop/transport.h"
#include "tests/support/connect_proxy.h"
#include "tests/support/folder.h"

enum { LIMIT_MS = 60000 };

/* A server that echoes over TLS, and a client of it. */
struct rig {
	struct loop *loop;
	char *folder;
	struct tls_server *tls_server;
	struct tls_client *tls_client;
	struct acceptor *acceptor;
	struct transport *server, *client;
	bool opened;
	char echoed[64];
	struct problem why;
	bool closed;
};

static void on_opened(void *arg)
{
	struct rig *r = arg;

	r->opened = true;
	assert_int_equal(0, transport_write(r->client, "hello", 5));
}

static void on_echoed(void *arg, const uint8_t *data, size_t length)
{
	struct rig *r = arg;

	strncat(r->echoed, (const char *)data, length);
	if (strlen(r->echoed) == 5)
		loop_stop(r->loop);
}

static void on_closed(void *arg, const struct problem *why)
{
	struct rig *r = arg;

	r->why = *why;
	r->closed = true;
	loop_stop(r->loop);
}

static void on_asked(void *arg, const uint8_t *data, size_t length)
{
	struct rig *r = arg;

	assert_int_equal(0, transport_write(r->server, data, length));
}

static void on_server_closed(void *arg, const struct problem *why)
{
	(void)arg;
	(void)why;
}

static void on_accepted(void *arg, struct transport *t)
{
	struct rig *r = arg;

	r->server = t;
	transport_listen(t, &(struct transport_listener){
				    .received = on_asked,
				    .closed = on_server_closed,
				    .arg = r,
			    });
}

static void rig_open(struct rig *r)
{
	struct problem p = {0};
	char *paths[3];
	static const char *const names[] = {"ca", "cert", "key"};

	memset(r, 0, sizeof *r);
	assert_int_equal(0, loop_create(&r->loop));
	r->folder = folder_make();
	for (int i = 0; i < 3; i++)
		paths[i] = text_format("%s/%s.pem", r->folder, names[i]);
	assert_int_equal(0, tls_make_local(paths[0], paths[1], paths[2], &p));
	assert_int_equal(0, tls_server_create(&r->tls_server, paths[1],
					      paths[2], &p));
	assert_int_equal(0, tls_client_create(&r->tls_client, paths[0], &p));
	for (int i = 0; i < 3; i++)
		free(paths[i]);
	assert_int_equal(0, acceptor_open(&r->acceptor, r->loop, "127.0.0.1", 0,
					  r->tls_server, on_accepted, r, &p));
}

static void rig_close(struct rig *r)
{
	transport_free(r->client);
	transport_free(r->server);
	acceptor_free(r->acceptor);
	tls_client_free(r->tls_client);
	tls_server_free(r->tls_server);
	loop_free(r->loop);
	folder_remove(r->folder);
}

/* Runs until "hello" is back or it was closed. */
static void rig_connect(struct rig *r, const struct proxy *proxy,
			const char *host, uint16_t port, uint32_t limit_ms)
{
	const struct transport_listener listener = {
		.opened = on_opened,
		.received = on_echoed,
		.closed = on_closed,
		.arg = r,
	};

	assert_int_equal(0,
			 transport_connect_through(&r->client, r->loop, proxy,
						   host, port, r->tls_client,
						   limit_ms, &listener));
	loop_run(r->loop);
}

static struct proxy local_proxy(uint16_t port)
{
	struct proxy x = {.host = text_copy("127.0.0.1"), .port = port};

	return x;
}

static void a_granted_tunnel_carries_tls_to_the_server(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	struct connect_proxy *x = connect_proxy_start(
		&(struct connect_proxy_settings){
			.to = acceptor_port(r.acceptor)});
	struct proxy proxy = local_proxy(connect_proxy_port(x));
	/* only the proxy knows where that port leads */
	rig_connect(&r, &proxy, "localhost", 443, LIMIT_MS);
	assert_string_equal("", r.why.text);
	assert_string_equal("hello", r.echoed);
	assert_string_equal("localhost:443", connect_proxy_target(x));
	assert_string_equal("localhost:443", transport_peer(r.client));
	assert_int_equal(1, connect_proxy_granted(x));
	proxy_deinit(&proxy);
	rig_close(&r);
	connect_proxy_stop(x);
}

static void the_certificate_is_the_servers_behind_the_tunnel(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	struct connect_proxy *x = connect_proxy_start(
		&(struct connect_proxy_settings){
			.to = acceptor_port(r.acceptor)});
	struct proxy proxy = local_proxy(connect_proxy_port(x));
	rig_connect(&r, &proxy, "bedrock.invalid", 443, LIMIT_MS);
	assert_false(r.opened);
	assert_int_equal(PROBLEM_TLS, r.why.code);
	assert_true(text_starts(r.why.text, "bedrock.invalid:443: its "
					    "certificate is for another"));
	proxy_deinit(&proxy);
	rig_close(&r);
	connect_proxy_stop(x);
}

static void an_address_of_ipv6_stands_in_brackets(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	struct connect_proxy *x = connect_proxy_start(
		&(struct connect_proxy_settings){
			.to = acceptor_port(r.acceptor)});
	struct proxy proxy = local_proxy(connect_proxy_port(x));
	rig_connect(&r, &proxy, "::1", 8443, LIMIT_MS);
	assert_string_equal("hello", r.echoed);
	assert_string_equal("[::1]:8443", connect_proxy_target(x));
	proxy_deinit(&proxy);
	rig_close(&r);
	connect_proxy_stop(x);
}

static void user_and_password_are_shown_to_the_proxy(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	struct connect_proxy *x = connect_proxy_start(&(
		struct connect_proxy_settings){.to = acceptor_port(r.acceptor),
					       .login = "ann:gehe:im"});
	struct proxy proxy = local_proxy(connect_proxy_port(x));
	proxy.user = text_copy("ann");
	proxy.password = text_copy("gehe:im");
	rig_connect(&r, &proxy, "localhost", 443, LIMIT_MS);
	assert_string_equal("hello", r.echoed);
	proxy_deinit(&proxy);
	rig_close(&r);
	connect_proxy_stop(x);
}

static void what_a_proxy_refuses_is_one_line_without_the_password(void **state)
{
	static const struct {
		const char *login, *says, *want;
	} rows[] = {
		{"ann:other", NULL, "asks for a user and a password"},
		{NULL, "HTTP/1.1 403 Forbidden\r\n\r\n",
		 "does not allow a connection to localhost:443 (403)"},
		{NULL, "HTTP/1.0 502 Bad Gateway\r\nA: b\r\n\r\n<html>",
		 "cannot reach localhost:443 (502)"},
		{NULL, "HTTP/1.1 504 Timeout\r\n\r\n",
		 "cannot reach localhost:443 (504)"},
		{NULL, "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "(302)"},
		{NULL, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
		 "is no HTTP proxy"},
		{NULL, "\x15\x03\x01 a TLS alert\r\n\r\n", "is no HTTP proxy"},
		{NULL, "", "ended the connection in place of an answer"},
		{NULL, "HTTP/1.1 200 OK\r\n", "ended the connection"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rig r;
		char name[64];
		rig_open(&r);
		struct connect_proxy *x = connect_proxy_start(
			&(struct connect_proxy_settings){.login = rows[i].login,
							 .says = rows[i].says});
		struct proxy proxy = local_proxy(connect_proxy_port(x));
		proxy.user = text_copy("ann");
		proxy.password = text_copy("geheim");
		rig_connect(&r, &proxy, "localhost", 443, LIMIT_MS);
		assert_true(r.closed);
		assert_int_equal(PROBLEM_CONNECT, r.why.code);
		snprintf(name, sizeof name,
			 "proxy 127.0.0.1:%u: ", (unsigned)proxy.port);
		if (!text_starts(r.why.text, name) ||
		    !strstr(r.why.text, rows[i].want))
			fail_msg("%s, and not: %s", r.why.text, rows[i].want);
		assert_null(strstr(r.why.text, "geheim"));
		assert_int_equal(0, connect_proxy_granted(x));
		proxy_deinit(&proxy);
		rig_close(&r);
		connect_proxy_stop(x);
	}
}

static void an_answer_without_end_is_given_up(void **state)
{
	char *says = text_format("HTTP/1.1 200 OK\r\nA: %0*d", 20000, 0);
	struct rig r;

	(void)state;
	rig_open(&r);
	struct connect_proxy *x = connect_proxy_start(
		&(struct connect_proxy_settings){.says = says});
	struct proxy proxy = local_proxy(connect_proxy_port(x));
	rig_connect(&r, &proxy, "localhost", 443, LIMIT_MS);
	assert_int_equal(PROBLEM_CONNECT, r.why.code);
	assert_non_null(strstr(r.why.text, "too long"));
	proxy_deinit(&proxy);
	rig_close(&r);
	connect_proxy_stop(x);
	free(says);
}

static void a_silent_proxy_is_named_after_the_limit(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	struct connect_proxy *x = connect_proxy_start(
		&(struct connect_proxy_settings){.silent = true});
	struct proxy proxy = local_proxy(connect_proxy_port(x));
	rig_connect(&r, &proxy, "localhost", 443, 300);
	assert_int_equal(PROBLEM_TIMEOUT, r.why.code);
	assert_true(text_starts(r.why.text, "proxy 127.0.0.1:"));
	proxy_deinit(&proxy);
	rig_close(&r);
	connect_proxy_stop(x);
}

static void a_proxy_that_is_not_there_is_named(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	struct connect_proxy *x = connect_proxy_start(
		&(struct connect_proxy_settings){.silent = true});
	struct proxy proxy = local_proxy(connect_proxy_port(x));
	connect_proxy_stop(x); /* so nobody listens there */
	rig_connect(&r, &proxy, "localhost", 443, LIMIT_MS);
	assert_int_equal(PROBLEM_CONNECT, r.why.code);
	assert_true(text_starts(r.why.text, "proxy 127.0.0.1:"));
	assert_non_null(strstr(r.why.text, "connection refused"));
	proxy_deinit(&proxy);
	rig_close(&r);
}

static void a_host_that_would_break_the_request_is_refused(void **state)
{
	struct rig r;
	struct transport *t = NULL;
	struct proxy proxy = local_proxy(1);

	(void)state;
	rig_open(&r);
	assert_int_equal(
		PROBLEM_USAGE,
		transport_connect_through(&t, r.loop, &proxy, "a\r\nX-Evil: b",
					  443, r.tls_client, LIMIT_MS,
					  &(struct transport_listener){0}));
	assert_null(t);
	proxy_deinit(&proxy);
	rig_close(&r);
}

static void freed_in_the_middle_it_tells_nothing(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	struct connect_proxy *x = connect_proxy_start(
		&(struct connect_proxy_settings){.silent = true});
	struct proxy proxy = local_proxy(connect_proxy_port(x));
	rig_connect(&r, &proxy, "localhost", 443, 1);
	r.client = transport_free(r.client);
	r.closed = false;
	assert_int_equal(0, transport_connect_through(
				    &r.client, r.loop, &proxy, "localhost", 443,
				    r.tls_client, LIMIT_MS,
				    &(struct transport_listener){
					    .closed = on_closed, .arg = &r}));
	proxy_deinit(&proxy); /* it was for the call only */
	r.client = transport_free(r.client);
	rig_close(&r);
	assert_false(r.closed);
	connect_proxy_stop(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_granted_tunnel_carries_tls_to_the_server),
		cmocka_unit_test(
			the_certificate_is_the_servers_behind_the_tunnel),
		cmocka_unit_test(an_address_of_ipv6_stands_in_brackets),
		cmocka_unit_test(user_and_password_are_shown_to_the_proxy),
		cmocka_unit_test(
			what_a_proxy_refuses_is_one_line_without_the_password),
		cmocka_unit_test(an_answer_without_end_is_given_up),
		cmocka_unit_test(a_silent_proxy_is_named_after_the_limit),
		cmocka_unit_test(a_proxy_that_is_not_there_is_named),
		cmocka_unit_test(
			a_host_that_would_break_the_request_is_refused),
		cmocka_unit_test(freed_in_the_middle_it_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
