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

enum { HANG_MS = 120000 };

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

/* Set r->reply and the like only before the first request. */
static int set_up(void **state)
{
	struct rig *r = calloc(1, sizeof *r);
	struct problem p = {0};

	unsetenv("http_proxy"); /* of the machine */
	assert_int_equal(0, loop_create(&r->loop));
	assert_int_equal(0, http_create(&r->http, r->loop, NULL, &p));
	r->server = http_server_start(reply_as_told, r);
	snprintf(r->url, sizeof r->url, "http://127.0.0.1:%u/a?b=c",
		 (unsigned)http_server_port(r->server));
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;

	http_call_free(r->call);
	http_free(r->http);
	loop_free(r->loop);
	http_server_stop(r->server);
	free(r->body);
	free(r->header);
	free(r);
	return 0;
}

static void on_done(void *arg, const struct http_answer *answer,
		    const struct problem *why)
{
	struct rig *r = arg;

	r->answered++;
	assert_true((answer == NULL) != (why == NULL));
	free(r->body);
	free(r->header);
	r->body = r->header = NULL;
	r->status = 0;
	if (answer) {
		assert_int_equal(strlen(answer->body), answer->body_length);
		r->status = answer->status;
		r->body = text_copy(answer->body);
		r->body_length = answer->body_length;
		r->header = text_copy(http_answer_header(answer, "x-thing"));
		assert_null(http_answer_header(answer, "x-other"));
	} else {
		r->why = *why;
	}
	loop_stop(r->loop);
}

static void send_it(struct rig *r, const struct http_request *request)
{
	struct http_request patient = *request;

	if (!patient.timeout_ms)
		patient.timeout_ms = HANG_MS;
	r->answered = 0;
	assert_int_equal(0, http_send(&r->call, r->http, &patient, on_done, r,
				      &r->why));
	assert_int_equal(0, r->answered);
}

static void ask(struct rig *r, const struct http_request *request)
{
	send_it(r, request);
	loop_run(r->loop);
	assert_int_equal(1, r->answered);
	r->call = http_call_free(r->call);
}

static void ask_simply(struct rig *r)
{
	ask(r, &(struct http_request){.name = "the thing", .url = r->url});
}

static void assert_fails(struct rig *r, int code, const char *words)
{
	assert_int_equal(0, r->status);
	assert_int_equal(code, r->why.code);
	assert_true(text_starts(r->why.text, "the thing: "));
	if (!strstr(r->why.text, words))
		fail_msg("%s, and not: %s", r->why.text, words);
}

/* --- what goes out --- */

static void a_get_carries_its_headers_and_brings_the_answer(void **state)
{
	const char *headers[] = {"X-Asked: yes", NULL};
	struct rig *r = *state;

	r->reply.headers = "X-Thing: some value\r\n";
	r->reply_text = "hello";
	ask(r, &(struct http_request){.url = r->url, .headers = headers});
	assert_int_equal(200, r->status);
	assert_string_equal("hello", r->body);
	assert_string_equal("some value", r->header);

	const struct http_server_request *got = http_server_request(r->server,
								    0);
	assert_string_equal("GET", got->method);
	assert_string_equal("/a?b=c", got->path);
	assert_string_equal("yes", http_server_header(got, "x-asked"));
	assert_string_equal("habla/" HABLA_VERSION,
			    http_server_header(got, "user-agent"));
}

static void a_body_makes_it_a_post_of_these_bytes(void **state)
{
	const char *headers[] = {"Content-Type: application/x-amz-json-1.1",
				 NULL};
	struct rig *r = *state;

	ask(r, &(struct http_request){.url = r->url,
				      .headers = headers,
				      .body = "{\"a\":1} more",
				      .body_length = 7});
	const struct http_server_request *got = http_server_request(r->server,
								    0);
	assert_string_equal("POST", got->method);
	assert_string_equal("{\"a\":1}", got->body);
	assert_string_equal("application/x-amz-json-1.1",
			    http_server_header(got, "content-type"));
	assert_string_equal("", r->body);
}

