/* A relay's client behind an HTTP proxy, with a TLS server before the relay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/loop/proxy.h"
#include "net/loop/tls.h"
#include "net/relay/client.h"
#include "tests/support/connect_proxy.h"
#include "tests/support/folder.h"
#include "tests/support/relay_fixture.h"
#include "tests/support/stream_probe.h"
#include "tests/support/threaded_server.h"

struct rig {
	struct loop *loop;
	struct relay_fixture relay;
	char *folder, *ca;
	SSL_CTX *tls;
	struct threaded_server *front;
	struct connect_proxy *proxy;
	struct nova_upstream *upstream;
	struct stream_probe probe;
};

/* --- TLS before the relay --- */

static bool send_all(int to, const char *data, int length)
{
	while (length > 0) {
		ssize_t n = send(to, data, (size_t)length, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		data += n;
		length -= (int)n;
	}
	return true;
}

static void carry(SSL *ssl, int relay)
{
	struct pollfd p[2] = {{.fd = SSL_get_fd(ssl), .events = POLLIN},
			      {.fd = relay, .events = POLLIN}};
	char data[16 * 1024];

	for (;;) {
		if (!SSL_pending(ssl))
			poll(p, 2, -1);
		if (SSL_pending(ssl) || p[0].revents) {
			int n = SSL_read(ssl, data, sizeof data);
			if (n <= 0 || !send_all(relay, data, n))
				return;
		}
		if (p[1].revents) {
			ssize_t n = recv(relay, data, sizeof data, 0);
			if (n <= 0 || SSL_write(ssl, data, (int)n) <= 0)
				return;
		}
		p[0].revents = p[1].revents = 0;
	}
}

static void serve_tls(void *arg, int socket_)
{
	struct rig *r = arg;
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_addr = {htonl(INADDR_LOOPBACK)},
				 .sin_port = htons(r->relay.port)};
	SSL *ssl = SSL_new(r->tls);
	int relay = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	threaded_server_need(
		ssl && relay >= 0 && SSL_set_fd(ssl, socket_) == 1 &&
			connect(relay, (struct sockaddr *)&at, sizeof at) == 0,
		"the front of the relay");
	if (SSL_accept(ssl) == 1)
		carry(ssl, relay);
	SSL_free(ssl);
	close(relay);
}

static int set_up(void **state)
{
	struct rig *r = calloc(1, sizeof *r);

	assert_int_equal(0, loop_create(&r->loop));
	relay_start(&r->relay, NULL, NULL);
	r->relay.fake.echo = true;
	r->folder = folder_make();
	r->ca = text_format("%s/ca.pem", r->folder);
	char *cert = text_format("%s/cert.pem", r->folder);
	char *key = text_format("%s/key.pem", r->folder);
	assert_int_equal(0, tls_make_local(r->ca, cert, key, NULL));
	r->tls = SSL_CTX_new(TLS_server_method());
	assert_int_equal(1, SSL_CTX_use_certificate_chain_file(r->tls, cert));
	assert_int_equal(1, SSL_CTX_use_PrivateKey_file(r->tls, key,
							SSL_FILETYPE_PEM));
	free(cert);
	free(key);
	r->front = threaded_server_start(serve_tls, r);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;

	unsetenv("http_proxy");
	unsetenv("SSL_CERT_FILE");
	stream_probe_free(&r->probe);
	relay_upstream_free(r->upstream);
	loop_free(r->loop);
	connect_proxy_stop(r->proxy);
	threaded_server_stop(r->front);
	relay_stop(&r->relay);
	SSL_CTX_free(r->tls);
	folder_remove(r->folder);
	free(r->ca);
	free(r);
	return 0;
}

/* login: "user:password@" or "". */
static void open_through(struct rig *r, struct connect_proxy_settings settings,
			 const char *login, const char *url)
{
	settings.to = threaded_server_port(r->front);
	r->proxy = connect_proxy_start(&settings);
	char *address = text_format("http://%s127.0.0.1:%u", login,
				    (unsigned)connect_proxy_port(r->proxy));
	const struct proxy_environment proxies = {.https_proxy = address};
	struct problem p = {0};

	int err = relay_upstream_create(
		&r->upstream, r->loop,
		&(struct relay_client_settings){
			.url = url, .ca_file = r->ca, .proxies = &proxies},
		&p);
	assert_string_equal("", p.text);
	assert_int_equal(0, err);
	free(address);
	stream_probe_open(&r->probe, r->loop, r->upstream, NULL);
}

static void talk(struct rig *r)
{
	static const int16_t frame[] = {1, -2, 3, -4};

	stream_probe_await(&r->probe, "opened ");
	assert_int_equal(0, nova_session_audio(&r->probe.session, frame, 4));
	assert_int_equal(0, nova_session_finish(&r->probe.session));
	stream_probe_await(&r->probe, "closed ");
	if (r->probe.why.code != 0)
		fail_msg("%s", r->probe.why.text);
}

/* --- tests --- */

