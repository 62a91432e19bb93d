#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/base/random.h"
#include "net/nova/frame.h"
#include "tests/support/vectors.h"

enum { LIMIT = 17 * 1024 * 1024 };

struct message {
	uint8_t *data;
	size_t length;
};

/* The frame of a case, in a block of exactly its size, so that a read beyond
 * it is seen by the address sanitizer. */
static struct message load(const cJSON *row)
{
	struct message m;
	uint8_t *data = vectors_hex(&m.length, vectors_text(row, "frame_hex"));

	m.data = malloc(m.length);
	assert_non_null(m.data);
	memcpy(m.data, data, m.length);
	free(data);
	return m;
}

static void assert_hex(const char *want, const void *data, size_t length)
{
	char *got = vectors_to_hex(data, length);

	assert_string_equal(want, got);
	free(got);
}

static void every_vector_is_decoded_and_encoded_again(void **state)
{
	cJSON *tree = vectors_load("eventstream-frames.json");
	const cJSON *row;
	int seen = 0;

	(void)state;
	cJSON_ArrayForEach(row, vectors_member(tree, "frames"))
	{
		struct message m = load(row);
		struct problem p = {0};
		struct frame f;
		struct bytes b;

		assert_int_equal(m.length,
				 frame_parse(&f, m.data, m.length, &p));
		assert_int_equal(vectors_number(row, "total_length"), m.length);
		assert_hex(vectors_text(row, "body_hex"), f.payload,
			   f.payload_length);

		bytes_init(&b, LIMIT);
		assert_int_equal(0, frame_write(&b, f.headers, f.header_count,
						f.payload, f.payload_length));
		assert_int_equal(m.length, b.length);
		assert_memory_equal(m.data, b.data, b.length);
		assert_hex(vectors_text(row, "headers_hex"), b.data + 12,
			   b.length - 16 - f.payload_length);
		assert_hex(vectors_text(row, "prelude_crc_hex"), b.data + 8, 4);
		assert_hex(vectors_text(row, "message_crc_hex"),
			   b.data + b.length - 4, 4);
		bytes_deinit(&b);
		free(m.data);
		seen++;
	}
	assert_int_equal(11, seen);
	cJSON_Delete(tree);
}

static void all_ten_header_types_have_their_values(void **state)
{
	cJSON *tree = vectors_load("eventstream-frames.json");
	struct message m = load(
		cJSON_GetArrayItem(vectors_member(tree, "frames"), 1));
	struct frame f;

	(void)state;
	assert_true(frame_parse(&f, m.data, m.length, NULL) > 0);
	assert_int_equal(10, f.header_count);
	assert_int_equal(FRAME_TRUE, frame_find(&f, "t")->type);
	assert_int_equal(FRAME_FALSE, frame_find(&f, "f")->type);
	assert_int_equal(-2, frame_find(&f, "b")->integer);
	assert_int_equal(-300, frame_find(&f, "s")->integer);
	assert_int_equal(-70000, frame_find(&f, "i")->integer);
	assert_true(frame_find(&f, "l")->integer == -5000000000);
	assert_int_equal(4, frame_find(&f, "bin")->value_length);
	assert_memory_equal("\x00\x01\xfe\xff", frame_find(&f, "bin")->value,
			    4);
	assert_true(frame_header_is(&f, "str", "caf\xc3\xa9"));
	assert_false(frame_header_is(&f, "str", "caf"));
	assert_false(frame_header_is(&f, "bin", "caf"));
	assert_true(frame_find(&f, "ts")->integer == 1767323045123);
	assert_int_equal(16, frame_find(&f, "u")->value_length);
	assert_null(frame_find(&f, "st"));
	free(m.data);
	cJSON_Delete(tree);
}

static void every_negative_vector_is_refused(void **state)
{
	cJSON *tree = vectors_load("eventstream-negative.json");
	const cJSON *row;
	int seen = 0;

	(void)state;
	cJSON_ArrayForEach(row, vectors_member(tree, "cases"))
	{
		struct message m = load(row);
		struct frame f;
		long got = frame_parse(&f, m.data, m.length, NULL);
		/* a short one waits for the rest, which never comes */
		long want = m.length < FRAME_OVERHEAD ? 0 : PROBLEM_FORMAT;

		assert_int_equal(want, got);
		free(m.data);
		seen++;
	}
	assert_int_equal(4, seen);
	cJSON_Delete(tree);
}

