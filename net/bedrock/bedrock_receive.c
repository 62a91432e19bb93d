/* bedrock_receive: what the service sends once it has accepted the stream.
 * docs/nova-sonic.md, "Exceptions inside the stream". */
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/base/problem.h"
#include "net/bedrock/bedrock_stream_private.h"
#include "net/bedrock/http2_client.h"
#include "net/nova/event_json.h"
#include "net/nova/frame.h"

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
	bedrock_stream_close(s, &why);
}

static void take_event(struct bedrock_stream *s, const struct frame *f)
{
	struct problem why = {0};
	struct nova_event e;
	int err;

	bytes_clear(&s->u->arrived);
	err = frame_read_chunk(&s->u->arrived, f, &why);
	if (!err)
		err = nova_event_parse(&e, (const char *)s->u->arrived.data,
				       s->u->arrived.length, NOVA_FROM_SERVICE,
				       &why);
	if (err) {
		const struct problem found = why;

		bedrock_stream_problem(s, &why, BEDROCK_UNREADABLE,
				       found.code ? found.text
						  : problem_name(err));
		bedrock_stream_close(s, &why);
		return;
	}
	bedrock_stream_report_opened(s);
	if (!bedrock_stream_is_over(s))
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

void bedrock_receive(struct bedrock_stream *s)
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
		if (bedrock_stream_is_over(s))
			return; /* `from` is gone */
		at += (size_t)n;
	}
	bytes_drop_front(from, at);
	if (n < 0) {
		const struct problem found = why;

		bedrock_stream_problem(s, &why, BEDROCK_UNREADABLE, found.text);
		bedrock_stream_close(s, &why);
	}
}
