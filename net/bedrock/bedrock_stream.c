#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base/log.h"
#include "net/base/problem.h"
#include "net/base/text.h"
#include "net/bedrock/bedrock_stream_private.h"
#include "net/bedrock/failures.h"
#include "net/bedrock/http2_client.h"
#include "net/loop/loop.h"

static const char eventstream[] = "application/vnd.amazon.eventstream";

static struct bedrock_stream *stream_of(struct nova_stream *s)
{
	return (struct bedrock_stream *)(void *)s;
}

void bedrock_stream_problem(const struct bedrock_stream *s, struct problem *p,
			    enum bedrock_own id, const char *detail)
{
	bedrock_own_problem(p, id, s->u->name, detail);
}

static void destroy(struct bedrock_stream *s)
{
	timer_stop(&s->limit);
	credentials_cancel(&s->question);
	credentials_clear(&s->credentials);
	http2_client_free(s->http);
	sigv4_chain_clear(&s->chain);
	bytes_deinit(&s->kept);
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

bool bedrock_stream_is_over(const struct bedrock_stream *s)
{
	return s->closed || s->freed;
}

void bedrock_stream_close(struct bedrock_stream *s, const struct problem *why)
{
	if (bedrock_stream_is_over(s))
		return;
	s->closed = true;
	timer_stop(&s->limit);
	bedrock_send_forget(s);
	s->http = http2_client_free(s->http);
	s->base.listener.closed(s->base.listener.arg, why);
}

void bedrock_stream_report_opened(struct bedrock_stream *s)
{
	const struct http2_response *r = http2_client_response(s->http);

	if (s->opened)
		return;
	s->opened = true;
	timer_stop(&s->limit);
	s->base.listener.opened(s->base.listener.arg,
				*r->request_id ? r->request_id : NULL);
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
	bedrock_send_forget(s);
	if (*r->content_type && !text_starts(r->content_type, eventstream)) {
		bedrock_stream_problem(s, &why, BEDROCK_NO_EVENT_STREAM,
				       r->content_type);
		bedrock_stream_close(s, &why);
	} else if (*r->content_type) {
		bedrock_stream_report_opened(s);
	}
}

static void connect_stream(struct bedrock_stream *s);

/* Takes the service's time and begins anew, once. */
static bool correct_clock(struct bedrock_stream *s)
{
	struct bedrock_upstream *u = s->u;
	int64_t theirs = text_http_date(http2_client_response(s->http)->date);

	if (s->corrected || !s->keeps || theirs < 0)
		return false;
	u->clock_offset_ms = 0;
	u->clock_offset_ms = theirs - bedrock_now_ms(u);
	log_warn("bedrock",
		 "our clock was refused; taking the service's, %lld "
		 "ms from ours",
		 (long long)u->clock_offset_ms);
	s->corrected = true;
	s->answered = s->refused = false;
	s->http = http2_client_free(s->http);
	sigv4_chain_clear(&s->chain);
	connect_stream(s);
	return true;
}

static void close_refused(struct bedrock_stream *s)
{
	const struct http2_response *r = http2_client_response(s->http);
	struct bytes *body = http2_client_received(s->http);
	int64_t now_ms = bedrock_now_ms(s->u);
	struct problem why = {0};

	for (int round = 0; round < 2; round++) {
		bedrock_answer_problem(&why, s->u, r, (const char *)body->data,
				       body->length, now_ms);
		if (why.code != PROBLEM_CLOCK)
			break;
		if (round == 0 && correct_clock(s))
			return;
		/* what is to be set is the machine's own clock */
		now_ms -= s->u->clock_offset_ms;
	}
	bedrock_stream_close(s, &why);
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
		bedrock_stream_problem(s, &why, BEDROCK_CUT_MESSAGE, NULL);
	else if (!s->finished)
		bedrock_stream_problem(s, &why, BEDROCK_ENDED_EARLY, NULL);
	bedrock_stream_close(s, &why);
}

void bedrock_stream_start_limit(struct bedrock_stream *s)
{
	timer_start(&s->limit, s->u->wait_limit_ms * 1000ULL);
}

static void on_progress(void *arg)
{
	struct bedrock_stream *s = arg;
	struct problem end = {0};

	enter(s);
	judge_answer(s);
	if (!bedrock_stream_is_over(s) && s->answered && !s->refused)
		bedrock_receive(s);
	if (!bedrock_stream_is_over(s) && http2_client_ended(s->http, &end))
		conclude(s, &end);
	else if (!bedrock_stream_is_over(s) && s->finished)
		bedrock_stream_start_limit(s); /* it still speaks */
	leave(s);
}

static void on_limit(void *arg)
{
	struct bedrock_stream *s = arg;
	struct problem why = {0};
	char seconds[16];

	snprintf(seconds, sizeof seconds, "%u", s->u->wait_limit_ms / 1000);
	enter(s);
	if (s->refused) {
		close_refused(s); /* with what came of its body */
	} else {
		bedrock_stream_problem(s, &why,
				       s->opened ? BEDROCK_NO_END
						 : BEDROCK_NO_ANSWER,
				       seconds);
		bedrock_stream_close(s, &why);
	}
	leave(s);
}

static int stream_send(struct nova_stream *base, const struct nova_event *e)
{
	return bedrock_send(stream_of(base), e);
}

static size_t stream_queued(const struct nova_stream *base)
{
	return bedrock_send_queued(
		(const struct bedrock_stream *)(const void *)base);
}

static int64_t stream_expires_ms(const struct nova_stream *base)
{
	const struct bedrock_stream *s =
		(const struct bedrock_stream *)(const void *)base;

	return s->credentials.expires_ms;
}

static void stream_free(struct nova_stream *base)
{
	struct bedrock_stream *s = stream_of(base);

	s->freed = true;
	if (s->depth == 0)
		destroy(s);
}

/* --- opening --- */

/* Also when the events are sent anew, so all that were kept go out first. */
static void connect_stream(struct bedrock_stream *s)
{
	struct problem why = {0};
	int err = bedrock_request_open(&s->http, &s->chain, s->u,
				       &s->credentials, on_progress, s);

	if (!err)
		err = bedrock_send_kept(s);
	if (!err)
		return;
	problem_set(&why, err, "%s: cannot be opened (%s); check --endpoint",
		    s->u->name, problem_name(err));
	bedrock_stream_close(s, &why);
}

static void on_credentials(void *arg, const struct credentials *c,
			   const struct problem *why)
{
	struct bedrock_stream *s = arg;
	struct problem p = {0};

	enter(s);
	if (!c) {
		bedrock_stream_close(s, why);
	} else if (credentials_copy(&s->credentials, c)) {
		bedrock_stream_problem(s, &p, BEDROCK_MEMORY, NULL);
		bedrock_stream_close(s, &p);
	} else {
		connect_stream(s);
	}
	leave(s);
}

int bedrock_stream_open(struct bedrock_upstream *u,
			const struct nova_stream_listener *listener,
			struct nova_stream **out, struct problem *p)
{
	static const struct nova_stream_ops ops = {
		.send = stream_send,
		.queued = stream_queued,
		.free = stream_free,
		.expires_ms = stream_expires_ms,
	};
	struct bedrock_stream *s = calloc(1, sizeof *s);

	if (!s)
		return problem_set(p, PROBLEM_MEMORY, "%s: out of memory",
				   u->name);
	s->base.ops = &ops;
	s->base.listener = *listener;
	s->u = u;
	bytes_init(&s->kept, BEDROCK_QUEUE_MAX + BEDROCK_EVENT_MAX);
	s->keeps = true;
	timer_init(&s->limit, loop_clock(u->loop), on_limit, s);
	credentials_get(u->credentials, &s->question, on_credentials, s);
	*out = &s->base;
	return 0;
}