static void a_message_is_whole_only_with_its_last_byte(void **state)
{
	cJSON *tree = vectors_load("eventstream-frames.json");
	const cJSON *row;

	(void)state;
	cJSON_ArrayForEach(row, vectors_member(tree, "frames"))
	{
		struct message m = load(row);
		struct frame f;
		for (size_t n = 0; n < m.length; n++) {
			uint8_t *part = malloc(n + 1);
			assert_non_null(part);
			/* the end of the block is the end of the part */
			memcpy(part + 1, m.data, n);
			assert_int_equal(0, frame_parse(&f, part + 1, n, NULL));
			free(part);
		}
		assert_int_equal(m.length,
				 frame_parse(&f, m.data, m.length, NULL));
		free(m.data);
	}
	cJSON_Delete(tree);
}

static void any_flipped_bit_is_noticed(void **state)
{
	cJSON *tree = vectors_load("eventstream-frames.json");
	const cJSON *row;

	(void)state;
	cJSON_ArrayForEach(row, vectors_member(tree, "frames"))
	{
		struct message m = load(row);
		struct frame f;
		for (size_t bit = 0; bit < m.length * 8; bit++) {
			m.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(PROBLEM_FORMAT,
					 frame_parse(&f, m.data, m.length,
						     NULL));
			m.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		free(m.data);
	}
	cJSON_Delete(tree);
}

/* Sets both checksums right.  CRC-32 (IEEE) bit by bit: a second way to the
 * sums that frame.c gets from zlib. */
static void seal(uint8_t *data, size_t length)
{
	for (int part = 0; part < 2; part++) {
		size_t n = part ? length - 4 : 8;
		uint32_t crc = UINT32_MAX;
		for (size_t i = 0; i < n; i++) {
			crc ^= data[i];
			for (int k = 0; k < 8; k++)
				crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
		}
		crc = ~crc;
		for (size_t k = 0; k < 4; k++)
			data[n + k] = (uint8_t)(crc >> (24 - 8 * k));
	}
}

/* Header blocks of random bytes inside messages whose checksums are right. */
static void wild_headers_never_read_beyond_the_message(void **state)
{
	int refused = 0, taken = 0;

	(void)state;
	random_seed(11);
	for (int round = 0; round < 20000; round++) {
		uint32_t n = 1 + random_below(40);
		size_t length = FRAME_OVERHEAD + n;
		uint8_t *data = calloc(1, length);
		struct frame f;

		assert_non_null(data);
		random_fill(data + 12, n);
		data[12] %= 6; /* short names, so that some get further */
		if (13u + data[12] < 12 + n)
			data[13 + data[12]] %= 11;
		data[3] = (uint8_t)length;
		data[7] = (uint8_t)n;
		seal(data, length);
		long got = frame_parse(&f, data, length, NULL);
		if (got < 0) {
			assert_int_equal(PROBLEM_FORMAT, got);
			refused++;
		} else {
			assert_int_equal(length, got);
			taken++;
		}
		free(data);
	}
	random_seed(0);
	assert_true(refused > 1000 && taken > 100);
}

static void too_many_headers_are_refused(void **state)
{
	/* 33 headers "n", true: three bytes each */
	static uint8_t data[FRAME_OVERHEAD + 3 * (FRAME_HEADERS_MAX + 1)];
	struct frame f;

	(void)state;
	for (size_t i = 12; i + 4 < sizeof data; i += 3)
		memcpy(data + i, "\x01n", 3);
	data[3] = sizeof data;
	data[7] = sizeof data - FRAME_OVERHEAD;
	seal(data, sizeof data);
	assert_int_equal(PROBLEM_LIMIT,
			 frame_parse(&f, data, sizeof data, NULL));
}

static void lengths_that_cannot_be_are_refused(void **state)
{
	static const struct {
		uint32_t total, headers;
		int want;
	} rows[] = {
		{15, 0, PROBLEM_FORMAT},
		{0, 0, PROBLEM_FORMAT},
		{20, 5, PROBLEM_FORMAT},
		{20, UINT32_MAX, PROBLEM_LIMIT},
		{UINT32_MAX, 0, PROBLEM_LIMIT},
		{16 * 1024 * 1024 + 1, 0, PROBLEM_LIMIT},
		{1024 * 1024, 128 * 1024 + 1, PROBLEM_LIMIT},
		/* would do; the rest has not come */
		{16 * 1024 * 1024, 128 * 1024, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t data[16] = {0};
		struct frame f;
		for (int k = 0; k < 4; k++) {
			data[k] = (uint8_t)(rows[i].total >> (24 - 8 * k));
			data[4 + k] = (uint8_t)(rows[i].headers >>
						(24 - 8 * k));
		}
		seal(data, sizeof data);
		assert_int_equal(rows[i].want,
				 frame_parse(&f, data, sizeof data, NULL));
	}
}

static void names_and_values_have_limits(void **state)
{
	static const char name[256] = {'n'};
	static const uint8_t value[40000];
	static const struct {
		struct frame_header h;
		int want;
		const char *why;
	} rows[] = {
		{{name, 127, FRAME_STRING, 0, value, 32767}, 0, "longest"},
		{{name, 128, FRAME_STRING, 0, value, 1},
		 PROBLEM_FORMAT,
		 "name too long"},
		{{name, 0, FRAME_STRING, 0, value, 1},
		 PROBLEM_FORMAT,
		 "no name"},
		{{name, 1, FRAME_STRING, 0, value, 32768},
		 PROBLEM_FORMAT,
		 "text too long"},
		{{name, 1, FRAME_BYTES, 0, value, 32768},
		 PROBLEM_FORMAT,
		 "bytes too long"},
		{{name, 1, FRAME_INT8, 128, NULL, 0},
		 PROBLEM_FORMAT,
		 "integer too big"},
		{{name, 1, FRAME_INT16, -32769, NULL, 0},
		 PROBLEM_FORMAT,
		 "integer too small"},
		{{name, 1, FRAME_UUID, 0, value, 15},
		 PROBLEM_FORMAT,
		 "short UUID"},
		{{name, 1, (enum frame_header_type)10, 0, value, 1},
		 PROBLEM_FORMAT,
		 "no such type"},
	};
	struct bytes b;

	(void)state;
	bytes_init(&b, LIMIT);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bytes_clear(&b);
		assert_int_equal(rows[i].want,
				 frame_write(&b, &rows[i].h, 1, "", 0));
		if (rows[i].want)
			assert_int_equal(0, b.length);
	}
	bytes_deinit(&b);
}

static void names_to_255_bytes_are_read(void **state)
{
	/* name of 255 bytes, type true */
	static uint8_t data[16 + 257] = {0, 0, 1, 17, 0, 0, 1, 1};
	struct frame f;

	(void)state;
	data[12] = 255;
	memset(data + 13, 'n', 255);
	seal(data, sizeof data);
	assert_int_equal(sizeof data, frame_parse(&f, data, sizeof data, NULL));
	assert_int_equal(255, f.headers[0].name_length);
}

static void messages_over_16_mib_are_refused(void **state)
{
	struct bytes b;
	uint8_t *payload = calloc(1, 16 * 1024 * 1024);

	(void)state;
	assert_non_null(payload);
	bytes_init(&b, LIMIT);
	assert_int_equal(0, frame_write(&b, NULL, 0, payload,
					16 * 1024 * 1024 - 16));
	bytes_clear(&b);
	assert_int_equal(PROBLEM_FORMAT, frame_write(&b, NULL, 0, payload,
						     16 * 1024 * 1024 - 15));
	bytes_deinit(&b);
	free(payload);
}

static void a_chunk_gives_its_json_back(void **state)
{
	static const char *const texts[] = {"", "x", "{\"event\":{}}", "xyz"};
	struct bytes b, json;

	(void)state;
	bytes_init(&b, LIMIT);
	bytes_init(&json, LIMIT);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct frame f;
		bytes_clear(&b);
		bytes_clear(&json);
		assert_int_equal(0, frame_write_chunk(&b, texts[i],
						      strlen(texts[i])));
		assert_int_equal(b.length,
				 frame_parse(&f, b.data, b.length, NULL));
		assert_true(frame_header_is(&f, ":event-type", "chunk"));
		assert_true(frame_header_is(&f, ":message-type", "event"));
		assert_int_equal(0, frame_read_chunk(&json, &f, NULL));
		assert_string_equal(texts[i], bytes_text(&json));
	}
	bytes_deinit(&b);
	bytes_deinit(&json);
}

