#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <openssl/evp.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/aws/sigv4.h"
#include "net/nova/frame.h"
#include "tests/support/vectors.h"

enum { LIMIT = 1 << 20, HEADERS = 8, DAY_MS = 86400000 };

static const char *const files[] = {
	"sigv4-nova2-host-notoken.json",
	"sigv4-nova2-host-token.json",
	"sigv4-nova2-authority-notoken.json",
	"sigv4-nova25-host-token-midnight.json",
};

enum { FILE_COUNT = sizeof files / sizeof *files };

struct vector {
	cJSON *tree;
	const cJSON *request, *events;
	const char *secret, *key_id;
	struct sigv4_header headers[HEADERS];
	struct sigv4_request r;
};

/* 2026-01-02, on which all vectors begin; the time of day from the header. */
static int64_t signing_date(const char *text)
{
	int64_t day = 1767312000000;
	int h = atoi(text + 11), m = atoi(text + 14), s = atoi(text + 17);

	return day + ((h * 60 + m) * 60 + s) * 1000LL;
}

static void load(struct vector *v, const char *file)
{
	const cJSON *header;

	memset(v, 0, sizeof *v);
	v->tree = vectors_load(file);
	v->request = vectors_member(v->tree, "request");
	v->events = vectors_member(v->tree, "events");
	const cJSON *keys = vectors_member(v->tree, "credentials");
	v->secret = vectors_text(keys, "secretAccessKey");
	v->key_id = vectors_text(keys, "accessKeyId");
	cJSON_ArrayForEach(header, vectors_member(v->request, "headers_sent"))
	{
		if (strcmp(header->string, "authorization") == 0)
			continue;
		assert_true(v->r.header_count < HEADERS);
		v->headers[v->r.header_count++] = (struct sigv4_header){
			header->string, header->valuestring};
	}
	v->r.path = vectors_text(v->request, "wire_path");
	v->r.region = vectors_text(v->tree, "region");
	v->r.date_ms = signing_date(vectors_text(v->request, "signing_date"));
	v->r.headers = v->headers;
}

static void assert_hex(const char *want, const void *data, size_t length)
{
	char *got = vectors_to_hex(data, length);

	assert_string_equal(want, got);
	free(got);
}

static void assert_sha256(const char *want, const void *data, size_t length)
{
	uint8_t raw[32];

	assert_int_equal(1, EVP_Digest(data, length, raw, NULL, EVP_sha256(),
				       NULL));
	assert_hex(want, raw, sizeof raw);
}

static void requests_are_signed_as_in_the_vectors(void **state)
{
	(void)state;
	for (int i = 0; i < FILE_COUNT; i++) {
		struct vector v;
		struct bytes canonical, text, authorization;
		char seed[SIGV4_HEX_SIZE];

		load(&v, files[i]);
		bytes_init(&canonical, LIMIT);
		bytes_init(&text, LIMIT);
		bytes_init(&authorization, LIMIT);
		assert_int_equal(0, sigv4_canonical_request(&canonical, &v.r));
		assert_string_equal(vectors_text(v.request,
						 "canonical_request"),
				    bytes_text(&canonical));
		assert_sha256(vectors_text(v.request,
					   "canonical_request_sha256"),
			      canonical.data, canonical.length);
		assert_int_equal(
			0, sigv4_string_to_sign(&text, &v.r,
						(const char *)canonical.data,
						canonical.length));
		assert_string_equal(vectors_text(v.request, "string_to_sign"),
				    bytes_text(&text));
		assert_int_equal(0, sigv4_sign_request(seed, &v.r, v.secret));
		assert_string_equal(vectors_text(v.request, "seed_signature"),
				    seed);
		assert_int_equal(0, sigv4_authorization(&authorization, &v.r,
							v.key_id, seed));
		assert_string_equal(vectors_text(v.request, "authorization"),
				    bytes_text(&authorization));
		bytes_deinit(&canonical);
		bytes_deinit(&text);
		bytes_deinit(&authorization);
		cJSON_Delete(v.tree);
	}
}

