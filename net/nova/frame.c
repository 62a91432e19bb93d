#include "net/nova/frame.h"

#include <stdbool.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <zlib.h>

#include "net/base/base64.h"
#include "net/base/bytes.h"
#include "net/base/json_text.h"
#include "net/base/problem.h"
#include "net/nova/json_scan.h"

enum {
	PRELUDE_BYTES = 12, /* two lengths and their CRC */
	MESSAGE_MAX = 16 * 1024 * 1024,
	HEADERS_MAX_BYTES = 128 * 1024,
	NAME_MAX_WRITTEN = 127,
	VALUE_MAX = 32767,
};

static uint32_t be32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

static uint32_t crc(const void *data, size_t length)
{
	return (uint32_t)crc32(0, data, (uInt)length);
}

/* --- reading --- */

/* Bytes of a value of fixed size; -1 for those with a length in front. */
static int fixed_size(unsigned type)
{
	static const int sizes[] = {
		[FRAME_TRUE] = 0,   [FRAME_FALSE] = 0,   [FRAME_INT8] = 1,
		[FRAME_INT16] = 2,  [FRAME_INT32] = 4,   [FRAME_INT64] = 8,
		[FRAME_BYTES] = -1, [FRAME_STRING] = -1, [FRAME_TIMESTAMP] = 8,
		[FRAME_UUID] = 16,
	};

	return sizes[type];
}

/* Big-endian two's complement of 0 to 8 bytes. */
static int64_t read_integer(const uint8_t *at, size_t size)
{
	uint64_t v = size > 0 && at[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < size; i++)
		v = v << 8 | at[i];
	return (int64_t)v;
}

static bool is_integer(unsigned type)
{
	return (type >= FRAME_INT8 && type <= FRAME_INT64) ||
	       type == FRAME_TIMESTAMP;
}

/* Reads one header of the block that ends at end.  Returns the byte behind
 * it, or NULL when it does not fit the block or has no known type. */
static const uint8_t *read_header(struct frame_header *h, const uint8_t *at,
				  const uint8_t *end)
{
	*h = (struct frame_header){.name_length = *at++};
	if (h->name_length == 0 || end - at < h->name_length + 1)
		return NULL;
	h->name = (const char *)at;
	at += h->name_length;

	unsigned type = *at++;
	if (type > FRAME_UUID)
		return NULL;
	h->type = (enum frame_header_type)type;
	int size = fixed_size(type);
	if (size < 0) {
		if (end - at < 2)
			return NULL;
		size = at[0] << 8 | at[1];
		at += 2;
	}
	if (end - at < size)
		return NULL;
	if (is_integer(type)) {
		h->integer = read_integer(at, (size_t)size);
	} else if (size > 0) {
		h->value = at;
		h->value_length = (uint16_t)size;
	}
	return at + size;
}

static int read_headers(struct frame *f, const uint8_t *at, size_t length,
			struct problem *p)
{
	const uint8_t *end = at + length;

	while (at < end) {
		if (f->header_count == FRAME_HEADERS_MAX)
			return problem_set(p, PROBLEM_LIMIT,
					   "event-stream message: more than %d "
					   "headers",
					   FRAME_HEADERS_MAX);
		at = read_header(&f->headers[f->header_count], at, end);
		if (!at)
			return problem_set(
				p, PROBLEM_FORMAT,
				"event-stream message: header %zu is "
				"malformed",
				f->header_count + 1);
		f->header_count++;
	}
	return 0;
}

static int check_prelude(uint32_t total, uint32_t headers, uint32_t check,
			 const uint8_t *data, struct problem *p)
{
	if (crc(data, 8) != check)
		return problem_set(p, PROBLEM_FORMAT,
				   "event-stream message: checksum of its "
				   "lengths is wrong");
	if (total > MESSAGE_MAX || headers > HEADERS_MAX_BYTES)
		return problem_set(p, PROBLEM_LIMIT,
				   "event-stream message: %u bytes with %u of "
				   "headers are too long",
				   total, headers);
	if (total < FRAME_OVERHEAD || headers > total - FRAME_OVERHEAD)
		return problem_set(p, PROBLEM_FORMAT,
				   "event-stream message: lengths %u and %u do "
				   "not fit together",
				   total, headers);
	return 0;
}