static void inner_messages_of_the_vectors_are_made_exactly(void **state)
{
	cJSON *tree = vectors_load("sigv4-nova2-host-notoken.json");
	const cJSON *event;
	struct bytes b;

	(void)state;
	bytes_init(&b, LIMIT);
	cJSON_ArrayForEach(event, vectors_member(tree, "events"))
	{
		const cJSON *json = vectors_member(event, "event_json");
		if (cJSON_IsNull(json))
			continue;
		bytes_clear(&b);
		assert_int_equal(0,
				 frame_write_chunk(&b, json->valuestring,
						   strlen(json->valuestring)));
		assert_hex(vectors_text(event, "inner_message_hex"), b.data,
			   b.length);
		assert_int_equal(strlen(vectors_text(event,
						     "inner_payload_json")),
				 b.length - 16 - 75);
	}
	bytes_deinit(&b);
	cJSON_Delete(tree);
}

static void chunk_payloads_may_vary(void **state)
{
	static const struct {
		const char *payload, *want;
	} rows[] = {
		{"{\"bytes\":\"aGk=\",\"p\":\"abc\"}", "hi"},
		{" { \"p\" : \"abc\" , \"bytes\" : \"aGk=\" } ", "hi"},
		{"{\"n\":{\"x\":1},\"bytes\":\"aGk=\"}", "hi"},
		{"{\"bytes\":\"a\\u0047k=\"}", "hi"},
		{"{\"bytes\":\"aGk\"}", NULL},
		{"{\"bytes\":7}", NULL},
		{"{\"p\":\"aGk=\"}", NULL},
		{"", NULL},
		{"{\"bytes\":\"aGk=\"", NULL},
	};
	struct bytes json;

	(void)state;
	bytes_init(&json, LIMIT);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct problem p = {0};
		struct frame f = {
			.payload = (const uint8_t *)rows[i].payload,
			.payload_length = strlen(rows[i].payload),
		};
		bytes_clear(&json);
		int err = frame_read_chunk(&json, &f, &p);
		assert_int_equal(rows[i].want ? 0 : PROBLEM_FORMAT, err);
		assert_string_equal(rows[i].want ? rows[i].want : "",
				    bytes_text(&json));
		if (err)
			assert_string_equal("event-stream chunk: its payload "
					    "is not {\"bytes\":base64}",
					    p.text);
	}
	bytes_deinit(&json);
}

