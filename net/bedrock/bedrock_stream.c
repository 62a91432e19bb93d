#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/bytes.h"
#include "net/base/clock.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock_internal.h"
#include "net/bedrock/http2_client.h"
#include "net/aws/sigv4.h"
#include "net/loop/loop.h"
#include "net/nova/event_json.h"
#include "net/nova/frame.h"

enum {
	/* about 45 s of audio that the service does not take */
	QUEUE_MAX = 4 * 1024 * 1024,
	EVENT_MAX = 1024 * 1024,
	MESSAGE_MAX = 16 * 1024 * 1024,
	HEADER_COUNT = 10,
};

static const char eventstream[] = "application/vnd.amazon.eventstream";

struct bedrock_stream {
	struct nova_stream base;    /* first */
	struct bedrock_upstream *u; /* borrowed; outlives the stream */
	struct http2_client *http;  /* owned */
	struct sigv4_chain chain;
	struct timer limit; /* of waiting for the answer, or the end */
	/* reused from event to event */
	struct bytes json, inner, arrived;
	bool answered;  /* the response's headers were judged */
	bool refused;   /* they were an error, whose body is to come */
	bool opened;    /* listener.opened was called */
	bool finished;  /* sessionEnd was sent */
	bool closed;    /* listener.closed was called */
	bool freed;     /* by its owner, while a callback of ours runs */
	unsigned depth; /* callbacks of ours that run */
};

static struct bedrock_stream *stream_of(struct nova_stream *s)
{
	return (struct bedrock_stream *)(void *)s;
}

