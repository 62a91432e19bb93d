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
#include "net/http/http.h"
#include "net/loop/loop.h"
#include "tests/support/http_server.h"

struct rig {
	struct loop *loop;
	struct http *http;
	struct http_server *server;
	struct http_server_reply reply; /* what the server says to all */
	const char *reply_text;
	size_t reply_zeros; /* or that many zeros */
	char url[256];

	struct http_call *call;
	unsigned answered;
	int status;
	char *body, *header;
	size_t body_length;
	struct problem why;
};

static void reply_as_told(void *arg, const struct http_server_request *request,
			  struct http_server_reply *reply)
{
	struct rig *r = arg;

	(void)request;
	*reply = r->reply;
	if (r->reply_text)
		http_server_text(reply, "%s", r->reply_text);
	if (r->reply_zeros)
		http_server_text(reply, "%0*d", (int)r->reply_zeros, 0);
}

static void rig_open(struct rig *r, const char *ca_file)
{
	struct problem p = {0};

	memset(r, 0, sizeof *r);
	assert_int_equal(0, loop_create(&r->loop));
	assert_int_equal(0, http_create(&r->http, r->loop, ca_file, &p));
}

static void rig_serve(struct rig *r)
{
	r->server = http_server_start(reply_as_told, r);
	snprintf(r->url, sizeof r->url, "http://127.0.0.1:%u/a?b=c",
		 (unsigned)http_server_port(r->server));
}

static void rig_close(struct rig *r)
{
	http_call_free(r->call);
	http_free(r->http);
	loop_free(r->loop);
	http_server_stop(r->server);
	free(r->body);
	free(r->header);
}

static void on_done(void *arg, const struct http_answer *answer,
		    const struct problem *why)
{
	struct rig *r = arg;

	r->answered++;
	assert_true((answer == NULL) != (why == NULL));
	if (answer) {
		assert_int_equal(strlen(answer->body), answer->body_length);
		r->status = answer->status;
		r->body = text_copy(answer->body);
		r->body_length = answer->body_length;
		r->header = text_copy(http_answer_header(answer, "x-thing"));
	} else {
		r->why = *why;
	}
	loop_stop(r->loop);
}

static void rig_ask(struct rig *r, const struct http_request *request)
{
	assert_int_equal(0, http_send(&r->call, r->http, request, on_done, r,
				      &r->why));
	assert_int_equal(0, r->answered);
	loop_run(r->loop);
	assert_int_equal(1, r->answered);
	r->call = http_call_free(r->call);
	r->answered = 0;
}

static void a_get_carries_its_headers_and_brings_the_answer(void **state)
{
	const char *headers[] = {"X-Asked: yes", NULL};
	struct rig r;

	(void)state;
	rig_open(&r, NULL);
	rig_serve(&r);
	r.reply.headers = "X-Thing: some value\r\n";
	r.reply_text = "hello";
	rig_ask(&r, &(struct http_request){.url = r.url, .headers = headers});
	assert_int_equal(200, r.status);
	assert_string_equal("hello", r.body);
	assert_string_equal("some value", r.header);

	const struct http_server_request *got = http_server_request(r.server,
								    0);
	assert_string_equal("GET", got->method);
	assert_string_equal("/a?b=c", got->path);
	assert_string_equal("yes", http_server_header(got, "x-asked"));
	assert_string_equal("habla/" HABLA_VERSION,
			    http_server_header(got, "user-agent"));
	rig_close(&r);
}

static void a_body_makes_it_a_post_of_these_bytes(void **state)
{
	const char *headers[] = {"Content-Type: application/x-amz-json-1.1",
				 NULL};
	struct rig r;

	(void)state;
	rig_open(&r, NULL);
	rig_serve(&r);
	rig_ask(&r, &(struct http_request){.url = r.url,
					   .headers = headers,
					   .body = "{\"a\":1}\0 more",
					   .body_length = 7});
	const struct http_server_request *got = http_server_request(r.server,
								    0);
	assert_string_equal("POST", got->method);
	assert_string_equal("{\"a\":1}", got->body);
	assert_string_equal("application/x-amz-json-1.1",
			    http_server_header(got, "content-type"));
	assert_string_equal("", http_server_header(got, "expect"));
	assert_string_equal("", r.body);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_get_carries_its_headers_and_brings_the_answer),
		cmocka_unit_test(a_body_makes_it_a_post_of_these_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
