/* What the HTTP/2 front thinks of signed requests: every vector is taken, and
 * none once a part of it was changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "net/aws/sigv4.h"
#include "net/sim/http2_request.h"
#include "tests/support/vectors.h"

static const char *const files[] = {
	"sigv4-nova2-authority-notoken.json",
	"sigv4-nova2-host-notoken.json",
	"sigv4-nova2-host-token.json",
	"sigv4-nova25-host-token-midnight.json",
};

static void add(struct http2_request *r, const char *name, const char *value)
{
	assert_int_equal(http2_request_add(r, (const uint8_t *)name,
					   strlen(name), (const uint8_t *)value,
					   strlen(value)),
			 0);
}

/* The request of a vector as HTTP/2 carries it: the host is :authority. */
static void load(struct http2_request *r, const struct cJSON *tree,
		 const char *changed, const char *to)
{
	const cJSON *request = vectors_member(tree, "request");
	const cJSON *h;

	memset(r, 0, sizeof *r);
	add(r, ":method", "POST");
	add(r, ":path", vectors_text(request, "wire_path"));
	cJSON_ArrayForEach(h, vectors_member(request, "headers_sent"))
	{
		const char *name = strcmp(h->string, "host") == 0 ? ":authority"
								  : h->string;
		const char *value = h->valuestring;

		if (changed && strcmp(changed, name) == 0)
			value = to;
		if (value)
			add(r, name, value);
	}
	if (changed && strcmp(changed, ":path") == 0) {
		free(r->headers[1].value);
		r->headers[1].value = strdup(to);
	}
}

static int64_t signed_at(const struct cJSON *tree)
{
	/* the first event follows its request within a second */
	const cJSON *first = cJSON_GetArrayItem(vectors_member(tree, "events"),
						0);

	return (int64_t)vectors_number(first, "date_epoch_ms");
}

static struct http2_keys keys_of(const struct cJSON *tree)
{
	const cJSON *c = vectors_member(tree, "credentials");

	return (struct http2_keys){
		.key_id = vectors_text(c, "accessKeyId"),
		.secret = vectors_text(c, "secretAccessKey"),
		.now_ms = signed_at(tree),
		.skew_limit_ms = 300000,
	};
}

static void every_vector_is_taken_and_its_chain_goes_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		cJSON *tree = vectors_load(files[i]);
		struct http2_keys keys = keys_of(tree);
		struct http2_request r;
		struct http2_refusal why = {0};
		struct sigv4_chain chain = {0};
		const cJSON *e;

		load(&r, tree, NULL, NULL);
		if (http2_authenticate(&r, &keys, &chain, &why) != 0)
			fail_msg("%s: %s", files[i], why.message);
		cJSON_ArrayForEach(e, vectors_member(tree, "events"))
		{
			size_t n;
			uint8_t *inner = vectors_hex(
				&n, vectors_text(e, "inner_message_hex"));
			uint8_t signature[SIGV4_RAW_SIZE];
			char *hex;

			assert_int_equal(
				sigv4_chain_next(&chain,
						 (int64_t)vectors_number(
							 e, "date_epoch_ms"),
						 inner, n, signature),
				0);
			hex = vectors_to_hex(signature, sizeof signature);
			assert_string_equal(hex, vectors_text(e, "signature"));
			free(hex);
			free(inner);
		}
		sigv4_chain_clear(&chain);
		http2_request_clear(&r);
		cJSON_Delete(tree);
	}
}