long frame_parse(struct frame *out, const uint8_t *data, size_t length,
		 struct problem *p)
{
	if (length < PRELUDE_BYTES)
		return 0;
	uint32_t total = be32(data);
	uint32_t headers = be32(data + 4);
	int err = check_prelude(total, headers, be32(data + 8), data, p);
	if (err)
		return err;
	if (length < total)
		return 0;
	if (crc(data, total - 4) != be32(data + total - 4))
		return problem_set(p, PROBLEM_FORMAT,
				   "event-stream message: checksum is wrong");

	out->header_count = 0;
	err = read_headers(out, data + PRELUDE_BYTES, headers, p);
	if (err)
		return err;
	out->payload = data + PRELUDE_BYTES + headers;
	out->payload_length = total - FRAME_OVERHEAD - headers;
	return (long)total;
}

const struct frame_header *frame_find(const struct frame *f, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = f->header_count; i > 0; i--) {
		const struct frame_header *h = &f->headers[i - 1];
		if (h->name_length == length &&
		    memcmp(h->name, name, length) == 0)
			return h;
	}
	return NULL;
}

int frame_header_is(const struct frame *f, const char *name, const char *value)
{
	const struct frame_header *h = frame_find(f, name);
	size_t length = strlen(value);

	return h && h->type == FRAME_STRING && h->value_length == length &&
	       (length == 0 || memcmp(h->value, value, length) == 0);
}

/* --- writing --- */

static size_t value_size(const struct frame_header *h)
{
	int size = fixed_size(h->type);

	return size < 0 ? 2u + h->value_length : (size_t)size;
}

static bool integer_fits(int64_t v, enum frame_header_type type)
{
	switch (type) {
	case FRAME_INT8:
		return v >= INT8_MIN && v <= INT8_MAX;
	case FRAME_INT16:
		return v >= INT16_MIN && v <= INT16_MAX;
	case FRAME_INT32:
		return v >= INT32_MIN && v <= INT32_MAX;
	default:
		return true;
	}
}

static bool header_is_valid(const struct frame_header *h)
{
	if (h->name_length == 0 || h->name_length > NAME_MAX_WRITTEN ||
	    (unsigned)h->type > FRAME_UUID)
		return false;
	if (is_integer(h->type))
		return integer_fits(h->integer, h->type);
	if (h->type == FRAME_UUID)
		return h->value_length == 16;
	return fixed_size(h->type) == 0 || h->value_length <= VALUE_MAX;
}

static void write_header(struct bytes *out, const struct frame_header *h)
{
	bytes_append_u8(out, h->name_length);
	bytes_append(out, h->name, h->name_length);
	bytes_append_u8(out, (uint8_t)h->type);
	if (is_integer(h->type)) {
		uint64_t v = (uint64_t)h->integer;
		for (int size = fixed_size(h->type); size > 0; size--)
			bytes_append_u8(out, (uint8_t)(v >> (8 * (size - 1))));
		return;
	}
	if (fixed_size(h->type) < 0)
		bytes_append_be16(out, h->value_length);
	if (fixed_size(h->type) != 0)
		bytes_append(out, h->value, h->value_length);
}

/* Writes lengths, their CRC and the headers; *start is where they began. */
static int begin(struct bytes *out, const struct frame_header *headers,
		 size_t count, size_t payload_length, size_t *start)
{
	size_t block = 0;

	for (size_t i = 0; i < count; i++) {
		if (!header_is_valid(&headers[i]))
			return PROBLEM_FORMAT;
		block += 2u + headers[i].name_length + value_size(&headers[i]);
	}
	if (block > HEADERS_MAX_BYTES ||
	    payload_length > MESSAGE_MAX - FRAME_OVERHEAD - block)
		return PROBLEM_FORMAT;

	*start = out->length;
	bytes_append_be32(out,
			  (uint32_t)(FRAME_OVERHEAD + block + payload_length));
	bytes_append_be32(out, (uint32_t)block);
	if (!out->failed)
		bytes_append_be32(out, crc(out->data + *start, 8));
	for (size_t i = 0; i < count; i++)
		write_header(out, &headers[i]);
	return out->failed;
}

