/*
 * frame: messages of application/vnd.amazon.eventstream.
 *
 * Layout, CRCs and header types: docs/nova-sonic.md, "Event-stream framing".
 * Strict on writing (names to 127 bytes), tolerant on reading (names to 255);
 * a message of more than 16 MiB is refused.
 */
#ifndef NET_NOVA_FRAME_H
#define NET_NOVA_FRAME_H

#include <stddef.h>
#include <stdint.h>

struct bytes;
struct problem;

enum frame_header_type {
	FRAME_TRUE = 0,
	FRAME_FALSE,
	FRAME_INT8,
	FRAME_INT16,
	FRAME_INT32,
	FRAME_INT64,
	FRAME_BYTES,
	FRAME_STRING,
	FRAME_TIMESTAMP,
	FRAME_UUID,
};

enum { FRAME_HEADERS_MAX = 32, FRAME_OVERHEAD = 16 };

struct frame_header {
	const char *name; /* not terminated; name_length bytes */
	uint8_t name_length;
	enum frame_header_type type;
	int64_t integer;      /* integers, timestamp (ms since 1970) */
	const uint8_t *value; /* bytes, string, UUID: value_length bytes */
	uint16_t value_length;
};

/* Points into the bytes that were parsed. */
struct frame {
	struct frame_header headers[FRAME_HEADERS_MAX];
	size_t header_count;
	const uint8_t *payload;
	size_t payload_length;
};

/* A header with this name (last one wins), or NULL. */
const struct frame_header *frame_find(const struct frame *f, const char *name);
/* True when the header is a string equal to value. */
int frame_header_is(const struct frame *f, const char *name, const char *value);

/* Reads one message from the front of data.  Returns its whole length,
 * 0 when more bytes are needed, or PROBLEM_FORMAT / PROBLEM_LIMIT. */
long frame_parse(struct frame *out, const uint8_t *data, size_t length,
		 struct problem *p);

/* Appends one message.  0, PROBLEM_FORMAT (name or value too long) or the
 * buffer's failure. */
int frame_write(struct bytes *out, const struct frame_header *headers,
		size_t count, const void *payload, size_t length);

/* --- the two uses here --- */

/* Appends the inner message of an event: headers :event-type chunk,
 * :message-type event, :content-type application/json; payload
 * {"bytes":"<base64 of json>"}. */
int frame_write_chunk(struct bytes *out, const char *json, size_t length);
/* Appends an exception: "throttlingException", {"message":"..."}. */
int frame_write_exception(struct bytes *out, const char *type,
			  const char *message);

/* Appends the JSON that a chunk's payload carries.  PROBLEM_FORMAT when the
 * payload is not {"bytes":base64,...}, or the buffer's failure. */
int frame_read_chunk(struct bytes *json, const struct frame *f,
		     struct problem *p);

#endif
