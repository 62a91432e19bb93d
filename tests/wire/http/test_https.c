/* TLS, whom it trusts, and proxies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <openssl/ssl.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/http/http.h"
#include "net/loop/loop.h"
#include "net/loop/tls.h"
#include "tests/support/certificate.h"
#include "tests/support/connect_proxy.h"
#include "tests/support/folder.h"
#include "tests/support/http_server.h"
#include "tests/support/threaded_server.h"

enum { HANG_MS = 120000 };

struct rig {
	struct loop *loop;
	char *folder, *ca, *cert, *key;
	struct http_server *server;
	struct connect_proxy *proxy;
	char url[128];

	int status;
	char *body;
	struct problem why;
};

static void forget_environment(void)
{
	static const char *const names[] = {
		"SSL_CERT_FILE", "SSL_CERT_DIR", "https_proxy", "HTTPS_PROXY",
		"http_proxy",    "HTTP_PROXY",   "no_proxy",    "NO_PROXY",
		"ALL_PROXY",     "all_proxy",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
}

static int set_up(void **state)
{
	struct rig *r = calloc(1, sizeof *r);
	struct problem p = {0};

	forget_environment();
	assert_int_equal(0, loop_create(&r->loop));
	r->folder = folder_make();
	r->ca = text_format("%s/ca.pem", r->folder);
	r->cert = text_format("%s/cert.pem", r->folder);
	r->key = text_format("%s/key.pem", r->folder);
	assert_int_equal(0, tls_make_local(r->ca, r->cert, r->key, &p));
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;

	forget_environment();
	connect_proxy_stop(r->proxy);
	http_server_stop(r->server);
	loop_free(r->loop);
	folder_remove(r->folder);
	free(r->ca);
	free(r->cert);
	free(r->key);
	free(r->body);
	free(r);
	return 0;
}

static void say_hello(void *arg, const struct http_server_request *request,
		      struct http_server_reply *reply)
{
	(void)arg;
	(void)request;
	http_server_text(reply, "hello");
}

static void serve(struct rig *r, int tls_most)
{
	r->server = http_server_start_tls(say_hello, r, r->cert, r->key,
					  tls_most);
	snprintf(r->url, sizeof r->url, "https://127.0.0.1:%u/x",
		 (unsigned)http_server_port(r->server));
}

static void on_done(void *arg, const struct http_answer *answer,
		    const struct problem *why)
{
	struct rig *r = arg;

	if (answer) {
		r->status = answer->status;
		r->body = text_copy(answer->body);
	} else {
		r->why = *why;
	}
	loop_stop(r->loop);
}

static void ask(struct rig *r, const char *ca_file, const char *url,
		bool direct)
{
	const struct http_request request = {.name = "the thing",
					     .url = url,
					     .direct = direct,
					     .timeout_ms = HANG_MS};
	struct http *h;
	struct http_call *c = NULL;

	free(r->body);
	r->body = NULL;
	r->status = 0;
	memset(&r->why, 0, sizeof r->why);
	assert_int_equal(0, http_create(&h, r->loop, ca_file, &r->why));
	if (http_send(&c, h, &request, on_done, r, &r->why) == 0)
		loop_run(r->loop);
	http_call_free(c);
	http_free(h);
}

static void assert_hello(const struct rig *r)
{
	assert_string_equal("", r->why.text);
	assert_int_equal(200, r->status);
	assert_string_equal("hello", r->body);
}

static void assert_fails(const struct rig *r, int code, const char *words)
{
	assert_int_equal(0, r->status);
	if (r->why.code != code || !strstr(r->why.text, words))
		fail_msg("%d %s, and not: %s", r->why.code, r->why.text, words);
}

/* --- trust --- */

static void a_ca_file_of_ours_is_trusted(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	ask(r, r->ca, r->url, false);
	assert_hello(r);
}

static void without_it_the_server_is_refused(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	ask(r, NULL, r->url, false);
	assert_fails(r, PROBLEM_TLS,
		     "the thing: its certificate is not trusted"
		     " (");
	assert_int_equal(0, http_server_count(r->server));
}

static void ssl_cert_file_is_trusted(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	setenv("SSL_CERT_FILE", r->ca, 1);
	ask(r, NULL, r->url, false);
	assert_hello(r);
}

static void ssl_cert_dir_is_trusted(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	certificate_link_by_hash(r->folder, r->ca);
	setenv("SSL_CERT_DIR", r->folder, 1);
	ask(r, NULL, r->url, false);
	assert_hello(r);
}

