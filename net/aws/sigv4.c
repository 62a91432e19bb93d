/* sigv4: the request's signature; the events' are in sigv4_chain.c. */
#include "net/aws/sigv4.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"
#include "net/aws/sigv4_text.h"

static const char event_stream[] = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

enum { TEXT_MAX = 64 * 1024, SECRET_MAX = 256 };

void sigv4_date(char out[SIGV4_DATE_SIZE], int64_t date_ms)
{
	int64_t whole = date_ms / 1000 - (date_ms % 1000 < 0);
	time_t seconds = (time_t)whole;
	struct tm tm = {0};

	gmtime_r(&seconds, &tm);
	if (strftime(out, SIGV4_DATE_SIZE, "%Y%m%dT%H%M%SZ", &tm) == 0)
		out[0] = '\0';
}

int sigv4_scope(char out[SIGV4_SCOPE_SIZE], const char *date,
		const char *region, const char *service)
{
	int n = snprintf(out, SIGV4_SCOPE_SIZE, "%.8s/%s/%s/aws4_request", date,
			 region, service);

	return n < SIGV4_SCOPE_SIZE ? 0 : PROBLEM_LIMIT;
}

void sigv4_hex(char out[SIGV4_HEX_SIZE], const uint8_t raw[SIGV4_RAW_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SIGV4_RAW_SIZE; i++) {
		out[2 * i] = digits[raw[i] >> 4];
		out[2 * i + 1] = digits[raw[i] & 15];
	}
	out[SIGV4_HEX_SIZE - 1] = '\0';
}

int sigv4_payload_hash(char out[SIGV4_HEX_SIZE], const void *body,
		       size_t length)
{
	uint8_t raw[SIGV4_RAW_SIZE];

	if (!EVP_Digest(body, length, raw, NULL, EVP_sha256(), NULL))
		return PROBLEM_MEMORY;
	sigv4_hex(out, raw);
	return 0;
}

static const char *service_of(const struct sigv4_request *r)
{
	return r->service ? r->service : SIGV4_BEDROCK;
}

/* --- the canonical request --- */

static bool is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