static void a_changed_request_is_refused(void **state)
{
	static const struct {
		const char *header, *to, *exception, *message;
	} rows[] = {
		{":authority", "evil.example", "InvalidSignatureException",
		 "does not match"},
		{":path", "/model/x/invoke-with-bidirectional-stream",
		 "InvalidSignatureException", "does not match"},
		{"content-type", "text/plain", "InvalidSignatureException",
		 "does not match"},
		{"content-type", NULL, "InvalidSignatureException",
		 "does not match"},
		{"x-amz-date", "20260102T030406Z", "InvalidSignatureException",
		 "does not match"},
		{"x-amz-date", "yesterday", "IncompleteSignatureException",
		 "X-Amz-Date"},
		{"x-amz-date", NULL, "IncompleteSignatureException",
		 "X-Amz-Date"},
		{"authorization", NULL, "MissingAuthenticationTokenException",
		 "Missing"},
		{"authorization", "Bearer abc", "IncompleteSignatureException",
		 "'Credential'"},
		{"authorization",
		 "AWS4-HMAC-SHA256 Credential=AKIDOTHER/20260102/us-east-1/"
		 "bedrock/aws4_request, SignedHeaders=host, Signature=00",
		 "UnrecognizedClientException", "token"},
		{"authorization",
		 "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/"
		 "s3/aws4_request, SignedHeaders=host, Signature=00",
		 "InvalidSignatureException", "scoped"},
		{"authorization",
		 "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260103/us-east-1/"
		 "bedrock/aws4_request, SignedHeaders=host, Signature=00",
		 "InvalidSignatureException", "scoped"},
		{"authorization",
		 "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/"
		 "bedrock/aws4_request, SignedHeaders=x-amz-date, Signature=00",
		 "InvalidSignatureException", "does not match"},
		{"authorization",
		 "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102, "
		 "SignedHeaders=host, Signature=00",
		 "IncompleteSignatureException", "'Credential'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		cJSON *tree = vectors_load("sigv4-nova2-host-notoken.json");
		struct http2_keys keys = keys_of(tree);
		struct http2_request r;
		struct http2_refusal why = {0};
		struct sigv4_chain chain = {0};

		load(&r, tree, rows[i].header, rows[i].to);
		assert_true(http2_authenticate(&r, &keys, &chain, &why) < 0);
		assert_int_equal(why.status, 403);
		assert_string_equal(why.exception, rows[i].exception);
		if (!strstr(why.message, rows[i].message))
			fail_msg("row %zu: %s", i, why.message);
		sigv4_chain_clear(&chain);
		http2_request_clear(&r);
		cJSON_Delete(tree);
	}
}

static void a_date_may_be_five_minutes_off(void **state)
{
	static const struct {
		int64_t ahead_ms;    /* of us */
		const char *message; /* NULL: taken */
	} rows[] = {
		{299000, NULL},
		{-299000, NULL},
		{301000, "Signature expired: 20260102T030405Z is now earlier "
			 "than 20260102T030406Z (20260102T030906Z - 5 min.)"},
		{-302000, "Signature not yet current: 20260102T030405Z is "
			  "still later than 20260102T030403Z "
			  "(20260102T025903Z + 5 min.)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		cJSON *tree = vectors_load("sigv4-nova2-host-notoken.json");
		struct http2_keys keys = keys_of(tree);
		struct http2_request r;
		struct http2_refusal why = {0};
		struct sigv4_chain chain = {0};
		int err;

		load(&r, tree, NULL, NULL);
		keys.now_ms += rows[i].ahead_ms;
		err = http2_authenticate(&r, &keys, &chain, &why);
		assert_int_equal(err != 0, rows[i].message != NULL);
		assert_string_equal(why.message,
				    rows[i].message ? rows[i].message : "");
		sigv4_chain_clear(&chain);
		http2_request_clear(&r);
		cJSON_Delete(tree);
	}
}

static void the_model_is_read_from_the_path(void **state)
{
	static const struct {
		const char *method, *path;
		unsigned status; /* 0: taken */
		const char *model;
	} rows[] = {
		{"POST",
		 "/model/amazon.nova-2-sonic-v1%3A0/"
		 "invoke-with-bidirectional-stream",
		 0, "amazon.nova-2-sonic-v1:0"},
		{"POST",
		 "/model/amazon.nova-2-sonic-v1:0/"
		 "invoke-with-bidirectional-stream",
		 0, "amazon.nova-2-sonic-v1:0"},
		{"POST",
		 "/model/amazon.nova-2-5-sonic/"
		 "invoke-with-bidirectional-stream",
		 0, "amazon.nova-2-5-sonic"},
		{"GET",
		 "/model/amazon.nova-2-5-sonic/"
		 "invoke-with-bidirectional-stream",
		 404, NULL},
		{"POST", "/model/amazon.nova-2-5-sonic/invoke", 404, NULL},
		{"POST", "/model/invoke-with-bidirectional-stream", 404, NULL},
		{"POST", "/", 404, NULL},
		{"POST", "/model/x/invoke-with-bidirectional-stream", 400,
		 NULL},
		{"POST",
		 "/model/amazon.nova-2-5-sonic%3/"
		 "invoke-with-bidirectional-stream",
		 400, NULL},
		{"POST", "/model/%00/invoke-with-bidirectional-stream", 400,
		 NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http2_request r = {0};
		struct http2_refusal why = {0};
		char model[64];

		add(&r, ":method", rows[i].method);
		add(&r, ":path", rows[i].path);
		http2_request_model(&r, model, sizeof model, &why);
		assert_int_equal(why.status, rows[i].status);
		if (!rows[i].status)
			assert_string_equal(model, rows[i].model);
		http2_request_clear(&r);
	}
}

static void a_head_without_end_is_refused(void **state)
{
	struct http2_request r = {0};
	int err = 0;

	(void)state;
	for (size_t i = 0; i < 1000 && err == 0; i++)
		err = http2_request_add(&r, (const uint8_t *)"a", 1,
					(const uint8_t *)"b", 1);
	assert_true(err < 0);
	assert_true(r.count <= HTTP2_HEADERS_MOST);
	http2_request_clear(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_is_taken_and_its_chain_goes_on),
		cmocka_unit_test(a_changed_request_is_refused),
		cmocka_unit_test(a_date_may_be_five_minutes_off),
		cmocka_unit_test(the_model_is_read_from_the_path),
		cmocka_unit_test(a_head_without_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
