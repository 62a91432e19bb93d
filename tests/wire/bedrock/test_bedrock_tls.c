/* The Bedrock stream over TLS: whom it trusts, and whom it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/loop/tls.h"
#include "tests/support/folder.h"
#include "tests/support/h2_bedrock.h"
#include "tests/support/loop_until.h"

static const struct nova_event start = {
	.type = NOVA_SESSION_START,
	.inference = {1024, 0.9, 0.7},
};

struct papers {
	char *folder;
	char ca[256], certificate[256], key[256], other_ca[256];
	struct tls_server *server;
};

static void path(char out[256], const struct papers *p, const char *name)
{
	snprintf(out, 256, "%s/%s", p->folder, name);
}

/* A certificate for this machine and the CA behind it, and a CA that has
 * nothing to do with it. */
static void make_papers(struct papers *p)
{
	char certificate[256], key[256];

	p->folder = folder_make();
	path(p->ca, p, "ca.pem");
	path(p->certificate, p, "cert.pem");
	path(p->key, p, "key.pem");
	path(p->other_ca, p, "other-ca.pem");
	path(certificate, p, "other-cert.pem");
	path(key, p, "other-key.pem");
	assert_int_equal(0,
			 tls_make_local(p->ca, p->certificate, p->key, NULL));
	assert_int_equal(0,
			 tls_make_local(p->other_ca, certificate, key, NULL));
	assert_int_equal(0, tls_server_create(&p->server, p->certificate,
					      p->key, NULL));
}

static void burn_papers(struct papers *p)
{
	tls_server_free(p->server);
	folder_remove(p->folder);
}

static void the_right_ca_opens_the_stream(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost"};
	struct papers p;

	(void)state;
	make_papers(&p);
	for (size_t i = 0; i < 2; i++) {
		const struct h2_script script = {.tls = p.server,
						 .request_id = "r"};
		const struct bedrock_settings settings = {.ca_file = p.ca};
		struct h2_bedrock b;
		h2_bedrock_open(&b, &script, &settings, hosts[i]);
		h2_bedrock_send(&b, &start);
		loop_until(b.loop, nova_probe_is_opened, &b.probe);
		assert_string_equal("", b.probe.why.text);
		assert_int_equal(1, b.probe.opened);
		assert_string_equal(
			"https", h2_request_header(h2_server_request(b.server),
						   ":scheme"));
		h2_bedrock_close(&b);
	}
	burn_papers(&p);
}

static void expect_refusal(const struct h2_script *script,
			   const struct bedrock_settings *settings,
			   const char *host)
{
	struct h2_bedrock b;

	h2_bedrock_open(&b, script, settings, host);
	h2_bedrock_send(&b, &start);
	h2_bedrock_expect_closed(&b, PROBLEM_TLS, "; ");
	assert_int_equal(0, b.probe.opened);
	/* nothing of the request has left */
	assert_int_equal(0, h2_server_connections(b.server));
	h2_bedrock_close(&b);
}

static void a_strange_ca_is_refused(void **state)
{
	struct papers p;

	(void)state;
	make_papers(&p);
	const struct h2_script script = {.tls = p.server};
	const struct bedrock_settings settings = {.ca_file = p.other_ca};
	expect_refusal(&script, &settings, NULL);
	burn_papers(&p);
}

static void the_system_does_not_know_our_ca(void **state)
{
	struct papers p;

	(void)state;
	make_papers(&p);
	const struct h2_script script = {.tls = p.server};
	expect_refusal(&script, NULL, NULL);
	burn_papers(&p);
}

static void a_certificate_for_another_host_is_refused(void **state)
{
	struct papers p;

	(void)state;
	make_papers(&p);
	const struct h2_script script = {.tls = p.server,
					 .listen = "127.0.0.2"};
	const struct bedrock_settings settings = {.ca_file = p.ca};
	/* loopback too, but not in the certificate */
	expect_refusal(&script, &settings, "127.0.0.2");
	burn_papers(&p);
}

static void a_server_without_tls_is_told(void **state)
{
	const struct h2_script script = {
		.garbage = "HTTP/1.1 400 Bad Request\r\n\r\n"};
	struct bedrock_settings settings = {0};
	struct nova_upstream *https = NULL;
	struct nova_probe probe = {0};
	struct h2_bedrock b;
	char url[64];

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	snprintf(url, sizeof url, "https://127.0.0.1:%u",
		 h2_server_port(b.server));
	settings.endpoint = url;
	settings.credentials = b.keys;
	assert_int_equal(0, bedrock_upstream_create(&https, b.loop, &settings,
						    NULL));
	assert_int_equal(0, nova_probe_open(&probe, https, NULL));
	loop_until(b.loop, nova_probe_is_closed, &probe);
	assert_int_equal(PROBLEM_TLS, probe.why.code);
	nova_probe_close(&probe);
	bedrock_upstream_free(https);
	h2_bedrock_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_right_ca_opens_the_stream),
		cmocka_unit_test(a_strange_ca_is_refused),
		cmocka_unit_test(the_system_does_not_know_our_ca),
		cmocka_unit_test(a_certificate_for_another_host_is_refused),
		cmocka_unit_test(a_server_without_tls_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