/* The wire's path is encoded already: its "%3A" becomes "%253A" here. */
static void append_path(struct bytes *out, const char *path)
{
	for (; *path; path++) {
		if (is_unreserved(*path) || *path == '/')
			bytes_append_u8(out, (uint8_t)*path);
		else
			bytes_append_format(out, "%%%02X",
					    (unsigned)(unsigned char)*path);
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Runs of blanks become one; those at the ends go. */
static void append_value(struct bytes *out, const char *value)
{
	bool gap = false, any = false;

	for (; *value; value++) {
		if (is_blank(*value)) {
			gap = any;
			continue;
		}
		if (gap)
			bytes_append_u8(out, ' ');
		bytes_append_u8(out, (uint8_t)*value);
		gap = false;
		any = true;
	}
}

static int compare_names(const void *a, const void *b)
{
	const struct sigv4_header *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* A copy of the headers in the order of their names; the caller frees. */
static struct sigv4_header *sort_headers(const struct sigv4_request *r)
{
	size_t size = r->header_count * sizeof *r->headers;
	struct sigv4_header *sorted = malloc(size ? size : 1);

	if (sorted && r->header_count > 0) {
		memcpy(sorted, r->headers, size);
		qsort(sorted, r->header_count, sizeof *sorted, compare_names);
	}
	return sorted;
}

static void append_names(struct bytes *out, const struct sigv4_header *sorted,
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			bytes_append_u8(out, ';');
		bytes_append_text(out, sorted[i].name);
	}
}

int sigv4_canonical_request(struct bytes *out, const struct sigv4_request *r)
{
	struct sigv4_header *sorted = sort_headers(r);

	if (!sorted)
		return PROBLEM_MEMORY;
	bytes_append_text(out, "POST\n");
	append_path(out, r->path);
	bytes_append_text(out, "\n\n"); /* the query is empty */
	for (size_t i = 0; i < r->header_count; i++) {
		bytes_append_text(out, sorted[i].name);
		bytes_append_u8(out, ':');
		append_value(out, sorted[i].value);
		bytes_append_u8(out, '\n');
	}
	bytes_append_u8(out, '\n');
	append_names(out, sorted, r->header_count);
	bytes_append_u8(out, '\n');
	bytes_append_text(out,
			  r->payload_hash ? r->payload_hash : event_stream);
	free(sorted);
	return out->failed;
}

int sigv4_string_to_sign(struct bytes *out, const struct sigv4_request *r,
			 const char *canonical, size_t length)
{
	char date[SIGV4_DATE_SIZE], scope[SIGV4_SCOPE_SIZE];
	char hash[SIGV4_HEX_SIZE];

	sigv4_date(date, r->date_ms);
	int err = sigv4_scope(scope, date, r->region, service_of(r));
	if (!err)
		err = sigv4_payload_hash(hash, canonical, length);
	if (err)
		return err;
	return bytes_append_format(out, "AWS4-HMAC-SHA256\n%s\n%s\n%s", date,
				   scope, hash);
}

/* --- keys and signature --- */

static int hmac(uint8_t out[SIGV4_RAW_SIZE], const void *key, size_t key_length,
		const void *text, size_t length)
{
	if (!HMAC(EVP_sha256(), key, (int)key_length, text, length, out, NULL))
		return PROBLEM_MEMORY;
	return 0;
}

int sigv4_derive(struct sigv4_keys *out, const char *secret, const char *day,
		 const char *region, const char *service)
{
	char first[SECRET_MAX + 8];
	int n = snprintf(first, sizeof first, "AWS4%s", secret);
	int err;

	if (n < 0 || (size_t)n >= sizeof first)
		return PROBLEM_LIMIT;
	err = hmac(out->date, first, (size_t)n, day, strlen(day));
	if (!err)
		err = hmac(out->region, out->date, sizeof out->date, region,
			   strlen(region));
	if (!err)
		err = hmac(out->service, out->region, sizeof out->region,
			   service, strlen(service));
	if (!err)
		err = hmac(out->signing, out->service, sizeof out->service,
			   "aws4_request", 12);
	OPENSSL_cleanse(first, sizeof first);
	return err;
}

int sigv4_sign_request(char out[SIGV4_HEX_SIZE], const struct sigv4_request *r,
		       const char *secret)
{
	struct sigv4_keys keys;
	struct bytes canonical, text;
	char date[SIGV4_DATE_SIZE];
	uint8_t raw[SIGV4_RAW_SIZE];
	int err;

	bytes_init(&canonical, TEXT_MAX);
	bytes_init(&text, TEXT_MAX);
	err = sigv4_canonical_request(&canonical, r);
	if (err)
		goto out;
	err = sigv4_string_to_sign(&text, r, (const char *)canonical.data,
				   canonical.length);
	if (err)
		goto out;
	sigv4_date(date, r->date_ms);
	date[8] = '\0'; /* the day is enough for the key */
	err = sigv4_derive(&keys, secret, date, r->region, service_of(r));
	if (!err)
		err = hmac(raw, keys.signing, sizeof keys.signing, text.data,
			   text.length);
	OPENSSL_cleanse(&keys, sizeof keys);
	if (!err)
		sigv4_hex(out, raw);

out:
	bytes_deinit(&canonical);
	bytes_deinit(&text);
	return err;
}

int sigv4_authorization(struct bytes *out, const struct sigv4_request *r,
			const char *key_id, const char *signature)
{
	struct sigv4_header *sorted = sort_headers(r);
	char date[SIGV4_DATE_SIZE], scope[SIGV4_SCOPE_SIZE];
	int err;

	if (!sorted)
		return PROBLEM_MEMORY;
	sigv4_date(date, r->date_ms);
	err = sigv4_scope(scope, date, r->region, service_of(r));
	if (!err) {
		bytes_append_format(out,
				    "AWS4-HMAC-SHA256 Credential=%s/%s, "
				    "SignedHeaders=",
				    key_id, scope);
		append_names(out, sorted, r->header_count);
		err = bytes_append_format(out, ", Signature=%s", signature);
	}
	free(sorted);
	return err;
}