static void a_large_body_goes_at_once(void **state)
{
	enum { LENGTH = 3000000 };
	char *body = calloc(1, LENGTH + 1);
	struct rig *r = *state;

	memset(body, 'b', LENGTH);
	ask(r, &(struct http_request){
		       .url = r->url, .body = body, .body_length = LENGTH});
	const struct http_server_request *got = http_server_request(r->server,
								    0);
	assert_int_equal(LENGTH, got->body_length);
	assert_string_equal(body, got->body);
	/* no waiting for "100 Continue", and no type that nobody gave */
	assert_string_equal("", http_server_header(got, "expect"));
	assert_string_equal("", http_server_header(got, "content-type"));
	free(body);
}

static void any_method_may_come_without_a_body(void **state)
{
	static const char *const methods[] = {"PUT", "POST", "DELETE", "HEAD"};
	struct rig *r = *state;

	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		ask(r, &(struct http_request){.url = r->url,
					      .method = methods[i]});
		assert_int_equal(200, r->status);
		const struct http_server_request *got = http_server_request(
			r->server, i);
		assert_string_equal(methods[i], got->method);
		assert_int_equal(0, got->body_length);
	}
	assert_string_equal(
		"0", http_server_header(http_server_request(r->server, 0),
					"content-length"));
}

/* --- what comes back --- */

static void an_error_of_the_server_is_an_answer(void **state)
{
	struct rig *r = *state;

	r->reply.status = 503;
	r->reply_text = "{\"message\":\"later\"}";
	ask_simply(r);
	assert_int_equal(503, r->status);
	assert_string_equal(r->reply_text, r->body);
}

static void a_redirect_is_not_followed(void **state)
{
	struct rig *r = *state;

	r->reply.status = 302;
	r->reply.headers = "Location: /elsewhere\r\n";
	ask_simply(r);
	assert_int_equal(302, r->status);
	assert_int_equal(1, http_server_count(r->server));
}

static void an_answer_in_chunks_is_put_together(void **state)
{
	struct rig *r = *state;

	r->reply.chunked = true;
	r->reply_zeros = 100001;
	ask_simply(r);
	assert_int_equal(100001, r->body_length);
}

static void the_largest_answer_is_taken_and_a_larger_one_refused(void **state)
{
	struct rig *r = *state;

	r->reply_zeros = HTTP_BODY_MOST;
	ask_simply(r);
	assert_int_equal(HTTP_BODY_MOST, r->body_length);
	r->reply_zeros = HTTP_BODY_MOST + 1;
	ask_simply(r);
	assert_fails(r, PROBLEM_LIMIT, "larger than 1048576 bytes");
}

static void a_connection_that_is_cut_is_told(void **state)
{
	struct rig *r = *state;

	r->reply.cut = true;
	ask_simply(r);
	assert_fails(r, PROBLEM_SERVER, "cut off");
}

static void half_an_answer_is_none(void **state)
{
	struct rig *r = *state;

	r->reply.cut_short = true;
	r->reply_zeros = 100;
	ask_simply(r);
	assert_fails(r, PROBLEM_SERVER, "cut off");
}

static void an_answer_that_does_not_come_is_given_up(void **state)
{
	struct rig *r = *state;

	r->reply.held = true;
	ask(r, &(struct http_request){
		       .name = "the thing", .url = r->url, .timeout_ms = 50});
	assert_fails(r, PROBLEM_TIMEOUT, "no answer within 50 ms");
}

static void nobody_there_is_told(void **state)
{
	struct rig *r = *state;

	http_server_stop(r->server);
	r->server = NULL;
	ask_simply(r);
	assert_fails(r, PROBLEM_CONNECT, "connection refused; check");
}

static void what_is_no_address_is_refused_at_once(void **state)
{
	static const char *const urls[] = {
		"",
		"nothing",
		"ftp://127.0.0.1/",
		"file:///etc/passwd",
		"http://",
		"https://a b/",
		"http://a:99999/",
	};
	struct rig *r = *state;

	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		const struct http_request request = {.name = "the thing",
						     .url = urls[i]};
		memset(&r->why, 0, sizeof r->why);
		assert_int_equal(PROBLEM_USAGE,
				 http_send(&r->call, r->http, &request, on_done,
					   r, &r->why));
		assert_null(r->call);
		assert_fails(r, PROBLEM_USAGE, "is no address");
	}
}

/* --- several, and ends --- */

static void stop(void *loop)
{
	loop_stop(loop);
}

enum { CALLS = 40 };