static void the_key_is_derived_as_in_the_vectors(void **state)
{
	(void)state;
	for (int i = 0; i < FILE_COUNT; i++) {
		struct vector v;
		struct sigv4_keys keys;

		load(&v, files[i]);
		const cJSON *want = vectors_member(v.request,
						   "signing_key_hex");
		assert_int_equal(0, sigv4_derive(&keys, v.secret, "20260102",
						 v.r.region, "bedrock"));
		assert_hex(vectors_text(want, "kDate"), keys.date, 32);
		assert_hex(vectors_text(want, "kRegion"), keys.region, 32);
		assert_hex(vectors_text(want, "kService"), keys.service, 32);
		assert_hex(vectors_text(want, "kSigning"), keys.signing, 32);
		cJSON_Delete(v.tree);
	}
}

/* The cases post-vanilla and post-x-www-form-urlencoded of the test suite that
 * AWS publishes for this algorithm. */
static void requests_to_other_services_are_signed(void **state)
{
	static const struct {
		const char *body, *type, *want;
	} rows[] = {
		{"", NULL,
		 "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5"
		 "d6b"},
		{"Param1=value1", "application/x-www-form-urlencoded",
		 "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe094"
		 "73a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct sigv4_header headers[] = {
			{"host", "example.amazonaws.com"},
			{"x-amz-date", "20150830T123600Z"},
			{"content-type", rows[i].type},
		};
		char hash[SIGV4_HEX_SIZE], got[SIGV4_HEX_SIZE];
		const struct sigv4_request r = {
			.path = "/",
			.region = "us-east-1",
			.date_ms = 1440938160000,
			.headers = headers,
			.header_count = rows[i].type ? 3 : 2,
			.service = "service",
			.payload_hash = hash,
		};
		assert_int_equal(0, sigv4_payload_hash(hash, rows[i].body,
						       strlen(rows[i].body)));
		assert_int_equal(
			0, sigv4_sign_request(
				   got, &r,
				   "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
		assert_string_equal(rows[i].want, got);
	}
}

/* One event: every value between its JSON and its bytes on the wire. */
static void check_event(struct sigv4_chain *c, const cJSON *event,
			struct bytes *body)
{
	int64_t date_ms = (int64_t)vectors_number(event, "date_epoch_ms");
	const cJSON *json = vectors_member(event, "event_json");
	struct bytes inner, text;
	size_t start = body->length;

	bytes_init(&inner, LIMIT);
	bytes_init(&text, LIMIT);
	if (cJSON_IsString(json))
		assert_int_equal(0,
				 frame_write_chunk(&inner, json->valuestring,
						   strlen(json->valuestring)));
	assert_hex(vectors_text(event, "inner_message_hex"), inner.data,
		   inner.length);
	assert_sha256(vectors_text(event, "payload_sha256"), inner.data,
		      inner.length);

	assert_string_equal(vectors_text(event, "prior_signature"), c->prior);
	assert_int_equal(0,
			 sigv4_chain_string_to_sign(c, &text, date_ms,
						    inner.data, inner.length));
	assert_string_equal(vectors_text(event, "string_to_sign"),
			    bytes_text(&text));
	assert_int_equal(0, sigv4_chain_frame(c, body, date_ms, inner.data,
					      inner.length));
	assert_string_equal(vectors_text(event, "signature"), c->prior);
	assert_hex(vectors_text(event, "outer_frame_hex"), body->data + start,
		   body->length - start);
	assert_int_equal(vectors_number(event, "outer_frame_length"),
			 body->length - start);
	assert_hex(vectors_text(event, "date_header_bytes_hex"),
		   body->data + start + 12, 15);
	bytes_deinit(&inner);
	bytes_deinit(&text);
}

static void events_are_signed_as_in_the_vectors(void **state)
{
	(void)state;
	for (int i = 0; i < FILE_COUNT; i++) {
		struct vector v;
		struct sigv4_chain c;
		struct bytes body;
		const cJSON *event;
		int seen = 0;

		load(&v, files[i]);
		bytes_init(&body, LIMIT);
		assert_int_equal(
			0, sigv4_chain_init(&c, v.secret, v.r.region,
					    vectors_text(v.request,
							 "seed_signature")));
		cJSON_ArrayForEach(event, v.events)
		{
			check_event(&c, event, &body);
			seen++;
		}
		assert_int_equal(4, seen);
		assert_int_equal(vectors_number(v.tree, "body_length"),
				 body.length);
		assert_sha256(vectors_text(v.tree,
					   "body_sha256_of_all_outer_frames"),
			      body.data, body.length);
		sigv4_chain_clear(&c);
		bytes_deinit(&body);
		cJSON_Delete(v.tree);
	}
}

static void header_values_are_trimmed_and_names_sorted(void **state)
{
	const struct sigv4_header headers[] = {
		{"x-b", "  a \t b\r\n  c  "},
		{"x-a", ""},
		{"host", "h"},
	};
	const struct sigv4_request r = {
		.path = "/a b/%3A~",
		.region = "us-east-1",
		.headers = headers,
		.header_count = 3,
	};
	struct bytes b;

	(void)state;
	bytes_init(&b, LIMIT);
	assert_int_equal(0, sigv4_canonical_request(&b, &r));
	assert_string_equal("POST\n/a%20b/%253A~\n\nhost:h\nx-a:\nx-b:a b c\n"
			    "\nhost;x-a;x-b\nSTREAMING-AWS4-HMAC-SHA256-EVENTS",
			    bytes_text(&b));
	bytes_deinit(&b);
}

static void dates_are_utc_to_the_second(void **state)
{
	static const struct {
		int64_t ms;
		const char *want;
	} rows[] = {
		{0, "19700101T000000Z"},
		{999, "19700101T000000Z"},
		{-1, "19691231T235959Z"},
		{1767323045123, "20260102T030405Z"},
		{1709164799999, "20240228T235959Z"},
		{1709164800000, "20240229T000000Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char date[SIGV4_DATE_SIZE];
		sigv4_date(date, rows[i].ms);
		assert_string_equal(rows[i].want, date);
	}
}

static void another_day_has_another_key_and_back(void **state)
{
	uint8_t one[32], two[32], three[32];
	struct sigv4_chain c;
	const char *seed = "00";

	(void)state;
	assert_int_equal(0, sigv4_chain_init(&c, "s", "r", seed));
	assert_int_equal(0, sigv4_chain_next(&c, 0, "x", 1, one));
	strcpy(c.prior, seed);
	assert_int_equal(0, sigv4_chain_next(&c, DAY_MS, "x", 1, two));
	strcpy(c.prior, seed);
	assert_int_equal(0, sigv4_chain_next(&c, 0, "x", 1, three));
	assert_memory_not_equal(one, two, 32);
	assert_memory_equal(one, three, 32);
	sigv4_chain_clear(&c);
}

static void a_frame_that_does_not_fit_leaves_the_chain(void **state)
{
	struct sigv4_chain c;
	struct bytes small;

	(void)state;
	bytes_init(&small, 20);
	assert_int_equal(0, sigv4_chain_init(&c, "s", "r", "seed"));
	assert_int_equal(PROBLEM_LIMIT,
			 sigv4_chain_frame(&c, &small, 0, "x", 1));
	assert_string_equal("seed", c.prior);
	assert_int_equal(0, small.length);
	sigv4_chain_clear(&c);
	bytes_deinit(&small);
}

static void what_does_not_fit_the_fields_is_refused(void **state)
{
	static char text[300];
	struct sigv4_chain c;
	struct sigv4_keys keys;

	(void)state;
	memset(text, 'k', sizeof text - 1);
	assert_int_equal(PROBLEM_LIMIT, sigv4_chain_init(&c, text, "r", "s"));
	assert_int_equal(PROBLEM_LIMIT, sigv4_chain_init(&c, "k", text, "s"));
	assert_int_equal(PROBLEM_LIMIT, sigv4_chain_init(&c, "k", "r", text));
	assert_int_equal(PROBLEM_LIMIT,
			 sigv4_derive(&keys, text, "20260102", "r", "bedrock"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_signed_as_in_the_vectors),
		cmocka_unit_test(the_key_is_derived_as_in_the_vectors),
		cmocka_unit_test(requests_to_other_services_are_signed),
		cmocka_unit_test(events_are_signed_as_in_the_vectors),
		cmocka_unit_test(header_values_are_trimmed_and_names_sorted),
		cmocka_unit_test(dates_are_utc_to_the_second),
		cmocka_unit_test(another_day_has_another_key_and_back),
		cmocka_unit_test(a_frame_that_does_not_fit_leaves_the_chain),
		cmocka_unit_test(what_does_not_fit_the_fields_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