static void an_exception_has_its_type_and_message(void **state)
{
	struct bytes b;
	struct frame f;

	(void)state;
	bytes_init(&b, LIMIT);
	assert_int_equal(0, frame_write_exception(&b, "throttlingException",
						  "slow \"down\""));
	assert_int_equal(b.length, frame_parse(&f, b.data, b.length, NULL));
	assert_true(frame_header_is(&f, ":message-type", "exception"));
	assert_true(
		frame_header_is(&f, ":exception-type", "throttlingException"));
	assert_int_equal(27, f.payload_length);
	assert_memory_equal("{\"message\":\"slow \\\"down\\\"\"}", f.payload,
			    27);
	bytes_deinit(&b);
}

static void a_full_buffer_keeps_what_it_had(void **state)
{
	struct bytes b;

	(void)state;
	bytes_init(&b, 100);
	bytes_append_text(&b, "before");
	assert_int_equal(PROBLEM_LIMIT,
			 frame_write_chunk(&b, "0123456789", 10));
	assert_int_equal(6, b.length);
	bytes_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_is_decoded_and_encoded_again),
		cmocka_unit_test(all_ten_header_types_have_their_values),
		cmocka_unit_test(every_negative_vector_is_refused),
		cmocka_unit_test(a_message_is_whole_only_with_its_last_byte),
		cmocka_unit_test(any_flipped_bit_is_noticed),
		cmocka_unit_test(wild_headers_never_read_beyond_the_message),
		cmocka_unit_test(too_many_headers_are_refused),
		cmocka_unit_test(lengths_that_cannot_be_are_refused),
		cmocka_unit_test(names_and_values_have_limits),
		cmocka_unit_test(names_to_255_bytes_are_read),
		cmocka_unit_test(messages_over_16_mib_are_refused),
		cmocka_unit_test(a_chunk_gives_its_json_back),
		cmocka_unit_test(
			inner_messages_of_the_vectors_are_made_exactly),
		cmocka_unit_test(chunk_payloads_may_vary),
		cmocka_unit_test(an_exception_has_its_type_and_message),
		cmocka_unit_test(a_full_buffer_keeps_what_it_had),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
