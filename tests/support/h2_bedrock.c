#include "tests/support/h2_bedrock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/aws/credentials.h"
#include "net/loop/loop.h"
#include "net/nova/event_json.h"
#include "net/nova/frame.h"
#include "tests/support/loop_until.h"

enum { MESSAGE_MAX = 16 * 1024 * 1024 };

void h2_bedrock_open(struct h2_bedrock *b, const struct h2_script *script,
		     const struct bedrock_settings *settings, const char *host)
{
	struct bedrock_settings s = {0};
	struct problem p = {0};
	char url[128];

	memset(b, 0, sizeof *b);
	assert_int_equal(0, loop_create(&b->loop));
	b->server = h2_server_open(b->loop, script);
	if (settings)
		s = *settings;
	snprintf(url, sizeof url, "%s://%s:%u", script->tls ? "https" : "http",
		 host ? host : "127.0.0.1", h2_server_port(b->server));
	s.endpoint = url;
	assert_int_equal(0,
			 credentials_fixed_create(&b->keys, loop_clock(b->loop),
						  "AKIDEXAMPLE", "secret",
						  "TOKEN==", &p));
	if (!s.credentials)
		s.credentials = b->keys;
	int err = bedrock_upstream_create(&b->upstream, b->loop, &s, &p);
	assert_string_equal("", p.text);
	assert_int_equal(0, err);
	assert_int_equal(0, nova_probe_open(&b->probe, b->upstream, &p));
}

static bool a_few_turns(void *arg)
{
	return ++*(int *)arg > 10;
}

void h2_bedrock_close(struct h2_bedrock *b)
{
	int turns = 0;

	loop_until(b->loop, a_few_turns, &turns);
	nova_probe_close(&b->probe);
	b->upstream = bedrock_upstream_free(b->upstream);
	b->keys = credentials_source_free(b->keys);
	b->server = h2_server_free(b->server);
	b->loop = loop_free(b->loop);
}

void h2_bedrock_send(struct h2_bedrock *b, const struct nova_event *e)
{
	assert_int_equal(0, nova_probe_send(&b->probe, e));
}

void h2_bedrock_serve(struct h2_bedrock *b, const struct nova_event *e)
{
	struct bytes json, frame;

	bytes_init(&json, MESSAGE_MAX);
	bytes_init(&frame, MESSAGE_MAX);
	assert_int_equal(0, nova_event_write(&json, e, NOVA_FROM_SERVICE));
	assert_int_equal(0, frame_write_chunk(&frame, (char *)json.data,
					      json.length));
	h2_server_send(b->server, frame.data, frame.length);
	bytes_deinit(&json);
	bytes_deinit(&frame);
}

void h2_bedrock_serve_exception(struct h2_bedrock *b, const char *type,
				const char *message)
{
	struct bytes frame;

	bytes_init(&frame, MESSAGE_MAX);
	assert_int_equal(0, frame_write_exception(&frame, type, message));
	h2_server_send(b->server, frame.data, frame.length);
	bytes_deinit(&frame);
}

void h2_bedrock_expect_closed(struct h2_bedrock *b, int code, const char *part)
{
	loop_until(b->loop, nova_probe_is_closed, &b->probe);
	if (!strstr(b->probe.why.text, part))
		assert_string_equal(part, b->probe.why.text);
	assert_int_equal(code, b->probe.why.code);
}

void h2_bedrock_until(struct h2_bedrock *b, bool (*done)(void *b))
{
	loop_until(b->loop, done, b);
}

bool h2_bedrock_asked(void *arg)
{
	struct h2_bedrock *b = arg;

	return h2_server_request(b->server)->has_headers;
}

bool h2_bedrock_ended(void *arg)
{
	struct h2_bedrock *b = arg;

	return h2_server_request(b->server)->ended;
}

bool h2_bedrock_came(void *arg)
{
	struct h2_bedrock *b = arg;

	return h2_server_request(b->server)->body.length >= b->want;
}

bool h2_bedrock_heard(void *arg)
{
	struct h2_bedrock *b = arg;

	return b->probe.count >= b->want;
}

bool h2_bedrock_is_gone(void *arg)
{
	struct h2_bedrock *b = arg;

	return h2_server_connections(b->server) > 0 &&
	       h2_server_request(b->server)->gone;
}
