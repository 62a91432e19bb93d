#include "net/relay/outbox.h"

#include <string.h>

#include <libwebsockets.h>

#include "net/base/problem.h"
#include "net/relay/protocol.h"

enum { HEAD_BYTES = sizeof(uint32_t) + LWS_PRE };

void outbox_init(struct outbox *o, size_t limit)
{
	bytes_init(&o->waiting, limit);
	o->sent = 0;
}

void outbox_deinit(struct outbox *o)
{
	bytes_deinit(&o->waiting);
}

size_t outbox_queued(const struct outbox *o)
{
	return o->waiting.length - o->sent;
}

void outbox_drop(struct outbox *o)
{
	bytes_clear(&o->waiting);
	o->sent = 0;
}

/* Moving costs, so it waits until at least half can be given back. */
static void reclaim(struct outbox *o)
{
	if (o->sent == o->waiting.length) {
		outbox_drop(o);
	} else if (o->sent > o->waiting.length / 2) {
		bytes_drop_front(&o->waiting, o->sent);
		o->sent = 0;
	}
}

int outbox_add(struct outbox *o, const struct relay_message *m, int64_t wall_ms)
{
	struct bytes *b = &o->waiting;
	size_t start = b->length;
	uint8_t *head = bytes_reserve(b, HEAD_BYTES);
	int err = b->failed;

	if (head) {
		/* json_text begins its first value after a line end */
		memset(head, '\n', HEAD_BYTES);
		b->length += HEAD_BYTES;
		err = relay_message_write(b, m, wall_ms);
	}
	if (err) {
		b->length = start;
		b->failed = 0;
		return err;
	}
	uint32_t length = (uint32_t)(b->length - start - HEAD_BYTES);
	memcpy(b->data + start, &length, sizeof length);
	return 0;
}

int outbox_flush(struct outbox *o, struct lws *wsi)
{
	while (outbox_queued(o) > 0 && !lws_send_pipe_choked(wsi)) {
		uint8_t *record = o->waiting.data + o->sent;
		uint32_t length;

		memcpy(&length, record, sizeof length);
		/* what the kernel does not take, libwebsockets keeps */
		if (lws_write(wsi, record + HEAD_BYTES, length,
			      LWS_WRITE_TEXT) < (int)length)
			return PROBLEM_CLOSED;
		o->sent += HEAD_BYTES + length;
	}
	reclaim(o);
	if (outbox_queued(o) > 0)
		lws_callback_on_writable(wsi);
	return 0;
}
