/* When a stream gets its credentials, and whose time it signs with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/base/clock.h"
#include "net/base/text.h"
#include "net/loop/loop.h"
#include "net/sim/sim.h"
#include "tests/support/h2_bedrock.h"
#include "tests/support/loop_until.h"

enum { HOUR_MS = 3600 * 1000, FRAME_SAMPLES = 8192, STREAMS = 2 };

static const struct nova_event start = {
	.type = NOVA_SESSION_START,
	.inference = {1024, 0.9, 0.7},
};
static const struct nova_event over = {.type = NOVA_SESSION_END};

/* --- a source that answers when the test says so --- */

struct hand {
	struct credentials_source base; /* first */
	struct credentials_call *call;  /* NULL: nobody asks */
};

static void hand_get(struct credentials_source *s, struct credentials_call *c)
{
	struct hand *h = (struct hand *)(void *)s;

	assert_null(h->call);
	h->call = c;
}

static void hand_cancel(struct credentials_source *s,
			struct credentials_call *c)
{
	struct hand *h = (struct hand *)(void *)s;

	assert_ptr_equal(h->call, c);
	h->call = NULL;
}

static void hand_free(struct credentials_source *s)
{
	(void)s;
}

static const struct credentials_source_ops hand_ops = {hand_get, hand_cancel,
						       hand_free};

static void give(struct hand *h, const char *key_id, int64_t expires_ms,
		 const struct problem *why)
{
	char *id = text_copy(key_id), *secret = text_copy("secret");
	const struct credentials c = {.key_id = id,
				      .secret = secret,
				      .expires_ms = expires_ms};
	struct credentials_call *call = h->call;

	assert_non_null(call);
	h->call = NULL;
	call->source = NULL;
	call->done(call->arg, why ? NULL : &c, why);
	free(id);
	free(secret);
}

/* --- a simulator that checks signatures --- */

struct wire {
	struct loop *loop;
	struct brain_maker *maker;
	struct sim_server *server;
	struct hand hand;
	struct nova_upstream *upstream;
	struct nova_probe probes[STREAMS];
};

static void open_wire(struct wire *w, int64_t clock_ms)
{
	struct sim_front_plan plan = {.clock_ms = clock_ms};
	const struct sim_server_settings served = {.key_id = "AKID",
						   .secret = "secret",
						   .front = &plan};
	struct problem p = {0};
	char url[64];

	memset(w, 0, sizeof *w);
	w->hand.base.ops = &hand_ops;
	assert_int_equal(0, loop_create(&w->loop));
	assert_int_equal(0, scenario_maker_create(&w->maker, NULL, &p));
	assert_int_equal(0, sim_server_open(&w->server, w->loop, &served,
					    w->maker, &p));
	snprintf(url, sizeof url, "http://127.0.0.1:%u",
		 sim_server_port(w->server));
	const struct bedrock_settings settings = {.endpoint = url,
						  .credentials = &w->hand.base};
	assert_int_equal(0, bedrock_upstream_create(&w->upstream, w->loop,
						    &settings, &p));
}

static void close_wire(struct wire *w)
{
	for (size_t i = 0; i < STREAMS; i++)
		nova_probe_close(&w->probes[i]);
	bedrock_upstream_free(w->upstream);
	sim_server_free(w->server);
	scenario_maker_free(w->maker);
	loop_free(w->loop);
}

static void expect_closed(struct wire *w, struct nova_probe *probe, int code)
{
	loop_until(w->loop, nova_probe_is_closed, probe);
	assert_string_equal(code ? probe->why.text : "", probe->why.text);
	assert_int_equal(code, probe->why.code);
}

static void events_wait_for_credentials_and_go_in_order(void **state)
{
	struct nova_probe *probe;
	struct wire w;

	(void)state;
	open_wire(&w, 0);
	probe = &w.probes[0];
	assert_int_equal(0, nova_probe_open(probe, w.upstream, NULL));
	assert_int_equal(0, nova_probe_send(probe, &start));
	assert_true(nova_stream_queued(probe->stream) > 0);
	assert_int_equal(0, nova_probe_send(probe, &over));
	assert_int_equal(PROBLEM_CLOSED, nova_probe_send(probe, &start));
	assert_int_equal(0, sim_server_sessions(w.server));
	give(&w.hand, "AKID", 0, NULL);
	expect_closed(&w, probe, 0);
	assert_int_equal(1, probe->opened);
	assert_int_equal(1, sim_server_sessions(w.server));
	close_wire(&w);
}