struct crowd {
	struct loop *loop;
	struct http_call *calls[CALLS];
	unsigned answered;
};

static void on_one_of_many(void *arg, const struct http_answer *answer,
			   const struct problem *why)
{
	struct crowd *c = arg;

	assert_null(why);
	assert_string_equal("hello", answer->body);
	if (++c->answered == CALLS)
		loop_stop(c->loop);
}

static void many_at_once_are_all_answered(void **state)
{
	struct rig *r = *state;
	struct crowd c = {.loop = r->loop};

	r->reply_text = "hello";
	for (size_t i = 0; i < CALLS; i++)
		assert_int_equal(0, http_send(&c.calls[i], r->http,
					      &(struct http_request){
						      .url = r->url,
						      .timeout_ms = HANG_MS},
					      on_one_of_many, &c, NULL));
	loop_run(r->loop);
	assert_int_equal(CALLS, c.answered);
	assert_int_equal(CALLS, http_server_count(r->server));
	for (size_t i = 0; i < CALLS; i++)
		http_call_free(c.calls[i]);
}

static void the_loop_goes_on_while_an_answer_is_waited_for(void **state)
{
	struct rig *r = *state;

	r->reply.held = true;
	r->reply_text = "late";
	send_it(r, &(struct http_request){.url = r->url});
	/* turns of the loop until the request stands at the server */
	while (http_server_count(r->server) == 0) {
		loop_post(r->loop, stop, r->loop);
		loop_run(r->loop);
	}
	assert_int_equal(0, r->answered);
	http_server_release(r->server);
	loop_run(r->loop);
	assert_string_equal("late", r->body);
}

static void a_connection_is_used_again(void **state)
{
	struct rig *r = *state;

	ask_simply(r);
	ask_simply(r);
	assert_int_equal(2, http_server_count(r->server));
	assert_int_equal(1, http_server_connections(r->server));
}

static void freed_early_it_tells_nothing(void **state)
{
	struct rig *r = *state;
	char by_name[64];

	r->reply.held = true;
	send_it(r, &(struct http_request){.url = r->url});
	while (http_server_count(r->server) == 0) {
		loop_post(r->loop, stop, r->loop);
		loop_run(r->loop);
	}
	r->call = http_call_free(r->call);
	/* and while the name is looked up on another thread */
	snprintf(by_name, sizeof by_name, "http://localhost:%u/",
		 (unsigned)http_server_port(r->server));
	send_it(r, &(struct http_request){.url = by_name});
	loop_post(r->loop, stop, r->loop);
	loop_run(r->loop);
	r->call = http_call_free(r->call);
	assert_int_equal(0, r->answered);
}

static void free_all(void *arg, const struct http_answer *answer,
		     const struct problem *why)
{
	struct rig *r = arg;

	(void)why;
	assert_non_null(answer);
	r->call = http_call_free(r->call);
	r->http = http_free(r->http);
	loop_stop(r->loop);
}

static void all_may_be_freed_inside_an_answer(void **state)
{
	struct rig *r = *state;

	assert_int_equal(
		0, http_send(&r->call, r->http,
			     &(struct http_request){.url = r->url,
						    .timeout_ms = HANG_MS},
			     free_all, r, NULL));
	loop_run(r->loop);
	assert_null(r->http);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_get_carries_its_headers_and_brings_the_answer),
		TEST(a_body_makes_it_a_post_of_these_bytes),
		TEST(a_large_body_goes_at_once),
		TEST(any_method_may_come_without_a_body),
		TEST(an_error_of_the_server_is_an_answer),
		TEST(a_redirect_is_not_followed),
		TEST(an_answer_in_chunks_is_put_together),
		TEST(the_largest_answer_is_taken_and_a_larger_one_refused),
		TEST(a_connection_that_is_cut_is_told),
		TEST(half_an_answer_is_none),
		TEST(an_answer_that_does_not_come_is_given_up),
		TEST(nobody_there_is_told),
		TEST(what_is_no_address_is_refused_at_once),
		TEST(many_at_once_are_all_answered),
		TEST(the_loop_goes_on_while_an_answer_is_waited_for),
		TEST(a_connection_is_used_again),
		TEST(freed_early_it_tells_nothing),
		TEST(all_may_be_freed_inside_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