static void a_conversation_goes_through_the_proxy(void **state)
{
	struct rig *r = *state;

	open_through(r, (struct connect_proxy_settings){.login = "ann:geh@im"},
		     "ann:geh%40im@", "wss://localhost:4443");
	talk(r);
	/* the proxy looks the name up, not we */
	assert_string_equal("localhost:4443", connect_proxy_target(r->proxy));
	assert_int_equal(1, connect_proxy_granted(r->proxy));
}

static void the_certificate_is_the_relays_behind_the_proxy(void **state)
{
	struct rig *r = *state;

	open_through(r, (struct connect_proxy_settings){0}, "",
		     "wss://relay.invalid");
	stream_probe_await(&r->probe, "closed ");
	assert_int_equal(PROBLEM_TLS, r->probe.why.code);
	assert_string_equal("relay.invalid:443",
			    connect_proxy_target(r->proxy));
}

static void what_a_proxy_refuses_is_told_without_the_password(void **state)
{
	static const struct {
		const char *login, *says, *want;
	} rows[] = {
		{"ann:other", NULL, "does not allow"},
		{NULL, "HTTP/1.1 403 Forbidden\r\n\r\n", "does not allow"},
		{NULL, "HTTP/1.1 502 Bad Gateway\r\n\r\n", "does not allow"},
		{NULL, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
		 "is no HTTP proxy"},
		{NULL, "", "check HTTPS_PROXY"},
	};
	struct rig *r = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		open_through(
			r,
			(struct connect_proxy_settings){.login = rows[i].login,
							.says = rows[i].says},
			"ann:geheim@", "wss://localhost:4443");
		stream_probe_await(&r->probe, "closed ");
		if (r->probe.why.code != PROBLEM_CONNECT ||
		    !strstr(r->probe.why.text, rows[i].want) ||
		    !strstr(r->probe.why.text, ": proxy 127.0.0.1:"))
			fail_msg("%s, and not: %s", r->probe.why.text,
				 rows[i].want);
		assert_null(strstr(r->probe.why.text, "geheim"));
		stream_probe_free(&r->probe);
		r->upstream = relay_upstream_free(r->upstream);
		connect_proxy_stop(r->proxy);
		r->proxy = NULL;
	}
}

static void what_is_excepted_goes_past_the_proxy(void **state)
{
	const struct proxy_environment proxies = {
		.https_proxy = "http://127.0.0.1:1", .no_proxy = "127.0.0.1"};
	struct rig *r = *state;
	struct problem p = {0};
	char url[64];

	snprintf(url, sizeof url, "wss://127.0.0.1:%u",
		 (unsigned)threaded_server_port(r->front));
	/* and the trust of the environment holds for relays */
	setenv("SSL_CERT_FILE", r->ca, 1);
	assert_int_equal(0, relay_upstream_create(
				    &r->upstream, r->loop,
				    &(struct relay_client_settings){
					    .url = url, .proxies = &proxies},
				    &p));
	stream_probe_open(&r->probe, r->loop, r->upstream, NULL);
	talk(r);
}

/* libwebsockets by itself would take $http_proxy for it */
static void clear_text_goes_directly(void **state)
{
	const struct proxy_environment proxies = {
		.https_proxy = "http://127.0.0.1:1",
		.http_proxy = "http://127.0.0.1:1"};
	struct rig *r = *state;
	struct problem p = {0};
	char url[64];

	snprintf(url, sizeof url, "ws://127.0.0.1:%u", (unsigned)r->relay.port);
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	assert_int_equal(0, relay_upstream_create(
				    &r->upstream, r->loop,
				    &(struct relay_client_settings){
					    .url = url, .proxies = &proxies},
				    &p));
	stream_probe_open(&r->probe, r->loop, r->upstream, NULL);
	talk(r);
}

static void what_cannot_be_used_is_refused_at_once(void **state)
{
	char *login = text_format("http://ann:%0*d@p:1", 90, 0);
	char *host = text_format("wss://%0*d.example", 100, 0);
	const struct {
		const char *proxy, *url, *want;
	} rows[] = {
		{"socks5://p:1", "wss://r.example", "HTTPS_PROXY: only"},
		{login, "wss://r.example", "more than 92 bytes"},
		{"http://p:1", host, "its name is too long"},
	};
	struct rig *r = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct proxy_environment proxies = {
			.https_proxy = rows[i].proxy};
		struct problem p = {0};
		assert_int_equal(
			PROBLEM_USAGE,
			relay_upstream_create(&r->upstream, r->loop,
					      &(struct relay_client_settings){
						      .url = rows[i].url,
						      .proxies = &proxies},
					      &p));
		assert_null(r->upstream);
		if (!strstr(p.text, rows[i].want))
			fail_msg("%s, and not: %s", p.text, rows[i].want);
	}
	free(login);
	free(host);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_conversation_goes_through_the_proxy),
		TEST(the_certificate_is_the_relays_behind_the_proxy),
		TEST(what_a_proxy_refuses_is_told_without_the_password),
		TEST(what_is_excepted_goes_past_the_proxy),
		TEST(clear_text_goes_directly),
		TEST(what_cannot_be_used_is_refused_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
