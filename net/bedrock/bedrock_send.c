/* bedrock_send: from events to signed frames, in one order. */
#include "net/base/problem.h"
#include "net/bedrock/bedrock_stream_private.h"
#include "net/bedrock/http2_client.h"
#include "net/nova/event_json.h"
#include "net/nova/frame.h"

void bedrock_send_forget(struct bedrock_stream *s)
{
	bytes_deinit(&s->kept);
	s->keeps = false;
}

static int check_send(const struct bedrock_stream *s,
		      const struct nova_event *e)
{
	if (s->closed || s->finished ||
	    (s->http && http2_client_ended(s->http, NULL)))
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

	int err = sigv4_chain_frame(&s->chain, body, bedrock_now_ms(s->u),
				    payload, length);
	/* a frame that was not queued is forgotten, by the chain too */
	body->failed = 0;
	return err;
}

/* Behind the last event: an empty frame, and the end of the request. */
static int finish(struct bedrock_stream *s)
{
	int err = queue_frame(s, NULL, 0);

	bedrock_stream_start_limit(s);
	http2_client_finish(s->http);
	return err;
}

/* Signs and sends what was kept. */
int bedrock_send_kept(struct bedrock_stream *s)
{
	int err = 0;

	for (size_t at = 0; at < s->kept.length && !err;) {
		struct frame f;
		long n = frame_parse(&f, s->kept.data + at, s->kept.length - at,
				     NULL);
		err = n > 0 ? queue_frame(s, s->kept.data + at, (size_t)n)
			    : PROBLEM_FORMAT;
		at += (size_t)n;
	}
	if (err || s->kept.length == 0)
		return err;
	bedrock_stream_start_limit(s);
	if (s->finished)
		return finish(s);
	http2_client_flush(s->http);
	return 0;
}

/* Without a connection a message that is not kept is lost: that is an error. */
static int keep(struct bedrock_stream *s)
{
	int err = 0;

	if (s->keeps)
		err = bytes_append(&s->kept, s->u->inner.data,
				   s->u->inner.length);
	s->kept.failed = 0;
	if (!err || !s->http)
		return err;
	bedrock_send_forget(s);
	return 0;
}

size_t bedrock_send_queued(const struct bedrock_stream *s)
{
	if (s->closed)
		return 0;
	return s->http ? http2_client_queued(s->http) : s->kept.length;
}

static int send_inner(struct bedrock_stream *s, bool is_last)
{
	int err = queue_frame(s, s->u->inner.data, s->u->inner.length);

	if (err && s->keeps)
		s->kept.length -= s->u->inner.length;
	if (err)
		return err;
	if (!s->opened && !s->limit.active)
		bedrock_stream_start_limit(s);
	s->finished = is_last;
	if (is_last)
		return finish(s);
	http2_client_flush(s->http);
	return 0;
}

int bedrock_send(struct bedrock_stream *s, const struct nova_event *e)
{
	bool is_last = e->type == NOVA_SESSION_END;
	int err = check_send(s, e);

	if (err)
		return err;
	bytes_clear(&s->u->json);
	bytes_clear(&s->u->inner);
	err = nova_event_write(&s->u->json, e, NOVA_TO_SERVICE);
	if (!err)
		err = frame_write_chunk(&s->u->inner,
					(const char *)s->u->json.data,
					s->u->json.length);
	if (err)
		return err == PROBLEM_FORMAT ? PROBLEM_REJECTED : err;
	/* the last event goes through a full queue, so that it can end */
	if (!is_last &&
	    bedrock_send_queued(s) + s->u->inner.length > BEDROCK_QUEUE_MAX)
		return PROBLEM_LIMIT;
	err = keep(s);
	if (!err && s->http)
		err = send_inner(s, is_last);
	else if (!err)
		s->finished = is_last;
	return err;
}
