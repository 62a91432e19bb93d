/* Which way a Bedrock stream takes, and what a proxy says against it.  A whole
 * conversation through one is in tests/wire/sim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/loop/proxy.h"
#include "net/loop/tls.h"
#include "tests/support/connect_proxy.h"
#include "tests/support/folder.h"
#include "tests/support/h2_bedrock.h"
#include "tests/support/loop_until.h"

static const struct nova_event start = {
	.type = NOVA_SESSION_START,
	.inference = {1024, 0.9, 0.7},
};

struct rig {
	char *folder, *ca;
	struct tls_server *tls;
	struct connect_proxy *proxy;
	char *address; /* of the proxy */
};

static int set_up(void **state)
{
	struct rig *r = calloc(1, sizeof *r);

	r->folder = folder_make();
	r->ca = text_format("%s/ca.pem", r->folder);
	char *cert = text_format("%s/cert.pem", r->folder);
	char *key = text_format("%s/key.pem", r->folder);
	assert_int_equal(0, tls_make_local(r->ca, cert, key, NULL));
	assert_int_equal(0, tls_server_create(&r->tls, cert, key, NULL));
	free(cert);
	free(key);
	/* it lets nobody through */
	r->proxy = connect_proxy_start(&(struct connect_proxy_settings){
		.says = "HTTP/1.1 403 Forbidden\r\n\r\n"});
	r->address = text_format("http://ann:geheim@127.0.0.1:%u",
				 (unsigned)connect_proxy_port(r->proxy));
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;

	connect_proxy_stop(r->proxy);
	tls_server_free(r->tls);
	folder_remove(r->folder);
	free(r->address);
	free(r->ca);
	free(r);
	return 0;
}

static void a_refusal_of_the_proxy_ends_the_stream(void **state)
{
	struct rig *r = *state;
	const struct proxy_environment proxies = {.https_proxy = r->address};
	const struct bedrock_settings settings = {.ca_file = r->ca,
						  .proxies = &proxies};
	const struct h2_script script = {.tls = r->tls};
	struct h2_bedrock b;

	h2_bedrock_open(&b, &script, &settings, NULL);
	h2_bedrock_send(&b, &start);
	h2_bedrock_expect_closed(&b, PROBLEM_CONNECT,
				 "does not allow a connection to 127.0.0.1:");
	assert_null(strstr(b.probe.why.text, "geheim"));
	assert_int_equal(0, h2_server_connections(b.server));
	h2_bedrock_close(&b);
}

static void expect_no_proxy(struct rig *r, const struct h2_script *script,
			    const struct proxy_environment *proxies)
{
	const struct bedrock_settings settings = {
		.ca_file = script->tls ? r->ca : NULL, .proxies = proxies};
	struct h2_bedrock b;

	h2_bedrock_open(&b, script, &settings, NULL);
	h2_bedrock_send(&b, &start);
	loop_until(b.loop, nova_probe_is_opened, &b.probe);
	assert_string_equal("", b.probe.why.text);
	assert_string_equal("", connect_proxy_target(r->proxy));
	h2_bedrock_close(&b);
}

static void what_is_excepted_goes_past_the_proxy(void **state)
{
	struct rig *r = *state;
	const struct proxy_environment proxies = {.https_proxy = r->address,
						  .no_proxy = "127.0.0.1"};

	expect_no_proxy(r,
			&(struct h2_script){.tls = r->tls, .request_id = "r"},
			&proxies);
}

static void clear_text_to_this_machine_takes_no_proxy(void **state)
{
	struct rig *r = *state;
	const struct proxy_environment proxies = {.https_proxy = r->address,
						  .http_proxy = r->address};

	expect_no_proxy(r, &(struct h2_script){.request_id = "r"}, &proxies);
}

static void the_environment_counts_when_nothing_is_given(void **state)
{
	struct loop *l;
	struct nova_upstream *u = NULL;
	struct problem p = {0};

	(void)state;
	assert_int_equal(0, loop_create(&l));
	unsetenv("https_proxy");
	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
	setenv("HTTPS_PROXY", "https://ann:geheim@proxy.example:3128", 1);
	assert_int_equal(PROBLEM_USAGE,
			 bedrock_upstream_create(
				 &u, l, &(struct bedrock_settings){0}, &p));
	unsetenv("HTTPS_PROXY");
	assert_null(u);
	assert_true(text_starts(p.text, "HTTPS_PROXY: only proxies"));
	assert_null(strstr(p.text, "geheim"));
	loop_free(l);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_refusal_of_the_proxy_ends_the_stream),
		TEST(what_is_excepted_goes_past_the_proxy),
		TEST(clear_text_to_this_machine_takes_no_proxy),
		cmocka_unit_test(the_environment_counts_when_nothing_is_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