static void a_ca_file_of_ours_stands_in_place_of_them(void **state)
{
	struct rig *r = *state;
	char *other = text_format("%s/other.pem", r->folder);
	char *other_key = text_format("%s/other-key.pem", r->folder);

	serve(r, 0);
	certificate_write(other, other_key, "IP:127.0.0.1", -1, 1);
	certificate_link_by_hash(r->folder, r->ca);
	setenv("SSL_CERT_FILE", r->ca, 1);
	setenv("SSL_CERT_DIR", r->folder, 1);
	ask(r, other, r->url, false);
	assert_fails(r, PROBLEM_TLS, "is not trusted");
	setenv("SSL_CERT_FILE", other, 1);
	ask(r, r->ca, r->url, false);
	assert_hello(r);
	free(other);
	free(other_key);
}

static void a_trust_file_that_is_missing_is_told(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	ask(r, "/nowhere/ca.pem", r->url, false);
	assert_fails(r, PROBLEM_TLS, "/nowhere/ca.pem");
}

static void ask_with_certificate(struct rig *r, const char *names, int from,
				 int to)
{
	certificate_write(r->cert, r->key, names, from, to);
	serve(r, 0);
	ask(r, r->cert, r->url, false);
	assert_int_equal(0, http_server_count(r->server));
}

static void an_expired_certificate_is_refused(void **state)
{
	ask_with_certificate(*state, "IP:127.0.0.1", -20, -10);
	assert_fails(*state, PROBLEM_TLS, "its certificate has expired; check");
}

static void a_certificate_of_the_future_is_refused(void **state)
{
	ask_with_certificate(*state, "IP:127.0.0.1", 10, 20);
	assert_fails(*state, PROBLEM_TLS, "is not valid yet; check");
}

static void a_certificate_for_another_name_is_refused(void **state)
{
	ask_with_certificate(*state, "DNS:other.example", -1, 1);
	assert_fails(*state, PROBLEM_TLS, "is for another host name; check");
}

static void tls_older_than_1_2_is_refused(void **state)
{
	struct rig *r = *state;

	serve(r, TLS1_1_VERSION);
	ask(r, r->ca, r->url, false);
	assert_fails(r, PROBLEM_TLS, "speaks TLS 1.2 or later");
}

static void tls_1_2_is_enough(void **state)
{
	struct rig *r = *state;

	serve(r, TLS1_2_VERSION);
	ask(r, r->ca, r->url, false);
	assert_hello(r);
}