/* Failures that the service has no words for. */
__attribute__((format(printf, 4, 5))) static void
say(const struct bedrock_stream *s, struct problem *p, int code,
    const char *format, ...)
{
	char text[PROBLEM_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	problem_set(p, code, "%s: %s", s->u->name, text);
}

static void destroy(struct bedrock_stream *s)
{
	timer_stop(&s->limit);
	http2_client_free(s->http);
	sigv4_chain_clear(&s->chain);
	bytes_deinit(&s->json);
	bytes_deinit(&s->inner);
	bytes_deinit(&s->arrived);
	free(s);
}

/* Around everything that calls the owner, who may free the stream there. */
static void enter(struct bedrock_stream *s)
{
	s->depth++;
}

static void leave(struct bedrock_stream *s)
{
	if (--s->depth == 0 && s->freed)
		destroy(s);
}

static bool is_over(const struct bedrock_stream *s)
{
	return s->closed || s->freed;
}

static void close_stream(struct bedrock_stream *s, const struct problem *why)
{
	if (is_over(s))
		return;
	s->closed = true;
	timer_stop(&s->limit);
	s->http = http2_client_free(s->http);
	s->base.listener.closed(s->base.listener.arg, why);
}

static void report_opened(struct bedrock_stream *s)
{
	const struct http2_response *r = http2_client_response(s->http);

	if (s->opened)
		return;
	s->opened = true;
	timer_stop(&s->limit);
	s->base.listener.opened(s->base.listener.arg,
				*r->request_id ? r->request_id : NULL);
}

/* --- what the service sends --- */

static void header_text(char *out, size_t size, const struct frame *f,
			const char *name)
{
	const struct frame_header *h = frame_find(f, name);

	if (h && h->type == FRAME_STRING)
		snprintf(out, size, "%.*s", (int)h->value_length,
			 (const char *)h->value);
	else
		snprintf(out, size, "%s", "");
}

/* A message of type exception or error; each ends the stream. */
static void take_exception(struct bedrock_stream *s, const struct frame *f)
{
	bool modelled = frame_header_is(f, ":message-type", "exception");
	char name[64], text[256] = "";
	struct problem why = {0};

	header_text(name, sizeof name, f,
		    modelled ? ":exception-type" : ":error-code");
	if (!modelled)
		header_text(text, sizeof text, f, ":error-message");
	cJSON *body = cJSON_ParseWithLength((const char *)f->payload,
					    f->payload_length);
	const char *message = cJSON_GetStringValue(
		cJSON_GetObjectItem(body, "message")); /* in any case */
	bedrock_problem(&why, 0, name, message ? message : text, s->u->model,
			s->u->region);
	cJSON_Delete(body);
	close_stream(s, &why);
}

static void take_event(struct bedrock_stream *s, const struct frame *f)
{
	struct problem why = {0};
	struct nova_event e;
	int err;

	bytes_clear(&s->arrived);
	err = frame_read_chunk(&s->arrived, f, &why);
	if (!err)
		err = nova_event_parse(&e, (const char *)s->arrived.data,
				       s->arrived.length, NOVA_FROM_SERVICE,
				       &why);
	if (err) {
		say(s, &why, PROBLEM_FORMAT,
		    "sent what cannot be read (%s); reconnect",
		    why.code ? why.text : problem_name(err));
		close_stream(s, &why);
		return;
	}
	report_opened(s);
	if (!is_over(s))
		s->base.listener.event(s->base.listener.arg, &e);
	nova_event_clear(&e);
}

static void take_message(struct bedrock_stream *s, const struct frame *f)
{
	if (frame_header_is(f, ":message-type", "exception") ||
	    frame_header_is(f, ":message-type", "error"))
		take_exception(s, f);
	else if (frame_header_is(f, ":event-type", "chunk"))
		take_event(s, f);
	/* other event types are later inventions: no harm in them */
}

static void take_messages(struct bedrock_stream *s)
{
	struct bytes *from = http2_client_received(s->http);
	struct problem why = {0};
	struct frame f;
	size_t at = 0;
	long n = 0;

	while (at < from->length) {
		n = frame_parse(&f, from->data + at, from->length - at, &why);
		if (n <= 0)
			break;
		take_message(s, &f);
		if (is_over(s))
			return; /* `from` is gone */
		at += (size_t)n;
	}
	bytes_drop_front(from, at);
	if (n < 0) {
		say(s, &why, PROBLEM_FORMAT,
		    "sent what cannot be read (%s); reconnect", why.text);
		close_stream(s, &why);
	}
}

/* --- its answer to the request --- */

static void judge_answer(struct bedrock_stream *s)
{
	const struct http2_response *r = http2_client_response(s->http);
	struct problem why = {0};

	if (!r || s->answered)
		return;
	s->answered = true;
	s->refused = r->status != 200;
	if (s->refused)
		return; /* its body tells more */
	if (*r->content_type && !text_starts(r->content_type, eventstream)) {
		say(s, &why, PROBLEM_SERVER,
		    "answers with %s in place of an event stream; check "
		    "--endpoint",
		    r->content_type);
		close_stream(s, &why);
	} else if (*r->content_type) {
		report_opened(s);
	}
}

static void close_refused(struct bedrock_stream *s)
{
	const struct http2_response *r = http2_client_response(s->http);
	struct bytes *body = http2_client_received(s->http);
	struct problem why = {0};

	bedrock_answer_problem(&why, s->u, r->status, r->error_type, r->date,
			       (const char *)body->data, body->length,
			       clock_wall_ms(loop_clock(s->u->loop)));
	close_stream(s, &why);
}

/* The connection has nothing more to say. */
static void conclude(struct bedrock_stream *s, const struct problem *end)
{
	struct problem why = {0};

	if (s->refused) {
		close_refused(s);
		return;
	}
	if (end->code)
		why = *end;
	else if (http2_client_received(s->http)->length > 0)
		say(s, &why, PROBLEM_CLOSED,
		    "the stream ended in the middle of a message; reconnect");
	else if (!s->finished)
		say(s, &why, PROBLEM_CLOSED,
		    "the service ended the stream before the conversation was "
		    "over; reconnect");
	close_stream(s, &why);
}

static void start_limit(struct bedrock_stream *s)
{
	timer_start(&s->limit, s->u->wait_limit_ms * 1000ULL);
}

static void on_progress(void *arg)
{
	struct bedrock_stream *s = arg;
	struct problem end = {0};

	enter(s);
	judge_answer(s);
	if (!is_over(s) && s->answered && !s->refused)
		take_messages(s);
	if (!is_over(s) && http2_client_ended(s->http, &end))
		conclude(s, &end);
	else if (!is_over(s) && s->finished)
		start_limit(s); /* it still speaks */
	leave(s);
}

static void on_limit(void *arg)
{
	struct bedrock_stream *s = arg;
	struct problem why = {0};
	unsigned seconds = s->u->wait_limit_ms / 1000;

	enter(s);
	if (s->refused) {
		close_refused(s); /* with what came of its body */
	} else {
		say(s, &why, PROBLEM_TIMEOUT,
		    s->opened ? "the stream did not end within %u s of its "
				"last event; reconnect"
			      : "no answer within %u s; check the network, or "
				"try again",
		    seconds);
		close_stream(s, &why);
	}
	leave(s);
}

/* --- sending --- */

static int check_send(const struct bedrock_stream *s,
		      const struct nova_event *e)
{
	if (s->closed || s->finished || http2_client_ended(s->http, NULL))
		return PROBLEM_CLOSED;
	if (e->type != NOVA_CONTENT_START && e->type != NOVA_CONTENT_END &&
	    (e->type < NOVA_SESSION_START || e->type > NOVA_SESSION_END))
		return PROBLEM_REJECTED;
	return 0;
}

/* Signs one payload into the queue: the order of signatures is the order on
 * the wire. */
static int queue_frame(struct bedrock_stream *s, const void *payload,
		       size_t length)
{
	struct bytes *body = http2_client_body(s->http);

	int err = sigv4_chain_frame(&s->chain, body,
				    clock_wall_ms(loop_clock(s->u->loop)),
				    payload, length);
	/* a frame that was not queued is forgotten, by the chain too */
	body->failed = 0;
	return err;
}

static int stream_send(struct nova_stream *base, const struct nova_event *e)
{
	struct bedrock_stream *s = stream_of(base);
	int err = check_send(s, e);

	if (err)
		return err;
	bytes_clear(&s->json);
	bytes_clear(&s->inner);
	err = nova_event_write(&s->json, e, NOVA_TO_SERVICE);
	if (!err)
		err = frame_write_chunk(&s->inner, (const char *)s->json.data,
					s->json.length);
	if (err)
		return err == PROBLEM_FORMAT ? PROBLEM_REJECTED : err;
	/* the last event goes through a full queue, so that it can end */
	if (e->type != NOVA_SESSION_END &&
	    http2_client_queued(s->http) + s->inner.length > QUEUE_MAX)
		return PROBLEM_LIMIT;
	err = queue_frame(s, s->inner.data, s->inner.length);
	if (err)
		return err;
	if (!s->opened && !s->limit.active)
		start_limit(s);
	if (e->type != NOVA_SESSION_END) {
		http2_client_flush(s->http);
		return 0;
	}
	err = queue_frame(s, NULL, 0);
	s->finished = true;
	start_limit(s);
	http2_client_finish(s->http);
	return err;
}

static size_t stream_queued(const struct nova_stream *base)
{
	const struct bedrock_stream *s =
		(const struct bedrock_stream *)(const void *)base;

	return s->http ? http2_client_queued(s->http) : 0;
}

static void stream_free(struct nova_stream *base)
{
	struct bedrock_stream *s = stream_of(base);

	s->freed = true;
	if (s->depth == 0)
		destroy(s);
}

/* --- opening --- */

/* Signs the request; seed gets the signature that begins the chain. */
static int sign(struct bedrock_upstream *u, struct bytes *authorization,
		char date[SIGV4_DATE_SIZE], char seed[SIGV4_HEX_SIZE])
{
	const struct sigv4_header headers[] = {
		{"content-type", eventstream},
		{"host", u->endpoint.authority},
		{"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-EVENTS"},
		{"x-amz-date", date},
		{"x-amz-security-token", u->token},
	};
	const struct sigv4_request r = {
		.path = u->path,
		.region = u->region,
		.date_ms = clock_wall_ms(loop_clock(u->loop)),
		.headers = headers,
		.header_count = u->token ? 5 : 4,
	};

	sigv4_date(date, r.date_ms);
	int err = sigv4_sign_request(seed, &r, u->secret);
	return err ? err
		   : sigv4_authorization(authorization, &r, u->key_id, seed);
}

static int open_request(struct bedrock_stream *s)
{
	struct bedrock_upstream *u = s->u;
	char date[SIGV4_DATE_SIZE], seed[SIGV4_HEX_SIZE];
	struct bytes authorization;
	int err;

	bytes_init(&authorization, EVENT_MAX);
	err = sign(u, &authorization, date, seed);
	const char *signed_by = err ? NULL : bytes_text(&authorization);
	if (!signed_by) {
		err = err ? err : PROBLEM_MEMORY;
		goto out;
	}
	err = sigv4_chain_init(&s->chain, u->secret, u->region, seed);
	if (err)
		goto out;

	const struct http2_header headers[HEADER_COUNT] = {
		{":method", "POST", false},
		{":scheme", u->endpoint.tls ? "https" : "http", false},
		{":authority", u->endpoint.authority, false},
		{":path", u->path, false},
		{"content-type", eventstream, false},
		{"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-EVENTS",
		 false},
		{"x-amz-date", date, false},
		{"user-agent", "habla/" HABLA_VERSION, false},
		{"authorization", signed_by, true},
		{"x-amz-security-token", u->token ? u->token : "", true},
	};
	const struct http2_client_settings settings = {
		.name = u->name,
		.endpoint = &u->endpoint,
		.tls = u->tls,
		.headers = headers,
		.header_count = u->token ? HEADER_COUNT : HEADER_COUNT - 1,
		.progress = on_progress,
		.arg = s,
	};
	err = http2_client_open(&s->http, u->loop, &settings);

out:
	bytes_deinit(&authorization);
	return err;
}

int bedrock_stream_open(struct bedrock_upstream *u,
			const struct nova_stream_listener *listener,
			struct nova_stream **out, struct problem *p)
{
	static const struct nova_stream_ops ops = {
		.send = stream_send,
		.queued = stream_queued,
		.free = stream_free,
	};
	struct bedrock_stream *s = calloc(1, sizeof *s);
	int err;

	if (!s)
		return problem_set(p, PROBLEM_MEMORY, "%s: out of memory",
				   u->name);
	s->base.ops = &ops;
	s->base.listener = *listener;
	s->u = u;
	bytes_init(&s->json, EVENT_MAX);
	bytes_init(&s->inner, 2 * EVENT_MAX);
	bytes_init(&s->arrived, MESSAGE_MAX);
	timer_init(&s->limit, loop_clock(u->loop), on_limit, s);
	err = open_request(s);
	if (err) {
		destroy(s);
		return problem_set(p, err,
				   "%s: cannot be opened (%s); check "
				   "--endpoint",
				   u->name, problem_name(err));
	}
	*out = &s->base;
	return 0;
}