/* Closes the message; a failed one is taken back as a whole. */
static int end(struct bytes *out, size_t start)
{
	if (!out->failed)
		bytes_append_be32(out,
				  crc(out->data + start, out->length - start));
	if (out->failed)
		out->length = start;
	return out->failed;
}

int frame_write(struct bytes *out, const struct frame_header *headers,
		size_t count, const void *payload, size_t length)
{
	size_t start = out->length;
	int err = begin(out, headers, count, length, &start);

	if (err == PROBLEM_FORMAT)
		return err;
	bytes_append(out, payload, length);
	return end(out, start);
}

/* Header of a literal name and a literal or terminated text. */
static struct frame_header string_header(const char *name, const char *value)
{
	return (struct frame_header){
		.name = name,
		.name_length = (uint8_t)strlen(name),
		.type = FRAME_STRING,
		.value = (const uint8_t *)value,
		.value_length = (uint16_t)strlen(value),
	};
}

int frame_write_chunk(struct bytes *out, const char *json, size_t length)
{
	const struct frame_header headers[] = {
		string_header(":event-type", "chunk"),
		string_header(":message-type", "event"),
		string_header(":content-type", "application/json"),
	};
	static const char open[] = "{\"bytes\":\"", close[] = "\"}";
	size_t start = out->length;
	size_t payload = sizeof open - 1 + base64_encoded_length(length) +
			 sizeof close - 1;

	int err = begin(out, headers, 3, payload, &start);
	if (err == PROBLEM_FORMAT)
		return err;
	bytes_append(out, open, sizeof open - 1);
	base64_append(out, json, length);
	bytes_append(out, close, sizeof close - 1);
	return end(out, start);
}

int frame_write_exception(struct bytes *out, const char *type,
			  const char *message)
{
	struct bytes payload;
	int err;

	if (strlen(type) > VALUE_MAX)
		return PROBLEM_FORMAT;
	bytes_init(&payload, MESSAGE_MAX);
	json_open_object(&payload, NULL);
	json_string(&payload, "message", message);
	json_close_object(&payload);
	const struct frame_header headers[] = {
		string_header(":exception-type", type),
		string_header(":content-type", "application/json"),
		string_header(":message-type", "exception"),
	};
	err = payload.failed ? payload.failed
			     : frame_write(out, headers, 3, payload.data,
					   payload.length);
	bytes_deinit(&payload);
	return err;
}

/* --- chunks --- */

static int decode(struct bytes *json, const char *text, size_t length)
{
	uint8_t *at = bytes_reserve(json, base64_decoded_bound(length));

	if (!at)
		return json->failed;
	long size = base64_decode(at, text, length);
	if (size < 0)
		return PROBLEM_FORMAT;
	json->length += (size_t)size;
	return 0;
}

/* The member "bytes" of a payload that is not a plain flat object. */
static int decode_general(struct bytes *json, const struct frame *f)
{
	cJSON *tree = cJSON_ParseWithLength((const char *)f->payload,
					    f->payload_length);
	const char *text = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(tree, "bytes"));
	int err = PROBLEM_FORMAT;

	if (text)
		err = decode(json, text, strlen(text));
	cJSON_Delete(tree);
	return err;
}

int frame_read_chunk(struct bytes *json, const struct frame *f,
		     struct problem *p)
{
	const char *payload = (const char *)f->payload;
	struct json_scan scan = {payload, payload + f->payload_length};
	struct json_scan_object o;
	int err;

	const struct json_slice *text = NULL;
	if (json_scan_object(&scan, &o) && json_scan_at_end(&scan))
		text = json_scan_find(&o, "bytes");
	if (text)
		err = decode(json, text->text, text->length);
	else
		err = decode_general(json, f);
	if (err == PROBLEM_FORMAT)
		problem_set(p, err,
			    "event-stream chunk: its payload is not "
			    "{\"bytes\":base64}");
	return err;
}