static void a_stream_keeps_the_credentials_it_began_with(void **state)
{
	struct wire w;

	(void)state;
	open_wire(&w, 0);
	for (size_t i = 0; i < STREAMS; i++) {
		struct nova_probe *probe = &w.probes[i];
		assert_int_equal(0, nova_probe_open(probe, w.upstream, NULL));
		assert_true(nova_stream_expires_ms(probe->stream) == 0);
		give(&w.hand, "AKID", 1000 + (int64_t)i, NULL);
		assert_int_equal(0, nova_probe_send(probe, &start));
		loop_until(w.loop, nova_probe_is_opened, probe);
		assert_int_equal(1, probe->opened);
	}
	for (size_t i = 0; i < STREAMS; i++)
		assert_true(nova_stream_expires_ms(w.probes[i].stream) ==
			    1000 + (int64_t)i);
	close_wire(&w);
}

static void without_credentials_their_line_is_the_end(void **state)
{
	struct problem why = {0};
	struct wire w;

	(void)state;
	open_wire(&w, 0);
	problem_set(&why, PROBLEM_DENIED, "AWS credentials: none; find some");
	assert_int_equal(0, nova_probe_open(&w.probes[0], w.upstream, NULL));
	assert_int_equal(0, nova_probe_send(&w.probes[0], &start));
	give(&w.hand, "AKID", 0, &why);
	assert_int_equal(1, w.probes[0].closed);
	assert_string_equal("AWS credentials: none; find some",
			    w.probes[0].why.text);
	assert_int_equal(0, w.probes[0].opened);
	assert_int_equal(0, nova_stream_queued(w.probes[0].stream));
	assert_int_equal(PROBLEM_CLOSED, nova_probe_send(&w.probes[0], &over));
	/* and freed within that call */
	w.probes[1].free_at = NOVA_PROBE_CLOSED;
	assert_int_equal(0, nova_probe_open(&w.probes[1], w.upstream, NULL));
	give(&w.hand, "AKID", 0, &why);
	assert_true(w.probes[1].freed);
	assert_int_equal(0, sim_server_sessions(w.server));
	close_wire(&w);
}

static void a_stream_that_is_freed_asks_no_longer(void **state)
{
	struct wire w;

	(void)state;
	open_wire(&w, 0);
	assert_int_equal(0, nova_probe_open(&w.probes[0], w.upstream, NULL));
	assert_non_null(w.hand.call);
	nova_probe_free_stream(&w.probes[0]);
	assert_null(w.hand.call);
	close_wire(&w);
}

static void what_waits_for_credentials_has_a_limit(void **state)
{
	static const int16_t samples[FRAME_SAMPLES];
	const struct nova_event audio = {
		.type = NOVA_AUDIO_INPUT,
		.prompt_name = "p",
		.content_id = "a",
		.samples = samples,
		.sample_count = FRAME_SAMPLES,
	};
	struct wire w;
	int err = 0;

	(void)state;
	open_wire(&w, 0);
	assert_int_equal(0, nova_probe_open(&w.probes[0], w.upstream, NULL));
	for (size_t i = 0; i < 1000 && !err; i++)
		err = nova_probe_send(&w.probes[0], &audio);
	assert_int_equal(PROBLEM_LIMIT, err);
	assert_true(nova_stream_queued(w.probes[0].stream) <= 4 * 1024 * 1024);
	assert_int_equal(0, nova_probe_send(&w.probes[0], &over));
	close_wire(&w);
}

/* --- time --- */

static void a_wrong_clock_is_corrected_by_the_service(void **state)
{
	static const int64_t ahead[] = {HOUR_MS, -HOUR_MS, 26 * HOUR_MS};

	(void)state;
	for (size_t i = 0; i < sizeof ahead / sizeof *ahead; i++) {
		struct wire w;
		open_wire(&w, ahead[i]);
		for (size_t k = 0; k < STREAMS; k++) {
			struct nova_probe *probe = &w.probes[k];
			assert_int_equal(0, nova_probe_open(probe, w.upstream,
							    NULL));
			assert_int_equal(0, nova_probe_send(probe, &start));
			give(&w.hand, "AKID", 0, NULL);
			/* some after the connection is begun, too */
			assert_int_equal(0, nova_probe_send(probe, &over));
			expect_closed(&w, probe, 0);
			assert_int_equal(1, probe->opened);
			/* nobody asks for credentials anew */
			assert_null(w.hand.call);
		}
		close_wire(&w);
	}
}