static void answer_unasked(void *arg, int socket)
{
	static const char words[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	char data[4096];

	(void)arg;
	send(socket, words, sizeof words - 1, MSG_NOSIGNAL);
	while (recv(socket, data, sizeof data, 0) > 0)
		;
}

static void a_server_in_clear_text_is_told_apart(void **state)
{
	struct rig *r = *state;
	struct threaded_server *s = threaded_server_start(answer_unasked, NULL);

	snprintf(r->url, sizeof r->url, "https://127.0.0.1:%u/x",
		 (unsigned)threaded_server_port(s));
	ask(r, r->ca, r->url, false);
	assert_fails(r, PROBLEM_TLS, "no secure connection (");
	threaded_server_stop(s);
}

/* --- proxies --- */

static void start_proxy(struct rig *r, struct connect_proxy_settings settings,
			const char *login)
{
	settings.to = http_server_port(r->server);
	r->proxy = connect_proxy_start(&settings);
	char *url = text_format("http://%s127.0.0.1:%u", login,
				(unsigned)connect_proxy_port(r->proxy));
	setenv("HTTPS_PROXY", url, 1);
	free(url);
}

static void https_goes_through_the_proxy(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	start_proxy(r, (struct connect_proxy_settings){.login = "a@b:c:d"},
		    "a%40b:c%3ad@");
	ask(r, r->ca, "https://localhost/x", false);
	assert_hello(r);
	assert_string_equal("localhost:443", connect_proxy_target(r->proxy));
	assert_int_equal(1, connect_proxy_granted(r->proxy));
	assert_string_equal(
		"", http_server_header(http_server_request(r->server, 0),
				       "Proxy-Authorization"));
}

static void the_certificate_is_the_servers_behind_the_proxy(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	start_proxy(r, (struct connect_proxy_settings){0}, "");
	ask(r, r->ca, "https://sts.invalid/x", false);
	assert_fails(r, PROBLEM_TLS, "is for another host name");
}

static void what_is_excepted_or_direct_goes_past_it(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	start_proxy(r, (struct connect_proxy_settings){0}, "");
	setenv("NO_PROXY", "127.0.0.0/8", 1);
	ask(r, r->ca, r->url, false);
	assert_hello(r);
	unsetenv("NO_PROXY");
	ask(r, r->ca, r->url, true);
	assert_hello(r);
	assert_int_equal(0, connect_proxy_granted(r->proxy));
	ask(r, r->ca, r->url, false);
	assert_hello(r);
	assert_int_equal(1, connect_proxy_granted(r->proxy));
}

static void an_address_of_ipv6_is_excepted_without_its_brackets(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	start_proxy(r, (struct connect_proxy_settings){0}, "");
	setenv("NO_PROXY", "::1", 1);
	ask(r, r->ca, "https://[::1]:1/x", false); /* nobody is there */
	assert_fails(r, PROBLEM_CONNECT, "the thing: [::1]:1: ");
	assert_string_equal("", connect_proxy_target(r->proxy));
}

static void a_refusal_of_the_proxy_is_told(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	start_proxy(r, (struct connect_proxy_settings){.login = "ann:geheim"},
		    "ann:falsch@");
	ask(r, r->ca, "https://localhost/x", false);
	assert_fails(r, PROBLEM_CONNECT, "asks for a user and a password");
	assert_true(text_starts(r->why.text, "the thing: proxy 127.0.0.1:"));
	assert_null(strstr(r->why.text, "falsch"));
}

static void a_proxy_that_forbids_is_told(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	start_proxy(r,
		    (struct connect_proxy_settings){
			    .says = "HTTP/1.1 403 Forbidden\r\n"
				    "Content-Length: 0\r\n\r\n"},
		    "");
	ask(r, r->ca, "https://localhost/x", false);
	assert_fails(r, PROBLEM_CONNECT,
		     "does not allow a connection to localhost:443 (403)");
}

static void a_proxy_that_is_not_there_is_told(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	start_proxy(r, (struct connect_proxy_settings){0}, "ann:geheim@");
	connect_proxy_stop(r->proxy);
	r->proxy = NULL;
	ask(r, r->ca, "https://localhost/x", false);
	assert_fails(r, PROBLEM_CONNECT, "connection refused; check");
	assert_true(text_starts(r->why.text, "the thing: proxy 127.0.0.1:"));
	assert_null(strstr(r->why.text, "geheim"));
}

static void a_proxy_of_another_kind_is_refused(void **state)
{
	struct rig *r = *state;

	serve(r, 0);
	setenv("HTTPS_PROXY", "socks5://127.0.0.1:1", 1);
	ask(r, r->ca, r->url, false);
	assert_fails(r, PROBLEM_USAGE, "HTTPS_PROXY: only proxies");
}

static void clear_text_has_a_proxy_of_its_own(void **state)
{
	struct rig *r = *state;

	r->server = http_server_start(say_hello, r);
	char *proxy = text_format("http://127.0.0.1:%u",
				  (unsigned)http_server_port(r->server));
	setenv("http_proxy", proxy, 1);
	setenv("HTTPS_PROXY", "http://127.0.0.1:1", 1);
	ask(r, NULL, "http://sts.invalid/x", false);
	assert_hello(r);
	assert_string_equal("http://sts.invalid/x",
			    http_server_request(r->server, 0)->path);
	free(proxy);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_ca_file_of_ours_is_trusted),
		TEST(without_it_the_server_is_refused),
		TEST(ssl_cert_file_is_trusted),
		TEST(ssl_cert_dir_is_trusted),
		TEST(a_ca_file_of_ours_stands_in_place_of_them),
		TEST(a_trust_file_that_is_missing_is_told),
		TEST(an_expired_certificate_is_refused),
		TEST(a_certificate_of_the_future_is_refused),
		TEST(a_certificate_for_another_name_is_refused),
		TEST(tls_older_than_1_2_is_refused),
		TEST(tls_1_2_is_enough),
		TEST(a_server_in_clear_text_is_told_apart),
		TEST(https_goes_through_the_proxy),
		TEST(the_certificate_is_the_servers_behind_the_proxy),
		TEST(what_is_excepted_or_direct_goes_past_it),
		TEST(an_address_of_ipv6_is_excepted_without_its_brackets),
		TEST(a_refusal_of_the_proxy_is_told),
		TEST(a_proxy_that_forbids_is_told),
		TEST(a_proxy_that_is_not_there_is_told),
		TEST(a_proxy_of_another_kind_is_refused),
		TEST(clear_text_has_a_proxy_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