static void http_date(char out[64], int64_t wall_ms)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(out, 64, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

static int64_t signed_at(const struct h2_request *r)
{
	struct tm tm = {0};

	assert_non_null(strptime(h2_request_header(r, "x-amz-date"),
				 "%Y%m%dT%H%M%SZ", &tm));
	return (int64_t)timegm(&tm) * 1000;
}

/* An hour is so much more than any machine is slow. */
static void a_second_refusal_is_told_and_the_time_is_kept(void **state)
{
	int64_t now_ms = clock_wall_ms(clock_system());
	struct nova_probe second = {0};
	struct h2_bedrock b;
	char date[64];

	(void)state;
	http_date(date, now_ms - 5 * HOUR_MS);
	const struct h2_script script = {
		.status = 403,
		.error_type = "InvalidSignatureException",
		.body = "{\"message\":\"Signature not yet current: x\"}",
		.date = date,
	};
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	h2_bedrock_expect_closed(&b, PROBLEM_CLOCK,
				 "ahead of the service's; set the clock");
	assert_int_equal(2, h2_server_connections(b.server));
	int64_t at_ms = signed_at(h2_server_request(b.server));
	assert_true(llabs(at_ms - (now_ms - 5 * HOUR_MS)) < HOUR_MS);
	/* the next stream begins with the service's time */
	assert_int_equal(0, nova_probe_open(&second, b.upstream, NULL));
	loop_until(b.loop, nova_probe_is_closed, &second);
	at_ms = signed_at(h2_server_request(b.server));
	assert_true(llabs(at_ms - (now_ms - 5 * HOUR_MS)) < HOUR_MS);
	nova_probe_close(&second);
	h2_bedrock_close(&b);
}

static bool all_has_left(void *arg)
{
	const struct h2_bedrock *b = arg;

	return nova_stream_queued(b->probe.stream) == 0;
}

/* What is kept for a second time has a bound, and half a conversation must not
 * be sent. */
static void too_much_to_send_again_is_not_sent_again(void **state)
{
	static const int16_t samples[FRAME_SAMPLES];
	const struct nova_event audio = {
		.type = NOVA_AUDIO_INPUT,
		.prompt_name = "p",
		.content_id = "a",
		.samples = samples,
		.sample_count = FRAME_SAMPLES,
	};
	const size_t enough = 6 * 1024 * 1024;
	struct h2_bedrock b;
	char date[64];

	(void)state;
	http_date(date, clock_wall_ms(clock_system()) - 5 * HOUR_MS);
	const struct h2_script script = {
		.silent = true,
		.status = 403,
		.error_type = "InvalidSignatureException",
		.body = "{\"message\":\"Signature not yet current: x\"}",
		.date = date,
	};
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	while (h2_server_request(b.server)->body.length < enough) {
		for (int i = 0; i < 16; i++)
			h2_bedrock_send(&b, &audio);
		h2_bedrock_until(&b, all_has_left);
	}
	h2_server_answer(b.server);
	h2_bedrock_expect_closed(&b, PROBLEM_CLOCK,
				 "ahead of the service's; set the clock");
	assert_int_equal(1, h2_server_connections(b.server));
	h2_bedrock_close(&b);
}

static void without_a_date_nothing_is_tried_again(void **state)
{
	const struct h2_script script = {
		.status = 403,
		.error_type = "InvalidSignatureException",
		.body = "{\"message\":\"Signature expired: x\"}",
	};
	struct h2_bedrock b;

	(void)state;
	h2_bedrock_open(&b, &script, NULL, NULL);
	h2_bedrock_send(&b, &start);
	h2_bedrock_expect_closed(&b, PROBLEM_CLOCK, "set this machine's clock");
	assert_int_equal(1, h2_server_connections(b.server));
	h2_bedrock_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_wait_for_credentials_and_go_in_order),
		cmocka_unit_test(a_stream_keeps_the_credentials_it_began_with),
		cmocka_unit_test(without_credentials_their_line_is_the_end),
		cmocka_unit_test(a_stream_that_is_freed_asks_no_longer),
		cmocka_unit_test(what_waits_for_credentials_has_a_limit),
		cmocka_unit_test(a_wrong_clock_is_corrected_by_the_service),
		cmocka_unit_test(a_second_refusal_is_told_and_the_time_is_kept),
		cmocka_unit_test(too_much_to_send_again_is_not_sent_again),
		cmocka_unit_test(without_a_date_nothing_is_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
